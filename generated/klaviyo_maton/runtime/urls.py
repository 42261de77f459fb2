# Copied by "make generate" from codegen/runtime/urls.py. Edit that file, not this one.
"""Paths and query strings: what goes into a URL, and what never does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeGuard
from urllib.parse import quote, unquote

from .errors import ArgumentError

CLIENT_SIDE = "/client/"
_ROOTS = ("/api/", CLIENT_SIDE)


def fill(path: str, values: Mapping[str, str]) -> str:
    """Put ids into a path template, each percent-encoded as one segment.

    Raises:
        ArgumentError: an id is empty, a dot segment or holds a control character.
    """
    for key, value in values.items():
        if value in {"", ".", ".."}:
            raise ArgumentError(f"{key}={value!r} is no id: it would change which path is asked for")
        if any(character < " " or character == "\x7f" for character in value):
            raise ArgumentError(f"{key}={value!r} holds a control character")
        path = path.replace("{" + key + "}", quote_segment(value, key))
    return path


def quote_segment(value: str, place: str) -> str:
    """Percent-encode one segment of a path, slashes included."""
    try:
        return quote(value, safe="")
    except UnicodeEncodeError as error:
        raise ArgumentError(f"{place} holds half a surrogate pair, which is no text") from error


def encode_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Percent-encode a query: every reserved character in keys and values, spaces as ``%20``."""
    return "&".join(f"{quote_segment(key, key)}={quote_segment(value, key)}" for key, value in pairs)


def raw_path(path: str) -> str:
    """Check a path that somebody wrote by hand; it is sent as it is.

    Raises:
        ArgumentError: it is no path below ``/api/`` or ``/client/``, or would leave it.
    """
    if "://" in path or path.startswith("//"):
        raise ArgumentError(f"{path!r} names a host; give the path alone, such as '/api/profiles'")
    if not path.startswith(_ROOTS):
        raise ArgumentError(f"{path!r} lies outside /api/ and /client/; a path looks like '/api/profiles'")
    if any(character in path for character in "?#\\") or any(
        not "!" <= character <= "~" for character in path
    ):
        raise ArgumentError(
            f"{path!r} holds a character that does not belong into a path; "
            "percent-encode it, and give the query with query={…}"
        )
    decoded = unquote(path)
    if "\\" in decoded or any(segment in {".", ".."} for segment in decoded.split("/")):
        raise ArgumentError(f"{path!r} has dot segments or backslashes, which could lead elsewhere")
    return path


def is_listed(value: object) -> TypeGuard[Iterable[object]]:
    """Tell whether a value is several values: a list, a set, a generator, but no text and no mapping."""
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping))


def query_pairs(query: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """The pairs of a query that somebody wrote by hand; lists are joined by commas.

    Raises:
        ArgumentError: a value is neither text, a whole number, a truth value nor a list of those.
    """
    return tuple((key, query_text(value, key)) for key, value in query.items())


def query_text(value: object, place: str) -> str:
    """Write the value of a query parameter."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    if is_listed(value):
        return ",".join(query_text(item, place) for item in value)
    raise ArgumentError(f"{place} is text, a whole number, a truth value or a list of those, not {value!r}")
