"""Reading the text of a filter.

The grammar: ``operator(field,value)``, ``operator(field)``, ``and(filter,filter,…)``, and a list of those
joined by commas, which means the same as ``and``. The vendor documents no more; ``or(filter,filter,…)``
and ``not(filter)`` are read as well, because people send them. :mod:`.filter_literals` describes the
literals; lists of them stand in brackets.
"""

from __future__ import annotations

import re
from typing import TypeGuard

from attrs import define

from .arguments import Reading, exact, shown
from .errors import ArgumentError
from .filter_literals import value_of
from .filters import Combination, Comparison, Filter

_SPACE = re.compile(r"\s*")
_OPERATOR = re.compile(r"[A-Za-z_][\w.$-]*")
_FIELD = re.compile(r"(?=[^\W\d]|\$)[^\s,()\[\]\"']++(?: ++[^\s,()\[\]\"']++)*+")
_QUOTED = re.compile(r"""(["'])(?:(?!\1)[^\\]|\\.)*+\1""", re.DOTALL)
_BARE = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2} (?=[0-9]{2}:))?+[^\s,()\[\]\"']++")
_DATED = re.compile(r"[0-9]{4}-")
_COMBINING = frozenset({"and", "or", "not"})


def parse(text: str, operation: str = "") -> Filter[str]:
    """Read a filter; ``operation`` is the id of the operation it is for, where that is known.

    The filter is written as it was read, white space between its parts aside.

    Raises:
        ArgumentError: the text is no filter; the message shows where it stops being one.
    """
    if not _is_text(text) or not _is_text(operation):
        raise ArgumentError(f"parse takes the text of a filter and an operation's id, not {shown(text)}")
    return Filter(exact(operation), _Reader(exact(text)).filter())


def _is_text(value: object) -> TypeGuard[str]:
    with Reading("parse"):
        return isinstance(value, str)


@define
class _Open:
    """A combination whose end was not yet read: where it stands, and how many operands it has so far."""

    operator: str
    index: int
    count: int = 0


class _Reader:
    """A position in a text, and what can be read from there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def filter(self) -> tuple[Comparison | Combination, ...]:
        """Read all of the text; no call stands for a level, so that any depth can be read."""
        terms: list[Comparison | Combination] = [Combination("", 0)]
        around = [_Open("", 0)]
        while around:
            operator = self.match(_OPERATOR, "an operator")
            self.expect("(")
            if operator in _COMBINING:
                around.append(_Open(operator, len(terms)))
                terms.append(Combination(operator, 0))
                continue
            terms.append(self.comparison(operator))
            self.close(around, terms)
        return tuple(terms if terms[0] != Combination("", 1) else terms[1:])

    def close(self, around: list[_Open], terms: list[Comparison | Combination]) -> None:
        """Read what follows a comparison: the ends of the combinations around it, up to a comma."""
        while around:
            innermost = around[-1]
            innermost.count += 1
            if innermost.operator != "not" and self.peek() == ",":
                self.expect(",")
                return
            self.expect(")" if innermost.operator else "")
            terms[innermost.index] = Combination(innermost.operator, innermost.count)
            around.pop()

    def comparison(self, operator: str) -> Comparison:
        field = self.match(_FIELD, "a field")
        literals: tuple[str | tuple[str, ...], ...] = ()
        if self.peek() == ",":
            self.expect(",")
            literals = (self.value(),)
        self.expect(")")
        return Comparison(operator, field, literals)

    def value(self) -> str | tuple[str, ...]:
        if self.peek() != "[":
            return self.literal()
        self.expect("[")
        literals: list[str] = []
        while self.peek() != "]" or literals:
            literals.append(self.literal())
            if self.peek() != ",":
                break
            self.expect(",")
        self.expect("]")
        return tuple(literals)

    def literal(self) -> str:
        if (quote := self.peek()) in {'"', "'"}:
            return self.match(_QUOTED, f"the end of the text that begins with {quote}")
        start = self.at
        word = self.match(_BARE, "a value")
        try:
            value_of(word)
        except ValueError:
            self.at = start
            kind = "a date or an instant of RFC 3339" if _DATED.match(word) else "a value"
            raise self.wrong(kind, "; text needs quotes") from None
        return word

    def peek(self) -> str:
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
        return self.text[self.at : self.at + 1]

    def expect(self, mark: str) -> None:
        if self.peek() != mark:
            raise self.wrong(repr(mark) if mark else "the end, or a comma and another filter")
        self.at += len(mark)

    def match(self, pattern: re.Pattern[str], what: str) -> str:
        self.peek()
        match = pattern.match(self.text, self.at)
        if match is None:
            raise self.wrong(what)
        self.at = match.end()
        return match.group()

    def wrong(self, expected: str, hint: str = "") -> ArgumentError:
        rest = self.text[self.at : self.at + 20]
        place = f"before {rest!r}" if rest else "at the end of the text"
        return ArgumentError(f"this is no filter: {expected} is missing at position {self.at}, {place}{hint}")
