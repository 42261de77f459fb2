"""What a difference between two revisions means for programs: whether it breaks some."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from .changelog_facts import KIND, TYPE, Difference, Key, Kind, Thing

_OWNER = 2  # a method or a class itself, nothing inside of it
_ONLY_IN = "only_in"
_RESTRAINING = {"answer.hidden", "scopes"}
_MEANING = {"answer", "answer.many", "answer.type", "many", "target"}
_ALTERNATIVE = re.compile(
    r'(?:^| \| )((?:"(?:[^"\\]|\\.)*"|(?! \| ).)*)', re.DOTALL
)  # bars stand in values too
_TYPES = {TYPE, "answer.value", "meta"}


class Section(StrEnum):
    """What a difference means for programs."""

    BREAKING = "Breaking"
    NEW = "New"
    CHANGED = "Changed"


def section_of(one: Difference, old: Mapping[Key, Thing], new: Mapping[Key, Thing]) -> Section:
    """Tell what a difference means: breaking is what is gone, allows less or demands more than before."""
    label = one.key[-2] if len(one.key) > _OWNER else ""
    owner = old.get(one.key[:_OWNER]) or new[one.key[:_OWNER]]
    is_read = owner.aspects[KIND] == "Resource"  # which nobody has to fill in
    if one.kind is Kind.CHANGED:
        return Section.BREAKING if _allows_less(one, is_read=is_read) else Section.CHANGED
    if label == _ONLY_IN:
        # Operations that show a member restrain it where there are none before: all showed it then.
        restrained, before = (_is_restrained(one.key[:-1], things) for things in (new, old))
        breaks = restrained and (one.kind is Kind.GONE or not before)
        return Section.BREAKING if breaks else Section.NEW
    if one.kind is Kind.GONE:
        return Section.CHANGED if label in _RESTRAINING | {"notes"} else Section.BREAKING
    required = new[one.key].aspects.get("required") == "True" and not is_read
    return Section.BREAKING if required or label in _RESTRAINING else Section.NEW


def _is_restrained(key: Key, things: Mapping[Key, Thing]) -> bool:
    return any(other[:-1] == key for other in things)


def _allows_less(one: Difference, *, is_read: bool) -> bool:
    match one.aspect:
        case "required" | "filtering.required" | "body.form.id":
            return one.new in {"True", "required"} and not is_read
        case "nullable":
            return one.new == "False" and not is_read
        case "paging.cursor":
            return one.new == "False"
        case "paging.maximum":
            return not one.new or (bool(one.old) and int(one.new) < int(one.old))
        case "filtering" | "paging":
            return not one.new
        case aspect if aspect in _TYPES:
            return _is_narrower(one.old, one.new)
        case aspect:
            return aspect in _MEANING


def _is_narrower(old: str, new: str) -> bool:
    """Tell whether a type lacks one of the alternatives that another has."""
    lost, gained = alternatives(old, new)
    return "Any" not in gained and not all(part.startswith('Literal["') and "str" in gained for part in lost)


def alternatives(old: str, new: str) -> tuple[list[str], list[str]]:
    """Return what only the first of two types allows, and what only the second; in lists, of their items."""
    while all(text.startswith("list[") and text.endswith("]") for text in (old, new)):
        old, new = old[len("list[") : -1], new[len("list[") : -1]
    before, after = (_ALTERNATIVE.findall(text) for text in (old, new))
    return [part for part in before if part not in after], [part for part in after if part not in before]
