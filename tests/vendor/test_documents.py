"""Documents are read from JSON and YAML; what is none is refused with its place and a remedy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from codegen.openapi_schemas import Json
from codegen.vendor.documents import DocumentError, read, revision_of
from tests.vendor.documents import REVISIONS, vendor_path
from tests.vendor.small import changed, document

SCHEMA = "/components/schemas/Profile"
CITY = "/components/schemas/Location/properties/city"
GET = "/paths/~1api~1profiles/get"
CIRCLE: Json = {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Location"}]}
BOMB = "a: &a [1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 8)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)

BROKEN: tuple[tuple[str, Json, str], ...] = (
    ("/openapi", "2.0", "/openapi: this is no OpenAPI 3 document"),
    ("/openapi", None, "/openapi: this is no OpenAPI 3 document"),
    ("/info", None, "/: there is no 'info'"),
    ("/info/version", "1.0", "/info/version: the version is '1.0', no revision of Klaviyo"),
    ("/info/version", "2026-02-29", "/info/version: the version is '2026-02-29', no revision of Klaviyo"),
    ("/info/version", "9999-12-31", "/info/version: the version is"),
    ("/info/version", "2026-01-15\n", "/info/version: the version is"),
    ("/paths", None, "/: there is no 'paths'"),
    ("/paths", {}, "/paths: no path begins with /api/ or /client/"),
    ("/paths", {"/pets": {}}, "/paths: no path begins with /api/ or /client/"),
    ("/paths/~1api~1profiles", [], "/paths/~1api~1profiles: an object is expected"),
    ("/paths/~1api~1profiles/parameters", [], "/paths/~1api~1profiles/parameters: this is no operation"),
    (GET, "x", f"{GET}: an object is expected, not x"),
    (f"{GET}/operationId", None, f"{GET}: there is no 'operationId'"),
    (f"{GET}/responses", None, f"{GET}: there is no 'responses'"),
    (f"{GET}/parameters", {}, f"{GET}/parameters: an array is expected"),
    (f"{GET}/parameters/1", 1, f"{GET}/parameters/1: an object is expected"),
    (f"{GET}/parameters/1", {"name": "a"}, f"{GET}/parameters/1: there is no 'in'"),
    (f"{GET}/responses/200/content", {"a": {}, "b": {}}, f"{GET}/responses/200/content: 2 media types"),
    (f"{GET}/responses/200/content", {"a": {}}, f"{GET}/responses/200/content/a: there is no 'schema'"),
    (f"{GET}/x-klaviyo-scopes", "a", f"{GET}/x-klaviyo-scopes: an array is expected"),
    (SCHEMA, [], f"{SCHEMA}: an object is expected"),
    (f"{SCHEMA}/properties", [], f"{SCHEMA}/properties: an object is expected"),
    (f"{SCHEMA}/required", "type", f"{SCHEMA}/required: 'required' is type"),
    (f"{CITY}/type", 1, f"{CITY}/type: 'type' is 1"),
    (f"{CITY}/enum", [], f"{CITY}/enum: 'enum' is []"),
    (f"{CITY}/enum", [{}], f"{CITY}/enum: 'enum' is [{{}}]"),
    (f"{CITY}/oneOf", [], f"{CITY}/oneOf: 'oneOf' is []"),
    (
        CITY,
        {"$ref": "https://x.y/z.json#/City"},
        f"{CITY}/$ref: a reference to another document, https://x.y/z.json#/City, which is not fetched",
    ),
    (CITY, {"$ref": "other.json"}, f"{CITY}/$ref: a reference to another document"),
    (CITY, {"$ref": "#/components/schemas/Town"}, f"{CITY}/$ref: #/components/schemas/Town is no schema"),
    (CITY, {"$ref": "#/info"}, f"{CITY}/$ref: #/info is no schema of the document"),
    ("/components/schemas/Location", CIRCLE, "/components/schemas/Location: a schema is made of itself"),
    (
        SCHEMA,
        {"allOf": [{"$ref": "#/components/schemas/Profile"}, {}]},
        f"{SCHEMA}: a schema is made of itself",
    ),
    (
        CITY,
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        f"{CITY}/allOf: cannot merge",
    ),
)


def _refused(path: Path, content: str) -> str:
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "; " in message
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


@pytest.mark.parametrize("notation", ["JSON", "JSON with a mark of its encoding", "YAML"])
def test_notations_are_equal(tmp_path: Path, notation: str) -> None:
    text = yaml.safe_dump(document()) if notation == "YAML" else json.dumps(document())
    path = tmp_path / "stable"
    path.write_text(f"\ufeff{text}" if "mark" in notation else text, encoding="utf-8")

    assert read(path) == document()
    assert revision_of(read(path)) == "2026-01-15"


@pytest.mark.parametrize("revision", REVISIONS)
def test_documents_of_the_vendor_are_sound(revision: str) -> None:
    assert revision_of(read(vendor_path(revision))) == revision


def test_yaml_has_the_types_of_json(tmp_path: Path) -> None:
    text = "{when: 2026-01-15, on: yes, no: null, n: 1, x: -1.5, old: 0o17, quoted: '1', at: &a {}, to: *a}"
    path = tmp_path / "stable.yaml"
    path.write_text(f"{yaml.safe_dump(document())}x-readme: {text}\n", encoding="utf-8")

    assert read(path)["x-readme"] == {
        "when": "2026-01-15",
        "on": "yes",
        "no": None,
        "n": 1,
        "x": -1.5,
        "old": "0o17",
        "quoted": "1",
        "at": {},
        "to": {},
    }


@pytest.mark.parametrize(("pointer", "value", "told"), BROKEN)
def test_broken_documents_are_refused(tmp_path: Path, pointer: str, value: Json, told: str) -> None:
    assert told in _refused(tmp_path / "stable.json", json.dumps(changed(pointer, value)))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "line 1: the file has no content"),
        ('{"openapi": "3.0.2",\n"info": ', "line 2: this is no JSON"),
        ("openapi: [", "line 2: this is no YAML"),
        ("openapi: \x01", "line 1: this is no YAML"),
        ("[a]: b", "line 1: a key is no text"),
        ("a: b\nc: &c\n  d: *c", "line 3: the alias *c refers to nothing that stands whole before it"),
        (BOMB, "YAML aliases make more than"),
        ("a: " + "[" * 100_000, "line 1: values are nested deeper"),
        ('{"a": ' + "[" * 100_000, "the document is nested too deep"),
        ("- a", "an object is expected"),
    ],
    ids=lambda value: value[:20],
)
def test_broken_files_are_refused(tmp_path: Path, content: str, told: str) -> None:
    assert told in _refused(tmp_path / "stable.yaml", content)


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="No such file"):
        read(tmp_path / "missing.json")
    with pytest.raises(DocumentError, match="directory"):
        read(tmp_path)
    (tmp_path / "latin.json").write_bytes(b'{"a": "\xe9"}')
    with pytest.raises(DocumentError, match="byte 7: this is not UTF-8"):
        read(tmp_path / "latin.json")


def test_schemas_nested_too_deep_are_refused(tmp_path: Path) -> None:
    schema: Json = {"type": "string"}
    for _ in range(120):
        schema = {"type": "array", "items": schema}

    assert "deeper than 100 levels" in _refused(tmp_path / "stable.json", json.dumps(changed(CITY, schema)))
