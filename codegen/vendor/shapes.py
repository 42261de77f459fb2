"""Compares two schemas in normal form, each with the document that its references point into.

Neither the names of schemas count nor the order of the members of a union. Unions are compared as sets:
members that accept the same are matched first; of the others those that share a constant are compared
with each other, and what is left is missing on one side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import evolve, field, frozen

from codegen.openapi_schemas import Json, Schema
from codegen.vendor.normalise import EXTENDS, NULL, Schemas, mapping, name_of, sequence, text

ABSENT = "absent"
_MANY = 8

Kind = Literal[
    "missing operation",
    "extra operation",
    "fact",
    "parameter",
    "filter",
    "missing member",
    "extra member",
    "necessity",
    "nullness",
    "type",
    "enum",
    "union member missing",
    "union member extra",
]
_Pair = tuple[str, str]


@frozen
class Place:
    """A place in an operation: ``answer.data[].attributes.x.(segment).id``.

    ``[]`` are the items of an array and ``(…)`` the member of a union that has this constant.
    ``component`` names our nearest schema around the place, if one has a name, and ``below`` is the
    place in it: ``x.(segment).id``.
    """

    full: str
    component: str = ""
    below: str = ""

    def __str__(self) -> str:
        """Return the place in the operation."""
        return self.full

    def member(self, key: str) -> Place:
        """Return the place of a member of the object that stands here."""
        return self._at(f".{key}")

    def items(self) -> Place:
        """Return the place of the items of the array that stands here."""
        return self._at("[]")

    def branch(self, label: str) -> Place:
        """Return the place of a member of the union that stands here; of an unlabelled one, this place."""
        return self._at(f".({label})") if label else self

    def inside(self, component: str) -> Place:
        """Return this place as that of the component that stands here."""
        return evolve(self, component=component, below="") if component else self

    def _at(self, step: str) -> Place:
        return evolve(self, full=self.full + step, below=(self.below + step).removeprefix("."))


@frozen
class Mismatch:
    """What two documents say at a place, in words, and the schemas in normal form that say it.

    ``values`` are those that only ours and only the vendor's lists, where both list some. ``required``
    tells whether what one side lacks is required on the other.
    """

    place: Place
    kind: Kind
    ours: str
    vendors: str
    values: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    required: bool = False
    schemas: tuple[Schema | None, Schema | None] = field(default=(None, None), eq=False)


class Shapes:
    """The comparison of the schemas of two documents."""

    def __init__(self, ours: Schemas, vendors: Schemas) -> None:
        self._ours = _Side(ours)
        self._vendors = _Side(vendors)
        self._verdicts: dict[_Pair, bool] = {}
        self._equal: list[_Pair] = []

    def mismatches(self, ours: Schema, vendors: Schema, place: Place) -> Iterator[Mismatch]:
        """Yield what differs; two named schemas are compared only where they first meet."""
        return self._compare(ours, vendors, place, set())

    def _apart(self, ours: Schema, vendors: Schema, place: Place) -> Mismatch:
        told = self._ours.told(ours), self._vendors.told(vendors)
        return Mismatch(place, "type", *told, schemas=(ours, vendors))

    def _ours_only(self, ours: Schema, place: Place, kind: Kind, *, required: bool = False) -> Mismatch:
        told = self._ours.told(ours)
        return Mismatch(place, kind, told, ABSENT, required=required, schemas=(ours, None))

    def _vendors_only(self, vendors: Schema, place: Place, kind: Kind, *, required: bool = False) -> Mismatch:
        told = self._vendors.told(vendors)
        return Mismatch(place, kind, ABSENT, told, required=required, schemas=(None, vendors))

    def _compare(self, ours: Schema, vendors: Schema, place: Place, seen: set[_Pair]) -> Iterator[Mismatch]:
        mine, theirs = self._ours.members(ours), self._vendors.members(vendors)
        if (NULL in mine) != (NULL in theirs):
            yield Mismatch(place, "nullness", _nullness(mine), _nullness(theirs), schemas=(ours, vendors))
        mine, theirs = ([m for m in members if m != NULL] for members in (mine, theirs))
        if len(mine) == len(theirs) == 1:
            yield from self._single(mine[0], theirs[0], place, seen)
        elif 1 in (len(mine), len(theirs)) and not any(self._alike(m, t) for m in mine for t in theirs):
            yield self._apart(ours, vendors, place)
        else:
            yield from self._unions(mine, theirs, place, seen)

    def _single(self, ours: Schema, vendors: Schema, place: Place, seen: set[_Pair]) -> Iterator[Mismatch]:
        names = _names(ours, vendors)
        if names in seen:
            return
        if names is not None:
            seen.add(names)
        mine, theirs = self._ours.resolved(ours), self._vendors.resolved(vendors)
        inner = place.inside(_component(ours))
        if _kind(mine) != _kind(theirs):
            yield self._apart(ours, vendors, place)
        elif "enum" in mine:
            values, others = sequence(mine["enum"]), sequence(theirs["enum"])
            if {*map(repr, values)} != {*map(repr, others)}:
                extra = _extra(values, others), _extra(others, values)
                told = also(extra[0]), also(extra[1])
                yield Mismatch(place, "enum", *told, values=extra, schemas=(mine, theirs))
        elif "items" in mine:
            items = mapping(mine["items"]), mapping(theirs["items"])
            yield from self._compare(*items, inner.items(), seen)
        elif "properties" in mine:
            yield from self._objects(mine, theirs, inner, seen)

    def _objects(self, ours: Schema, vendors: Schema, place: Place, seen: set[_Pair]) -> Iterator[Mismatch]:
        mine, theirs = mapping(ours["properties"]), mapping(vendors["properties"])
        for key in sorted({*mine, *theirs}):
            inner = place.member(key)
            if key not in mine:
                required = key in sequence(vendors["required"])
                yield self._vendors_only(mapping(theirs[key]), inner, "missing member", required=required)
            elif key not in theirs:
                required = key in sequence(ours["required"])
                yield self._ours_only(mapping(mine[key]), inner, "extra member", required=required)
            else:
                schemas = mapping(mine[key]), mapping(theirs[key])
                necessity = _necessity(ours, key), _necessity(vendors, key)
                if necessity[0] != necessity[1]:
                    yield Mismatch(inner, "necessity", *necessity, schemas=schemas)
                yield from self._compare(*schemas, inner, seen)

    def _unions(
        self, mine: list[Schema], theirs: list[Schema], place: Place, seen: set[_Pair]
    ) -> Iterator[Mismatch]:
        ours_only = [m for m in mine if not any(self._same(m, t) for t in theirs)]
        vendors_only = [t for t in theirs if not any(self._same(m, t) for m in mine)]
        alone = len(ours_only) == len(vendors_only) == 1
        for member in ours_only:
            alike = [t for t in vendors_only if alone or self._alike(member, t)]
            inner = place.branch(self._ours.label(member))
            if alike:
                other = max(alike, key=lambda t: self._alike(member, t))
                vendors_only.remove(other)
                yield from self._single(member, other, inner, seen)
            else:
                yield self._ours_only(member, inner, "union member extra")
        for member in vendors_only:
            inner = place.branch(self._vendors.label(member))
            yield self._vendors_only(member, inner, "union member missing")

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
            return next(self._single(ours, vendors, _NOWHERE, set()), None) is None
        if names not in self._verdicts:
            mark = len(self._equal)
            self._verdicts[names] = True
            self._equal.append(names)
            if next(self._single(ours, vendors, _NOWHERE, set()), None) is not None:
                for pair in self._equal[mark:]:
                    del self._verdicts[pair]
                del self._equal[mark:]
                self._verdicts[names] = False
        return self._verdicts[names]


_NOWHERE = Place("")


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
        return constants[0].removeprefix("type=") if constants else ""

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


def _component(schema: Schema) -> str:
    """Return the name of the component that stands here, or that what stands here extends."""
    return name_of(schema) if "$ref" in schema else text(schema.get(EXTENDS, ""))


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
    return "may be null" if NULL in members else "never null"


def _extra(values: list[Json], others: list[Json]) -> tuple[str, ...]:
    return tuple(str(value) for value in values if value not in others)


def also(words: Sequence[str]) -> str:
    """Return in words what one side lists and the other does not."""
    return f"also {_some([*words])}" if words else "nothing else"


def _some(values: list[Json], comma: str = ", ") -> str:
    shown = comma.join(
        repr(value) if isinstance(value, bool | int) else str(value) for value in values[:_MANY]
    )
    return f"{shown} … ({len(values)})" if len(values) > _MANY else shown or "nothing"
