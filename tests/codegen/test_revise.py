"""The laws of looking at a spec from one revision."""

from __future__ import annotations

import pytest
from hypothesis import example, given

from codegen.load import read
from codegen.problems import Problems
from codegen.revise import BY_REVISION, SINCE, UNTIL, VALUE, at, node_at
from codegen.tree import Entry, File, Mapping, Node, Scalar, Sequence, Tree
from tests.codegen.written import PLACE, dated_nodes, dates, mapping, plain_nodes, scalar

DATING = frozenset({SINCE, UNTIL, VALUE, BY_REVISION})


def yaml(text: str) -> Node:
    """Return the node of a YAML text."""
    node = read(text, "f", Problems())
    assert node is not None
    return node


def without_the_dead(node: Node, revision: str) -> Node | None:
    """Return the tree without the mappings that are not alive at a revision, the dates of others kept."""
    if isinstance(node, Sequence):
        items = (without_the_dead(item, revision) for item in node.items)
        return Sequence(tuple(item for item in items if item is not None), PLACE)
    if isinstance(node, Mapping):
        bounds = [node.get(key) for key in (SINCE, UNTIL)]
        since, until = (bound.text if isinstance(bound, Scalar) else "" for bound in bounds)
        if revision < since or (until and revision >= until):
            return None
        choices = node.get(BY_REVISION)
        if isinstance(choices, Mapping):
            past = [entry for entry in choices if entry.key.text <= revision]
            latest = sorted(past, key=lambda entry: entry.key.text)[-1:]
            return mapping({BY_REVISION: Mapping(tuple(latest), PLACE)})
        kept = ((entry.key, without_the_dead(entry.value, revision)) for entry in node)
        alive = Mapping(tuple(Entry(key, value) for key, value in kept if value is not None), PLACE)
        if VALUE in node and VALUE not in alive:
            return None
        has_lost_all = len(node.entries) > len(alive.entries) and all(
            entry.key.text in DATING for entry in alive
        )
        return mapping({}) if has_lost_all else alive  # dates alone would stand for a key without a value
    return node


def mentions_dates(node: Node) -> bool:
    """Tell whether a notation of dates is left anywhere."""
    if isinstance(node, Sequence):
        return any(mentions_dates(item) for item in node.items)
    if isinstance(node, Mapping):
        return any(entry.key.text in DATING or mentions_dates(entry.value) for entry in node)
    return False


@given(plain_nodes, dates)
def test_a_tree_without_dates_is_the_same_at_every_revision(node: Node, revision: str) -> None:
    """Identity on undated trees."""
    assert node_at(node, revision) == node


@given(dated_nodes, dates, dates)
def test_revising_twice_is_revising_once(node: Node, revision: str, other: str) -> None:
    """Nothing is left to revise, at the same revision or at another."""
    seen = node_at(node, revision)
    if seen is not None:
        assert node_at(seen, other) == seen


@given(dated_nodes, dates)
def test_no_dates_are_left(node: Node, revision: str) -> None:
    """Nothing downstream can tell that revisions exist."""
    seen = node_at(node, revision)
    assert seen is None or not mentions_dates(seen)


@given(dated_nodes, dates)
@example(yaml("{a: {since: 2025-01-15}, since: 2024-10-15}"), "2024-10-15")
def test_only_what_is_alive_counts(node: Node, revision: str) -> None:
    """What is dead at a revision may be removed from the spec without changing the revision."""
    alive = without_the_dead(node, revision)
    assert (None if alive is None else node_at(alive, revision)) == node_at(node, revision)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("{a: {b: c, since: 2025-01-15}}", "{}", "{a: {b: c}}"),
        ("{a: {b: c, until: 2025-01-15}}", "{a: {b: c}}", "{}"),
        ("{a: {since: 2024-10-15, until: 2025-01-15}}", "{a: }", "{}"),
        ("{a: {since: 2025-01-15}}", "{}", "{a: }"),
        ("[a, {value: b, since: 2025-01-15}, {c: d, until: 2025-01-15}]", "[a, {c: d}]", "[a, b]"),
        ("{a: {by-revision: {2024-10-15: b, 2025-01-15: [c]}}}", "{a: b}", "{a: [c]}"),
        ("{a: {by-revision: {2025-01-15: b}}}", "{}", "{a: b}"),
        ("[{by-revision: {2024-10-15: {value: a}, 2025-01-15: b}}]", "[a]", "[b]"),
        ("[{value: {by-revision: {2025-01-15: a}}}]", "[]", "[a]"),
        ("{a: {value: b}}", "{a: {value: b}}", "{a: {value: b}}"),
    ],
)
def test_the_notations(text: str, old: str, new: str) -> None:
    """Each notation at the revision before 2025-01-15 and at that one."""
    assert (node_at(yaml(text), "2024-10-15"), node_at(yaml(text), "2025-01-15")) == (yaml(old), yaml(new))


def test_a_file_has_a_life_too() -> None:
    """A file whose root is not alive is no file of the revision."""
    root = mapping({SINCE: scalar("2025-01-15"), "a": scalar("b")})
    tree = Tree((File("family", "x", "spec/resources/x.yaml", root),))
    assert at(tree, "2024-10-15") == Tree(())
    [file] = at(tree, "2025-01-15").files
    assert file.root == mapping({"a": scalar("b")})
