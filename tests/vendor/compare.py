"""Compares our OpenAPI document with the vendor's, operation by operation.

A difference tells its place in the operation: ``scopes``, ``query.page[size]``,
``body.data.attributes.email``, ``answer.data[].attributes.definition.triggers[].(segment).id``, where
``[]`` are the items of an array and ``(…)`` the member of a union that has this constant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from attrs import frozen

from codegen.openapi_schemas import Json, Schema
from tests.vendor.normalise import Schemas, mapping, sequence, text
from tests.vendor.shapes import ABSENT, Mismatch, Shapes

_SERVED_BY_KLAVIYO = ("/api/", "/client/")
_FILTER_FIELD = re.compile(r"`([^`]+)`:\s((?:`[^`]+`)(?:,\s*`[^`]+`)*)")

_Facts = dict[str, frozenset[str]]


@frozen
class Difference:
    """One thing that the two documents say differently about an operation."""

    operation: str
    place: str
    ours: str
    vendors: str

    def __str__(self) -> str:
        return f"{self.place}: ours {self.ours}; vendor's {self.vendors}"


def differences(ours: Schema, vendors: Schema) -> Iterator[Difference]:
    """Yield what the vendor's document says differently about our operations.

    Operations are matched by path and method. That we leave some of the vendor's out is no difference.
    """
    theirs = _operations(vendors)
    bodies = _Bodies(Schemas(ours), Schemas(vendors))
    for key, mine in _operations(ours).items():
        if not key.startswith(_SERVED_BY_KLAVIYO):
            continue
        operation = text(mine["operationId"])
        if key not in theirs:
            yield Difference(operation, "operation", key, ABSENT)
            continue
        for mismatch in [*_facts_apart(mine, theirs[key]), *bodies.apart(mine, theirs[key])]:
            yield Difference(operation, mismatch.place, mismatch.ours, mismatch.vendors)


def _operations(document: Schema) -> dict[str, Schema]:
    return {
        f"{path} {method}": mapping(operation)
        for path, item in mapping(document["paths"]).items()
        for method, operation in mapping(item).items()
    }


# ---------------------------------------------------------------------------------------- bodies, answers


class _Bodies:
    """The schemas of requests and answers of both documents."""

    def __init__(self, ours: Schemas, vendors: Schemas) -> None:
        self._ours = ours
        self._vendors = vendors
        self._shapes = Shapes(ours, vendors)

    def apart(self, ours: Schema, vendors: Schema) -> Iterator[Mismatch]:
        """Yield what differs in the bodies that both have; that one has none is another difference."""
        mine, theirs = _contents(ours), _contents(vendors)
        found: dict[Mismatch, None] = {}
        for role in sorted({*mine} & {*theirs}):
            our_schema = self._ours.normal(_schema(mine[role]))
            vendors_schema = self._vendors.normal(_schema(theirs[role]))
            place = role.partition(" ")[0]
            found |= dict.fromkeys(self._shapes.mismatches(our_schema, vendors_schema, place))
        yield from found


def _contents(operation: Schema) -> dict[str, Schema]:
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


def _facts_apart(ours: Schema, vendors: Schema) -> Iterator[Mismatch]:
    mine, theirs = _our_facts(ours), _vendor_facts(vendors)
    for place in sorted({*mine, *theirs}):
        if place not in mine or place not in theirs:
            yield Mismatch(place, _told(mine.get(place)), _told(theirs.get(place)))
        elif mine[place] != theirs[place]:
            yield Mismatch(place, _told(mine[place] - theirs[place]), _told(theirs[place] - mine[place]))


def _told(words: frozenset[str] | None) -> str:
    if words is None:
        return ABSENT
    return f"also {', '.join(sorted(words))}" if words else "nothing else"


def _our_facts(operation: Schema) -> _Facts:
    limit = mapping(operation["x-rate-limit"])
    filters = mapping(operation.get("x-filters", {})).items()
    return {
        **_facts(operation, {field: sequence(mapping(value)["operators"]) for field, value in filters}),
        "scopes": _words(operation.get("x-scopes", [])),
        "limit": frozenset(f"{name} {limit[name]}" for name in limit if limit[name]),
    }


def _vendor_facts(operation: Schema) -> _Facts:
    limit = mapping(operation["x-klaviyo-ratelimit"])
    parameters = [mapping(parameter) for parameter in sequence(operation["parameters"])]
    prose = "".join(text(p["description"]) for p in parameters if p["name"] == "filter")
    fields: dict[str, list[Json]] = {
        field: [*re.findall("[a-z-]+", operators)] for field, operators in _FILTER_FIELD.findall(prose)
    }
    return {
        **_facts(operation, fields),
        "scopes": _words(operation["x-klaviyo-scopes"]),
        "limit": frozenset(f"{name} {text(value).partition('/')[0]}" for name, value in limit.items()),
    }


def _facts(operation: Schema, filters: Mapping[str, list[Json]]) -> _Facts:
    contents = _contents(operation)
    facts = {
        "id": _words([operation["operationId"]]),
        "security": _words(["none" if operation.get("security") == [] else "a key"]),
        "statuses": frozenset(status for status in mapping(operation["responses"]) if status.isdigit()),
        "answer": _words(["some" if any(role.startswith("answer") for role in contents) else "none"]),
        "body": _words([*contents.get("body", {})]),
    }
    for parameter in map(mapping, sequence(operation["parameters"])):
        if parameter.get("in") == "query":
            facts[f"query.{parameter['name']}"] = _parameter(parameter)
    for field, operators in filters.items():
        facts[f"query.filter.{field}"] = _words(operators)
    return facts


def _parameter(parameter: Schema) -> frozenset[str]:
    schema = mapping(parameter["schema"])
    items = mapping(schema.get("items", {}))
    words = {"required" if parameter.get("required") else "optional", text(schema["type"])}
    words |= {f"{bound} {schema[bound]}" for bound in ("default", "minimum", "maximum") if bound in schema}
    words |= {"comma-separated"} if parameter.get("explode") is False else set()
    return frozenset(words) | _words(schema.get("enum", [])) | _words(items.get("enum", []))


def _words(values: Json) -> frozenset[str]:
    return frozenset(map(text, sequence(values)))
