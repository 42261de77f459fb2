"""Choosing the resources of a collection: filtering, sorting, and cutting out one page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any

from attrs import frozen

from ..codec import day, instant, is_array, is_object
from ..filters import Comparison
from .querying import Query
from .refusals import bad_parameter
from .showing import Shower
from .store import Stored

_ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = {
    "greater-than": lambda value, bound: value > bound,
    "greater-or-equal": lambda value, bound: value >= bound,
    "less-than": lambda value, bound: value < bound,
    "less-or-equal": lambda value, bound: value <= bound,
}
_TEXTUAL: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda value, part: part in value,
    "starts-with": str.startswith,
    "ends-with": str.endswith,
}


@frozen
class Selection:
    """The resources of one page, and the cursors of its neighbours (empty: there is none)."""

    page: list[Stored]
    next: str = ""
    previous: str = ""


def select(resources: Iterable[Stored], query: Query, shower: Shower) -> Selection:
    """Filter, sort and cut.

    Raises:
        RefusedError: the cursor is none of this collection.
    """
    looks = partial(_values, shower)
    chosen = [
        stored
        for stored in resources
        if all(_holds(comparison, list(looks(stored, comparison.field))) for comparison in query.comparisons)
    ]
    if query.sort:
        key = query.sort.removeprefix("-")
        chosen.sort(
            key=lambda stored: _rank(next(looks(stored, key), None)), reverse=query.sort.startswith("-")
        )
    return _page(chosen, query)


# ------------------------------------------------------------------------------------------- values


def _values(shower: Shower, stored: Stored, path: str) -> Iterator[Any]:
    """What stands at a dotted name: attributes, the id, and what relationships lead to."""
    if path == "id":
        yield stored.id
        return
    attributes = shower.attributes(stored)
    first, _, rest = path.partition(".")
    holders = [value for value in stored.attributes.values() if is_object(value) and first in value]
    if first in stored.attributes or (first in attributes and not holders):
        yield from _inside(attributes[first], rest)
        return
    links = shower.interface.links(stored.type)
    for key in links:
        if first not in {key, f"{key}_id"} and not key.endswith(f"-{first}"):
            continue
        for identity in shower.store.linked(stored.identity, key):
            target = shower.store.find(identity)
            if not rest or rest == "id" or target is None:
                yield identity[1]
            else:
                yield from _values(shower, target, rest)
        return
    for value in holders:  # messages.channel stands in the message's definition
        yield from _inside(value[first], rest)


def _inside(value: Any, path: str) -> Iterator[Any]:
    if is_array(value):
        for item in value:
            yield from _inside(item, path)
    elif not path:
        yield value
    elif is_object(value):
        first, _, rest = path.partition(".")
        yield from _inside(value.get(first), rest)


def _holds(comparison: Comparison, values: list[Any]) -> bool:
    if not comparison.values:
        return any(value is not None for value in values)
    wanted = comparison.values[0]
    choices = wanted if isinstance(wanted, tuple) else (wanted,)
    operator = comparison.operator
    if operator == "contains-all":
        return all(any(_is(value, choice) for value in values) for choice in choices)
    if operator in {"equals", "any", "contains-any"}:
        return any(_is(value, choice) for value in values for choice in choices)
    if operator in _ORDERINGS:
        return any(_ordered(operator, value, choice) for value in values for choice in choices)
    return any(
        isinstance(value, str) and isinstance(choice, str) and _TEXTUAL[operator](value, choice)
        for value in values
        for choice in choices
    )


def _is(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool) != isinstance(wanted, bool):
        return False
    return bool(_like(value, wanted) == wanted)


def _ordered(operator: str, value: Any, bound: Any) -> bool:
    if isinstance(bound, date):
        moment = bound if isinstance(bound, datetime) else datetime.combine(bound, time(), UTC)
        bound = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    found = _like(value, bound)
    numbers = (int, float, Decimal)
    alike = isinstance(found, numbers) if isinstance(bound, numbers) else isinstance(found, type(bound))
    return alike and _ORDERINGS[operator](found, bound)


def _like(value: Any, wanted: Any) -> Any:
    """Read text as an instant or a date where it is compared with one."""
    if not isinstance(value, str):
        return value
    if isinstance(wanted, datetime):
        return instant(value)
    return day(value[:10]) if isinstance(wanted, date) else value


def _rank(value: Any) -> tuple[int, float, str]:
    """An order over all values: nothing first, then numbers, then text."""
    if value is None:
        return 0, 0.0, ""
    return (1, float(value), "") if isinstance(value, (int, float)) else (2, 0.0, str(value))


# -------------------------------------------------------------------------------------------- pages


def _page(chosen: list[Stored], query: Query) -> Selection:
    if query.size is None:
        return Selection(chosen)
    start, end = _bounds(chosen, query)
    page = chosen[start:end]
    return Selection(
        page,
        next=_cursor("next", page[-1]) if end < len(chosen) else "",
        previous=_cursor("prev", page[0]) if start > 0 and page else "",
    )


def _bounds(chosen: list[Stored], query: Query) -> tuple[int, int]:
    size = query.size or 1
    if not query.cursor:
        return 0, size
    direction, identifier = _read_cursor(query.cursor)
    for position, stored in enumerate(chosen):
        if stored.id == identifier:
            return (
                (position + 1, position + 1 + size)
                if direction == "next"
                else (max(position - size, 0), position)
            )
    raise bad_parameter("page[cursor]", "Invalid cursor provided.")


def _cursor(direction: str, stored: Stored) -> str:
    return base64.b64encode(f"{direction}::id::{stored.id}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[str, str]:
    try:
        direction, _, identifier = base64.b64decode(cursor, validate=True).decode().split("::", 2)
    except (binascii.Error, ValueError) as error:
        raise bad_parameter("page[cursor]", "Invalid cursor provided.") from error
    return direction, identifier
