# Copied by "make generate" from codegen/runtime/arguments.py. Edit that file, not this one.
"""What people pass: how a message shows it, how many values are taken, and what happens when it raises.

A value may be of any class, with methods that raise or never end; none of that gets past these functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ContextDecorator, suppress
from itertools import islice
from reprlib import Repr
from types import TracebackType
from typing import Any, TypeGuard

from .errors import ArgumentError, KlaviyoError

MOST_VALUES = 100_000
"""How many values one list may hold; the API takes a tenth of it at most."""

_SHOWN = 80

_short = Repr()
_short.maxstring = _short.maxother = _short.maxlong = _SHOWN


def shown(value: object) -> str:
    """Show a value in a message: on one line, not too long, whatever its own ``repr`` does."""
    with suppress(Exception):
        text = exact(_short.repr(value))
        start = text[: 2 * _SHOWN] + "…" * (len(text) > 2 * _SHOWN)
        return start if start.isprintable() else ascii(start)
    return f"a value of {_class_name(value)} that cannot be shown"


def exact(text: str) -> str:
    """Give a text as a plain ``str``, without what a subclass makes of it."""
    return str.__str__(text)


def is_listed(value: object) -> TypeGuard[Iterable[object]]:
    """Tell whether a value is several values: a list, a set, a generator, but no text and no mapping."""
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, bytearray, Mapping, type))


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Tell whether a value is a mapping of any kind."""
    return isinstance(value, Mapping)


def is_read_once(value: object) -> TypeGuard[Iterator[object]]:
    """Tell whether a value is several values that are gone once they were read, as those of a generator."""
    return isinstance(value, Iterator)


def listed(values: Iterable[object], place: str) -> list[object]:
    """Read several values.

    Raises:
        ArgumentError: there are so many that they may never end.
    """
    read = list(islice(values, MOST_VALUES + 1))
    if len(read) > MOST_VALUES:
        raise ArgumentError(f"{place} holds more than {MOST_VALUES:,} values")
    return read


def digits(value: int, place: str) -> str:
    """Write a whole number.

    Raises:
        ArgumentError: it has more digits than Python writes.
    """
    try:
        return int.__repr__(value)
    except ValueError:
        raise ArgumentError(f"{place} has more digits than can be written") from None


class Reading(ContextDecorator):
    """Around code that reads arguments: what their own methods raise becomes an `ArgumentError`."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if isinstance(error, Exception) and not isinstance(error, KlaviyoError):
            raise ArgumentError(
                f"{self._place}: an argument cannot be read, it raised {_class_name(error)}"
            ) from error


def _class_name(value: object) -> str:
    return exact(type.__dict__["__name__"].__get__(type(value)))
