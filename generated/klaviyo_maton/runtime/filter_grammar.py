# Copied by "make generate" from codegen/runtime/filter_grammar.py. Edit that file, not this one.
"""Reading the text of a filter.

The grammar: ``operator(field,value)``, ``operator(field)``, ``and(filter,filter,…)``, and a list of those
joined by commas, which means the same as ``and``. Text stands in double or single quotes, a backslash
before the quote or before another backslash taken away; numbers, ``true``, ``false``, ``null``, RFC 3339
dates and instants stand bare; lists stand in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from .errors import ArgumentError
from .filters import Comparison, Filter, Literal, Value

T = TypeVar("T")

_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"[A-Za-z_][\w.$-]*")
_BARE = re.compile(r"[^\s,()\[\]\"']+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ESCAPED = re.compile(r"\\([\\\"'])")
_WORDS: dict[str, Literal] = {"true": True, "false": False, "null": None}


def parse(text: str, operation: str = "") -> Filter[str]:
    """Read a filter; ``operation`` is the id of the operation it is for, where that is known.

    Raises:
        ArgumentError: the text is no filter; the message shows where it stops being one.
    """
    reader = _Reader(text)
    comparisons = reader.listed(reader.filter, "")
    return Filter(operation, tuple(comparison for group in comparisons for comparison in group))


class _Reader:
    """A position in a text, and what can be read from there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def filter(self) -> tuple[Comparison, ...]:
        operator = self.match(_NAME, "an operator")
        self.expect("(")
        if operator == "and":
            groups = self.listed(self.filter, ")")
            return tuple(comparison for group in groups for comparison in group)
        field = self.match(_NAME, "a field")
        values: tuple[Value, ...] = ()
        if self.peek() == ",":
            self.expect(",")
            values = (self.value(),)
        self.expect(")")
        return (Comparison(operator, field, values),)

    def value(self) -> Value:
        if self.peek() != "[":
            return self.literal()
        self.expect("[")
        if self.peek() == "]":
            self.expect("]")
            return ()
        return tuple(self.listed(self.literal, "]"))

    def literal(self) -> Literal:
        if self.peek() in {'"', "'"}:
            return self.quoted(self.peek())
        word = self.match(_BARE, "a value")
        if word in _WORDS:
            return _WORDS[word]
        try:
            if _NUMBER.fullmatch(word):
                return int(word) if word.lstrip("-").isdigit() else Decimal(word)
            return date.fromisoformat(word) if _DAY.fullmatch(word) else datetime.fromisoformat(word)
        except ValueError:
            self.at -= len(word)
            raise self.wrong("a value; text needs quotes") from None

    def quoted(self, quote: str) -> str:
        match = re.compile(rf"{quote}((?:[^{quote}\\]|\\.)*){quote}", re.DOTALL).match(self.text, self.at)
        if match is None:
            raise self.wrong(f"the end of the text that begins with {quote}")
        self.at = match.end()
        return _ESCAPED.sub(r"\1", match.group(1))

    def listed(self, read: Callable[[], T], end: str) -> list[T]:
        """Read one thing or several with commas between, up to ``end`` (empty: the end of the text)."""
        items = [read()]
        while self.peek() == ",":
            self.expect(",")
            items.append(read())
        self.expect(end)
        return items

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

    def wrong(self, expected: str) -> ArgumentError:
        rest = self.text[self.at :][:20]
        return ArgumentError(
            f"this is no filter: {expected} is missing at position {self.at}, before {rest!r}"
        )
