"""The differences from the vendor's documents that ``spec/deviations.yaml`` admits.

An entry covers the differences of some operations (``operations``: ids) at some places (``at``); in both
``*`` stands for any text, and a place covers what lies below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import yaml
from attrs import frozen

from codegen.openapi_schemas import Json
from codegen.vendor.compare import Difference
from codegen.vendor.normalise import mapping, sequence, text

_FILE = Path(__file__).parents[2] / "spec" / "deviations.yaml"


@frozen
class Deviation:
    """An entry of the file: what it covers, why it is so, and how we know."""

    operations: tuple[str, ...]
    places: tuple[str, ...]
    reason: str
    evidence: str

    def covers(self, difference: Difference) -> bool:
        """Tell whether the entry admits the difference."""
        return any(_fits(pattern, difference.operation) for pattern in self.operations) and any(
            _fits(pattern, difference.place, below=True) for pattern in self.places
        )

    def idle(self, found: Iterable[Difference]) -> list[str]:
        """Return the patterns of the entry that none of the differences needs."""
        covered = [difference for difference in found if self.covers(difference)]
        return [
            *(p for p in self.operations if not any(_fits(p, d.operation) for d in covered)),
            *(p for p in self.places if not any(_fits(p, d.place, below=True) for d in covered)),
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.places)} of {', '.join(self.operations)}: {self.reason}"


def deviations() -> list[Deviation]:
    """Return the entries of the file."""
    document: Json = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    entries = map(mapping, sequence(mapping(document)["deviations"]))
    return [
        Deviation(
            operations=_texts(entry["operations"]),
            places=_texts(entry["at"]),
            reason=text(entry["reason"]),
            evidence=text(entry["evidence"]),
        )
        for entry in entries
    ]


def _texts(value: Json) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(map(text, sequence(value)))


def _fits(pattern: str, word: str, *, below: bool = False) -> bool:
    expression = ".*".join(map(re.escape, pattern.split("*")))
    return re.fullmatch(expression + (r"([.\[].*)?" if below else ""), word) is not None
