"""What changed, in the words of the page: ``--json`` tells more of types, but no more of what breaks."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from typing import Literal, TypeVar

from attrs import evolve, frozen

from codegen.openapi_schemas import Schema
from codegen.vendor.changes import Change, Verdict, changes
from codegen.vendor.compare import Difference
from codegen.vendor.normalise import name_of

Of = Literal["operation", "part", "member"]
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_SEGMENT = re.compile(r"[^.]+(?:\.\([^)]*\))*")
_BRANCH = re.compile(r"(.*)\.(\([^)]*\))")
_ALTERNATIVE = ("may also be", "may no longer be")
_VERB = re.compile(r"(may (?:also |no longer )?be (?:the (?:new|old) )?)?(.*)", re.DOTALL)


@frozen
class News:
    """What happened to an operation, to a part of some as a parameter is, or to a member of an object."""

    of: Of
    verdict: Verdict
    place: str
    what: str
    operations: frozenset[str]

    @property
    def object(self) -> str:
        """The value object, resource or part."""
        return self._way[0]

    @property
    def below(self) -> str:
        """The place in the object; nothing where it is the object itself."""
        return ".".join(self._way[1:])

    @property
    def owner(self) -> str:
        """What has the member; nothing where it is no member."""
        return ".".join(self._way[:-1])

    @property
    def member(self) -> str:
        """The last member of the place."""
        return self._way[-1]

    @property
    def _way(self) -> list[str]:
        return _SEGMENT.findall(self.place) or [self.place]


def news(differences: Iterable[Difference]) -> Iterator[News]:
    """Yield what happened, by place; what the same operations show of one thing is said in one breath.

    Alternatives of unions stay apart, as several unions may have gained or lost the same one.
    """
    shown: dict[tuple[Of, Verdict, str, str], set[str]] = {}
    for difference in differences:
        for change in changes(difference):
            key = (_of(difference), change.verdict, *_words(difference, change))
            shown.setdefault(key, set()).add(difference.operation)
    every = (News(*key, frozenset(operations)) for key, operations in shown.items())
    breaths = grouped((_breath(one), one.what) for one in every)
    for one, said in breaths.items():
        yield evolve(one, what=together(said, "; " if one.of == "part" else ", "))


def _breath(one: News) -> News:
    return one if one.what.startswith(_ALTERNATIVE) else evolve(one, what="")


def together(said: Iterable[str], comma: str = ", ") -> str:
    """Return what happened to one thing, what may be in one clause: ``may be absent or null, also c``."""
    clauses: dict[str, list[str]] = {}
    for what in said:
        if found := _VERB.fullmatch(what):
            clauses.setdefault(found[1] or what, []).append(found[2] if found[1] else "")
    return comma.join(verb + " or ".join(rest) for verb, rest in clauses.items())


def _of(difference: Difference) -> Of:
    match difference.kind:
        case "missing operation" | "extra operation":
            return "operation"
        case "fact" | "parameter" | "filter":
            return "part"
        case _:
            return "member"


def _words(difference: Difference, change: Change) -> tuple[str, str]:
    """Return of what and what happened, an alternative as one of the union that it belongs to."""
    place, what = change.subject, change.what
    branch = _BRANCH.fullmatch(place)
    union, label = (branch[1], branch[2]) if branch else (place, "")
    match difference.kind, change.verdict:
        case "type", _:
            return place, f"became {difference.vendors}, was {difference.ours}"
        case "missing member", "breaking":
            return place, f"new, required{_in_brackets(difference.vendors)}"
        case "missing member", "addition":
            return place, f"new{_in_brackets(difference.vendors)}"
        case "union member missing", "addition":
            name = _name(difference.schemas[1])
            return union, f"may also be {label or (name and f'the new {name}') or difference.vendors}"
        case "union member extra", _:
            name = _name(difference.schemas[0])
            if label:
                return union, f"may no longer be {name or difference.ours} {label}"
            return union, f"may no longer be {(name and f'the old {name}') or difference.ours}"
        case _:
            return place, what


def _name(schema: Schema | None) -> str:
    return name_of(schema) if schema and "$ref" in schema else ""


def _in_brackets(type_: str) -> str:
    """Return a type in a word or as its few values; nothing where that would not be the whole truth."""
    whole = type_.removesuffix(" | null")
    head, of, _ = whole.partition(" of ")
    brief = head if of and head in ("array", "object") else whole
    return "" if " | " in whole else f" ({brief})"


def grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """Return the values of each key, in the order they came."""
    groups: dict[Key, list[Value]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups
