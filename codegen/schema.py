"""What may stand where in the spec's YAML, as one table.

The table drives the loader's checks and, as a JSON Schema, the completion and the red lines of editors.
Notations that hold everywhere are not repeated in it: ``since`` and ``until`` in any mapping, and alone
where nothing may stand; ``by-revision`` in the place of any value; ``{value: …}`` around any item of a list.
"""

from __future__ import annotations

from attrs import frozen

from codegen.revise import BY_REVISION, SINCE, UNTIL, VALUE
from codegen.schema_help import EVERYWHERE, HELP

Json = dict[str, "Json"] | list["Json"] | str | int | bool | None


@frozen
class ScalarKind:
    """A kind of text: its name in messages, its pattern, the words allowed, how JSON Schema calls it.

    A YAML editor takes ``true`` and ``200`` for what YAML says they are, so their JSON types differ.
    """

    name: str
    pattern: str
    words: tuple[str, ...] = ()
    json: tuple[str, ...] = ("string",)


@frozen
class Value:
    """What may stand at one place: as a scalar, as a list, as a mapping of a shape or with free keys."""

    scalar: ScalarKind | None = None
    items: Value | None = None
    shape: str = ""
    entries: Value | None = None

    @property
    def may_be_nothing(self) -> bool:
        """Whether a key may stand here without a value."""
        return self.scalar is not None and "null" in self.scalar.json

    def under(self, key: str) -> Value | None:
        """Return what may stand under a key of the mapping; None for a key that the table does not have."""
        if not self.shape:
            return self.entries
        known = SHAPES[self.shape].key(key)
        return known.value if known else None


@frozen
class Key:
    """A key of a shape."""

    name: str
    value: Value
    required: bool


@frozen
class Shape:
    """A kind of mapping: its keys, and the notations between which it chooses.

    Each notation is a set of keys that go together; a mapping has keys of one notation, not of two.
    """

    keys: tuple[Key, ...]
    one_of: tuple[frozenset[str], ...] = ()

    @property
    def choices(self) -> frozenset[str]:
        """The keys of all notations."""
        return frozenset(key for notation in self.one_of for key in notation)

    def key(self, name: str) -> Key | None:
        """Return the key of that name."""
        return next((key for key in self.keys if key.name == name), None)


def _choice(*words: str) -> ScalarKind:
    return ScalarKind(" or ".join(repr(word) for word in words), "|".join(words), words)


def _scalar(kind: ScalarKind) -> Value:
    return Value(scalar=kind)


def _list(value: Value) -> Value:
    return Value(items=value)


def _map(value: Value) -> Value:
    return Value(entries=value)


def _shape(keys: dict[str, Value], *one_of: str) -> Shape:
    listed = (Key(name.rstrip("!"), value, name.endswith("!")) for name, value in keys.items())
    return Shape(tuple(listed), tuple(frozenset(notation.split()) for notation in one_of))


DATE = "a date"
"""What a date is called; those that no calendar has are none, which no pattern tells."""

DATE_KIND = ScalarKind(DATE, r"\d{4}-\d\d-\d\d(\.pre)?")
_DAY_KIND = ScalarKind(DATE, r"\d{4}-\d\d-\d\d")
_WORD_KIND = ScalarKind("a name", r"\S+")
_FLAG_KIND = ScalarKind("'true' or 'false'", "true|false", ("true", "false"), ("boolean",))
_WHOLE_KIND = ScalarKind("a whole number", r"-?[0-9]{1,18}", json=("integer",))
_EMPTY_KIND = ScalarKind("nothing", "", json=("null",))

_JSON_KIND = ScalarKind("a JSON text", r"[\s\S]*\S[\s\S]*", json=("string", "number", "boolean"))
_TEXT = _scalar(ScalarKind("a text", r"[\s\S]*\S[\s\S]*"))
_CONSTANT = _scalar(ScalarKind("a constant", r"[\s\S]*", json=("string", "number", "boolean")))
_WORD = _scalar(_WORD_KIND)
_FLAG = _scalar(_FLAG_KIND)
_WHOLE = _scalar(_WHOLE_KIND)
_DAY = _scalar(_DAY_KIND)
_WORDS = _list(_WORD)
_WORD_OR_WORDS = Value(scalar=_WORD_KIND, items=_WORD)
_PATH = _scalar(ScalarKind("a path", r"/\S+"))
_PRESENCE = _scalar(_choice("absent", "optional", "required"))
_LINKAGE = _scalar(_choice("included", "all"))
_DIRECTION_KIND = _choice("create", "create!", "update", "update!")
_DIRECTIONS = Value(scalar=_DIRECTION_KIND, items=_scalar(_DIRECTION_KIND))

_TYPE = Value(scalar=_WORD_KIND, shape="type")
_GATEWAY_PROPERTY = Value(scalar=_WORD_KIND, shape="gateway property")
_ATTRIBUTE = Value(scalar=_WORD_KIND, shape="attribute")
_FORM_ATTRIBUTE = Value(
    scalar=ScalarKind("a type or nothing", r"\S*", json=("string", "null")), shape="form attribute"
)
_FORM_RELATIONSHIP = Value(scalar=_EMPTY_KIND, shape="form relationship")

_TYPE_KEYS = {
    "type": _TYPE,
    "enum": _list(_CONSTANT),
    "items": _TYPE,
    "oneOf": _list(_TYPE),
    "extends": _WORD_OR_WORDS,
    "resource": _WORD,
    "resources": _WORD,
    "nullable": _FLAG,
    "summary": _TEXT,
    "example": _scalar(_JSON_KIND),
}
_TYPE_NOTATIONS = ("type enum extends", "oneOf extends", "items", "resource", "resources")
_NAMED_TYPE_KEYS = {**_TYPE_KEYS, "signed": _FLAG}
_NAMED_TYPE_NOTATIONS = (*_TYPE_NOTATIONS, "properties extends")
_FORM_KEYS = {
    "resource": _WORD,
    "extends": _WORD,
    "as": _scalar(_choice("create", "update")),
    "id": _PRESENCE,
    "attributes": _map(_FORM_ATTRIBUTE),
    "relationships": _map(_FORM_RELATIONSHIP),
    "meta": _TYPE,
    "meta?": _TYPE,
}

SHAPES: dict[str, Shape] = {
    "klaviyo": _shape(
        {
            "title!": _TEXT,
            "summary!": _TEXT,
            "server!": _WORD,
            "revisions!": _map(Value(shape="revision")),
            "tiers!": _map(_TEXT),
            "envelope!": Value(shape="envelope"),
        }
    ),
    "revision": _shape({"deprecated": _DAY, "retired": _DAY, "default": _FLAG, "committed": _FLAG}),
    "envelope": _shape(
        {
            "links!": Value(shape="links"),
            "linkage!": Value(shape="linkage"),
            "included-relationships": _FLAG,
            "sparse-ids": _FLAG,
            "nullable-related": _FLAG,
            "fixed-sizes": _FLAG,
            "sparse-fields!": _list(_scalar(_choice("get", "post", "patch"))),
        }
    ),
    "links": _shape({"many": _WORDS, "one": _WORDS, "identifiers": _WORDS}),
    "linkage": _shape({"get!": _LINKAGE, "write!": _LINKAGE}),
    "maton": _shape(
        {
            "title!": _TEXT,
            "summary!": _TEXT,
            "server!": _WORD,
            "app!": _WORD,
            "types": _map(Value(shape="gateway type")),
            "operations!": _map(Value(shape="gateway operation")),
        }
    ),
    "gateway type": _shape(
        {**_NAMED_TYPE_KEYS, "properties": _map(_GATEWAY_PROPERTY)}, *_NAMED_TYPE_NOTATIONS
    ),
    "gateway property": _shape({**_TYPE_KEYS, "secret": _FLAG}, *_TYPE_NOTATIONS),
    "gateway operation": _shape(
        {
            "summary!": _TEXT,
            "get": _PATH,
            "post": _PATH,
            "delete": _PATH,
            "path": _map(_TEXT),
            "parameters": _map(_TYPE),
            "body": _map(_TYPE),
            "answer!": Value(scalar=_choice("none"), shape="gateway answer"),
            "status": Value(scalar=_WHOLE_KIND, items=_WHOLE),
            "notes": _list(_TEXT),
        },
        "get",
        "post",
        "delete",
    ),
    "gateway answer": _shape({"member": _WORD, "type": _WORD, "items": _WORD}, "type", "items"),
    "family": _shape(
        {
            "title!": _TEXT,
            "summary!": _TEXT,
            "scope": _WORD,
            "resources": _map(Value(shape="resource")),
            "types": _map(Value(shape="named type")),
            "forms": _map(Value(shape="form")),
            "operations!": _map(Value(shape="operation")),
            "compositions": _map(Value(shape="composition")),
        }
    ),
    "types": _shape({"title": _TEXT, "summary": _TEXT, "types!": _map(Value(shape="named type"))}),
    "resource": _shape(
        {
            "summary!": _TEXT,
            "id": _PRESENCE,
            "links": _FLAG,
            "linked": _FLAG,
            "class": _WORD,
            "attributes": _map(_ATTRIBUTE),
            "relationships": _map(Value(shape="relationship")),
        }
    ),
    "type": _shape(_TYPE_KEYS, *_TYPE_NOTATIONS),
    "attribute": _shape(
        {
            **_TYPE_KEYS,
            "write": _DIRECTIONS,
            "send": Value(scalar=_WORD_KIND, shape="sent type"),
            "read": _FLAG,
            "on": Value(scalar=_choice("primary"), items=_WORD),
            "additional": _FLAG,
        },
        *_TYPE_NOTATIONS,
    ),
    "sent type": _shape({**_TYPE_KEYS, "create": _TYPE, "update": _TYPE}, *_TYPE_NOTATIONS, "create update"),
    "relationship": _shape({"one": _WORD, "many": _WORD, "write": _DIRECTIONS, "read": _FLAG}, "one", "many"),
    "named type": _shape({**_NAMED_TYPE_KEYS, "properties": _map(_TYPE)}, *_NAMED_TYPE_NOTATIONS),
    "form": _shape({"summary": _TEXT, **_FORM_KEYS}, "resource extends"),
    "body": _shape(_FORM_KEYS),
    "form attribute": _shape(_TYPE_KEYS, *_TYPE_NOTATIONS),
    "form relationship": _shape({"one": _WORD, "many": _WORD, "required": _FLAG}, "one", "many"),
    "operation": _shape(
        {
            "id!": _WORD,
            "summary!": _TEXT,
            "get": _PATH,
            "post": _PATH,
            "patch": _PATH,
            "delete": _PATH,
            "path": _map(_TEXT),
            "scopes": _WORDS,
            "limit!": _TEXT,
            "pages": Value(scalar=_choice("cursor"), shape="pages"),
            "filter": _map(Value(scalar=ScalarKind("a type and operators", r".+"), shape="filter field")),
            "filter-required": _FLAG,
            "filter-header": _WORD,
            "include": _WORDS,
            "sort": _WORDS,
            "parameters": _map(_TYPE),
            "body": Value(scalar=_WORD_KIND, shape="body"),
            "identifiers": Value(shape="identifiers"),
            "upload": Value(shape="upload"),
            "answer": Value(scalar=_choice("none"), shape="answer"),
            "status": Value(scalar=_WHOLE_KIND, items=_WHOLE),
            "linked": _WORDS,
            "hidden": _list(_scalar(_choice("attributes", "relationships"))),
            "effect": _scalar(_choice("read", "write", "delete")),
            "repeatable": _FLAG,
            "repeat-key": _WORD,
            "wait": Value(shape="wait"),
            "notes": _list(_TEXT),
        },
        "get",
        "post",
        "patch",
        "delete",
    ),
    "upload": _shape({"file!": _WORD, "fields": _map(_TYPE)}),
    "pages": _shape(
        {"fixed": _WHOLE, "default": _WHOLE, "minimum": _WHOLE, "maximum": _WHOLE, "cursor": _FLAG}
    ),
    "filter field": _shape({"type": _WORD, "enum": _list(_CONSTANT), "operators!": _WORDS}),
    "identifiers": _shape({"one": _WORD, "many": _WORD}, "one", "many"),
    "answer": _shape(
        {"one": _WORD, "many": _WORD, "id": _WORD, "ids": _WORD, "nullable": _FLAG},
        "one",
        "many",
        "id",
        "ids",
    ),
    "wait": _shape({"poll!": _WORD, "attribute!": _WORD, "done!": _WORDS, "failed": _WORDS}),
    "composition": _shape(
        {"summary!": _TEXT, "each": _WORD, "list": _WORD, "start": _WORD, "result": _WORD},
        "each list",
        "start result",
    ),
}

# What tells the kinds of files apart, in this order; a file without any of these keys has types.
_TELLING = (("revisions", "klaviyo"), ("app", "maton"), ("operations", "family"))


def json_schema() -> dict[str, Json]:
    """Return one JSON Schema for every kind of file, for editors."""
    document: Json = _reference("types")
    for key, kind in reversed(_TELLING):
        document = _if_key(key, _reference(kind), document)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of the spec",
        "allOf": [document],
        "$defs": {_slug(name): _of_shape(name, shape) for name, shape in SHAPES.items()},
    }


def _slug(name: str) -> str:
    return name.replace(" ", "-")


def _reference(name: str) -> Json:
    return {"$ref": f"#/$defs/{_slug(name)}"}


def _if_key(key: str, then: Json, otherwise: Json) -> dict[str, Json]:
    return {"if": {"type": "object", "required": [key]}, "then": then, "else": otherwise}


def _of_shape(name: str, shape: Shape) -> Json:
    told = {**HELP[EVERYWHERE], **HELP.get(name, {})}
    properties = {key.name: {"description": told[key.name], **_of_value(key.value)} for key in shape.keys}
    schema: dict[str, Json] = {
        "type": "object",
        "properties": {**properties, **_DATES},
        "additionalProperties": False,
        "required": [key.name for key in shape.keys if key.required],
    }
    if shape.one_of:
        schema["anyOf"] = [_of_notation(notation, shape.choices) for notation in shape.one_of]
    return schema


def _of_notation(notation: frozenset[str], every: frozenset[str]) -> Json:
    one: list[Json] = [{"required": [key]} for key in sorted(notation)]
    others: list[Json] = [{"required": [key]} for key in sorted(every - notation)]
    return {"anyOf": one, "not": {"anyOf": others}} if others else {"anyOf": one}


def _of_value(value: Value) -> dict[str, Json]:
    plain = _of_undated(value)
    choices: Json = {"type": "object", "additionalProperties": plain, "minProperties": 1}
    return _if_key(BY_REVISION, _wrapper(BY_REVISION, choices), plain)


def _of_item(value: Value) -> Json:
    inner = _of_value(value)
    return _if_key(VALUE, _wrapper(VALUE, inner), inner)


def _wrapper(key: str, inner: Json) -> Json:
    return {"properties": {key: inner, **_DATES}, "additionalProperties": False}


def _of_undated(value: Value) -> Json:
    """Return what a value is for each JSON type that it may have."""
    of_type: dict[str, Json] = {}
    if value.scalar:
        of_type |= dict.fromkeys(value.scalar.json, _of_scalar(value.scalar))
    if value.items:
        of_type["array"] = {"items": _of_item(value.items)}
    if value.shape:
        of_type["object"] = _reference(value.shape)
    if value.entries:
        of_type["object"] = {"properties": _DATES, "additionalProperties": _of_value(value.entries)}
    if value.may_be_nothing:
        of_type["object"] = {"if": _ONLY_DATES, "else": of_type["object"]}
    conditions: list[Json] = [{"if": {"type": name}, "then": then} for name, then in of_type.items()]
    return {"type": list(of_type), "allOf": conditions}


def _of_scalar(kind: ScalarKind) -> Json:
    if kind.json == ("string",) and kind.words:
        return {"enum": list(kind.words)}
    return {"pattern": f"^({kind.pattern})$"}


_DATES: dict[str, Json] = {
    name: {"type": "string", "pattern": f"^{DATE_KIND.pattern}$", "description": HELP[EVERYWHERE][name]}
    for name in (SINCE, UNTIL)
}
_ONLY_DATES: Json = {"minProperties": 1, "properties": _DATES, "additionalProperties": False}
