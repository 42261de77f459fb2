"""Trees and texts of YAML in all the ways that a person may write them."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from codegen.problems import Position
from codegen.revise import BY_REVISION, SINCE, UNTIL, VALUE
from codegen.tree import Entry, Mapping, Node, Scalar, Sequence
from codegen.vendor.yaml_style import quotes

PLACE = Position("f", 1, 1)
DATES = ["2024-10-15", "2025-01-15", "2025-07-15", "2026-01-15", "2026-04-15"]

words = st.sampled_from(["a", "b", "c", "d"])
dates = st.sampled_from(DATES)
texts = st.one_of(
    words,
    st.sampled_from(["", "true", "on", "~", "10", "2025-01-15", "x: y", "a, b", "a?", "it's", '"', "# x"]),
    st.sampled_from(["x\ny\n", "x\n  # y\nz", "\n", " x\ny", "x \ny\n", "x\n\ny\n\n"]),
    st.lists(st.sampled_from(["word", "'s", "#", ":", "-", "", "long-one"]), max_size=60).map(" ".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)


def scalar(text: str) -> Scalar:
    """Return a scalar at no particular place."""
    return Scalar(text, PLACE)


def mapping(entries: dict[str, Node]) -> Mapping:
    """Return a mapping at no particular place."""
    return Mapping(tuple(Entry(scalar(key), value) for key, value in entries.items()), PLACE)


def _sequence(items: list[Node]) -> Node:
    return Sequence(tuple(items), PLACE)


def _plain(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.lists(inner, max_size=3).map(_sequence) | st.dictionaries(words, inner, max_size=3).map(mapping)


bounds = st.dictionaries(st.sampled_from([SINCE, UNTIL]), dates.map(scalar), max_size=2)


def dated_lists(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Return a strategy of lists whose items may have lives of their own."""
    item = st.tuples(inner, bounds).map(lambda pair: mapping({VALUE: pair[0], **pair[1]}))
    return st.lists(inner | item, max_size=3).map(_sequence)


def _dated(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    plain = st.dictionaries(words, inner, max_size=3)
    ranged = st.tuples(plain, bounds).map(lambda pair: mapping({**pair[0], **pair[1]}))
    choices = st.tuples(st.dictionaries(dates, inner, min_size=1, max_size=3).map(mapping), bounds)
    chosen = choices.map(lambda pair: mapping({BY_REVISION: pair[0], **pair[1]}))
    return ranged | chosen | dated_lists(inner)


plain_nodes: st.SearchStrategy[Node] = st.recursive(texts.map(scalar), _plain, max_leaves=8)
dated_nodes: st.SearchStrategy[Node] = st.recursive(words.map(scalar), _dated, max_leaves=10)


@st.composite
def written(draw: st.DrawFn, root: Mapping) -> str:
    """Return a text that says what a mapping says: flow or block style, quotes, comments, blank lines."""
    if not root.entries:
        return draw(st.sampled_from(["", "# nothing yet\n", "{}\n"]))
    text = "".join(f"{line}\n" for line in _block(draw, root, 0))
    return text.removesuffix("\n") if draw(st.booleans()) else text


def _block(draw: st.DrawFn, node: Mapping | Sequence, column: int) -> list[str]:
    lines: list[str] = []
    parts = (
        [(f"{_quoted(entry.key.text)}:", entry.value) for entry in node]
        if isinstance(node, Mapping)
        else [("-", item) for item in node.items]
    )
    for head, value in parts:
        above = draw(st.sampled_from([[], [], [], [""], ["# above"], ["", "# above"]]))
        lines += [f"{' ' * column}{line}" if line else "" for line in above]
        lines += _under(draw, f"{' ' * column}{head}", value, column)
        if draw(st.integers(0, 7)) == 0 and not _ends_in_lines(value):
            lines.append(f"{' ' * (column + 2)}# below")
    return lines


def _ends_in_lines(node: Node) -> bool:
    """Tell whether a comment below a node would be part of its last text."""
    if isinstance(node, Scalar):
        return "\n" in node.text
    last = node.items[-1:] if isinstance(node, Sequence) else [entry.value for entry in node][-1:]
    return any(_ends_in_lines(one) for one in last)


def _under(draw: st.DrawFn, head: str, node: Node, column: int) -> list[str]:
    comment = draw(st.sampled_from(["", "", "", "  # behind"]))
    if isinstance(node, Scalar) and node.text in {"x\ny\n", "x\n  # y\nz"}:
        lines = node.text.splitlines()
        return [
            f"{head} |{'' if node.text.endswith(chr(10)) else '-'}",
            *(" " * (column + 2) + one for one in lines),
        ]
    if isinstance(node, Scalar) or not (node.entries if isinstance(node, Mapping) else node.items):
        return [f"{head} {_flow(draw, node)}{comment}"]
    if draw(st.booleans()) and "\n" not in (flow := _flow(draw, node)):
        return [f"{head} {flow}{comment}"]
    deeper = column + draw(st.sampled_from([2, 4]))
    lines = _block(draw, node, deeper)
    if head.endswith("-") and not lines[0].lstrip().startswith("#") and lines[0] and draw(st.booleans()):
        return [head + lines[0][len(head) :], *lines[1:]]
    return [f"{head}{comment}", *lines]


def _flow(draw: st.DrawFn, node: Node) -> str:
    if isinstance(node, Scalar):
        return quotes(node.text) if draw(st.booleans()) else _quoted(node.text)
    if isinstance(node, Sequence):
        return f"[{', '.join(_flow(draw, item) for item in node.items)}]"
    pairs = (f"{_quoted(entry.key.text)}: {_flow(draw, entry.value)}" for entry in node)
    return "{" + ", ".join(pairs) + "}"


def _quoted(text: str) -> str:
    return text if re.fullmatch("[a-z0-9][a-z0-9-]*", text) else quotes(text)
