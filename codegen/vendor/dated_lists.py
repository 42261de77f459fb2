"""Edits of the items of a dated list, each of which has a life of its own."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable

from attrs import evolve

from codegen.revise import SINCE, UNTIL, VALUE, node_at, order
from codegen.tree import Mapping, Node, Scalar, Sequence
from codegen.vendor.dating import NEW, Life, Place, Segment, outside, put, segments


def add_item(node: Node | None, place: Place, span: Life, wanted: Node) -> Node | None:
    """Return the list with an item during a span; sorted in where the list is sorted."""
    return _edited(node, place, span, wanted, _added)


def end_item(node: Node | None, place: Place, span: Life, wanted: Node) -> Node | None:
    """Return the list without an item during a span."""
    return _edited(node, place, span, wanted, _ended)


_Edit = Callable[[tuple[Node, ...], Place, Life, Node], tuple[Node, ...]]


def _edited(node: Node | None, place: Place, span: Life, wanted: Node, edit: _Edit) -> Node | None:
    parts = segments(node, place.life)
    at = next((at for at, part in enumerate(parts) if span.since in part.life), None)
    if at is not None and isinstance(listed := parts[at].node, Sequence):
        life = parts[at].life
        items = edit(listed.items, place.item(life), span.clipped("", life.until), wanted)
        if items == listed.items:
            return node
        return place.written(
            [*parts[:at], evolve(parts[at], node=evolve(listed, items=items)), *parts[at + 1 :]]
        )
    # A scalar is a list of one, and no node is an empty one: what is wanted is another list.
    there = () if at is None else (parts[at].undated,)
    items = edit(there, place.item(span), span, wanted)
    if items == there:
        return node
    return put(node, place, span, Sequence(items, NEW) if items else None)


def _added(items: tuple[Node, ...], place: Place, span: Life, wanted: Node) -> tuple[Node, ...]:
    lives = [item_segments(item, place.life) for item in items]
    if any(_is(part, place, span.since, wanted) for parts in lives for part in parts):
        return items
    same = [
        (parts[0].life, at)
        for at, parts in enumerate(lives)
        if len(parts) == 1 and place.same(parts[0].undated, wanted)
    ]
    before = next(((life, at) for life, at in same if life.until == span.since), None)
    later = [(life, at) for life, at in same if order(span.since) < order(life.since) <= order(span.until)]
    after = min(later, key=lambda pair: order(pair[0].since), default=None)
    if before or after:
        life = Life(before[0].since if before else span.since, after[0].until if after else span.until)
        _, at = before or after or (life, 0)
        one = _item(place, life, lives[at][0].node)
        gone = after[1] if before and after else None
        return tuple(one if i == at else item for i, item in enumerate(items) if i != gone)
    behind = same[-1][1] + 1 if same else _place_of(wanted, lives)
    at = next((at for life, at in same if order(life.since) > order(span.until)), behind)
    return (*items[:at], _item(place, span, wanted), *items[at:])


def _ended(items: tuple[Node, ...], place: Place, span: Life, wanted: Node) -> tuple[Node, ...]:
    kept: list[Node] = []
    for item in items:
        parts = item_segments(item, place.life)
        if any(_is(part, place, span.since, wanted) for part in parts):
            left = [rest for part in parts for rest in outside(part, span)]
            lists = [left] if len(parts) > 1 else [[rest] for rest in left]
            kept += [one for one in map(place.written, lists) if one is not None]
        else:
            kept.append(item)
    return tuple(kept)


def _item(place: Place, life: Life, node: Node) -> Node:
    written = place.written([Segment(life, node)])
    return node if written is None else written


def _is(part: Segment, place: Place, date: str, wanted: Node) -> bool:
    return date in part.life and place.same(node_at(part.undated, date), wanted)


def item_segments(item: Node, life: Life) -> list[Segment]:
    """Return what an item of a list says during a life, in the order of time."""
    if not isinstance(item, Mapping) or (inner := item.get(VALUE)) is None:
        return segments(item, life)
    since, until = item.get(SINCE), item.get(UNTIL)
    own = life.clipped(
        since.text if isinstance(since, Scalar) else "",
        until.text if isinstance(until, Scalar) else life.until,
    )
    return [] if own.is_empty else item_segments(inner, own)


def _place_of(wanted: Node, lives: list[list[Segment]]) -> int:
    firsts = [parts[0].undated if parts else None for parts in lives]
    texts = [first.text for first in firsts if isinstance(first, Scalar)]
    if len(texts) != len(firsts) or not isinstance(wanted, Scalar):
        return len(firsts)
    if wanted.text.isdecimal() and all(text.isdecimal() for text in texts):
        numbers = [int(text) for text in texts]
        return bisect(numbers, int(wanted.text)) if numbers == sorted(numbers) else len(texts)
    for key in (str, str.casefold):
        keys = [key(text) for text in texts]
        if keys == sorted(keys):
            return bisect(keys, key(wanted.text))
    return len(texts)
