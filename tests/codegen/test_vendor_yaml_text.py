"""A changed tree goes back into its text, and what did not change stays as it was written."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import yaml
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from codegen.load import LOADER, read
from codegen.problems import Problems
from codegen.schema import Value
from codegen.tree import Entry, Mapping, Node
from codegen.vendor.yaml_style import Style
from codegen.vendor.yaml_text import rewritten
from tests.codegen.written import mapping, plain_nodes, words, written

FILE = "spec/resources/x.yaml"

roots = st.dictionaries(words, plain_nodes, max_size=4).map(mapping)


def tree(text: str, file: str = FILE) -> Mapping:
    """Return the root of a text without problems."""
    problems = Problems()
    root = read(text, file, problems)
    assert not problems.found
    assert isinstance(root, Mapping)
    return root


def comments(text: str) -> Counter[str]:
    """Return the comments of a text that the tests write, each as often as it is there."""
    return Counter(re.findall(r"# (?:above|behind|below|nothing yet)", text))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Return a text as a person may write it."""
    return draw(written(draw(roots)))


@given(st.data())
def test_a_text_says_what_is_wanted(data: st.DataObject) -> None:
    """Whatever it said before, and with all of its comments."""
    text = data.draw(texts())
    wanted = tree(data.draw(texts()), data.draw(st.sampled_from([FILE, ""])))
    new = rewritten(text, FILE, wanted, None)
    assert tree(new) == wanted
    assert comments(new) == comments(text)


@given(texts())
def test_what_is_said_already_stays(text: str) -> None:
    """A text is not made nicer."""
    assert rewritten(text, FILE, tree(text), None) == text


def changed_below(data: st.DataObject, text: str, root: Mapping) -> tuple[Mapping, int, int]:
    """Return the tree with one value changed, and the first and the last line that may change with it."""
    composed = yaml.compose(text, Loader=LOADER)
    assert isinstance(composed, yaml.MappingNode)

    def change(node: Mapping, spots: yaml.MappingNode, end: int) -> tuple[Mapping, int, int]:
        at = data.draw(st.integers(0, len(node.entries) - 1))
        key, value = spots.value[at]
        if at + 1 < len(spots.value):
            end = spots.value[at + 1][0].start_mark.line
        inner, new = node.entries[at].value, data.draw(plain_nodes)
        first, last = key.start_mark.line, end
        if isinstance(value, yaml.MappingNode) and not value.flow_style and data.draw(st.booleans()):
            assert isinstance(inner, Mapping)
            new, first, last = change(inner, value, end)
        entry = Entry(node.entries[at].key, new)
        return evolve(node, entries=(*node.entries[:at], entry, *node.entries[at + 1 :])), first, last

    return change(root, composed, text.count("\n") + 1)


@given(st.data())
def test_other_lines_stay(data: st.DataObject) -> None:
    """What changes lies between the entry's first line and the entry behind it."""
    text = data.draw(texts().filter(lambda text: bool(tree(text).entries) and text != "{}\n"))
    wanted, first, last = changed_below(data, text, tree(text))
    new = rewritten(text, FILE, wanted, None)
    lines = text.splitlines(keepends=True)
    assert new.startswith("".join(lines[:first]))
    assert new.endswith("".join(lines[last:]))


@given(st.dictionaries(words, plain_nodes, min_size=1, max_size=4).map(mapping))
def test_what_is_written_is_read(root: Mapping) -> None:
    """By the parser in C and by the one in Python."""
    text = "".join(f"{line}\n" for line in Style().block(root, 0, None))
    assert tree(text) == root
    loaded = yaml.compose(text, Loader=yaml.SafeLoader)
    assert loaded is not None
    assert said(loaded) == said(yaml.compose(text, Loader=LOADER))


def said(node: yaml.Node | None) -> object:
    """Return what a parser says."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: said(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [said(item) for item in node.value]
    return node.value if isinstance(node, yaml.ScalarNode) else None


def entry(text: str, path: str, value: Node, shape: str = "family") -> str:
    """Return a text in which one entry has another value."""

    def changed(node: Mapping, keys: list[str]) -> Mapping:
        if not keys:
            assert isinstance(value, Mapping)
            return value
        entries = tuple(
            Entry(one.key, changed_value(one.value, keys[1:])) if one.key.text == keys[0] else one
            for one in node
        )
        return evolve(node, entries=entries)

    def changed_value(node: Node, keys: list[str]) -> Node:
        return changed(node, keys) if keys and isinstance(node, Mapping) else value

    return rewritten(text, FILE, changed(tree(text), path.split()), Value(shape=shape))


def flow(text: str) -> Node:
    """Return the node of a YAML text, as if it stood in no file."""
    node = read(text, "", Problems())
    assert node is not None
    return node


@pytest.mark.parametrize(
    ("text", "path", "value", "expected"),
    [
        ("a: b  # why\nc: d\n", "a", "{x: y, z: '1'}", "a: {x: y, z: 1}  # why\nc: d\n"),
        ("a: b", "a", "c", "a: c"),
        ("a:  # why\n  # more\n  - b\nc: d\n", "a", "e", "# more\na: e  # why\nc: d\n"),
        ("a:\n- b\n- c  # why\n", "a", "[b, {c: d}]", "a:\n- b\n- {c: d}  # why\n"),
        ('a: {x: b, y: "it\'s"}\n', "a", '{x: c, y: "it\'s"}', "a: {x: c, y: it's}\n"),
    ],
)
def test_an_entry(text: str, path: str, value: str, expected: str) -> None:
    """Comments stay at their entry, and the end of the file as it was."""
    assert entry(text, path, flow(value)) == expected
