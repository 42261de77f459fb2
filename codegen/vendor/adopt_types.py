"""Makes the types of the spec say what a vendor's document says.

Every mention of a named type votes for what the type is to be; where the document says different things at
different mentions, most of them win, and the others get a type of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from attrs import define, field

from codegen.names import singular
from codegen.openapi_schemas import Schema
from codegen.vendor.adopt_names import cleaned
from codegen.vendor.catalogue import Catalogue, Mention, constant, constants, nullable
from codegen.vendor.edits import Plain
from codegen.vendor.endpoints import Endpoints, without_null
from codegen.vendor.normalise import mapping, sequence
from codegen.vendor.notation import BASIC, TYPE_KEYS, basic, name_of, split
from codegen.vendor.sketch import Fields, Place, Sketch, fields

Replace = Callable[[Plain], None]


@define
class _Vote:
    """One thing that a named type may have to be, and how its mentions would be given another type."""

    schema: Schema
    mentions: list[tuple[Mention, Replace]] = field(factory=list[tuple[Mention, Replace]])


class Types:
    """The named types of the spec at the revision, and what the document says of each."""

    def __init__(self, sketch: Sketch, endpoints: Endpoints) -> None:
        self._sketch = sketch
        self._endpoints = endpoints
        self._catalogue = Catalogue(sketch, endpoints)
        self._votes: dict[str, dict[str, _Vote]] = {}

    # ------------------------------------------------------------------------------------------ settle

    def settle(self, place: Place, key: str, schema: Schema, mention: Mention) -> None:
        """Let the entry of a mapping have the type that a schema without null says."""
        node = self._sketch.at(place).get(key)
        if not isinstance(node, dict):
            self._settle(node, schema, mention, lambda new: self._sketch.change(place, key, new), None)
            return
        self._settle(node, schema, mention, lambda new: self._retyped(place, key, new), place / key)

    def finish(self) -> None:
        """Decide what every mentioned type is, most mentioned meanings first, and make it so."""
        while self._votes:
            name = next(iter(self._votes))
            del self._catalogue.pending[name]
            self._decide(name, self._votes.pop(name))

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
        said = {name for name in node if name in {*TYPE_KEYS, "resource", "resources"}}
        if said == {"type"} == {*fresh}:
            self._sketch.change(place / key, "type", fresh["type"])
            return
        rest = {name: value for name, value in node.items() if name not in said}
        self._sketch.change(place, key, {**fresh, **rest})

    def _settle(
        self, node: Plain, schema: Schema, mention: Mention, replace: Replace, at: Place | None
    ) -> None:
        known = fields(node)
        distinct = self._catalogue.distinct(schema)
        if len(distinct) == 1:
            schema = distinct[0]
        if isinstance(node, str) and node in self._catalogue.places:
            self._vote(node, schema, mention, replace)
        elif isinstance(node, str):
            if node == "string" and self._catalogue.is_giant(schema):
                return
            if BASIC.get(node) != self._plain(schema):
                replace(self.describe(schema, mention))
        elif "items" in known and at is not None:
            self._settle_items(known, schema, mention, replace, at)
        elif "oneOf" in known and at is not None:
            self._settle_union(known, schema, mention, replace, at)
        elif ("enum" in known or "extends" in known) and at is not None:
            self._settle_enum(known, schema, mention, replace, at)
        elif "type" in known:
            self._settle(known["type"], schema, mention, replace, None)
        else:
            replace(self.describe(schema, mention))

    def _plain(self, schema: Schema) -> Schema | None:
        """Return a schema that a word of the notation stands for."""
        resolved = self._endpoints.schemas.resolved(schema)
        return resolved if basic(resolved) is not None else None

    def _settle_items(
        self, known: Fields, schema: Schema, mention: Mention, replace: Replace, at: Place
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
            self._sketch.change(at, "items", new)

        self._settle(items, inner, nested, replace_items, at / "items" if isinstance(items, dict) else None)

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

    def _settle_union(
        self, known: Fields, schema: Schema, mention: Mention, replace: Replace, at: Place
    ) -> None:
        wanted = self._catalogue.distinct(schema)
        listed = known["oneOf"]
        own = [*listed] if isinstance(listed, list) else []
        base = known.get("extends")
        inherited = self._members(base) if isinstance(base, str) else []
        matched: dict[int, int] = {}
        for index, member in enumerate([*own, *inherited]):
            best = self._best(member, [one for at_, one in enumerate(wanted) if at_ not in matched.values()])
            if best is not None:
                matched[index] = next(at_ for at_, one in enumerate(wanted) if one is best)
        if not matched or len(wanted) == 1:
            replace(self.describe(schema, mention))
            return
        for index, member in enumerate(own):
            if index not in matched:
                self._sketch.end_item(at / "oneOf", member)
                continue
            swap = partial(self._swap, at / "oneOf", member)
            self._settle(member, wanted[matched[index]], mention, swap, None)
        for at_, one in enumerate(wanted):
            if at_ not in matched.values():
                self._sketch.add_item(at / "oneOf", self.describe(one, mention))

    def _swap(self, place: Place, old: Plain, new: Plain) -> None:
        if old != new:
            self._sketch.end_item(place, old)
            self._sketch.add_item(place, new)

    def _members(self, name: str) -> list[Plain]:
        """Return the members of a named union, those that it inherits as well."""
        known = self._sketch.at(self._catalogue.places[name] / name) if name in self._catalogue.places else {}
        listed = known.get("oneOf")
        base = known.get("extends")
        inherited = self._members(base) if isinstance(base, str) else []
        return [*(listed if isinstance(listed, list) else []), *inherited]

    def _best(self, member: Plain, wanted: list[Schema]) -> Schema | None:
        """Return the schema that a member of a union stands for: the same, else one with its constants."""
        mine = self._catalogue.notation.schema(member)
        signature = self._catalogue.own(member)
        for one in wanted:
            if self._catalogue.wanted(one) == signature or (
                member == "string" and self._catalogue.is_giant(one)
            ):
                return one
        known = constants(self._catalogue.notation.resolved(mine), self._catalogue.notation)
        scored = [(len(known & self._catalogue.constants(one)), one) for one in wanted]
        best = max(scored, key=lambda pair: pair[0], default=(0, None))
        if best[0]:
            return best[1]
        named = [one for one in wanted if isinstance(member, str) and cleaned(name_of(one)) == member]
        return named[0] if named else None

    # ------------------------------------------------------------------------------------------- votes

    def _vote(self, name: str, schema: Schema, mention: Mention, replace: Replace) -> None:
        signature = self._catalogue.wanted(schema)
        decided = self._catalogue.decided(name)
        if decided is not None:
            if decided != signature:
                replace(self.describe(schema, mention))
            return
        votes = self._votes.setdefault(name, {})
        votes.setdefault(signature, _Vote(schema)).mentions.append((mention, replace))
        self._catalogue.pending[name] = frozenset(votes)

    def _decide(self, name: str, votes: dict[str, _Vote]) -> None:
        current = self._catalogue.before.get(name, "")
        fit = {key: vote for key, vote in votes.items() if self._can_be(name, vote.schema)}
        if fit:
            chosen = max(fit, key=lambda key: (len(fit[key].mentions), key == current))
            self._catalogue.decide(name, chosen)
            self._become(name, fit[chosen].schema)
        for key, vote in votes.items():
            if key != self._catalogue.decided(name):
                for mention, replace in vote.mentions:
                    replace(self.describe(vote.schema, mention))

    def _can_be(self, name: str, schema: Schema) -> bool:
        known = self._sketch.at(self._catalogue.places[name] / name)
        resolved = self._endpoints.object(schema)
        if "properties" in known:
            return "properties" in resolved
        if "enum" in known:
            return "enum" in resolved
        return "anyOf" in self._endpoints.schemas.resolved(schema)

    def _become(self, name: str, schema: Schema) -> None:
        place = self._catalogue.places[name]
        known = self._sketch.at(place / name)
        mention = Mention(place.file, name, name)
        if "properties" in known:
            self.settle_object(place / name / "properties", self._endpoints.object(schema), mention)
        else:
            self._settle(known, schema, mention, lambda new: self._retyped(place, name, new), place / name)

    def settle_object(self, place: Place, schema: Schema, mention: Mention) -> None:
        """Let a mapping of properties have those that a schema has."""
        wanted = mapping(schema.get("properties", {}))
        required = sequence(schema.get("required", []))
        present = {split(key)[0]: key for key in self._sketch.at(place)}
        for name, key in present.items():
            if name not in wanted:
                self._sketch.end(place, key)
        for name, value in wanted.items():
            inner, null = without_null(self._endpoints.schemas, mapping(value))
            mark = "" if name in required else "?" if null or self._catalogue.is_any(inner) else "~"
            is_nullable = null and name in required
            below = mention.below(name)
            if name not in present:
                described = self.describe(inner, below)
                if is_nullable:
                    described = nullable(described)
                self._sketch.add(place, name + mark, described)
                continue
            if present[name] != name + mark:
                self._sketch.rename(place, present[name], name + mark)
            self._nullness(place, name + mark, nullable=is_nullable)
            self.settle(place, name + mark, inner, below)

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
