"""The operations of a vendor's document as facts, in the words of the spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from codegen.openapi_schemas import Schema
from codegen.vendor.compare import operations
from codegen.vendor.filters import FilterField, filters
from codegen.vendor.normalise import Schemas, mapping, sequence, text
from codegen.vendor.notation import Resolver

_IDENTITY = frozenset({"type", "id"})
_NULL: Schema = {"type": "null"}


@frozen
class Parameter:
    """A parameter of a query or a header."""

    name: str
    place: str
    required: bool
    schema: Schema
    summary: str


@frozen
class Data:
    """The primary data of an answer or a request: resources of one type, whole or only their identifiers."""

    type: str
    many: bool
    identifiers: bool
    nullable: bool
    resource: Schema


@frozen
class Success:
    """A success with a body: its data, the resources included with it, the names of its links."""

    data: Data
    included: tuple[Schema, ...]
    links: tuple[str, ...]


@frozen
class Endpoint:
    """An operation; ``family`` is what the vendor files it under, ``limit`` is written as in the spec."""

    id: str
    method: str
    path: str
    family: str
    scopes: tuple[str, ...]
    limit: str
    statuses: tuple[int, ...]
    parameters: Mapping[str, Parameter]
    filters: Mapping[str, FilterField]
    media_type: str
    body: Schema | None
    success: Success | None

    @property
    def route(self) -> str:
        """Method and path, by which operations are matched."""
        return f"{self.method} {self.path}"

    def words(self, name: str) -> tuple[str, ...]:
        """Return what a parameter of words accepts; nothing where there is no such parameter."""
        found = self.parameters.get(name)
        if found is None:
            return ()
        listed = mapping(found.schema.get("items", found.schema)).get("enum", [])
        return tuple(map(text, sequence(listed)))


class Endpoints:
    """All operations of a document, by their routes, with the schemas that they refer to."""

    def __init__(self, document: Schema) -> None:
        self.schemas = Schemas(document)
        self.by_route = {endpoint.route: endpoint for endpoint in self._read(document)}

    def by_id(self, id_: str) -> Endpoint:
        """Return the operation of an id."""
        return next(endpoint for endpoint in self if endpoint.id == id_)

    def __iter__(self) -> Iterator[Endpoint]:
        """Iterate in the order of the document."""
        return iter(self.by_route.values())

    def object(self, schema: Schema) -> Schema:
        """Return what an object looks like behind references and without null; ``{}`` if it is none."""
        resolved = self.schemas.resolved(schema)
        if "anyOf" in resolved:
            members = [mapping(member) for member in sequence(resolved["anyOf"]) if member != _NULL]
            return self.object(members[0]) if len(members) == 1 else {}
        return resolved

    def member(self, schema: Schema, *keys: str) -> Schema | None:
        """Return the schema of a member, or of a member of a member."""
        for key in keys:
            properties = mapping(self.object(schema).get("properties", {}))
            if key not in properties:
                return None
            schema = mapping(properties[key])
        return schema

    def nullable(self, schema: Schema) -> bool:
        """Tell whether a schema allows null."""
        return _NULL in sequence(self.schemas.resolved(schema).get("anyOf", []))

    def members(self, schema: Schema) -> tuple[Schema, ...]:
        """Return the members of a union, or the schema itself."""
        resolved = self.schemas.resolved(schema)
        if "anyOf" not in resolved:
            return (schema,)
        return tuple(mapping(one) for one in sequence(resolved["anyOf"]) if one != _NULL)

    def data(self, schema: Schema) -> Data | None:
        """Return the ``data`` of a document, or None where it has none that is a resource."""
        found = self.member(schema, "data")
        if found is None:
            return None
        inner = self.object(found)
        many = inner.get("type") == "array"
        resource = self.object(mapping(inner["items"])) if many else inner
        type_ = self.constant(resource, "type")
        if type_ is None:
            return None
        identifiers = {*mapping(resource.get("properties", {}))} <= _IDENTITY
        return Data(type_, many, identifiers, self.nullable(found), resource)

    def constant(self, schema: Schema, key: str) -> str | None:
        """Return the only value that a member of an object can have."""
        member = self.member(schema, key)
        values = sequence(self.schemas.resolved(member).get("enum", [])) if member else []
        return text(values[0]) if len(values) == 1 and isinstance(values[0], str) else None

    def _read(self, document: Schema) -> Iterator[Endpoint]:
        for route, operation in operations(document).items():
            method, _, path = route.partition(" ")
            yield self._endpoint(method, path, operation)

    def _endpoint(self, method: str, path: str, operation: Schema) -> Endpoint:
        listed = [self._parameter(mapping(parameter)) for parameter in sequence(operation["parameters"])]
        media_type, body = self._content(mapping(operation.get("requestBody", {})))
        responses = mapping(operation["responses"])
        statuses = sorted(int(status) for status in responses if status.startswith("2"))
        bodies = (self._content(mapping(responses[str(status)]))[1] for status in statuses)
        return Endpoint(
            id=text(operation["operationId"]),
            method=method,
            path=path,
            family=text(sequence(operation.get("tags", [""]))[0]),
            scopes=tuple(map(text, sequence(operation.get("x-klaviyo-scopes", [])))),
            limit=_limit(mapping(operation.get("x-klaviyo-ratelimit", {}))),
            statuses=tuple(statuses),
            parameters={p.name: p for p in listed if p.place in {"query", "header"} and p.name != "revision"},
            filters=filters(operation),
            media_type=media_type,
            body=body,
            success=next((self._success(schema) for schema in bodies if schema is not None), None),
        )

    def _parameter(self, parameter: Schema) -> Parameter:
        return Parameter(
            text(parameter["name"]),
            text(parameter["in"]),
            parameter.get("required") is True,
            _bounded(self.schemas.normal(mapping(parameter["schema"])), mapping(parameter["schema"])),
            text(parameter.get("description", "")),
        )

    def _content(self, holder: Schema) -> tuple[str, Schema | None]:
        for media_type, content in mapping(holder.get("content", {})).items():
            return media_type, self.schemas.normal(mapping(mapping(content)["schema"]))
        return "", None

    def _success(self, schema: Schema) -> Success | None:
        data = self.data(schema)
        if data is None:
            return None
        included = self.member(schema, "included")
        items = self.members(mapping(self.object(included)["items"])) if included else ()
        links = self.member(schema, "links")
        names = tuple(mapping(self.object(links)["properties"])) if links else ()
        return Success(data, tuple(map(self.object, items)), names)


def _bounded(normal: Schema, raw: Schema) -> Schema:
    """Return the schema of a parameter with its bounds and its default, which the normal form drops."""
    return {**normal, **{key: raw[key] for key in ("default", "minimum", "maximum") if key in raw}}


def _limit(limit: Schema) -> str:
    units = (("burst", "s"), ("steady", "m"), ("daily", "d"))
    counts = {unit: text(limit[name]).partition("/")[0] for name, unit in units if name in limit}
    return " ".join(f"{count}/{unit}" for unit, count in counts.items())


def without_null(schemas: Resolver, schema: Schema) -> tuple[Schema, bool]:
    """Return a schema without null at its top, as a reference where it is one, and whether it allowed null.

    What can only be null may be anything: the spec has no word for it.
    """
    inner = schemas.resolved(schema)
    if inner == _NULL:
        return {}, True
    members = [mapping(member) for member in sequence(inner.get("anyOf", []))]
    if _NULL not in members:
        return schema, False
    left = [member for member in members if member != _NULL]
    return (left[0] if len(left) == 1 else {"anyOf": [*left]}), True
