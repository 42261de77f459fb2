# Copied by "make generate" from codegen/runtime/sandbox/writing.py. Edit that file, not this one.
"""Writing resources: creating, updating, upserting, copying, merging, linking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from ..codec import is_array, is_object
from .body import Given
from .interface import Interface
from .refusals import RefusedError, missing
from .store import Identity, Store, Stored

_UNIQUE: Mapping[str, tuple[str, ...]] = {
    "profile": ("email", "phone_number", "external_id"),
    "metric": ("name",),
    "tag": ("name",),
}
"""The attributes that tell whether two resources of a type are one."""

_READ_AS: Mapping[str, Mapping[str, str]] = {"event": {"properties": "event_properties", "time": "datetime"}}
"""The attributes that answers call otherwise than requests do."""

_CREATED = ("created", "created_at", "datetime")
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
        self._check_links(given)
        attributes = self._readable(given)
        self._refuse_twins(given.form.type, attributes, "")
        now = self.store.tick()
        known = {member.key for member in self.interface.attributes(given.form.type)}
        stamps = {key: now for key in (*_CREATED, *_UPDATED) if key in known}
        identifier = given.id or self._natural_id(given) or self.store.new_id(given.form.type, attributes)
        if self.store.find((given.form.type, identifier)):
            raise _conflict(given.form.type, identifier)
        stored = self.store.add(Stored(given.form.type, identifier, {**stamps, **attributes}))
        self._link_all(stored, given)
        for key, nested in given.nested.items():
            for one in nested:
                self.link(stored.identity, key, self.upsert(one)[0].identity)
        return stored

    def update(self, stored: Stored, given: Given) -> Stored:
        """Change what is given; null clears, and the members of open objects stay where they are not given.

        Raises:
            RefusedError: the change would make it the same as another one, or it links to nothing.
        """
        self._check_links(given)
        attributes = self._readable(given)
        self._refuse_twins(stored.type, attributes, stored.id)
        shapes = {member.key: member.shape for member in self.interface.attributes(stored.type)}
        for key, value in attributes.items():
            old = stored.attributes.get(key)
            shape = shapes.get(key)
            is_merged = shape is not None and len(shape.models) + (shape.values is not None) == 1
            if is_merged and is_object(old) and is_object(value):
                stored.attributes[key] = {**old, **value}
            else:
                stored.attributes[key] = value
        if patch := given.meta.get("patch_properties"):
            properties = dict(stored.attributes.get("properties") or {})
            stored.attributes["properties"] = _patched(properties, patch)
        now = self.store.tick()
        stored.attributes.update({key: now for key in _UPDATED if key in shapes})
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
        changes = {**stored.attributes, **given.attributes}
        identifier = self.store.new_id(stored.type, {})
        return self.store.add(Stored(stored.type, identifier, changes))

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
        self.store.link(source, key, target, alone=own is not None and not own.many)
        if back := self.interface.inverse(source[0], target[0]):
            self.store.link(target, back[0], source, alone=not back[1])

    def unlink(self, source: Identity, key: str, target: Identity) -> None:
        """Take a link away, and the one that leads back."""
        self.store.unlink(source, key, target)
        if back := self.interface.inverse(source[0], target[0]):
            self.store.unlink(target, back[0], source)

    def _link_all(self, stored: Stored, given: Given) -> None:
        for linkage, identities in given.links.items():
            for identity in identities:
                self.link(stored.identity, linkage.key, identity)

    def _check_links(self, given: Given) -> None:
        for linkage, identities in given.links.items():
            for identity in identities:
                if self.store.find(identity) is None:
                    raise RefusedError(
                        400,
                        f"A {identity[0]} with id {identity[1]} does not exist.",
                        pointer=f"/data/relationships/{linkage.key}/data/id",
                    )

    # -------------------------------------------------------------------------------- attributes

    def _readable(self, given: Given) -> dict[str, Any]:
        names = _READ_AS.get(given.form.type, {})
        return {names.get(key, key): value for key, value in given.attributes.items()}

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


def _patched(properties: dict[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Apply ``patch_properties``: append to lists, take out of lists, take properties away."""
    for key, value in (patch.get("append") or {}).items():
        properties[key] = [*_list(properties.get(key)), *_list(value)]
    for key, value in (patch.get("unappend") or {}).items():
        gone = _list(value)
        properties[key] = [item for item in _list(properties.get(key)) if item not in gone]
    for key in _list(patch.get("unset")):
        properties.pop(str(key), None)
    return properties


def _list(value: Any) -> list[Any]:
    return value if is_array(value) else [] if value is None else [value]
