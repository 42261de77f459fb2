# Copied by "make generate" from codegen/runtime/maton.py. Edit that file, not this one.
"""Connecting an account through Maton: begin, send somebody to a page, wait until access is granted.

These are flows like any other, so that both colours of the helper drive the same ones. Maton answers the
beginning with the whole connection, with the connection in a member, or with its id alone.

The pages carry session tokens, so no function here raises while a local holds the content of an answer.
"""

from __future__ import annotations

import sys
import time
import webbrowser
from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from .answer import Answer
from .codec import decode, is_array, is_object, shown, undecodable
from .connection import Maton, MatonAccount, is_loopback, url_flaw
from .errors import ArgumentError, CredentialMissing, JobFailed, Undecodable
from .flow import Flow, Sleep
from .headers import flaw
from .secret import Secret
from .unreadable import located

PAUSE = 2.0
"""Seconds between two questions whether access was granted."""

_ID_KEYS = ("connection_id", "connection_Id", "id")
_MATON_HOST = "maton.ai"
_LONGEST_ID = 200
_LONGEST_MOMENT = 40


def connect(
    account: MatonAccount,
    create: Flow[Answer],
    get: Callable[[str], Flow[Answer]],
    give_out: Callable[[str], object],
    *,
    deadline: float = 300.0,
    now: Callable[[], float] = time.monotonic,
) -> Flow[Maton]:
    """Begin a connection and wait until somebody granted access; gives the way to the service.

    ``create`` begins it and ``get`` reads it by its id. ``give_out`` is told, once, the URL of the page where
    access is granted, which is a secret. ``deadline`` bounds the whole, in seconds of ``now``.

    Raises:
        JobFailed: access was refused, did not come in time, or would be granted on a page not of Maton.
        Undecodable: an answer names no connection.
    """
    end = now() + deadline
    connection_id = created_id((yield from create))
    given_out = False
    while True:
        status, page = _state((yield from get(connection_id)))
        if status == "ACTIVE":
            return account.connection(connection_id)
        if status == "FAILED":
            raise JobFailed(f"connection {connection_id} failed: begin again", state="FAILED")
        if page and not given_out:
            if not _is_trusted(page, account.base_url):
                raise JobFailed("Maton named a page of another host, or one without https", state=status)
            give_out(page.reveal())
            given_out = True
        if now() + PAUSE > end:
            reason = "nobody granted access" if given_out else "Maton named no page to grant access at"
            raise JobFailed(f"connection {connection_id}: {reason} in {deadline:g} s", state=status)
        yield Sleep(PAUSE)


def choose(
    account: MatonAccount, list_active: Flow[Answer], *, take: Literal["oldest", "newest"] | None = None
) -> Flow[Maton]:
    """Give the way to the service over the one connection that is active, or over the one to take of several.

    Raises:
        ArgumentError: there are several, and ``take`` does not say which.
        CredentialMissing: there is none.
    """
    active = sorted(_active((yield from list_active)))
    if not active:
        raise CredentialMissing("Maton holds no active connection: make one with connect()")
    if len(active) > 1 and take is None:
        names = ", ".join(f"{connection_id} (of {since})" for since, connection_id in active)
        raise ArgumentError(
            f"Maton holds {len(active)} active connections, name one as connection_id: {names}"
        )
    _, connection_id = active[-1 if take == "newest" else 0]
    return account.connection(connection_id)


def created_id(answer: Answer) -> str:
    """Read the id of a connection that was just begun, in any of the three shapes.

    Raises:
        Undecodable: there is none.
    """
    found = _id(_connection(answer))
    if not found:
        raise _odd(answer, "the id of a connection")
    return found


def show_page(url: str, *, open_browser: bool = False) -> None:
    """Tell on standard error where access is granted, and open the page in a browser when asked to."""
    sys.stderr.write(f"Grant access at {url}\n")
    if open_browser:
        webbrowser.open(url)


def _state(answer: Answer) -> tuple[str, Secret]:
    """The status of a connection, and the page where it is granted (an empty secret where there is none)."""
    connection = _connection(answer)
    status, url = connection.get("status"), connection.get("url")
    return status if isinstance(status, str) else "", Secret(url if isinstance(url, str) else "")


def _active(answer: Answer) -> list[tuple[str, str]]:
    """When each active connection was made, and its id."""
    entries = _entries(answer)
    if entries is None:
        raise _odd(answer, "a list of connections")
    active = (entry for entry in entries if entry.get("status") == "ACTIVE")
    return [(_since(entry), _id(entry)) for entry in active if _id(entry)]


def _entries(answer: Answer) -> list[Mapping[str, Any]] | None:
    listed = _document(answer).get("connections")
    return [_members(entry) for entry in listed] if is_array(listed) else None


def _since(connection: Mapping[str, Any]) -> str:
    moment = connection.get("creation_time")
    return moment[:_LONGEST_MOMENT] if isinstance(moment, str) else "no known time"


def _connection(answer: Answer) -> Mapping[str, Any]:
    document = _document(answer)
    return _members(document.get("connection")) or document


def _document(answer: Answer) -> Mapping[str, Any]:
    try:
        return _members(decode(answer.content))
    except Undecodable as error:
        raise located(error, answer) from error.__cause__


def _members(value: object) -> Mapping[str, Any]:
    return value if is_object(value) else {}


def _id(connection: Mapping[str, Any]) -> str:
    """The id of a connection, as it can stand in a header and in a path; empty where there is none."""
    named = (connection.get(key) for key in _ID_KEYS)
    return next((name for name in named if isinstance(name, str) and _is_id(name)), "")


def _is_id(name: str) -> bool:
    return not flaw(name) and name not in {".", ".."} and len(name) <= _LONGEST_ID


def _odd(answer: Answer, expected: str) -> Undecodable:
    return located(undecodable("$", expected, shown(answer.content)), answer)


def _is_trusted(page: Secret, base_url: str) -> bool:
    url = page.reveal()
    if url_flaw(url, insecure=False, query=True):
        return False
    host, own = (urlsplit(address).hostname or "" for address in (url, base_url))
    return (
        host in {own, _MATON_HOST}
        or host.endswith(f".{_MATON_HOST}")
        or (is_loopback(own) and is_loopback(host))
    )
