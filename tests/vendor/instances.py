"""JSON that fits a schema of the vendor, drawn with as few optional members as tell something."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from codegen.openapi_schemas import Schema
from codegen.vendor.normalise import Schemas, mapping, name_of, sequence
from tests.strategies import from_instants, from_json, from_text

_FEW = 3


class Instances:
    """Strategies for the schemas of one document."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._named: dict[str, st.SearchStrategy[Any]] = {}

    def from_schema(self, schema: Schema) -> st.SearchStrategy[Any]:
        """JSON that fits a schema in normal form."""
        if "$ref" in schema:
            return self._from_named(name_of(schema))
        if "anyOf" in schema:
            return st.one_of([self.from_schema(mapping(member)) for member in sequence(schema["anyOf"])])
        if "enum" in schema:
            return st.sampled_from(sequence(schema["enum"]))
        match schema.get("type"):
            case None:
                return from_json(max_leaves=3)
            case "string":
                return _TEXTS[str(schema.get("format", ""))]
            case "array":
                return st.lists(self.from_schema(mapping(schema["items"])), max_size=2)
            case "object" if "properties" in schema:
                return self._from_object(schema)
            case kind:
                return _PLAIN[str(kind)]

    def _from_named(self, name: str) -> st.SearchStrategy[Any]:
        if name not in self._named:
            self._named[name] = self._later(self._schemas.named[name])
        return self._named[name]

    def _later(self, schema: Schema) -> st.SearchStrategy[Any]:
        """Not before something is drawn: a schema may contain itself, and most of a document is not drawn."""
        return st.deferred(lambda: self.from_schema(schema))

    def _from_object(self, schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
        required = {*map(str, sequence(schema["required"]))}
        members = {key: self._later(mapping(value)) for key, value in mapping(schema["properties"]).items()}
        optional = [key for key in members if key not in required]
        chosen = st.lists(st.sampled_from(optional), max_size=_FEW, unique=True) if optional else st.just([])
        return chosen.flatmap(
            lambda keys: st.fixed_dictionaries({key: members[key] for key in [*sorted(required), *keys]})
        )


_TEXTS: dict[str, st.SearchStrategy[str]] = {
    "": from_text(),
    "date-time": from_instants().map(lambda instant: instant.isoformat()),
    "date": st.dates().map(lambda day: day.isoformat()),
    "binary": st.just(""),
}
_PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "null": st.none(),
    "boolean": st.booleans(),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "object": st.dictionaries(from_text(), from_json(max_leaves=2), max_size=2),
}
