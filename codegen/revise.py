"""The spec as one revision sees it.

``since`` (inclusive) and ``until`` (exclusive) bound the life of the mapping they stand in; an item of a
list may be ``{value: x, since: …, until: …}``; ``by-revision: {DATE: value}`` stands for the value of the
latest date that is not after the revision; a mapping that holds dates alone stands for nothing, as a key
without a value does, while it is alive. A date may end in ``.pre``: :func:`order` tells which comes first.

What is not alive disappears with its key or its place in the list. The result holds no dates, so that
revising it again changes nothing, and nothing downstream knows that revisions exist.
"""

from __future__ import annotations

import re
from datetime import date

from attrs import evolve

from codegen.tree import Entry, Mapping, Node, Scalar, Sequence, Tree

SINCE = "since"
UNTIL = "until"
VALUE = "value"
BY_REVISION = "by-revision"
BETA = ".pre"


def order(revision: str) -> str:
    """Return what sorts revisions by time: a beta comes right before the stable revision of its date."""
    return f"{revision}~" if revision and not revision.endswith(BETA) else revision


def is_date(text: str) -> bool:
    """Tell whether a text is the date of a revision: a day of the calendar, of a beta with its ending."""
    day = text.removesuffix(BETA)
    if not re.fullmatch("2[0-9]{3}-[0-9]{2}-[0-9]{2}", day):
        return False
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def at(tree: Tree, revision: str) -> Tree:
    """Return the tree of one revision; files that it does not have are left out."""
    alive = ((file, node_at(file.root, revision)) for file in tree.files)
    return Tree(tuple(evolve(file, root=root) for file, root in alive if isinstance(root, Mapping)))


def node_at(node: Node, revision: str) -> Node | None:
    """Return what one revision sees of a node, or None where it sees nothing."""
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Sequence):
        seen = (_item_at(item, revision) for item in node.items)
        return Sequence(tuple(item for item in seen if item is not None), node.position)
    if not _alive(node, revision):
        return None
    choices = node.get(BY_REVISION)
    if choices is not None:
        return _latest(choices, revision)
    kept = [entry for entry in node if entry.key.text not in {SINCE, UNTIL}]
    if node.entries and not kept:
        return Scalar("", node.position)
    pairs = ((entry.key, node_at(entry.value, revision)) for entry in kept)
    return Mapping(tuple(Entry(key, value) for key, value in pairs if value is not None), node.position)


def _alive(node: Mapping, revision: str) -> bool:
    since, until = node.get(SINCE), node.get(UNTIL)
    return not (
        (isinstance(since, Scalar) and order(revision) < order(since.text))
        or (isinstance(until, Scalar) and order(revision) >= order(until.text))
    )


def _latest(choices: Node, revision: str) -> Node | None:
    if not isinstance(choices, Mapping):
        return None
    past = [entry for entry in choices if order(entry.key.text) <= order(revision)]
    if not past:
        return None
    return node_at(max(past, key=lambda entry: order(entry.key.text)).value, revision)


def _item_at(item: Node, revision: str) -> Node | None:
    if isinstance(item, Mapping) and (inner := item.get(VALUE)) is not None:
        return _item_at(inner, revision) if _alive(item, revision) else None
    seen = node_at(item, revision)
    return _item_at(seen, revision) if isinstance(seen, Mapping) and VALUE in seen else seen
