"""The bound on a whole exchange: an answer that comes in pieces for ever comes to an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.runtime.deadline import bounded
from codegen.runtime.drive import arun, run
from codegen.runtime.errors import JobFailed, KlaviyoError, Timeout
from codegen.runtime.flow import Options, exchange
from codegen.runtime.httpx_transport import AsyncHttpxTransport, HttpxTransport
from codegen.runtime.transport import Reply, Request, Timeouts
from tests.runtime.trouble import READ, Clock, session

REQUEST = Request("GET", "https://a.klaviyo.com/api/x")


class Dripping(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body of spaces, of which each takes some time to come."""

    def __init__(self, clock: Clock, seconds: float, pieces: int = 10_000) -> None:
        self._clock = clock
        self._seconds = seconds
        self._left = pieces
        self.given = 0

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self._left):
            self._clock.time += self._seconds
            self.given += 1
            yield b" "

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


def client(is_async: bool, body: Dripping, hook: Callable[[httpx.Response], Any] | None = None) -> Any:
    hooks: dict[str, list[Any]] = {"response": [hook] if hook else []}
    kind: Any = httpx.AsyncClient if is_async else httpx.Client
    return kind(transport=httpx.MockTransport(lambda _: httpx.Response(202, stream=body)), event_hooks=hooks)


def outcome_of(
    is_async: bool, body: Dripping, clock: Clock, limits: Timeouts, hook: Any = None
) -> Reply | KlaviyoError:
    made = client(is_async, body, hook)
    try:
        if is_async:
            return asyncio.run(AsyncHttpxTransport(made, now=clock.now).asend(REQUEST, limits))
        return HttpxTransport(made, now=clock.now).send(REQUEST, limits)
    except KlaviyoError as error:
        return error


@pytest.mark.parametrize("is_async", [False, True])
@given(seconds=st.integers(1, 40), pieces=st.integers(0, 60), total=st.integers(1, 100))
def test_an_answer_is_taken_as_long_as_the_whole_may_take(
    is_async: bool, seconds: int, pieces: int, total: int
) -> None:
    """The first piece that comes too late ends it; what comes in time is taken however slow it is."""
    clock = Clock(time=0.0)
    body = Dripping(clock, float(seconds), pieces)
    outcome = outcome_of(is_async, body, clock, Timeouts(total=total))
    if seconds * pieces <= total:
        assert isinstance(outcome, Reply)
        assert (len(outcome.body), outcome.elapsed) == (pieces, seconds * pieces)
    else:
        assert isinstance(outcome, Timeout)
        assert (outcome.sent, outcome.status) == (None, 202)
        assert f"within {total} s" in str(outcome)
        assert body.given == total // seconds + 1


@pytest.mark.parametrize("is_async", [False, True])
def test_without_a_bound_an_answer_may_take_any_time(is_async: bool) -> None:
    clock = Clock(time=0.0)
    outcome = outcome_of(is_async, Dripping(clock, 1e6, 50), clock, Timeouts.of(1.0))
    assert isinstance(outcome, Reply)


@pytest.mark.parametrize("is_async", [False, True])
def test_the_time_of_an_answer_that_a_hook_reads_is_bounded(is_async: bool) -> None:
    clock = Clock(time=0.0)

    async def aread(response: httpx.Response) -> None:
        await response.aread()

    body = Dripping(clock, 0.5)
    hook = aread if is_async else httpx.Response.read
    assert isinstance(outcome_of(is_async, body, clock, Timeouts(total=2.0), hook), Timeout)
    assert body.given == 5


def late(*, is_sent: bool) -> JobFailed:
    return JobFailed("late" if is_sent else "not sent")


@pytest.mark.parametrize("is_async", [False, True])
def test_a_deadline_bounds_an_answer_that_comes_in_pieces(is_async: bool) -> None:
    """No time-out of a single read does: each piece comes in time."""
    clock = Clock(time=0.0)
    body = Dripping(clock, 0.25)
    flow = bounded(exchange(READ, session(clock), Options()), 1.0, late, clock.now)
    made = client(is_async, body)

    def act() -> None:
        if is_async:
            asyncio.run(arun(flow, AsyncHttpxTransport(made, now=clock.now), clock))
        else:
            run(flow, HttpxTransport(made, now=clock.now), clock)

    with pytest.raises(JobFailed, match="late"):
        act()
    assert body.given == 5
