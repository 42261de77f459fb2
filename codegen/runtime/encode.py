"""From Python values to JSON: what is passed is what is written, and nothing is bent to fit.

Allowed are models, mappings with text as keys, lists and tuples, aware datetimes, dates, decimals (with
their digits), numbers, text, truth values and None. What JSON cannot say is refused by name and place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, TypeAlias

from attrs import frozen
from msgspec.json import Encoder

from .codec import DEPTH, day, instant, is_array, is_object
from .errors import ArgumentError
from .filters import is_filter
from .unset import UNSET

Write: TypeAlias = Callable[[str, Any, Any], Any]
"""Makes JSON of a member: of its name, its value, and the JSON that it was read from (else UNSET)."""

_SURELY_SHORT = 2_000
"""The bits of whole numbers that Python writes whatever its limit of digits is."""

_bytes_of = Encoder(decimal_format="number").encode


def encode(value: object, place: str = "body") -> bytes:
    """Write a value as JSON; ``place`` is its name in errors.

    Raises:
        ArgumentError: some part of it cannot be written as JSON.
    """
    try:
        return _bytes_of(to_jsonable(value, place))
    except RecursionError:
        raise _too_deep(place) from None


def encode_copied(value: object) -> bytes:
    """Write a body whose values were copied by :func:`to_jsonable`, and need not be once more.

    Raises:
        ArgumentError: what was put around them cannot be written.
    """
    try:
        return _bytes_of(value)
    except (UnicodeEncodeError, RecursionError):
        return encode(value)


def to_jsonable(value: object, place: str = "value", *, received: bool = False) -> Any:
    """Copy a value into what JSON knows: dicts, lists, text, numbers (decimals included) and None.

    ``place`` is its name in errors. With ``received``, the value is decoded JSON or a model, and what it
    was read from is not checked: it may hold NaN, which some servers write and nobody should send.

    Raises:
        ArgumentError: some part of it cannot be written as JSON.
    """
    try:
        return _Writer(received).plain(value, value if received else UNSET)
    except _RefusedError as refused:
        raise ArgumentError(f"{place}{''.join(reversed(refused.path))}: {refused.reason}") from None
    except RecursionError:
        raise _too_deep(place) from None


class _RefusedError(Exception):
    """A value cannot be written; each level that it passes on its way out adds its step.

    ``inside`` tells that it is an item of the innermost container, not one of its keys.
    """

    def __init__(self, reason: str, *, inside: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.inside = inside
        self.path: list[str] = []


_Level: TypeAlias = tuple[Iterator[tuple[Any, Any]], Any, Any]
"""A container that is being copied: what of it is still to come, its copy, and what it was read from.

It is told from copies by being a tuple, of which JSON has none.
"""


@frozen
class _Writer:
    """Copies values; ``before`` is the JSON that a value was read from.

    Where the two still mean the same, the JSON stays as it came: ``…Z`` stays ``…Z``. Containers wait in a
    list while what is in them is copied, not on Python's stack: JSON that was read may nest deeply.
    """

    received: bool

    def plain(self, value: Any, before: Any) -> Any:
        begun = self.begun(value, before)
        return self.filled(begun) if begun.__class__ is tuple else begun

    def step(self, key: str, value: Any, before: Any) -> Any:
        """Copy a member of a model."""
        try:
            begun = self.begun(value, before)
            return self.filled(begun) if begun.__class__ is tuple else begun
        except _RefusedError as refused:
            refused.path.append(_step(key))
            raise

    def filled(self, outer: _Level) -> Any:
        """Copy what a container holds, at any depth."""
        key: Any = None
        keys: list[Any] = []
        levels = [outer]
        try:
            while levels:
                items, made, known = levels[-1]
                is_list = made.__class__ is list
                for key, item in items:
                    kind = item.__class__
                    if item is None or kind is bool or (kind is str and item.isascii()):
                        copied = item
                    elif is_list:
                        copied = self.begun(item, known[key] if key < len(known) else UNSET)
                    else:
                        copied = self.begun(item, known.get(key, UNSET))
                    inner = copied if copied.__class__ is tuple else None
                    if is_list:
                        made.append(copied if inner is None else inner[1])
                    else:
                        name = key if key.__class__ is str and key.isascii() else _key(key, known)
                        made[name] = copied if inner is None else inner[1]
                    if inner is not None:
                        if len(levels) == DEPTH:
                            raise RecursionError
                        keys.append(key)
                        levels.append(inner)
                        break
                else:
                    levels.pop()
                    if keys:
                        keys.pop()
        except _RefusedError as refused:
            refused.path += [_step(step) for step in ([key] * refused.inside + keys[::-1])]
            raise
        return outer[1]

    def begun(self, value: Any, before: Any) -> Any:
        """Copy a value; a container is only begun."""
        kind = value.__class__
        if kind is str:
            if not value.isascii() and value != before:
                _check_text(value)
            return value
        if value is None or kind is bool:
            return value
        if kind is int:
            return value if value.bit_length() < _SURELY_SHORT else _number(value)
        if kind is float:
            if not (isfinite(value) or repr(value) == repr(before)):  # a copied NaN is another object
                raise _RefusedError(f"JSON has no {value!r}")
            return value
        if kind is dict:
            return iter(value.items()), {}, before if is_object(before) else {}
        if kind is list or kind is tuple:
            return enumerate(value), [], before if is_array(before) else ()
        return self.other(value, before)

    def other(self, value: Any, before: Any) -> Any:
        if hasattr(value, "__jsonable__"):  # a model, which knows the JSON around its members
            made = value.__jsonable__(self.step)
            return made if self.received else self.plain(made, UNSET)
        match value:
            case datetime():
                return before if _is_instant(before, value) else _rfc3339(value)
            case date():
                return before if isinstance(before, str) and day(before) == value else value.isoformat()
            case Decimal():
                if not value.is_finite():
                    raise _RefusedError(f"JSON has no {value}")
                return value
            case str():
                return self.begun(str.__str__(value), before)
            case int():
                return _number(int(value))
            case float():
                return self.begun(float(value), before)
            case Mapping():
                return self.begun({**value}, before)
            case list() | tuple():
                return self.begun([*value], before)
            case _:
                raise _RefusedError(f"JSON has no {type(value).__name__}{_remedy(value)}")


def _remedy(value: object) -> str:
    if value is UNSET:
        return "; UNSET stands for a whole argument only"
    return "; a filter in a body is text: write str(…) of it" if is_filter(value) else ""


def _key(key: object, known: Mapping[str, Any]) -> str:
    if not isinstance(key, str):
        raise _RefusedError(f"a key is text, not {key!r}", inside=False)
    if key not in known:
        _check_text(key, inside=False)
    return str.__str__(key)


def _step(key: object) -> str:
    return f".{key}" if isinstance(key, str) and key.isidentifier() else f"[{key!r}]"


def _too_deep(place: str) -> ArgumentError:
    return ArgumentError(f"{place} is nested too deeply, or contains itself")


def _number(value: int) -> int:
    try:
        str(value)
    except ValueError:
        raise _RefusedError("a whole number of so many digits is passed as a Decimal") from None
    return value


def _rfc3339(value: datetime) -> str:
    offset = value.utcoffset()
    if offset is None:
        raise _RefusedError(
            f"{value.isoformat()} names no time zone; write value.astimezone(), or tzinfo=UTC when it is UTC"
        )
    if offset % timedelta(minutes=1):  # RFC 3339 writes offsets in whole minutes
        value = value.astimezone(UTC)
    return value.isoformat()


def _is_instant(before: object, value: datetime) -> bool:
    known = instant(before) if isinstance(before, str) else None
    return known is not None and known == value and known.utcoffset() == value.utcoffset()


def _check_text(value: str, *, inside: bool = True) -> None:
    start: int | None = None
    try:
        value.encode()
    except UnicodeEncodeError as error:
        start = error.start  # the error itself holds the whole text, and would stay in the chain of ours
    if start is not None:
        raise _RefusedError(f"half a surrogate pair at character {start} is no text", inside=inside)
