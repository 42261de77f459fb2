"""Paths and query strings: what goes into a URL, and what never does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from unicodedata import category, normalize
from urllib.parse import quote, unquote_to_bytes

from .arguments import digits, exact, is_listed, is_mapping, listed, shown
from .errors import ArgumentError

CLIENT_SIDE = "/client/"
CUT = "?#"
"""Where servers that decode too early end a path."""
_ROOTS = ("/api/", CLIENT_SIDE)
_WORD = re.compile(r"[A-Za-z0-9_~-]+")
_AGAIN = re.compile(r"%(?:25|u0025)+", re.IGNORECASE)
"""A percent sign that was encoded any number of times, which would take as many rounds to decode."""
_WIDE = re.compile(r"%u([0-9A-Fa-f]{4})")
_OVERLONG = re.compile(rb"(?:[\xc0\xc1]|\xe0[\x80\x81]|\xf0\x80[\x80\x81])[\x80-\xbf]")


def fill(path: str, values: Mapping[str, str]) -> str:
    """Put ids into a path template, each percent-encoded as one segment.

    Raises:
        ArgumentError: an id is empty, holds a dot segment, however encoded, or a control character.
    """
    for key, value in values.items():
        path = path.replace("{" + key + "}", value if _WORD.fullmatch(value) else _segment(value, key))
    return path


def _segment(value: str, key: str) -> str:
    if not value or has_dots(value):
        raise ArgumentError(f"{key}={shown(value)} is no id: it would change which path is asked for")
    if any(character < " " or character == "\x7f" for character in value):
        raise ArgumentError(f"{key}={shown(value)} holds a control character")
    return quote_segment(value, key)


def quote_segment(value: str, place: str) -> str:
    """Percent-encode one segment of a path, slashes included."""
    with suppress(UnicodeEncodeError):  # which holds the whole text
        return quote(value, safe="")
    raise ArgumentError(f"{place} holds half a surrogate pair, which is no text")


def encode_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Percent-encode a query: every reserved character in keys and values, spaces as ``%20``."""
    return "&".join(f"{quote_segment(key, key)}={quote_segment(value, key)}" for key, value in pairs)


def raw_path(path: str) -> str:
    """Check a path that somebody wrote by hand; it is sent as it is.

    Raises:
        ArgumentError: it is no path below ``/api/`` or ``/client/``, or would leave it.
    """
    if "://" in path or path.startswith("//"):
        raise ArgumentError(f"{shown(path)} names a host; give the path alone, such as '/api/profiles'")
    if not path.startswith(_ROOTS):
        raise ArgumentError(
            f"{shown(path)} lies outside /api/ and /client/; a path looks like '/api/profiles'"
        )
    if any(character in path for character in "?#\\") or any(
        not "!" <= character <= "~" for character in path
    ):
        raise ArgumentError(
            f"{shown(path)} holds a character that does not belong into a path; "
            "percent-encode it, and give the query with query={…}"
        )
    if "\\" in decoded(path) or has_dots(path):
        raise ArgumentError(f"{shown(path)} has dot segments or backslashes, which could lead elsewhere")
    return path


def decoded(text: str) -> str:
    """Give what is left of a part of a path after all that any server on the way might do to it.

    Escapes are resolved until there is none, those of other notations too, and what looks alike or differs
    in case becomes one; what nobody sees is dropped, except for NUL, where some end a path.
    """
    before = ""
    while text != before:
        before = text
        text = _WIDE.sub(lambda match: chr(int(match[1], 16)), _AGAIN.sub("%", text))
        content = _OVERLONG.sub(_shortened, unquote_to_bytes(text.encode(errors="surrogatepass")))
        text = "".join(filter(_is_seen, normalize("NFKC", content.decode(errors="replace"))))
    return text.upper().casefold()  # those who compare capitals take a dotless i for an i


def has_dots(text: str) -> bool:
    """Tell whether a part of a path holds a dot segment, however encoded."""
    segments = re.split(r"[/\\]", decoded(text))
    return any(re.split(rf"[;{CUT}\0]", segment)[0].strip() in {".", ".."} for segment in segments)


def _is_seen(character: str) -> bool:
    return character == "\0" or category(character) not in {"Cc", "Cf"}


def _shortened(match: re.Match[bytes]) -> bytes:
    """Give the ASCII character that UTF-8 writes with more bytes than it needs."""
    *_, high, low = match[0]
    return bytes([(high & 1) << 6 | low & 0x3F])


def query_pairs(query: object) -> tuple[tuple[str, str], ...]:
    """The pairs of a query that somebody wrote by hand; lists are joined by commas.

    Raises:
        ArgumentError: it is no mapping of text, or a value is neither text, a whole number, a truth value
            nor a list of those.
    """
    if not is_mapping(query):
        raise ArgumentError(f"query is a mapping of names and values, not {shown(query)}")
    named = ((text_of(key, "a name in query"), value) for key, value in query.items())
    return tuple((key, query_text(value, key)) for key, value in named)


def query_text(value: object, place: str) -> str:
    """Write the value of a query parameter."""
    if is_listed(value):
        return ",".join(_item_text(item, place) for item in listed(value, place))
    return _item_text(value, place)


def text_of(value: object, place: str) -> str:
    """Refuse what is not text."""
    if not isinstance(value, str):
        raise ArgumentError(f"{place} is text, not {shown(value)}")
    return exact(value)


def _item_text(value: object, place: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return exact(value)
    if isinstance(value, int):
        return digits(value, place)
    raise ArgumentError(
        f"{place} is text, a whole number, a truth value or a list of those, not {shown(value)}"
    )
