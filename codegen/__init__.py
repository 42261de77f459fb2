"""The generator: from the spec's YAML to the package, by way of :mod:`codegen.ir`."""
