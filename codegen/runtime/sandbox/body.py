"""Reading the body of a request: what the operation's form allows is taken, all else refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from ..codec import decode, is_array, is_object
from ..errors import Undecodable
from ..operation import Form, Identifiers, Linkage
from .refusals import RefusedError, no_field
from .store import Identity


@frozen
class Given:
    """A resource that a request carries, taken apart.

    ``nested`` holds the resources inside attributes, ``links`` what its relationships shall link to.
    """

    form: Form
    id: str
    attributes: Mapping[str, Any]
    nested: Mapping[str, list[Given]] = field(factory=dict[str, list["Given"]])
    links: Mapping[Linkage, list[Identity]] = field(factory=dict[Linkage, list[Identity]])
    meta: Mapping[str, Any] = field(factory=dict[str, Any])


def read_resource(form: Form, body: bytes | None) -> Given:
    """Read the body of a request that carries a resource.

    Raises:
        RefusedError: it is no such document, or some member of it is unknown, missing or misplaced.
    """
    return _resource(form, _data(body), "/data")


def read_identifiers(identifiers: Identifiers, body: bytes | None) -> list[Identity]:
    """Read the body of a request that writes a relationship.

    Raises:
        RefusedError: it is no such document, or names resources of another type.
    """
    data = _data(body)
    if is_array(data) != identifiers.many:
        raise RefusedError(400, "Expected a list of items." if identifiers.many else "Expected one item.")
    return _linked(identifiers.type, data, "/data")


def _data(body: bytes | None) -> Any:
    try:
        document = decode(body or b"")
    except Undecodable as error:
        raise RefusedError(400, f"JSON parse error: {error}") from error
    if not is_object(document) or "data" not in document:
        raise RefusedError(400, "Received document does not contain primary data.")
    return document["data"]


def _resource(form: Form, data: Any, pointer: str) -> Given:
    if not is_object(data) or data.get("type") != form.type:
        raise RefusedError(400, f"'type' must be '{form.type}'.", pointer=f"{pointer}/type")
    if not {"attributes", "relationships", "id"} & data.keys():
        raise RefusedError(
            400, "One of `attributes`, `relationships` or `id` must be included in the request payload."
        )
    attributes = _object(data.get("attributes"), f"{pointer}/attributes")
    relationships = _object(data.get("relationships"), f"{pointer}/relationships")
    _require(form, data, attributes, relationships, pointer)
    known = set(form.attributes.values())
    for key in attributes:
        if key not in known:
            raise no_field(key, form.type, f"{pointer}/attributes/{key}")
    nested = {
        key: _nested(inner.form, attributes[key], f"{pointer}/attributes/{key}/data", many=inner.many)
        for key, inner in form.nested.items()
        if attributes.get(key) is not None
    }
    linkages = {linkage.key: linkage for linkage in form.linkages}
    links: dict[Linkage, list[Identity]] = {}
    for key, relationship in relationships.items():
        place = f"{pointer}/relationships/{key}"
        if key not in linkages:
            raise no_field(key, form.type, place)
        links[linkages[key]] = _linked(
            linkages[key].type, _object(relationship, place).get("data"), f"{place}/data"
        )
    plain = {key: value for key, value in attributes.items() if key not in form.nested}
    meta = _object(data.get("meta"), f"{pointer}/meta")
    return Given(form, str(data.get("id") or ""), plain, nested, links, meta)


def _require(
    form: Form,
    data: Mapping[str, Any],
    attributes: Mapping[str, Any],
    relationships: Mapping[str, Any],
    pointer: str,
) -> None:
    for name, key in form.attributes.items():
        if name in form.required and attributes.get(key) is None:
            raise RefusedError(
                400,
                f"'{key}' is a required field for the resource '{form.type}'.",
                pointer=f"{pointer}/attributes",
            )
    for linkage in form.linkages:
        if linkage.name in form.required and linkage.key not in relationships:
            raise RefusedError(
                400, f"The relationship '{linkage.key}' is required.", pointer=f"{pointer}/relationships"
            )
    if "id" in form.required and not data.get("id"):
        raise RefusedError(400, "An id is required.", pointer=f"{pointer}/id")


def _nested(form: Form, value: Any, pointer: str, *, many: bool) -> list[Given]:
    data = _object(value, pointer).get("data")
    if not many:
        return [_resource(form, data, pointer)]
    if not is_array(data):
        raise RefusedError(400, "Expected a list of items.", pointer=pointer)
    return [_resource(form, item, f"{pointer}/{index}") for index, item in enumerate(data)]


def _linked(kind: str, data: Any, pointer: str) -> list[Identity]:
    found: list[Identity] = []
    for item in data if is_array(data) else [] if data is None else [data]:
        if not is_object(item) or item.get("type") != kind or not isinstance(item.get("id"), str):
            raise RefusedError(400, f"Expected an identifier of type '{kind}'.", pointer=pointer)
        found.append((kind, item["id"]))
    return found


def _object(value: Any, pointer: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not is_object(value):
        raise RefusedError(400, "Expected an object.", pointer=pointer)
    return value
