"""What the generated filter modules print: namespaces of fields, and fields by the operators they have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from attrs import define, field, frozen

from . import ir
from .annotations import Names, argument
from .names import identifier
from .text import literal

_MIXINS = {
    "any": "AnyOf",
    "contains": "Contains",
    "ends-with": "EndsWith",
    "equals": "Equals",
    "greater-or-equal": "GreaterOrEqual",
    "greater-than": "GreaterThan",
    "has": "Has",
    "less-or-equal": "LessOrEqual",
    "less-than": "LessThan",
    "starts-with": "StartsWith",
}
_ORDER = {"greater-or-equal", "greater-than", "less-or-equal", "less-than"}

OPERATORS = frozenset(_MIXINS)


@frozen
class FieldLine:
    """A field: the name of its attribute, and the expression that makes it."""

    name: str
    annotation: str
    expression: str


@define
class Namespace:
    """A class whose attributes are fields or, for dotted fields, further namespaces."""

    name: str
    summary: str
    fields: list[FieldLine] = field(factory=list[FieldLine])
    inner: dict[str, Namespace] = field(factory=dict[str, "Namespace"])


def mixins(operators: tuple[str, ...]) -> list[str]:
    """The classes that together give a field its operators."""
    return [_MIXINS[operator] for operator in operators]


def combination(operators: tuple[str, ...]) -> str:
    """The name of the class of all fields that have just these operators."""
    words = [
        _MIXINS[operator] for operator in operators if not set(operators) >= _ORDER or operator not in _ORDER
    ]
    words += ["Ordered"] if set(operators) >= _ORDER else []
    return "".join("Any" if word == "AnyOf" else word for word in words) + "Field"


def combinations(api: ir.Api) -> dict[str, list[str]]:
    """All classes of fields that a revision needs, with their mixins."""
    found = {
        item.operators
        for family in api.families
        for operation in family.operations
        if operation.filtering
        for item in operation.filtering.fields
    }
    return {combination(operators): mixins(operators) for operators in sorted(found)}


def hidden(operations: Iterable[ir.Operation]) -> frozenset[str]:
    """The names that the fields and the entries of some operations have in their module."""
    found = [operation for operation in operations if operation.filtering]
    paths = [
        item.key.split(".")
        for operation in found
        if operation.filtering
        for item in operation.filtering.fields
    ]
    return frozenset(
        {operation.name for operation in found} | {identifier(part) for path in paths for part in path}
    )


def namespace(operation: ir.Operation, filtering: ir.Filtering, class_name: str, names: Names) -> Namespace:
    """Arrange the fields of one operation, dotted ones in namespaces of their own."""
    top = Namespace(
        names.own(class_name), f"Filters of ``{operation.family}.{operation.name}`` (``{operation.id}``)."
    )
    taken = {top.name}
    for item in filtering.fields:
        *outer, last = item.key.split(".")
        place = top
        for part in outer:
            summary = f"Fields below ``{part}``."
            if identifier(part) not in place.inner:
                inner = names.own(f"{place.name}{part.replace('_', ' ').title().replace(' ', '')}")
                while inner in taken:
                    inner += "Fields"
                taken.add(inner)
                place.inner[identifier(part)] = Namespace(inner, summary)
            place = place.inner[identifier(part)]
        place.fields.append(_line(identifier(last), item, operation, names))
    return top


def _line(name: str, item: ir.FilterField, operation: ir.Operation, names: Names) -> FieldLine:
    kind, value = _value(item.type, names)
    made = names.use(".fields", combination(item.operators))
    owner = names.use("typing", "Literal")
    annotation = f"{made}[{owner}[{literal(operation.id)}], {value}]"
    return FieldLine(
        name, annotation, f"{made}({literal(operation.id)}, {literal(item.key)}, {literal(kind)})"
    )


def _value(kind: ir.Type | None, names: Names) -> tuple[str, str]:
    match kind:
        case None:
            return "string", names.builtin("str")
        case ir.Text() | ir.Choice():
            return "string", argument(kind, names)
        case ir.Instant() | ir.Day():
            return "date-time", f"{names.use('datetime', 'datetime')} | {names.use('datetime', 'date')}"
        case ir.Flag():
            return "boolean", argument(kind, names)
        case ir.Whole():
            return "integer", argument(kind, names)
        case ir.Real():
            return "number", argument(kind, names)
        case ir.Json() | ir.JsonObject() | ir.ListOf() | ir.Ref() | ir.OneOf() | ir.Nullable() | ir.Nested():
            raise TypeError(f"nothing can be filtered by {kind}")
        case _:
            assert_never(kind)
