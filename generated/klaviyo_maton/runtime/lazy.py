# Copied by "make generate" from codegen/runtime/lazy.py. Edit that file, not this one.
"""Packages that import their parts when these are first used (PEP 562).

Type checkers see plain imports under ``TYPE_CHECKING``; this is what happens instead when the program runs.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

TYPE_CHECKING = False  # importing typing for its own would cost more than all the rest
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EAGER = "KLAVIYO_MATON_EAGER"
"""Set to 1, this environment variable imports every part at once: tests meet what laziness hides."""

_attached: dict[str, Mapping[str, str]] = {}


def attach(
    package: str, names: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """Make the ``__getattr__``, the ``__dir__`` and the ``__all__`` of a package.

    ``names`` maps each public name to the module that has it, relative to the package. A module that is
    called like the name, as ``.filters`` for ``filters``, is itself what the name stands for.
    """

    def get(name: str) -> object:
        if name not in names:
            raise _unknown(package, name, names)
        return _load(package, name, names[name])

    def list_names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *names})

    _attached[package] = names
    if os.environ.get(EAGER) == "1":
        _load_all(package)
    return get, list_names, [*names]


def preload() -> None:
    """Import every part of the packages imported so far: servers pay at their start, not in a request."""
    done: set[str] = set()
    while todo := _attached.keys() - done:
        for package in sorted(todo):
            _load_all(package)
        done |= todo


def _load_all(package: str) -> None:
    for name, module in _attached[package].items():
        _load(package, name, module)


def _load(package: str, name: str, module: str) -> object:
    part = import_module(module, package)
    value: object = part if module.rpartition(".")[2] == name else getattr(part, name)
    setattr(sys.modules[package], name, value)  # the next access does not come here
    return value


def _unknown(package: str, name: str, names: Mapping[str, str]) -> AttributeError:
    from .suggest import suggestion  # only needed once something is wrong

    hint = "" if name.startswith("_") else suggestion(name, names)
    return AttributeError(f"{package} has no {name!r}{hint}", name=name, obj=sys.modules.get(package))
