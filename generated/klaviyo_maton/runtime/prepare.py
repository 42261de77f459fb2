# Copied by "make generate" from codegen/runtime/prepare.py. Edit that file, not this one.
"""From the arguments of a method to the request it means: everything is checked here, before sending.

What is passed is what is sent: nothing is dropped, renamed or added, and ``UNSET`` alone means
"not passed". Every refusal is an :class:`~.errors.ArgumentError` that names the argument.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from .arguments import Reading, is_mapping, shown
from .bodies import body_of, merge
from .bodies import keywords as body_keywords
from .errors import ArgumentError
from .operation import Call, Operation
from .queries import checked_pairs, empty_cursor, query_of, readers
from .suggest import ENVELOPE, argument_hint, suggestion
from .unset import UNSET
from .urls import fill, query_pairs, text_of

_EXTRA = ("attributes", "relationships", "meta", "query")


class Extra(TypedDict, total=False):
    """Members that nobody documented, by the part of the request where they go."""

    attributes: Mapping[str, Any]
    relationships: Mapping[str, Any]
    meta: Mapping[str, Any]
    query: Mapping[str, Any]


def prepare(operation: Operation, arguments: Mapping[str, object], extra: Extra | None = None) -> Call:
    """Check and encode the arguments of one call.

    ``extra`` holds members that nobody documented, under ``attributes``, ``relationships``, ``meta``
    and ``query``.

    Raises:
        ArgumentError: an argument is unknown, missing, of the wrong kind, or cannot be written as JSON.
    """
    with Reading(operation.id):
        return _prepared(operation, arguments, extra)


def _prepared(operation: Operation, arguments: Mapping[str, object], extra: Extra | None) -> Call:
    given = {name: value for name, value in arguments.items() if value is not UNSET}
    if not ENVELOPE.isdisjoint(given):
        _refuse_envelope(operation, given)
    added = _checked(extra) if extra is not None else {}
    if not given.get("page_cursor", True):
        _begin(operation, given)
    path = operation.path
    if operation.variables:
        path = fill(path, {key: _id(given, name, operation) for name, key in operation.variables})
    query = query_of(operation, given)
    if added:
        merge(query, dict(query_pairs(added.get("query", {}))))
    body, content_type, upload = body_of(operation, given, arguments, added)
    if given:
        raise _unknown(next(iter(given)), operation)
    return Call(operation, path, checked_pairs(operation, query.items()), body, content_type, upload)


def keywords(operation: Operation) -> list[str]:
    """The names of all arguments that an operation takes."""
    names = [*(name for name, _ in operation.variables), *readers(operation), *body_keywords(operation.body)]
    return list(dict.fromkeys(names))


def _refuse_envelope(operation: Operation, given: Mapping[str, object]) -> None:
    """Refuse a document of JSON:API before all else, as what is missing may stand in it."""
    for name in sorted(ENVELOPE & given.keys()):
        if name not in keywords(operation):
            raise _unknown(name, operation)


def _unknown(name: str, operation: Operation) -> ArgumentError:
    hint = argument_hint(name, keywords(operation))
    return ArgumentError(f"{operation.id} has no argument {shown(name)}{hint}")


def _id(given: dict[str, object], name: str, operation: Operation) -> str:
    if name not in given:
        raise ArgumentError(f"{operation.id} needs {name}")
    return text_of(given.pop(name), name)


def _begin(operation: Operation, given: dict[str, object]) -> None:
    """Take None for the first page, and refuse an empty cursor."""
    if given["page_cursor"] is None and "page_cursor" in keywords(operation):
        del given["page_cursor"]
    elif given["page_cursor"] == "":
        raise empty_cursor("page_cursor")


def _checked(extra: object) -> dict[str, Mapping[str, Any]]:
    if not is_mapping(extra):
        raise ArgumentError(f"extra is a mapping of {', '.join(_EXTRA)}, not {shown(extra)}")
    parts: dict[str, Mapping[str, Any]] = {}
    for part, members in extra.items():
        if part not in _EXTRA:
            raise ArgumentError(f"extra has no part {shown(part)}{suggestion(part, _EXTRA)}")
        if not is_mapping(members):
            raise ArgumentError(f"extra.{part} is a mapping, not {type(members).__name__}")
        parts[part] = members
    return parts
