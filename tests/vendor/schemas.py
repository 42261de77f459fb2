"""Validators of requests and answers after the vendor's documents, for tests of what we send and read.

Requests are closed: where an object declares members, others are refused; an object that declares
none stays open. A union accepts what one of its members accepts. Answers are open, as servers may add
members at any time.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Protocol

from jsonschema import Draft202012Validator, ValidationError

from codegen.openapi_schemas import Json, Schema
from codegen.vendor.normalise import Schemas, mapping, sequence, text
from tests.vendor.documents import vendor_document


class Validator(Protocol):
    """What tests use of a validator of jsonschema."""

    def is_valid(self, instance: Json) -> bool:
        """Tell whether the instance fits the schema."""
        ...

    def iter_errors(self, instance: Json) -> Iterable[ValidationError]:
        """Return what is wrong with the instance."""
        ...


def validator(schema: Schema) -> Validator:
    """Return a validator of a JSON Schema of draft 2020-12."""
    return Draft202012Validator(schema)


@cache
def request_validator(revision: str, operation_id: str) -> Validator:
    """Return a validator of the body of a request; KeyError where the operation takes none."""
    body = mapping(_operations(revision)[operation_id]["requestBody"])
    return _validator(revision, body, closed=True)


@cache
def answer_validator(revision: str, operation_id: str, status: int) -> Validator:
    """Return a validator of the body of an answer; KeyError where the status has none."""
    responses = mapping(_operations(revision)[operation_id]["responses"])
    return _validator(revision, mapping(responses[str(status)]), closed=False)


@cache
def _operations(revision: str) -> dict[str, Schema]:
    paths = mapping(vendor_document(revision)["paths"])
    operations = [mapping(operation) for item in paths.values() for operation in mapping(item).values()]
    return {text(operation["operationId"]): operation for operation in operations}


@cache
def _schemas(revision: str) -> Schemas:
    return Schemas(vendor_document(revision))


@cache
def _named(revision: str, *, closed: bool) -> Schema:
    named = _schemas(revision).named
    return {name: _closed(schema) if closed else schema for name, schema in named.items()}


def _validator(revision: str, holder: Schema, *, closed: bool) -> Validator:
    (media_type,) = mapping(holder["content"]).values()
    schema = _schemas(revision).normal(mapping(mapping(media_type)["schema"]))
    components: Schema = {"schemas": _named(revision, closed=closed)}
    return validator({**(_closed(schema) if closed else schema), "components": components})


def _closed(schema: Schema) -> Schema:
    """Return a schema in normal form that refuses members which no object in it declares."""
    closed = dict(schema)
    if "anyOf" in schema:
        closed["anyOf"] = [_closed(mapping(member)) for member in sequence(schema["anyOf"])]
    if "items" in schema:
        closed["items"] = _closed(mapping(schema["items"]))
    if "properties" in schema:
        properties = mapping(schema["properties"])
        members: dict[str, Json] = {key: _closed(mapping(value)) for key, value in properties.items()}
        closed["properties"] = members
        closed["additionalProperties"] = False
    return closed
