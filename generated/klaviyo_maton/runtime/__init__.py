# Copied by "make generate" from codegen/runtime/__init__.py. Edit that file, not this one.
"""The hand-written half of the package: copied next to the generated modules, where it is imported from."""
