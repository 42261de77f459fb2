"""Reads what the query of an operation accepts: filters, sort keys, paging, sparse fieldsets.

Which members ``fields[type]`` names is derived: every path through the objects of the attributes that the
operation shows, where a list ends a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import assert_never

from codegen import ir
from codegen.names import Scope, filter_name
from codegen.parse_nodes import as_mapping, entries, flag, scalar, scalars, text, texts, whole
from codegen.parse_types import Types
from codegen.problems import Problems
from codegen.tree import Mapping, Node, Scalar

OPERATORS = frozenset(
    {
        "any",
        "contains",
        "contains-all",
        "contains-any",
        "ends-with",
        "equals",
        "greater-or-equal",
        "greater-than",
        "has",
        "less-or-equal",
        "less-than",
        "starts-with",
    }
)
_VALUELESS = frozenset({"has"})

_COMPARED = ir.Text | ir.Choice | ir.Instant | ir.Day | ir.Flag | ir.Whole | ir.Real | None
"""The types that a filter compares with; None where no operator takes a value."""


class Queries:
    """Reads the query parameters of operations."""

    def __init__(self, types: Types, tiers: Mapping, problems: Problems) -> None:
        self._types = types
        self._tiers = tiers
        self._problems = problems

    def filtering(self, node: Mapping, what: str) -> ir.Filtering | None:
        """Return what ``filter`` accepts, or None where the operation has no such parameter."""
        scope = Scope(f"the filters of {what}", self._problems)
        fields: list[ir.FilterField] = []
        keys = {entry.key.text for entry in entries(node, "filter")}
        for entry in entries(node, "filter"):
            for outer in keys & set(_above(entry.key.text)):
                self._problems.add(entry.key.position, f"{outer!r} is a filter field, and has none below it")
            scope.name(entry.key.text, entry.key.position, filter_name)
            fields.append(self._field(entry.key, entry.value))
        if not fields:
            return None
        fields.sort(key=lambda found: found.key)
        return ir.Filtering(tuple(fields), flag(node, "filter-required"), text(node, "filter-header"))

    def limit(self, node: Mapping) -> ir.RateLimit | None:
        """Return the rate limit that a tier's name or a text such as ``3/s 60/m`` tells."""
        limit = scalar(node, "limit")
        if limit is None:
            return None
        tier = scalar(self._tiers, limit.text)
        spelled = tier or limit
        found = re.fullmatch(r"([0-9]{1,9})/s ([0-9]{1,9})/m(?: ([0-9]{1,9})/d)?", spelled.text)
        if found is None:
            tiers = ", ".join(entry.key.text for entry in self._tiers)
            what = f"unknown rate limit {spelled.text!r}"
            self._problems.add(limit.position, what, f"write one of {tiers}, or numbers as in '3/s 60/m'")
            return None
        burst, steady, daily = (int(number or 0) for number in found.groups())
        return ir.RateLimit(burst, steady, daily)

    def paging(self, node: Mapping, *, fixed_sizes: bool) -> ir.Paging | None:
        """Return how the operation cuts its collection into pages, or None where it does not.

        ``fixed_sizes`` tells that collections of pages of a fixed size offer that size as the largest one.
        """
        pages = node.get("pages")
        if pages is None:
            return None
        known = as_mapping(pages, pages.position)
        cursor = flag(known, "cursor", default=True)
        fixed, default, maximum = whole(known, "fixed"), whole(known, "default"), whole(known, "maximum")
        if fixed is not None and fixed_sizes:
            return ir.Paging(cursor, fixed, 1, fixed)
        if fixed is not None or not known.entries:
            return ir.Paging(cursor, fixed, None, None)
        minimum = whole(known, "minimum") or 1
        if default is None or maximum is None or not minimum <= default <= maximum:
            what = "sized pages have a default between their minimum and their maximum"
            self._problems.add(known.position, what, "or write 'cursor' or 'fixed'")
        return ir.Paging(cursor, default, minimum, maximum)

    def sort(self, node: Mapping) -> tuple[str, ...]:
        """Return what ``sort`` accepts: every key, rising and falling."""
        return tuple(word for key in sorted(texts(node, "sort")) for word in (key, f"-{key}"))

    def _field(self, key: Scalar, node: Node) -> ir.FilterField:
        if isinstance(node, Scalar):
            words = node.text.split()
            type_name = "" if words and words[0] in OPERATORS else (words or [""])[0]
            operators = [Scalar(word, node.position) for word in words if word is not type_name]
            type_ = self._types.read(Scalar(type_name, node.position)) if type_name else None
        else:
            known = as_mapping(node, key.position)
            operators = list(scalars(known, "operators"))
            type_ = self._types.read(known) if "type" in known or "enum" in known else None
        for operator in operators:
            if operator.text not in OPERATORS:
                self._problems.unknown(operator.position, "operator", operator.text, OPERATORS)
        if type_ is None and any(operator.text not in _VALUELESS for operator in operators):
            self._problems.add(key.position, f"filter field {key.text!r} has no type")
        if not isinstance(type_, _COMPARED):
            what = f"filter field {key.text!r} has a type that nothing is compared with"
            self._problems.add(key.position, what, "use a text, a number, a boolean or a time")
            type_ = ir.Text()
        return ir.FilterField(key.text, type_, tuple(sorted({operator.text for operator in operators})))


def _above(path: str) -> Iterator[str]:
    """The fields that a dotted path leads through."""
    *outer, _ = path.split(".")
    return accumulate(outer, "{}.{}".format)


class Fieldsets:
    """Derives which members an operation's sparse fieldsets name."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def shown(self, resource: ir.Resource, operation: str, *, primary: bool) -> list[ir.Attribute]:
        """Return the attributes of a resource that an operation shows, as primary data or included."""
        return [
            attribute
            for attribute in resource.attributes
            if not attribute.only_in or (primary and operation in attribute.only_in)
        ]

    def paths(self, attributes: Iterable[ir.Attribute]) -> tuple[str, ...]:
        """Return the dotted paths of all members of some attributes, sorted."""
        found = {
            path for attribute in attributes for path in self._below(attribute.property, "", frozenset())
        }
        return tuple(sorted(found))

    def _below(self, member: ir.Property, prefix: str, inside: frozenset[str]) -> Iterator[str]:
        path = f"{prefix}{member.key}"
        yield path
        for name in _objects(member.type) - inside:
            for inner in self._types.value(name).properties:
                yield from self._below(inner, f"{path}.", inside | {name})


def _objects(type_: ir.Type) -> frozenset[str]:
    """Return the names of the value objects whose members a path may go on to."""
    match type_:
        case ir.Ref(name):
            return frozenset({name})
        case ir.Nullable(inner):
            return _objects(inner)
        case ir.OneOf(members):
            return frozenset(name for member in members for name in _objects(member))
        case (
            ir.Text()
            | ir.Whole()
            | ir.Real()
            | ir.Flag()
            | ir.Instant()
            | ir.Day()
            | ir.Json()
            | ir.JsonObject()
            | ir.Choice()
            | ir.ListOf()
            | ir.Nested()
        ):
            return frozenset()
    assert_never(type_)
