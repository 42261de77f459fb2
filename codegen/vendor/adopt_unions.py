"""Makes a union of the spec have the members that a vendor's document says, and no others.

A union may consist of others: those that it extends, and members that are unions themselves. What these
have in the document is voted on like any other type, so that a member that is new everywhere stands once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from attrs import define, field, frozen

from codegen.openapi_schemas import Schema
from codegen.vendor.adopt_names import cleaned
from codegen.vendor.catalogue import Catalogue, Mention, constants
from codegen.vendor.edits import Plain
from codegen.vendor.notation import name_of
from codegen.vendor.sketch import Place, Sketch, fields, words
from codegen.vendor.votes import Votes

Settle = Callable[[Plain, Schema, Mention, Callable[[Plain], None]], None]


@define
class _Group:
    """A named union inside another one, and what the document has of it there."""

    name: str
    schemas: list[Schema] = field(factory=list[Schema])


@frozen
class _Union:
    """A union of the spec: where it stands, its own members, and the unions that it consists of."""

    at: Place
    own: tuple[Plain, ...]
    groups: tuple[_Group, ...]
    bases: frozenset[str]


class Unions:
    """The unions of the spec at the revision; ``settle`` fits one member."""

    def __init__(self, sketch: Sketch, catalogue: Catalogue, votes: Votes, settle: Settle) -> None:
        self._sketch = sketch
        self._catalogue = catalogue
        self._votes = votes
        self._settle = settle

    def settle(self, at: Place, wanted: list[Schema], mention: Mention) -> bool:
        """Let a union have the wanted members; False where it has nothing in common with them."""
        union = self._union(at)
        left = [*wanted]
        matched = [(member, self._take(member, left)) for member in union.own]
        for group in union.groups:
            for member in self._members(group.name):
                taken = self._take(member, left) or self._same(member, wanted)
                group.schemas.extend([] if taken is None else [taken])
        if len(left) == len(wanted):
            return False
        shared = next(iter(union.groups)) if len(union.groups) == 1 else None
        if shared is not None and shared.schemas:
            shared.schemas.extend(left)
            left = []
        for member, schema in matched:
            if schema is None:
                self._sketch.end_item(at / "oneOf", member)
            else:
                self._settle(member, schema, mention, partial(self._swap, at, member))
        for group in union.groups:
            if group.schemas:
                meant = _union_of(group.schemas)
                self._votes.cast(group.name, meant, partial(self._regroup, union, group, mention))
            else:
                self._drop(union, group)
        self._add(at, left, mention)
        return True

    def _union(self, at: Place) -> _Union:
        known = self._sketch.at(at)
        listed = known.get("oneOf")
        members = listed if isinstance(listed, list) else []
        bases = words(known.get("extends"))
        inner = [one for one in members if isinstance(one, str) and self._catalogue.is_union(one)]
        return _Union(
            at,
            tuple(one for one in members if one not in inner),
            tuple(_Group(name) for name in (*bases, *inner)),
            frozenset(bases),
        )

    def _members(self, name: str) -> list[Plain]:
        """Return the members of a named union, those of the unions that it consists of as well."""
        if not self._catalogue.is_union(name):
            return [name]
        union = self._union(self._catalogue.places[name] / name)
        return [*union.own, *(one for group in union.groups for one in self._members(group.name))]

    def _take(self, member: Plain, left: list[Schema]) -> Schema | None:
        """Take the schema that a member stands for out of those that are left."""
        found = self._best(member, left)
        if found is not None:
            del left[next(index for index, one in enumerate(left) if one is found)]
        return found

    def _best(self, member: Plain, wanted: list[Schema]) -> Schema | None:
        """Return the schema that a member of a union stands for: the same, else the one most like it."""
        same = self._same(member, wanted)
        if same is not None:
            return same
        scored = [(self._likeness(member, one), one) for one in wanted]
        best = max(scored, key=lambda pair: pair[0], default=(0, None))
        if best[0]:
            return best[1]
        named = [one for one in wanted if isinstance(member, str) and cleaned(name_of(one)) == member]
        return named[0] if named else self._only_enum(member, wanted)

    def _same(self, member: Plain, wanted: list[Schema]) -> Schema | None:
        """Return the schema that a member of a union says exactly."""
        signature = self._catalogue.own(member)
        for one in wanted:
            if self._catalogue.wanted(one) == signature or (
                member == "string" and self._catalogue.is_giant(one)
            ):
                return one
        return None

    def _likeness(self, member: Plain, schema: Schema) -> int:
        """Return how many constants a member has in common with a schema; of arrays, how many items."""
        inner, items = fields(member).get("items"), self._catalogue.items(schema)
        if inner is not None and items is not None:
            left = self._catalogue.distinct(items)
            members = self._members(inner) if isinstance(inner, str) else [inner]
            return sum(self._take(one, left) is not None for one in members)
        notation = self._catalogue.notation
        known = constants(notation.resolved(notation.schema(member)), notation)
        return len(known & self._catalogue.constants(schema))

    def _only_enum(self, member: Plain, wanted: list[Schema]) -> Schema | None:
        """Return the only enum of a union for a member that is one, as its values may be others."""
        if "enum" not in self._catalogue.notation.resolved(self._catalogue.notation.schema(member)):
            return None
        enums = [one for one in wanted if self._catalogue.is_enum(one)]
        return enums[0] if len(enums) == 1 else None

    def _regroup(self, union: _Union, group: _Group, mention: Mention) -> None:
        """Say here what the document says here, where a union inside this one has become something else."""
        chosen = self._votes.chosen.get(group.name)
        shared = {self._catalogue.wanted(one) for one in self._catalogue.distinct(chosen)} if chosen else {""}
        here = {self._catalogue.wanted(one) for one in group.schemas}
        if shared <= here:
            others = [one for one in group.schemas if self._catalogue.wanted(one) not in shared]
            self._add(union.at, others, mention)
            return
        self._drop(union, group)
        self._add(union.at, group.schemas, mention)

    def _drop(self, union: _Union, group: _Group) -> None:
        if group.name in union.bases:
            self._sketch.leave(union.at, group.name)
        else:
            self._sketch.end_item(union.at / "oneOf", group.name)

    def _swap(self, at: Place, old: Plain, new: Plain) -> None:
        if old != new:
            self._sketch.end_item(at / "oneOf", old)
            self._add_item(at, new)

    def _add(self, at: Place, schemas: list[Schema], mention: Mention) -> None:
        for schema in schemas:
            self._add_item(at, self._catalogue.describe(schema, mention))

    def _add_item(self, at: Place, item: Plain) -> None:
        listed = fields(self._sketch.get(at)).get("oneOf")
        if not isinstance(listed, list):
            self._sketch.add(at, "oneOf", [item])
        elif item not in listed:
            self._sketch.add_item(at / "oneOf", item)


def _union_of(schemas: list[Schema]) -> Schema:
    return {"anyOf": [*schemas]} if len(schemas) > 1 else schemas[0]
