# Copied by "make generate" from codegen/runtime/codec.py. Edit that file, not this one.
"""JSON text and the values it stands for.

msgspec reads nearly everything; what it refuses although some servers write it (NaN, lone surrogates,
numbers out of range) the standard library reads, so that one odd value never loses what stands around it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Annotated, Any, TypeGuard

from attrs import frozen
from msgspec import Meta, MsgspecError, Raw, ValidationError, convert
from msgspec.json import Decoder

from .errors import Undecodable

INSTANT: Any = Annotated[datetime, Meta(tz=True)]
"""What msgspec reads an RFC 3339 date-time as."""

REFUSED = (MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for a text that :func:`decode` may still be able to read."""

DEPTH = 600
"""How deeply JSON may nest: less than Python's stack takes, so that what was read can be worked with."""

FEW = 1_000
"""As many items no array is too small for, whatever they are."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SHOWN = 60
_LONGEST_LETTER = 4
_ARRAY, _OBJECT = len(b"[]"), len(b'{"":}')
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"')
_STEPS = bytes.maketrans(b"[{]}", b"\0\0\1\1")
_OTHERS = bytes({*range(256)} - {*b"[{]}"})
_step = (1, -1).__getitem__

_decode = Decoder[Any]().decode
_write = json.JSONEncoder(separators=(",", ":")).encode
_decode_array = Decoder(list[Raw]).decode
_decode_object = Decoder(dict[str, Raw]).decode


def decode(text: bytes) -> Any:
    """Read one JSON value; a byte order mark before it is none of its text.

    Whole numbers of more digits than Python converts are decimals.

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
        raise too_deep("$", text) from error
    except ValueError as error:
        raise undecodable("$", "JSON", quoted(text)) from error


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
            raise undecodable("$", "UTF-8", quoted(text)) from error
    return text


def without_mark(text: bytes) -> bytes:
    """Take off the byte order mark that some programs write before UTF-8."""
    return text.removeprefix(_BYTE_ORDER_MARK)


def is_deep(text: bytes) -> bool:
    """Tell JSON that nests more deeply than `DEPTH`."""
    size = len(text)
    if size <= _ARRAY * DEPTH:
        return False
    arrays = size - len(text.replace(b"[", b""))  # several times as fast as to count
    if arrays + (size - _ARRAY * arrays) // _OBJECT <= DEPTH:
        return False
    objects = size - len(text.replace(b"{", b""))
    if arrays + objects <= DEPTH:
        return False
    steps = _STRINGS.sub(b"", text).translate(_STEPS, _OTHERS)
    return max(accumulate(map(_step, steps))) > DEPTH


def too_deep(path: str, text: bytes) -> Undecodable:
    """Make the error for JSON at a path that nests too deeply to be worked with."""
    return undecodable(path, "JSON that is nested less deeply", shown(text))


def is_crowded(count: int, size: int, least: int) -> bool:
    """Tell whether an array of so many bytes holds more than a few items smaller than any of ``least`` bytes.

    What is made of an item takes far more memory than the item, which may be ``1``.
    """
    return count > FEW + size // least


def rewrite(value: object) -> bytes:
    """Write decoded JSON, so that reading it gives the same again, NaN and half surrogate pairs included."""
    try:
        return _write(value).encode()
    except TypeError:  # a decimal
        return "".join(_pieces(value)).encode()


@frozen
class _Piece:
    """Text that is written already."""

    text: str


def _pieces(value: object) -> Iterator[str]:
    """Write JSON that holds decimals, piece by piece."""
    waiting = [value]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, _Piece):
            yield piece.text
        elif isinstance(piece, Decimal):
            yield str(piece)
        elif is_object(piece):
            yield "{"
            waiting.append(_Piece("}"))
            for index, (key, item) in reversed([*enumerate(piece.items())]):
                waiting += [item, _Piece("," * (index > 0) + json.dumps(key) + ":")]
        elif is_array(piece):
            yield "["
            waiting.append(_Piece("]"))
            for index, item in reversed([*enumerate(piece)]):
                waiting += [item, _Piece("," * (index > 0))]
        else:
            yield json.dumps(piece)


def undecodable(path: str, expected: str, got: str) -> Undecodable:
    """Make the error that tells what should stand at a path (``$.data[3].id``) and what does."""
    return Undecodable(f"{path}: expected {expected}, got {got}", path=path, expected=expected, got=got)


def shown(text: bytes) -> str:
    """Give the beginning of JSON, fit to stand in a message."""
    begun, rest = _beginning(text)
    return "".join(letter if letter.isprintable() else " " for letter in begun) + rest


def quoted(text: bytes) -> str:
    """Give the beginning of what may be anything, fit to stand in a message."""
    begun, rest = _beginning(text)
    return repr(begun) + rest


def _beginning(text: bytes) -> tuple[str, str]:
    begun = bytes(memoryview(text)[: _LONGEST_LETTER * (_SHOWN + 1)]).decode(errors="replace")
    return begun[:_SHOWN], "…" * (len(begun) > _SHOWN)


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


def _number(text: str) -> int | Decimal:
    try:
        return int(text)
    except ValueError:  # longer than Python converts
        return Decimal(text)
