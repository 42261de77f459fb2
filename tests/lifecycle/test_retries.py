"""Retries over httpx: each script of trouble goes as the contract has it, and every step of it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import httpx
from attrs import define, field, frozen
from hypothesis import example, given, settings

from codegen.runtime.answer import Answer
from codegen.runtime.drive import arun, run
from codegen.runtime.errors import ApiError, KlaviyoError, TransportFailed
from codegen.runtime.events import Answered, CallEvent
from codegen.runtime.flow import Options, exchange
from codegen.runtime.httpx_transport import AsyncHttpxTransport, HttpxTransport
from codegen.runtime.operation import Call
from tests.lifecycle.scripts import (
    FAILURES,
    KINDS_OF_CALLS,
    OPTIONS,
    SCRIPTS,
    Step,
    answering,
    course,
)
from tests.runtime.trouble import DELETE, READ, UPSERT, WRITE, Clock, finish, session

MANY = settings(max_examples=settings().max_examples * 10)
"""For this law alone: 10,000 scripts in the thorough profile."""


@define
class Player:
    """A handler of httpx that plays a script, then answers well; ``sent`` lists what it was asked."""

    script: Sequence[Step]
    sent: list[tuple[str, str, bytes]] = field(factory=list[tuple[str, str, bytes]])

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append((request.method, str(request.url), request.content))
        position = len(self.sent) - 1
        return (self.script[position] if position < len(self.script) else answering(200)).play(request)


@frozen
class Played:
    """How a call went."""

    outcome: Answer | KlaviyoError
    sent: list[tuple[str, str, bytes]]
    waits: list[float]
    events: list[CallEvent]


def play(call: Call, script: Sequence[Step], options: Options) -> Played:
    player, clock = Player(script), Clock()
    with httpx.Client(transport=httpx.MockTransport(player)) as client:
        return _played(call, options, player, clock, lambda flow: run(flow, HttpxTransport(client), clock))


def play_async(call: Call, script: Sequence[Step], options: Options) -> Played:
    player, clock = Player(script), Clock()
    client = httpx.AsyncClient(transport=httpx.MockTransport(player))
    transport = AsyncHttpxTransport(client)
    return _played(call, options, player, clock, lambda flow: finish(arun(flow, transport, clock)))


def _played(
    call: Call, options: Options, player: Player, clock: Clock, drive: Callable[[Any], Answer]
) -> Played:
    events: list[CallEvent] = []
    told = Options(options.timeout, options.max_retries, options.max_wait, on_event=events.append)
    try:
        outcome: Answer | KlaviyoError = drive(exchange(call, session(clock), told))
    except KlaviyoError as error:
        outcome = error
    return Played(outcome, player.sent, clock.waits, [timeless(event) for event in events])


def timeless(event: CallEvent) -> CallEvent:
    if not isinstance(event, Answered):
        return event
    assert 0 <= event.elapsed < 60
    return Answered(event.operation, event.method, event.path, event.attempt, event.status, 0.0)


@MANY
@given(KINDS_OF_CALLS, SCRIPTS, OPTIONS)
@example(WRITE, [answering(429, "0")] * 5, Options(max_retries=3))
@example(DELETE, [FAILURES[-1], answering(404)], Options())
@example(UPSERT, FAILURES[6:11], Options(max_retries=9))
@example(READ, FAILURES[:6], Options(max_retries=9))
@example(READ, [answering(429, "2.5")] * 2, Options(max_wait=3.0))
def test_each_script_goes_as_the_contract_has_it(call: Call, script: list[Step], options: Options) -> None:
    """Sends are counted, waits exact, the last error raised, and every step of it told, in both colours."""
    expected = course(call, script, options)
    for played in (play(call, script, options), play_async(call, script, options)):
        assert len(played.sent) == expected.sends
        assert len(set(played.sent)) == 1
        assert tuple(played.waits) == expected.waits
        assert played.events == list(expected.events)
        check_outcome(played.outcome, expected.error, expected.sends, [*script, answering(200)])


def check_outcome(
    outcome: Answer | KlaviyoError, error: type[KlaviyoError] | None, sends: int, script: Sequence[Step]
) -> None:
    last = script[sends - 1]
    if error is None:
        assert isinstance(outcome, Answer)
        assert (outcome.status, outcome.retries) == (last.status, sends - 1)
        return
    assert isinstance(outcome, error)
    if isinstance(outcome, TransportFailed):
        assert outcome.sent is (False if last.certain else None)
        assert outcome.retries == sends - 1
    elif isinstance(outcome, ApiError):
        assert (outcome.status, outcome.facts.retries) == (last.status, sends - 1)
        assert outcome.retry_after == last.wait


def test_all_trouble_is_drawn_from() -> None:
    """Each failure of httpx is there once, so that none is left out of the scripts unnoticed."""
    played = {type(outcome_of(step)) for step in FAILURES} - {httpx.Response}
    leaves = {kind for kind in subclasses(httpx.TransportError) if not kind.__subclasses__()}
    # what our requests cannot meet: no URL of ours has another scheme, and h11 finds nothing wrong in them
    assert leaves - played == {httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.CloseError}


def outcome_of(step: Step) -> object:
    try:
        return step.play(httpx.Request("GET", "/", extensions={"trace": untold}))
    except httpx.TransportError as error:
        return error


def untold(_event: str, _info: object) -> None:
    """Nobody listens."""


def subclasses(kind: type[Exception]) -> set[type[Exception]]:
    return {found for direct in kind.__subclasses__() for found in {direct, *subclasses(direct)}}
