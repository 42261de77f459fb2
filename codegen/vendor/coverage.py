"""How much of a document another one covers: operations, and the fields of their requests and answers.

A field is a member of an object in a body or an answer, a parameter, or a field of a filter, counted
once for each operation that has it.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from codegen.openapi_schemas import Schema
from codegen.vendor.compare import Difference, contents, operations
from codegen.vendor.filters import filters
from codegen.vendor.normalise import Schemas, mapping, name_of, sequence

_LACKING = (
    "missing member",
    "union member missing",
    "type",
    "parameter",
    "filter",
    "necessity",
    "nullness",
    "enum",
)


@frozen
class Coverage:
    """Operations and fields of the vendor's document: how many ours has as they are, of how many."""

    operations: tuple[int, int]
    fields: tuple[int, int]

    def __str__(self) -> str:
        """Return both as parts of the whole: ``operations 304/304, fields 12345/12345``."""
        return f"operations {_of(self.operations)}, fields {_of(self.fields)}"


def _of(counted: tuple[int, int]) -> str:
    return f"{counted[0]}/{counted[1]}"


def coverage(vendors: Schema, differences: Iterable[Difference]) -> Coverage:
    """Return what is covered of the vendor's document when it differs by no more than this."""
    counter = _Counter(Schemas(vendors))
    fields = {route: counter.operation(operation) for route, operation in operations(vendors).items()}
    left = dict(fields)
    seen: dict[tuple[str, str], set[str]] = {}
    for difference in differences:
        route = difference.route
        if difference.kind == "missing operation":
            del left[route]
        elif route in left and difference.kind in _LACKING:
            part = difference.place.partition(".")[0]
            left[route] -= counter.lacking(difference, seen.setdefault((route, part), set()))
    return Coverage(
        operations=(len(left), len(fields)),
        fields=(sum(max(count, 0) for count in left.values()), sum(fields.values())),
    )


class _Counter:
    """Counts fields of schemas in normal form; a named schema counts where it is first met."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def operation(self, operation: Schema) -> int:
        parameters = [p for p in map(mapping, sequence(operation["parameters"])) if p["name"] != "revision"]
        bodies = 0
        for content in contents(operation).values():
            (media_type,) = content.values()
            bodies += self.below(self._schemas.normal(mapping(mapping(media_type)["schema"])), set())
        return len(parameters) + len(filters(operation)) + bodies

    def lacking(self, difference: Difference, seen: set[str]) -> int:
        """Return how many fields a difference leaves uncovered: a member with all that is below it."""
        schema = difference.schemas[1]
        if difference.kind not in ("missing member", "union member missing", "type") or schema is None:
            return 1
        return 1 + self.below(schema, seen)

    def below(self, schema: Schema, seen: set[str]) -> int:
        if "$ref" in schema:
            if name_of(schema) in seen:
                return 0
            seen.add(name_of(schema))
            return self.below(self._schemas.resolved(schema), seen)
        properties = mapping(schema.get("properties", {})).values()
        inner = [*properties, *sequence(schema.get("anyOf", []))]
        inner += [schema["items"]] if "items" in schema else []
        return len(properties) + sum(self.below(mapping(value), seen) for value in inner)
