"""The generator: from the spec's YAML to the package, by way of :mod:`codegen.ir`."""

from codegen.spec import Spec, load_api, load_spec

__all__ = ["Spec", "load_api", "load_spec"]
