"""Reads what requests carry: forms with a name of their own, and the bodies of operations.

A form starts from the form that it extends, or is the default of its resource: what may be written there
by requests of its kind. Its own entries add to that or replace.
"""

from __future__ import annotations

from functools import partial
from typing import Literal

from attrs import evolve, field, frozen

from codegen import ir
from codegen.names import MODEL_ARGUMENTS, Scope, linkage_name, type_name
from codegen.parse_nodes import as_mapping, entries, flag, scalar, split, summary, text
from codegen.parse_resources import Linked, Resources, Verb, Written, link
from codegen.parse_types import Types, marked, nullable
from codegen.problems import Position, Problems
from codegen.tree import Entry, File, Mapping, Node, Scalar, Tree

Presence = Literal["absent", "optional", "required"]

_PRESENCE: dict[str, Presence] = {"absent": "absent", "optional": "optional", "required": "required"}
_NOTHING = Scalar("", Position("", 0, 0))


@frozen
class Draft:
    """A form whose members have no names yet."""

    resource: Scalar
    id: Presence
    attributes: dict[str, Written] = field(factory=dict[str, Written])
    linkages: dict[str, Linked] = field(factory=dict[str, Linked])
    meta: ir.Type | None = None
    has_attributes: bool = False


class Forms:
    """The named forms of one revision, and those that some request nests."""

    def __init__(
        self, tree: Tree, types: Types, resources: Resources, classes: Scope, problems: Problems
    ) -> None:
        self._types = types
        self._resources = resources
        self._problems = problems
        self._declared: dict[str, tuple[File, Entry]] = {}
        self._read: dict[str, ir.Form] = {}
        self._open: list[str] = []
        self._used: set[str] = set()
        for file in tree.of_kind("family"):
            for entry in entries(file.root, "forms"):
                classes.name(entry.key.text, entry.key.position, type_name)
                self._declared.setdefault(entry.key.text, (file, entry))

    @property
    def declared(self) -> dict[str, Position]:
        """The names of all forms, with their places."""
        return {name: entry.key.position for name, (_, entry) in self._declared.items()}

    @property
    def used(self) -> frozenset[str]:
        """The names of the forms that something refers to."""
        return frozenset(self._used)

    def nested(self) -> tuple[ir.Form, ...]:
        """Return the forms that requests nest, sorted, once every body has been read."""
        while self._types.nested:
            wanted = self._types.nested.pop()
            name = self._meant(wanted)
            if name not in self._read and (draft := self._named(wanted)) is not None:
                file, entry = self._declared[name]
                scope = Scope(f"class {name}", self._problems, MODEL_ARGUMENTS)
                if draft.id != "absent":
                    scope.take("id", "id", entry.key.position)
                form = finished(draft, scope, file.stem)
                said = summary(as_mapping(entry.value, entry.key.position), name)
                self._read[name] = evolve(form, name=name, summary=said)
        return tuple(self._read[name] for name in sorted(self._read))

    def body(self, node: Node | None, resource: Scalar | None, verb: Verb) -> Draft | None:
        """Return what the body of an operation says; without a word, the default of its resource."""
        if isinstance(node, Scalar):
            return self._named(node)
        default = None
        if node is None or not ("resource" in (said := as_mapping(node, node.position)) or "extends" in said):
            default = self.default(resource, verb) if resource else None
        return self._draft(node, default) if isinstance(node, Mapping) else default

    def attributes(self, name: Scalar) -> tuple[ir.Property, ...]:
        """Return the attributes of a named form; none where there is no such form."""
        draft = self._named(name)
        return tuple(written.property for written in draft.attributes.values()) if draft else ()

    def default(self, resource: Scalar, verb: Verb) -> Draft:
        """Return what requests of a verb write of a resource."""
        attributes = {written.property.key: written for written in self._resources.written(resource, verb)}
        linkages = {linked.linkage.key: linked for linked in self._resources.linked(resource, verb)}
        id_: Presence = "required" if verb == "update" else "absent"
        return Draft(resource, id_, attributes, linkages, has_attributes=bool(attributes))

    def _meant(self, name: Scalar) -> str:
        """Return the name of the form that a reference means, nothing if it is like none."""
        if name.text in self._declared:
            return name.text
        return self._problems.unknown(name.position, "form", name.text, self._declared)

    def _named(self, wanted: Scalar) -> Draft | None:
        name = self._meant(wanted)
        self._used.add(name)
        if not name:
            return None
        if name in self._open:
            self._problems.add(wanted.position, f"form {name!r} extends itself")
            return None
        _, entry = self._declared[name]
        self._open.append(name)
        draft = self._draft(as_mapping(entry.value, entry.key.position), None)
        self._open.pop()
        return draft

    def _draft(self, node: Mapping, default: Draft | None) -> Draft | None:
        base = self._base(node, default)
        if base is None:
            return None
        id_ = text(node, "id", base.id)
        verb: Verb = "update" if id_ == "required" else "create"
        resource = scalar(node, "resource") or base.resource
        attributes = [self._attribute(resource, verb, entry) for entry in entries(node, "attributes")]
        linkages = [self._linkage(resource, entry) for entry in entries(node, "relationships")]
        return Draft(
            resource=resource,
            id=_PRESENCE.get(id_, "absent"),
            attributes={**base.attributes, **self._by_key(attributes)},
            linkages={**base.linkages, **{linked.linkage.key: linked for linked in linkages}},
            meta=self._meta(node) or base.meta,
            has_attributes=base.has_attributes or "attributes" in node,
        )

    def _base(self, node: Mapping, default: Draft | None) -> Draft | None:
        extended = scalar(node, "extends")
        if extended:
            return self._named(extended)
        resource = scalar(node, "resource")
        if resource and "as" in node:
            return self.default(resource, "update" if text(node, "as") == "update" else "create")
        return Draft(resource, "absent") if resource else default

    def _by_key(self, attributes: list[Written]) -> dict[str, Written]:
        by_key: dict[str, Written] = {}
        for written in attributes:
            if written.property.key in by_key:
                self._problems.add(written.position, f"{written.property.key!r} stands twice in this form")
            by_key[written.property.key] = written
        return by_key

    def _attribute(self, resource: Scalar, verb: Verb, entry: Entry) -> Written:
        key, mark = split(entry.key.text)
        if entry.value == _NOTHING:
            written = self._resources.attribute(resource, verb, entry)
        else:
            written = Written(self._types.property_of(key, key, entry.value), entry.key.position)
        return evolve(written, property=marked(written.property, mark))

    def _linkage(self, resource: Scalar, entry: Entry) -> Linked:
        if entry.value == _NOTHING:
            return self._resources.relationship(resource, entry)
        return link(entry, required=flag(as_mapping(entry.value, entry.key.position), "required"))

    def _meta(self, node: Mapping) -> ir.Type | None:
        required, optional = node.get("meta"), node.get("meta?")
        if optional:
            return nullable(self._types.read(optional))
        return self._types.read(required) if required else None


def finished(draft: Draft, scope: Scope, family: str) -> ir.Form:
    """Return the form with the names that its members have in a scope."""
    if draft.meta is not None:
        scope.take("meta", "meta", draft.resource.position)
    attributes = [
        evolve(written.property, name=scope.name(written.property.key, written.position))
        for _, written in sorted(draft.attributes.items())
    ]
    linkages: list[ir.Linkage] = []
    for key, linked in sorted(draft.linkages.items()):
        name = scope.name(key, linked.position, partial(linkage_name, many=linked.linkage.many))
        linkages.append(evolve(linked.linkage, name=name))
    return ir.Form(
        name="",
        family=family,
        summary="",
        type=draft.resource.text,
        id=draft.id,
        attributes=tuple(attributes),
        linkages=tuple(linkages),
        meta=draft.meta,
        has_attributes=draft.has_attributes,
    )
