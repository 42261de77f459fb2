"""Query parameters: what each keyword is called on the wire, and how its value is checked and written."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache, partial
from typing import Self

from .arguments import Reading, digits, exact, is_listed, listed, shown
from .errors import ArgumentError
from .filters import is_filter
from .headers import flaw
from .links import OF_PAGES, OF_REPORTS
from .operation import Operation
from .suggest import suggestion
from .urls import query_text, text_of


class Raw(str):
    """Text for ``include``, ``sort`` or ``fields_…`` that is sent as it is, documented or not."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Take a text, as it is."""
        with Reading("Raw"):
            return super().__new__(cls, text_of(text, "Raw"))


@cache
def readers(operation: Operation) -> dict[str, tuple[str, Callable[[object], str]]]:
    """What each query keyword is called on the wire, and how its value is checked and written."""
    readers: dict[str, tuple[str, Callable[[object], str]]] = {}
    for prefix, sets in (("fields", operation.fields), ("additional-fields", operation.additional_fields)):
        for kind, values in sets.items():
            name = f"{prefix}_{kind}".replace("-", "_")
            readers[name] = (f"{prefix}[{kind}]", partial(_chosen, name, values))
    if operation.filters:
        readers["filter"] = (operation.filter_header or "filter", partial(_filter, operation))
    if operation.include:
        readers["include"] = ("include", partial(_chosen, "include", operation.include))
    if operation.paging and operation.paging.cursor:
        readers["page_cursor"] = ("page[cursor]", partial(text_of, place="page_cursor"))
    if operation.paging and operation.paging.maximum is not None:
        readers["page_size"] = ("page[size]", partial(_page_size, operation))
    for parameter in operation.query:
        readers[parameter.name] = (parameter.key, partial(query_text, place=parameter.name))
    if operation.sort:
        readers["sort"] = ("sort", partial(_sort, operation))
    return readers


def query_of(operation: Operation, given: dict[str, object]) -> dict[str, str]:
    """Take the query parameters out of what was given, written as they are sent.

    Raises:
        ArgumentError: one is missing or cannot be what it is.
    """
    required = {parameter.name for parameter in operation.query if parameter.required}
    required |= {"filter"} if operation.filter_required else set()
    query: dict[str, str] = {}
    for name, (key, write) in readers(operation).items():
        if name in given:
            query[key] = write(given.pop(name))
        elif name in required:
            raise ArgumentError(f"{operation.id} needs {name}")
    return query


def checked_pairs(operation: Operation, pairs: Collection[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Check what is sent by each name, whether an argument, an extra one or a query by hand brought it.

    Raises:
        ArgumentError: a filter holds what its header cannot, or a cursor is empty.
    """
    header = operation.filter_header
    for key, value in pairs:
        if header and key == header and (wrong := flaw(value)):
            raise ArgumentError(f"the filter {wrong}; {operation.id} sends it in a header")
        if not value and key in {OF_PAGES, OF_REPORTS}:
            raise empty_cursor(key)
    return tuple(pairs)


def empty_cursor(name: str) -> ArgumentError:
    """An empty cursor stands for a page after the last."""
    return ArgumentError(
        f"{name} is empty, which would begin at the first page again; "
        "the last page has no cursor: resume only where `page.cursor is not None`"
    )


def _filter(operation: Operation, value: object) -> str:
    if is_filter(value):
        if value.operation not in {"", operation.id}:
            raise ArgumentError(
                f"this is a filter of {value.operation}; {operation.id} has an entry of its own in `filters`"
            )
        text = str(value)
    elif isinstance(value, str):
        text = exact(value)
    else:
        raise ArgumentError(f"filter is built from `filters`, or text; it is not {shown(value)}")
    return text


def _chosen(name: str, choices: Collection[str], value: object) -> str:
    if isinstance(value, Raw):
        return exact(value)
    values = [value] if isinstance(value, str) else value
    if not is_listed(values):
        raise ArgumentError(f"{name} is a list of names, not {shown(value)}")
    words = [text_of(word, name) for word in listed(values, name)]
    for word in words:
        if word not in choices:
            raise ArgumentError(f"{name} has no {shown(word)}{suggestion(word, choices)}")
    return ",".join(words)


def _sort(operation: Operation, value: object) -> str:
    word = text_of(value, "sort")
    if not isinstance(value, Raw) and word not in operation.sort:
        raise ArgumentError(
            f"{operation.id} cannot be sorted by {shown(word)}{suggestion(word, operation.sort)}"
        )
    return word


def _page_size(operation: Operation, value: object) -> str:
    paging = operation.paging
    low, high = (paging.minimum or 1, paging.maximum or 1) if paging else (1, 1)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ArgumentError(
            f"page_size of {operation.id} is a whole number from {low} to {high}, not {shown(value)}"
        )
    return digits(value, "page_size")
