# Copied by "make generate" from codegen/runtime/version.py. Edit that file, not this one.
"""The version of the distribution."""

__version__ = "0.1.0"
