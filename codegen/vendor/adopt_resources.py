"""Makes the resources of the spec show what the answers of a vendor's document show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import define, field, frozen

from codegen.openapi_schemas import Schema
from codegen.vendor.adopt_names import camel
from codegen.vendor.adopt_types import Types
from codegen.vendor.catalogue import Mention
from codegen.vendor.deviations import Deviation
from codegen.vendor.edits import Plain
from codegen.vendor.endpoints import Endpoint, Endpoints, without_null
from codegen.vendor.normalise import mapping, sequence
from codegen.vendor.notation import split
from codegen.vendor.sketch import Fields, Place, Sketch, fields, words


@frozen
class Appearance:
    """A resource as one operation shows it, as its primary data or included."""

    operation: str
    primary: bool
    resource: Schema


@define
class _Shown:
    """An attribute: who shows it, and as what."""

    schemas: list[tuple[Schema, bool]] = field(factory=list[tuple[Schema, bool]])
    primary: set[str] = field(factory=set[str])
    included: bool = False


class Resources:
    """The resources of the spec at the revision, and how the document shows them."""

    def __init__(
        self, sketch: Sketch, endpoints: Endpoints, types: Types, deviations: Iterable[Deviation]
    ) -> None:
        self._sketch = sketch
        self._endpoints = endpoints
        self._types = types
        self._deviations = [*deviations]
        self._places = {name: place for place, name, _ in sketch.entries("family", under="resources")}
        self.appearances: dict[str, list[Appearance]] = {}
        self._written: set[tuple[str, str]] = set()
        for endpoint in endpoints:
            self._gather(endpoint)

    def place(self, type_: str) -> Place | None:
        """Return where a resource stands."""
        place = self._places.get(type_)
        return place / type_ if place else None

    def begin(self, type_: str, file: str) -> Place:
        """Return where a resource stands; one that is new stands in a file from now on."""
        if type_ not in self._places:
            self._places[type_] = Place(file, ("resources",))
            self._sketch.add(self._places[type_], type_, {"summary": "~"})
        return self._places[type_] / type_

    def settle(self) -> None:
        """Let every resource that the document shows be as it is shown."""
        for type_, seen in self.appearances.items():
            place = self.place(type_)
            if place is not None:
                self._settle_one(type_, place, seen)

    def _gather(self, endpoint: Endpoint) -> None:
        data = self._endpoints.data(endpoint.body) if endpoint.body is not None else None
        if data is not None:
            members = [self._endpoints.member(data.resource, one) for one in ("attributes", "relationships")]
            for member in filter(None, members):
                keys = mapping(self._endpoints.object(member).get("properties", {}))
                self._written |= {(data.type, key) for key in keys}
        success = endpoint.success
        if success is None:
            return
        if not success.data.identifiers:
            self._appear(success.data.type, Appearance(endpoint.id, True, success.data.resource))
        for resource in success.included:
            type_ = self._endpoints.constant(resource, "type")
            if type_:
                self._appear(type_, Appearance(endpoint.id, False, resource))

    def _appear(self, type_: str, appearance: Appearance) -> None:
        self.appearances.setdefault(type_, []).append(appearance)

    def _settle_one(self, type_: str, place: Place, seen: list[Appearance]) -> None:
        showing = [one for one in seen if self._endpoints.member(one.resource, "attributes") is not None]
        self._identity(place, seen)
        shown = self._shown(showing)
        self._attributes(place, shown, showing)
        self._relationships(type_, place, seen)

    def _identity(self, place: Place, seen: list[Appearance]) -> None:
        links = any(self._endpoints.member(one.resource, "links") for one in seen)
        if links != (self._sketch.at(place).get("links", "true") in {True, "true"}):
            self._sketch.change(place, "links", links)
        told = [one for one in seen if not self._deviates(one.operation, "answer.data.id")]
        required = ["id" in sequence(one.resource.get("required", [])) for one in told]
        has_id = any(self._endpoints.member(one.resource, "id") is not None for one in told)
        wanted = "absent" if not has_id else "required" if all(required) else "optional"
        if told and wanted != self._sketch.at(place).get("id", "required"):
            self._sketch.change(place, "id", wanted)

    def _deviates(self, operation: str, *places: str) -> bool:
        """Tell whether the spec says something else than the document on purpose."""
        return any(deviation.holds(operation, place) for deviation in self._deviations for place in places)

    def _shown(self, showing: list[Appearance]) -> dict[str, _Shown]:
        found: dict[str, _Shown] = {}
        for one in showing:
            attributes = self._endpoints.object(self._endpoints.member(one.resource, "attributes") or {})
            required = sequence(attributes.get("required", []))
            for key, schema in mapping(attributes.get("properties", {})).items():
                shown = found.setdefault(key, _Shown())
                shown.schemas.append((mapping(schema), key in required))
                if one.primary:
                    shown.primary.add(one.operation)
                else:
                    shown.included = True
        return found

    def _attributes(self, place: Place, shown: Mapping[str, _Shown], showing: list[Appearance]) -> None:
        attributes = place / "attributes"
        primary = {one.operation for one in showing if one.primary}
        is_included = any(not one.primary for one in showing)
        present = {
            split(key)[0]: key for key in self._sketch.at(attributes) if self._is_read(attributes, key)
        }
        for key in [key for key in present if key not in shown]:
            if showing:
                self._unread(attributes, present.pop(key))
        for key, one in shown.items():
            on: Plain = None
            if one.primary != primary and not one.included:
                on = [*sorted(one.primary)]
            elif (
                not one.included and one.primary and (is_included or self._said(attributes, key) == "primary")
            ):
                on = "primary"
            self._attribute(attributes, key, one, on)

    def _said(self, attributes: Place, key: str) -> Plain:
        """Return where an attribute is said to be shown."""
        known = {split(name)[0]: node for name, node in self._sketch.at(attributes).items()}
        return fields(known.get(key)).get("on")

    def _is_read(self, attributes: Place, key: str) -> bool:
        return fields(self._sketch.at(attributes).get(key)).get("read") not in {False, "false"}

    def _unread(self, place: Place, key: str) -> None:
        """Let answers show an attribute or a relationship no longer, though requests may go on writing it."""
        if (place.path[1], split(key)[0]) in self._written and "write" in fields(self._sketch.at(place)[key]):
            self._sketch.change(place / key, "read", False)
        else:
            self._sketch.end(place, key)

    def _attribute(self, attributes: Place, key: str, shown: _Shown, on: Plain) -> None:
        file = attributes.file
        mention = Mention(file, camel(attributes.path[1], key))
        schema = shown.schemas[0][0]
        required = all(required for _, required in shown.schemas)
        inner, _ = without_null(self._endpoints.schemas, schema)
        wanted = key if required else f"{key}?"
        additional = bool(shown.primary) and all(
            key in self._endpoints.by_id(operation).words(f"additional-fields[{attributes.path[1]}]")
            for operation in shown.primary
        )
        present = {split(name)[0]: name for name in self._sketch.at(attributes)}
        if key not in present:
            self._sketch.add(attributes, wanted, self._new(inner, mention, on, additional=additional))
            return
        if present[key] != wanted:
            self._sketch.rename(attributes, present[key], wanted)
        if not self._is_read(attributes, wanted):
            self._sketch.end(attributes / wanted, "read")
        places = [f"answer.data{many}.attributes.{key}" for many in ("", "[]")]
        deviates = any(self._deviates(operation, *places) for operation in shown.primary)
        for candidate, _ in () if deviates else shown.schemas:
            self._types.settle(
                attributes, wanted, without_null(self._endpoints.schemas, candidate)[0], mention
            )
        node = self._sketch.at(attributes).get(wanted)
        said = fields(node)
        current = said.get("on")
        if current != on and {*words(current)} != {*words(on)}:
            self._flag(attributes, wanted, "on", on)
        if additional != (said.get("additional") in {True, "true"}):
            self._flag(attributes, wanted, "additional", True if additional else None)

    def _new(self, schema: Schema, mention: Mention, on: Plain, *, additional: bool) -> Plain:
        described = self._types.describe(schema, mention)
        extra: Fields = {"on": on} if on else {}
        extra |= {"additional": True} if additional else {}
        if not extra:
            return described
        return {**(described if isinstance(described, dict) else {"type": described}), **extra}

    def _flag(self, attributes: Place, key: str, name: str, value: Plain) -> None:
        node = self._sketch.at(attributes).get(key)
        if not isinstance(node, dict):
            self._sketch.change(attributes, key, {"type": node, name: value})
        elif value is None:
            self._sketch.end(attributes / key, name)
        else:
            self._sketch.change(attributes / key, name, value)

    # ----------------------------------------------------------------------------------- relationships

    def _relationships(self, type_: str, place: Place, seen: Iterable[Appearance]) -> None:
        found: dict[str, Schema] = {}
        showing = False
        for one in seen:
            member = self._endpoints.member(one.resource, "relationships")
            if member is None or not one.primary:
                continue
            showing = True
            for key, schema in mapping(self._endpoints.object(member).get("properties", {})).items():
                if key not in found or self._target(mapping(schema)) is not None:
                    found[key] = mapping(schema)
        for key in self._includable(seen):
            found.setdefault(key, {})
        relationships = place / "relationships"
        known = self._sketch.at(relationships)
        for key in [*known]:
            node = fields(known[key])
            if key not in found and showing and node.get("read") not in {False, "false"}:
                self._unread(relationships, key)
        self._linked(place, seen)
        for key, schema in found.items():
            if key not in self._sketch.at(relationships):
                self._sketch.add(relationships, key, self._related(type_, key, schema))
            elif fields(self._sketch.at(relationships)[key]).get("read") in {False, "false"}:
                self._sketch.end(relationships / key, "read")

    def _linked(self, place: Place, seen: Iterable[Appearance]) -> None:
        """Note whether relationships show their data, and no links, wherever the resource stands."""
        shown = [self._endpoints.member(one.resource, "relationships") for one in seen if not one.primary]
        members = [mapping(self._endpoints.object(one).get("properties", {})) for one in shown if one]
        inner = [self._endpoints.object(mapping(value)) for one in members for value in one.values()]
        if not inner:
            return
        wanted = all({*mapping(one.get("properties", {}))} == {"data"} for one in inner)
        if wanted != (self._sketch.at(place).get("linked") in {True, "true"}):
            self._sketch.change(place, "linked", wanted)

    def _includable(self, seen: Iterable[Appearance]) -> list[str]:
        """Return the relationships that can be included, some of which no answer shows."""
        operations = dict.fromkeys(one.operation for one in seen if one.primary)
        return [key for operation in operations for key in self._endpoints.by_id(operation).words("include")]

    def _related(self, type_: str, key: str, schema: Schema) -> Fields:
        target = self._target(schema)
        if target is None:
            target = self._routed(type_, key)
        name, many = target
        return {"many" if many else "one": name}

    def _target(self, schema: Schema) -> tuple[str, bool] | None:
        found = self._endpoints.data(self._endpoints.object(schema))
        return (found.type, found.many) if found else None

    def _routed(self, type_: str, key: str) -> tuple[str, bool]:
        """Return where the route of a relationship leads, which tells the target where no answer does."""
        for endpoint in self._endpoints:
            if endpoint.success and endpoint.path.endswith((f"}}/{key}", f"}}/relationships/{key}")):
                before = endpoint.path.split("/{", maxsplit=1)[0]
                if any(
                    one.primary
                    and self._endpoints.by_id(one.operation).path.split("/{", maxsplit=1)[0] == before
                    for one in self.appearances.get(type_, [])
                ):
                    return endpoint.success.data.type, endpoint.success.data.many
        return key, False
