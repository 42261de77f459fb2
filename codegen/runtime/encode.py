"""From Python values to JSON: what is passed is what is written, and nothing is bent to fit.

Allowed are models, mappings with text as keys, lists and tuples, aware datetimes, dates, decimals (with
their digits), numbers, text, truth values and None. What JSON cannot say is refused by name and place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, TypeAlias

from attrs import frozen
from msgspec.json import Encoder

from .codec import day, instant, is_array, is_object
from .errors import ArgumentError
from .filters import is_filter
from .unset import UNSET

Write: TypeAlias = Callable[[str, Any, Any], Any]
"""Makes JSON of a member: of its name, its value, and the JSON that it was read from (else UNSET)."""

_bytes_of = Encoder(decimal_format="number").encode


def encode(value: object, place: str = "body") -> bytes:
    """Write a value as JSON; ``place`` is its name in errors.

    Raises:
        ArgumentError: some part of it cannot be written as JSON.
    """
    return _bytes_of(to_jsonable(value, place))


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
        raise ArgumentError(f"{place} is nested too deeply, or contains itself") from None


class _RefusedError(Exception):
    """A value cannot be written; each level that it passes on its way out adds its step."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: list[str] = []


@frozen
class _Writer:
    """Copies values; ``before`` is the JSON that a value was read from.

    Where the two still mean the same, the JSON stays as it came: ``…Z`` stays ``…Z``.
    """

    received: bool

    def plain(self, value: Any, before: Any) -> Any:
        kind = value.__class__
        if kind is str:
            if not value.isascii() and value != before:
                _check_text(value)
            return value
        if value is None or kind is bool or kind is int:
            return value
        if kind is float:
            if not (isfinite(value) or repr(value) == repr(before)):  # a copied NaN is another object
                raise _RefusedError(f"JSON has no {value!r}")
            return value
        if kind is dict:
            return self.object(value, before)
        if kind is list or kind is tuple:
            return self.array(value, before)
        return self.other(value, before)

    def object(self, value: Mapping[Any, Any], before: Any) -> dict[str, Any]:
        known = before if is_object(before) else {}
        made: dict[str, Any] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                raise _RefusedError(f"a key is text, not {key!r}")
            if key not in known:
                _check_text(key)
            made[str.__str__(key)] = self.step(key, item, known.get(key, UNSET))
        return made

    def array(self, value: list[Any] | tuple[Any, ...], before: Any) -> list[Any]:
        known = before if is_array(before) else []
        made: list[Any] = []
        for index, item in enumerate(value):
            made.append(self.step(index, item, known[index] if index < len(known) else UNSET))
        return made

    def step(self, key: str | int, value: Any, before: Any) -> Any:
        try:
            return self.plain(value, before)
        except _RefusedError as refused:
            simple = isinstance(key, str) and key.isidentifier()
            refused.path.append(f".{key}" if simple else f"[{key!r}]")
            raise

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
                return self.plain(str.__str__(value), before)
            case int():
                return int(value)
            case float():
                return self.plain(float(value), before)
            case Mapping():
                return self.object({**value}, before)
            case list() | tuple():
                return self.array([*value], before)
            case _:
                raise _RefusedError(f"JSON has no {type(value).__name__}{_remedy(value)}")


def _remedy(value: object) -> str:
    if value is UNSET:
        return "; UNSET stands for a whole argument only"
    return "; a filter in a body is text: write str(…) of it" if is_filter(value) else ""


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


def _check_text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise _RefusedError(f"half a surrogate pair at character {error.start} is no text") from None
