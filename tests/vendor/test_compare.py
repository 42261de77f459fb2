"""The comparison of documents: each fact in which they may differ is seen, and nothing else."""

from __future__ import annotations

import json

import pytest

from codegen.openapi_schemas import Json, Schema
from codegen.vendor.compare import Difference, differences
from codegen.vendor.deviations import Deviation
from codegen.vendor.normalise import mapping, sequence

PROSE = "Some prose.<br>Allowed field(s)/operator(s):<br>`email`: `any`, `equals`<br>`id`: `any`"
FIELDS: Schema = {"type": "array", "items": {"type": "string", "enum": ["email", "name"]}}
SIZE: Schema = {"type": "integer", "default": 20, "minimum": 1, "maximum": 100}
PARAMETERS: list[Json] = [
    {"name": "fields[profile]", "in": "query", "required": False, "explode": False, "schema": FIELDS},
    {"name": "filter", "in": "query", "description": PROSE, "schema": {"type": "string"}},
    {"name": "page[size]", "in": "query", "required": False, "schema": SIZE},
    {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["name", "-name"]}},
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
        "x-filters": {"email": {"operators": ["equals", "any"]}, "id": {"operators": ["any"]}},
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
        ("paths",),
        {},
        ["operation: ours present; vendor's absent"],
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

    assert str(difference) == "body: ours also application/vnd.api+json; vendor's nothing else"


@pytest.mark.parametrize(
    ("place", "operation", "covered"),
    [
        ("query.fields[flow]", "get_flow", True),
        ("query.fields[flow]", "get_flows", True),
        ("query.fields[flow]", "update_flow", False),
        ("query.fields[flows]", "get_flow", False),
        ("answer.data.definition", "get_flow", True),
        ("answer.data.definition.actions[].(send-email).id", "get_flow", True),
        ("answer.data[].definition[]", "get_flow", True),
        ("answer.data.definitions", "get_flow", False),
    ],
)
def test_deviation_covers_what_it_names_and_what_is_below(
    place: str, operation: str, *, covered: bool
) -> None:
    deviation = Deviation(
        ("get_flow*",), ("query.fields[flow]", "answer.*.definition", "answer.data.definition"), "", ""
    )

    difference = Difference(operation, "GET /api/flows", place, "a", "b", "type")

    assert deviation.covers(difference) is covered
