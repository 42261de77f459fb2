# Copied by "make generate" from codegen/runtime/testing/__init__.py. Edit that file, not this one.
"""What tests of programs need that use this library: stand-ins for the API, recordings, strategies."""
