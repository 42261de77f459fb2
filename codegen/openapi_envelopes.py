"""The JSON:API envelopes around attributes, as schemas: request bodies and answers.

No envelope is written down for an operation; each rule has one place:

* ``body`` and ``of_form``: every request requires its ``data``; relationships are required where one of
  them is; an id that may be left out may also be null.
* ``Answers.document``: an answer requires its ``data`` (one resource, many, or their identifiers), and
  has ``links`` and ``included`` as far as the operation offers them.
* ``Answers.components``: a resource has a schema for each set of attributes that operations show; its
  id may be null where it may be absent; ``included`` carries the set that everybody shows.
* ``Answers._with_relationships``: data shows every relationship of its type, none required, and linkage
  ``data`` where the operation says so; the resources in ``included`` do so only at some revisions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import assert_never

from attrs import frozen

from codegen import ir
from codegen.openapi_schemas import (
    Schema,
    any_of,
    array,
    constant,
    described,
    nullable,
    object_of,
    of_properties,
    of_property,
    of_type,
    reference,
)

JSON_API = "application/vnd.api+json"
JSON = "application/json"
MULTIPART = "multipart/form-data"
_TEXT: Schema = {"type": "string"}
_LINK: Schema = {"type": "string", "format": "uri"}
_SELF_LINK = "SelfLink"
_PAGE_LINKS = "PageLinks"
_RELATIONSHIP_LINKS = "RelationshipLinks"


# ------------------------------------------------------------------------------------------ requests


def body(request: ir.Body) -> tuple[str, Schema]:
    """Return the media type and the schema of a request body."""
    match request:
        case ir.FormBody(form=form):
            data = reference(form.name) if form.name else of_form(form)
            return JSON_API, object_of({"data": data}, required=["data"])
        case ir.IdentifierBody(target=target, many=many):
            return JSON_API, object_of({"data": _linkage(target, many=many)}, required=["data"])
        case ir.MultipartBody(file=file, fields=fields):
            binary: Schema = {"type": "string", "format": "binary"}
            properties = {file: binary, **{field.key: of_property(field) for field in fields}}
            required = [file, *(field.key for field in fields if field.required)]
            return MULTIPART, object_of(properties, required=required)
        case ir.JsonBody(properties=properties):
            return JSON, of_properties(properties)
        case _:
            assert_never(request)


def of_form(form: ir.Form) -> Schema:
    """Return the schema of a resource as a request carries it."""
    members = {"type": constant(form.type)}
    required = ["type"]
    if form.id != "absent":
        members["id"] = _TEXT if form.id == "required" else nullable(_TEXT)
        required += ["id"] if form.id == "required" else []
    if form.has_attributes:
        members["attributes"] = of_properties(form.attributes)
        required.append("attributes")
    if form.linkages:
        linkages = {
            linkage.key: object_of({"data": _linkage(linkage.target, many=linkage.many)})
            for linkage in form.linkages
        }
        needed = [linkage.key for linkage in form.linkages if linkage.required]
        members["relationships"] = object_of(linkages, required=needed)
        required += ["relationships"] if needed else []
    if form.meta is not None:
        members["meta"] = of_type(form.meta)
    return described(object_of(members, required=required), form.summary)


def _linkage(target: str, *, many: bool) -> Schema:
    identifier = reference(_identifier_name(target))
    return array(identifier) if many else identifier


def _identifier_name(type_: str) -> str:
    return "".join(word.capitalize() for word in type_.split("-")) + "Identifier"


def _identifier(type_: str) -> Schema:
    return object_of({"type": constant(type_), "id": _TEXT}, required=["type", "id"])


# ------------------------------------------------------------------------------------------- answers


@frozen
class _Shown:
    """A resource with the attributes that an operation shows; without one, as ``included`` shows it."""

    resource: ir.Resource
    operation: str = ""
    bare: bool = False

    @property
    def attributes(self) -> tuple[ir.Attribute, ...]:
        return tuple(
            attribute
            for attribute in self.resource.attributes
            if not self.bare and (not attribute.only_in or self.operation in attribute.only_in)
        )

    @property
    def name(self) -> str:
        if self.bare:
            return f"{self.resource.name}WithoutAttributes"
        extra = [attribute.property.key for attribute in self.attributes if attribute.only_in]
        words = [word.capitalize() for key in extra for word in re.split(r"[-_]", key)]
        return self.resource.name + "".join(["With", *words] if words else [])


class Answers:
    """The answers of one revision."""

    def __init__(self, operations: Iterable[ir.Operation], resources: Iterable[ir.Resource]) -> None:
        self._resources = {resource.type: resource for resource in resources}
        self._answers = {
            operation.id: operation.answer
            for operation in operations
            if isinstance(operation.answer, ir.Answer) and operation.answer.type
        }

    def document(self, operation: str) -> Schema | None:
        """Return the schema of what a success of the operation carries, or None where it carries nothing."""
        answer = self._answers.get(operation)
        if answer is None:
            return None
        one = _linkage(answer.type, many=False) if answer.identifiers else self._data(operation, answer)
        data = array(one) if answer.many else one
        members = {"data": nullable(data) if answer.nullable else data}
        if answer.links:
            members["links"] = reference(_links_name(answer.links))
        if answer.included:
            members["included"] = array(any_of(self._included(answer, type_) for type_ in answer.included))
        return object_of(members, required=["data"])

    def components(self, written: Iterable[str]) -> dict[str, Schema]:
        """Return the schemas that answers and bodies refer to, by name.

        ``written`` are the types that requests name in relationships, whether or not an answer shows them.
        """
        links = {_links_name(answer.links): answer.links for answer in self._answers.values() if answer.links}
        identified = {resource.type for resource in self._resources.values() if resource.has_id} | {*written}
        return {
            **{_identifier_name(type_): _identifier(type_) for type_ in sorted(identified)},
            _RELATIONSHIP_LINKS: _links(["related", "self"], required=["related", "self"]),
            _SELF_LINK: _links(["self"], required=["self"]),
            **{name: _links(names, required=["self"]) for name, names in links.items()},
            **{shown.name: _resource(shown) for shown in self._all_shown()},
        }

    def _all_shown(self) -> Iterator[_Shown]:
        for operation, answer in self._answers.items():
            if not answer.identifiers:
                yield self._shown(operation, answer)
            yield from (_Shown(self._resources[type_]) for type_ in answer.included)

    def _shown(self, operation: str, answer: ir.Answer) -> _Shown:
        return _Shown(self._resources[answer.type], operation, bare="attributes" in answer.hidden)

    def _data(self, operation: str, answer: ir.Answer) -> Schema:
        shown = self._shown(operation, answer)
        if "relationships" in answer.hidden:
            return reference(shown.name)
        return self._with_relationships(shown, answer.linked)

    def _included(self, answer: ir.Answer, type_: str) -> Schema:
        shown = _Shown(self._resources[type_])
        if not (shown.resource.always_linked or answer.included_relationships):
            return reference(shown.name)
        return self._with_relationships(shown, [r.key for r in shown.resource.relationships])

    def _with_relationships(self, shown: _Shown, linked: Iterable[str]) -> Schema:
        resource = shown.resource
        if not resource.relationships:
            return reference(shown.name)
        relationships: dict[str, Schema] = {}
        for relationship in resource.relationships:
            linkage = {"data": _linkage(relationship.target, many=relationship.many)}
            links = {"links": reference(_RELATIONSHIP_LINKS)}
            if resource.always_linked:
                relationships[relationship.key] = object_of(linkage)
            elif relationship.key in linked:
                relationships[relationship.key] = object_of(linkage | links)
            else:
                relationships[relationship.key] = object_of(links)
        return {"allOf": [reference(shown.name), object_of({"relationships": object_of(relationships)})]}


def _resource(shown: _Shown) -> Schema:
    resource = shown.resource
    members = {"type": constant(resource.type)}
    required = ["type"]
    if resource.has_id:
        members["id"] = _TEXT if resource.id_required else nullable(_TEXT)
        required += ["id"] if resource.id_required else []
    if shown.attributes:
        members["attributes"] = of_properties(attribute.property for attribute in shown.attributes)
        required.append("attributes")
    if resource.has_links:
        members["links"] = reference(_SELF_LINK)
        required.append("links")
    return described(object_of(members, required=required), resource.summary)


def _links_name(names: Iterable[str]) -> str:
    return _PAGE_LINKS if "next" in names else _SELF_LINK


def _links(names: Iterable[str], *, required: list[str]) -> Schema:
    """Return the schema of links; those that may be absent come as null on the wire."""
    return object_of(
        {name: _LINK if name in required else nullable(_LINK) for name in names},
        required=required,
    )
