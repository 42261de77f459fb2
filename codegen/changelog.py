"""What a revision changes, for people who use the package: names and types as they stand in Python.

What breaks programs comes first. A rule that many methods or classes follow is one line with their number.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from attrs import define, field, frozen

from . import ir
from .changelog_facts import TYPE, VALUE, Difference, Key, Kind, Thing, differences, facts
from .changelog_verdicts import Section, alternatives, section_of
from .names import parameter_name

_FEW = 3

# What names a resource: where many methods change alike, each for its own resource, that is one rule.
_ANY = "…"
_OF_A_RESOURCE = {"additional_fieldsets", "answer.included", "answer.linked", "fieldsets"}
_MANY = 10
_OWNER = ("method", "profiles.list")

# What a method or a class may gain or lose; what is not listed goes by its own name.
_NOUNS = {
    "additional_fieldsets": "argument%",
    "answer.hidden": "part% hidden in answers",
    "answer.included": "type% of included resources",
    "answer.linked": "relationship% with ids",
    "answer.links": "link% of answers",
    "answer.statuses": "status code% of answers",
    "fieldsets": "argument%",
    "filter": "filter field%",
    "operators": "operator%",
    "only_in": "operation% showing it",
    "scopes": "scope%",
    "sort": "sort key%",
    "values": "field%",
}
_PARAMETERS = {"additional_fieldsets": "additional-fields", "fieldsets": "fields"}
_ASPECTS = {
    "answer.type": "answer",
    "answer.value": "answer",
    "answer.many": "many in an answer",
    "body.form.type": "type of the body",
    "filtering": "filter",
    "filtering.required": "filter required",
    "id": "operation id",
    "key": "name on the wire",
    "limit.burst": "requests a second",
    "limit.daily": "requests a day",
    "limit.steady": "requests a minute",
    "many": "to many",
    "method": "HTTP method",
    "paging": "pages",
    "paging.cursor": "page_cursor",
    "paging.default": "default page size",
    "paging.maximum": "largest page size",
    "paging.minimum": "smallest page size",
    "repeat_key": "attribute that makes it safe to repeat",
    "repeatable": "safe to repeat",
}
_PLAIN = {"": "none", "True": "yes", "False": "no", "Filtering": "yes", "Paging": "yes", "RateLimit": "yes"}
# What a thing is now where one of these aspects is false, and where it is true.
_STATEMENTS = {
    "additional": ("is always shown", "is shown when asked for"),
    "nullable": ("is never null", "may be null"),
    "required": ("is optional", "is required"),
}
_PROSE = {"summary", "title"}
_GIVEN = {"argument", "member"}
_PLURALS = {"api": "APIs", "family": "families", "method": "methods", "class": "classes"}
_APPEARING = (" is", " are")
_CHANGING = (":", ":")
_VERBS = {Kind.GONE: (" loses", " lose"), Kind.NEW: (" gains", " gain")}


@frozen
class Line:
    """One change of some owners (methods, classes) of a kind, and how many differences that is.

    ``verbs`` are its forms for one owner and for many.
    """

    section: Section
    owner_kind: str
    owners: tuple[str, ...]
    verbs: tuple[str, str]
    change: str
    count: int

    def __str__(self) -> str:
        """Return the line; where many owners change alike, it tells their number and the first few."""
        names = [f"`{name}`" for name in self.owners]
        if len(names) <= _FEW or self.verbs == _APPEARING:
            return f"{', '.join(names)}{self.verbs[len(names) > 1]} {self.change}"
        first = ", ".join(names[:_FEW])
        return f"{len(names)} {_PLURALS[self.owner_kind]}{self.verbs[1]} {self.change} ({first}, …)"


def changelog(old: ir.Api, new: ir.Api) -> str:
    """Return the page of what differs between two revisions, in Markdown."""
    return _page(old, new, changes(old, new))


def _page(old: ir.Api, new: ir.Api, lines: list[Line]) -> str:
    counts = {section: sum(line.count for line in lines if line.section == section) for section in Section}
    told = [f"# Revision {new.revision} compared with {old.revision}", ""]
    ends = f"Deprecated on {new.deprecated}, retired on {new.retired}." if new.retired else "A beta."
    told += [ends, ""]
    told += [", ".join(f"{section}: {count}" for section, count in counts.items()) + ".", ""]
    for section in Section:
        if counts[section]:
            told += [f"## {section}", ""]
            told += [*(f"- {line}" for line in lines if line.section == section), ""]
    return "\n".join(told)


def pages(apis: Iterable[ir.Api]) -> dict[tuple[str, str], str]:
    """Return the pages of neighbouring revisions, by their names; each revision is looked at once."""
    known = [(api, facts(api)) for api in apis]
    return {
        (old.revision, new.revision): _page(old, new, _lines(before, after))
        for (old, before), (new, after) in pairwise(known)
    }


def changes(old: ir.Api, new: ir.Api) -> list[Line]:
    """Return what differs between two revisions, in the order of the page."""
    return _lines(facts(old), facts(new))


def _lines(before: dict[Key, Thing], after: dict[Key, Thing]) -> list[Line]:
    found = _Found()
    different = differences(before, after)
    rules = _rules(different)
    for one in different:
        section = section_of(one, before, after)
        thing = (before if one.kind is Kind.GONE else after)[one.key]
        if len(one.key) == len(_OWNER) and one.kind is not Kind.CHANGED:
            found.note(section, one.key, _APPEARING, _appeared(one, thing))
        elif one.kind is not Kind.CHANGED:
            general = _general(one.key)
            is_rule = (one.kind, general[len(_OWNER) :]) in rules
            *around, label, name = general if is_rule else one.key
            part = _shown(label, name) if is_rule else _named(one.key, thing)
            found.collect((section, _VERBS[one.kind], (*around, label)), part)
        elif one.aspect in _STATEMENTS:
            found.collect((section, _CHANGING, one.key), _STATEMENTS[one.aspect][one.new == "True"])
        else:
            found.note(section, one.key[:2], _CHANGING, _changed(one))
    return found.lines()


def _general(key: Key) -> Key:
    """Return a key without the names of resources in it."""
    labels = key[::2]
    names = (_ANY if label in _OF_A_RESOURCE else name for label, name in zip(labels, key[1::2], strict=True))
    return tuple(word for pair in zip(labels, names, strict=True) for word in pair)


def _rules(different: list[Difference]) -> set[tuple[Kind, Key]]:
    """Find what many methods gain or lose, each for resources of its own."""
    owners: dict[tuple[Kind, Key], set[str]] = {}
    for one in different:
        if _ANY in (general := _general(one.key)):
            owners.setdefault((one.kind, general[len(_OWNER) :]), set()).add(one.key[1])
    return {rule for rule, found in owners.items() if len(found) >= _MANY}


_Place = tuple[Section, tuple[str, str], Key]
_Change = tuple[Section, str, tuple[str, str], str]


@define
class _Found:
    """Collects changes: of one place into one, and alike ones of many owners into one line."""

    _parts: dict[_Place, list[str]] = field(init=False, factory=dict[_Place, list[str]])
    _counts: dict[_Change, dict[str, int]] = field(init=False, factory=dict[_Change, dict[str, int]])

    def note(self, section: Section, owner: Key, verbs: tuple[str, str], change: str, count: int = 1) -> None:
        """Add a change of an owner, which stands for some differences."""
        counts = self._counts.setdefault((section, owner[0], verbs, change), {})
        counts[owner[1]] = counts.get(owner[1], 0) + count

    def collect(self, place: _Place, part: str) -> None:
        """Add a part of the change of one place."""
        self._parts.setdefault(place, []).append(part)

    def lines(self) -> list[Line]:
        """Return all changes as lines, sorted."""
        for (section, verbs, key), parts in self._parts.items():
            if verbs == _CHANGING:
                change = f"{_path(key[2:])} {' and '.join(parts)}"
            else:
                *around, label = key[2:]
                change = f"{_listed(label, list(dict.fromkeys(parts)))}{_of(tuple(around))}"
            self.note(section, key[:2], verbs, change, len(parts))
        self._parts.clear()
        made = (
            Line(section, kind, tuple(sorted(counts)), verbs, change, sum(counts.values()))
            for (section, kind, verbs, change), counts in self._counts.items()
        )
        sections, kinds = list(Section), list(_PLURALS)
        return sorted(
            made,
            key=lambda line: (
                sections.index(line.section),
                kinds.index(line.owner_kind),
                line.owners,
                line.verbs,
                line.change,
            ),
        )


# ------------------------------------------------------------------------------------------- wording


def _changed(one: Difference) -> str:
    """Tell what an aspect was and is; a text is not worth that."""
    what = _ASPECTS.get(one.aspect, one.aspect.replace("_", " ").replace(".", " "))
    of = f" of {_path(one.key[2:])}" if len(one.key) > len(_OWNER) else ""
    if one.aspect.rpartition(".")[2] in _PROSE:
        return f"another {what}{of}"
    lost, gained = alternatives(one.old, one.new)
    if (lost or gained) and "Any" not in gained and max(one.old.count(" | "), one.new.count(" | ")) >= _FEW:
        told = [f"no longer `{part}`" for part in lost] + [f"now also `{part}`" for part in gained]
        return f"{what}{of}: {', '.join(told)}"
    return f"{what}{of}: {_value(one.old)} → {_value(one.new)}"


def _value(text: str) -> str:
    return _PLAIN.get(text, f"`{text}`")


def _appeared(one: Difference, thing: Thing) -> str:
    told = "new" if one.kind is Kind.NEW else "gone"
    if "path" in thing.aspects:
        return f"{told}: `{thing.aspects['method']} {thing.aspects['path']}`"
    return told


def _named(key: Key, thing: Thing) -> str:
    """Show a thing with its type, with its name on the wire where that is another, and whether it must be."""
    label, name = key[-2:]
    shown = _shown(label, name)
    kind, nullable = thing.types.get(TYPE, ("", ""))[1], thing.aspects.get("nullable") == "True"
    if kind:
        shown = f"`{name}: {kind}{' | None' if nullable else ''}`"
    notes = (
        [f"`{wire}` on the wire"]
        if (wire := thing.aspects.get("key", name)) != name and label != "filter"
        else []
    )
    notes += ["required"] if label in _GIVEN and thing.aspects.get("required") == "True" else []
    return f"{shown} ({', '.join(notes)})" if notes else shown


def _shown(label: str, name: str) -> str:
    if label in _PARAMETERS and name == _ANY:
        return f"`{_PARAMETERS[label].replace('-', '_')}_{_ANY}`"
    if label in _PARAMETERS:
        return f"`{parameter_name(f'{_PARAMETERS[label]}[{name}]')}`"
    return f"`{name.lstrip('+') if label.endswith(VALUE) else name}`"


def _listed(label: str, names: list[str]) -> str:
    """List names with their noun; of fields, those inside of another one as a number."""
    inside = [name for name in names if label == "values" and any(_is_inside(name, other) for other in names)]
    outside = [name for name in names if name not in inside]
    listed = f"{_noun(label, len(outside))} {', '.join(outside)}"
    return f"{listed} (with {len(inside)} inside)" if inside else listed


def _is_inside(name: str, other: str) -> bool:
    return name.startswith(f"{other.removesuffix('`')}.")


def _path(key: Key) -> str:
    """Tell what something is and inside of what, from inside to outside."""
    pairs = [*zip(key[::2], key[1::2], strict=True)]
    return " of ".join(f"{_noun(label)} {_shown(label, name)}" for label, name in reversed(pairs))


def _of(around: Key) -> str:
    return f" of {_path(around)}" if around else ""


def _noun(label: str, count: int = 1) -> str:
    return _NOUNS.get(label, f"{label.replace('_', ' ').replace('.', ' ')}%").replace(
        "%", "s" if count > 1 else ""
    )
