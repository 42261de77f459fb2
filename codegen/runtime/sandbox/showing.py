"""Resources as answers show them: attributes completed, links added, and only what was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from attrs import field, frozen

from ..codec import is_object
from ..operation import Operation
from ..shape import Member
from .filling import Filler
from .interface import Interface
from .querying import Query
from .store import Identity, Store, Stored

ORIGIN = "https://a.klaviyo.com"

_DEFINITIONS: Mapping[str, Any] = {
    "form": {"versions": []},
    "segment": {"condition_groups": []},
    "template-universal-content": {"content_type": "block", "type": "button", "data": None},
}
"""The least of what the spec leaves open; the definitions of other types can be null."""

_NEVER_NULL = frozenset({"background", "description", "html", "name", "namespace"})
"""What has a value even where one may leave it out when creating."""


@frozen(eq=False)
class Shower:
    """Shows resources to one request.

    ``since`` tells when the resources of a related collection were linked, for those that show it.
    """

    store: Store
    interface: Interface
    operation: Operation
    query: Query = field(factory=Query)
    filler: Filler = field(factory=Filler)
    since: Mapping[Identity, str] = field(factory=dict[Identity, str])

    def document(self, stored: Stored) -> dict[str, Any]:
        """A resource of the primary data."""
        linked = self.query.include if self.operation.method == "GET" else None
        return self._resource(stored, linked)

    def included(self, resources: Iterable[Stored]) -> list[dict[str, Any]]:
        """The resources that were asked for beside some others, each once."""
        found = {
            identity: None
            for stored in resources
            for key in self.query.include
            for identity in self.store.linked(stored.identity, key)
        }
        return [self._resource(stored, ()) for stored in map(self.store.find, found) if stored]

    def attributes(self, stored: Stored) -> dict[str, Any]:
        """All attributes of a resource, whether an answer would show them or not."""
        values = {**stored.attributes}
        for member in self.interface.attributes(stored.type):
            values[member.key] = self._value(stored, member)
        return values

    def _value(self, stored: Stored, member: Member) -> Any:
        if member.key in stored.attributes:
            return self.filler.completed(member.shape, stored.attributes[member.key])
        if member.key == "joined_group_at" and stored.identity in self.since:
            return self.since[stored.identity]
        optional = self.interface.optional.get(stored.type, frozenset())
        is_simple = bool(member.shape.scalars) and bool not in member.shape.scalars
        if member.key in optional - _NEVER_NULL and (is_simple or member.shape.instant):
            return None
        if member.key == "definition" and member.shape.values:
            return _DEFINITIONS.get(stored.type)
        return self.filler.made_up(member.shape, member.key)

    def _resource(self, stored: Stored, linked: Iterable[str] | None) -> dict[str, Any]:
        place = self.place(stored)
        shown: dict[str, Any] = {"type": stored.type, "id": stored.id}
        if attributes := self._shown(stored):
            shown["attributes"] = attributes
        if relationships := {
            key: self._relationship(stored, key, with_data=linked is None or key in linked)
            for key in self.interface.links(stored.type)
        }:
            shown["relationships"] = relationships
        shown["links"] = {"self": f"{place}/"}
        return shown

    def place(self, stored: Stored) -> str:
        """The address of a resource, without the slash at its end."""
        collection = self.interface.collections.get(stored.type, f"{stored.type}s")
        return f"{ORIGIN}/api/{collection}/{quote(stored.id, safe='')}"

    def _shown(self, stored: Stored) -> dict[str, Any]:
        values = self.attributes(stored)
        documented = self.interface.keys(stored.type)
        usual = self.interface.shown(self.operation, stored.type)
        additional = {
            choice.partition(".")[0] for choice in self.operation.additional_fields.get(stored.type, ())
        }
        asked = self.query.additional.get(stored.type, frozenset())
        values = {
            key: value
            for key, value in values.items()
            if (key in asked or key not in additional)
            and (not usual or key in usual or key not in documented)
        }
        sparse = self.query.fields.get(stored.type)
        return values if sparse is None else _sparse(values, sparse | asked)

    def _relationship(self, stored: Stored, key: str, *, with_data: bool) -> dict[str, Any]:
        place = self.place(stored)
        shown: dict[str, Any] = {
            "links": {"self": f"{place}/relationships/{key}/", "related": f"{place}/{key}/"}
        }
        data = identifiers(self.store.linked(stored.identity, key)) if with_data else []
        if with_data and self.interface.links(stored.type)[key].many:
            shown["data"] = data
        elif data:  # the documents know no null here
            shown["data"] = data[0]
        return shown


def identifiers(identities: Iterable[Identity]) -> list[dict[str, str]]:
    """Resource identifiers, as linkage holds them."""
    return [{"type": kind, "id": identifier} for kind, identifier in identities]


def _sparse(values: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
    """Leave only the members that dotted names lead to."""
    deeper: dict[str, list[str]] = {}
    for name in wanted:
        first, _, rest = name.partition(".")
        deeper.setdefault(first, []).append(rest)
    return {key: _thinned(value, deeper[key]) for key, value in values.items() if key in deeper}


def _thinned(value: Any, names: list[str]) -> Any:
    if is_object(value) and "" not in names:
        return _sparse(value, names)
    return value
