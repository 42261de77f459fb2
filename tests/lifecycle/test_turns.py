"""A cancellation that is kept for the next wait: never lost, never made up, and heard as any other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, NoReturn

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaviyo_maton.runtime.cancelling import CancelledInWaits
from klaviyo_maton.runtime.httpx_transport import AsyncHttpxTransport
from klaviyo_maton.runtime.transport import Request, Timeouts

Step = Callable[[], Awaitable[Any]]


async def turn() -> None:
    await asyncio.sleep(0)


async def wait() -> None:
    """Wait for another task, which needs two turns."""
    await asyncio.create_task(twice())


async def wait_for_several() -> None:
    await asyncio.gather(turn(), twice())


async def wait_for_io() -> None:
    await asyncio.get_running_loop().run_in_executor(None, str)


async def twice() -> None:
    await asyncio.sleep(0)
    await asyncio.sleep(0)


def cancel_myself(message: str) -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel(message)


WAITS: list[Step] = [wait, wait_for_several, wait_for_io]


@given(st.lists(st.sampled_from([turn, *WAITS]), max_size=6), st.sets(st.integers(0, 5)))
def test_every_cancellation_arrives_at_the_next_wait(steps: list[Step], cancelled_at: set[int]) -> None:
    """It comes once, as it was asked for, before anything else is waited for; and none comes unasked."""
    done: list[Step] = []

    async def use() -> str:
        for number, step in enumerate(steps):
            if number in cancelled_at:
                cancel_myself("enough")
            await step()
            done.append(step)
        return "done"

    async def main() -> None:
        asked = [number for number in range(len(steps)) if number in cancelled_at]
        if not asked:
            assert await CancelledInWaits(use()) == "done"
            return
        with pytest.raises(asyncio.CancelledError, match="enough") as caught:
            await CancelledInWaits(use())
        assert caught.value.__context__ is None
        following = [number for number in range(asked[0], len(steps)) if steps[number] is not turn]
        assert done == steps[: following[0] if following else None]

    asyncio.run(main())


@pytest.mark.parametrize("step", WAITS)
def test_what_is_waited_for_has_ended_when_a_cancellation_arrives(step: Step) -> None:
    """As without us: who is cancelled while it waits for a task goes on when that has cleared up."""

    async def use() -> None:
        cancel_myself("enough")
        await turn()
        try:
            await step()
        finally:
            assert asyncio.all_tasks() == {asyncio.current_task()}

    async def main() -> None:
        with pytest.raises(asyncio.CancelledError):
            await CancelledInWaits(use())

    asyncio.run(main())


def test_a_cancellation_that_was_withdrawn_is_forgotten() -> None:
    """A time-out that strikes in a turn of others, and is over before the next wait, is no cancellation."""

    async def use() -> str:
        async with asyncio.timeout(0):
            for _ in range(3):
                await turn()
        await wait_for_io()
        return "done"

    async def main() -> None:
        assert await CancelledInWaits(use()) == "done"

    asyncio.run(main())


@pytest.mark.parametrize("turns", [0, 1])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_cancellation_outlives_one_that_was_withdrawn(turns: int, is_first: bool) -> None:
    """A time-out within withdraws what it asked for itself, and nothing else."""

    async def use() -> None:
        async with asyncio.timeout(None) as limit:
            for is_ours in (is_first, not is_first):
                if is_ours:
                    cancel_myself("enough")
                else:
                    limit.reschedule(0)
                for _ in range(turns):
                    await turn()
            for _ in range(3):
                await turn()
            assert limit.expired()

    async def main() -> None:
        with pytest.raises(asyncio.CancelledError):
            await CancelledInWaits(use())

    asyncio.run(main())


def test_a_cancellation_is_not_kept_for_ever() -> None:
    """Who lets others have their turn until the cancellation arrives, gets it."""
    turns: list[int] = []

    async def use() -> None:
        for number in range(100):
            cancel_myself("enough")
            turns.append(number)
            await turn()

    async def main() -> None:
        with pytest.raises(asyncio.CancelledError):
            await CancelledInWaits(use())

    asyncio.run(main())
    assert len(turns) < 20


def test_an_interrupt_goes_before_a_cancellation() -> None:
    async def use() -> NoReturn:
        cancel_myself("enough")
        await turn()
        raise KeyboardInterrupt

    async def main() -> None:
        with pytest.raises(KeyboardInterrupt):
            await CancelledInWaits(use())

    asyncio.run(main())


def test_who_cleans_up_after_being_cancelled_may_wait() -> None:
    """What has arrived does not arrive again."""
    ends: list[str] = []

    async def use() -> None:
        cancel_myself("enough")
        await turn()
        try:
            await wait_for_io()
        finally:
            await turn()
            await wait_for_io()
            ends.append("clean")

    async def main() -> None:
        with pytest.raises(asyncio.CancelledError):
            await CancelledInWaits(use())

    asyncio.run(main())
    assert ends == ["clean"]


class Stopped:
    """Lets others have their turn, without a task."""

    def __await__(self) -> Generator[None, None, None]:
        yield


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_what_nobody_resumes_is_closed(is_cancelled: bool) -> None:
    """As by the garbage collector, in whatever context that runs."""
    ends: list[str] = []

    async def use() -> None:
        try:
            await Stopped()
            await Stopped()
        finally:
            ends.append("closed")

    async def awaited() -> None:
        await CancelledInWaits(use())

    async def main() -> None:
        steps.send(None)
        if is_cancelled:
            steps.throw(asyncio.CancelledError())

    steps = awaited()
    asyncio.run(main())
    steps.close()
    assert ends == ["closed"]


def test_an_exchange_that_nobody_resumes_is_closed() -> None:
    """What it noted in the context of its task is of no interest to another."""

    class Suspended(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await Stopped()
            return httpx.Response(200, request=request)

    transport = AsyncHttpxTransport(httpx.AsyncClient(transport=Suspended()))
    steps = transport.asend(Request("GET", "https://a.klaviyo.com/api/x"), Timeouts())

    async def main() -> None:
        steps.send(None)

    asyncio.run(main())
    steps.close()
