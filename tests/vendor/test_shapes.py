"""The comparison of two schemas."""

from __future__ import annotations

import pytest

from codegen.openapi_schemas import Json, Schema
from codegen.vendor.normalise import Schemas
from codegen.vendor.shapes import ABSENT, Place, Shapes
from tests.vendor.documents import REVISIONS, vendor_document

TEXT: Schema = {"type": "string"}
NULL: Schema = {"type": "null"}


def _object(**properties: Json) -> Schema:
    return {"type": "object", "properties": properties}


def _enum(*values: Json) -> Schema:
    return {"type": "string", "enum": [*values]}


def _either(*members: Json) -> Schema:
    return {"anyOf": [*members]}


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _tree(leaf: Schema, name: str = "Tree") -> Schema:
    """A document with a schema that contains itself, through a union."""
    other = _object(kind=_enum("other"), leaf=leaf)
    tree = _object(kind=_enum("tree"), child=_either(_named(name), other))
    return {"components": {"schemas": {name: tree}}}


def _found(ours: Schema, vendors: Schema) -> list[tuple[str, str, str]]:
    mine, theirs = (Schemas({"components": {"schemas": {}}}) for _ in "ab")
    shapes = Shapes(mine, theirs)
    found = shapes.mismatches(mine.normal(ours), theirs.normal(vendors), Place("body"))
    return [(mismatch.place.full, mismatch.ours, mismatch.vendors) for mismatch in found]


@pytest.mark.parametrize(
    ("ours", "vendors", "found"),
    [
        (TEXT, TEXT, []),
        (TEXT, {"type": "integer"}, [("body", "string", "integer")]),
        (TEXT, {**TEXT, "format": "date"}, [("body", "string", "date")]),
        ({}, TEXT, [("body", "any value", "string")]),
        (TEXT, _either(TEXT, NULL), [("body", "never null", "may be null")]),
        (_enum("a", "b"), _enum("b", "c"), [("body", "also a", "also c")]),
        (_enum("a", "b"), _enum("b", "a"), []),
        (_enum("a"), TEXT, [("body", "a", "string")]),
        (
            {"type": "array", "items": TEXT},
            {"type": "array", "items": _enum("a")},
            [("body[]", "string", "a")],
        ),
        ({"type": "object"}, _object(a=TEXT), [("body", "open object", "object of a")]),
        (_object(a=TEXT), _object(b=TEXT), [("body.a", "string", ABSENT), ("body.b", ABSENT, "string")]),
        (_object(a=TEXT), {**_object(a=TEXT), "required": ["a"]}, [("body.a", "optional", "required")]),
        (_either(TEXT, {"type": "integer"}), _either({"type": "integer"}, TEXT), []),
        (
            _either(TEXT, {"type": "integer"}),
            _either(TEXT, {"type": "array", "items": TEXT}),
            [("body", "integer", "array of string")],
        ),
        (_either(TEXT, {"type": "integer"}), TEXT, [("body", "integer", ABSENT)]),
        (
            _either(_object(type=_enum("a"), x=TEXT), _object(type=_enum("b"))),
            _either(_object(type=_enum("b")), _object(type=_enum("a"), x={"type": "integer"})),
            [("body.(a).x", "string", "integer")],
        ),
        (
            _either(_object(kind=_enum("a")), TEXT),
            _either(_object(kind=_enum("b")), _object(kind=_enum("c")), TEXT),
            [
                ("body.(kind=a)", "object of kind", ABSENT),
                ("body.(kind=b)", ABSENT, "object of kind"),
                ("body.(kind=c)", ABSENT, "object of kind"),
            ],
        ),
    ],
    ids=str,
)
def test_mismatches(ours: Schema, vendors: Schema, found: list[tuple[str, str, str]]) -> None:
    assert _found(ours, vendors) == found


def test_recursion_ends_and_names_do_not_count() -> None:
    ours, vendors = Schemas(_tree(TEXT)), Schemas(_tree(TEXT, "VendorTree"))

    assert not [*Shapes(ours, vendors).mismatches(_named("Tree"), _named("VendorTree"), Place("body"))]


def test_recursion_hides_no_mismatch() -> None:
    ours, vendors = Schemas(_tree(TEXT)), Schemas(_tree({"type": "integer"}))
    found = [*Shapes(ours, vendors).mismatches(_named("Tree"), _named("Tree"), Place("body"))]

    assert [mismatch.place for mismatch in found] == [
        Place("body.child.(kind=other).leaf", component="Tree", below="child.(kind=other).leaf")
    ]


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_schema_of_the_vendor_equals_itself(revision: str) -> None:
    ours, vendors = (Schemas(vendor_document(revision)) for _ in "ab")
    shapes = Shapes(ours, vendors)

    assert not [m for name in ours.named for m in shapes.mismatches(_named(name), _named(name), Place(name))]
