"""One normal form for the schemas of two OpenAPI documents, ours (3.1) and the vendor's (3.0).

A schema in normal form is one of

* ``{}``: any value;
* ``{"$ref": …}`` without siblings;
* ``{"anyOf": […]}``: a union of two or more, with ``{"type": "null"}`` as its last member where null is
  allowed; nothing else says that;
* ``{"type": …}`` with one type, and beside it ``enum`` (a constant is an enum of one), ``items``,
  ``properties`` and ``required``, or one of the formats that the IR knows.

Members of ``allOf`` are merged, those that overlap as well: the vendor repeats ``attributes`` in several
members, each with other properties. The component that such a schema extends stays known as its
``x-extends``, which is no part of its shape, and an ``allOf`` of nothing but a reference is that
reference. Annotations (descriptions, examples, defaults, ``readOnly`` …) go, and so do the formats
``time`` and ``uri`` and the few size limits, which the IR has no type for.
"""

from __future__ import annotations

from functools import cached_property

from codegen.openapi_schemas import Json, Schema

EXTENDS = "x-extends"
NULL: Schema = {"type": "null"}
_FORMATS = ("binary", "date", "date-time")


def mapping(value: Json) -> Schema:
    """Return a JSON value that must be an object."""
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, got {value!r}")
    return value


def sequence(value: Json) -> list[Json]:
    """Return a JSON value that must be an array."""
    if not isinstance(value, list):
        raise TypeError(f"expected an array, got {value!r}")
    return value


def text(value: Json) -> str:
    """Return a JSON value that must be a string."""
    if not isinstance(value, str):
        raise TypeError(f"expected a string, got {value!r}")
    return value


def name_of(reference: Schema) -> str:
    """Return the name of the component that a reference is to."""
    return text(reference["$ref"]).rpartition("/")[2]


class Schemas:
    """The named schemas of a document, in normal form; any other schema of it can be brought into it."""

    def __init__(self, document: Schema) -> None:
        components = mapping(mapping(document["components"])["schemas"])
        self._raw = {name: mapping(schema) for name, schema in components.items()}

    @cached_property
    def named(self) -> dict[str, Schema]:
        """The named schemas, by name."""
        return {name: self.normal(schema) for name, schema in self._raw.items()}

    def resolved(self, schema: Schema) -> Schema:
        """Return what a schema in normal form refers to in the end; itself if to nothing."""
        while "$ref" in schema:
            schema = self.named[name_of(schema)]
        return schema

    def normal(self, schema: Schema) -> Schema:
        """Return the schema in normal form."""
        nullable = schema.get("nullable") is True
        if "allOf" in schema:
            plain = self._all_of([mapping(member) for member in sequence(schema["allOf"])])
        elif "$ref" in schema:
            plain = {"$ref": schema["$ref"]}
        elif "oneOf" in schema or "anyOf" in schema:
            members = sequence(schema.get("oneOf", schema.get("anyOf")))
            plain = _union([self.normal(mapping(member)) for member in members])
        elif isinstance(schema.get("type"), list):
            types = sequence(schema["type"])
            plain = _union([self.normal({**schema, "type": type_}) for type_ in types])
        elif "enum" in schema or "const" in schema:
            plain = _enum(sequence(schema.get("enum", [schema.get("const")])), schema.get("type"))
        else:
            plain = self._of_type(schema)
        return _or_null(plain) if nullable else plain

    def _all_of(self, members: list[Schema]) -> Schema:
        if len(members) == 1:
            return self.normal(members[0])
        merged: Schema = {}
        for member in members:
            merged = self._both(merged, self._inlined(member))
        extended = [name_of(member) for member in members if "$ref" in member]
        return {**merged, EXTENDS: extended[0]} if "properties" in merged and extended else merged

    def _of_type(self, schema: Schema) -> Schema:
        kind = schema.get("type", "object" if "properties" in schema else None)
        if kind is None:
            return {}
        plain: Schema = {"type": kind}
        if kind == "string" and "contentMediaType" in schema:
            plain["format"] = "binary"
        if kind == "string" and schema.get("format") in _FORMATS:
            plain["format"] = schema["format"]
        if kind == "array":
            plain["items"] = self.normal(mapping(schema.get("items", {})))
        if kind == "object" and "properties" in schema:
            properties = mapping(schema["properties"])
            plain["properties"] = {key: self.normal(mapping(value)) for key, value in properties.items()}
            plain["required"] = sorted(sequence(schema.get("required", [])), key=str)
        return {**plain, EXTENDS: schema[EXTENDS]} if EXTENDS in schema else plain

    def _inlined(self, schema: Schema) -> Schema:
        """Return the normal form with a reference at its top replaced by what it refers to."""
        normal = self.normal(schema)
        while "$ref" in normal:
            normal = self.normal(self._raw[name_of(normal)])
        return normal

    def _both(self, one: Schema, other: Schema) -> Schema:
        """Return the schema of what fits both; they are equal, or objects, or one of them is open."""
        if not one or one == other:
            return other
        if not other:
            return one
        if one.get("type") != "object" or other.get("type") != "object":
            raise ValueError(f"cannot merge {one} with {other}")
        merged: Schema = dict(mapping(one.get("properties", {})))
        for key, value in mapping(other.get("properties", {})).items():
            merged[key] = self._both(mapping(merged.get(key, {})), mapping(value))
        required = [*sequence(one.get("required", [])), *sequence(other.get("required", []))]
        return {"type": "object", "properties": merged, "required": [*sorted({*map(text, required)})]}


def _or_null(schema: Schema) -> Schema:
    return _union([schema, NULL]) if schema else {}


def _union(members: list[Schema]) -> Schema:
    flat: list[Schema] = []
    for member in members:
        flat += [mapping(inner) for inner in sequence(member["anyOf"])] if "anyOf" in member else [member]
    if {} in flat:
        return {}
    plain = [member for member in flat if member != NULL]
    unique: list[Json] = [member for index, member in enumerate(plain) if member not in plain[:index]]
    if len(plain) < len(flat):
        unique.append(NULL)
    return {"anyOf": unique} if len(unique) > 1 else mapping(unique[0])


def _enum(values: list[Json], kind: Json) -> Schema:
    plain: list[Json] = [value for value in values if value is not None]
    if not plain or kind == "null":
        return NULL
    schema: Schema = {"type": kind if isinstance(kind, str) else _kind(plain[0]), "enum": plain}
    return schema if len(plain) == len(values) else _union([schema, NULL])


def _kind(value: Json) -> str:
    match value:
        case str():
            return "string"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case _:
            raise TypeError(f"no enum has {value!r}")
