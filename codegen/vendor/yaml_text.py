"""Writes a changed tree back into the text that it was read from.

The text and the tree are compared node by node, and only the entries and items that differ are written
anew: every other line stays as it is. No comment is lost: one at the end of a line stays at the first line
of its entry, one inside of what is written anew moves above it, and one of an entry that goes stays alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise

import yaml
from attrs import define, field, frozen

from codegen.load import LOADER, read
from codegen.problems import Position, Problems
from codegen.schema import Value
from codegen.tree import Entry, Mapping, Node, Sequence
from codegen.vendor.yaml_style import FOLDED, LITERAL, Style, apart, value_of

_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)


def rewritten(text: str, file: str, wanted: Mapping, value: Value | None) -> str:
    """Return the text of a file so that it says what is wanted.

    The text is one that :func:`codegen.load.read` reads without problems; scalars of the wanted tree that
    have a position in the file keep the quotes that they have there.
    """
    old = read(text, file, Problems())
    if old == wanted:
        return text
    root = yaml.compose(text, Loader=LOADER)
    if isinstance(root, yaml.MappingNode) and isinstance(old, Mapping) and not root.flow_style:
        surgeon = _Surgeon(text, file, root)
        surgeon.mapping(root, old, wanted, value)
        text = surgeon.result()
        if not text.endswith("\n") and read(text, file, Problems()) != wanted:
            text += "\n"  # which is part of a text in lines
    else:
        kept = "".join(f"{line}\n" for line in text.splitlines() if line.lstrip().startswith("#"))
        text = kept + "".join(f"{line}\n" for line in Style().block(wanted, 0, value))
    if read(text, file, Problems()) != wanted:
        raise RuntimeError(f"{file} cannot be written as it should be; please report this")
    return text


def comments(text: str) -> list[tuple[int, int]]:
    """Return where the comments of a text begin and end."""
    root = yaml.compose(text, Loader=LOADER)
    return _comments(text, root) if root else []


def _comments(text: str, root: yaml.Node) -> list[tuple[int, int]]:
    spans = [(node.start_mark.index, node.end_mark.index) for node in _scalars(root)]
    spans = [(0, 0), *sorted(spans), (len(text), len(text))]
    return [
        found.span()
        for (_, begin), (end, _) in pairwise(spans)
        for found in _COMMENT.finditer(text, begin, max(begin, end))
    ]


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for part in pair:
                yield from _scalars(part)
    else:
        for item in node.value:
            yield from _scalars(item)


@frozen
class _Spot:
    """An entry or an item: where it begins, where its head (``key:`` or ``-``) ends, where its value ends."""

    start: int
    column: int
    head: int
    end: int
    value: yaml.Node
    is_item: bool = False


@define
class _Surgeon:
    """Collects replacements of parts of a text."""

    _text: str
    _file: str
    _root: yaml.MappingNode
    _comments: list[tuple[int, int]] = field(init=False)
    _style: Style = field(init=False)
    _replaced: list[tuple[int, int, str]] = field(init=False, factory=list[tuple[int, int, str]])

    def __attrs_post_init__(self) -> None:
        quoted: dict[tuple[Position, str], str] = {}
        for node in _scalars(self._root):
            start, end = node.start_mark, node.end_mark
            if node.style in {"'", '"'} and start.line == end.line:
                raw = self._text[start.index : end.index]
                place = Position(self._file, start.line + 1, start.column + 1)
                quoted[place, str(node.value)] = raw
        self._comments = _comments(self._text, self._root)
        self._style = Style(quoted)

    def result(self) -> str:
        """Return the text with all replacements made; of two at one place the first comes first."""
        pieces: list[str] = []
        done = 0
        for start, end, new in sorted(self._replaced, key=lambda one: one[:2]):
            pieces += [self._text[done:start], new]
            done = end
        return "".join([*pieces, self._text[done:]])

    def mapping(self, node: yaml.MappingNode, old: Mapping, wanted: Mapping, value: Value | None) -> None:
        """Change the entries of a mapping in block style."""
        spots = [self._entry_spot(key, inner) for key, inner in node.value]
        keys = [entry.key.text for entry in old]
        names = [entry.key.text for entry in wanted]
        matcher = SequenceMatcher(None, keys, names, autojunk=False)
        for kind, first, last, first_new, last_new in matcher.get_opcodes():
            gone, new = old.entries[first:last], wanted.entries[first_new:last_new]
            if kind == "equal":
                for spot, before, after in zip(spots[first:last], gone, new, strict=True):
                    self._changed(spot, before.value, after.value, value_of(after, value))
            elif self._is_renaming(gone, new):
                for (key, _), entry in zip(node.value[first:last], new, strict=True):
                    name = self._style.scalar(entry.key, None)
                    self._replaced.append((key.start_mark.index, key.end_mark.index, name))
            else:
                column = spots[0].column
                blocks = [self._style.entry(entry, column, value_of(entry, value)) for entry in new]
                self._insert(spots, last, blocks, apart=self._apart(spots, value))
                self._remove(spots, first, last)

    @staticmethod
    def _is_renaming(old: tuple[Entry, ...], new: tuple[Entry, ...]) -> bool:
        return len(old) == len(new) and all(
            before.value == after.value and before.value.position == after.value.position
            for before, after in zip(old, new, strict=True)
        )

    def _sequence(
        self, node: yaml.SequenceNode, old: Sequence, wanted: Sequence, value: Value | None
    ) -> None:
        spots = self._item_spots(node)
        inner = value.items if value else None
        matcher = SequenceMatcher(None, old.items, wanted.items, autojunk=False)
        for kind, first, last, first_new, last_new in matcher.get_opcodes():
            if kind == "equal":
                continue
            both = min(last - first, last_new - first_new)
            for at in range(both):
                self._changed(spots[first + at], old.items[first + at], wanted.items[first_new + at], inner)
            new = wanted.items[first_new + both : last_new]
            blocks = [self._style.item(item, spots[0].column, inner) for item in new]
            self._insert(spots, last, blocks, apart=False)
            self._remove(spots, first + both, last)

    def _changed(self, spot: _Spot, old: Node, wanted: Node, value: Value | None) -> None:
        node = spot.value
        if old == wanted:
            return
        if isinstance(old, Mapping) and isinstance(wanted, Mapping) and isinstance(node, yaml.MappingNode):
            same_first = old.entries[:1] and wanted.entries and old.entries[0].key == wanted.entries[0].key
            kept = any(entry.key.text in wanted for entry in old)
            kept = kept or self._is_renaming(old.entries, wanted.entries)
            if not node.flow_style and kept and (same_first or self._begins_line(node)):
                self.mapping(node, old, wanted, value)
                return
        if (
            isinstance(old, Sequence)
            and isinstance(wanted, Sequence)
            and isinstance(node, yaml.SequenceNode)
            and not node.flow_style
            and wanted.items
            and self._begins_line(node)
        ):
            self._sequence(node, old, wanted, value)
            return
        self._rewrite(spot, wanted, value)

    def _rewrite(self, spot: _Spot, wanted: Node, value: Value | None) -> None:
        start, end = self._line_start(spot.head), self._line_end(spot.end)
        ends = ((spot.head, self._line_end(spot.head)), (spot.end, end))
        behind = [span for span in self._comments if any(a <= span[0] < b for a, b in ends)][:1]
        comment = "".join(f"  {self._text[a:b]}" for a, b in behind)
        lines = self._style.under(
            self._text[start : spot.head],
            wanted,
            spot.column,
            value,
            is_item=spot.is_item,
            reserved=len(comment),
        )
        if any(line.endswith((*LITERAL, FOLDED)) for line in lines):
            end = max(end, self._behind(spot) - 1)  # what is indented below would become part of the text
        inside = [span for span in self._comments if spot.head <= span[0] < end and span not in behind]
        kept = [" " * self._indent(start) + self._text[a:b] for a, b in inside]
        lines[0] += comment
        self._replaced.append((start, min(end, len(self._text)), "\n".join([*kept, *lines])))

    def _insert(self, spots: list[_Spot], at: int, blocks: list[list[str]], *, apart: bool) -> None:
        if not blocks:
            return
        place = self._behind(spots[at - 1]) if at else self._above(spots[0])
        before = self._is_long(spots[at - 1]) if at else None
        lines: list[str] = []
        for block in blocks:
            if before is not None and apart and (before or len(block) > 1):
                lines.append("")
            lines += block
            before = len(block) > 1
        if at < len(spots) and apart and (before or self._is_long(spots[at])):
            lines += [] if self._text[place : place + 1] == "\n" else [""]
        broken = "" if place <= len(self._text) and self._text[:place].endswith("\n") else "\n"
        new = broken + "".join(f"{line}\n" for line in lines)
        self._replaced.append((min(place, len(self._text)), min(place, len(self._text)), new))

    def _remove(self, spots: list[_Spot], first: int, last: int) -> None:
        for spot in spots[first:last]:
            start, end = self._line_start(spot.start), self._line_end(spot.end)
            kept = "".join(
                f"{' ' * spot.column}{self._text[a:b]}\n" for a, b in self._comments if start <= a < end
            )
            following = self._text[end + 1 : end + 2]
            if self._text[:start].endswith("\n\n") and following in {"", "\n"} and not kept:
                start -= 1
            self._replaced.append((start, min(end + 1, len(self._text)), kept))

    # Places in the text

    def _entry_spot(self, key: yaml.Node, value: yaml.Node) -> _Spot:
        mark = key.start_mark
        head = self._text.index(":", key.end_mark.index) + 1
        return _Spot(mark.index, mark.column, head, self._end(value, head), value)

    def _item_spots(self, node: yaml.SequenceNode) -> list[_Spot]:
        column = node.start_mark.column
        spots: list[_Spot] = []
        for item in node.value:
            line = self._line_start(item.start_mark.index)
            while not self._text.startswith("-", line + column) or self._line_end(line) < line + column:
                line = self._line_start(line - 1)
            dash = line + column
            spots.append(_Spot(dash, column, dash + 1, self._end(item, dash + 1), item, is_item=True))
        return spots

    def _end(self, node: yaml.Node, head: int) -> int:
        """Return where the last character of a value ends; behind its head if it has none."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            if isinstance(node, yaml.MappingNode):
                return self._entry_spot(*node.value[-1]).end
            return self._item_spots(node)[-1].end if isinstance(node, yaml.SequenceNode) else head
        start, end = node.start_mark.index, node.end_mark.index
        return max(head, start + len(self._text[start:end].rstrip()))

    def _behind(self, spot: _Spot) -> int:
        """Return the begin of the line behind an entry and the comments that are indented as parts of it."""
        place = behind = self._line_end(spot.end) + 1
        while place < len(self._text):
            line = self._text[place : self._line_end(place)]
            place += len(line) + 1
            if line.strip() and (not line.lstrip().startswith("#") or self._indented(line) <= spot.column):
                break
            behind = place if line.strip() else behind
        return behind

    def _above(self, spot: _Spot) -> int:
        """Return the begin of the first line of an entry and the comments right above it."""
        place = self._line_start(spot.start)
        while place and self._text[self._line_start(place - 1) : place].lstrip().startswith("#"):
            place = self._line_start(place - 1)
        return place

    def _apart(self, spots: list[_Spot], value: Value | None) -> bool:
        """Tell whether long entries have blank lines around them here, as far as the text shows."""
        shown = [
            self._text[: self._above(after)].endswith("\n\n")
            for before, after in pairwise(spots)
            if self._is_long(before) or self._is_long(after)
        ]
        return shown[-1] if shown else apart(value)

    def _is_long(self, spot: _Spot) -> bool:
        return "\n" in self._text[spot.start : spot.end]

    def _begins_line(self, node: yaml.Node) -> bool:
        start = node.start_mark.index
        return not self._text[self._line_start(start) : start].strip()

    def _line_start(self, place: int) -> int:
        return self._text.rfind("\n", 0, place) + 1

    def _line_end(self, place: int) -> int:
        end = self._text.find("\n", place)
        return len(self._text) if end < 0 else end

    def _indent(self, start: int) -> int:
        return self._indented(self._text[start : self._line_end(start)])

    @staticmethod
    def _indented(line: str) -> int:
        return len(line) - len(line.lstrip())
