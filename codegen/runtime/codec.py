"""JSON text and the values it stands for.

msgspec reads nearly everything; what it refuses although some servers write it (NaN, lone surrogates,
numbers out of range) the standard library reads, so that one odd value never loses what stands around it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeGuard

from msgspec import Meta, MsgspecError, Raw, ValidationError, convert
from msgspec.json import Decoder, Encoder

from .errors import Undecodable

INSTANT: Any = Annotated[datetime, Meta(tz=True)]
"""What msgspec reads an RFC 3339 date-time as."""

REFUSED = (MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for a text that :func:`decode` may still be able to read."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SHOWN = 60

_decode = Decoder[Any]().decode
_decode_array = Decoder(list[Raw]).decode
_decode_object = Decoder(dict[str, Raw]).decode
_encode = Encoder(decimal_format="number").encode


def decode(text: bytes) -> Any:
    """Read one JSON value; a byte order mark before it is none of its text.

    Raises:
        Undecodable: the text is no JSON, or nested too deeply.
    """
    try:
        return _decode(text)
    except REFUSED:
        pass
    try:
        return json.loads(without_mark(bytes(text)).decode(), parse_int=_number)
    except RecursionError as error:
        raise undecodable("$", "JSON that is nested less deeply", shown(text)) from error
    except ValueError as error:
        raise undecodable("$", "JSON", shown(text)) from error


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Tell decoded JSON that is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Tell decoded JSON that is an array."""
    return isinstance(value, list)


def items(text: bytes) -> Sequence[bytes]:
    """Cut a JSON array into the JSON of its items."""
    try:
        return _decode_array(text)
    except REFUSED:
        return [rewrite(item) for item in decode(text)]


def values(text: bytes) -> Mapping[str, bytes]:
    """Cut a JSON object into the JSON of its members.

    Raises:
        Undecodable: the text is no JSON, or not that of an object.
    """
    try:
        return _decode_object(text)
    except REFUSED:
        value = decode(text)
        if not is_object(value):
            raise undecodable("$", "a JSON object", shown(text)) from None
        return {key: rewrite(item) for key, item in value.items()}


def checked(text: bytes) -> bytes:
    """Take off the byte order mark and make sure that the rest is UTF-8, which nothing below looks at again.

    Raises:
        Undecodable: it is not UTF-8.
    """
    text = without_mark(text)
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError as error:
            raise undecodable("$", "UTF-8", shown(text)) from error
    return text


def without_mark(text: bytes) -> bytes:
    """Take off the byte order mark that some programs write before UTF-8."""
    return text.removeprefix(_BYTE_ORDER_MARK)


def rewrite(value: object) -> bytes:
    """Write decoded JSON, so that reading it gives the same again, NaN and half surrogate pairs included."""
    try:
        return json.dumps(value, separators=(",", ":")).encode()
    except TypeError:  # a decimal, of which msgspec writes all digits
        return _encode(value)


def undecodable(path: str, expected: str, got: str) -> Undecodable:
    """Make the error that tells what should stand at a path (``$.data[3].id``) and what does."""
    return Undecodable(f"{path}: expected {expected}, got {got}", path=path, expected=expected, got=got)


def shown(text: bytes) -> str:
    """Give the beginning of a text, fit to stand in a message."""
    start = bytes(text)[: _SHOWN + 1]
    return repr(start[:_SHOWN].decode(errors="replace")) + "…" * (len(start) > _SHOWN)


def instant(text: str) -> datetime | None:
    """Read an RFC 3339 date-time; None where the text is something else or names no offset."""
    try:
        value: datetime = convert(text, INSTANT)
    except (ValidationError, UnicodeEncodeError):
        return None
    return value


def day(text: str) -> date | None:
    """Read an RFC 3339 full-date; None where the text is something else."""
    try:
        return convert(text, date)
    except (ValidationError, UnicodeEncodeError):
        return None


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:  # longer than Python converts
        return float(text)
