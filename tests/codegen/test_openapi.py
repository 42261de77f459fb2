"""The OpenAPI document of a small API, rule by rule."""

from __future__ import annotations

import json

import pytest
from attrs import evolve
from openapi_spec_validator import validate

from codegen import ir
from codegen.openapi import document
from codegen.openapi_schemas import Json, Schema, of_type
from codegen.vendor.normalise import Schemas, mapping, sequence
from tests.codegen.small_api import API
from tests.vendor.documents import REVISIONS, our_document
from tests.vendor.schemas import validator

DOCUMENT = document(API)
SCHEMAS = Schemas(DOCUMENT)
SAMPLES: tuple[Json, ...] = (None, True, 1, 1.5, "a", "b", "2026-01-15", [], [1], ["a"], {}, {"data": []})

ACCEPTED: tuple[tuple[ir.Type, tuple[Json, ...]], ...] = (
    (ir.Text(), ("a", "b", "2026-01-15")),
    (ir.Instant(), ("a", "b", "2026-01-15")),
    (ir.Day(), ("a", "b", "2026-01-15")),
    (ir.Whole(), (1,)),
    (ir.Real(), (1, 1.5)),
    (ir.Flag(), (True,)),
    (ir.Json(), SAMPLES),
    (ir.JsonObject(), ({}, {"data": []})),
    (ir.Choice(("a",)), ("a",)),
    (ir.Choice(("a", "b")), ("a", "b")),
    (ir.Choice((1, 2)), (1,)),
    (ir.Choice((True,)), (True,)),
    (ir.ListOf(ir.Text()), ([], ["a"])),
    (ir.OneOf((ir.Whole(), ir.Real(), ir.Flag())), (True, 1, 1.5)),
    (ir.OneOf((ir.Whole(),)), (1,)),
    (ir.Nullable(ir.Text()), (None, "a", "b", "2026-01-15")),
    (ir.Nullable(ir.Choice(("a",))), (None, "a")),
    (ir.Nullable(ir.Choice(("a", "b"))), (None, "a", "b")),
    (ir.Nullable(ir.OneOf((ir.Whole(), ir.Flag()))), (None, True, 1)),
    (ir.Nullable(ir.Json()), SAMPLES),
    (ir.Nullable(ir.Ref("Location")), (None, {}, {"data": []})),
    (ir.Nested("Friend", many=True), ({"data": []},)),
)


def _operation(path: str, method: str) -> Schema:
    return mapping(mapping(mapping(DOCUMENT["paths"])[path])[method])


def _content(holder: Schema) -> Schema:
    (media_type,) = mapping(holder["content"]).values()
    return SCHEMAS.normal(mapping(mapping(media_type)["schema"]))


def _answer(path: str, method: str = "get", status: str = "200") -> Schema:
    return _content(mapping(mapping(_operation(path, method)["responses"])[status]))


def _body(path: str, method: str = "post") -> Schema:
    return _content(mapping(_operation(path, method)["requestBody"]))


def _inside(schema: Schema, *path: str) -> Schema:
    """The schema of a member: a key of an object, or [] for the items of an array."""
    for key in path:
        plain = SCHEMAS.resolved(schema)
        schema = mapping(plain["items"]) if key == "[]" else mapping(mapping(plain["properties"])[key])
    return SCHEMAS.resolved(schema)


def _members(schema: Schema) -> set[str]:
    return {*mapping(SCHEMAS.resolved(schema)["properties"])}


@pytest.mark.parametrize("found", [DOCUMENT, *map(our_document, REVISIONS)], ids=["small", *REVISIONS])
def test_document_is_valid(found: Schema) -> None:
    validate(json.loads(json.dumps(found)))


def test_equal_apis_give_equal_text() -> None:
    again = document(evolve(API, resources=API.resources[::-1], values=API.values[::-1]))

    assert json.dumps(again) == json.dumps(DOCUMENT)


def test_two_schemas_of_one_name_are_refused() -> None:
    clash = evolve(API.values[0], name="Friend")

    with pytest.raises(ValueError, match="'Friend'"):
        document(evolve(API, values=(*API.values, clash)))


@pytest.mark.parametrize(("type_", "accepted"), ACCEPTED, ids=str)
def test_schema_accepts_what_the_type_means(type_: ir.Type, accepted: tuple[Json, ...]) -> None:
    schema = validator({**of_type(type_), "components": DOCUMENT["components"]})

    assert [sample for sample in SAMPLES if schema.is_valid(sample)] == [*accepted]


def test_required_members_of_resources() -> None:
    profile = _inside(_answer("/api/profiles/{id}"), "data")
    lists = _inside(_answer("/api/lists"), "data")

    assert sequence(profile["required"]) == ["attributes", "links", "type"]
    assert mapping(profile["properties"])["id"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert sequence(lists["required"]) == ["attributes", "id", "links", "type"]


def test_resource_without_id_and_links() -> None:
    assert _members(_inside(_answer("/api/reports", "post"), "data")) == {"type", "attributes"}


def test_attributes_are_those_that_the_operation_shows() -> None:
    one = _inside(_answer("/api/profiles/{id}"), "data", "attributes")
    many = _inside(_answer("/api/profiles"), "data", "[]", "attributes")
    included = _inside(_answer("/api/lists"), "included", "[]", "attributes")

    assert _members(one) == {"churn_score", "email", "location"}
    assert _members(many) == _members(included) == {"email", "location"}
    assert {"Profile", "ProfileWithChurnScore", "ProfileWithoutAttributes"} <= {*SCHEMAS.named}


def test_linkage_stands_beside_links_where_the_operation_shows_it() -> None:
    relationships = _inside(_answer("/api/profiles"), "data", "[]", "relationships")

    assert _members(_inside(relationships, "lists")) == {"data", "links"}
    assert _members(_inside(relationships, "owner")) == {"links"}
    assert _members(_inside(relationships, "owner", "links")) == {"related", "self"}


def test_included_resources_show_relationships_only_where_the_revision_has_them() -> None:
    plain = sequence(_inside(_answer("/api/profiles"), "included", "[]")["anyOf"])
    attribution, list_ = (SCHEMAS.resolved(mapping(member)) for member in plain)
    shown = _inside(_answer("/api/lists"), "included", "[]", "relationships", "lists")

    assert _members(_inside(attribution, "relationships", "profiles")) == {"data"}
    assert _members(list_) == {"attributes", "id", "links", "type"}
    assert _members(shown) == {"data", "links"}


def test_hidden_members_are_left_out() -> None:
    assert _members(_inside(_answer("/api/profile-merge", "post"), "data")) == {"id", "links", "type"}


def test_links_of_pages_may_be_null_and_those_of_one_resource_not() -> None:
    pages = _inside(_answer("/api/profiles"), "links")
    one = _inside(_answer("/api/profiles/{id}"), "links")

    assert sequence(pages["required"]) == ["self"]
    assert mapping(pages["properties"])["next"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert mapping(one["properties"]) == {"self": {"type": "string"}}


def test_identifiers_and_absent_relations() -> None:
    identifier = _inside(_answer("/api/profiles/{id}/relationships/lists"), "data", "[]")
    owner = mapping(_answer("/api/profiles/{id}/owner")["properties"])["data"]

    assert sequence(identifier["required"]) == ["id", "type"]
    assert sequence(mapping(owner)["anyOf"])[-1] == {"type": "null"}


def test_form_requires_what_the_api_requires() -> None:
    form = _inside(_body("/api/profiles"), "data")
    friend = _inside(_body("/api/profiles"), "data", "attributes", "friends", "data", "[]")

    assert sequence(form["required"]) == ["attributes", "relationships", "type"]
    assert sequence(_inside(form, "relationships")["required"]) == ["owner"]
    assert _members(form) == {"attributes", "id", "meta", "relationships", "type"}
    assert friend == _inside(_body("/client/events"), "data")
    assert sequence(friend["required"]) == ["attributes", "id", "type"]
    assert _members(_inside(_body("/api/profile-merge"), "data")) == {"id", "type"}


def test_other_bodies() -> None:
    identifiers = _inside(_body("/api/profiles/{id}/relationships/lists"), "data", "[]")

    assert _members(identifiers) == {"id", "type"}
    assert _members(_body("/api/reports")) == {"file", "name"}
    assert [*mapping(mapping(_operation("/api/reports", "post")["requestBody"])["content"])] == [
        "multipart/form-data"
    ]


def test_query_parameters_are_sorted_and_complete() -> None:
    parameters = [
        mapping(parameter) for parameter in sequence(_operation("/api/profiles", "get")["parameters"])
    ]
    query = {parameter["name"]: parameter for parameter in parameters if "name" in parameter}

    assert [*query] == sorted(query, key=str)
    assert query["fields[profile]"]["explode"] is False
    assert query["filter"]["required"] is True
    assert mapping(query["page[size]"]["schema"]) == {
        "type": "integer",
        "minimum": 1,
        "maximum": 100,
        "default": 20,
    }
    assert mapping(query["sort"]["schema"])["enum"] == ["email", "-email"]
    assert parameters[-1] == {"$ref": "#/components/parameters/revision"}


def test_every_success_has_the_answer() -> None:
    assert _answer("/api/profiles", "post", "200") == _answer("/api/profiles", "post", "201")
    assert "content" not in mapping(mapping(_operation("/client/events", "post")["responses"])["202"])


def test_extensions_tell_the_rest() -> None:
    listing, creation = _operation("/api/profiles", "get"), _operation("/api/profiles", "post")

    assert listing["description"] == "A note.\nAnother."
    assert listing["x-method"] == "profiles.list"
    assert listing["x-scopes"] == ["profiles:read"]
    assert listing["x-rate-limit"] == {"burst": 10, "steady": 150, "daily": None}
    assert listing["x-filters"] == {
        "email": {"operators": ["any", "equals"], "schema": {"type": "string"}},
        "owner": {"operators": ["has"]},
    }
    assert listing["x-paging"] == {"cursor": True, "default": 20, "maximum": 100}
    assert (creation["x-effect"], creation["x-repeatable"], creation["x-repeat-key"]) == (
        "write",
        False,
        "email",
    )


def test_client_operations_need_no_key() -> None:
    assert _operation("/client/events", "post")["security"] == []
    assert "security" not in _operation("/api/profiles", "get")


def test_gateway_has_its_own_server_and_key() -> None:
    listing = _operation("/connections", "get")

    assert listing["security"] == [{"maton-api-key": []}]
    assert [mapping(server)["url"] for server in sequence(listing["servers"])] == ["https://api.maton.ai"]
    assert _members(_answer("/connections")) == {"connections"}
    assert _members(_answer("/connections", "post")) == {"name"}
    assert [mapping(server)["url"] for server in sequence(DOCUMENT["servers"])] == [
        "https://a.klaviyo.com",
        "https://api.maton.ai/klaviyo",
    ]


def test_examples_are_json() -> None:
    location = mapping(mapping(mapping(mapping(DOCUMENT["components"])["schemas"])["Location"])["properties"])

    assert mapping(location["city"])["examples"] == ["Ulm"]
