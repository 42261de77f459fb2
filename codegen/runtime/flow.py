"""What a call does, without doing it: a generator that yields what it needs and is sent what came.

A flow yields `Send` and is sent the `Reply`, or gets the `TransportFailed` thrown in; it yields `Sleep`
and is resumed when the time has passed. It performs no I/O and reads no clock of its own, so that retries,
limits and errors are written once and run under `drive.run` and `drive.arun` alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from http import HTTPStatus
from random import random
from typing import Any, TypeVar

from attrs import field, frozen

from .answer import Answer
from .arguments import shown
from .connection import Connection, is_insecure
from .error_reader import read_error
from .errors import ApiError, ArgumentError, TransportFailed, Undecodable
from .events import Hook, Progress, check_hook
from .headers import flaw
from .operation import Call
from .policy import Policy
from .retry import backoff, is_safe, may_repeat_failure, may_repeat_status
from .transport import Reply, Request, Timeouts, is_duration
from .urls import CLIENT_SIDE, encode_query

T = TypeVar("T")

ACCEPT = "application/vnd.api+json, application/json"


@frozen
class Send:
    """Asks the driver to send a request: it sends the `Reply` in, or throws `TransportFailed` in."""

    request: Request
    timeout: Timeouts


@frozen
class Sleep:
    """Asks the driver to wait."""

    seconds: float


Flow = Generator[Send | Sleep, Any, T]


@frozen
class Options:
    """What may differ from call to call.

    Attributes:
        timeout: seconds that connecting, reading, writing and waiting for a place in the pool may take each.
        max_retries: how often a request may be sent again.
        max_wait: seconds that the waits of one call may take together; beyond it the error comes at once.
        strict: whether answers are decoded at once and refused where they do not fit.
        on_event: told what happens on the way.
        policy: which calls are refused before anything is sent.
    """

    timeout: Timeouts = field(factory=Timeouts)
    max_retries: int = 2
    max_wait: float = 60.0
    strict: bool = False
    on_event: Hook | None = field(default=None, repr=False)
    policy: Policy = field(factory=Policy)

    def __attrs_post_init__(self) -> None:
        if not _is_count(self.max_retries):
            raise ArgumentError(f"max_retries is a whole number from 0 on, not {shown(self.max_retries)}")
        if not is_duration(self.max_wait):
            raise ArgumentError(f"max_wait is a number of seconds from 0 on, not {shown(self.max_wait)}")
        if self.on_event is not None:
            check_hook(self.on_event)


@frozen
class Session:
    """What a client brings to each of its calls.

    ``revision`` is None where an API has none. ``random`` (from 0 to 1) and ``now`` (seconds since 1970)
    are there to be replaced in tests.
    """

    connection: Connection
    revision: str | None
    user_agent: str
    random: Callable[[], float] = field(default=random, repr=False)
    now: Callable[[], float] = field(default=time.time, repr=False)

    def __attrs_post_init__(self) -> None:
        if not (self.user_agent.isascii() and self.user_agent.isprintable()):
            raise ArgumentError("the name of the transport holds a character that no header takes")
        if self.revision is not None and (problem := flaw(self.revision)):
            raise ArgumentError(f"the revision {shown(self.revision)} {problem}")


def exchange(call: Call, session: Session, options: Options) -> Flow[Answer]:
    """Send a call, again where that is allowed and promising, until there is an answer.

    Raises:
        ApiError: the server refused it.
        TransportFailed: no answer came.
    """
    progress = Progress(call, options.on_event)
    try:
        return (yield from _attempts(call, session, options, progress))
    except BaseException as error:
        progress.gave_up(error)
        raise


def _attempts(call: Call, session: Session, options: Options, progress: Progress) -> Flow[Answer]:
    retries, waited, arrived = 0, 0.0, False
    while True:
        trouble: ApiError | TransportFailed
        request = _request(call, session)  # anew, as a token may have expired in the meantime
        progress.sending()
        try:
            reply: Reply = yield Send(request, options.timeout)
        except TransportFailed as failure:
            trouble = _located(failure, call, retries)
            wait, may_repeat = None, may_repeat_failure(call, failure.sent)
            arrived = arrived or failure.sent is not False
        except Undecodable as failure:
            failure.request = " ".join(_place(call))
            raise
        else:
            progress.answered(reply)
            if _is_success(reply.status) or (arrived and _is_deleted_already(call, reply.status)):
                return _answer(call, request, reply, retries)
            road = session.connection.road
            trouble = read_error(call, reply, road, retries, session.now, request.key, request.scheme)
            wait, may_repeat = trouble.retry_after, may_repeat_status(call, reply.status)
            arrived = True
        if wait is None:
            wait = backoff(retries, session.random)
        if not may_repeat or retries >= options.max_retries or waited + wait > options.max_wait:
            raise trouble
        progress.waiting(wait, trouble)
        yield Sleep(wait)
        retries, waited = retries + 1, waited + wait


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _credentials(call: Call, connection: Connection) -> tuple[tuple[str, str], ...]:
    """Return the headers that sign a request; Klaviyo takes client-side ones by the account's public id."""
    is_public = call.path.startswith(CLIENT_SIDE) and connection.road == "direct"
    return () if is_public else connection.headers()


def _request(call: Call, session: Session) -> Request:
    header = call.operation.filter_header
    pairs = [(key, value) for key, value in call.query if key != header]
    query = f"?{encode_query(pairs)}" if pairs else ""
    return Request(
        call.operation.method,
        f"{session.connection.base}{call.path}{query}",
        (
            *_credentials(call, session.connection),
            *((key.lower(), value) for key, value in call.query if key == header),
            ("accept", ACCEPT),
            ("user-agent", session.user_agent),
            *(() if session.revision is None else (("revision", session.revision),)),
            *(() if call.content_type is None else (("content-type", call.content_type),)),
        ),
        call.body,
        call.upload,
        is_insecure(session.connection),
    )


def _answer(call: Call, request: Request, reply: Reply, retries: int) -> Answer:
    status, headers, body, elapsed = reply.status, reply.headers, reply.body, reply.elapsed
    return Answer(*_place(call), status, headers, body, elapsed, retries, request.key)


def _place(call: Call) -> tuple[str, str]:
    return call.operation.method, call.path


def _is_success(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def _is_deleted_already(call: Call, status: int) -> bool:
    """Whether a repeated DELETE was told that its resource is gone, which an earlier try may have done."""
    return status == HTTPStatus.NOT_FOUND and call.operation.method == "DELETE" and call.operation.repeatable


def _located(failure: TransportFailed, call: Call, retries: int) -> TransportFailed:
    failure.method, failure.path = _place(call)
    failure.retry_safe = is_safe(call, failure.sent)
    failure.retries = retries
    return failure
