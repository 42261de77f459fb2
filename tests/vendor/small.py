"""A small document of the vendor, and ways to change it."""

from __future__ import annotations

import json

from codegen.openapi_schemas import Json, Schema
from codegen.vendor.normalise import mapping, sequence

TEXT: Schema = {"type": "string"}
REFERENCE: Schema = {"$ref": "#/components/schemas/Profile"}


def document() -> Schema:
    """Return a document with one operation to read profiles and one to create them."""
    location: Schema = {"type": "object", "properties": {"city": TEXT, "zip": TEXT}, "required": ["zip"]}
    attributes: Schema = {
        "type": "object",
        "properties": {
            "email": {**TEXT, "nullable": True},
            "location": {"$ref": "#/components/schemas/Location"},
            "status": {**TEXT, "enum": ["a", "b"]},
        },
    }
    profile: Schema = {
        "type": "object",
        "properties": {"type": {**TEXT, "enum": ["profile"]}, "attributes": attributes},
        "required": ["type", "attributes"],
    }
    return {
        "openapi": "3.0.2",
        "info": {"title": "Klaviyo API", "version": "2026-01-15"},
        "paths": {
            "/api/profiles": {
                "get": {**_shared("get_profiles"), "responses": {"200": {"content": _content(many=True)}}},
                "post": {
                    **_shared("create_profile"),
                    "requestBody": {"content": _content()},
                    "responses": {"201": {"content": _content()}},
                },
            }
        },
        "components": {
            "schemas": {
                "Profile": profile,
                "Location": location,
            }
        },
    }


def _shared(identifier: str) -> Schema:
    size: Schema = {"type": "integer", "default": 20, "maximum": 100}
    return {
        "operationId": identifier,
        "parameters": [
            {"name": "page[size]", "in": "query", "schema": size},
            {"name": "sort", "in": "query", "schema": {**TEXT, "enum": ["email", "-email"]}},
        ],
        "x-klaviyo-scopes": ["profiles:read"],
        "x-klaviyo-ratelimit": {"burst": "10/s", "steady": "150/m"},
    }


def _content(*, many: bool = False) -> Schema:
    data: Schema = {"type": "array", "items": REFERENCE} if many else REFERENCE
    schema: Schema = {"type": "object", "properties": {"data": data}, "required": ["data"]}
    return {"application/vnd.api+json": {"schema": schema}}


def changed(pointer: str, value: Json, base: Schema | None = None) -> Schema:
    """Return the document with another value at a JSON pointer; None removes what is there."""
    copy: Schema = json.loads(json.dumps(base or document()))
    *way, last = [part.replace("~1", "/") for part in pointer.split("/")[1:]]
    found: Json = copy
    for part in way:
        found = sequence(found)[int(part)] if isinstance(found, list) else mapping(found)[part]
    if isinstance(found, list):
        found[int(last)] = value
    elif value is None:
        del mapping(found)[last]
    else:
        mapping(found)[last] = value
    return copy
