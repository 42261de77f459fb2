"""Types of the IR as annotations of arguments and results, and the names those annotations need."""

from __future__ import annotations

from typing import assert_never

from attrs import define, field

from . import ir
from .text import literal


@define
class Names:
    """The names that one module mentions, by what has to be imported for them.

    ``models`` are class names; ``standard`` are pairs of module and name.
    """

    models: set[str] = field(factory=set[str])
    standard: set[tuple[str, str]] = field(factory=set[tuple[str, str]])

    def use(self, module: str, name: str) -> str:
        """Note that ``name`` is needed from ``module``, and return it."""
        self.standard.add((module, name))
        return name

    def model(self, name: str) -> str:
        """Note that a model class is needed, and return its name."""
        self.models.add(name)
        return name


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
    return _argument(opened(kind), names)


def _argument(kind: ir.Type, names: Names) -> str:
    match kind:
        case ir.Text():
            return "str"
        case ir.Whole():
            return "int"
        case ir.Real():
            return f"float | {names.use('decimal', 'Decimal')}"
        case ir.Flag():
            return "bool"
        case ir.Instant():
            return f"{names.use('datetime', 'datetime')} | str"
        case ir.Day():
            return f"{names.use('datetime', 'date')} | str"
        case ir.Json():
            return names.use("typing", "Any")
        case ir.JsonObject():
            return _mapping(names)
        case ir.Choice(values):
            return f"{names.use('typing', 'Literal')}[{', '.join(map(literal, values))}]"
        case ir.ListOf(item):
            return f"{names.use('collections.abc', 'Sequence')}[{_argument(item, names)}]"
        case ir.Ref(name) | ir.Nested(name, False):
            return f"{names.model(name)} | {_mapping(names)}"
        case ir.Nested(name, _):
            sequence = names.use("collections.abc", "Sequence")
            return f"{sequence}[{names.model(name)} | {_mapping(names)}]"
        case ir.OneOf(members):
            parts = [part for member in members for part in _argument(member, names).split(" | ")]
            return " | ".join(dict.fromkeys(parts))
        case ir.Nullable(inner):
            text = _argument(inner, names)
            return text if text == "Any" or text.endswith(" | None") else f"{text} | None"
        case _:
            assert_never(kind)


def _mapping(names: Names) -> str:
    return f"{names.use('collections.abc', 'Mapping')}[str, {names.use('typing', 'Any')}]"
