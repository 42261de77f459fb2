"""Renders one revision as an OpenAPI 3.1 document.

Facts that OpenAPI has no word for stand in extensions: ``x-method`` (the method of our client),
``x-effect``, ``x-repeatable``, ``x-repeat-key``, ``x-scopes``, ``x-rate-limit``, ``x-filters`` and
``x-paging``. The schemas of types are made in :mod:`codegen.openapi_schemas`, those of envelopes in
:mod:`codegen.openapi_envelopes`; errors and headers stand in :mod:`codegen.openapi_errors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus

from codegen import ir
from codegen.openapi_envelopes import JSON, JSON_API, Answers, body, of_form
from codegen.openapi_errors import HEADERS, RESPONSES, SCHEMAS, SUCCESS_HEADERS, headers
from codegen.openapi_schemas import (
    Json,
    Schema,
    array,
    constant,
    described,
    object_of,
    of_type,
    of_value,
)
from codegen.problems import UnrenderableError

_METHODS = ("get", "post", "patch", "delete")


def document(api: ir.Api) -> dict[str, Json]:
    """Return the document, ready to be written as JSON; equal revisions give equal text."""
    families = [*api.families, api.gateway.family]
    operations = [operation for family in api.families for operation in family.operations]
    answers = Answers(operations, api.resources)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": api.title,
            "summary": api.summary,
            "version": api.revision,
            "x-deprecated": api.deprecated,
            "x-retired": api.retired,
        },
        "servers": [
            {"url": api.server, "description": "Klaviyo itself."},
            {"url": f"{api.gateway.server}/{api.gateway.app}", "description": "Through the Maton gateway."},
        ],
        "security": [{"klaviyo-api-key": []}, {"maton-api-key": [], "maton-connection": []}],
        "tags": [{"name": family.title, "description": family.summary} for family in families],
        "paths": _paths(api, answers),
        "components": {
            "schemas": _schemas(api, answers),
            "responses": RESPONSES,
            "parameters": {"revision": _revision(api.revision)},
            "headers": HEADERS,
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


_SECURITY_SCHEMES: dict[str, Json] = {
    "klaviyo-api-key": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "A private key of the account, as `Klaviyo-API-Key pk_…`.",
    },
    "maton-api-key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of the Maton account.",
    },
    "maton-connection": {
        "type": "apiKey",
        "in": "header",
        "name": "Maton-Connection",
        "description": "The id of the connection whose Klaviyo account is meant.",
    },
}


def _schemas(api: ir.Api, answers: Answers) -> dict[str, Json]:
    groups: list[Mapping[str, Schema]] = [
        {value.name: of_value(value) for value in (*api.values, *api.gateway.values)},
        {form.name: of_form(form) for form in api.forms},
        answers.components(_written(api)),
        SCHEMAS,
    ]
    schemas: dict[str, Json] = {}
    for group in groups:
        for name, schema in group.items():
            if name in schemas:
                raise UnrenderableError(
                    f"two schemas would be called {name!r} in the document; rename one in the spec"
                )
            schemas[name] = schema
    return dict(sorted(schemas.items()))


def _written(api: ir.Api) -> Iterator[str]:
    """Yield the types that requests name in relationships."""
    bodies = [operation.body for family in api.families for operation in family.operations]
    forms = [*api.forms, *(body.form for body in bodies if isinstance(body, ir.FormBody))]
    yield from (linkage.target for form in forms for linkage in form.linkages)
    yield from (body.target for body in bodies if isinstance(body, ir.IdentifierBody))


def _revision(revision: str) -> Json:
    return {
        "name": "revision",
        "in": "header",
        "description": "The revision of the API that this document describes.",
        "required": True,
        "schema": constant(revision),
    }


# --------------------------------------------------------------------------------------- operations


def _paths(api: ir.Api, answers: Answers) -> dict[str, Json]:
    items: dict[str, dict[str, Json]] = {}
    for family in api.families:
        for operation in family.operations:
            item = items.setdefault(operation.path, {})
            item[operation.method.lower()] = _operation(family, operation, answers)
    for operation in api.gateway.family.operations:
        item = items.setdefault(operation.path, {})
        item[operation.method.lower()] = _gateway_operation(api.gateway, operation)
    return {
        path: {method: items[path][method] for method in _METHODS if method in items[path]}
        for path in sorted(items)
    }


def _operation(family: ir.Family, operation: ir.Operation, answers: Answers) -> Json:
    success: dict[str, Json] = {"headers": headers(SUCCESS_HEADERS)}
    schema = answers.document(operation.id)
    if schema is not None:
        success["content"] = {JSON_API: {"schema": schema}}
    rendered: dict[str, Json] = {
        **_prose(family, operation),
        "parameters": [*_parameters(operation), {"$ref": "#/components/parameters/revision"}],
        **_request(operation),
        "responses": {
            **_successes(operation.answer.statuses, success),
            "4XX": {"$ref": "#/components/responses/ClientError"},
            "5XX": {"$ref": "#/components/responses/ServerError"},
        },
        **_extensions(operation),
    }
    # What runs in a browser names the account by its public id and has no key.
    return {**rendered, "security": []} if operation.path.startswith("/client/") else rendered


def _gateway_operation(gateway: ir.Gateway, operation: ir.Operation) -> Json:
    success: dict[str, Json] = {}
    answer = operation.answer
    if isinstance(answer, ir.JsonAnswer) and answer.value is not None:
        value = of_type(answer.value)
        schema = object_of({answer.member: value}, required=[answer.member]) if answer.member else value
        success["content"] = {JSON: {"schema": schema}}
    return {
        **_prose(gateway.family, operation),
        "parameters": _parameters(operation),
        **_request(operation),
        "responses": {
            **_successes(operation.answer.statuses, success),
            "default": {"$ref": "#/components/responses/GatewayFailure"},
        },
        **_extensions(operation),
        "servers": [{"url": gateway.server, "description": "The gateway itself."}],
        "security": [{"maton-api-key": []}],
    }


def _prose(family: ir.Family, operation: ir.Operation) -> dict[str, Json]:
    prose: dict[str, Json] = {
        "operationId": operation.id,
        "x-method": f"{family.name}.{operation.name}",
        "tags": [family.title],
        "summary": operation.summary,
    }
    return prose | ({"description": "\n".join(operation.notes)} if operation.notes else {})


def _request(operation: ir.Operation) -> dict[str, Json]:
    if operation.body is None:
        return {}
    media_type, schema = body(operation.body)
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


def _successes(statuses: Iterable[int], success: Mapping[str, Json]) -> dict[str, Json]:
    """Return the responses of the successes, which differ in nothing but the status."""
    return {str(status): {"description": HTTPStatus(status).phrase, **success} for status in statuses}


# --------------------------------------------------------------------------------------- parameters


def _parameters(operation: ir.Operation) -> list[Json]:
    parameters: list[Json] = [
        {
            "name": parameter.key,
            "in": "path",
            "description": parameter.summary,
            "required": True,
            "schema": {"type": "string"},
        }
        for parameter in operation.path_parameters
    ]
    query = sorted(_query_parameters(operation), key=lambda parameter: str(parameter["name"]))
    return [*parameters, *query]


def _query_parameters(operation: ir.Operation) -> Iterator[dict[str, Json]]:
    for parameter in operation.query_parameters:
        schema = of_type(parameter.type)
        yield _query(parameter.key, schema, parameter.summary, required=parameter.required)
    for fieldset in operation.fieldsets:
        yield _words(f"fields[{fieldset.type}]", fieldset.values)
    for fieldset in operation.additional_fieldsets:
        yield _words(f"additional-fields[{fieldset.type}]", fieldset.values)
    if operation.filtering is not None:
        header = operation.filtering.header
        accepted = _query(header or "filter", {"type": "string"}, required=operation.filtering.required)
        yield {**accepted, "in": "header"} if header else accepted
    if operation.include:
        yield _words("include", operation.include)
    if operation.sort:
        yield _query("sort", {"type": "string", "enum": [*operation.sort]})
    if operation.paging is not None:
        yield from _page_parameters(operation.paging)


def _page_parameters(paging: ir.Paging) -> Iterator[dict[str, Json]]:
    if paging.cursor:
        yield _query("page[cursor]", {"type": "string"})
    if paging.maximum is not None:
        size: Schema = {"type": "integer", "minimum": paging.minimum, "maximum": paging.maximum}
        yield _query("page[size]", {**size, "default": paging.default})


def _words(name: str, values: Iterable[str]) -> dict[str, Json]:
    """Return a parameter that takes several words, joined by commas."""
    return _query(name, array({"type": "string", "enum": [*values]})) | {"style": "form", "explode": False}


def _query(name: str, schema: Schema, summary: str = "", *, required: bool = False) -> dict[str, Json]:
    return described({"name": name, "in": "query", "required": required, "schema": schema}, summary)


# --------------------------------------------------------------------------------------- extensions


def _extensions(operation: ir.Operation) -> dict[str, Json]:
    extensions: dict[str, Json] = {"x-effect": operation.effect, "x-repeatable": operation.repeatable}
    if operation.repeat_key:
        extensions["x-repeat-key"] = operation.repeat_key
    if operation.scopes:
        extensions["x-scopes"] = [*operation.scopes]
    if operation.limit is not None:
        extensions["x-rate-limit"] = {
            "burst": operation.limit.burst,
            "steady": operation.limit.steady,
            "daily": operation.limit.daily or None,
        }
    if operation.filtering is not None:
        extensions["x-filters"] = {field.key: _filter(field) for field in operation.filtering.fields}
    if operation.paging is not None:
        extensions["x-paging"] = {
            "cursor": operation.paging.cursor,
            "default": operation.paging.default,
            "maximum": operation.paging.maximum,
        }
    return extensions


def _filter(field: ir.FilterField) -> Json:
    rendered: dict[str, Json] = {"operators": [*field.operators]}
    if field.type is not None:
        rendered["schema"] = of_type(field.type)
    return rendered
