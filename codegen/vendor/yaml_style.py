"""The style of the spec's YAML: how a node is written that nobody has written yet.

What has names of its own (attributes, properties, operations) stands in lines below its key; anything else
stands in one line while it fits. Quotes are only where YAML needs them, or where an editor would take a
text for a number or a truth value that the schema does not allow there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from textwrap import wrap

from attrs import field, frozen

from codegen.problems import Position
from codegen.revise import BY_REVISION, SINCE, UNTIL, VALUE
from codegen.schema import DATE_KIND, ScalarKind, Value
from codegen.tree import Entry, Mapping, Node, Scalar, Sequence

WIDTH = 110
STEP = 2
# What stands before a text in lines: as it is (without and with a line break at its end), or wrapped.
LITERAL = ("|-", "|")
FOLDED = ">-"
LONG = 8  # words from which on a list that fits no line is wrapped, not written word by word

_IN_LINES = frozenset(
    {"klaviyo", "maton", "family", "types", "envelope", "resource", "form", "composition"}
    | {"operation", "gateway operation"}
)
_APART = frozenset({"resource", "named type", "form", "operation", "composition"})
_FILES = frozenset({"family", "types", "klaviyo", "maton"})

_JSON_TYPES = (
    ("boolean", re.compile(r"true|false", re.IGNORECASE)),
    ("null", re.compile(r"null", re.IGNORECASE)),
    ("integer", re.compile(r"[-+]?\d+|0x[\da-fA-F]+|0o[0-7]+")),
    ("number", re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?|[-+]?\.inf|\.nan", re.IGNORECASE)),
)
_FIRST = "!&*|>%@`'\"#,[]{}"
_FIRST_BEFORE_SPACE = "-?:"
_FLOW = ",[]{}?"
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


@frozen
class Style:
    """How nodes are written in one file; the quotes that texts have at places of it are kept."""

    quoted: MappingOf[tuple[Position, str], str] = field(factory=dict[tuple[Position, str], str])

    def entry(self, entry: Entry, column: int, value: Value | None) -> list[str]:
        """Return the lines of an entry of a mapping that begins in a column (from 0)."""
        head = f"{' ' * column}{self.scalar(entry.key, None)}:"
        return self.under(head, entry.value, column, value)

    def item(self, node: Node, column: int, value: Value | None) -> list[str]:
        """Return the lines of an item of a list that begins in a column (from 0)."""
        return self.under(" " * column + "-", node, column, value, is_item=True)

    def under(
        self,
        head: str,
        node: Node,
        column: int,
        value: Value | None,
        *,
        is_item: bool = False,
        reserved: int = 0,
    ) -> list[str]:
        """Return the lines of a head (``key:`` or ``-``) and of its value; some columns may be reserved."""
        inline = self.inline(node, value, item=is_item)
        fits = len(head) + 1 + len(inline) + reserved <= WIDTH and not in_lines(node, value)
        if isinstance(node, Scalar) and not fits and (lines := _text_in_lines(node.text, column + STEP)):
            return [f"{head} {lines[0]}", *lines[1:]]
        if fits or isinstance(node, Scalar) or inline in {"{}", "[]"}:
            return [f"{head} {inline}" if inline else head]
        lines = self.block(node, column + STEP, value)
        return [f"{head} {lines[0].lstrip()}", *lines[1:]] if is_item else [head, *lines]

    def block(self, node: Mapping | Sequence, column: int, value: Value | None) -> list[str]:
        """Return the lines of a list or a mapping in block style; it has at least one element."""
        if isinstance(node, Sequence):
            inner = value.items if value else None
            if len(node.items) >= LONG and all(isinstance(item, Scalar) for item in node.items):
                return self.wrapped(node, column, inner)
            return [line for item in node.items for line in self.item(item, column, inner)]
        lines: list[str] = []
        before: list[str] = []
        for entry in node:
            after = self.entry(entry, column, value_of(entry, value))
            if before and apart(value) and (len(before) > 1 or len(after) > 1):
                lines.append("")
            lines += after
            before = after
        return lines

    def wrapped(self, node: Sequence, column: int, inner: Value | None) -> list[str]:
        """Return the lines of a long list of words in flow style."""
        lines: list[str] = []
        line = " " * column + "["
        for number, item in enumerate(node.items, 1):
            word = self.inline(item, inner, item=True, flow=True) + ("," if number < len(node.items) else "]")
            if len(line) + len(word) + 1 > WIDTH:
                lines.append(line.rstrip())
                line = " " * (column + 1)
            line += f"{word} "
        return [*lines, line.rstrip()]

    def inline(self, node: Node, value: Value | None, *, item: bool = False, flow: bool = False) -> str:
        """Return a node in flow style; empty where nothing needs to be written."""
        if isinstance(node, Scalar):
            kind = value.scalar if value else None
            return self.scalar(node, kind, flow=flow, item=item)
        if isinstance(node, Sequence):
            inner = value.items if value else None
            return f"[{', '.join(self.inline(one, inner, item=True, flow=True) for one in node.items)}]"
        pairs = (
            f"{self.scalar(entry.key, None, flow=True)}: "
            + self.inline(entry.value, value_of(entry, value), flow=True)
            for entry in node
        )
        return "{" + ", ".join(pairs) + "}"

    def scalar(self, node: Scalar, kind: ScalarKind | None, *, flow: bool = False, item: bool = False) -> str:
        """Return a scalar as it was quoted, or with the quotes that it needs."""
        text = node.text
        if (node.position, text) in self.quoted:
            return self.quoted[node.position, text]
        if not text:
            nothing = not item and (kind is None or "null" in kind.json)
            return "" if nothing else '""'
        bent = kind is not None and not node.position.file and _is_bent(text, kind)
        return text if not bent and _is_plain(text, flow=flow) else quotes(text)


def value_of(entry: Entry, value: Value | None) -> Value | None:
    """Return what may stand under a key, the notations of dates included."""
    if entry.key.text in {SINCE, UNTIL} or value is None:
        return None
    if entry.key.text == BY_REVISION:
        return Value(scalar=DATE_KIND, entries=value)  # a scalar tells it from what has names of its own
    return value if entry.key.text == VALUE and not value.under(VALUE) else value.under(entry.key.text)


def in_lines(node: Node, value: Value | None) -> bool:
    """Tell whether a node stands in lines below its key even if it would fit into one."""
    if isinstance(node, Scalar):
        return "\n" in node.text
    if isinstance(node, Sequence):
        return any(in_lines(item, value.items if value else None) for item in node.items)
    dated = BY_REVISION in node or all(entry.key.text in {SINCE, UNTIL} for entry in node)
    if value and node.entries and not dated:
        named = value.shape == "named type" and "summary" in node
        if (value.entries and not value.scalar) or value.shape in _IN_LINES or named:
            return True
    return any(in_lines(entry.value, value_of(entry, value)) for entry in node)


def apart(value: Value | None) -> bool:
    """Tell whether the entries of a mapping that take several lines have blank lines between them."""
    if value is None:
        return False
    return value.shape in _FILES or (value.entries is not None and value.entries.shape in _APART)


def quotes(text: str) -> str:
    """Return a text in quotes: single ones if that spares escapes, else double ones."""
    if text.isprintable() and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _is_bent(text: str, kind: ScalarKind) -> bool:
    name = next((name for name, pattern in _JSON_TYPES if pattern.fullmatch(text)), "string")
    return name not in kind.json and not (name == "integer" and "number" in kind.json)


def _is_plain(text: str, *, flow: bool) -> bool:
    if not text.isprintable() or text != text.strip() or text.startswith(("---", "...")):
        return False
    if text[0] in _FIRST or (text[0] in _FIRST_BEFORE_SPACE and text[1:2] in {"", " "}):
        return False
    if ": " in text or " #" in text or text.endswith(":"):
        return False
    return not (
        flow and (any(character in _FLOW for character in text) or text[0] in _FIRST_BEFORE_SPACE[1:])
    )


def _text_in_lines(text: str, column: int) -> list[str]:
    """Return a text as a block of lines, behind its sign; nothing where YAML would change the text."""
    if "\n" in text:
        sign = LITERAL[text.endswith("\n")]
        lines = text.removesuffix("\n").split("\n")
        same = bool(lines[0] and lines[-1])
    else:
        sign = FOLDED
        lines = wrap(text, WIDTH - column, break_long_words=False, break_on_hyphens=False)
        same = " ".join(lines) == text and len(lines) > 1
    clean = all(line.isprintable() and line == line.rstrip() for line in lines)
    if not same or not clean or lines[0] != lines[0].lstrip():
        return []
    return [sign, *(" " * column + line if line else "" for line in lines)]
