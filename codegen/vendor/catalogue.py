"""The named types of the spec at a revision, found by what they accept, and the notation of new ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingOf

from attrs import frozen

from codegen.names import singular
from codegen.openapi_schemas import Schema
from codegen.tree import Mapping
from codegen.vendor.adopt_names import camel, class_for, cleaned
from codegen.vendor.edits import Plain
from codegen.vendor.endpoints import Endpoints, without_null
from codegen.vendor.normalise import mapping, sequence, text
from codegen.vendor.notation import Notation, Resolver, Signatures, basic, name_of, reference
from codegen.vendor.sketch import Fields, Place, Sketch, fields, plain, words

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
        """Return the mention of a member; the filter of a filter is its value."""
        member = camel(singular(word.replace("_", "-")))
        return Mention(self.file, self.hint + ("Value" if self.hint.endswith(member) else member), self.after)


@frozen
class Foreseen:
    """What named types become, and where new ones stand that several files want, by their signatures."""

    chosen: MappingOf[str, Schema]
    homes: MappingOf[str, Mention]


class Catalogue:
    """Knows each named type by what it accepts, and declares those that are missing.

    ``pending`` are what the mentions of types that are not decided yet want them to be.
    """

    def __init__(self, sketch: Sketch, endpoints: Endpoints, foreseen: Foreseen | None) -> None:
        """``foreseen`` is what is known of the end already; None where that is only to be found out."""
        self._foreseen = foreseen
        self._wishes: dict[str, list[Mention]] = {}
        self._behind: dict[Mention, str] = {}
        self._sketch = sketch
        self._endpoints = endpoints
        self.places = {name: place for place, name, _ in sketch.entries("types", "family", under="types")}
        self.pending: dict[str, frozenset[str]] = {}
        self.notation = Notation(self._declared)
        self._vendors = Signatures(endpoints.schemas)
        known = foreseen.chosen.items() if foreseen else ()
        own = Signatures(self.notation, {name: self.wanted(schema) for name, schema in known})
        self.before = {name: own.of(reference(name)) for name in self.places}
        self._taken = class_names(sketch)
        self._decided: dict[str, str] = {}
        self._made: dict[str, list[str]] = {}
        self._names: dict[str, list[str]] = {}
        for name, signature in self.before.items():
            self._names.setdefault(signature, []).append(name)
        self._files = self._references()
        self._queue: list[tuple[Mention, str, Fields]] = []
        self._depth = 0

    def wanted(self, schema: Schema) -> str:
        """Return the signature of a schema of the document."""
        return self._vendors.of(schema)

    def own(self, node: Plain) -> str:
        """Return the signature of a type in the notation of the spec, null aside."""
        schema, _ = without_null(self.notation, self.notation.schema(node))
        return Signatures(self.notation, {**self.before, **self._decided}).of(schema)

    def allows_null(self, node: Plain) -> bool:
        """Tell whether a type with a name allows null, whoever mentions it."""
        name = fields(node).get("type", node)
        return isinstance(name, str) and without_null(self.notation, self.notation.schema(name))[1]

    def is_union(self, node: Plain) -> bool:
        """Tell whether a type of the spec is written as a union, or as a name of one."""
        known = self._declared(node) if isinstance(node, str) else fields(node)
        return "oneOf" in known or any(self.is_union(base) for base in words(known.get("extends")))

    def bases(self, name: str) -> set[str]:
        """Return the types that a type extends, and those that these extend."""
        direct = words(self._declared(name).get("extends"))
        return {*direct, *(further for base in direct for further in self.bases(base))}

    def decided(self, name: str) -> str | None:
        """Return the signature that a type has from now on, once that is decided."""
        return self._decided.get(name)

    def decide(self, name: str, signature: str) -> None:
        """Let a type have a signature from now on."""
        self._decided[name] = signature
        self._made.setdefault(signature, []).append(name)

    def items(self, schema: Schema) -> Schema | None:
        """Return what the items of an array of the document are; None where the schema is no array."""
        found = self._endpoints.schemas.resolved(schema).get("items")
        return mapping(found) if found is not None else None

    def is_enum(self, schema: Schema) -> bool:
        """Tell whether a schema of the document is an enum."""
        return "enum" in self._endpoints.schemas.resolved(schema)

    def is_any(self, schema: Schema) -> bool:
        """Tell whether a schema accepts everything."""
        return not self._endpoints.schemas.resolved(schema)

    def is_giant(self, schema: Schema) -> bool:
        """Tell whether an enum is a list that others keep, such as time zones: it is open text to us."""
        return len(sequence(self._endpoints.schemas.resolved(schema).get("enum", []))) >= _GIANT_ENUM

    def distinct(self, schema: Schema) -> list[Schema]:
        """Return the members of a union that accept different things; another schema is its only one."""
        return [
            *{
                self._vendors.of(member): member for member in reversed(self._endpoints.members(schema))
            }.values()
        ][::-1]

    def constants(self, schema: Schema) -> frozenset[str]:
        """Return the members of an object of the document that can have one value only."""
        return constants(self._endpoints.object(schema), self._endpoints.schemas)

    def describe(self, schema: Schema, mention: Mention) -> Plain:
        """Return the notation of a schema without null; objects get a name, and stand where they belong."""
        self._depth += 1
        described = self._describe(schema, mention)
        self._depth -= 1
        if self._depth == 0:
            queue, self._queue = self._queue, []
            for where, name, value in queue:
                spot = Mention(where.file, "", where.after)
                self._sketch.add(
                    Place(where.file, ("types",)), name, value, self._behind.get(spot, where.after)
                )
                self._behind[spot] = name
        return described

    def _describe(self, schema: Schema, mention: Mention) -> Plain:
        resolved = self._endpoints.schemas.resolved(schema)
        vendors = cleaned(name_of(schema)) if "$ref" in schema else ""
        if "anyOf" in resolved:
            members = self.distinct(schema)
            if len(members) == 1:
                return self._describe(members[0], mention)
            if len(members) < _LONG_UNION or all(basic(member) for member in members):
                return {"oneOf": [self._describe(one, mention) for one in members]}
            return self._declare(
                schema,
                vendors,
                mention,
                lambda inner: {"oneOf": [self._describe(one, inner) for one in members]},
            )
        if "enum" in resolved:
            word = basic(resolved)
            if word:
                return word
            values = sequence(resolved["enum"])
            described: Fields = {"enum": [constant(value) for value in values]}
            if resolved["type"] != "string":
                described = {"type": text(resolved["type"]), **described}
            if len(values) < _LONG_ENUM:
                return described
            if self.is_giant(schema):
                return "string"
            return self._declare(schema, vendors, mention, lambda _: described)
        if resolved.get("type") == "array":
            inner, null = without_null(self._endpoints.schemas, mapping(resolved["items"]))
            item = self._describe(inner, Mention(mention.file, singular(mention.hint), mention.after))
            if null:
                item = nullable(item)
            return {"items": item}
        if "properties" in resolved:
            return self._declare(schema, vendors, mention, lambda inner: self._object(resolved, inner))
        return basic(resolved) or "any"

    def _declare(
        self, schema: Schema, vendors: str, mention: Mention, content: Callable[[Mention], Fields]
    ) -> str:
        signature = self._vendors.of(schema)
        if self._foreseen:
            mention = self._foreseen.homes.get(signature, mention)
        known = self._reusable(signature, mention.file, vendors)
        if known:
            self._files.setdefault(mention.file, set()).add(self.places[known].file)
            return known
        family = camel(singular(mention.file.rpartition("/")[2].removesuffix(".yaml").replace("_", "-")))
        tags = camel(*sorted(word.partition("=")[2] for word in self.constants(schema)))
        wanted = [
            vendors,
            "" if tags else mention.hint,
            f"{family}{vendors}" if vendors else "",
            f"{tags}{mention.hint}" if tags else "",
            mention.hint,
            f"{family}{mention.hint}",
            f"{mention.hint}{vendors}",
        ]
        name = class_for(wanted, self._taken)
        self._taken.add(name.lower())
        self.decide(name, signature)
        self._wishes.setdefault(signature, []).append(mention)
        self.places[name] = Place(mention.file, ("types",))
        slot = len(self._queue)
        self._queue.append((mention, name, {}))
        self._queue[slot] = (mention, name, content(Mention(mention.file, name, mention.after)))
        return name

    def _reusable(self, signature: str, file: str, vendors: str) -> str:
        """Return a type that accepts the same already and that a file may mention, its own first."""
        made = self._made.get(signature, [])
        known = [name for name in self._names.get(signature, []) if self._stays(name, signature)]
        candidates = [name for name in (*made, *known) if self._may_refer(file, name, vendors)]
        if not candidates:
            return ""
        name = min(candidates, key=lambda one: self.places[one].file != file)
        if name not in made and name not in self.pending and self._foreseen:
            self.decide(name, signature)
        return name

    def homes(self) -> dict[str, Mention]:
        """Return where types that were declared in several files can stand for all of these."""
        found: dict[str, Mention] = {}
        for signature, mentions in self._wishes.items():
            files = {mention.file for mention in mentions}
            fit = [one for one in mentions if not self._reached(one.file) & files - {one.file}]
            if len(files) > 1 and fit:
                found[signature] = fit[0]
        return found

    def _stays(self, name: str, signature: str) -> bool:
        """Tell whether a type may be what it was before."""
        if name in self.pending:
            return signature in self.pending[name]
        return self._decided.get(name, signature) == signature

    def _may_refer(self, file: str, name: str, vendors: str) -> bool:
        """Tell whether a file may mention a type: its own, a shared one, or one that the vendor calls alike.

        Files never refer to one another in a circle, because each becomes a module.
        """
        other = self.places[name].file
        if other == file:
            return True
        is_shared = "/types/" in other or (vendors != "" and vendors.endswith(name))
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
                found[file] = {self.places[word].file for word in mentioned if word in self.places}
        return found

    def _object(self, schema: Schema, mention: Mention) -> Fields:
        required = sequence(schema.get("required", []))
        properties: Fields = {}
        for name, value in mapping(schema["properties"]).items():
            inner, null = without_null(self._endpoints.schemas, mapping(value))
            described = self._describe(inner, mention.below(name))
            if null and name in required:
                described = nullable(described)
            mark = "" if name in required else "?" if null or self.is_any(inner) else "~"
            properties[name + mark] = described
        return {"properties": properties}

    def _declared(self, name: str) -> Fields:
        return self._sketch.at(self.places[name] / name) if name in self.places else {}


def nullable(described: Plain) -> Fields:
    """Return the notation of a type that allows null as well."""
    return {**(described if isinstance(described, dict) else {"type": described}), "nullable": True}


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


def constants(schema: Schema, resolver: Resolver) -> frozenset[str]:
    """Return the members of an object that can have one value only: ``type=list``."""
    found: set[str] = set()
    for key, value in mapping(schema.get("properties", {})).items():
        enum = sequence(resolver.resolved(mapping(value)).get("enum", []))
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


def constant(value: object) -> Plain:
    """Return a value of an enum as the spec writes it."""
    return value if isinstance(value, str | int | bool) else str(value)
