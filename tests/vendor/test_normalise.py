"""The normal form of schemas, on the notations that the two documents use."""

from __future__ import annotations

import pytest

from codegen.openapi_schemas import Json, Schema
from codegen.vendor.normalise import Schemas, mapping, sequence
from tests.vendor.documents import REVISIONS, vendor_document

NULL: Schema = {"type": "null"}
TEXT: Schema = {"type": "string"}
NAMED: Schema = {
    "Colour": {"type": "string", "enum": ["red", "blue"]},
    "Base": {
        "type": "object",
        "description": "Prose.",
        "properties": {
            "attributes": {"type": "object", "properties": {"name": TEXT}, "required": ["name"]},
            "kind": {"$ref": "#/components/schemas/Colour"},
        },
        "required": ["kind"],
    },
    "Same": {"$ref": "#/components/schemas/Base"},
}
SCHEMAS = Schemas({"components": {"schemas": NAMED}})
COLOUR: Schema = {"$ref": "#/components/schemas/Colour"}


NORMAL_FORMS: tuple[tuple[Schema, Schema], ...] = (
    ({}, {}),
    ({"nullable": True}, {}),
    ({"type": "string", "description": "Prose.", "example": "a", "default": "b"}, TEXT),
    ({"type": "string", "format": "uri"}, TEXT),
    ({"type": "string", "format": "date"}, {"type": "string", "format": "date"}),
    ({"type": "string", "contentMediaType": "image/png"}, {"type": "string", "format": "binary"}),
    ({"type": "string", "nullable": True}, {"anyOf": [TEXT, NULL]}),
    ({"type": ["string", "null"]}, {"anyOf": [TEXT, NULL]}),
    ({"type": "string", "const": "a"}, {"type": "string", "enum": ["a"]}),
    ({"enum": [True]}, {"type": "boolean", "enum": [True]}),
    ({"enum": [1, 2]}, {"type": "integer", "enum": [1, 2]}),
    ({"enum": [None]}, NULL),
    (
        {"type": ["string", "null"], "enum": ["a", None]},
        {"anyOf": [{"type": "string", "enum": ["a"]}, NULL]},
    ),
    (
        {"type": "string", "enum": ["a"], "nullable": True},
        {"anyOf": [{"type": "string", "enum": ["a"]}, NULL]},
    ),
    (COLOUR, COLOUR),
    ({**COLOUR, "description": "Prose."}, COLOUR),
    ({**COLOUR, "nullable": True}, {"anyOf": [COLOUR, NULL]}),
    ({"oneOf": [TEXT]}, TEXT),
    ({"oneOf": [TEXT, {}]}, {}),
    ({"oneOf": [COLOUR, TEXT], "nullable": True}, {"anyOf": [COLOUR, TEXT, NULL]}),
    ({"anyOf": [NULL, {"anyOf": [COLOUR, TEXT]}, TEXT]}, {"anyOf": [COLOUR, TEXT, NULL]}),
    ({"type": "array"}, {"type": "array", "items": {}}),
    ({"type": "object", "maxProperties": 0}, {"type": "object"}),
    (
        {"type": ["object", "null"], "properties": {}},
        {"anyOf": [{"type": "object", "properties": {}, "required": []}, NULL]},
    ),
    (
        {"properties": {"a": {**TEXT, "readOnly": True}}},
        {"type": "object", "properties": {"a": TEXT}, "required": []},
    ),
)


@pytest.mark.parametrize(("schema", "normal"), NORMAL_FORMS, ids=str)
def test_normal_form(schema: Schema, normal: Schema) -> None:
    assert SCHEMAS.normal(schema) == normal


def test_all_of_merges_overlapping_members() -> None:
    more: Json = {"properties": {"attributes": {"properties": {"age": TEXT, "name": {}}}, "kind": {**COLOUR}}}
    merged = SCHEMAS.normal({"allOf": [{"$ref": "#/components/schemas/Same"}, more], "nullable": True})
    plain, null = sequence(merged["anyOf"])
    attributes = mapping(mapping(mapping(plain)["properties"])["attributes"])

    assert null == NULL
    assert mapping(plain)["required"] == ["kind"]
    assert attributes == {"type": "object", "properties": {"name": TEXT, "age": TEXT}, "required": ["name"]}


def test_all_of_what_cannot_be_merged_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot merge"):
        SCHEMAS.normal({"allOf": [TEXT, {"type": "integer"}]})


def test_references_resolve_in_the_end() -> None:
    assert SCHEMAS.resolved({"$ref": "#/components/schemas/Same"}) == SCHEMAS.named["Base"]


@pytest.mark.parametrize("revision", REVISIONS)
def test_normal_form_is_stable(revision: str) -> None:
    """What is in normal form stays as it is, for every schema of the vendor."""
    schemas = Schemas(vendor_document(revision))

    assert {name: schemas.normal(schema) for name, schema in schemas.named.items()} == schemas.named
