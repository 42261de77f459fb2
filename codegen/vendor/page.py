"""The page that tells people what changed: what was said many times stands there once.

Operations stand together by family, what several objects share has a line of its own, and the rest of what
happened to an object is its line. A line that is too long is wrapped, never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from textwrap import wrap

from codegen.vendor.changes import Verdict
from codegen.vendor.compare import Difference
from codegen.vendor.news import News, grouped, news, together

WIDTH = 110
_NAMED = 2
_LISTED = 4
_TITLES: dict[Verdict, str] = {
    "breaking": "Breaks what worked",
    "addition": "Adds",
    "noise": "Follows from rules, or only promises more",
}


def page(differences: Iterable[Difference]) -> list[str]:
    """Return the lines of all sections, the worst first, each after an empty line."""
    found = grouped((one.verdict, one) for one in news(differences))
    lines: list[str] = []
    for verdict, title in _TITLES.items():
        if verdict in found:
            entries = [_rules(found[verdict])] if verdict == "noise" else _entries(found[verdict])
            lines += ["", title, *(line for entry in entries for line in wrapped(entry))]
    return lines


def wrapped(entry: str) -> list[str]:
    """Return an entry as lines that fit, with a hanging indent; a count stays with what it counts."""
    held = re.sub(r"(?<=·) (?=\d+ operation)|(?<=\d) (?=operation)", "\u00a0", entry)
    lines = wrap(held, WIDTH, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False)
    return [line.replace("\u00a0", " ") for line in lines]


def _rules(noise: Iterable[News]) -> str:
    """Return what follows from rules as counts of the operations that show it, the most first."""
    most = sorted(noise, key=lambda one: (-len(one.operations), one.place, one.what))
    places = grouped((one.place, f"{one.what} in {_counted(len(one.operations))}") for one in most)
    return "; ".join(f"{place} {', '.join(told)}" for place, told in places.items())


def _entries(told: Iterable[News]) -> Iterator[str]:
    """Yield what happened to operations and their parts, then what objects share, then the rest by object."""
    found = grouped((one.of, one) for one in sorted(told, key=lambda one: (one.place.casefold(), one.what)))
    yield from _operations(found.get("operation", []))
    yield from _parts(found.get("part", []))
    members = found.get("member", [])
    shared = [alike for alike in _alike(members) if len({one.owner for one in alike}) > 1]
    yield from _shared(shared)
    done = {one for alike in shared for one in alike}
    yield from _by_object(one for one in members if one not in done)


def _operations(told: Iterable[News]) -> Iterator[str]:
    """Yield the operations that are new or gone, by family if it has several, the others together."""
    by_path = sorted(told, key=lambda one: one.place.split()[::-1])
    families = grouped(((one.what, "/".join(one.place.split()[1].split("/")[:3])), one) for one in by_path)
    entries = grouped(
        ((what, f" in {family}" if len(members) > 1 else ""), one)
        for (what, family), members in families.items()
        for one in members
    )
    for (what, where), members in sorted(entries.items()):
        ids = (id_ for one in members for id_ in sorted(one.operations))
        yield f"{what} operations{where}: {', '.join(ids)}"


def _alike(told: Iterable[News]) -> Iterable[list[News]]:
    """Return what happened in the same words; what is new or gone has the same name, too."""
    by_name = "new", "gone"
    return grouped(
        ((one.what, one.member if one.what.startswith(by_name) else ""), one) for one in told if one.owner
    ).values()


def _shared(groups: Iterable[list[News]]) -> list[str]:
    """Return what objects share: ``new (string): font_style, weight of QuoteStyle, NameStyle``."""
    same = grouped(((alike[0].what, _shown_by(alike)), alike) for alike in groups)
    every = {key: [one for alike in told for one in alike] for key, told in same.items()}
    where = grouped(((_where(told), by), (what, told)) for (what, by), told in every.items())
    return sorted(
        (
            f"{together(what for what, _ in told)}: {places}{_each(alike for _, alike in told)}{_named(by)}"
            for (places, by), told in where.items()
        ),
        key=str.casefold,
    )


def _where(told: Iterable[News]) -> str:
    """Return the members, each with what has it; objects that only gained something may be counted."""
    owners = grouped((one.member, one) for one in told)
    members = grouped((tuple(one.owner for one in alike), member) for member, alike in owners.items())
    breaks = any(one.verdict == "breaking" for alike in owners.values() for one in alike)
    return "; ".join(
        f"{', '.join(names)} of {', '.join(of) if breaks or len(of) <= _LISTED else f'{len(of)} objects'}"
        for of, names in members.items()
    )


def _each(told: Iterable[list[News]]) -> str:
    """Return a word that tells that the objects counted are others each time; nothing if they are not."""
    return " each" if len({frozenset(one.place for one in alike) for alike in told}) > 1 else ""


def _parts(told: Iterable[News]) -> Iterator[str]:
    """Yield what happened to parts of operations, together where the same operations show it."""
    parts = grouped((one.object, one) for one in told).values()
    for by, found in grouped((frozenset(one.operations for one in part), part) for part in parts).items():
        if len(by) == 1:
            yield f"{'; '.join(f'{part[0].object}: {_clauses(part)}' for part in found)}{_named(*by)}"
        else:
            yield from _by_object(one for part in found for one in part)


def _by_object(told: Iterable[News]) -> Iterator[str]:
    """Yield what happened to each object, by the operations that show it."""
    for name, found in grouped((one.object, one) for one in told).items():
        breaths = grouped((one.operations, one) for one in found)
        yield f"{name}: {'; '.join(f'{_clauses(breath)}{_named(by)}' for by, breath in breaths.items())}"


def _clauses(told: Iterable[News]) -> str:
    """Return what happened to members of one object, those in the same words together."""
    members = grouped((one.below, one.what) for one in told)
    same = grouped((together(said), member) for member, said in members.items())
    return "; ".join(f"{', '.join(names)} {what}".strip() for what, names in same.items())


def _shown_by(told: Iterable[News]) -> frozenset[str]:
    return frozenset[str]().union(*(one.operations for one in told))


def _named(operations: frozenset[str]) -> str:
    """Return the operations that show it, by their ids where they are few."""
    named = len(operations) <= _NAMED
    return f" · {', '.join(sorted(operations)) if named else _counted(len(operations))}"


def _counted(operations: int) -> str:
    return f"{operations} operation{'s' if operations > 1 else ''}"
