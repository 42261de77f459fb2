"""The fields that an operation can filter by, as an OpenAPI document tells them.

Ours stand in ``x-filters``. The vendor tells fields and operators in the prose of the parameter or header,
one line a field, and since 2026-04-15 the types of their values as well, in ``x-klaviyo-filters``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import frozen

from codegen.openapi_schemas import Schema
from codegen.vendor.normalise import mapping, sequence, text

# `field`: `operator`, `operator` in the prose of a query parameter, `field` (operator) in that of a header
_FIELD = re.compile(r"`([^`]+)`(?::\s((?:`[^`]+`)(?:,\s*`[^`]+`)*)| \(([a-z, -]+)\))")


@frozen
class FilterField:
    """The operators of a field, and the schema of its values where the document tells it."""

    operators: frozenset[str]
    value: Schema | None


def filters(operation: Schema) -> Mapping[str, FilterField]:
    """Return the fields by which an operation filters, by name."""
    if "x-filters" in operation:
        ours = mapping(operation["x-filters"])
        return {name: _ours(mapping(field)) for name, field in ours.items()}
    told = mapping(operation.get("x-klaviyo-filters", {}))
    values = {name: _schema(mapping(field), "value") for name, field in told.items()}
    return {
        name: FilterField(frozenset(re.findall("[a-z-]+", listed or bracketed)), values.get(name))
        for name, listed, bracketed in _FIELD.findall(_prose(operation))
    }


def _ours(field: Schema) -> FilterField:
    return FilterField(frozenset(map(text, sequence(field["operators"]))), _schema(field, "schema"))


def _prose(operation: Schema) -> str:
    parameters = map(mapping, sequence(operation["parameters"]))
    told = (p for p in parameters if p.get("name") == "filter" or p.get("in") == "header")
    return "".join(text(p.get("description", "")) for p in told)


def _schema(field: Schema, key: str) -> Schema | None:
    return mapping(field[key]) if key in field else None
