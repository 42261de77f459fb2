"""What a call does in trouble: when it is repeated, how long it waits, what it says in the end."""

from __future__ import annotations

import asyncio
import inspect
import logging
import random
from collections.abc import Sequence

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from codegen.runtime.answer import Answer, RateLimitState, answer_of, check_revision
from codegen.runtime.connection import Maton
from codegen.runtime.drive import arun, run
from codegen.runtime.errors import (
    ApiError,
    ArgumentError,
    DailyQuotaExceeded,
    GatewayError,
    KlaviyoError,
    NotFound,
    RateLimited,
    RevisionWarning,
    ServerError,
    Timeout,
    TransportFailed,
)
from codegen.runtime.flow import Options, exchange
from codegen.runtime.operation import Call
from codegen.runtime.retry import FIRST_BACKOFF, LONGEST_BACKOFF, backoff
from codegen.runtime.transport import InMemory, Reply, Request, Timeouts
from tests.runtime.trouble import (
    CALLS,
    DELETE,
    KEY,
    READ,
    REMOVE,
    REPORT,
    RETRY_AFTER,
    UPSERT,
    WRITE,
    Clock,
    Failed,
    Outcome,
    Server,
    call,
    finish,
    outcomes,
    session,
    shown,
)

SCRIPTS = st.lists(outcomes(), max_size=6)
OPTIONS = st.builds(
    Options,
    max_retries=st.integers(0, 4),
    max_wait=st.sampled_from([0.0, 0.2, 3.0, 60.0, 100_000.0]),
)


def play(
    call: Call, script: Sequence[Outcome], options: Options
) -> tuple[Answer | KlaviyoError, Server, Clock]:
    server, clock = Server(script), Clock()
    try:
        return run(exchange(call, session(clock), options), server.transport, clock), server, clock
    except KlaviyoError as error:
        return error, server, clock


def play_async(
    call: Call, script: Sequence[Outcome], options: Options
) -> tuple[Answer | KlaviyoError, Server, Clock]:
    server, clock = Server(script), Clock()
    try:
        flow = exchange(call, session(clock), options)
        return finish(arun(flow, server.transport, clock)), server, clock
    except KlaviyoError as error:
        return error, server, clock


def is_certain(outcome: Outcome) -> bool:
    """Whether a request with this outcome certainly did nothing."""
    return outcome.sent is False if isinstance(outcome, Failed) else outcome.status == 429


PASSING = {429, 502, 503, 504, 520, 521, 522, 523, 524}


def is_passing(outcome: Outcome) -> bool:
    return not outcome.sent if isinstance(outcome, Failed) else outcome.status in PASSING


def wait_after(outcome: Outcome, retries: int) -> float:
    said = None if isinstance(outcome, Failed) else RETRY_AFTER[outcome.headers.get("retry-after", "")]
    return backoff(retries, lambda: 0.5) if said is None else said


@given(st.sampled_from(CALLS), SCRIPTS, OPTIONS)
def test_sync_and_async_do_the_same(call: Call, script: list[Outcome], options: Options) -> None:
    result, server, clock = play(call, script, options)
    other, other_server, other_clock = play_async(call, script, options)
    assert server.requests == other_server.requests
    assert clock.waits == other_clock.waits
    if isinstance(result, KlaviyoError):
        assert isinstance(other, KlaviyoError)
        assert shown(result) == shown(other)
    else:
        assert result == other


@given(st.sampled_from(CALLS), SCRIPTS, OPTIONS)
def test_sends_and_waits_are_bounded(call: Call, script: list[Outcome], options: Options) -> None:
    _, server, clock = play(call, script, options)
    assert 1 <= len(server.requests) <= options.max_retries + 1
    assert len(clock.waits) == len(server.requests) - 1
    assert sum(clock.waits) <= options.max_wait
    assert len(set(server.requests)) == 1


@given(st.sampled_from(CALLS), SCRIPTS, OPTIONS)
def test_waits_are_what_the_server_says(call: Call, script: list[Outcome], options: Options) -> None:
    _, _, clock = play(call, script, options)
    assert clock.waits == [wait_after(script[n], n) for n in range(len(clock.waits))]


@given(st.sampled_from(CALLS), SCRIPTS, OPTIONS)
def test_only_what_is_safe_is_repeated(call: Call, script: list[Outcome], options: Options) -> None:
    _, server, _ = play(call, script, options)
    repeated = script[: len(server.requests) - 1]
    assert all(is_passing(outcome) for outcome in repeated)
    if call in {WRITE, REMOVE}:
        assert all(is_certain(outcome) for outcome in repeated)


@given(st.sampled_from(CALLS), SCRIPTS, OPTIONS)
def test_giving_up_has_a_reason(call: Call, script: list[Outcome], options: Options) -> None:
    result, server, clock = play(call, script, options)
    if not isinstance(result, KlaviyoError):
        return
    sends = len(server.requests)
    last = script[sends - 1]
    used_up = sends == options.max_retries + 1
    too_long = sum(clock.waits) + wait_after(last, sends - 1) > options.max_wait
    unsafe = call in {WRITE, REMOVE} and not is_certain(last)
    assert used_up or too_long or unsafe or not is_passing(last)


@given(st.sampled_from(CALLS), SCRIPTS, OPTIONS)
def test_the_last_outcome_decides(call: Call, script: list[Outcome], options: Options) -> None:
    result, server, _ = play(call, script, options)
    last = [*script, *[Reply(200)] * 9][len(server.requests) - 1]
    if isinstance(last, Failed):
        assert isinstance(result, Timeout if last.slow else TransportFailed)
        assert result.sent is last.sent
        assert result.retries == len(server.requests) - 1
    elif isinstance(result, Answer):
        assert result.status == last.status
        assert result.retries == len(server.requests) - 1
        assert 200 <= last.status < 300 or (last.status == 404 and call is DELETE)
    else:
        assert isinstance(result, ApiError)
        assert result.status == last.status
        assert not 200 <= last.status < 300


@pytest.mark.parametrize(
    ("call", "first", "sends"),
    [
        (READ, Reply(503), 2),
        (READ, Reply(500), 1),
        (READ, Failed(None), 2),
        (REPORT, Failed(None), 2),
        (WRITE, Reply(503), 1),
        (WRITE, Reply(429), 2),
        (WRITE, Failed(None), 1),
        (WRITE, Failed(None, slow=True), 1),
        (WRITE, Failed(False), 2),
        (READ, Failed(True), 1),
        (UPSERT, Failed(True), 1),
        (UPSERT, Reply(502), 2),
        (READ, Reply(519), 1),
        (READ, Reply(520), 2),
        (READ, Reply(521), 2),
        (READ, Reply(522), 2),
        (READ, Reply(523), 2),
        (READ, Reply(524), 2),
        (READ, Reply(525), 1),
        (WRITE, Reply(522), 1),
        (UPSERT, Failed(None), 2),
        (REMOVE, Reply(504), 1),
        (DELETE, Reply(504), 2),
    ],
)
def test_who_may_repeat(call: Call, first: Outcome, sends: int) -> None:
    _, server, _ = play(call, [first], Options())
    assert len(server.requests) == sends


def test_any_number_of_retries_is_bounded() -> None:
    """However often a call is sent again, the bound of the waits stays, and no number gets too large."""
    _, server, clock = play(READ, [Reply(503)] * 2001, Options(max_retries=2000, max_wait=100_000.0))
    assert len(server.requests) == 2001
    assert set(clock.waits[4:]) == {4.0}
    assert backoff(10**400, lambda: 1.0) == 8.0


def test_three_retries_of_a_constant_429_are_four_requests() -> None:
    throttled = Reply(429, {"retry-after": "2"})
    result, server, clock = play(WRITE, [throttled] * 9, Options(max_retries=3))
    assert isinstance(result, RateLimited)
    assert result.facts.retries == 3
    assert len(server.requests) == 4
    assert clock.waits == [2.0, 2.0, 2.0]


def test_a_wait_beyond_max_wait_is_an_error_at_once() -> None:
    throttled = Reply(429, {"retry-after": "31"})
    result, _, clock = play(READ, [throttled] * 3, Options(max_wait=60.0))
    assert isinstance(result, RateLimited)
    assert result.retry_after == 31.0
    assert clock.waits == [31.0]


def test_a_used_up_day_says_when_it_opens_again() -> None:
    headers = {"retry-after": "67608", "date": "Thu, 01 Jan 2026 13:00:00 GMT"}  # our clock is an hour slow
    result, _, clock = play(READ, [Reply(429, headers)], Options())
    assert isinstance(result, DailyQuotaExceeded)
    assert clock.waits == []
    assert "2026-01-02 07:46:48 UTC" in str(result)
    assert result.opens_at is not None
    assert result.opens_at.isoformat() == "2026-01-02T07:46:48+00:00"


def test_a_daily_window_without_retry_after_is_known_by_its_headers() -> None:
    headers = {"ratelimit-remaining": "5", "ratelimit-remaining-daily": "0", "ratelimit-reset-daily": "120"}
    result, _, clock = play(READ, [Reply(429, headers)], Options(max_wait=60))
    assert isinstance(result, DailyQuotaExceeded)
    assert result.retry_after == 120
    assert clock.waits == []


def test_a_404_means_done_only_after_a_delete_that_may_have_arrived() -> None:
    gone = Reply(404)
    assert isinstance(play(DELETE, [gone], Options())[0], NotFound)
    assert isinstance(play(DELETE, [Failed(False), gone], Options())[0], NotFound)
    assert isinstance(play(DELETE, [Failed(None), gone], Options())[0], Answer)
    assert isinstance(play(DELETE, [Reply(502), gone], Options())[0], Answer)
    assert isinstance(play(REMOVE, [Reply(429), gone], Options())[0], NotFound)
    assert isinstance(play(READ, [Reply(502), gone], Options())[0], NotFound)
    purge = call("delete", "POST", repeatable=True)
    assert isinstance(play(purge, [Reply(502), gone], Options())[0], NotFound)


def test_matons_500_is_not_repeated_and_says_how_to_reconnect() -> None:
    server, clock = Server([Reply(500, {}, b'{"message": "boom", "type": "Internal", "code": 500}')]), Clock()
    flow = exchange(READ, session(clock, Maton("mk", connection_id="c1")), Options())
    with pytest.raises(GatewayError, match="connect Klaviyo again"):
        run(flow, server.transport, clock)
    assert len(server.requests) == 1


def test_the_request_is_complete() -> None:
    _, server, _ = play(UPSERT, [], Options())
    (request,) = server.requests
    assert request.method == "POST"
    assert request.url == "https://a.klaviyo.com/api/profiles/1?filter=equals%28email%2C%27a%40b.c%27%29"
    assert dict(request.headers) == {
        "authorization": f"Klaviyo-API-Key {KEY}",
        "accept": "application/vnd.api+json, application/json",
        "user-agent": "tests",
        "revision": "2026-01-15",
        "content-type": "application/vnd.api+json",
    }
    assert request.body == b'{"data": {}}'


def test_a_request_without_body_names_no_content_type_and_without_revision_none() -> None:
    server, clock = Server([]), Clock()
    run(exchange(READ, evolve(session(clock), revision=None), Options()), server.transport, clock)
    assert {name for name, _ in server.requests[0].headers} == {"authorization", "accept", "user-agent"}


def test_the_log_names_no_query(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="klaviyo_maton"):
        play(READ, [Reply(503), Failed(None)], Options())
    assert [record.getMessage() for record in caplog.records] == [
        "GET /api/profiles/1, try 1: sending",
        "GET /api/profiles/1, try 1: 503 in 0.000 s",
        "GET /api/profiles/1, try 1: ServerError, waiting for 0.250 s",
        "GET /api/profiles/1, try 2: retrying",
        "GET /api/profiles/1, try 2: sending",
        "GET /api/profiles/1, try 2: TransportFailed, waiting for 0.500 s",
        "GET /api/profiles/1, try 3: retrying",
        "GET /api/profiles/1, try 3: sending",
        "GET /api/profiles/1, try 3: 200 in 0.000 s",
    ]


@given(st.integers(0, 60), st.randoms(use_true_random=False))
def test_backoff_is_jittered_below_its_bound(retries: int, source: random.Random) -> None:
    assert 0 <= backoff(retries, source.random) <= min(LONGEST_BACKOFF, FIRST_BACKOFF * 2.0**retries)


@pytest.mark.parametrize("max_retries", [-1, 1.5, True, "2"])
def test_retries_are_counted_in_whole_numbers(max_retries: int) -> None:
    with pytest.raises(ArgumentError, match="max_retries"):
        Options(max_retries=max_retries)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), True, "2", 0])
def test_durations_are_numbers_that_clocks_understand(seconds: float) -> None:
    with pytest.raises(ArgumentError, match="timeout is None or"):
        Timeouts.of(seconds)
    if seconds != 0:
        with pytest.raises(ArgumentError, match="max_wait"):
            Options(max_wait=seconds)


@pytest.mark.parametrize("revision", ["", "2026-01-15\r\nx: y", "2026 01"])
def test_a_revision_brings_no_header_along(revision: str) -> None:
    with pytest.raises(ArgumentError, match="revision"):
        evolve(session(Clock()), revision=revision)


# ------------------------------------------------------------------------------------------- drivers


def test_a_transport_cannot_end_a_flow_by_stop_iteration() -> None:
    def handler(_: Request) -> Reply:
        raise StopIteration

    clock = Clock()
    with pytest.raises(StopIteration):
        run(exchange(READ, session(clock), Options()), InMemory(handler), clock)


def test_a_cancelled_call_ends_its_flow() -> None:
    started = asyncio.Event()

    async def handler(_: Request) -> Reply:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def main() -> bool:
        flow = exchange(READ, session(Clock()), Options())
        task = asyncio.create_task(arun(flow, InMemory(handler)))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return inspect.getgeneratorstate(flow) == inspect.GEN_CLOSED

    assert asyncio.run(main())


def test_real_clocks_pass_time() -> None:
    server = Server([Reply(429, {"retry-after": "0"})] * 2)
    assert run(exchange(READ, session(Clock()), Options()), server.transport).retries == 2
    server = Server([Reply(429, {"retry-after": "0"})] * 2)
    assert asyncio.run(arun(exchange(READ, session(Clock()), Options()), server.transport)).retries == 2


# ------------------------------------------------------------------------------------------- answers


def test_an_answer_tells_its_circumstances() -> None:
    headers = {
        "X-Klaviyo-Req-Id": "r1",
        "X-Klaviyo-Api-Revision": "2026-01-15",
        "Ratelimit-Limit": "75, 75;w=1, 750;w=60",
        "Ratelimit-Remaining": "74",
        "Ratelimit-Reset": "0",
    }
    result, _, _ = play(READ, [Reply(200, headers, b"{}", 0.25)], Options())
    assert isinstance(result, Answer)
    assert (result.request_id, result.revision, result.content) == ("r1", "2026-01-15", b"{}")
    assert result.rate_limit == RateLimitState(((75, 1), (750, 60)), 74, 0)
    assert repr(result) == (
        "Answer(method='GET', path='/api/profiles/1', status=200, elapsed=0.25, retries=0)"
    )
    assert answer_of(result) is result


def test_only_results_of_calls_have_an_answer() -> None:
    with pytest.raises(ArgumentError, match="int did not come with an answer"):
        answer_of(3)


@given(
    st.dictionaries(st.sampled_from(["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"]), st.text())
)
def test_odd_rate_limit_headers_are_left_out(headers: dict[str, str]) -> None:
    state = RateLimitState.of(headers)
    assert state.remaining is None or state.remaining >= 0


def test_another_revision_is_warned_of_once() -> None:
    answer = Answer("GET", "/x", 200, {"x-klaviyo-api-revision": "2025-01-15"}, b"", 0.0)
    with pytest.warns(RevisionWarning, match="2024-10-15 was asked for and 2025-01-15 answered"):
        check_revision("2024-10-15", answer)
    check_revision("2024-10-15", answer)  # a second warning would be an error in these tests
    check_revision("2025-01-15", answer)


def test_a_server_error_is_none_of_the_others() -> None:
    result, _, _ = play(READ, [Reply(500)], Options())
    assert type(result) is ServerError
    assert result.retry_safe
