"""Checks the spec as it is written, dates and all, before any revision is looked at.

Each mapping is compared with the table of :mod:`codegen.schema`; each date with the revisions that
``klaviyo.yaml`` lists. What a name refers to is the parser's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.parse_nodes import UNWRITTEN
from codegen.problems import Problem, Problems, did_you_mean
from codegen.revise import BETA, BY_REVISION, SINCE, UNTIL, VALUE, is_date, order
from codegen.schema import DATE, SHAPES, ScalarKind, Shape, Value
from codegen.tree import Entry, File, Mapping, Node, Scalar, Sequence, Tree

_DATING = (SINCE, UNTIL)
_REMEDY = "write a day of the calendar as YYYY-MM-DD"
_NAMED_OBJECTS = "an object has a name, below 'types'"


def lint(tree: Tree, problems: Problems) -> None:
    """Add what is wrong with the form of the tree to the problems."""
    revisions = revisions_of(tree)
    for file in tree.files:
        _Linter(revisions, problems).file(file)


def revisions_of(tree: Tree) -> tuple[str, ...]:
    """Return the revisions that ``klaviyo.yaml`` lists, oldest first."""
    listed = [file.root.get("revisions") for file in tree.of_kind("klaviyo")]
    found = (entry.key.text for node in listed if isinstance(node, Mapping) for entry in node)
    return tuple(sorted(found, key=order))


def unwritten(tree: Tree) -> tuple[Problem, ...]:
    """Return the places of summaries that wait for a human word."""
    found = (scalar for file in tree.files for scalar in _summaries(file.root) if scalar.text == UNWRITTEN)
    return tuple(
        Problem(one.position, "a summary has yet to be written", "say it in one sentence") for one in found
    )


def _summaries(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _summaries(item)
    elif isinstance(node, Mapping):
        for entry in node:
            if entry.key.text == "summary" and isinstance(entry.value, Scalar):
                yield entry.value
            else:
                yield from _summaries(entry.value)


class _Linter:
    """Walks one file along the table."""

    def __init__(self, revisions: tuple[str, ...], problems: Problems) -> None:
        self._revisions = revisions
        self._problems = problems

    def file(self, file: File) -> None:
        if file.kind == "klaviyo":
            self._revision_dates(file.root)
        self._shape(file.root, SHAPES[file.kind])

    def _value(self, node: Node, value: Value) -> None:
        if isinstance(node, Mapping) and BY_REVISION in node:
            self._by_revision(node, value)
            return
        match node:
            case Scalar() if value.scalar:
                self._scalar(node, value.scalar)
            case Sequence(items) if value.items:
                for item in items:
                    self._item(item, value.items)
            case Mapping() if value.may_be_nothing and node.entries and not _undated(node):
                self._range(node)
            case Mapping() if value.shape:
                self._shape(node, SHAPES[value.shape])
            case Mapping() if value.entries:
                self._range(node)
                for entry in _undated(node):
                    self._value(entry.value, value.entries)
            case _:
                self._problems.add(node.position, f"{_described(node)} where {_expected(value)} belongs")

    def _scalar(self, node: Scalar, kind: ScalarKind) -> None:
        if re.fullmatch(kind.pattern, node.text) and (kind.name != DATE or is_date(node.text)):
            return
        what = f"{_described(node)} where {kind.name} belongs"
        self._problems.add(node.position, what, did_you_mean(node.text, kind.words))

    def _item(self, item: Node, value: Value) -> None:
        if isinstance(item, Mapping) and VALUE in item:
            self._range(item)
            for entry in _undated(item):
                if entry.key.text == VALUE:
                    self._item(entry.value, value)
                else:
                    self._problems.unknown(entry.key.position, "key", entry.key.text, (VALUE, *_DATING))
        else:
            self._value(item, value)

    def _by_revision(self, node: Mapping, value: Value) -> None:
        self._range(node)
        for entry in _undated(node):
            if entry.key.text != BY_REVISION:
                self._problems.add(entry.key.position, f"{entry.key.text!r} beside {BY_REVISION!r}")
            elif isinstance(entry.value, Mapping):
                if not entry.value.entries:
                    self._problems.add(entry.value.position, f"{BY_REVISION!r} without dates")
                for choice in entry.value:
                    self._date(choice.key)
                    self._value(choice.value, value)
            else:
                self._problems.add(entry.value.position, f"{BY_REVISION!r} takes dates with values")

    def _shape(self, node: Mapping, shape: Shape) -> None:
        self._range(node)
        for entry in _undated(node):
            key = shape.key(entry.key.text)
            if key is None:
                known = (*(key.name for key in shape.keys), *_DATING)
                remedy = _NAMED_OBJECTS if entry.key.text == "properties" else ""
                self._problems.unknown(entry.key.position, "key", entry.key.text, known, otherwise=remedy)
            else:
                self._value(entry.value, key.value)
        for key in shape.keys:
            if key.required and key.name not in node:
                self._problems.add(node.position, f"missing key {key.name!r}")
        self._one_of(node, shape)

    def _one_of(self, node: Mapping, shape: Shape) -> None:
        if not shape.one_of:
            return
        notations = " or ".join("/".join(sorted(notation)) for notation in shape.one_of)
        present = frozenset(entry.key.text for entry in node) & shape.choices
        if not present:
            if all(shape.key(entry.key.text) for entry in _undated(node)):  # else that is the mistake
                self._problems.add(node.position, f"missing key: {notations}")
        elif not any(present <= notation for notation in shape.one_of):
            together = ", ".join(repr(key) for key in sorted(present))
            self._problems.add(node.position, f"keys that exclude each other: {together}", f"use {notations}")

    def _range(self, node: Mapping) -> None:
        since, until = (self._bound(node, key) for key in _DATING)
        if since and until and order(since.text) >= order(until.text):
            self._problems.add(since.position, f"{SINCE} {since.text} is not before {UNTIL} {until.text}")

    def _bound(self, node: Mapping, key: str) -> Scalar | None:
        bound = node.get(key)
        if bound is None:
            return None
        if isinstance(bound, Scalar) and self._date(bound):
            return bound
        if not isinstance(bound, Scalar):
            self._problems.add(bound.position, f"{key!r} takes a date")
        return None

    def _date(self, node: Scalar) -> bool:
        if not is_date(node.text):
            self._problems.add(node.position, f"bad date {node.text!r}", _REMEDY)
            return False
        if node.text not in self._revisions:
            self._problems.unknown(node.position, "revision", node.text, self._revisions)
            return False
        return True

    def _revision_dates(self, root: Mapping) -> None:
        revisions = root.get("revisions")
        for entry in revisions if isinstance(revisions, Mapping) else ():
            if not is_date(entry.key.text):
                self._problems.add(entry.key.position, f"bad date {entry.key.text!r}", _REMEDY)
            elif isinstance(entry.value, Mapping):
                self._life(entry.key, entry.value)

    def _life(self, revision: Scalar, node: Mapping) -> None:
        """Check what a revision says of itself: a beta has no announced end, and is never kept."""
        beta = revision.text.endswith(BETA)
        for key in ("default", "committed") if beta else ():
            if key in node:
                self._problems.add(revision.position, f"a beta is never {key!r}", "it is rendered on demand")
        for key in () if beta else ("deprecated", "retired"):
            if key not in node:
                self._problems.add(node.position, f"missing key {key!r}")


def _undated(node: Mapping) -> list[Entry]:
    return [entry for entry in node if entry.key.text not in _DATING]


def _described(node: Node) -> str:
    if isinstance(node, Scalar):
        return repr(node.text) if node.text else "nothing"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def _expected(value: Value) -> str:
    ways = (
        (value.scalar is not None, value.scalar.name if value.scalar else ""),
        (value.items is not None, "a list"),
        (bool(value.shape or value.entries), "a mapping"),
    )
    return " or ".join(name for there, name in ways if there)
