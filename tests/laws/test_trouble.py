"""Whatever goes wrong: both colours do the same, never too often, never too long, never twice by mistake."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Any

from attrs import define, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import (
    ApiError,
    KlaviyoError,
    Reply,
    Request,
    Timeout,
    TransportFailed,
    Undecodable,
)
from tests.laws.playing import (
    MANY,
    answer_type,
    async_client,
    by_revision,
    is_collection,
    least_reply,
    method_of,
    stopped_clock,
    sync_client,
)
from tests.strategies import Answered, Broken, Invocation, Revision, Step, from_operation, from_trouble
from tests.strategies.idempotency import is_once

PASSING = {502, 503, 504, 520, 521, 522, 523, 524}

OPTIONS = st.fixed_dictionaries(
    {
        "max_retries": st.integers(0, 4),
        "max_wait": st.sampled_from([0.0, 0.2, 3.0, 60.0, 100_000.0]),
        "strict": st.booleans(),
    }
)


@define
class Script:
    """A server that plays its steps, and is well afterwards."""

    steps: Sequence[Step]
    success: Reply
    requests: list[Request] = field(factory=list[Request])

    def __call__(self, request: Request) -> Reply:
        self.requests.append(request)
        step = self.at(len(self.requests) - 1)
        if isinstance(step, Answered):
            return step.reply(self.success)
        raise (Timeout if step.slow else TransportFailed)("played trouble", sent=step.sent)

    def at(self, position: int) -> Step:
        well = Answered(self.success.status, {}, None)
        return self.steps[position] if position < len(self.steps) else well


@frozen
class Played:
    """How a call went: what was sent, what was waited, and what came of it in the end."""

    requests: list[Request]
    waits: list[float]
    outcome: Any


@by_revision
@MANY
@given(data=st.data(), steps=from_trouble(), options=OPTIONS)
def test_calls_in_trouble(
    revision: Revision, data: st.DataObject, steps: list[Step], options: dict[str, Any]
) -> None:
    """Requests, waits and outcome are the same in both colours, and as the contract has them."""
    operation = data.draw(st.sampled_from(revision.operations))
    invocation = data.draw(from_operation(operation, revision))
    script = Script(steps, least_reply(operation))
    played = play(script, revision, operation, invocation, options)
    assert play_async(script, revision, operation, invocation, options) == played
    tried = [script.at(position) for position in range(len(played.requests))]
    check_waits(tried, played, options)
    check_repeats(tried, operation, invocation)
    check_end(tried, played, options, operation, invocation)


def play(
    script: Script,
    revision: Revision,
    operation: ir.Operation,
    invocation: Invocation,
    options: dict[str, Any],
) -> Played:
    client = sync_client(revision, script, **options)
    random.seed(0)
    with stopped_clock() as waits:
        outcome: Any = None
        try:
            result = method_of(client, operation)(**invocation.arguments)
            outcome = list(result) if is_collection(operation) else result
        except KlaviyoError as error:
            outcome = facts(error)
        requests, script.requests = script.requests, []
        return Played(requests, waits, outcome)


def play_async(
    script: Script,
    revision: Revision,
    operation: ir.Operation,
    invocation: Invocation,
    options: dict[str, Any],
) -> Played:
    async def run() -> Any:
        result = method_of(async_client(revision, script, **options), operation)(**invocation.arguments)
        return [item async for item in result] if is_collection(operation) else await result

    random.seed(0)
    with stopped_clock() as waits:
        outcome: Any = None
        try:
            outcome = asyncio.run(run())
        except KlaviyoError as error:
            outcome = facts(error)
        requests, script.requests = script.requests, []
        return Played(requests, waits, outcome)


def facts(error: KlaviyoError) -> tuple[Any, ...]:
    """Give all that an error tells, to be compared."""
    own = {name: value for name, value in vars(error).items() if not name.startswith("_")}
    return type(error), str(error), own


def check_waits(tried: list[Step], played: Played, options: dict[str, Any]) -> None:
    """There is a wait before each repetition: as long as the server says, else random and bounded."""
    assert len(played.waits) == len(tried) - 1 <= options["max_retries"]
    assert sum(played.waits) <= options["max_wait"]
    for position, wait in enumerate(played.waits):
        said = wait_of(tried[position])
        assert wait == said if said is not None else 0 <= wait <= min(8.0, 0.5 * 2**position)


def check_repeats(tried: list[Step], operation: ir.Operation, invocation: Invocation) -> None:
    """Nothing is sent again that may have happened, unless twice is as good as once."""
    assert all(may_repeat(step, operation, invocation) for step in tried[:-1])


def check_end(
    tried: list[Step],
    played: Played,
    options: dict[str, Any],
    operation: ir.Operation,
    invocation: Invocation,
) -> None:
    """A call ends with its success, or because it must not be repeated, or not that often or that long."""
    last = tried[-1]
    if isinstance(last, Answered) and (last.is_success or is_gone(tried, operation)):
        assert not is_error(played.outcome) or played.outcome[0] is Undecodable
        assert is_error(played.outcome) == (last.truncated and bool(answer_type(operation)))
        return
    assert is_error(played.outcome)
    kind, _, told = played.outcome
    if isinstance(last, Broken):
        assert issubclass(kind, TransportFailed)
        assert (told["sent"], told["retries"]) == (last.sent, len(tried) - 1)
    else:
        assert issubclass(kind, ApiError)
        assert (told["facts"].status, told["facts"].retries) == (last.status, len(tried) - 1)
        assert told["facts"].retry_after == last.wait
    if may_repeat(last, operation, invocation) and len(tried) <= options["max_retries"]:
        longest = wait_of(last)
        longest = min(8.0, 0.5 * 2 ** (len(tried) - 1)) if longest is None else longest
        assert sum(played.waits) + longest > options["max_wait"]


def may_repeat(step: Step, operation: ir.Operation, invocation: Invocation) -> bool:
    if isinstance(step, Broken) and step.sent is not None:
        return not step.sent
    if isinstance(step, Answered) and step.status == 429:
        return True
    is_harmless = operation.effect == "read" or is_once(operation, invocation.arrives.body)
    return is_harmless and (isinstance(step, Broken) or step.status in PASSING)


def is_gone(tried: list[Step], operation: ir.Operation) -> bool:
    """Tell whether a DELETE that may have happened before is told that there is nothing to delete."""
    before = any(not isinstance(step, Broken) or step.sent is not False for step in tried[:-1])
    last = tried[-1]
    is_delete = operation.effect == "delete" and operation.repeatable
    return isinstance(last, Answered) and last.status == 404 and before and is_delete


def wait_of(step: Step) -> float | None:
    return step.wait if isinstance(step, Answered) else None


def is_error(outcome: Any) -> bool:
    return isinstance(outcome, tuple)
