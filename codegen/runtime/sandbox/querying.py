"""Reading the query of a request: what an operation offers is taken, all else refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from attrs import frozen

from ..errors import ArgumentError
from ..filter_grammar import parse
from ..filters import Comparison
from ..operation import Operation
from .refusals import RefusedError, bad_parameter

_DEFAULT_SIZE = 20


@frozen
class Query:
    """A query, taken apart; ``fields`` has the types for which only some attributes are wanted."""

    comparisons: tuple[Comparison, ...] = ()
    sort: str = ""
    size: int | None = None
    cursor: str = ""
    include: tuple[str, ...] = ()
    fields: Mapping[str, frozenset[str]] = {}
    additional: Mapping[str, frozenset[str]] = {}


def read_query(operation: Operation, text: str, header: str | None, kind: str) -> Query:
    """Read the query of a request for resources of a type, and the header that stands for its filter.

    Raises:
        RefusedError: a parameter is not offered, or its value is not.
    """
    given = dict(parse_qsl(text, keep_blank_values=True))
    fields = _sets(given, "fields", operation.fields)
    additional = _sets(given, "additional-fields", operation.additional_fields)
    # A header tells where somebody is, not which resources are wanted: here everything is near.
    filter_text = header if operation.filter_header else given.pop("filter", None)
    comparisons = _comparisons(operation, filter_text, kind)
    query = Query(
        comparisons=() if operation.filter_header else comparisons,
        sort=_one_of(given.pop("sort", ""), operation.sort, "sort"),
        size=_size(operation, given.pop("page[size]", None), kind),
        cursor=_cursor(operation, given.pop("page[cursor]", "")),
        include=_listed(given.pop("include", ""), operation.include, "include"),
        fields=fields,
        additional=additional,
    )
    for parameter in operation.query:
        if parameter.required and parameter.key not in given:
            raise bad_parameter(parameter.key, f"'{parameter.key}' is required.")
        given.pop(parameter.key, None)
    for name in given:
        raise bad_parameter(name, f"'{name}' is not a valid parameter for the resource '{kind}'.")
    return query


def _sets(
    given: dict[str, str], prefix: str, offered: Mapping[str, tuple[str, ...]]
) -> dict[str, frozenset[str]]:
    names = {f"{prefix}[{kind}]": kind for kind in offered}
    return {
        kind: frozenset(_listed(given.pop(name), offered[kind], name))
        for name, kind in names.items()
        if name in given
    }


def _listed(text: str, offered: Iterable[str], name: str) -> tuple[str, ...]:
    words = tuple(word for word in text.split(",") if word)
    for word in words:
        _one_of(word, offered, name)
    return words


def _one_of(word: str, offered: Iterable[str], name: str) -> str:
    if word and word not in offered:
        raise bad_parameter(name, f"'{word}' is not allowed for {name}. Allowed are {', '.join(offered)}.")
    return word


def _size(operation: Operation, text: str | None, kind: str) -> int | None:
    paging = operation.paging
    if text is None:
        return None if paging is None else paging.default or _DEFAULT_SIZE
    if paging is None or paging.maximum is None:
        raise RefusedError(
            400,
            f"'page_size' is not a valid field for the resource '{kind}'.",
            pointer="/data/attributes/page_size",
        )
    low, high = paging.minimum or 1, paging.maximum
    if not text.isdigit() or not low <= int(text) <= high:
        raise bad_parameter("page[size]", f"Page size must be an integer between {low} and {high}.")
    return int(text)


def _cursor(operation: Operation, text: str) -> str:
    if text and not (operation.paging and operation.paging.cursor):
        raise bad_parameter("page[cursor]", "This collection has no pages.")
    return text


def _comparisons(operation: Operation, text: str | None, kind: str) -> tuple[Comparison, ...]:
    if text is None:
        if operation.filter_required:
            raise bad_parameter("filter", "A filter is required.")
        return ()
    try:
        comparisons = parse(text).comparisons
    except ArgumentError as error:
        raise bad_parameter("filter", f"Invalid filter provided: {error}") from error
    for comparison in comparisons:
        allowed = operation.filters.get(comparison.field)
        if allowed is None:
            raise bad_parameter(
                "filter", f"'{comparison.field}' is not a filterable field for the resource '{kind}'."
            )
        if comparison.operator not in allowed:
            raise bad_parameter(
                "filter",
                f"'{comparison.operator}' is not an allowed filter operator for {comparison.field}.  "
                f"Allowed operators are {', '.join(allowed)}",
            )
    return comparisons
