"""Relationships of a resource: the ids it is linked with, and the resources that came included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder

from .codec import REFUSED, decode, is_array, is_object
from .errors import NotIncluded
from .model import Resource, context_of, source_of
from .unset import UNSET


class _Linking(Struct):
    relationships: Any = None


_LONGEST_ID = 60

_read = Decoder(_Linking).decode


def linked_ids(resource: Resource, key: str) -> list[str] | None:
    """Give the ids that a relationship to many links to; None where the answer does not tell them."""
    data = _linkage(resource, key)
    return [identifier for _, identifier in _identifiers(data)] if is_array(data) else None


def linked_id(resource: Resource, key: str) -> str | None:
    """Give the id that a relationship to one links to; None without one, or where the answer tells none."""
    return next((identifier for _, identifier in _identifiers([_linkage(resource, key)])), None)


def linked(resource: Resource, key: str) -> list[Any]:
    """Give the included resources of a relationship to many.

    Raises:
        NotIncluded: the answer does not hold all of them; it was not asked to, or they do not exist any more.
    """
    data = _linkage(resource, key)
    if not is_array(data):
        raise _not_included(resource, key)
    return [_included(resource, key, *identifier) for identifier in _identifiers(data)]


def linked_one(resource: Resource, key: str) -> Any | None:
    """Give the included resource of a relationship to one, None where there is none.

    Raises:
        NotIncluded: the answer does not hold it; it was not asked to, or it does not exist any more.
    """
    data = _linkage(resource, key)
    if data is UNSET:
        raise _not_included(resource, key)
    return next((_included(resource, key, *identifier) for identifier in _identifiers([data])), None)


def identity(value: object) -> tuple[str, str] | None:
    """Give type and id of a resource object or identifier; None where one is missing."""
    if not is_object(value):
        return None
    kind, identifier = value.get("type"), value.get("id")
    if not isinstance(kind, str) or not isinstance(identifier, str | int):
        return None
    return kind, str(identifier)


def _identifiers(linkage: list[Any]) -> Iterator[tuple[str, str]]:
    return (found for found in map(identity, linkage) if found)


def _linkage(resource: Resource, key: str) -> Any:
    """The ``data`` of a relationship, UNSET where the resource does not show it."""
    source = source_of(resource)
    if source is None:
        return UNSET
    try:
        relationships = _read(source).relationships
    except REFUSED:
        document = decode(source)
        relationships = document.get("relationships") if is_object(document) else None
    relationship = relationships.get(key) if is_object(relationships) else None
    return relationship.get("data", UNSET) if is_object(relationship) else UNSET


def _included(resource: Resource, key: str, kind: str, identifier: str) -> Resource:
    context = context_of(resource)
    found = context.find(kind, identifier) if context else None
    if found is None:
        raise _not_included(resource, key, identifier)
    return found


def _not_included(resource: Resource, key: str, identifier: str = "") -> NotIncluded:
    context = context_of(resource)
    reason = context.absence(key) if context else "it was made, loaded or unpickled: nothing came beside it"
    named = f" {identifier[:_LONGEST_ID]!r}" if identifier else ""
    return NotIncluded(f"{type(resource).__name__} came without its {key}{named}; {reason}")
