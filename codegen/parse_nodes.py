"""Reads plain values out of the tree.

A node of the wrong kind reads as nothing: the table of :mod:`codegen.schema` has reported it already.
"""

from __future__ import annotations

import re

from codegen.problems import Position
from codegen.tree import Entry, Mapping, Node, Scalar, Sequence

UNWRITTEN = "~"
"""What stands in the place of a summary that somebody has yet to write."""

_CONSTANT = "="


def as_mapping(node: Node | None, position: Position) -> Mapping:
    """Return the node if it is a mapping, else an empty one."""
    return node if isinstance(node, Mapping) else Mapping((), position)


def entries(node: Mapping, key: str) -> tuple[Entry, ...]:
    """Return the entries of the mapping under a key."""
    return as_mapping(node.get(key), node.position).entries


def scalar(node: Mapping, key: str) -> Scalar | None:
    """Return the scalar under a key."""
    value = node.get(key)
    return value if isinstance(value, Scalar) and value.text else None


def text(node: Mapping, key: str, default: str = "") -> str:
    """Return the text under a key."""
    value = scalar(node, key)
    return value.text if value else default


def summary(node: Mapping, name: str) -> str:
    """Return what a node says of itself; where it says nothing yet, its name in words."""
    said = text(node, "summary")
    if said not in {"", UNWRITTEN}:
        return said
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Za-z][a-z0-9]*", name)
    spoken = " ".join(word if word.isupper() else word.lower() for word in words)
    return f"{spoken[:1].upper()}{spoken[1:]}."


def flag(node: Mapping, key: str, *, default: bool = False) -> bool:
    """Return whether the text under a key is ``true``."""
    value = scalar(node, key)
    return value.text == "true" if value else default


def whole(node: Mapping, key: str) -> int | None:
    """Return the whole number under a key."""
    value = scalar(node, key)
    return whole_number(value.text) if value else None


def whole_number(word: str) -> int | None:
    """Return the number that a word tells; None for others, and for longer ones than anybody means."""
    return int(word) if re.fullmatch("-?[0-9]{1,18}", word) else None


def scalars(node: Mapping, key: str) -> tuple[Scalar, ...]:
    """Return the scalars of the list under a key; a scalar is a list of one."""
    value = node.get(key)
    items = value.items if isinstance(value, Sequence) else (value,)
    return tuple(item for item in items if isinstance(item, Scalar))


def texts(node: Mapping, key: str) -> tuple[str, ...]:
    """Return the texts of the list under a key."""
    return tuple(item.text for item in scalars(node, key))


def split(key: str) -> tuple[str, str]:
    """Return a member's name and its mark: ``?`` may be absent or null, ``~`` may be absent."""
    return (key[:-1], key[-1]) if key[-1:] in {"?", "~"} else (key, "")


def constant(word: str) -> str | int | bool | None:
    """Return what a type such as ``=button``, ``=true`` or ``=0`` is the only value of; None for others."""
    if not re.fullmatch(rf"{_CONSTANT}\S+", word):
        return None
    value = word.removeprefix(_CONSTANT)
    if value in {"true", "false"}:
        return value == "true"
    number = whole_number(value)
    return value if number is None else number


def constant_word(value: object) -> str:
    """Return the word for a type with this value only, if any word means that: see :func:`constant`."""
    return _CONSTANT + (str(value).lower() if isinstance(value, bool) else str(value))
