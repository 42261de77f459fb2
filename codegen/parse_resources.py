"""Reads the resources: what answers show of them, and what of them a request may write.

A resource that no operation answers at a revision, and that no other points to, is left out there.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from typing import Literal

from attrs import evolve, frozen

from codegen import ir
from codegen.names import MODEL_ARGUMENTS, Scope, class_name, linkage_name
from codegen.parse_nodes import as_mapping, entries, flag, scalar, scalars, split, summary, text, texts
from codegen.parse_types import Types, marked, not_null
from codegen.problems import Position, Problems
from codegen.tree import Entry, File, Mapping, Node, Scalar, Tree

Verb = Literal["create", "update"]


@frozen
class OperationIds:
    """The operations of all revisions, of this one, and those that answer a resource, by its type."""

    known: frozenset[str]
    alive: frozenset[str]
    answering: AbstractMapping[str, frozenset[str]]


@frozen
class Written:
    """An attribute that a request writes, before it has its name there."""

    property: ir.Property
    position: Position


@frozen
class Linked:
    """A relationship that a request writes, before it has its name there."""

    linkage: ir.Linkage
    position: Position


@frozen
class _Declared:
    """A resource as the spec has it."""

    file: File
    position: Position
    node: Mapping
    name: str


class Resources:
    """The resources of one revision, and those that some answer shows."""

    def __init__(
        self, tree: Tree, types: Types, classes: Scope, operations: OperationIds, problems: Problems
    ) -> None:
        self._types = types
        self._operations = operations
        self._problems = problems
        self._declared: dict[str, _Declared] = {}
        self._shown: dict[str, ir.Resource] = {}
        self._touched: set[str] = set()
        for file in tree.of_kind("family"):
            for entry in entries(file.root, "resources"):
                self._declare(file, entry, classes)

    @property
    def declared(self) -> dict[str, Position]:
        """The types of all resources, with their places."""
        return {type_: declared.position for type_, declared in self._declared.items()}

    @property
    def used(self) -> frozenset[str]:
        """The types that some answer shows, or that some request takes its attributes from."""
        return frozenset(self._touched)

    @property
    def shown(self) -> tuple[ir.Resource, ...]:
        """The resources that answers show or relationships point to, sorted."""
        return tuple(self._shown[type_] for type_ in sorted(self._shown))

    def get(self, type_: str) -> ir.Resource | None:
        """Return a resource that is shown already."""
        return self._shown.get(type_)

    def show(self, type_: Scalar) -> ir.Resource | None:
        """Return the resource that an answer or a relationship names; what it points to is shown too."""
        if type_.text in self._shown:
            return self._shown[type_.text]
        declared = self._find(type_)
        if declared is None:
            return None
        node = declared.node
        scope = Scope(f"class {declared.name}", self._problems, reserved=MODEL_ARGUMENTS | {"id", "type"})
        attributes = (self._attribute(type_.text, entry, scope) for entry in _readable(node, "attributes"))
        relationships = (_relationship(entry, scope) for entry in _readable(node, "relationships"))
        self._shown[type_.text] = resource = ir.Resource(
            type=type_.text,
            name=declared.name,
            family=declared.file.stem,
            summary=summary(node, declared.name),
            has_id=text(node, "id") != "absent",
            id_required=text(node, "id", "required") == "required",
            has_links=flag(node, "links", default=True),
            attributes=tuple(sorted(filter(None, attributes), key=lambda shown: shown.property.key)),
            relationships=tuple(sorted(relationships, key=lambda relationship: relationship.key)),
            always_linked=flag(node, "linked"),
        )
        for target in filter(None, map(_target, _readable(node, "relationships"))):
            self.show(target)
        return resource

    def written(self, type_: Scalar, verb: Verb) -> list[Written]:
        """Return the attributes of a resource that its requests of a verb may write."""
        found: list[Written] = []
        for entry in self._entries(type_, "attributes"):
            required = _required(entry, verb)
            if required is not None:
                written = self._written(entry, verb)
                found.append(evolve(written, property=marked(written.property, "" if required else "?")))
        return found

    def linked(self, type_: Scalar, verb: Verb) -> list[Linked]:
        """Return the relationships of a resource that its requests of a verb may write."""
        return [
            link(entry, required=required)
            for entry in self._entries(type_, "relationships")
            if (required := _required(entry, verb)) is not None
        ]

    def attribute(self, type_: Scalar, verb: Verb, wanted: Entry) -> Written:
        """Return the attribute of a resource that a form names without a type of its own, not null."""
        key, _ = split(wanted.key.text)
        for entry in self._entries(type_, "attributes"):
            if split(entry.key.text)[0] == key:
                return evolve(self._written(entry, verb), position=wanted.key.position)
        what = f"resource {type_.text!r} has no attribute {key!r}"
        self._problems.add(wanted.key.position, what, "say its type here")
        return Written(ir.Property(key, key, ir.Json(), required=True, summary=""), wanted.key.position)

    def relationship(self, type_: Scalar, wanted: Entry) -> Linked:
        """Return the relationship of a resource that a form names without a target of its own."""
        for entry in self._entries(type_, "relationships"):
            if entry.key.text == wanted.key.text:
                return evolve(link(entry, required=False), position=wanted.key.position)
        what = f"resource {type_.text!r} has no relationship {wanted.key.text!r}"
        self._problems.add(wanted.key.position, what, "say its target here")
        return link(wanted, required=False)

    def _declare(self, file: File, entry: Entry, classes: Scope) -> None:
        node = as_mapping(entry.value, entry.key.position)
        if entry.key.text in self._declared:
            self._problems.add(entry.key.position, f"resource {entry.key.text!r} stands twice")
            return
        wanted = scalar(node, "class") or entry.key
        name = classes.name(wanted.text, wanted.position, class_name)
        self._declared[entry.key.text] = _Declared(file, entry.key.position, node, name)

    def _find(self, type_: Scalar) -> _Declared | None:
        known = type_.text
        if known not in self._declared:
            known = self._problems.unknown(type_.position, "resource", type_.text, self._declared)
        self._touched.add(known)
        return self._declared.get(known)

    def _entries(self, type_: Scalar, key: str) -> tuple[Entry, ...]:
        declared = self._find(type_)
        return entries(declared.node, key) if declared else ()

    def _attribute(self, type_: str, entry: Entry, scope: Scope) -> ir.Attribute | None:
        node = as_mapping(entry.value, entry.key.position)
        only_in = self._only_in(type_, node)
        if only_in is None:
            return None
        return ir.Attribute(self._types.member(entry, scope), only_in, flag(node, "additional"))

    def _only_in(self, type_: str, node: Mapping) -> frozenset[str] | None:
        if "on" not in node:
            return frozenset()
        if texts(node, "on") == ("primary",):
            showing = self._operations.answering.get(type_, frozenset())
        else:
            for wanted in scalars(node, "on"):
                if wanted.text not in self._operations.known:
                    self._problems.unknown(wanted.position, "operation", wanted.text, self._operations.known)
            showing = frozenset(texts(node, "on")) & self._operations.alive
        return showing or None

    def _written(self, entry: Entry, verb: Verb) -> Written:
        key, _ = split(entry.key.text)
        found = self._types.property_of(key, key, entry.value)
        sent = _sent(as_mapping(entry.value, entry.key.position), verb)
        type_ = self._types.read(sent) if sent else found.type
        return Written(evolve(found, type=not_null(type_)), entry.key.position)


def link(entry: Entry, *, required: bool) -> Linked:
    """Return the relationship that an entry lets a request write."""
    target = _target(entry)
    many = "many" in as_mapping(entry.value, entry.key.position)
    key = entry.key.text
    return Linked(ir.Linkage(key, key, target.text if target else "", many, required), entry.key.position)


def _relationship(entry: Entry, scope: Scope) -> ir.Relationship:
    linkage = link(entry, required=False).linkage
    name = scope.name(linkage.key, entry.key.position)
    ids_name = scope.name(linkage.key, entry.key.position, lambda word: linkage_name(word, many=linkage.many))
    return ir.Relationship(linkage.key, name, ids_name, linkage.target, linkage.many)


def _target(entry: Entry) -> Scalar | None:
    node = as_mapping(entry.value, entry.key.position)
    return scalar(node, "one") or scalar(node, "many")


def _readable(node: Mapping, key: str) -> list[Entry]:
    return [
        entry
        for entry in entries(node, key)
        if flag(as_mapping(entry.value, entry.key.position), "read", default=True)
    ]


def _required(entry: Entry, verb: Verb) -> bool | None:
    """Return whether requests of the verb must write the entry; None where they may not."""
    directions = texts(as_mapping(entry.value, entry.key.position), "write")
    return True if f"{verb}!" in directions else False if verb in directions else None


def _sent(node: Mapping, verb: Verb) -> Node | None:
    sent = node.get("send")
    if isinstance(sent, Mapping) and ("create" in sent or "update" in sent):
        return sent.get(verb)
    return sent
