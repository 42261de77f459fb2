"""The differences from the vendor's documents that ``spec/deviations.yaml`` admits.

An entry covers the differences of some operations (``operations``: ids) at some places (``at``); in both
``*`` stands for any text, and a place covers what lies below it. ``facts`` is the number of differences
that the entry covers in the documents of all revisions together, so that it can cover no others unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from attrs import frozen

from codegen.load import read
from codegen.parse_nodes import as_mapping, scalar, text, texts, whole
from codegen.problems import Position, Problems, SpecError
from codegen.tree import Mapping, Node, Sequence
from codegen.vendor.compare import Difference

FILE = "deviations.yaml"
_KEYS = ("at", "operations", "facts", "reason", "evidence")


@frozen
class Deviation:
    """An entry of the file: what it covers, how often, why it is so, and how we know."""

    operations: tuple[str, ...]
    places: tuple[str, ...]
    facts: int
    reason: str
    evidence: str
    position: Position

    def covers(self, difference: Difference) -> bool:
        """Tell whether the entry admits the difference."""
        return self.holds(difference.operation, difference.place)

    def holds(self, operation: str, place: str) -> bool:
        """Tell whether the entry is about a place in an operation."""
        return any(_fits(pattern, operation) for pattern in self.operations) and any(
            _fits(pattern, place, below=True) for pattern in self.places
        )

    def idle(self, covered: Iterable[Difference]) -> list[str]:
        """Return the patterns of the entry that none of the differences that it covers needs."""
        found = [*covered]
        return [
            *(p for p in self.operations if not any(_fits(p, d.operation) for d in found)),
            *(p for p in self.places if not any(_fits(p, d.place, below=True) for d in found)),
        ]

    def __str__(self) -> str:
        """Return the place of the entry and what it covers."""
        return f"{self.position}: {', '.join(self.places)} of {', '.join(self.operations)}"


def admitted(
    differences: Iterable[Difference], deviations: Iterable[Deviation]
) -> tuple[list[Difference], dict[Deviation, list[Difference]]]:
    """Return the differences that no entry covers, and those that each covers; the first that does counts."""
    entries = [*deviations]
    covered: dict[Deviation, list[Difference]] = {entry: [] for entry in entries}
    others: list[Difference] = []
    for difference in differences:
        entry = next((entry for entry in entries if entry.covers(difference)), None)
        (others if entry is None else covered[entry]).append(difference)
    return others, covered


def load_deviations(spec: Path) -> tuple[Deviation, ...]:
    """Return the entries of the file in the directory of a spec; SpecError tells what is wrong with it."""
    problems = Problems()
    shown = f"{spec.name}/{FILE}"
    try:
        content = (spec / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    root = read(content, shown, problems)
    entries = root.get("deviations") if isinstance(root, Mapping) else None
    if root is not None and not isinstance(entries, Sequence):
        problems.add(root.position, "there is no list of deviations", "begin with 'deviations:'")
    items = entries.items if isinstance(entries, Sequence) else ()
    found = tuple(_deviation(entry, problems) for entry in items)
    if problems.found:
        raise SpecError(problems.found)
    return found


def _deviation(node: Node, problems: Problems) -> Deviation:
    entry = as_mapping(node, node.position)
    for key in _KEYS:
        if key not in entry:
            problems.add(node.position, f"a deviation without {key!r}", f"it has {', '.join(_KEYS)}")
    for member in entry:
        if member.key.text not in _KEYS:
            problems.unknown(member.key.position, "key", member.key.text, _KEYS, "a deviation")
        elif not texts(entry, member.key.text):
            problems.add(member.key.position, f"{member.key.text!r} says nothing")
    facts = whole(entry, "facts")
    count = scalar(entry, "facts")
    if count and not facts:
        problems.add(count.position, f"{count.text!r} facts", "count what the entry covers, or remove it")
    return Deviation(
        operations=texts(entry, "operations"),
        places=texts(entry, "at"),
        facts=facts or 0,
        reason=text(entry, "reason"),
        evidence=text(entry, "evidence"),
        position=node.position,
    )


def _fits(pattern: str, word: str, *, below: bool = False) -> bool:
    return _expression(pattern, below=below).fullmatch(word) is not None


@cache  # every place of a document is held against every pattern
def _expression(pattern: str, *, below: bool) -> re.Pattern[str]:
    expression = ".*".join(map(re.escape, pattern.split("*")))
    return re.compile(expression + (r"([.\[].*)?" if below else ""))
