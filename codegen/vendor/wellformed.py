"""Refuses what is no OpenAPI document that the rest of this package can work with.

What is checked here nobody else looks at again: mappings are mappings, references lead somewhere within
the document, no schema consists of itself, and what ``allOf`` demands at once is possible at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from codegen.openapi_schemas import Json, Schema
from codegen.revise import is_date
from codegen.vendor.normalise import Schemas, name_of

METHODS = ("get", "put", "post", "patch", "delete", "head", "options", "trace")
_BESIDE_METHODS = ("summary", "description", "servers")
_SCHEMAS = "#/components/schemas/"
_DEPTH = 100
_SHOWN = 80
_CONTAINING = ("allOf", "anyOf", "oneOf")
_BROKEN = "ask the publisher for a whole document, or take an earlier one"


class MalformedError(Exception):
    """Something in a document is not as it must be: a JSON pointer to it, what it is, and a remedy."""

    def __init__(self, place: str, what: str, remedy: str = _BROKEN) -> None:
        self.place = place
        self.what = what
        self.remedy = remedy
        super().__init__(place, what, remedy)


def check(value: Json) -> Schema:
    """Return a document that is sound; MalformedError tells the first place where it is not."""
    document = _mapping(value, "")
    version = document.get("openapi")
    if not (isinstance(version, str) and version.startswith("3.")):
        raise MalformedError("/openapi", "this is no OpenAPI 3 document", "name one that Klaviyo published")
    info = _mapping(_member(document, "", "info"), "/info")
    revision = info.get("version")
    if not (isinstance(revision, str) and is_date(revision)):
        what = f"the version is {revision!r}, no revision of Klaviyo"
        raise MalformedError("/info/version", what, "a revision is a date: YYYY-MM-DD or YYYY-MM-DD.pre")
    components = _mapping(document.setdefault("components", {}), "/components")
    named = _mapping(components.setdefault("schemas", {}), "/components/schemas")
    schemas = _SchemaCheck(document, named)
    for name, schema in named.items():
        schemas.check(schema, f"/components/schemas/{_escaped(name)}")
    for name in named:
        schemas.check_circle(name)
    for pointer, operation in _operations(document):
        _check_operation(operation, pointer, schemas)
    schemas.check_merging()
    return document


# ---------------------------------------------------------------------------------------- operations


def _operations(document: Schema) -> Iterator[tuple[str, Schema]]:
    paths = _mapping(_member(document, "", "paths"), "/paths")
    if not any(path.startswith(("/api/", "/client/")) for path in paths):
        what = "no path begins with /api/ or /client/"
        raise MalformedError("/paths", what, "name a document that Klaviyo published")
    for path, item in paths.items():
        pointer = f"/paths/{_escaped(path)}"
        for key, value in _mapping(item, pointer).items():
            if key in METHODS:
                yield f"{pointer}/{key}", _mapping(value, f"{pointer}/{key}")
            elif key not in _BESIDE_METHODS and not key.startswith("x-"):
                remedy = f"a path holds operations: {', '.join(METHODS)}"
                raise MalformedError(f"{pointer}/{_escaped(key)}", "this is no operation", remedy)


def _check_operation(operation: Schema, pointer: str, schemas: _SchemaCheck) -> None:
    _text(_member(operation, pointer, "operationId"), f"{pointer}/operationId")
    for index, value in enumerate(_sequence(operation.setdefault("parameters", []), f"{pointer}/parameters")):
        place = f"{pointer}/parameters/{index}"
        parameter = _mapping(value, place)
        for key in ("name", "in"):
            _text(_member(parameter, place, key), f"{place}/{key}")
        schema = _mapping(_member(parameter, place, "schema"), f"{place}/schema")
        _text(_member(schema, f"{place}/schema", "type"), f"{place}/schema/type")
        schemas.check(schema, f"{place}/schema")
    if "requestBody" in operation:
        _check_content(operation["requestBody"], f"{pointer}/requestBody", schemas)
    responses = _mapping(_member(operation, pointer, "responses"), f"{pointer}/responses")
    for status, response in responses.items():
        if status < "3":
            _check_content(response, f"{pointer}/responses/{status}", schemas)
    _mapping(operation.get("x-klaviyo-ratelimit", {}), f"{pointer}/x-klaviyo-ratelimit")
    _sequence(operation.get("x-klaviyo-scopes", []), f"{pointer}/x-klaviyo-scopes")


def _check_content(holder: Json, pointer: str, schemas: _SchemaCheck) -> None:
    content = _mapping(_mapping(holder, pointer).get("content", {}), f"{pointer}/content")
    if len(content) > 1:
        raise MalformedError(f"{pointer}/content", f"{len(content)} media types where one is expected")
    for media_type, value in content.items():
        place = f"{pointer}/content/{_escaped(media_type)}"
        schemas.check(_member(_mapping(value, place), place, "schema"), f"{place}/schema")


# ------------------------------------------------------------------------------------------- schemas


class _SchemaCheck:
    """The checks of schemas that need the others beside them."""

    def __init__(self, document: Schema, named: Schema) -> None:
        self._document = document
        self._named = named
        self._merging: list[tuple[str, Schema]] = []
        self._sound: set[str] = set()

    def check(self, value: Json, pointer: str, depth: int = 0) -> None:
        """Check a schema and those in it."""
        if depth > _DEPTH:
            raise MalformedError(pointer, f"schemas are nested deeper than {_DEPTH} levels")
        schema = _mapping(value, pointer)
        if "$ref" in schema:
            self._check_reference(_text(schema["$ref"], f"{pointer}/$ref"), f"{pointer}/$ref")
        for key, accepts in _KEYWORDS.items():
            if key in schema and not accepts(schema[key]):
                raise MalformedError(f"{pointer}/{key}", f"{key!r} is {_cut(schema[key])}")
        if "items" in schema:
            self.check(schema["items"], f"{pointer}/items", depth + 1)
        for name, member in _mapping(schema.get("properties", {}), f"{pointer}/properties").items():
            self.check(member, f"{pointer}/properties/{_escaped(name)}", depth + 1)
        for key in _CONTAINING:
            for index, member in enumerate(_sequence(schema.get(key, []), f"{pointer}/{key}")):
                self.check(member, f"{pointer}/{key}/{index}", depth + 1)
        if "allOf" in schema:
            self._merging.append((pointer, schema))

    def _check_reference(self, reference: str, pointer: str) -> None:
        if not reference.startswith("#"):
            what = f"a reference to another document, {_cut(reference)}, which is not fetched"
            raise MalformedError(pointer, what, "bundle the documents into one")
        name = reference.removeprefix(_SCHEMAS)
        if not reference.startswith(_SCHEMAS) or name not in self._named:
            raise MalformedError(pointer, f"{_cut(reference)} is no schema of the document")

    def check_circle(self, name: str, above: tuple[str, ...] = ()) -> None:
        """Refuse a schema that is, or is made of, itself rather than having members like itself."""
        if name in above or len(above) > _DEPTH:
            circle = " → ".join([*above[-3:], name])
            raise MalformedError(
                f"/components/schemas/{_escaped(name)}", f"a schema is made of itself: {circle}"
            )
        if name not in self._sound:
            for inner in _made_of(self._named[name]):
                self.check_circle(inner, (*above, name))
            self._sound.add(name)

    def check_merging(self) -> None:
        """Refuse members of ``allOf`` that contradict each other."""
        schemas = Schemas(self._document)
        for pointer, schema in self._merging:
            try:
                schemas.normal(schema)
            except ValueError as error:
                raise MalformedError(f"{pointer}/allOf", _cut(str(error))) from None


def _made_of(value: Json) -> Iterator[str]:
    """Yield the names of the schemas that a schema, or a member of its union, is itself."""
    if not isinstance(value, dict):
        return
    if "$ref" in value:
        yield name_of(value)
    for key in _CONTAINING:
        members = value.get(key)
        for member in members if isinstance(members, list) else []:
            yield from _made_of(member)


def _is_texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_scalars(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and not any(isinstance(v, list | dict) for v in value)


_KEYWORDS: dict[str, Callable[[Json], bool]] = {
    "type": lambda value: isinstance(value, str) or (_is_texts(value) and bool(value)),
    "required": _is_texts,
    "enum": _is_scalars,
    **dict.fromkeys(_CONTAINING, lambda value: isinstance(value, list) and bool(value)),
}


# ------------------------------------------------------------------------------------------ pointers


def _mapping(value: Json, pointer: str) -> Schema:
    if not isinstance(value, dict):
        raise MalformedError(pointer or "/", f"an object is expected, not {_cut(value)}")
    return value


def _sequence(value: Json, pointer: str) -> list[Json]:
    if not isinstance(value, list):
        raise MalformedError(pointer, f"an array is expected, not {_cut(value)}")
    return value


def _text(value: Json, pointer: str) -> str:
    if not isinstance(value, str):
        raise MalformedError(pointer, f"a text is expected, not {_cut(value)}")
    return value


def _member(owner: Schema, pointer: str, key: str) -> Json:
    if key not in owner:
        raise MalformedError(pointer or "/", f"there is no {key!r}")
    return owner[key]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _cut(value: Json) -> str:
    told = value if isinstance(value, str) else repr(value)
    return told if len(told) <= _SHOWN else f"{told[:_SHOWN]}…"
