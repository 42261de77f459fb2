"""The edits of ``mutants.yaml``, and the laws that must notice them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from attrs import frozen

ROOT = Path(__file__).parents[2]


@frozen
class Mutant:
    """An edit of a file, and the law (a pytest id) that must fail once it is made.

    ``old``, which occurs once in the file, becomes ``new``.
    """

    law: str
    file: str
    old: str
    new: str

    @property
    def test(self) -> tuple[str, str]:
        """The file and the function of the law, without the case that is tried."""
        file, _, rest = self.law.partition("::")
        return file, rest.partition("[")[0]


@cache
def mutants() -> tuple[Mutant, ...]:
    """Read the edits."""
    listed = yaml.safe_load((ROOT / "tests/mutants/mutants.yaml").read_text(encoding="utf-8"))
    return tuple(Mutant(**entry) for entry in listed)
