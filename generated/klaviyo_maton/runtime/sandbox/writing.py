# Copied by "make generate" from codegen/runtime/sandbox/writing.py. Edit that file, not this one.
"""Writing resources: creating, updating, upserting, copying, merging, linking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from ..codec import is_array, is_object
from ..shape import Shape
from .body import Given
from .events import as_read, event_id
from .interface import Interface
from .refusals import RefusedError, missing
from .store import Identity, Store, Stored

_UNIQUE: Mapping[str, tuple[str, ...]] = {
    "profile": ("email", "phone_number", "external_id"),
    "metric": ("name",),
    "tag": ("name",),
}
"""The attributes that tell whether two resources of a type are one."""

_CREATED = ("created", "created_at")
_UPDATED = ("updated", "updated_at")


@frozen(eq=False)
class Writer:
    """Carries out the writes of one revision."""

    store: Store
    interface: Interface

    def create(self, given: Given) -> Stored:
        """Make a resource, with those that are nested in it.

        Raises:
            RefusedError: it exists already, or links to something that does not.
        """
        kind = given.form.type
        self.check_links(given)
        known = self.interface.keys(kind)
        attributes = {key: value for key, value in self._readable(given).items() if key in known}
        self._refuse_twins(kind, attributes, "")
        identifier = given.id or self._natural_id(given) or self.store.new_id(kind, given.attributes)
        if self.store.find((kind, identifier)):
            raise _conflict(kind, identifier)
        nested = [(key, self.upsert(one)[0].identity) for key, many in given.nested.items() for one in many]
        if kind == "event" and (same := self._same_event(attributes, nested)):
            return same
        stamps = self._stamps(kind, _CREATED + _UPDATED)
        stored = self.store.add(Stored(kind, identifier, {**stamps, **attributes}))
        self._link_all(stored, given)
        for key, identity in nested:
            self.link(stored.identity, key, identity)
        return stored

    def update(self, stored: Stored, given: Given) -> Stored:
        """Change what is given; null clears, and the members of open objects stay where they are not given.

        Raises:
            RefusedError: the change would make it the same as another one, or it links to nothing.
        """
        self.check_links(given)
        attributes = self._readable(given)
        self._refuse_twins(stored.type, attributes, stored.id)
        shapes = {member.key: member.shape for member in self.interface.attributes(stored.type)}
        for key, value in attributes.items():
            if key in shapes:
                old = stored.attributes.get(key)
                stored.attributes[key] = _replaced(shapes[key], old, value)
        if patch := _members(given.meta.get("patch_properties")):
            properties = _members(stored.attributes.get("properties"))
            stored.attributes["properties"] = _patched(dict(properties), patch)
        stored.attributes.update(self._stamps(stored.type, _UPDATED))
        for linkage in given.links:
            for identity in self.store.linked(stored.identity, linkage.key):
                self.unlink(stored.identity, linkage.key, identity)
        self._link_all(stored, given)
        return stored

    def upsert(self, given: Given) -> tuple[Stored, bool]:
        """Update the resource that the given one is, or make it; tells whether it was made."""
        found = self.store.find((given.form.type, given.id)) if given.id else None
        found = found or self._twin(given.form.type, given.attributes, "")
        return (self.update(found, given), False) if found else (self.create(given), True)

    def copy(self, stored: Stored, given: Given) -> Stored:
        """Make another resource like one that exists, with some attributes changed."""
        stamps = self._stamps(stored.type, _CREATED + _UPDATED)
        identifier = self.store.new_id(stored.type, {})
        attributes = {**stored.attributes, **stamps, **given.attributes}
        return self.store.add(Stored(stored.type, identifier, attributes))

    def merge(self, kept: Stored, sources: Iterable[Identity]) -> Stored:
        """Give one resource what others have and it lacks, and take the others out."""
        for identity in sources:
            source = self.found(identity)
            lacking = {k: v for k, v in source.attributes.items() if kept.attributes.get(k) is None}
            kept.attributes.update(lacking)
            for key in self.interface.links(source.type):
                for target in self.store.linked(identity, key):
                    self.link(kept.identity, key, target)
            self.store.remove(identity)
        return kept

    def found(self, identity: Identity) -> Stored:
        """A resource by type and id.

        Raises:
            RefusedError: it does not exist.
        """
        stored = self.store.find(identity)
        if stored is None:
            raise missing(*identity)
        return stored

    # ------------------------------------------------------------------------------------- links

    def link(self, source: Identity, key: str, target: Identity) -> None:
        """Link two resources, and back where a relationship leads back."""
        own = self.interface.links(source[0]).get(key)
        back = self.interface.inverse(source[0], target[0])
        for old in self.store.linked(source, key) if own and not own.many else ():
            self.unlink(source, key, old)
        for old in self.store.linked(target, back[0]) if back and not back[1] else ():
            self.unlink(old, key, target)
        self.store.link(source, key, target)
        if back:
            self.store.link(target, back[0], source)

    def linked(self, source: Identity, key: str, kind: str) -> dict[Identity, str]:
        """What a relationship links to, and since when; one that is not shown is read from its other end."""
        back = self.interface.inverse(source[0], kind)
        if key in self.interface.links(source[0]) or back is None:
            return self.store.linked(source, key)
        ends = {other.identity: self.store.linked(other.identity, back[0]) for other in self.store.all(kind)}
        return {identity: links[source] for identity, links in ends.items() if source in links}

    def unlink(self, source: Identity, key: str, target: Identity) -> None:
        """Take a link away, and the one that leads back."""
        self.store.unlink(source, key, target)
        if back := self.interface.inverse(source[0], target[0]):
            self.store.unlink(target, back[0], source)

    def check_links(self, given: Given) -> None:
        """Make sure that there is what a resource is to be linked with, as far as answers can show it.

        Raises:
            RefusedError: something of it does not exist.
        """
        for linkage, identities in given.links.items():
            for identity in identities:
                if self.interface.model(identity[0]) and self.store.find(identity) is None:
                    raise RefusedError(
                        400,
                        f"A {identity[0]} with id {identity[1]} does not exist.",
                        pointer=f"/data/relationships/{linkage.key}/data/id",
                    )

    def _link_all(self, stored: Stored, given: Given) -> None:
        for linkage, identities in given.links.items():
            for identity in identities:
                self.link(stored.identity, linkage.key, identity)

    # -------------------------------------------------------------------------------- attributes

    def _stamps(self, kind: str, names: Iterable[str]) -> dict[str, str]:
        """The instants of a write, under those of the names that the type has."""
        now = self.store.tick()
        return {key: now for key in names if key in self.interface.keys(kind)}

    def _readable(self, given: Given) -> Mapping[str, Any]:
        return as_read(given.attributes, self.store.now()) if given.form.type == "event" else given.attributes

    def _same_event(self, attributes: Mapping[str, Any], nested: list[tuple[str, Identity]]) -> Stored | None:
        """The event that has the same id of the sender's own, of the same profile and metric."""
        own_id = event_id(attributes)
        for event in self.store.all("event") if own_id else []:
            if event_id(event.attributes) == own_id and all(
                identity in self.store.linked(event.identity, key) for key, identity in nested
            ):
                return event
        return None

    def _natural_id(self, given: Given) -> str:
        """The id of a coupon's code, which consists of the coupon's and the code."""
        code = given.attributes.get("unique_code")
        parents = [identity[1] for identities in given.links.values() for identity in identities]
        return f"{parents[0]}-{code}" if code and parents else ""

    def _twin(self, kind: str, attributes: Mapping[str, Any], own_id: str) -> Stored | None:
        for key in _UNIQUE.get(kind, ()):
            for other in self.store.all(kind):
                value = attributes.get(key)
                if value is not None and other.attributes.get(key) == value and other.id != own_id:
                    return other
        return None

    def _refuse_twins(self, kind: str, attributes: Mapping[str, Any], own_id: str) -> None:
        if twin := self._twin(kind, attributes, own_id):
            raise _conflict(kind, twin.id)


def _conflict(kind: str, identifier: str) -> RefusedError:
    return RefusedError(
        409,
        f"A {kind} already exists with one of these identifiers.",
        code=f"duplicate_{kind.replace('-', '_')}",
        pointer="/data/attributes",
        meta={f"duplicate_{kind.replace('-', '_')}_id": identifier},
    )


def _replaced(shape: Shape, old: Any, new: Any) -> Any:
    """The new value of an attribute: an object that is always of one kind keeps the members not given."""
    is_of_one_kind = len(shape.models) + (shape.values is not None) == 1
    return {**old, **new} if is_of_one_kind and is_object(old) and is_object(new) else new


def _patched(properties: dict[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Apply ``patch_properties``: append to lists, take out of lists, take properties away."""
    for key, value in _members(patch.get("append")).items():
        properties[key] = [*_list(properties.get(key)), *_list(value)]
    for key, value in _members(patch.get("unappend")).items():
        gone = _list(value)
        properties[key] = [item for item in _list(properties.get(key)) if item not in gone]
    for key in _list(patch.get("unset")):
        properties.pop(str(key), None)
    return properties


def _members(value: Any) -> Mapping[str, Any]:
    return value if is_object(value) else {}


def _list(value: Any) -> list[Any]:
    return value if is_array(value) else [] if value is None else [value]
