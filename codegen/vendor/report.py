"""The differences between two documents as a page for people, or as JSON for programs.

What is said of several operations in the same words stands on one line with their number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping

from attrs import frozen

from codegen.openapi_schemas import Json, Schema
from codegen.vendor.changes import Change, Verdict, changes
from codegen.vendor.compare import Difference
from codegen.vendor.coverage import Coverage
from codegen.vendor.deviations import Deviation

_NAMED = 2
_ALIKE = 3
_WIDTH = 160
_TITLES: dict[Verdict, str] = {
    "breaking": "Breaks what worked",
    "addition": "Adds",
    "noise": "Follows from rules, or only promises more",
}


@frozen
class Report:
    """What was compared, and what came out of it.

    ``differences`` are those that no deviation admits; ``deviations`` are the others, by entry.
    """

    base: str
    upstream: str
    differences: tuple[Difference, ...]
    deviations: Mapping[Deviation, list[Difference]]
    coverage: Coverage

    @property
    def summary(self) -> str:
        """The line that tells how much is covered: ``2026-01-15: operations 304/304, …``."""
        used = [found for found in self.deviations.values() if found]
        facts = sum(map(len, used))
        return f"{self.upstream}: {self.coverage}, deviations {len(used)} ({facts} facts)"

    def page(self) -> str:
        """Return the page."""
        lines = [f"{self.upstream} against {self.base}", self.summary]
        changed = _changed(self.differences)
        for verdict, title in _TITLES.items():
            told = [str(line) for line in _lines(changed, verdict)]
            lines += ["", f"{title} ({len(told)})", *told] if told else []
        if not self.differences:
            lines += ["", "No difference beyond spec/deviations.yaml."]
        return "\n".join(lines)

    def json(self) -> Schema:
        """Return the same for programs, each difference by itself."""
        return {
            "base": self.base,
            "upstream": self.upstream,
            "operations": [*self.coverage.operations],
            "fields": [*self.coverage.fields],
            "differences": [_json(difference) for difference in self.differences],
            "deviations": [
                {"entry": str(entry), "reason": entry.reason, "facts": len(found)}
                for entry, found in self.deviations.items()
                if found
            ],
        }


def _json(difference: Difference) -> Json:
    told: list[Json] = [
        {"verdict": change.verdict, "subject": change.subject, "what": change.what}
        for change in changes(difference)
    ]
    return {
        "operation": difference.operation,
        "route": difference.route,
        "place": difference.place,
        "kind": difference.kind,
        "component": difference.component,
        "below": difference.below,
        "ours": difference.ours,
        "vendors": difference.vendors,
        "changes": told,
    }


# ------------------------------------------------------------------------------------------- the page


def _changed(differences: Iterable[Difference]) -> dict[Change, set[str]]:
    """Return the operations that show each change."""
    changed: dict[Change, set[str]] = {}
    for difference in differences:
        for change in changes(difference):
            changed.setdefault(change, set()).add(difference.operation)
    return changed


@frozen
class _Line:
    """Changes in the same words: what they are of, and the operations that show them."""

    subject: str
    what: str
    operations: frozenset[str]
    merged: bool = False

    def __str__(self) -> str:
        """Return the line, not too long for a page."""
        line = f"  {self.subject}: {self.what}"
        line = line if len(line) <= _WIDTH else f"{line[:_WIDTH]}…"
        if len(self.operations) <= _NAMED:
            return f"{line} · {', '.join(sorted(self.operations))}"
        return f"{line} · {len(self.operations)} operations"


def _lines(changed: Mapping[Change, set[str]], verdict: Verdict) -> list[_Line]:
    """Return the changes of one verdict, those of one subject, of one object and of one kind together."""
    kinds: dict[tuple[str, frozenset[str]], list[str]] = {}
    for change, operations in changed.items():
        if change.verdict == verdict:
            kinds.setdefault((change.subject, frozenset(operations)), []).append(change.what)
    lines = [_Line(subject, ", ".join(what), operations) for (subject, operations), what in kinds.items()]
    lines = _merged(lines, lambda line: (_owner(line.subject), line.what, line.operations), _of_owner)
    lines = _merged(lines, lambda line: (_end(line.subject), line.what), _of_many)
    return sorted(lines, key=lambda line: (line.subject, line.what))


def _merged(
    lines: list[_Line], key: Callable[[_Line], Hashable], subject: Callable[[list[str]], str]
) -> list[_Line]:
    """Return the lines, where several have the same key one line instead."""
    alike: dict[Hashable, list[_Line]] = {}
    for line in lines:
        alike.setdefault(line if line.merged else key(line), []).append(line)
    merged: list[_Line] = []
    for found in alike.values():
        subjects = [*dict.fromkeys(line.subject for line in found)]
        if len(subjects) < _ALIKE or "/" in subjects[0]:
            merged += found
        else:
            operations = frozenset[str]().union(*(line.operations for line in found))
            merged.append(_Line(subject(subjects), found[0].what, operations, merged=True))
    return merged


def _owner(subject: str) -> str:
    return subject.removesuffix(_end(subject))


def _end(subject: str) -> str:
    """Return the last member of a place, with the branch of a union that it leads to."""
    found = re.search(r"[^.]+(\.\([^)]*\))?$", subject)
    return found[0] if found else subject


def _of_owner(subjects: list[str]) -> str:
    return f"{subjects[0]}, {', '.join(map(_end, subjects[1:]))}"


def _of_many(subjects: list[str]) -> str:
    return f"{_end(subjects[0])} of {len(subjects)} objects"
