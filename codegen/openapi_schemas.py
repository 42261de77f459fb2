"""JSON Schemas (draft 2020-12, as OpenAPI 3.1 has them) of the types and value objects of the IR.

A value object becomes a component of its name, and whoever mentions it a reference to that
component. What surrounds attributes is the business of :mod:`.openapi_envelopes`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias, assert_never

from codegen import ir

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Schema: TypeAlias = dict[str, Json]


def of_type(type_: ir.Type, component: Callable[[str], str] = str) -> Schema:
    """Return the schema of the values of a type; ``component`` tells what that of a class is called.

    A union is ``anyOf``, not ``oneOf``: an integer is a number too, and the first that fits is meant.
    """
    match type_:
        case ir.Text():
            return {"type": "string"}
        case ir.Whole():
            return {"type": "integer"}
        case ir.Real():
            return {"type": "number"}
        case ir.Flag():
            return {"type": "boolean"}
        case ir.Instant():
            return {"type": "string", "format": "date-time"}
        case ir.Day():
            return {"type": "string", "format": "date"}
        case ir.Json():
            return {}
        case ir.JsonObject():
            return {"type": "object"}
        case ir.Choice(values=values):
            return _choice(values)
        case ir.ListOf(item=item):
            return array(of_type(item, component))
        case ir.Ref(name=name):
            return reference(component(name))
        case ir.OneOf(members=members):
            return any_of(of_type(member, component) for member in members)
        case ir.Nullable(inner=inner):
            return nullable(of_type(inner, component))
        case ir.Nested(form=form, many=many):
            resource = reference(component(form))
            return object_of({"data": array(resource) if many else resource}, required=["data"])
        case _:
            assert_never(type_)


def of_properties(properties: Iterable[ir.Property]) -> Schema:
    """Return the schema of an object with these members and, as far as we know, no other."""
    members = tuple(properties)
    return object_of(
        {member.key: of_property(member) for member in members},
        required=[member.key for member in members if member.required],
    )


def of_property(member: ir.Property) -> Schema:
    """Return the schema of a member, with its summary and example."""
    schema = described(of_type(member.type), member.summary)
    return {**schema, "examples": [json.loads(member.example)]} if member.example else schema


def of_value(value: ir.ValueObject) -> Schema:
    """Return the component of a value object."""
    return described(of_properties(value.properties), value.summary)


def object_of(properties: Mapping[str, Schema], *, required: Iterable[str] = ()) -> Schema:
    """Return the schema of an object; ``required`` is left out when it would be empty."""
    schema: Schema = {"type": "object", "properties": dict(properties)}
    names: list[Json] = [*required]
    if names:
        schema["required"] = names
    return schema


def array(items: Schema) -> Schema:
    """Return the schema of an array."""
    return {"type": "array", "items": items}


def constant(value: str) -> Schema:
    """Return the schema of one certain text."""
    return {"type": "string", "const": value}


def reference(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def any_of(members: Iterable[Schema]) -> Schema:
    """Return the schema of a union; a union of one is its member."""
    schemas: list[Json] = [*members]
    first, *others = schemas
    if not others and isinstance(first, dict):
        return first
    return {"anyOf": schemas}


def nullable(schema: Schema) -> Schema:
    """Return the schema of what this one allows, or null."""
    match schema:
        case {"type": str(kind), "const": constant_}:
            return {"type": [kind, "null"], "enum": [constant_, None]}
        case {"type": str(kind), "enum": [*values]}:
            return {**schema, "type": [kind, "null"], "enum": [*values, None]}
        case {"type": str(kind)}:
            return {**schema, "type": [kind, "null"]}
        case {"anyOf": [*members]}:
            return {**schema, "anyOf": [*members, {"type": "null"}]}
        case {"$ref": _} | {"allOf": _}:
            return {"anyOf": [schema, {"type": "null"}]}
        case _:
            return schema


def described(schema: Schema, summary: str) -> Schema:
    """Return the schema (or another object of OpenAPI) with a description, if there is one."""
    return {**schema, "description": summary} if summary else schema


def _choice(values: tuple[str | int | bool, ...]) -> Schema:
    kinds = {bool: "boolean", int: "integer", str: "string"}
    kind = kinds[type(values[0])]
    if len(values) == 1:
        return {"type": kind, "const": values[0]}
    return {"type": kind, "enum": [*values]}
