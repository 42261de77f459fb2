"""Reads the notation of types, and the value objects that the notation refers to.

A named type is read when something refers to it, so what is left over at a revision is unused there.
Named enums and unions are written out where they are used; value objects stay references. What extends
others has what they have; an object may say anew what it inherits.
"""

from __future__ import annotations

import json

from attrs import evolve

from codegen import ir
from codegen.names import MODEL_ARGUMENTS, Scope, type_name
from codegen.parse_nodes import (
    as_mapping,
    constant,
    entries,
    flag,
    scalar,
    scalars,
    split,
    summary,
    text,
    whole_number,
)
from codegen.problems import Position, Problems
from codegen.tree import Entry, File, Mapping, Node, Scalar, Sequence

_BASIC: dict[str, ir.Type] = {
    "string": ir.Text(),
    "integer": ir.Whole(),
    "number": ir.Real(),
    "boolean": ir.Flag(),
    "date-time": ir.Instant(),
    "date": ir.Day(),
    "any": ir.Json(),
    "object": ir.JsonObject(),
}
_DEEPEST = 50
"""As many types may lead to one another before one is as the mistake that it is likely to be."""

_ALIASES = ("type", "enum", "items", "oneOf")


class Types:
    """The named types of some files at one revision, and those that something refers to."""

    def __init__(self, files: tuple[File, ...], classes: Scope, problems: Problems) -> None:
        self._problems = problems
        self._declared: dict[str, tuple[File, Entry]] = {}
        self._values: dict[str, ir.ValueObject] = {}
        self._aliases: dict[str, ir.Type] = {}
        self._bases: set[str] = set()
        self._open: set[str] = set()
        self._depth = 0
        self.nested: list[Scalar] = []
        for file in files:
            for entry in entries(file.root, "types"):
                classes.name(entry.key.text, entry.key.position, type_name)
                self._declared.setdefault(entry.key.text, (file, entry))

    @property
    def declared(self) -> dict[str, Position]:
        """The names of all types, with their places."""
        return {name: entry.key.position for name, (_, entry) in self._declared.items()}

    @property
    def used(self) -> frozenset[str]:
        """The names of the types that something refers to, or extends."""
        return frozenset(self._values) | frozenset(self._aliases) | self._bases

    @property
    def values(self) -> tuple[ir.ValueObject, ...]:
        """The value objects that something refers to, sorted."""
        return tuple(self._values[name] for name in sorted(self._values))

    def value(self, name: str) -> ir.ValueObject:
        """Return the value object that a :class:`codegen.ir.Ref` names."""
        return self._values[name]

    def read(self, node: Node) -> ir.Type:
        """Return the type that a node describes; mistakes become problems, and read as any JSON."""
        if isinstance(node, Scalar):
            return self._named(node)
        if not isinstance(node, Mapping):
            return ir.Json()
        described = self._described(node)
        return nullable(described) if flag(node, "nullable") else described

    def member(self, entry: Entry, scope: Scope) -> ir.Property:
        """Return the property that an entry of an object describes, its suffix included."""
        key, mark = split(entry.key.text)
        name = scope.name(key, entry.key.position)
        found = marked(self.property_of(key, name, entry.value), mark)
        if isinstance(not_null(found.type), ir.Nested):
            self._problems.add(entry.value.position, "only requests have resources inside attributes")
        return found

    def property_of(self, key: str, name: str, node: Node) -> ir.Property:
        """Return a property of a type, with what else its mapping says."""
        known = as_mapping(node, node.position)
        return ir.Property(
            key=key,
            name=name,
            type=self.read(node),
            required=True,
            summary=text(known, "summary"),
            example=self._example(known),
            secret=flag(known, "secret"),
        )

    def parameters(self, node: Mapping, scope: Scope) -> tuple[ir.QueryParameter, ...]:
        """Return the query parameters that no rule derives."""
        found = (self.member(entry, scope) for entry in entries(node, "parameters"))
        return tuple(
            ir.QueryParameter(member.key, member.name, not_null(member.type), member.required, member.summary)
            for member in sorted(found, key=lambda member: member.key)
        )

    def _example(self, node: Mapping) -> str:
        example = scalar(node, "example")
        if example is None:
            return ""
        try:
            json.loads(example.text)
        except (ValueError, RecursionError):
            self._problems.add(example.position, f"example {example.text!r} is not JSON")
        return example.text

    def _described(self, node: Mapping) -> ir.Type:
        for key in ("resource", "resources"):
            form = scalar(node, key)
            if form:
                self.nested.append(form)
                return ir.Nested(form.text, many=key == "resources")
        if "items" in node:
            return ir.ListOf(self.read(node.get("items") or node))
        if "oneOf" in node:
            return self._union(node)
        if "enum" in node:
            return self._choice(node)
        inner = node.get("type")
        if inner or "extends" not in node:
            return self.read(inner) if inner else ir.Json()
        extended = [self._named(base) for base in scalars(node, "extends")]
        is_choice = all(isinstance(one, ir.Choice) for one in extended)
        return self._choice(node) if is_choice else self._union(node)

    def _union(self, node: Mapping) -> ir.Type:
        listed = node.get("oneOf")
        members = listed.items if isinstance(listed, Sequence) else ()
        inherited = tuple(self._named(base) for base in scalars(node, "extends"))
        if not (inherited or members):
            self._problems.add(node.position, "a union without members")
            return ir.Json()
        return one_of((*inherited, *(self.read(member) for member in members)))

    def _choice(self, node: Mapping) -> ir.Type:
        kind = text(node, "type", "string")
        values: list[str | int | bool] = []
        for base in scalars(node, "extends"):
            inherited = self._named(base)
            if not isinstance(inherited, ir.Choice):
                self._problems.add(base.position, f"an enum extends {base.text!r}, which is none")
                return ir.Json()
            values += [value for value in inherited.values if not _is_among(values, value)]
        for item in scalars(node, "enum"):
            value = self._constant(item, kind)
            if _is_among(values, value):
                self._problems.add(item.position, f"{item.text!r} stands twice in this enum")
            else:
                values.append(value)
        if not values:
            self._problems.add(node.position, "an enum without values")
            return ir.Json()
        if flag(node, "signed"):
            values += [f"-{value}" for value in values]
        return ir.Choice(tuple(sorted(values, key=lambda value: (str(type(value)), value))))

    def _constant(self, item: Scalar, kind: str) -> str | int | bool:
        if kind == "string":
            return item.text
        if kind == "boolean" and item.text in {"true", "false"}:
            return item.text == "true"
        number = whole_number(item.text) if kind == "integer" else None
        if number is not None:
            return number
        self._problems.add(item.position, f"{item.text!r} is no constant of type {kind!r}")
        return item.text

    def _named(self, name: Scalar) -> ir.Type:
        if name.text in _BASIC:
            return _BASIC[name.text]
        value = constant(name.text)
        if value is not None:
            return ir.Choice((value,))
        if name.text not in self._declared:
            known = (*_BASIC, *self._declared)
            word = name.text.strip("= ") or "text"
            remedy = f"declare it below 'types', or write '={word}' for a constant"
            near = self._problems.unknown(name.position, "type", name.text, known, otherwise=remedy)
            return self._named(Scalar(near, name.position)) if near else ir.Json()
        if name.text in self._values:
            return ir.Ref(name.text)
        if name.text not in self._aliases:
            file, entry = self._declared[name.text]
            node = as_mapping(entry.value, entry.key.position)
            if self._depth == _DEEPEST:
                self._problems.add(name.position, f"type {name.text!r} is more than {_DEEPEST} types deep")
                return ir.Json()
            self._depth += 1
            if self._is_object(node):
                self._values[name.text] = self._object(name.text, file, node)
            else:
                self._aliases[name.text] = self._alias(name, node)
            self._depth -= 1
        if name.text in self._values:
            return ir.Ref(name.text)
        return self._aliases[name.text]

    def _alias(self, name: Scalar, node: Mapping) -> ir.Type:
        if name.text in self._open:
            self._problems.add(name.position, f"type {name.text!r} contains itself")
            return ir.Json()
        self._open.add(name.text)
        found = self.read(node)
        self._open.discard(name.text)
        return found

    def _object(self, name: str, file: File, node: Mapping) -> ir.ValueObject:
        value = ir.ValueObject(name, file.stem, summary(node, name), ())
        self._values[name] = value
        scope = Scope(name, self._problems, MODEL_ARGUMENTS)
        members = [self.member(entry, scope) for entry in self._entries(node, (name,))]
        return evolve(value, properties=tuple(sorted(members, key=lambda member: member.key)))

    def _is_object(self, node: Mapping) -> bool:
        """Tell whether a named type is an object: it says properties, or extends what is one."""
        passed: set[str] = set()
        while not any(key in node for key in _ALIASES):
            if "properties" in node or "extends" not in node:
                return True
            base = next(iter(scalars(node, "extends")), None)
            if base is None or base.text in passed or base.text not in self._declared:
                return False
            passed.add(base.text)
            node = self._node(base.text)
        return False

    def _entries(self, node: Mapping, above: tuple[str, ...]) -> tuple[Entry, ...]:
        """Return the members of an object: its own, and those of its bases that it does not say anew."""
        inherited: dict[str, Entry] = {}
        for base in scalars(node, "extends"):
            if len(above) > _DEEPEST:
                self._problems.add(base.position, f"type {base.text!r} is more than {_DEEPEST} types deep")
            elif base.text in above:
                self._problems.add(base.position, f"type {base.text!r} extends itself")
            elif base.text not in self._declared:
                self._problems.unknown(base.position, "type", base.text, self._declared)
            elif not self._is_object(self._node(base.text)):
                self._problems.add(base.position, f"an object extends {base.text!r}, which is none")
            else:
                self._bases.add(base.text)
                found = self._entries(self._node(base.text), (*above, base.text))
                inherited |= {split(entry.key.text)[0]: entry for entry in found}
        own = entries(node, "properties")
        anew = {split(entry.key.text)[0] for entry in own}
        return (*(entry for key, entry in inherited.items() if key not in anew), *own)

    def _node(self, name: str) -> Mapping:
        entry = self._declared[name][1]
        return as_mapping(entry.value, entry.key.position)


def _is_among(values: list[str | int | bool], value: str | int | bool) -> bool:
    return any(value == other and type(value) is type(other) for other in values)


def nullable(type_: ir.Type) -> ir.Type:
    """Return the type that allows null as well."""
    return type_ if isinstance(type_, ir.Nullable | ir.Json) else ir.Nullable(type_)


def not_null(type_: ir.Type) -> ir.Type:
    """Return the type that allows no null."""
    return type_.inner if isinstance(type_, ir.Nullable) else type_


def marked(property_: ir.Property, mark: str) -> ir.Property:
    """Return the property as its suffix wants it."""
    if mark == "?":
        return evolve(property_, required=False, type=nullable(property_.type))
    return evolve(property_, required=not mark)


def one_of(members: tuple[ir.Type, ...]) -> ir.Type:
    """Return the union of some types: flat, each member once, null outside; of one it is that one."""
    flat: list[ir.Type] = []
    null = False
    for member in members:
        null = null or isinstance(member, ir.Nullable)
        inner = not_null(member)
        for one in inner.members if isinstance(inner, ir.OneOf) else (inner,):
            if one not in flat:
                flat.append(one)
    union = flat[0] if len(flat) == 1 else ir.OneOf(tuple(flat))
    return nullable(union) if null else union
