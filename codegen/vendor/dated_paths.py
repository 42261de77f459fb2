"""Edits of a dated tree at a path: only what is seen there at one date changes."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from codegen.revise import node_at
from codegen.tree import Entry, Mapping, Node, Scalar, Sequence
from codegen.vendor.dated_lists import item_segments
from codegen.vendor.dating import (
    FOREVER,
    NEW,
    Life,
    Place,
    Segment,
    as_written,
    end_of,
    joined,
    mapping,
    put,
    segments,
)

Path = tuple[str, ...]
ChangeOfMapping = Callable[[Mapping, Place], Mapping]


class NoMappingError(ValueError):
    """The path leads through a node that has no entries."""


def within(node: Node | None, place: Place, span: Life, path: Path, change: ChangeOfMapping) -> Node | None:
    """Return the node with that mapping changed to which a path leads when a span begins.

    A mapping that is missing is made.
    """
    if node is None and place.may_be_empty():
        made = _step(mapping([]), place, span, path, change)
        return made if made.entries else None
    parts = segments(node, place.life)
    at = next((at for at, part in enumerate(parts) if span.since in part.life), None)
    if at is None:
        begun = Place(span.clipped("", place.life.until), place.value)
        made = _step(mapping([]), begun, span, path, change)
        return put(node, place, span, made) if made.entries else node
    part = parts[at]
    there = place.spelled_out(part.undated)
    if not isinstance(there, Mapping):
        raise NoMappingError(path)
    base = as_written(part.node, there)
    changed = _step(base, evolve(place, life=part.life), span, path, change)
    if changed is base:
        return node
    if not end_of(list(changed)):
        changed = evolve(changed, entries=())  # dates alone would stand for nothing, not for a mapping
    return place.written([*parts[:at], evolve(part, node=changed), *parts[at + 1 :]])


def _step(base: Mapping, place: Place, span: Life, path: Path, change: ChangeOfMapping) -> Mapping:
    if not path:
        return change(base, place)
    key, *rest = path
    value = within(base.get(key), place.under(key, place.life), span, tuple(rest), change)
    return with_entry(base, key, value)


def with_entry(base: Mapping, key: str, value: Node | None, after: str | None = None) -> Mapping:
    """Return the mapping with another value of a key; a new key stands at the end, or behind another one."""
    if value is base.get(key):
        return base
    keys = [entry.key.text for entry in base]
    entries = list(base)
    if key in keys:
        at = keys.index(key)
        entries[at : at + 1] = [] if value is None else [Entry(entries[at].key, value)]
    elif value is not None:
        at = keys.index(after) + 1 if after in keys else end_of(entries)
        entries.insert(at, Entry(Scalar(key, NEW), value))
    return evolve(base, entries=tuple(entries))


def seen(node: Node | None, place: Place, date: str) -> Node | None:
    """Return what is seen of a node at a date."""
    now = next((part for part in segments(node, place.life) if date in part.life), None)
    return None if now is None else node_at(now.undated, date)


def renamed(base: Mapping, place: Place, key: str, new: str, span: Life) -> Mapping:
    """Return the mapping with one entry ended for a span and another one begun, which has its value then."""
    old_place, new_place = place.under(key, place.life), place.under(new, place.life)
    old, other = segments(base.get(key), place.life), segments(base.get(new), place.life)
    moved = [settled for part in old if (settled := _settled(part, old_place, span))]
    begun = new_place.written(joined([*_before(other, span), *moved, *_after(other, span)], new_place))
    ended = old_place.written([*_before(old, span), *_after(old, span)])
    if ended is not None or new in base:
        return with_entry(with_entry(base, new, begun, after=key), key, ended)
    entries = (
        Entry(Scalar(new, NEW), begun) if entry.key.text == key and begun is not None else entry
        for entry in base
    )
    return evolve(base, entries=tuple(entries))


def _before(parts: list[Segment], span: Life) -> list[Segment]:
    return _clipped(parts, "", span.since)


def _after(parts: list[Segment], span: Life) -> list[Segment]:
    return _clipped(parts, span.until, FOREVER)


def _clipped(parts: list[Segment], since: str, until: str) -> list[Segment]:
    clipped = [evolve(part, life=part.life.clipped(since, until)) for part in parts]
    return [part for part in clipped if not part.life.is_empty]


def _settled(part: Segment, place: Place, span: Life) -> Segment | None:
    """Return the part of a segment in a span, without what only other revisions saw."""
    life = part.life.clipped(span.since, span.until)
    if life.is_empty or life == part.life:
        return None if life.is_empty else part
    return Segment(life, _during(part.undated, evolve(place, life=life)))


def _during(node: Node, place: Place) -> Node:
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Sequence):
        inner = place.item(place.life)
        items = (_written(item_segments(item, place.life), inner) for item in node.items)
        return evolve(node, items=tuple(item for item in items if item is not None))
    pairs = (
        (entry.key, _written(segments(entry.value, place.life), place.under(entry.key.text, place.life)))
        for entry in node
    )
    return evolve(node, entries=tuple(Entry(key, value) for key, value in pairs if value is not None))


def _written(parts: list[Segment], place: Place) -> Node | None:
    return place.written([Segment(p.life, _during(p.undated, evolve(place, life=p.life))) for p in parts])
