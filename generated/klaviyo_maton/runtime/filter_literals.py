# Copied by "make generate" from codegen/runtime/filter_literals.py. Edit that file, not this one.
"""The literals of a filter: how a value is written in it, and which value a literal stands for.

Text stands in double or single quotes, a backslash before a quote or before another backslash taken away;
numbers, ``true``, ``false``, ``null``, RFC 3339 dates and instants stand bare.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from .arguments import digits, exact, shown
from .errors import ArgumentError

Literal = str | int | float | Decimal | bool | datetime | date | None
Value = Literal | tuple[Literal, ...]

_MOST_DIGITS = 4300  # what Python writes of a whole number
_EASY_DIGITS = 640  # what Python reads of one under any setting

_NUMBER = re.compile(r"-?([0-9]+)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")
_LEAP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}):60((?:\.[0-9]+)?(?:[Zz]|[+-][0-9:]+)?)"
)
_ESCAPED = re.compile(r"\\([\\\"'])")
_WORDS: dict[str, Literal] = {"true": True, "false": False, "null": None}


def literal(value: Literal) -> str:
    """Write a value as the grammar has it: text quoted, instants and numbers bare.

    Raises:
        ArgumentError: it is a number of so many digits that nobody could read it.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return digits(value, "a number in a filter")
    return _fraction(value if isinstance(value, Decimal) else Decimal(repr(value)))


def value_of(text: str) -> Literal:
    """Read a literal; what Python has no value for, a leap second or an exponent too large, is its text.

    Raises:
        ValueError: the text is none.
    """
    if text[:1] in {'"', "'"}:
        return _ESCAPED.sub(r"\1", text[1:-1])
    if text in _WORDS:
        return _WORDS[text]
    if number := _NUMBER.fullmatch(text):
        whole, fraction, exponent = number.groups()
        if fraction is None and exponent is None and len(whole) <= _EASY_DIGITS:
            return int(text)
        try:
            return Decimal(text)
        except ArithmeticError:
            return text
    if _DAY.fullmatch(text):
        return date.fromisoformat(text)
    if not _INSTANT.match(text):
        raise ValueError(text)
    if leap := _LEAP.fullmatch(text):
        datetime.fromisoformat(f"{leap[1]}:59{leap[2]}".upper())
        return text
    return datetime.fromisoformat(text.upper())


_EXPECTED: dict[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "text"),
    "date-time": ((datetime, date), "an aware datetime or a date"),
    "boolean": ((bool,), "True or False"),
    "integer": ((int,), "a whole number"),
    "number": ((int, float, Decimal), "a number"),
}


def checked(value: object, kind: str, place: str) -> Literal:
    """Refuse a value that the field does not take, and make fractions exact.

    Raises:
        ArgumentError: it is of another type, a naive datetime, not a number or infinite.
    """
    types, expected = _EXPECTED[kind]
    if not isinstance(value, types) or (isinstance(value, bool) and kind != "boolean"):
        raise ArgumentError(f"{place} is compared with {expected}, not with {shown(value)}")
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise ArgumentError(f"{place} needs a datetime with a time zone, such as datetime.now(UTC)")
    if isinstance(value, (float, Decimal)):
        fraction = Decimal(float.__repr__(value)) if isinstance(value, float) else value
        if not fraction.is_finite():
            raise ArgumentError(f"{place} cannot be compared with {shown(value)}")
        return fraction
    if isinstance(value, str):
        return exact(value)
    if isinstance(value, (int, datetime, date)):
        return value
    raise ArgumentError(f"{place} is compared with {expected}, not with {shown(value)}")


def _instant(value: datetime) -> str:
    offset = value.utcoffset() or timedelta(0)
    if offset % timedelta(minutes=1):  # RFC 3339 knows no seconds in offsets
        value, offset = value.astimezone(UTC), timedelta(0)
    text = value.isoformat()
    return text.removesuffix("+00:00") + "Z" if not offset else text


def _fraction(value: Decimal) -> str:
    _, written, exponent = value.as_tuple()
    if isinstance(exponent, int) and len(written) + abs(exponent) > _MOST_DIGITS:
        raise ArgumentError(f"a filter writes all digits of a number, and {shown(value)} has too many")
    return format(value, "f")
