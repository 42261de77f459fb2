"""Between the notation of types in the spec and schemas in normal form."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Protocol

from codegen.openapi_schemas import Json, Schema
from codegen.parse_nodes import constant, constant_word
from codegen.vendor.edits import Plain
from codegen.vendor.normalise import mapping, sequence, text
from codegen.vendor.sketch import Fields, fields, words

BASIC: Mapping[str, Schema] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date-time": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "object": {"type": "object"},
    "any": {},
}
NULL: Schema = {"type": "null"}
TYPE_KEYS = ("type", "enum", "items", "oneOf", "extends", "signed")


def split(key: str) -> tuple[str, str]:
    """Return the name of a member and its mark."""
    return (key[:-1], key[-1]) if key[-1:] in {"?", "~"} else (key, "")


def basic(schema: Schema) -> str | None:
    """Return the word for a schema that has one."""
    values = sequence(schema.get("enum", []))
    words = [constant_word(values[0])] if len(values) == 1 else [*BASIC]
    return next((word for word in words if meant(word) == schema), None)


def meant(word: str) -> Schema | None:
    """Return the schema that a word stands for; None where it is a name, or nothing."""
    match constant(word):
        case None:
            return dict(BASIC[word]) if word in BASIC else None
        case bool() as value:
            return {"type": "boolean", "enum": [value]}
        case int() as value:
            return {"type": "integer", "enum": [value]}
        case value:
            return {"type": "string", "enum": [value]}


def reference(name: str) -> Schema:
    """Return a reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def name_of(schema: Schema) -> str:
    """Return the name that a reference has; empty where the schema is none."""
    return text(schema["$ref"]).rpartition("/")[2] if "$ref" in schema else ""


class Notation:
    """The named types of the spec at one revision, as schemas in normal form."""

    def __init__(self, types: Callable[[str], Fields]) -> None:
        """``types`` gives what stands under a name, nothing where nothing is declared."""
        self._types = types

    def resolved(self, schema: Schema, /) -> Schema:
        """Return what a schema refers to in the end."""
        while name := name_of(schema):
            schema = self.named(name)
        return schema

    def is_object(self, name: str) -> bool:
        """Tell whether a named type is an object, whether it says so itself or extends one."""
        known = self._types(name)
        if any(key in known for key in ("type", "enum", "items", "oneOf")):
            return False
        return "properties" in known or any(self.is_object(base) for base in words(known.get("extends")))

    def members(self, name: str) -> Fields:
        """Return the members of a named object, those that it inherits as well."""
        return _anew(self.inherited(name), fields(self._types(name).get("properties")))

    def inherited(self, name: str) -> Fields:
        """Return the members of what a named object extends."""
        found: Fields = {}
        for base in words(self._types(name).get("extends")):
            found = _anew(found, self.members(base))
        return found

    def named(self, name: str) -> Schema:
        """Return the schema of a named type."""
        if not self.is_object(name):
            return self.schema(self._types(name))
        properties: dict[str, Json] = {}
        required: list[Json] = []
        for key, value in self.members(name).items():
            plain_key, mark = split(key)
            schema = self.schema(value)
            properties[plain_key] = union([schema, NULL]) if mark == "?" else schema
            required += [] if mark else [plain_key]
        return {"type": "object", "properties": properties, "required": sorted(required, key=str)}

    def schema(self, value: Plain) -> Schema:
        """Return the schema of a type in the notation of the spec."""
        if isinstance(value, str):
            known = meant(value)
            if known is not None:
                return known
            return reference(value) if self._types(value) else {}
        found = self._of_fields(fields(value))
        return union([found, NULL]) if fields(value).get("nullable") in {True, "true"} else found

    def _of_fields(self, known: Fields) -> Schema:
        if "items" in known:
            return {"type": "array", "items": self.schema(known["items"])}
        inherited = [self.resolved(self.schema(base)) for base in words(known.get("extends"))]
        if "oneOf" in known or (inherited and "anyOf" in inherited[0]):
            listed = known.get("oneOf", [])
            members = [self.schema(member) for member in (listed if isinstance(listed, list) else [])]
            return union([*inherited, *members])
        if "enum" in known or inherited:
            kind = text(fields(known).get("type") or "string")
            listed = known.get("enum", [])
            values = [*(sequence(base["enum"]) for base in inherited)]
            own = [_constant(item, kind) for item in (listed if isinstance(listed, list) else [])]
            every = [value for base in values for value in base] + own
            if known.get("signed") in {True, "true"}:
                every += [f"-{value}" for value in every]
            return {"type": kind, "enum": every}
        return self.schema(known.get("type", "any"))


def union(members: list[Schema]) -> Schema:
    """Return the union of some schemas: flat, each once, null last."""
    flat: list[Schema] = []
    for member in members:
        flat += [mapping(one) for one in sequence(member["anyOf"])] if "anyOf" in member else [member]
    if {} in flat:
        return {}
    kept = [one for index, one in enumerate(flat) if one not in flat[:index] and one != NULL]
    kept += [NULL] if NULL in flat else []
    listed: list[Json] = [*kept]
    return {"anyOf": listed} if len(kept) > 1 else kept[0]


def _anew(members: Fields, others: Fields) -> Fields:
    """Return members together with others, which say anew what has their name."""
    names = {split(key)[0] for key in others}
    return {**{key: value for key, value in members.items() if split(key)[0] not in names}, **others}


def _constant(item: Plain, kind: str) -> Json:
    word = str(item).lower() if isinstance(item, bool) else str(item)
    if kind == "boolean":
        return word == "true"
    return int(word) if kind == "integer" and word.lstrip("-").isdecimal() else word


class Resolver(Protocol):
    """Schemas that references point into."""

    def resolved(self, schema: Schema, /) -> Schema:
        """Return what a schema refers to in the end."""
        ...


class Signatures:
    """Texts that are equal for schemas that accept the same, whatever their parts are called."""

    def __init__(self, resolver: Resolver, known: Mapping[str, str] | None = None) -> None:
        """``known`` are the signatures of named schemas that need not be looked at."""
        self._resolve = resolver.resolved
        self._known = dict(known or {})

    def of(self, schema: Schema) -> str:
        """Return the signature of a schema."""
        return self._of(schema, ())

    def _of(self, schema: Schema, above: tuple[str, ...]) -> str:
        name = name_of(schema)
        if name and name in above:
            return f"^{len(above) - above.index(name)}"
        if name in self._known:
            return self._known[name]
        found = self._plain(self._resolve(schema), above, name)
        if name and "^" not in found:
            self._known[name] = found
        return found

    def _plain(self, schema: Schema, above: tuple[str, ...], name: str) -> str:
        if "anyOf" in schema:
            members = sorted({self._of(mapping(member), above) for member in self._flat(schema)})
            return "(" + "|".join(members) + ")" if len(members) > 1 else members[0]
        if "enum" in schema:
            return f"{schema['type']}" + json.dumps(sorted(sequence(schema["enum"]), key=repr))
        if "items" in schema:
            return f"[{self._of(mapping(schema['items']), above)}]"
        if "properties" in schema:
            inside = (*above, name or "-")
            required = sequence(schema.get("required", []))
            members = [
                f"{json.dumps(key)}{'!' if key in required else ''}:{self._of(mapping(value), inside)}"
                for key, value in sorted(mapping(schema["properties"]).items())
            ]
            return "{" + ",".join(members) + "}"
        return basic(schema) or str(schema.get("type", ""))

    def _flat(self, schema: Schema) -> list[Schema]:
        flat: list[Schema] = []
        for member in map(mapping, sequence(schema["anyOf"])):
            inner = self._resolve(member)
            flat += self._flat(inner) if "anyOf" in inner else [member]
        return flat
