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
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from attrs import define, frozen

from .answer import Answer
from .arguments import Reading
from .codec import decode, instant, is_array, is_object, shown, undecodable
from .connection import Maton, MatonAccount, is_loopback, url_flaw
from .deadline import bounded
from .errors import ArgumentError, CredentialMissing, JobFailed, Undecodable
from .flow import Flow, Sleep
from .headers import flaw
from .redaction import excerpt
from .secret import Secret
from .suggest import suggestion
from .unreadable import located

PAUSE = 2.0
"""Seconds between two questions whether access was granted."""

_ID_KEYS = ("connection_id", "connection_Id", "id")
_MATON_HOST = "maton.ai"
_LONGEST_ID = 200
_LONGEST_STATE = 60
_MOST_LISTED = 20
_ORDERS = ("oldest", "newest")
_EARLIEST = datetime.min.replace(tzinfo=UTC)


def connect(
    account: MatonAccount,
    create: Flow[Answer],
    get: Callable[[str], Flow[Answer]],
    give_out: Callable[[Secret], bool],
    *,
    deadline: float = 300.0,
    now: Callable[[], float] = time.monotonic,
) -> Flow[Maton]:
    """Begin a connection and wait until somebody granted access; gives the way to the service.

    ``create`` begins it and ``get`` reads it by its id. ``give_out`` is told, once, the URL of the page where
    access is granted, which is a secret, and tells whether it reached anybody. ``deadline`` bounds the whole,
    in seconds of ``now``.

    Raises:
        ArgumentError: the deadline is none; nothing was sent.
        JobFailed: access was refused, did not come in time, would be granted on a page not of Maton, or that
            page could be shown nowhere.
        Undecodable: an answer names no connection.
    """
    connecting = _Connecting(account, create, get, give_out, deadline)
    return bounded(connecting.course(), deadline, connecting.late, now)


@define
class _Connecting:
    """A connection that is begun; ``name`` and ``state`` are as messages may show them."""

    account: MatonAccount
    create: Flow[Answer]
    get: Callable[[str], Flow[Answer]]
    give_out: Callable[[Secret], bool]
    deadline: float
    name: str = ""
    state: str = ""
    is_given_out: bool = False

    def course(self) -> Flow[Maton]:
        created = yield from self.create
        connection_id = created_id(created)
        self.name = excerpt(connection_id, created.key, _LONGEST_ID)
        while True:
            status, page = self._state((yield from self.get(connection_id)))
            if status == "ACTIVE":
                return self.account.connection(connection_id)
            if status == "FAILED":
                raise JobFailed(f"connection {self.name} failed: begin again", state=self.state)
            if page and not self.is_given_out:
                self._show(page)
            yield Sleep(PAUSE)

    def late(self, *, is_sent: bool) -> JobFailed:
        if not is_sent:
            told = "nothing was sent, and no connection begun,"
        elif not self.name:
            told = "Maton did not tell whether the connection was begun; list() shows it if it was"
        else:
            reason = (
                "nobody granted access" if self.is_given_out else "Maton named no page to grant access at"
            )
            told = f"connection {self.name} is in state {self.state!r}: {reason}"
        return JobFailed(f"{told} in {self.deadline:g} s, which is the deadline", state=self.state)

    def _state(self, answer: Answer) -> tuple[str, Secret]:
        """The status, and the page where access is granted (an empty secret where there is none)."""
        connection = _connection(answer)
        status, url = (_text(connection.get(member)) for member in ("status", "url"))
        self.state = excerpt(status, answer.key, _LONGEST_STATE)
        return status, Secret(url)

    def _show(self, page: Secret) -> None:
        if not _is_trusted(page, self.account.base_url):
            raise JobFailed("Maton named a page of another host, or one without https", state=self.state)
        if not self.give_out(page):
            raise JobFailed(
                f"the page of connection {self.name} could be shown nowhere: standard error takes no text; "
                f"open the url of get({self.name!r}) yourself, or say open_browser=True",
                state=self.state,
            )
        self.is_given_out = True


def check_take(take: object) -> None:
    """Refuse what does not say which of several connections to take.

    Raises:
        ArgumentError: it is neither None nor one of the two words.
    """
    with Reading("take"):
        if take is not None and (not isinstance(take, str) or take not in _ORDERS):
            hint = suggestion(take.lower(), _ORDERS) if isinstance(take, str) else ""
            raise ArgumentError(f"take is 'oldest', 'newest' or None{hint}")


def choose(
    account: MatonAccount, list_active: Flow[Answer], *, take: Literal["oldest", "newest"] | None = None
) -> Flow[Maton]:
    """Give the way to the service over the one connection that is active, or over the one to take of several.

    One that does not tell when it was made is not taken where there are several.

    Raises:
        ArgumentError: there are several, and ``take`` does not say which.
        CredentialMissing: there is none.
    """
    answer = yield from list_active
    active = _active(answer)
    if not active:
        raise CredentialMissing("Maton holds no active connection: make one with connect()")
    dated = [(one.made_at, one.id) for one in active if one.made_at is not None]
    if len(active) == 1:
        (chosen,) = active
        return account.connection(chosen.id)
    if take is None or not dated:
        listed = (f"{excerpt(one.id, answer.key, _LONGEST_ID)} ({one.age})" for one in active[:_MOST_LISTED])
        names = ", ".join(listed)
        more = f", and {len(active) - _MOST_LISTED} more" if len(active) > _MOST_LISTED else ""
        raise ArgumentError(
            f"Maton holds {len(active)} active connections, name one as connection_id: {names}{more}"
        )
    _, connection_id = max(dated) if take == "newest" else min(dated)
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


def show_page(page: Secret, *, open_browser: bool = False) -> bool:
    """Tell on standard error where access is granted, and open the page in a browser when asked to.

    Returns whether one of both succeeded: what fails here may say where the page is, and is not passed on.
    What ends the program leaves without its text.
    """
    is_written = _succeeds(lambda: sys.stderr.write(f"Grant access at {page.reveal()}\n"))
    is_opened = open_browser and _succeeds(lambda: webbrowser.open(page.reveal()))
    return is_written or is_opened


def _succeeds(act: Callable[[], object]) -> bool:
    try:
        with suppress(Exception):
            return act() is not False
    except BaseException as error:
        _silence(error)
        raise
    return False


def _silence(error: BaseException) -> None:
    """Take out of what ends the program all that it says, but for the number of an exit."""
    error.args = tuple(value for value in error.args if isinstance(value, int))
    error.__cause__ = error.__context__ = None
    if isinstance(error, SystemExit) and error.code is not None and not isinstance(error.code, int):
        error.code = 1  # what Python makes of a text
    vars(error).clear()


@frozen
class _Active:
    """An active connection: its id, and when it was made, where that can be read."""

    id: str
    made_at: datetime | None

    @property
    def age(self) -> str:
        return f"of {self.made_at.isoformat()}" if self.made_at else "of no known time"


def _active(answer: Answer) -> list[_Active]:
    """The active connections, the oldest first, and last those that do not tell when they were made."""
    entries = _entries(answer)
    if entries is None:
        raise _odd(answer, "a list of connections")
    found = (entry for entry in entries if entry.get("status") == "ACTIVE")
    active = [
        _Active(_id(entry), _moment(_text(entry.get("creation_time")))) for entry in found if _id(entry)
    ]
    return sorted(active, key=lambda one: (one.made_at is None, one.made_at or _EARLIEST, one.id))


def _moment(text: str) -> datetime | None:
    """Read a time; Maton means UTC where it names no offset."""
    return instant(text) or instant(f"{text}Z")


def _entries(answer: Answer) -> list[Mapping[str, Any]] | None:
    listed = _document(answer).get("connections")
    return [_members(entry) for entry in listed] if is_array(listed) else None


def _connection(answer: Answer) -> Mapping[str, Any]:
    document = _document(answer)
    return _members(document.get("connection")) or document


def _document(answer: Answer) -> Mapping[str, Any]:
    try:
        return _members(decode(answer.content))
    except Undecodable as error:
        raise located(error, answer) from error.__cause__


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


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
