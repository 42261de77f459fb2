"""Compares two schemas in normal form, each with the document that its references point into.

Neither the names of schemas count nor the order of the members of a union. Unions are compared as sets:
members that accept the same are matched first; of the others those that share a constant are compared
with each other, and what is left is missing on one side.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from codegen.openapi_schemas import Json, Schema
from tests.vendor.normalise import Schemas, mapping, sequence, text

ABSENT = "absent"
_NULL: Schema = {"type": "null"}
_MANY = 8

_Pair = tuple[str, str]


@frozen
class Mismatch:
    """A place below the compared schemas, and what each of them says there."""

    place: str
    ours: str
    vendors: str


class Shapes:
    """The comparison of the schemas of two documents."""

    def __init__(self, ours: Schemas, vendors: Schemas) -> None:
        self._ours = _Side(ours)
        self._vendors = _Side(vendors)
        self._verdicts: dict[_Pair, bool] = {}

    def mismatches(self, ours: Schema, vendors: Schema, place: str) -> Iterator[Mismatch]:
        """Yield what differs; two named schemas are compared only where they first meet."""
        return self._compare(ours, vendors, place, set())

    def _compare(self, ours: Schema, vendors: Schema, place: str, seen: set[_Pair]) -> Iterator[Mismatch]:
        mine, theirs = self._ours.members(ours), self._vendors.members(vendors)
        if (_NULL in mine) != (_NULL in theirs):
            yield Mismatch(place, _nullness(mine), _nullness(theirs))
        mine, theirs = ([m for m in members if m != _NULL] for members in (mine, theirs))
        if len(mine) == len(theirs) == 1:
            yield from self._single(mine[0], theirs[0], place, seen)
        elif 1 in (len(mine), len(theirs)) and not any(self._alike(m, t) for m in mine for t in theirs):
            yield Mismatch(place, self._ours.told(ours), self._vendors.told(vendors))
        else:
            yield from self._unions(mine, theirs, place, seen)

    def _single(self, ours: Schema, vendors: Schema, place: str, seen: set[_Pair]) -> Iterator[Mismatch]:
        names = _names(ours, vendors)
        if names in seen:
            return
        if names is not None:
            seen.add(names)
        ours, vendors = self._ours.resolved(ours), self._vendors.resolved(vendors)
        if _kind(ours) != _kind(vendors):
            yield Mismatch(place, self._ours.told(ours), self._vendors.told(vendors))
        elif "enum" in ours:
            mine, theirs = sequence(ours["enum"]), sequence(vendors["enum"])
            if {*map(repr, mine)} != {*map(repr, theirs)}:
                yield Mismatch(place, _extra(mine, theirs), _extra(theirs, mine))
        elif "items" in ours:
            yield from self._compare(mapping(ours["items"]), mapping(vendors["items"]), f"{place}[]", seen)
        elif "properties" in ours:
            yield from self._objects(ours, vendors, place, seen)

    def _objects(self, ours: Schema, vendors: Schema, place: str, seen: set[_Pair]) -> Iterator[Mismatch]:
        mine, theirs = mapping(ours["properties"]), mapping(vendors["properties"])
        for key in sorted({*mine, *theirs}):
            inner = f"{place}.{key}"
            if key not in mine:
                yield Mismatch(inner, ABSENT, self._vendors.told(mapping(theirs[key])))
            elif key not in theirs:
                yield Mismatch(inner, self._ours.told(mapping(mine[key])), ABSENT)
            else:
                necessity = _necessity(ours, key), _necessity(vendors, key)
                if necessity[0] != necessity[1]:
                    yield Mismatch(inner, *necessity)
                yield from self._compare(mapping(mine[key]), mapping(theirs[key]), inner, seen)

    def _unions(
        self, mine: list[Schema], theirs: list[Schema], place: str, seen: set[_Pair]
    ) -> Iterator[Mismatch]:
        ours_only = [m for m in mine if not any(self._same(m, t) for t in theirs)]
        vendors_only = [t for t in theirs if not any(self._same(m, t) for m in mine)]
        alone = len(ours_only) == len(vendors_only) == 1
        for member in ours_only:
            alike = [t for t in vendors_only if alone or self._alike(member, t)]
            inner = f"{place}{self._ours.label(member)}"
            if alike:
                other = max(alike, key=lambda t: self._alike(member, t))
                vendors_only.remove(other)
                yield from self._single(member, other, inner, seen)
            else:
                yield Mismatch(inner, self._ours.told(member), ABSENT)
        for member in vendors_only:
            yield Mismatch(f"{place}{self._vendors.label(member)}", ABSENT, self._vendors.told(member))

    def _alike(self, ours: Schema, vendors: Schema) -> int:
        """Return how many constants two objects share, or one where they accept the same."""
        return len(self._ours.constants(ours) & self._vendors.constants(vendors)) or self._same(ours, vendors)

    def _same(self, ours: Schema, vendors: Schema) -> bool:
        """Tell whether two members of unions accept the same.

        While two named schemas are being judged they count as equal, so that recursion ends. What was
        judged equal on that assumption is forgotten when the assumption turns out to be wrong.
        """
        names = _names(ours, vendors)
        if names is None:
            return next(self._single(ours, vendors, "", set()), None) is None
        if names not in self._verdicts:
            earlier = {*self._verdicts}
            self._verdicts[names] = True
            if next(self._single(ours, vendors, "", set()), None) is not None:
                kept = {pair: same for pair, same in self._verdicts.items() if pair in earlier or not same}
                self._verdicts = {**kept, names: False}
        return self._verdicts[names]


@frozen
class _Side:
    """One of the two documents."""

    schemas: Schemas

    def resolved(self, schema: Schema) -> Schema:
        return self.schemas.resolved(schema)

    def members(self, schema: Schema) -> list[Schema]:
        """Return the members of a union, and those of the unions among them, as references where they are."""
        resolved = self.resolved(schema)
        if "anyOf" not in resolved:
            return [schema]
        return [inner for member in sequence(resolved["anyOf"]) for inner in self.members(mapping(member))]

    def constants(self, schema: Schema) -> frozenset[str]:
        """Return the members of an object that can have one value only: ``type=segment``."""
        properties = mapping(self.resolved(schema).get("properties", {}))
        resolved = {key: self.resolved(mapping(value)) for key, value in properties.items()}
        enums = {key: sequence(value["enum"]) for key, value in resolved.items() if "enum" in value}
        return frozenset(f"{key}={values[0]}" for key, values in enums.items() if len(values) == 1)

    def label(self, schema: Schema) -> str:
        constants = sorted(self.constants(schema), key=lambda word: (not word.startswith("type="), word))
        return f".({constants[0].removeprefix('type=')})" if constants else ""

    def told(self, schema: Schema) -> str:
        """Return the schema in a few words."""
        members = self.members(schema)
        if len(members) > 1:
            return _some([*dict.fromkeys(self.told(member) for member in members)], " | ")
        resolved = self.resolved(schema)
        if "enum" in resolved:
            return _some(sequence(resolved["enum"]))
        if "items" in resolved:
            return f"array of {self.told(mapping(resolved['items']))}"
        if "properties" in resolved:
            return f"object of {_some([*mapping(resolved['properties'])])}"
        return _kind(resolved)


def _names(ours: Schema, vendors: Schema) -> _Pair | None:
    return (text(ours["$ref"]), text(vendors["$ref"])) if "$ref" in ours and "$ref" in vendors else None


def _kind(schema: Schema) -> str:
    """Return what two schemas must agree in before their parts are worth a comparison."""
    if not schema:
        return "any value"
    words = [text(schema.get("format", schema["type"]))]
    words += [part for part in ("enum", "properties") if part in schema]
    return "open object" if words == ["object"] else " with ".join(words)


def _necessity(schema: Schema, key: str) -> str:
    return "required" if key in sequence(schema["required"]) else "optional"


def _nullness(members: list[Schema]) -> str:
    return "may be null" if _NULL in members else "never null"


def _extra(values: list[Json], others: list[Json]) -> str:
    extra = [value for value in values if value not in others]
    return f"also {_some(extra)}" if extra else "nothing else"


def _some(values: list[Json], comma: str = ", ") -> str:
    shown = comma.join(
        repr(value) if isinstance(value, bool | int) else str(value) for value in values[:_MANY]
    )
    return f"{shown} … ({len(values)})" if len(values) > _MANY else shown or "nothing"
