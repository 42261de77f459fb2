"""Mistakes in the spec: where each stands, what it is, and what would mend it.

Nothing here stops at the first mistake: whoever reads the spec adds to one list of problems, and
:class:`SpecError` reports the whole list, sorted by place.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from attrs import define, field, frozen


@frozen(order=True)
class Position:
    """A place in a file of the spec; lines and columns count from one."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Return the place as editors and terminals understand it."""
        return f"{self.file}:{self.line}:{self.column}"


@frozen(order=True)
class Problem:
    """One mistake, and what would mend it where that is known."""

    position: Position
    what: str
    suggestion: str = ""

    def __str__(self) -> str:
        """Return the problem as one line: the place, the mistake, the remedy."""
        remedy = f"; {self.suggestion}" if self.suggestion else ""
        return f"{self.position}: {self.what}{remedy}"


class SpecError(Exception):
    """The spec has mistakes; ``problems`` holds all of them, each once, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return one line for each problem."""
        return "\n".join(str(problem) for problem in self.problems)


class UnrenderableError(ValueError):
    """The spec is right as it stands, and what it says together can be no package; the message says why."""


@define
class Problems:
    """The problems found so far."""

    found: list[Problem] = field(factory=list[Problem])

    def add(self, position: Position, what: str, suggestion: str = "") -> None:
        """Record one problem."""
        self.found.append(Problem(position, what, suggestion))

    def unknown(
        self,
        position: Position,
        kind: str,
        word: str,
        known: Iterable[str],
        owner: str = "",
        *,
        otherwise: str = "",
    ) -> str:
        """Record that nothing of the kind is called by that word; suggest and return the nearest known one.

        ``otherwise`` is what to suggest where none is near. Whoever goes on with the near one does not report
        as unused what was only misspelled.
        """
        of = f" of {owner}" if owner else ""
        near = _nearest(word, known)
        self.add(position, f"unknown {kind} {word!r}{of}", _question(near) or otherwise)
        return near


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a question that offers the known word nearest to a mistaken one, or nothing."""
    return _question(_nearest(word, known))


def _nearest(word: str, known: Iterable[str]) -> str:
    return next(iter(get_close_matches(word, sorted(set(known)), n=1)), "")


def _question(near: str) -> str:
    return f"did you mean {near!r}?" if near else ""
