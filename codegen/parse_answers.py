"""Derives what the success of an operation carries: its statuses, its data, and what stands around it.

The rules that hold for every answer of a revision are the ``envelope`` of ``klaviyo.yaml``.
"""

from __future__ import annotations

import re
from typing import Literal

from attrs import frozen

from codegen import ir
from codegen.parse_nodes import as_mapping, flag, scalar, text, texts, whole_number
from codegen.problems import Problems
from codegen.tree import Mapping, Scalar

Method = Literal["GET", "POST", "PATCH", "DELETE"]

METHODS: dict[str, Method] = {"get": "GET", "post": "POST", "patch": "PATCH", "delete": "DELETE"}

_STATUSES: dict[Method, int] = {"GET": 200, "POST": 201, "PATCH": 200, "DELETE": 204}
_HIDDEN: tuple[Literal["attributes", "relationships"], ...] = ("attributes", "relationships")


@frozen
class Target:
    """The primary data of an answer; a rule tells whether it may be null where nothing else does."""

    type: Scalar
    many: bool
    identifiers: bool
    nullable: bool | None


def route(node: Mapping) -> tuple[Method, Scalar] | None:
    """Return the method and the path of an operation."""
    for key, method in METHODS.items():
        path = scalar(node, key)
        if path:
            return method, path
    return None


def target(node: Mapping, default: Scalar | None, problems: Problems) -> Target | None:
    """Return the primary data of an operation's answer, or None where it has no body.

    ``default`` is the first resource of the family.
    """
    said = node.get("answer")
    found = route(node)
    if found is None or (isinstance(said, Scalar) and said.text == "none"):
        return None
    method, path = found
    if isinstance(said, Mapping):
        ruled = method == "GET" and bool(re.search(r"\}/", path.text))
        return _said(said, ruled=ruled)
    if method == "DELETE" or "identifiers" in node:
        return None
    if default is None:
        problems.add(node.position, "the family has no resource to answer", "write 'answer'")
        return None
    if method == "GET" and not re.fullmatch(r"[^{}]*(/\{\w+\})?", path.text):
        problems.add(path.position, f"no rule tells what {path.text!r} answers", "write 'answer'")
    many = method == "GET" and not path.text.endswith("}")
    return Target(default, many, identifiers=False, nullable=False)


def _said(node: Mapping, *, ruled: bool) -> Target | None:
    for key in ("one", "many", "id", "ids"):
        type_ = scalar(node, key)
        if type_:
            many = key in {"many", "ids"}
            nullable = None if ruled and not many and "nullable" not in node else flag(node, "nullable")
            return Target(type_, many, key in {"id", "ids"}, nullable)
    return None


def statuses(node: Mapping, method: Method) -> tuple[int, ...]:
    """Return the statuses of success, in rising order."""
    said = sorted(filter(None, {whole_number(status) for status in texts(node, "status")}))
    if said:
        return tuple(said)
    return (204,) if "identifiers" in node else (_STATUSES[method],)


class Envelope:
    """The rules of one revision for what stands around the primary data."""

    def __init__(self, node: Mapping) -> None:
        self._links = as_mapping(node.get("links"), node.position)
        self._linkage = as_mapping(node.get("linkage"), node.position)
        self._included_relationships = flag(node, "included-relationships")
        self._sparse_ids = flag(node, "sparse-ids")
        self._nullable_related = flag(node, "nullable-related")
        self.fixed_sizes = flag(node, "fixed-sizes")
        self._sparse = frozenset(
            METHODS[method] for method in texts(node, "sparse-fields") if method in METHODS
        )

    def sparse(self, method: Method) -> bool:
        """Tell whether operations of a method offer sparse fieldsets."""
        return method in self._sparse

    def members(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        """Return what a sparse fieldset names: the paths of attributes, and the id where it is one."""
        return tuple(sorted({*paths, "id"})) if self._sparse_ids else paths

    def answer(
        self, node: Mapping, method: Method, found: Target | None, resource: ir.Resource | None
    ) -> ir.Answer:
        """Return the answer of an operation; the resource is what its primary data is."""
        if found is None or resource is None:
            return ir.Answer(statuses(node, method), "", False, False, (), (), (), False)
        kind = "one" if not found.many else "identifiers" if found.identifiers else "many"
        include = frozenset(texts(node, "include"))
        targets = {link.target for link in resource.relationships if link.key in include}
        return ir.Answer(
            statuses=statuses(node, method),
            type=resource.type,
            many=found.many,
            identifiers=found.identifiers,
            links=texts(self._links, kind),
            included=tuple(sorted(targets)),
            linked=() if found.identifiers else self._linked(node, method, resource),
            nullable=self._nullable_related if found.nullable is None else found.nullable,
            hidden=tuple(member for member in _HIDDEN if member in texts(node, "hidden")),
            included_relationships=self._included_relationships and bool(targets),
        )

    def _linked(self, node: Mapping, method: Method, resource: ir.Resource) -> tuple[str, ...]:
        if "relationships" in texts(node, "hidden"):
            return ()
        every = text(self._linkage, "get" if method == "GET" else "write") == "all" or resource.always_linked
        named = frozenset((*texts(node, "include"), *texts(node, "linked")))
        return tuple(link.key for link in resource.relationships if every or link.key in named)
