"""The hand-written half of the package: copied next to the generated modules, where it is imported from."""
