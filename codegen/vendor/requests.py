"""What the requests of a vendor's document carry, as facts in the words of the spec."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from codegen.openapi_schemas import Schema
from codegen.vendor.endpoints import Endpoints, without_null
from codegen.vendor.normalise import mapping, sequence
from codegen.vendor.notation import Signatures


@frozen
class Member:
    """An attribute that a request writes; the schema is without null."""

    schema: Schema
    required: bool
    null: bool

    @property
    def mark(self) -> str:
        """How the spec marks it."""
        return "" if self.required else "?" if self.null or not self.schema else "~"


@frozen
class Linked:
    """A relationship that a request writes."""

    type: str
    many: bool
    required: bool


@frozen
class Written:
    """A resource as a request carries it."""

    type: str
    id: str
    attributes: Mapping[str, Member]
    linkages: Mapping[str, Linked]
    meta: Member | None
    has_attributes: bool


class Requests:
    """Reads the resources that requests carry."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._vendors = Signatures(endpoints.schemas)

    def written(self, resource: Schema) -> Written:
        """Return what a resource of a request carries."""
        properties = mapping(resource.get("properties", {}))
        required = sequence(resource.get("required", []))
        attributes = self._endpoints.object(mapping(properties.get("attributes", {})))
        needed = sequence(attributes.get("required", []))
        linkages = self._endpoints.object(mapping(properties.get("relationships", {})))
        linked = sequence(linkages.get("required", []))
        return Written(
            type=self._endpoints.constant(resource, "type") or "",
            id="absent" if "id" not in properties else "required" if "id" in required else "optional",
            attributes={
                key: self._member(mapping(schema), required=key in needed)
                for key, schema in mapping(attributes.get("properties", {})).items()
            },
            linkages={
                key: self._linked(mapping(schema), required=key in linked)
                for key, schema in mapping(linkages.get("properties", {})).items()
            },
            meta=self._member(mapping(properties["meta"]), required="meta" in required)
            if "meta" in properties
            else None,
            has_attributes="attributes" in properties,
        )

    def signature(self, written: Written) -> str:
        """Return a text that is equal for requests that carry the same."""
        attributes = sorted(
            f"{key}{member.mark}{self._vendors.of(member.schema)}"
            for key, member in written.attributes.items()
        )
        linkages = sorted(f"{key}{linked}" for key, linked in written.linkages.items())
        meta = f"{written.meta.mark}{self._vendors.of(written.meta.schema)}" if written.meta else ""
        return f"{written.type} {written.id} {attributes} {linkages} {meta}"

    def _member(self, schema: Schema, *, required: bool) -> Member:
        inner, null = without_null(self._endpoints.schemas, schema)
        return Member(inner, required, null)

    def _linked(self, schema: Schema, *, required: bool) -> Linked:
        data = self._endpoints.data(self._endpoints.object(schema))
        return Linked(data.type, data.many, required) if data else Linked("", False, required)

    def nested(self, schema: Schema) -> tuple[Schema, bool] | None:
        """Return the resource inside an attribute, and whether there are many."""
        found = self._endpoints.object(schema)
        if {*mapping(found.get("properties", {}))} != {"data"}:
            return None
        data = self._endpoints.data(found)
        return (data.resource, data.many) if data else None
