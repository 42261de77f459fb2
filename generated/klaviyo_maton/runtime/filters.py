# Copied by "make generate" from codegen/runtime/filters.py. Edit that file, not this one.
"""Filters: building the text of Klaviyo's ``filter`` parameter.

A filter is a conjunction of comparisons such as ``equals(email,"a@b.c")``. The generated classes give
every field the operators that it has at that operation, as methods named like the vendor's operators;
``&`` joins what they return. :mod:`.filter_grammar` reads such text back, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Generic, NoReturn, TypeGuard, TypeVar

from attrs import frozen

from .errors import ArgumentError, UnknownFilter
from .suggest import suggestion

Literal = str | int | float | Decimal | bool | datetime | date | None
Value = Literal | tuple[Literal, ...]

Op = TypeVar("Op")
V = TypeVar("V", bound=Literal)


@frozen
class Comparison:
    """One operator applied to one field, and the value it is compared with (``has`` takes none)."""

    operator: str
    field: str
    values: tuple[Value, ...]

    def __str__(self) -> str:
        return f"{self.operator}({','.join((self.field, *map(literal, self.values)))})"


@frozen(repr=False)
class Filter(Generic[Op]):
    """Comparisons that must all hold, for the operation whose id is ``operation``."""

    operation: str
    comparisons: tuple[Comparison, ...]

    def __and__(self, other: Filter[Op]) -> Filter[Op]:
        return Filter(self.operation, self.comparisons + _comparisons_of(other, self.operation))

    def __bool__(self) -> NoReturn:
        raise ArgumentError("a filter has no truth value; join filters with &, not with `and`")

    def __str__(self) -> str:
        if len(self.comparisons) == 1:
            return str(self.comparisons[0])
        return f"and({','.join(map(str, self.comparisons))})"

    def __repr__(self) -> str:
        return f"<Filter {self}>"


def is_filter(value: object) -> TypeGuard[Filter[object]]:
    """Tell a filter from anything else."""
    return isinstance(value, Filter)


def _comparisons_of(other: object, operation: str) -> tuple[Comparison, ...]:
    if not is_filter(other):
        raise ArgumentError(f"a filter is joined with & to another filter, not to {type(other).__name__}")
    if other.operation != operation:
        raise ArgumentError(
            f"a filter of {other.operation} cannot be joined to one of {operation}; "
            "build both from the same entry of `filters`"
        )
    return other.comparisons


# ------------------------------------------------------------------------------------------ literals


def literal(value: Value) -> str:
    """Write a value as the grammar has it: text quoted, instants and numbers bare, lists in brackets."""
    if isinstance(value, tuple):
        return f"[{','.join(map(literal, value))}]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _instant(value: datetime) -> str:
    offset = value.utcoffset() or timedelta(0)
    if offset % timedelta(minutes=1):  # RFC 3339 knows no seconds in offsets
        value, offset = value.astimezone(UTC), timedelta(0)
    text = value.isoformat()
    return text.removesuffix("+00:00") + "Z" if not offset else text


_EXPECTED: dict[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "text"),
    "date-time": ((datetime, date), "an aware datetime or a date"),
    "boolean": ((bool,), "True or False"),
    "integer": ((int,), "a whole number"),
    "number": ((int, float, Decimal), "a number"),
}


def checked(value: object, kind: str, place: str) -> Literal:
    """Refuse a value that the field does not take, and make fractions exact.

    Raises:
        ArgumentError: it is of another type, a naive datetime, not a number or infinite.
    """
    types, expected = _EXPECTED[kind]
    if not isinstance(value, types) or (isinstance(value, bool) and kind != "boolean"):
        raise ArgumentError(f"{place} is compared with {expected}, not with {value!r}")
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise ArgumentError(f"{place} needs a datetime with a time zone, such as datetime.now(UTC)")
    if isinstance(value, (float, Decimal)):
        exact = Decimal(repr(value)) if isinstance(value, float) else value
        if not exact.is_finite():
            raise ArgumentError(f"{place} cannot be compared with {value!r}")
        return exact
    if isinstance(value, (str, int, datetime, date)):
        return value
    raise ArgumentError(f"{place} is compared with {expected}, not with {value!r}")


# ------------------------------------------------------------------------------- fields and operators


class Fields:
    """The fields that one operation can be filtered by, as attributes."""

    if not TYPE_CHECKING:  # a checker that saw it would let every name pass

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("_"):
                raise AttributeError(name)
            known = [word for word in dir(type(self)) if not word.startswith("_")]
            raise UnknownFilter(f"{self._lacks()} {name!r}{suggestion(name, known)}")

    def _lacks(self) -> str:
        return f"{type(self).__name__} has no field"


class Field(Fields, Generic[Op, V]):
    """A field that one operation can be filtered by; the operators it allows are its methods."""

    __slots__ = ("_field", "_kind", "_operation")

    def __init__(self, operation: str, field: str, kind: str) -> None:
        self._operation = operation
        self._field = field
        self._kind = kind

    def __repr__(self) -> str:
        return f"<filter field {self._field} of {self._operation}>"

    def _lacks(self) -> str:
        return f"the field {self._field} of {self._operation} has no operator"

    def _one(self, operator: str, value: V) -> Filter[Op]:
        place = f"{operator}({self._field})"
        return self._filter(operator, checked(value, self._kind, place))

    def _many(self, operator: str, values: Iterable[V]) -> Filter[Op]:
        place = f"{operator}({self._field})"
        if isinstance(values, str):
            raise ArgumentError(f"{place} takes a list of values, such as [{values!r}]")
        listed = tuple(checked(value, self._kind, place) for value in values)
        if not listed:
            raise ArgumentError(f"{place} needs at least one value: nothing can be any of none")
        return self._filter(operator, listed)

    def _filter(self, operator: str, *values: Value) -> Filter[Op]:
        return Filter(self._operation, (Comparison(operator, self._field, values),))


class Equals(Field[Op, V]):
    """A field that can be compared for equality."""

    __slots__ = ()

    def equals(self, value: V) -> Filter[Op]:
        """The field has this value."""
        return self._one("equals", value)


class AnyOf(Field[Op, V]):
    """A field that can be looked up in a list."""

    __slots__ = ()

    def any(self, values: Iterable[V]) -> Filter[Op]:
        """The field has one of these values."""
        return self._many("any", values)


class Contains(Field[Op, V]):
    """A field in which text can be looked for."""

    __slots__ = ()

    def contains(self, value: V) -> Filter[Op]:
        """The field contains this text."""
        return self._one("contains", value)


class StartsWith(Field[Op, V]):
    """A field whose beginning can be compared."""

    __slots__ = ()

    def starts_with(self, value: V) -> Filter[Op]:
        """The field starts with this text."""
        return self._one("starts-with", value)


class EndsWith(Field[Op, V]):
    """A field whose end can be compared."""

    __slots__ = ()

    def ends_with(self, value: V) -> Filter[Op]:
        """The field ends with this text."""
        return self._one("ends-with", value)


class GreaterThan(Field[Op, V]):
    """A field that can be compared with a lower bound, the bound left out."""

    __slots__ = ()

    def greater_than(self, value: V) -> Filter[Op]:
        """The field is greater, or later, than this."""
        return self._one("greater-than", value)


class GreaterOrEqual(Field[Op, V]):
    """A field that can be compared with a lower bound, the bound included."""

    __slots__ = ()

    def greater_or_equal(self, value: V) -> Filter[Op]:
        """The field is this, or greater or later."""
        return self._one("greater-or-equal", value)


class LessThan(Field[Op, V]):
    """A field that can be compared with an upper bound, the bound left out."""

    __slots__ = ()

    def less_than(self, value: V) -> Filter[Op]:
        """The field is less, or earlier, than this."""
        return self._one("less-than", value)


class LessOrEqual(Field[Op, V]):
    """A field that can be compared with an upper bound, the bound included."""

    __slots__ = ()

    def less_or_equal(self, value: V) -> Filter[Op]:
        """The field is this, or less or earlier."""
        return self._one("less-or-equal", value)


class Has(Field[Op, V]):
    """A field whose mere presence can be asked for."""

    __slots__ = ()

    def has(self) -> Filter[Op]:
        """The field has a value."""
        return self._filter("has")
