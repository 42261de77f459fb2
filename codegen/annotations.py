"""Types of the IR as annotations of arguments and results, and the names those annotations need."""

from __future__ import annotations

from typing import assert_never

from attrs import define, field

from . import ir
from .text import literal


@define
class Names:
    """The names that one module mentions, and the imports that give them a meaning there.

    ``hidden`` are the names that the spec gives to something in the module: a method, an argument, a field.
    What else has such a name is mentioned by one with an underscore before it, as no name of the spec has.
    """

    hidden: frozenset[str] = frozenset()
    imported: set[tuple[str, str, str]] = field(factory=set[tuple[str, str, str]])

    def use(self, module: str, name: str, shown: str = "") -> str:
        """Note that ``name`` is needed from ``module``, and return what it is mentioned by."""
        alias = self.own(shown or name)
        self.imported.add((module, name, alias))
        return alias

    def builtin(self, name: str) -> str:
        """Return what a name that needs no import is mentioned by, which it does need where it is hidden."""
        return self.use("builtins", name) if name in self.hidden else name

    def model(self, name: str) -> str:
        """Note that a model is needed, and return what it is mentioned by: its package imports it then."""
        return f"{self.use('..', 'models')}.{name}"

    def own(self, name: str) -> str:
        """Return the name of something that the module itself has for its own use."""
        return f"_{name}" if name in self.hidden else name

    @property
    def lines(self) -> list[str]:
        """The imports."""
        grouped: dict[str, list[str]] = {}
        for module, name, alias in sorted(self.imported, key=_future_first):
            shown = name if name == alias else f"{name} as {alias}"
            grouped.setdefault(module, []).append(shown)
        return [f"from {module} import {', '.join(found)}" for module, found in grouped.items()]


def _future_first(imported: tuple[str, str, str]) -> tuple[bool, tuple[str, str, str]]:
    return imported[0] != "__future__", imported


_GROWING: dict[type[str | int | bool], ir.Type] = {str: ir.Text(), int: ir.Whole()}
"""What stands beside a list of constants that may grow, by the type of the constants."""


def opened(kind: ir.Type) -> ir.Type:
    """Return a type as annotations tell it: a list of constants may grow, and any text swallows listed texts.

    The constants of a union are one list. A single one is no list: it tells what something is.
    """
    match kind:
        case ir.ListOf(item):
            return ir.ListOf(opened(item))
        case ir.Nullable(inner):
            return ir.Nullable(opened(inner))
        case ir.OneOf(members):
            return _opened(members)
        case ir.Choice():
            return _opened((kind,))
        case _:
            return kind


def _opened(members: tuple[ir.Type, ...]) -> ir.Type:
    others = [opened(member) for member in members if not isinstance(member, ir.Choice)]
    listed = [value for member in members if isinstance(member, ir.Choice) for value in member.values]
    kept = [value for value in listed if _GROWING.get(type(value)) not in others]
    values = tuple({(type(value), value): value for value in kept}.values())  # 0 is not False
    constants = [ir.Choice(values)] if values else []
    growing = [own for base, own in _GROWING.items() if sum(type(value) is base for value in values) > 1]
    united = (*constants, *others, *growing)
    return united[0] if len(united) == 1 else ir.OneOf(united)


def argument(kind: ir.Type, names: Names) -> str:
    """The annotation of what people may pass for a type: models or mappings, sequences, text for instants."""
    return _united(_alternatives(opened(kind), names))


def _united(alternatives: list[str]) -> str:
    return " | ".join(dict.fromkeys(alternatives))


def _alternatives(kind: ir.Type, names: Names) -> list[str]:
    match kind:
        case ir.Text():
            return [names.builtin("str")]
        case ir.Whole():
            return [names.builtin("int")]
        case ir.Real():
            return [names.builtin("float"), names.use("decimal", "Decimal")]
        case ir.Flag():
            return [names.builtin("bool")]
        case ir.Instant():
            return [names.use("datetime", "datetime"), names.builtin("str")]
        case ir.Day():
            return [names.use("datetime", "date"), names.builtin("str")]
        case ir.Json():
            return [names.use("typing", "Any")]
        case ir.JsonObject():
            return [_mapping(names)]
        case ir.Choice(values):
            return [f"{names.use('typing', 'Literal')}[{', '.join(map(literal, values))}]"]
        case ir.ListOf(item):
            return [_sequence(_alternatives(item, names), names)]
        case ir.Ref(name) | ir.Nested(name, False):
            return [names.model(name), _mapping(names)]
        case ir.Nested(name, _):
            return [_sequence([names.model(name), _mapping(names)], names)]
        case ir.OneOf(members):
            return [one for member in members for one in _alternatives(member, names)]
        case ir.Nullable(ir.Json()):
            return _alternatives(ir.Json(), names)
        case ir.Nullable(inner):
            return [*(one for one in _alternatives(inner, names) if one != "None"), "None"]
        case _:
            assert_never(kind)


def _sequence(alternatives: list[str], names: Names) -> str:
    return f"{names.use('collections.abc', 'Sequence')}[{_united(alternatives)}]"


def _mapping(names: Names) -> str:
    keys = names.builtin("str")
    return f"{names.use('collections.abc', 'Mapping')}[{keys}, {names.use('typing', 'Any')}]"
