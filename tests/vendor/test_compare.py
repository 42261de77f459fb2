"""The comparison of documents: each fact in which they may differ is seen, and nothing else."""

from __future__ import annotations

import json

import pytest

from codegen.openapi_schemas import Json, Schema
from codegen.vendor.compare import differences
from codegen.vendor.normalise import mapping, sequence

PROSE = "Some prose.<br>Allowed field(s)/operator(s):<br>`email`: `any`, `equals`<br>`id`: `any`"
FIELDS: Schema = {"type": "array", "items": {"type": "string", "enum": ["email", "name"]}}
SIZE: Schema = {"type": "integer", "default": 20, "minimum": 1, "maximum": 100}
PARAMETERS: list[Json] = [
    {"name": "fields[profile]", "in": "query", "required": False, "explode": False, "schema": FIELDS},
    {"name": "filter", "in": "query", "description": PROSE, "schema": {"type": "string"}},
    {"name": "page[size]", "in": "query", "required": False, "schema": SIZE},
    {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["name", "-name"]}},
    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
    {"name": "X-Filters", "in": "header", "schema": {"type": "string"}},
    {"name": "revision", "in": "header", "schema": {"type": "string"}},
]
PROFILE: Schema = {
    "type": "object",
    "properties": {"email": {"type": "string", "nullable": True}, "name": {"type": "string"}},
    "required": ["name"],
}
CONTENT: Schema = {"application/vnd.api+json": {"schema": {"$ref": "#/components/schemas/Profile"}}}
SHARED: Schema = {
    "operationId": "create_profile",
    "parameters": PARAMETERS,
    "requestBody": {"required": True, "content": CONTENT},
    "responses": {
        "200": {"description": "Success", "content": CONTENT},
        "201": {"description": "Success", "content": CONTENT},
        "4XX": {"$ref": "#/components/responses/ClientError"},
    },
}


def _document(operation: Schema) -> Schema:
    return {
        "paths": {"/api/profiles": {"post": operation}},
        "components": {"schemas": {"Profile": PROFILE}},
    }


VENDORS = _document(
    {
        **SHARED,
        "x-klaviyo-scopes": ["profiles:write"],
        "x-klaviyo-ratelimit": {"burst": "3/s", "steady": "60/m", "daily": "100/d"},
    }
)
OURS = _document(
    {
        **SHARED,
        "x-scopes": ["profiles:write"],
        "x-rate-limit": {"burst": 3, "steady": 60, "daily": 100},
        "x-filters": {
            "email": {"operators": ["equals", "any"], "schema": {"type": "string"}},
            "id": {"operators": ["any"]},
        },
    }
)
OPERATION = ("paths", "/api/profiles", "post")
ATTRIBUTES = ("components", "schemas", "Profile", "properties")


def _changed(document: Schema, path: tuple[str | int, ...], value: Json) -> Schema:
    copy: Schema = json.loads(json.dumps(document))
    *way, last = path
    found: Json = copy
    for key in way:
        found = sequence(found)[key] if isinstance(key, int) else mapping(found)[key]
    mapping(found)[str(last)] = value
    return copy


CHANGES: tuple[tuple[tuple[str | int, ...], Json, list[str]], ...] = (
    ((*OPERATION, "description"), "Other prose.", []),
    (
        (*OPERATION, "operationId"),
        "make_profile",
        ["id: ours also create_profile; vendor's also make_profile"],
    ),
    ((*OPERATION, "security"), [], ["security: ours also a key; vendor's also none"]),
    ((*OPERATION, "responses", "202"), {}, ["statuses: ours nothing else; vendor's also 202"]),
    (
        (*OPERATION, "x-klaviyo-scopes"),
        ["lists:write", "profiles:write"],
        ["scopes: ours nothing else; vendor's also lists:write"],
    ),
    (
        (*OPERATION, "x-klaviyo-ratelimit", "burst"),
        "1/s",
        ["limit: ours also burst 3; vendor's also burst 1"],
    ),
    (
        (*OPERATION, "parameters", 0, "schema", "items", "enum"),
        ["email"],
        ["query.fields[profile]: ours also name; vendor's nothing else"],
    ),
    (
        (*OPERATION, "parameters", 0, "schema", "items", "type"),
        "integer",
        ["query.fields[profile]: ours also array of string; vendor's also array of integer"],
    ),
    (
        (*OPERATION, "requestBody", "required"),
        False,
        ["body: ours also required; vendor's nothing else"],
    ),
    (
        (*OPERATION, "responses"),
        {"202": {"content": {"application/vnd.api+json": {"schema": {"type": "object"}}}}},
        [
            "statuses: ours also 200, 201; vendor's also 202",
            "answer: ours object of email, name; vendor's open object",
        ],
    ),
    (
        (*OPERATION, "parameters", 0, "explode"),
        True,
        ["query.fields[profile]: ours also comma-separated; vendor's nothing else"],
    ),
    (
        (*OPERATION, "parameters", 1, "required"),
        True,
        ["query.filter: ours also optional; vendor's also required"],
    ),
    (
        (*OPERATION, "parameters", 1, "description"),
        PROSE.replace("`any`, ", ""),
        ["query.filter.email: ours also any; vendor's nothing else"],
    ),
    (
        (*OPERATION, "parameters", 2, "schema", "maximum"),
        50,
        ["query.page[size]: ours also maximum 100; vendor's also maximum 50"],
    ),
    (
        (*OPERATION, "parameters", 3, "name"),
        "order",
        [
            "query.order: ours absent; vendor's also -name, name, optional, string",
            "query.sort: ours also -name, name, optional, string; vendor's absent",
        ],
    ),
    (
        (*ATTRIBUTES, "email", "nullable"),
        False,
        [
            "answer.email: ours may be null; vendor's never null",
            "body.email: ours may be null; vendor's never null",
        ],
    ),
    (
        (*OPERATION, "parameters", 4, "schema", "type"),
        "integer",
        ["path.id: ours also string; vendor's also integer"],
    ),
    (
        (*OPERATION, "parameters", 5, "in"),
        "query",
        [
            "header.X-Filters: ours also optional, string; vendor's absent",
            "query.X-Filters: ours absent; vendor's also optional, string",
        ],
    ),
    (
        (*OPERATION, "x-klaviyo-filters"),
        {"email": {"operators": {"list": ["any"]}, "value": {"type": "string", "enum": ["a", "b"]}}},
        ["query.filter.email: ours nothing else; vendor's also a, b"],
    ),
    (
        ("paths",),
        {},
        ["operation: ours present; vendor's absent"],
    ),
    (
        ("paths", "/api/profiles", "get"),
        SHARED,
        ["operation: ours absent; vendor's present"],
    ),
)


def test_equal_documents_have_no_differences() -> None:
    assert not [*differences(OURS, VENDORS)]


def test_only_operations_of_klaviyo_are_compared() -> None:
    paths: Schema = {**mapping(OURS["paths"]), "/connections": {"get": {"operationId": "list_connections"}}}

    assert not [*differences({**OURS, "paths": paths}, VENDORS)]


@pytest.mark.parametrize(("path", "value", "found"), CHANGES, ids=str)
def test_every_change_is_seen(path: tuple[str | int, ...], value: Json, found: list[str]) -> None:
    assert [str(difference) for difference in differences(OURS, _changed(VENDORS, path, value))] == found


def test_body_that_one_side_has_not() -> None:
    operation = mapping(mapping(mapping(VENDORS["paths"])["/api/profiles"])["post"])
    bare = {key: value for key, value in operation.items() if key != "requestBody"}
    (difference,) = differences(OURS, _document(bare))

    assert str(difference) == "body: ours also application/vnd.api+json, required; vendor's nothing else"


def test_a_difference_knows_what_it_is_of() -> None:
    vendors = _changed(VENDORS, (*ATTRIBUTES, "phone"), {"type": "string"})
    vendors = _changed(vendors, (*ATTRIBUTES[:-1], "required"), ["phone", "name"])
    first, second = differences(OURS, vendors)

    assert (first.place, second.place) == ("answer.phone", "body.phone")
    assert (first.kind, first.component, first.below) == ("missing member", "Profile", "phone")
    assert first.schemas == (None, {"type": "string"})
    assert first.required
