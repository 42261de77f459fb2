"""Filters built as people build them, beside the comparisons that they must stand for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from codegen import ir
from tests.strategies.revisions import Revision
from tests.strategies.values import from_instants, from_text


@frozen
class Condition:
    """A comparison: its operator and field in the vendor's spelling, and what it compares with.

    ``listed`` tells that the values stand in a list; ``has`` compares with nothing.
    """

    operator: str
    field: str
    values: tuple[Any, ...] = ()
    listed: bool = False

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What the operator's method takes, and what the parsed comparison holds."""
        return (self.values,) if self.listed else self.values


@frozen
class Filtered:
    """A filter as it was built, and what it must mean."""

    built: Any
    tree: tuple[Condition, ...]


def from_filters(operation: ir.Operation, revision: Revision) -> st.SearchStrategy[Filtered]:
    """Filters of an operation: one comparison, or several joined with ``&``."""

    def joined(tree: list[Condition]) -> Filtered:
        parts = [built(condition, operation, revision) for condition in tree]
        return Filtered(reduce(lambda left, right: left & right, parts), tuple(tree))

    return st.lists(from_conditions(operation), min_size=1, max_size=3).map(joined)


def from_conditions(operation: ir.Operation) -> st.SearchStrategy[Condition]:
    """Comparisons that an operation allows."""
    if operation.filtering is None:
        return st.nothing()
    return st.one_of(
        [
            from_condition(field, operator)
            for field in operation.filtering.fields
            for operator in field.operators
        ]
    )


def from_condition(field: ir.FilterField, operator: str) -> st.SearchStrategy[Condition]:
    """Comparisons of one field by one operator."""
    if operator == "has":
        return st.just(Condition(operator, field.key))
    values = _from_value(field.type)
    if operator != "any":
        return values.map(lambda value: Condition(operator, field.key, (value,)))
    listed = st.lists(values, min_size=1, max_size=3)
    return listed.map(lambda drawn: Condition(operator, field.key, tuple(drawn), listed=True))


def built(condition: Condition, operation: ir.Operation, revision: Revision) -> Any:
    """Build one comparison from the namespaces of the package."""
    place = getattr(getattr(revision.filters, operation.family), operation.name)
    for part in condition.field.split("."):
        place = getattr(place, part.lstrip("_").replace("-", "_"))
    return getattr(place, condition.operator.replace("-", "_"))(*condition.arguments)


def _from_value(kind: ir.Type | None) -> st.SearchStrategy[Any]:
    match kind:
        case ir.Choice(values):
            return st.sampled_from([*values])
        case ir.Instant() | ir.Day():
            return from_instants() | st.dates()
        case ir.Flag():
            return st.booleans()
        case ir.Whole():
            return st.integers()
        case ir.Real():
            return st.one_of(
                st.integers(),
                st.decimals(allow_nan=False, allow_infinity=False),
                st.floats(allow_nan=False, allow_infinity=False),
            )
        case _:
            return from_text()


# ------------------------------------------------------------------------------------------ spelling


def spelling(tree: Iterable[Condition]) -> str:
    """Write comparisons the way the library is to write them."""
    written = [_comparison(condition, '"', "") for condition in tree]
    return written[0] if len(written) == 1 else f"and({','.join(written)})"


def from_spellings(tree: tuple[Condition, ...]) -> st.SearchStrategy[str]:
    """Write comparisons in any way that the grammar allows: quotes, spaces, nested ``and``, plain lists."""

    def written(quotes: list[str], space: str, how: str) -> str:
        parts = [_comparison(one, quote, space) for one, quote in zip(tree, quotes, strict=True)]
        return _joined(parts, space, how)

    return st.builds(
        written,
        st.lists(st.sampled_from("\"'"), min_size=len(tree), max_size=len(tree)),
        st.sampled_from(["", " ", "\n  "]),
        st.sampled_from(["and", "list", "nested"]),
    )


def _joined(written: list[str], space: str, how: str) -> str:
    if how == "nested" and len(written) > 1:
        return f"and({written[0]},{space}and({f',{space}'.join(written[1:])}))"
    joined = f"{space},{space}".join(written)
    return joined if how == "list" else f"{space}and({joined}){space}"


def _comparison(condition: Condition, quote: str, space: str) -> str:
    comma = f"{space},{space}"
    values = comma.join(_literal(value, quote) for value in condition.values)
    parts = [
        condition.field,
        *([f"[{space}{values}{space}]" if condition.listed else values] if values else []),
    ]
    return f"{condition.operator}({space}{comma.join(parts)}{space})"


def _literal(value: Any, quote: str) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            escaped = value.replace("\\", "\\\\").replace(quote, f"\\{quote}")
            return f"{quote}{escaped}{quote}"
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case float():
            return f"{Decimal(repr(value)):f}"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)
