"""Servers that misbehave by script, a clock that only tells, and the calls to try on them."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from attrs import define, field, frozen
from hypothesis import strategies as st

from codegen.runtime.connection import Connection, Direct
from codegen.runtime.effects import Effect
from codegen.runtime.errors import KlaviyoError, Timeout, TransportFailed
from codegen.runtime.flow import Session
from codegen.runtime.operation import Call, Operation
from codegen.runtime.transport import InMemory, Reply, Request

T = TypeVar("T")

KEY = "pk_" + "5ecret" * 5
NOW = 1_767_268_800.0  # 2026-01-01 12:00:00 UTC
DATE = "Thu, 01 Jan 2026 12:00:00 GMT"


@frozen
class Failed:
    """No answer came; ``sent`` as in `TransportFailed`."""

    sent: bool | None
    slow: bool = False


Outcome = Reply | Failed


@define
class Clock:
    """Time that passes at once; ``waits`` lists what was slept."""

    waits: list[float] = field(factory=list[float])
    time: float = NOW

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float, /) -> None:
        self.waits.append(seconds)
        self.time += seconds

    async def asleep(self, seconds: float, /) -> None:
        self.sleep(seconds)


@define
class Server:
    """Plays a script of outcomes, then says 200 to everything; ``requests`` lists what it was sent."""

    script: Sequence[Outcome]
    requests: list[Request] = field(factory=list[Request])

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        position = len(self.requests) - 1
        outcome = self.script[position] if position < len(self.script) else Reply(200)
        if isinstance(outcome, Reply):
            return outcome
        kind = Timeout if outcome.slow else TransportFailed
        raise kind("played trouble", sent=outcome.sent)

    @property
    def transport(self) -> InMemory:
        return InMemory(self.answer)


def call(effect: Effect = "read", method: str = "GET", *, repeatable: bool = False) -> Call:
    operation = Operation(
        "some_operation", method, "/api/profiles/{id}", effect=effect, repeatable=repeatable
    )
    body = b'{"data": {}}' if method in {"POST", "PATCH"} else None
    content_type = None if body is None else "application/vnd.api+json"
    return Call(operation, "/api/profiles/1", (("filter", "equals(email,'a@b.c')"),), body, content_type)


READ = call()
REPORT = call(method="POST")
WRITE = call("write", "POST")
UPSERT = call("write", "POST", repeatable=True)
REMOVE = call("delete", "DELETE")
DELETE = call("delete", "DELETE", repeatable=True)
CALLS = (READ, REPORT, WRITE, UPSERT, REMOVE, DELETE)


def session(clock: Clock, connection: Connection | None = None) -> Session:
    return Session(connection or Direct(KEY), "2026-01-15", "tests", random=lambda: 0.5, now=clock.now)


def finish(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never has to wait for anything."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    raise AssertionError("the coroutine waits for something")


def shown(error: KlaviyoError) -> tuple[type[KlaviyoError], str]:
    return type(error), str(error)


RETRY_AFTER = {
    "": None,
    "0": 0.0,
    "1": 1.0,
    "2.5": 2.5,
    "7.": 7.0,
    "67608": 67608.0,
    "9" * 400: float("inf"),
    "Thu, 01 Jan 2026 12:00:09 GMT": 9.0,
    "Thursday, 01-Jan-26 12:00:04 GMT": 4.0,
    "Thu, 01 Jan 2026 11:00:00 GMT": 0.0,
    "-3": None,
    "1_0": None,
    "nan": None,
    "soon": None,
    "Thu, 99 Jan 2026 12:00:09 GMT": None,
}
"""What a header ``Retry-After`` means in seconds, for an answer of `DATE`."""

STATUSES = (200, 202, 204, 302, 400, 401, 404, 409, 418, 429, 500, 502, 503, 504, 520, 524, 525)


def _reply(status: int, text: str) -> Reply:
    headers = {"Date": DATE} | ({"Retry-After": text} if text else {})
    return Reply(status, headers)


def outcomes() -> st.SearchStrategy[Outcome]:
    """Answers of many statuses with and without ``Retry-After``, and failures of each kind."""
    replies = st.builds(_reply, st.sampled_from(STATUSES), st.sampled_from(sorted(RETRY_AFTER)))
    failures = st.builds(Failed, st.sampled_from([False, None, True]), st.booleans())
    return replies | failures
