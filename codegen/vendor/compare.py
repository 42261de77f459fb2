"""Compares our OpenAPI document with the vendor's, operation by operation, in both directions.

A difference tells its place in the operation: ``scopes``, ``query.page[size]``,
``body.data.attributes.email``, ``answer.data[].attributes.definition.triggers[].(segment).id``, where
``[]`` are the items of an array and ``(…)`` the member of a union that has this constant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen

from codegen.openapi_schemas import Json, Schema
from codegen.vendor.filters import FilterField, filters
from codegen.vendor.normalise import Schemas, mapping, sequence, text
from codegen.vendor.shapes import ABSENT, Kind, Mismatch, Place, Shapes, also
from codegen.vendor.wellformed import METHODS

_SERVED_BY_KLAVIYO = ("/api/", "/client/")
_BOUNDS = ("default", "minimum", "maximum")


@frozen
class Difference:
    """One thing that the two documents say differently about an operation.

    ``operation`` is our id of it, or the vendor's where we have none. ``component`` names our nearest
    schema around the place, if one has a name, and ``below`` is the place in it; ``resource`` is the
    JSON:API type that the body or answer is about. ``values`` are those that only ours and only the
    vendor's lists, where both list some; ``required`` tells whether what one side lacks is required on
    the other. Where the difference is one of schemas, ``schemas`` are both, in normal form.
    """

    operation: str
    route: str
    place: str
    ours: str
    vendors: str
    kind: Kind
    component: str = ""
    below: str = ""
    resource: str = ""
    values: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    required: bool = False
    schemas: tuple[Schema | None, Schema | None] = field(default=(None, None), eq=False, repr=False)

    def __str__(self) -> str:
        """Return the difference as one line, without the operation."""
        return f"{self.place}: ours {self.ours}; vendor's {self.vendors}"


def differences(ours: Schema, vendors: Schema) -> Iterator[Difference]:
    """Yield what the two documents say differently about Klaviyo's operations, ours first.

    Operations are matched by method and path.
    """
    mine, theirs = operations(ours), operations(vendors)
    bodies = _Bodies(Schemas(ours), Schemas(vendors))
    for route, operation in mine.items():
        identifier = text(operation["operationId"])
        if route not in theirs:
            yield Difference(identifier, route, "operation", "present", ABSENT, "extra operation")
            continue
        other = theirs[route]
        for found in _parts_apart(operation, other):
            yield _difference(identifier, route, found)
        for resource, found in bodies.apart(operation, other):
            yield _difference(identifier, route, found, resource)
    for route, operation in theirs.items():
        if route not in mine:
            identifier = text(operation["operationId"])
            yield Difference(identifier, route, "operation", ABSENT, "present", "missing operation")


def _difference(operation: str, route: str, found: Mismatch, resource: str = "") -> Difference:
    return Difference(
        operation=operation,
        route=route,
        place=found.place.full,
        ours=found.ours,
        vendors=found.vendors,
        kind=found.kind,
        component=found.place.component,
        below=found.place.below,
        resource=resource,
        values=found.values,
        required=found.required,
        schemas=found.schemas,
    )


def operations(document: Schema) -> dict[str, Schema]:
    """Return the operations of a document that Klaviyo serves, by route: ``GET /api/profiles/{id}``."""
    return {
        f"{method.upper()} {path}": mapping(operation)
        for path, item in mapping(document["paths"]).items()
        if path.startswith(_SERVED_BY_KLAVIYO)
        for method, operation in mapping(item).items()
        if method in METHODS
    }


# ---------------------------------------------------------------------------------------- bodies, answers


class _Bodies:
    """The schemas of requests and answers of both documents."""

    def __init__(self, ours: Schemas, vendors: Schemas) -> None:
        self._ours = ours
        self._vendors = vendors
        self._shapes = Shapes(ours, vendors)

    def apart(self, ours: Schema, vendors: Schema) -> Iterator[tuple[str, Mismatch]]:
        """Yield what differs in the bodies that both have, each with the type of resource it is about.

        That one side has no body is a difference of another kind.
        """
        mine, theirs = contents(ours), contents(vendors)
        found: dict[tuple[str, Mismatch], None] = {}
        for role, other in _pairs(mine, theirs):
            our_schema = self._ours.normal(_schema(mine[role]))
            vendors_schema = self._vendors.normal(_schema(theirs[other]))
            place = Place(role.partition(" ")[0])
            resource = _resource(self._ours, our_schema) or _resource(self._vendors, vendors_schema)
            for mismatch in self._shapes.mismatches(our_schema, vendors_schema, place):
                found[resource, mismatch] = None
        yield from found


def _pairs(mine: Iterable[str], theirs: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the contents to compare: those of the same status, or the first where no status is shared."""
    shared = sorted({*mine} & {*theirs})
    yield from ((role, role) for role in shared)
    if not any(role.startswith("answer") for role in shared):
        answers = [[role for role in sorted(side) if role.startswith("answer")] for side in (mine, theirs)]
        yield from [*zip(*answers, strict=False)][:1]


def _resource(schemas: Schemas, envelope: Schema) -> str:
    """Return the type of the resources, or identifiers, that are the ``data`` of a document."""
    data = _member(schemas, schemas.resolved(envelope), "data")
    if "anyOf" in data:  # or null
        data = schemas.resolved(mapping(sequence(data["anyOf"])[0]))
    type_ = _member(schemas, schemas.resolved(mapping(data.get("items", data))), "type")
    return text(sequence(type_["enum"])[0]) if "enum" in type_ else ""


def _member(schemas: Schemas, owner: Schema, key: str) -> Schema:
    return schemas.resolved(mapping(mapping(owner.get("properties", {})).get(key, {})))


def contents(operation: Schema) -> dict[str, Schema]:
    """Return the ``content`` of the request (``body``) and of the successes (``answer 200``)."""
    responses = mapping(operation["responses"]).items()
    holders = {f"answer {status}": mapping(response) for status, response in responses if status < "3"}
    if "requestBody" in operation:
        holders["body"] = mapping(operation["requestBody"])
    return {role: mapping(holder["content"]) for role, holder in holders.items() if "content" in holder}


def _schema(content: Schema) -> Schema:
    (media_type,) = content.values()
    return mapping(mapping(media_type)["schema"])


# -------------------------------------------------------------------------------------- everything else


@frozen
class _Part:
    """Words that tell all about a part of an operation that is no body, and its schema if it has one."""

    kind: Kind
    words: frozenset[str]
    schema: Schema | None = field(default=None, eq=False)


def _parts_apart(ours: Schema, vendors: Schema) -> Iterator[Mismatch]:
    fields = filters(ours), filters(vendors)
    mine = {**_parts(ours), **_filters(*fields)}
    theirs = {**_parts(vendors), **_filters(*reversed(fields))}
    for place in sorted({*mine, *theirs}):
        one, other = mine.get(place), theirs.get(place)
        if one == other:
            continue
        kind = (one or other or _Part("fact", frozenset())).kind
        values = _only(one, other), _only(other, one)
        yield Mismatch(
            place=Place(place),
            kind=kind,
            ours=also(values[0]) if one else ABSENT,
            vendors=also(values[1]) if other else ABSENT,
            values=values,
            required="required" in values[0] + values[1],
            schemas=(one.schema if one else None, other.schema if other else None),
        )


def _only(part: _Part | None, other: _Part | None) -> tuple[str, ...]:
    words = part.words if part else frozenset[str]()
    return tuple(sorted(words - other.words if other else words))


def _parts(operation: Schema) -> dict[str, _Part]:
    found = contents(operation)
    parts = {
        "id": _fact([operation["operationId"]]),
        "scopes": _fact(operation.get("x-scopes", operation.get("x-klaviyo-scopes", []))),
        "limit": _fact(_limit(operation)),
        "security": _fact(["none" if operation.get("security") == [] else "a key"]),
        "statuses": _fact([status for status in mapping(operation["responses"]) if status.isdigit()]),
        "answer": _fact(["some" if any(role.startswith("answer") for role in found) else "none"]),
        "body": _fact(_body(operation)),
    }
    for parameter in map(mapping, sequence(operation["parameters"])):
        if parameter.get("name") != "revision" and "$ref" not in parameter:
            parts[f"{parameter['in']}.{parameter['name']}"] = _parameter(parameter)
    return parts


def _body(operation: Schema) -> Json:
    """Return the media types of the body, and whether there has to be one."""
    body = mapping(operation.get("requestBody", {}))
    return [*mapping(body.get("content", {})), *(["required"] if body.get("required") else [])]


def _limit(operation: Schema) -> Json:
    """Return the calls that are allowed, by period: ours as numbers, the vendor's like ``10/s``."""
    told = mapping(operation.get("x-rate-limit", operation.get("x-klaviyo-ratelimit", {})))
    return [f"{name} {str(calls).partition('/')[0]}" for name, calls in told.items() if calls]


def _parameter(parameter: Schema) -> _Part:
    schema = mapping(parameter["schema"])
    items = mapping(schema.get("items", {}))
    type_ = f"array of {items['type']}" if "type" in items else text(schema["type"])
    words = {"required" if parameter.get("required") else "optional", type_}
    words |= {f"{bound} {schema[bound]}" for bound in _BOUNDS if bound in schema}
    words |= {"comma-separated"} if parameter.get("explode") is False else set()
    words |= _words(schema.get("enum", [])) | _words(items.get("enum", []))
    return _Part("parameter", frozenset(words), schema)


def _filters(fields: Mapping[str, FilterField], others: Mapping[str, FilterField]) -> dict[str, _Part]:
    """Return the fields of a filter; the types of their values count where both documents tell them."""
    parts: dict[str, _Part] = {}
    for name, filtered in fields.items():
        other = others.get(name)
        words = filtered.operators
        if filtered.value is not None and (other is None or other.value is not None):
            words |= _words([filtered.value.get("format", filtered.value.get("type", "any value"))])
            words |= _words(filtered.value.get("enum", []))
        parts[f"query.filter.{name}"] = _Part("filter", words, filtered.value)
    return parts


def _fact(values: Json) -> _Part:
    return _Part("fact", _words(values))


def _words(values: Json) -> frozenset[str]:
    return frozenset(map(str, sequence(values)))
