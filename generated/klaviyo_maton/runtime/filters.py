# Copied by "make generate" from codegen/runtime/filters.py. Edit that file, not this one.
"""Filters: building the text of Klaviyo's ``filter`` parameter.

A filter is a conjunction of comparisons such as ``equals(email,"a@b.c")``. The generated classes give
every field the operators that it has at that operation, as methods named like the vendor's operators;
``&`` joins what they return. :mod:`.filter_grammar` reads such text back, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeGuard, TypeVar

from attrs import Factory, frozen
from attrs import field as attribute

from .arguments import Reading, is_listed, listed, shown
from .errors import ArgumentError, UnknownFilter
from .filter_literals import Literal, Value, checked, literal, value_of
from .suggest import suggestion

Op = TypeVar("Op")
V = TypeVar("V", bound=Literal)


def _values(comparison: Comparison) -> tuple[Value, ...]:
    return tuple(
        value_of(text) if isinstance(text, str) else tuple(map(value_of, text))
        for text in comparison.literals
    )


@frozen
class Comparison:
    """One operator applied to one field, and what it is compared with (``has`` takes nothing).

    ``literals`` hold it as it is written, ``values`` what that means; a list is a tuple in both.
    """

    operator: str
    field: str
    literals: tuple[str | tuple[str, ...], ...]
    values: tuple[Value, ...] = attribute(
        init=False, repr=False, eq=False, default=Factory(_values, takes_self=True)
    )

    def __str__(self) -> str:
        written = (text if isinstance(text, str) else f"[{','.join(text)}]" for text in self.literals)
        return f"{self.operator}({','.join((self.field, *written))})"


@frozen
class Combination:
    """How the next ``count`` filters are combined: ``and``, ``or``, ``not``, or a plain list (``""``).

    A plain list, joined by commas alone, means the same as ``and``.
    """

    operator: str
    count: int


@frozen(repr=False)
class Filter(Generic[Op]):
    """Comparisons and how they are combined, for the operation whose id is ``operation``.

    ``terms`` are in the order of the text, each combination before what it combines: those of
    ``and(equals(a,1),not(has(b)))`` are ``and`` of two, ``equals(a,1)``, ``not`` of one, ``has(b)``.
    Filters are equal when they are written alike.
    """

    operation: str
    terms: tuple[Comparison | Combination, ...]

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The comparisons, all of which must hold.

        Raises:
            ArgumentError: ``or`` or ``not`` stands among the ``terms``, so that not all of them must.
        """
        if any(isinstance(term, Combination) and term.operator in {"or", "not"} for term in self.terms):
            raise ArgumentError("this filter holds `or` or `not`; its terms tell how they combine")
        return tuple(term for term in self.terms if isinstance(term, Comparison))

    def __and__(self, other: Filter[Op]) -> Filter[Op]:
        count, terms = _operands(self)
        others, added = _operands(_joinable(other, self.operation))
        return Filter(self.operation, (Combination("and", count + others), *terms, *added))

    def __bool__(self) -> NoReturn:
        raise ArgumentError("a filter has no truth value; join filters with &, not with `and`")

    def __str__(self) -> str:
        written: list[str] = []
        awaited: list[int] = []  # how many operands each combination around still lacks
        ends: list[str] = []
        for term in self.terms:
            if isinstance(term, Combination):
                written.append(f"{term.operator}(" if term.operator else "")
                awaited.append(term.count)
                ends.append(")" if term.operator else "")
                continue
            written.append(str(term))
            while awaited:
                awaited[-1] -= 1
                if awaited[-1]:
                    written.append(",")
                    break
                awaited.pop()
                written.append(ends.pop())
        return "".join(written)

    def __repr__(self) -> str:
        return f"<Filter {self}>"


def is_filter(value: object) -> TypeGuard[Filter[object]]:
    """Tell a filter from anything else."""
    with Reading("filter"):
        return isinstance(value, Filter)


def _joinable(other: object, operation: str) -> Filter[object]:
    if not is_filter(other):
        raise ArgumentError(f"a filter is joined with & to another filter, not to {type(other).__name__}")
    if other.operation != operation:
        raise ArgumentError(_not_of_one_operation(operation, other.operation))
    return other


def _not_of_one_operation(first: str, second: str) -> str:
    if first and second:
        said = f"a filter of {second} cannot be joined to one of {first}"
        return f"{said}; build both from the same entry of `filters`"
    known = first or second
    return (
        f"a filter parsed for no operation cannot be joined to one of {known}; write parse(text, {known!r})"
    )


def _operands(joined: Filter[Any]) -> tuple[int, tuple[Comparison | Combination, ...]]:
    """What must hold of a filter, as a number of filters and their terms."""
    first, *rest = joined.terms
    if isinstance(first, Combination) and first.operator in {"and", ""}:
        return first.count, tuple(rest)
    return 1, joined.terms


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
        with Reading(place):
            return self._filter(operator, literal(checked(value, self._kind, place)))

    def _many(self, operator: str, values: Iterable[V]) -> Filter[Op]:
        place = f"{operator}({self._field})"
        with Reading(place):
            if not is_listed(values):
                hint = f", such as [{shown(values)}]" if isinstance(values, str) else f", not {shown(values)}"
                raise ArgumentError(f"{place} takes a list of values{hint}")
            literals = tuple(literal(checked(value, self._kind, place)) for value in listed(values, place))
        if not literals:
            raise ArgumentError(f"{place} needs at least one value: nothing can be any of none")
        return self._filter(operator, literals)

    def _filter(self, operator: str, *literals: str | tuple[str, ...]) -> Filter[Op]:
        return Filter(self._operation, (Comparison(operator, self._field, literals),))


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
