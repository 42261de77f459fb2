"""Edits of a dated tree: from one revision on something else is seen, and before it nothing changes.

What a node says of each revision is a row of segments, each of one date to another. An edit cuts the
segment that its date falls into; what a later date says stays. The row is then written in the shortest of
the notations of :mod:`codegen.revise`: no date, ``since`` and ``until``, or ``by-revision``.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, field, frozen

from codegen.parse_queries import OPERATORS
from codegen.problems import Position
from codegen.revise import BY_REVISION, SINCE, UNTIL, VALUE, node_at, order
from codegen.schema import SHAPES, Value
from codegen.tree import Entry, Mapping, Node, Scalar, Sequence

FOREVER = "9999-99-99"
NEW = Position("", 0, 0)

_DATES = frozenset({SINCE, UNTIL})
_TYPED = frozenset({"type", "attribute", "form attribute", "sent type"})
_ROUTE = ("get", "post", "patch", "delete")
# Behind which keys the dates of a mapping stand, where it is too long for them to be seen at its end.
_HEADS = {
    "operation": _ROUTE,
    "gateway operation": _ROUTE,
    **dict.fromkeys(("family", "types", "resource", "named type", "form", "composition"), ("summary",)),
}
# Mappings that are edited in place, however much of them changes, because they hold things with names.
_IN_PLACE = frozenset(_HEADS) | {"klaviyo", "maton", "envelope", "body"}


@frozen
class Life:
    """The revisions from one date, inclusive, to another, exclusive."""

    since: str
    until: str = FOREVER

    def __contains__(self, date: str) -> bool:
        """Tell whether a date falls into this life."""
        return order(self.since) <= order(date) < order(self.until)

    @property
    def is_empty(self) -> bool:
        """Whether no date falls into this life."""
        return order(self.since) >= order(self.until)

    def clipped(self, since: str, until: str) -> Life:
        """Return the part of this life between two dates; its end may come before its begin."""
        return Life(max(self.since, since, key=order), min(self.until, until, key=order))


@frozen
class Segment:
    """What a node says during a part of its life; a mapping still has the dates it is written with."""

    life: Life
    node: Node

    @property
    def undated(self) -> Node:
        """The node without the dates that bound it; dates alone stand for nothing."""
        return without_dates(self.node)


def without_dates(node: Node) -> Node:
    """Return a node without its own dates; those inside stay."""
    if not isinstance(node, Mapping) or not node.entries:
        return node
    kept = tuple(entry for entry in node if entry.key.text not in _DATES)
    return evolve(node, entries=kept) if kept else Scalar("", node.position)


def segments(node: Node | None, life: Life) -> list[Segment]:
    """Return what a node says during a life, in the order of time."""
    if not isinstance(node, Mapping):
        return [Segment(life, node)] if node is not None else []
    own = life.clipped(_date(node, SINCE, life.since), _date(node, UNTIL, life.until))
    if own.is_empty:
        return []
    choices = node.get(BY_REVISION)
    if not isinstance(choices, Mapping):
        return [Segment(own, node)]
    dated = sorted(choices, key=lambda entry: order(entry.key.text))
    ends = [*(entry.key.text for entry in dated[1:]), own.until]
    parts = [(entry.value, own.clipped(entry.key.text, end)) for entry, end in zip(dated, ends, strict=True)]
    return [found for value, part in parts if not part.is_empty for found in segments(value, part)]


def _date(node: Mapping, key: str, default: str) -> str:
    date = node.get(key)
    return date.text if isinstance(date, Scalar) else default


@frozen
class Place:
    """Where a node stands: who looks at it, and what the table of the spec says may stand there."""

    life: Life
    value: Value | None
    in_list: bool = field(default=False, kw_only=True)

    def under(self, key: str, life: Life) -> Place:
        """Return the place under a key of a mapping of that life."""
        return Place(life, self.value.under(key) if self.value else None)

    def item(self, life: Life) -> Place:
        """Return the place of an item of a list of that life."""
        return Place(life, self.value.items if self.value else None, in_list=True)

    @property
    def _shape(self) -> str:
        return self.value.shape if self.value else ""

    def spelled_out(self, node: Node) -> Node:
        """Return the mapping that a scalar is short for, where the table allows one; else the node."""
        if not isinstance(node, Scalar) or not node.text:
            return node
        if self._shape in _TYPED:
            return mapping([Entry(Scalar("type", NEW), node)])
        if self._shape == "filter field":
            spelled = [Scalar(word, NEW) for word in node.text.split()]
            typed = spelled[:1] if spelled[0].text not in OPERATORS else []
            listed = Entry(Scalar("operators", NEW), Sequence(tuple(spelled[len(typed) :]), NEW))
            return mapping([*(Entry(Scalar("type", NEW), word) for word in typed), listed])
        return node

    def _short(self, node: Node) -> Node:
        """Return the scalar that says as much as a mapping, which had to be one for its dates only."""
        type_ = node.get("type") if isinstance(node, Mapping) and len(node.entries) == 1 else None
        return type_ if isinstance(type_, Scalar) and self._shape in _TYPED else node

    def same(self, one: Node | None, other: Node | None) -> bool:
        """Tell whether two nodes say the same here, however short."""
        if one is None or other is None:
            return one is other
        return self.spelled_out(one) == self.spelled_out(other)

    def edited_in_place(self) -> bool:
        """Tell whether the mapping here is one whose entries change, rather than the whole of it."""
        return self.value is None or self._shape in _IN_PLACE or self.value.entries is not None

    def may_be_empty(self) -> bool:
        """Tell whether a mapping here that has no entries says as much as no mapping."""
        entries = self.value.entries if self.value else None
        return entries is not None and entries.shape != "form attribute"

    def go_together(self, one: Mapping, other: Mapping) -> bool:
        """Tell whether the keys of two mappings may stand in one."""
        if not self._shape:
            return True
        shape = SHAPES[self._shape]
        keys = {entry.key.text for entry in (*one, *other)} & shape.choices
        return not keys or any(keys <= notation for notation in shape.one_of)

    def written(self, parts: list[Segment]) -> Node | None:
        """Return the node that says this; None for nothing at all."""
        if not parts:
            return None
        if self.in_list and len(parts) == 1:
            return self._item(parts[0])
        if len(parts) == 1:
            return self._dated(parts[0].undated, parts[0])
        choices: list[Entry] = []
        nexts = [*(part.life.since for part in parts[1:]), parts[-1].life.until]
        for part, following in zip(parts, nexts, strict=True):
            inner = Place(Life(part.life.since, following), self.value)
            choices.append(Entry(Scalar(part.life.since, NEW), inner._dated(part.undated, part)))
        chosen = mapping([Entry(Scalar(BY_REVISION, NEW), mapping(choices))])
        end = parts[-1].life.until
        return self._with_dates(chosen, "", end if end < self.life.until else "")

    def _item(self, part: Segment) -> Node:
        node, life = part.undated, part.life
        since, until = self._needed(life)
        if not since and not until:
            return node
        if isinstance(node, Mapping) and node.entries and VALUE not in node:
            return self._with_dates(as_written(part.node, node), since, until)
        return self._with_dates(mapping([Entry(Scalar(VALUE, NEW), node)]), since, until)

    def _needed(self, life: Life) -> tuple[str, str]:
        since = life.since if order(life.since) > order(self.life.since) else ""
        until = life.until if order(life.until) < order(self.life.until) else ""
        return since, until

    def _dated(self, node: Node, part: Segment) -> Node:
        since, until = self._needed(part.life)
        if not since and not until:
            return node if without_dates(part.node) == part.node else self._short(node)
        if node == Scalar("", NEW):
            return self._with_dates(mapping([]), since, until)
        long = self.spelled_out(node)
        if isinstance(long, Mapping) and long.entries:
            return self._with_dates(as_written(part.node, long), since, until)
        choice = mapping([Entry(Scalar(since or self.life.since, NEW), node)])
        return self._with_dates(mapping([Entry(Scalar(BY_REVISION, NEW), choice)]), "", until)

    def _with_dates(self, node: Mapping, since: str, until: str) -> Mapping:
        entries = list(node)
        for key, date in ((SINCE, since), (UNTIL, until)):
            at = next((i for i, entry in enumerate(entries) if entry.key.text == key), None)
            if at is not None:
                entries[at : at + 1] = [Entry(entries[at].key, Scalar(date, NEW))] if date else []
            elif date:
                entries.insert(self._dates_at(entries, key), Entry(Scalar(key, NEW), Scalar(date, NEW)))
        return evolve(node, entries=tuple(entries))

    def _dates_at(self, entries: list[Entry], key: str) -> int:
        keys = [entry.key.text for entry in entries]
        if key == UNTIL and SINCE in keys:
            return keys.index(SINCE) + 1
        heads = _HEADS.get(self._shape, ())
        return next((keys.index(head) + 1 for head in heads if head in keys), len(keys))


def mapping(entries: Iterable[Entry]) -> Mapping:
    """Return a mapping that stands in no file yet."""
    return Mapping(tuple(entries), NEW)


def as_written(node: Node, undated: Mapping) -> Mapping:
    """Return the mapping with the dates that it is written with, if it is that and no longer form of it."""
    return node if isinstance(node, Mapping) and without_dates(node) == undated else undated


def put(node: Node | None, place: Place, span: Life, wanted: Node | None) -> Node | None:
    """Return the node so that ``wanted`` is seen from the begin of a span to the next date that it names.

    Nothing is wanted where ``wanted`` is None. What is seen before and after is what was seen.
    """
    parts = segments(node, place.life)
    now = next((part for part in parts if span.since in part.life), None)
    if place.same(None if now is None else node_at(now.undated, span.since), wanted):
        return node
    starts = [part.life.since for part in parts if order(part.life.since) > order(span.since)]
    ends = [now.life.until] if now else []
    span = Life(span.since, min([span.until, place.life.until, *starts, *ends], key=order))
    whole = place.written(joined(_cut(parts, span, wanted), place))
    inside = _merged(parts, place, span, wanted)
    if inside is None:
        return whole
    if place.edited_in_place() or whole is None or size(inside) <= size(whole):
        return inside
    return whole


def _cut(parts: list[Segment], span: Life, wanted: Node | None) -> list[Segment]:
    before = [evolve(part, life=part.life.clipped("", span.since)) for part in parts]
    after = [evolve(part, life=part.life.clipped(span.until, FOREVER)) for part in parts]
    middle = [] if wanted is None else [Segment(span, wanted)]
    return [part for part in (*before, *middle, *after) if not part.life.is_empty]


def outside(part: Segment, span: Life) -> list[Segment]:
    """Return what is left of a segment before a span and after it, if the span begins in it."""
    if span.since not in part.life:
        return [part]
    lives = (part.life.clipped("", span.since), part.life.clipped(span.until, FOREVER))
    return [evolve(part, life=life) for life in lives if not life.is_empty]


def joined(parts: list[Segment], place: Place) -> list[Segment]:
    """Return the segments with neighbours made one that say the same."""
    joined: list[Segment] = []
    for part in parts:
        last = joined[-1] if joined else None
        if last and last.life.until == part.life.since and place.same(last.undated, part.undated):
            kept = part.node if last.node.position == NEW else last.node
            joined[-1] = Segment(Life(last.life.since, part.life.until), kept)
        else:
            joined.append(part)
    return joined


def _merged(parts: list[Segment], place: Place, span: Life, wanted: Node | None) -> Node | None:
    """Return the node with the change inside the mapping that stands there, or begins or ends there."""
    if wanted is None:
        return None
    asked = place.spelled_out(wanted)
    around = [at for at, part in enumerate(parts) if span.since in part.life]
    around = around or [at for at, part in enumerate(parts) if part.life.since == span.until]
    around = around or [at for at, part in enumerate(parts) if part.life.until == span.since]
    for at in around:
        part = parts[at]
        there = place.spelled_out(part.undated)
        if (
            isinstance(there, Mapping)
            and isinstance(asked, Mapping)
            and (there == part.undated or asked == wanted)
            and there.entries
            and asked.entries
            and place.go_together(there, asked)
        ):
            since = min(part.life.since, span.since, key=order)
            life = Life(since, max(part.life.until, span.until, key=order))
            base = as_written(part.node, there)
            grown = Segment(life, _entries_put(base, place, life, span, asked))
            return place.written([*parts[:at], grown, *parts[at + 1 :]])
    return None


def _entries_put(node: Mapping, place: Place, life: Life, span: Life, wanted: Mapping) -> Mapping:
    entries: list[Entry] = []
    for entry in node:
        key = entry.key.text
        if key in _DATES:
            entries.append(entry)
        elif (value := put(entry.value, place.under(key, life), span, wanted.get(key))) is not None:
            entries.append(Entry(entry.key, value))
    at = end_of(entries)
    for entry in wanted:
        keys = [other.key.text for other in entries]
        if entry.key.text in keys:
            at = keys.index(entry.key.text) + 1
        elif entry.key.text not in node:
            value = put(None, place.under(entry.key.text, life), span, entry.value)
            if value is not None:
                entries.insert(at, Entry(entry.key, value))
                at += 1
    return evolve(node, entries=tuple(entries))


def end_of(entries: list[Entry]) -> int:
    """Return where a new entry of a mapping goes: to the end, but before dates that stand there."""
    at = len(entries)
    while at and entries[at - 1].key.text in _DATES:
        at -= 1
    return at


def size(node: Node) -> int:
    """Return about how many characters a node takes in a file."""
    if isinstance(node, Scalar):
        return len(node.text) + 2
    if isinstance(node, Sequence):
        return 2 + sum(size(item) for item in node.items)
    return 2 + sum(size(entry.key) + size(entry.value) for entry in node)
