"""Makes the types of the spec say what a vendor's document says.

What a named type is to be is voted on where it is mentioned; mentions that lose get a type of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container
from functools import partial

from codegen.names import singular
from codegen.openapi_schemas import Schema
from codegen.vendor.adopt_unions import Unions
from codegen.vendor.catalogue import Catalogue, Foreseen, Mention, constant, nullable
from codegen.vendor.edits import Plain
from codegen.vendor.endpoints import Endpoints, without_null
from codegen.vendor.normalise import mapping, sequence
from codegen.vendor.notation import TYPE_KEYS, basic, meant, split
from codegen.vendor.sketch import Fields, Place, Sketch, fields, words
from codegen.vendor.votes import Votes

Replace = Callable[[Plain], None]

# A member of a value object, by the names of both.
Member = tuple[str, str]

_SAID = frozenset({*TYPE_KEYS, "resource", "resources"})


class Types:
    """The named types of the spec at the revision, and what the document says of each."""

    def __init__(
        self, sketch: Sketch, endpoints: Endpoints, kept: Collection[Member], foreseen: Foreseen | None
    ) -> None:
        """Read the types that the spec has.

        ``kept`` are members that are as they are on purpose. ``foreseen`` is what is known of the end
        already; None where that is only to be found out.
        """
        self._sketch = sketch
        self._endpoints = endpoints
        self._kept = kept
        self._catalogue = Catalogue(sketch, endpoints, foreseen)
        self._votes = Votes(self._catalogue, foreseen.chosen if foreseen else {})
        self._unions = Unions(sketch, self._catalogue, self._votes, self._settle_member)

    # ------------------------------------------------------------------------------------------ settle

    def settle(self, place: Place, key: str, schema: Schema, mention: Mention) -> None:
        """Let the entry of a mapping have the type that a schema without null says."""
        node = self._sketch.at(place).get(key)
        if not isinstance(node, dict):
            self._settle(node, schema, mention, lambda new: self._sketch.change(place, key, new), None)
            return
        self._settle(node, schema, mention, lambda new: self._retyped(place, key, new), place / key)

    def finish(self) -> None:
        """Decide what every mentioned type is, and make it so."""
        self._votes.count(self._can_be, self._become)

    def foresee(self) -> Foreseen:
        """Return what came out, for another round from the same beginning."""
        known = self._catalogue.before
        chosen = {name: schema for name, schema in self._votes.chosen.items() if name in known}
        return Foreseen(chosen, self._catalogue.homes())

    def describe(self, schema: Schema, mention: Mention) -> Plain:
        """Return the notation of a schema without null; objects get a name, and stand where they belong."""
        return self._catalogue.describe(schema, mention)

    def same(self, node: Plain, schema: Schema) -> bool:
        """Tell whether a type in the notation of the spec is what a schema says."""
        decided = self._catalogue.decided(node) if isinstance(node, str) else None
        return (decided or self._catalogue.own(node)) == self._catalogue.wanted(schema)

    def _retyped(self, place: Place, key: str, new: Plain) -> None:
        """Change what of an entry says its type, and leave what else it says."""
        node = self._sketch.at(place / key)
        fresh: Fields = new if isinstance(new, dict) else {"type": new}
        if {name for name in node if name in _SAID} == {"type"} == {*fresh}:
            self._sketch.change(place / key, "type", fresh["type"])
        else:
            self._sketch.change(place, key, _with_type(node, new))

    def _override(self, place: Place, key: str, inherited: Plain, new: Plain) -> None:
        """Say anew what a member is that an object inherits."""
        self._sketch.change(place, key, _with_type(inherited, new))

    def _settle(
        self, node: Plain, schema: Schema, mention: Mention, replace: Replace, at: Place | None
    ) -> None:
        known = fields(node)
        distinct = self._catalogue.distinct(schema)
        if len(distinct) == 1:
            schema = distinct[0]
        if isinstance(node, str) and node in self._catalogue.places:
            self._votes.cast(node, schema, lambda: replace(self.describe(schema, mention)))
        elif isinstance(node, str):
            if node == "string" and self._catalogue.is_giant(schema):
                return
            if meant(node) != self._plain(schema):
                replace(self.describe(schema, mention))
        elif "items" in known:
            self._settle_items(known, schema, mention, replace, at)
        elif at is not None and self._catalogue.is_union(known):
            if not self._unions.settle(at, distinct, mention):
                replace(self.describe(schema, mention))
        elif ("enum" in known or "extends" in known) and at is not None:
            self._settle_enum(known, schema, mention, replace, at)
        elif "type" in known:
            inner = at / "type" if at is not None and isinstance(known["type"], dict) else None
            self._settle(known["type"], schema, mention, replace, inner)
        elif self._catalogue.own(node) != self._catalogue.wanted(schema):
            replace(self.describe(schema, mention))

    def _plain(self, schema: Schema) -> Schema | None:
        """Return a schema that a word of the notation stands for."""
        resolved = self._endpoints.schemas.resolved(schema)
        return resolved if basic(resolved) is not None else None

    def _settle_items(
        self, known: Fields, schema: Schema, mention: Mention, replace: Replace, at: Place | None
    ) -> None:
        resolved = self._endpoints.schemas.resolved(schema)
        if resolved.get("type") != "array":
            replace(self.describe(schema, mention))
            return
        inner, null = without_null(self._endpoints.schemas, mapping(resolved["items"]))
        items = known["items"]
        if null != (fields(items).get("nullable") in {True, "true"}):
            replace(self.describe(schema, mention))
            return
        nested = Mention(mention.file, singular(mention.hint), mention.after)

        def replace_items(new: Plain) -> None:
            if null:
                new = nullable(new)
            if at is None:
                replace({**known, "items": new})
            else:
                self._sketch.change(at, "items", new)

        below = at / "items" if at is not None and isinstance(items, dict) else None
        self._settle(items, inner, nested, replace_items, below)

    def _settle_enum(
        self, known: Fields, schema: Schema, mention: Mention, replace: Replace, at: Place
    ) -> None:
        resolved = self._endpoints.schemas.resolved(schema)
        base = self._catalogue.notation.resolved(
            self._catalogue.notation.schema({**known, "enum": [], "nullable": False})
        )
        if (
            "anyOf" in resolved
            or "enum" not in resolved
            or resolved["type"] != (known.get("type") or "string")
        ):
            replace(self.describe(schema, mention))
            return
        if known.get("signed"):
            return
        inherited = sequence(base.get("enum", []))
        wanted = sequence(resolved["enum"])
        if any(value not in wanted for value in inherited):
            replace(self.describe(schema, mention))
            return
        own: list[Plain] = [constant(value) for value in wanted if value not in inherited]
        self._sketch.set_items(at, "enum", own)

    def _settle_member(self, node: Plain, schema: Schema, mention: Mention, replace: Replace) -> None:
        self._settle(node, schema, mention, replace, None)

    # ------------------------------------------------------------------------------------- named types

    def _can_be(self, name: str, schema: Schema) -> bool:
        known = self._sketch.at(self._catalogue.places[name] / name)
        resolved = self._endpoints.object(schema)
        if self._catalogue.notation.is_object(name):
            return "properties" in resolved
        if "enum" in known:
            return "enum" in resolved
        if "items" in known:
            return "items" in resolved
        if "type" in known:
            return "properties" not in resolved
        return "anyOf" in self._endpoints.schemas.resolved(schema)

    def _become(self, name: str, schema: Schema) -> None:
        place = self._catalogue.places[name]
        known = self._sketch.at(place / name)
        mention = Mention(place.file, name, name)
        if self._catalogue.notation.is_object(name):
            self._settle_object(place / name, self._endpoints.object(schema), mention)
        else:
            self._settle(known, schema, mention, lambda new: self._retyped(place, name, new), place / name)

    def _settle_object(self, at: Place, schema: Schema, mention: Mention) -> None:
        """Let a named object have the members that a schema has."""
        wanted = mapping(schema.get("properties", {}))
        required = sequence(schema.get("required", []))
        kept = {member for owner, member in self._kept if owner == at.path[-1]}
        self._leave(at, kept.union(wanted))
        place = at / "properties"
        members = self._catalogue.notation.inherited(at.path[-1])
        inherited = {split(key)[0]: (key, node) for key, node in members.items()}
        present = {split(key)[0]: key for key in self._sketch.at(place)}
        for name, key in present.items():
            if name not in wanted and name not in kept:
                self._sketch.end(place, key)
        for name, value in wanted.items():
            if name in kept:
                continue
            inner, null = without_null(self._endpoints.schemas, mapping(value))
            mark = "" if name in required else "?" if null or self._catalogue.is_any(inner) else "~"
            is_nullable = null and name in required
            below = mention.below(name)
            if name not in present and name in inherited:
                key, node = inherited[name]
                if key == name + mark and self._allows(node, null=null, nullable=is_nullable):
                    self._settle(node, inner, below, partial(self._override, place, name + mark, node), None)
                    continue
                self._sketch.add(place, name + mark, node)
                present[name] = name + mark
            if name not in present:
                described = self.describe(inner, below)
                if is_nullable:
                    described = nullable(described)
                self._sketch.add(place, name + mark, described)
                continue
            if present[name] != name + mark:
                self._sketch.rename(place, present[name], name + mark)
            if not self._catalogue.allows_null(self._sketch.at(place).get(name + mark)):
                self._nullness(place, name + mark, nullable=is_nullable)
            elif not null:
                self._sketch.change(place, name + mark, self.describe(inner, below))
            self.settle(place, name + mark, inner, below)

    def _leave(self, at: Place, wanted: Container[str]) -> None:
        """End what an object extends where that has more than the object; the rest becomes its own."""
        notation, name = self._catalogue.notation, at.path[-1]
        before = notation.members(name)
        for base in words(self._sketch.at(at).get("extends")):
            if any(split(key)[0] not in wanted for key in notation.members(base)):
                self._sketch.leave(at, base)
        left = notation.members(name)
        for key, node in before.items():
            if key not in left and split(key)[0] in wanted:
                self._sketch.add(at / "properties", key, node)

    def _allows(self, node: Plain, *, null: bool, nullable: bool) -> bool:
        """Tell whether a member allows null, or does not, as it should."""
        if self._catalogue.allows_null(node):
            return null
        return (fields(node).get("nullable") in {True, "true"}) == nullable

    def _nullness(self, place: Place, key: str, *, nullable: bool) -> None:
        node = self._sketch.at(place).get(key)
        said = fields(node).get("nullable") in {True, "true"}
        if said and not nullable:
            self._sketch.end(place / key, "nullable")
        elif nullable and not said:
            if isinstance(node, dict):
                self._sketch.add(place / key, "nullable", True)
            else:
                self._sketch.change(place, key, {"type": node, "nullable": True})


def _with_type(node: Plain, new: Plain) -> Plain:
    """Return a node with another type, and with what else it says."""
    rest = {name: value for name, value in fields(node).items() if name not in _SAID}
    return {**(new if isinstance(new, dict) else {"type": new}), **rest} if rest else new
