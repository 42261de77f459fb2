"""Makes the types of the spec say what a vendor's document says.

Every mention of a named type votes for what the type is to be; where the document says different things at
different mentions, most of them win, and the others get a type of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as AbstractMapping
from functools import partial

from attrs import define, field, frozen

from codegen.names import singular
from codegen.openapi_schemas import Schema
from codegen.tree import Mapping
from codegen.vendor.adopt_names import camel, class_for, cleaned
from codegen.vendor.edits import Plain
from codegen.vendor.endpoints import Endpoints, without_null
from codegen.vendor.normalise import mapping, sequence, text
from codegen.vendor.notation import BASIC, TYPE_KEYS, Notation, Signatures, basic, name_of, reference, split
from codegen.vendor.sketch import Fields, Place, Sketch, fields, plain

Replace = Callable[[Plain], None]

_LONG_ENUM = 8
_GIANT_ENUM = 200
_LONG_UNION = 4


@frozen
class Mention:
    """Where a type is mentioned: the file that new types go to, what to call them, what they follow there."""

    file: str
    hint: str
    after: str = ""

    def below(self, word: str) -> Mention:
        """Return the mention of a member."""
        return Mention(self.file, camel(self.hint, singular(word.replace("_", "-"))), self.after)


@define
class _Vote:
    """One thing that a named type may have to be, and how its mentions would be given another type."""

    schema: Schema
    mentions: list[tuple[Mention, Replace]] = field(factory=list[tuple[Mention, Replace]])


class Types:
    """The named types of the spec at the revision, and what the document says of each."""

    def __init__(
        self, sketch: Sketch, endpoints: Endpoints, homes: AbstractMapping[tuple[str, str], str]
    ) -> None:
        self._sketch = sketch
        self._endpoints = endpoints
        self._homes = homes
        self._places = {name: place for place, name, _ in sketch.entries("types", "family", under="types")}
        self._taken = class_names(sketch)
        self._vendors = Signatures(endpoints.schemas)
        self._votes: dict[str, dict[str, _Vote]] = {}
        self._decided: dict[str, str] = {}
        self._made: dict[str, str] = {}
        self._notation = Notation(self._declared)
        own = Signatures(self._notation)
        self._signatures = {name: own.of(reference(name)) for name in self._places}
        self._names = {signature: name for name, signature in reversed(self._signatures.items())}
        self._files = self._references()
        self._queue: list[tuple[Mention, str, Fields]] = []
        self._depth = 0

    # ------------------------------------------------------------------------------------------ settle

    def settle(self, place: Place, key: str, schema: Schema, mention: Mention) -> None:
        """Let the entry of a mapping have the type that a schema without null says."""
        mention = self._home(mention)
        node = self._sketch.at(place).get(key)
        if not isinstance(node, dict):
            self._settle(node, schema, mention, lambda new: self._sketch.change(place, key, new), None)
            return
        self._settle(node, schema, mention, lambda new: self._retyped(place, key, new), place / key)

    def finish(self) -> None:
        """Decide what every mentioned type is, most mentioned meanings first, and make it so."""
        while self._votes:
            name = next(iter(self._votes))
            self._decide(name, self._votes.pop(name))

    def _home(self, mention: Mention) -> Mention:
        home = self._homes.get((mention.file, mention.hint), mention.file)
        return Mention(home, mention.hint, mention.after if home == mention.file else "")

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
        distinct = self._distinct(schema)
        if len(distinct) == 1:
            schema = distinct[0]
        if isinstance(node, str) and node in self._places:
            self._vote(node, schema, mention, replace)
        elif isinstance(node, str):
            if node == "string" and self._is_giant(schema):
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

    def _is_giant(self, schema: Schema) -> bool:
        """Tell whether an enum is a list that others keep, such as time zones: it is open text to us."""
        return len(sequence(self._endpoints.schemas.resolved(schema).get("enum", []))) >= _GIANT_ENUM

    def _distinct(self, schema: Schema) -> list[Schema]:
        """Return the members of a union that accept different things; a schema that is none is its only one."""
        return [
            *{
                self._vendors.of(member): member for member in reversed(self._endpoints.members(schema))
            }.values()
        ][::-1]

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
                new = {**(new if isinstance(new, dict) else {"type": new}), "nullable": True}
            self._sketch.change(at, "items", new)

        self._settle(items, inner, nested, replace_items, at / "items" if isinstance(items, dict) else None)

    def _settle_enum(
        self, known: Fields, schema: Schema, mention: Mention, replace: Replace, at: Place
    ) -> None:
        resolved = self._endpoints.schemas.resolved(schema)
        base = self._notation.resolved(self._notation.schema({**known, "enum": [], "nullable": False}))
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
        own: list[Plain] = [_constant(value) for value in wanted if value not in inherited]
        self._sketch.set_items(at, "enum", own)

    def _settle_union(
        self, known: Fields, schema: Schema, mention: Mention, replace: Replace, at: Place
    ) -> None:
        wanted = self._distinct(schema)
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
        known = self._sketch.at(self._places[name] / name) if name in self._places else {}
        listed = known.get("oneOf")
        base = known.get("extends")
        inherited = self._members(base) if isinstance(base, str) else []
        return [*(listed if isinstance(listed, list) else []), *inherited]

    def _best(self, member: Plain, wanted: list[Schema]) -> Schema | None:
        """Return the schema that a member of a union stands for: the same, else one with its constants."""
        mine = self._notation.schema(member)
        signature = self._signature(mine)
        for one in wanted:
            if self._vendors.of(one) == signature or (member == "string" and self._is_giant(one)):
                return one
        constants = _constants(self._notation.resolved(mine), self._notation)
        scored = [(len(constants & self._constants(one)), one) for one in wanted]
        best = max(scored, key=lambda pair: pair[0], default=(0, None))
        if best[0]:
            return best[1]
        named = [one for one in wanted if isinstance(member, str) and cleaned(name_of(one)) == member]
        return named[0] if named else None

    def _constants(self, schema: Schema) -> frozenset[str]:
        return _constants(self._endpoints.object(schema), self._endpoints.schemas)

    def same(self, node: Plain, schema: Schema) -> bool:
        """Tell whether a type in the notation of the spec is what a schema says."""
        if isinstance(node, str) and node in self._decided:
            return self._decided[node] == self._vendors.of(schema)
        return self._signature(self._notation.schema(node)) == self._vendors.of(schema)

    # ------------------------------------------------------------------------------------------- votes

    def _vote(self, name: str, schema: Schema, mention: Mention, replace: Replace) -> None:
        signature = self._vendors.of(schema)
        if name in self._decided:
            if self._decided[name] != signature:
                replace(self.describe(schema, mention))
            return
        votes = self._votes.setdefault(name, {})
        votes.setdefault(signature, _Vote(schema)).mentions.append((mention, replace))

    def _decide(self, name: str, votes: dict[str, _Vote]) -> None:
        current = self._signatures.get(name, "")
        fit = {key: vote for key, vote in votes.items() if self._can_be(name, vote.schema)}
        if fit:
            chosen = max(fit, key=lambda key: (len(fit[key].mentions), key == current))
            self._decided[name] = chosen
            self._made[chosen] = name
            self._become(name, fit[chosen].schema)
        for key, vote in votes.items():
            if key != self._decided.get(name):
                for mention, replace in vote.mentions:
                    replace(self.describe(vote.schema, mention))

    def _can_be(self, name: str, schema: Schema) -> bool:
        known = self._sketch.at(self._places[name] / name)
        resolved = self._endpoints.object(schema)
        if "properties" in known:
            return "properties" in resolved
        if "enum" in known:
            return "enum" in resolved
        return "anyOf" in self._endpoints.schemas.resolved(schema)

    def _become(self, name: str, schema: Schema) -> None:
        place = self._places[name]
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
            mark = "" if name in required else "?" if null or self._is_any(inner) else "~"
            nullable = null and name in required
            below = mention.below(name)
            if name not in present:
                described = self.describe(inner, below)
                if nullable:
                    described = {
                        **(described if isinstance(described, dict) else {"type": described}),
                        "nullable": True,
                    }
                self._sketch.add(place, name + mark, described)
                continue
            if present[name] != name + mark:
                self._sketch.rename(place, present[name], name + mark)
            self._nullness(place, name + mark, nullable=nullable)
            self.settle(place, name + mark, inner, below)

    def _is_any(self, schema: Schema) -> bool:
        return not self._endpoints.schemas.resolved(schema)

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

    # ---------------------------------------------------------------------------------------- describe

    def describe(self, schema: Schema, mention: Mention) -> Plain:
        """Return the notation of a schema without null; objects get a name, and stand where they belong."""
        if not self._depth:
            mention = self._home(mention)
        self._depth += 1
        described = self._describe(schema, mention)
        self._depth -= 1
        if self._depth == 0:
            queue, self._queue = self._queue, []
            after: dict[str, str] = {}
            for where, name, value in queue:
                place = Place(where.file, ("types",))
                self._sketch.add(place, name, value, after=after.get(where.file, where.after))
                after[where.file] = name
        return described

    def _describe(self, schema: Schema, mention: Mention) -> Plain:
        resolved = self._endpoints.schemas.resolved(schema)
        vendors = cleaned(name_of(schema)) if "$ref" in schema else ""
        if "anyOf" in resolved:
            members = self._distinct(schema)
            if len(members) == 1:
                return self._describe(members[0], mention)
            if len(members) < _LONG_UNION:
                return {"oneOf": [self._describe(one, mention) for one in members]}
            return self._declare(
                schema,
                vendors,
                mention,
                lambda inner: {"oneOf": [self._describe(one, inner) for one in members]},
            )
        if "enum" in resolved:
            values = sequence(resolved["enum"])
            described: Fields = {"enum": [_constant(value) for value in values]}
            if resolved["type"] != "string":
                described = {"type": text(resolved["type"]), **described}
            if len(values) < _LONG_ENUM:
                return described
            if self._is_giant(schema):
                return "string"
            return self._declare(schema, vendors, mention, lambda _: described)
        if resolved.get("type") == "array":
            inner, null = without_null(self._endpoints.schemas, mapping(resolved["items"]))
            item = self._describe(inner, Mention(mention.file, singular(mention.hint), mention.after))
            if null:
                item = {**(item if isinstance(item, dict) else {"type": item}), "nullable": True}
            return {"items": item}
        if "properties" in resolved:
            return self._declare(schema, vendors, mention, lambda inner: self._object(resolved, inner))
        return basic(resolved) or "any"

    def _declare(
        self, schema: Schema, vendors: str, mention: Mention, content: Callable[[Mention], Fields]
    ) -> str:
        signature = self._vendors.of(schema)
        known = self._reusable(signature)
        if known and self._may_refer(mention.file, known, vendors):
            self._files.setdefault(mention.file, set()).add(self._places[known].file)
            return known
        family = camel(singular(mention.file.rpartition("/")[2].removesuffix(".yaml").replace("_", "-")))
        tags = camel(*sorted(word.partition("=")[2] for word in self._constants(schema)))
        wanted = [
            vendors,
            f"{family}{vendors}" if vendors else "",
            f"{tags}{mention.hint}" if tags else "",
            mention.hint,
            f"{family}{mention.hint}",
            f"{mention.hint}{vendors}",
        ]
        name = class_for(wanted, self._taken)
        self._taken.add(name.lower())
        self._made[signature] = name
        self._decided[name] = signature
        self._places[name] = Place(mention.file, ("types",))
        slot = len(self._queue)
        self._queue.append((mention, name, {}))
        self._queue[slot] = (mention, name, content(Mention(mention.file, name, mention.after)))
        return name

    def _reusable(self, signature: str) -> str:
        """Return a type that accepts the same already."""
        if signature in self._made:
            return self._made[signature]
        name = self._names.get(signature, "")
        if name in self._votes:
            return name if signature in self._votes[name] else ""
        if name and self._decided.get(name, signature) == signature:
            self._decided[name] = signature
            self._made[signature] = name
            return name
        return ""

    def _may_refer(self, file: str, name: str, vendors: str) -> bool:
        """Tell whether a file may mention a type: its own, a shared one, or one that the vendor calls so too.

        Files never refer to one another in a circle, because each becomes a module.
        """
        other = self._places[name].file
        if other == file:
            return True
        is_shared = "/types/" in other or name == vendors
        return is_shared and file not in self._reached(other)

    def _reached(self, file: str) -> set[str]:
        """Return the files that a file refers to, those that these refer to, and itself."""
        reached, todo = set[str](), [file]
        while todo:
            one = todo.pop()
            if one not in reached:
                reached.add(one)
                todo += self._files.get(one, ())
        return reached

    def _references(self) -> dict[str, set[str]]:
        """Return the files whose types each file mentions."""
        found: dict[str, set[str]] = {}
        for kind in ("types", "family"):
            for file in self._sketch.of_kind(kind):
                mentioned = _words(self._sketch.at(Place(file)))
                found[file] = {self._places[word].file for word in mentioned if word in self._places}
        return found

    def _object(self, schema: Schema, mention: Mention) -> Fields:
        required = sequence(schema.get("required", []))
        properties: Fields = {}
        for name, value in mapping(schema["properties"]).items():
            inner, null = without_null(self._endpoints.schemas, mapping(value))
            described = self._describe(inner, mention.below(name))
            if null and name in required:
                described = {
                    **(described if isinstance(described, dict) else {"type": described}),
                    "nullable": True,
                }
            mark = "" if name in required else "?" if null or self._is_any(inner) else "~"
            properties[name + mark] = described
        return {"properties": properties}

    def _declared(self, name: str) -> Fields:
        return self._sketch.at(self._places[name] / name) if name in self._places else {}

    def _signature(self, schema: Schema) -> str:
        return Signatures(self._notation, {**self._signatures, **self._decided}).of(schema)


def class_names(sketch: Sketch) -> set[str]:
    """Return the names of the classes of all revisions, in small letters."""
    found: set[str] = set()
    for file in sketch.spec.tree().files:
        for section in ("types", "forms", "resources"):
            for name, value in fields(
                plain(file.root.get(section) or Mapping((), file.root.position))
            ).items():
                found.add(camel(str(fields(value).get("class", name))).lower())
    return found


def _constants(schema: Schema, resolver: object) -> frozenset[str]:
    resolve = resolver.resolved
    found: set[str] = set()
    for key, value in mapping(schema.get("properties", {})).items():
        enum = sequence(resolve(mapping(value)).get("enum", []))
        if len(enum) == 1:
            found.add(f"{key}={enum[0]}")
    return frozenset(found)


def _words(value: Plain) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _words(inner)
        case list():
            for inner in value:
                yield from _words(inner)
        case _:
            return


def _constant(value: object) -> Plain:
    return value if isinstance(value, str | int | bool) else str(value)
