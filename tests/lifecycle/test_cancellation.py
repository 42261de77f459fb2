"""A call may be cut short wherever it waits: nothing is left behind, and the client goes on working."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Generator
from contextlib import suppress
from typing import Any

import anyio
import pytest

from klaviyo_maton import AsyncKlaviyo, Direct, InMemory, Klaviyo, KlaviyoError, Reply, Request, Timeout
from klaviyo_maton.runtime.gate import IN_FLIGHT
from tests.laws.playing import stopped_clock
from tests.lifecycle.loopback import connections

PROFILE = b'{"data": {"type": "profile", "id": "1"}}'

Call = Callable[[AsyncKlaviyo, str], Awaitable[Any]]


async def walked(client: AsyncKlaviyo) -> list[str]:
    return [item.id async for item in client.profiles.list()]


CALLS: dict[str, Call] = {
    "one answer": lambda client, _: client.profiles.get("ok"),
    "a body in pieces": lambda client, _: client.profiles.get("pieces"),
    "a wait and a second answer": lambda client, name: client.profiles.get(f"busy-{name}"),
    "an answer and a goodbye": lambda client, _: client.profiles.get("bye"),
    "half a body": lambda client, _: client.profiles.get("cut"),
    "a reset": lambda client, _: client.profiles.get("reset"),
    "pages": lambda client, _: walked(client),
    "an upload": lambda client, _: client.images.upload(file=b"picture" * 30_000),
}


class Stepped(Generator[Any, Any, Any]):
    """Awaits something, and does something else whenever that suspends."""

    def __init__(self, awaitable: Awaitable[Any], on_suspend: Callable[[int], object]) -> None:
        self._steps = awaitable.__await__()
        self._on_suspend = on_suspend
        self.suspensions = 0

    def __await__(self) -> Generator[Any, Any, Any]:
        return self

    def send(self, value: Any, /) -> Any:
        return self._suspended(self._steps.send(value) if value is not None else next(self._steps))

    def throw(self, error: Any, _value: Any = None, _traceback: Any = None, /) -> Any:
        return self._suspended(self._steps.throw(error))

    def _suspended(self, awaited: Any) -> Any:
        self.suspensions += 1
        self._on_suspend(self.suspensions)
        return awaited


async def cancelled_by_asyncio(awaitable: Awaitable[Any], nth: range) -> int:
    """Await in a task that is cancelled at these suspensions; gives how many there were."""

    def cancel(suspension: int) -> None:
        if suspension in nth:
            task.cancel()

    stepped = Stepped(awaitable, cancel)
    task = asyncio.create_task(_awaited(stepped))
    await asyncio.wait([task])
    assert task.cancelled() == (stepped.suspensions >= nth.start)
    return stepped.suspensions


async def cancelled_by_anyio(awaitable: Awaitable[Any], nth: range) -> int:
    """Await in a scope that is cancelled at the first of these suspensions."""

    def cancel(suspension: int) -> None:
        if suspension in nth:
            scope.cancel()

    scope = anyio.CancelScope()
    stepped = Stepped(awaitable, cancel)
    with scope:
        await _awaited(stepped)
    return stepped.suspensions


async def cancelled_by_a_time_out(awaitable: Awaitable[Any], nth: range) -> int:
    """Await with a time-out that strikes after the first of these suspensions."""

    def strike(suspension: int) -> None:
        if suspension in nth:
            limit.reschedule(0)

    stepped = Stepped(awaitable, strike)
    with suppress(TimeoutError):
        async with asyncio.timeout(None) as limit:
            await _awaited(stepped)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    return stepped.suspensions


async def cancelled_by_a_group(awaitable: Awaitable[Any], nth: range) -> int:
    """Await beside a task that fails at the first of these suspensions."""
    failing = asyncio.Event()

    def fail(suspension: int) -> None:
        if suspension in nth:
            failing.set()

    async def other() -> None:
        await failing.wait()
        raise ZeroDivisionError

    async def beside() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(other())
            await _awaited(stepped)
            failing.set()

    stepped = Stepped(awaitable, fail)
    with pytest.raises(ExceptionGroup) as caught:
        await beside()
    assert [type(error) for error in caught.value.exceptions] == [ZeroDivisionError]
    return stepped.suspensions


async def _awaited(stepped: Stepped) -> None:
    try:
        await stepped
    except KlaviyoError:
        return


@pytest.mark.parametrize(
    ("cancelled", "times", "is_fresh"),
    [
        (cancelled_by_asyncio, 1, False),
        (cancelled_by_asyncio, 1, True),
        (cancelled_by_asyncio, 3, True),
        (cancelled_by_anyio, 1, True),
        (cancelled_by_a_time_out, 1, True),
        (cancelled_by_a_group, 1, True),
    ],
    ids=["asyncio", "asyncio-fresh", "asyncio-fresh-thrice", "anyio-fresh", "time-out-fresh", "group-fresh"],
)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_call_can_be_cancelled_at_every_await(
    call: Call,
    cancelled: Callable[[Awaitable[Any], range], Awaitable[int]],
    times: int,
    is_fresh: bool,
    url: str,
) -> None:
    """Cancelled at its nth await, for all n, and again while it clears up, a call leaves nothing behind."""
    before = connections(url).open

    async def main() -> None:
        async with AsyncKlaviyo(Direct("pk_1", base_url=url), max_retries=1) as client:
            nth, suspensions = 0, 0
            while suspensions >= nth:
                nth += 1
                assert (await client.profiles.get("bye" if is_fresh else "ok")).type == "profile"
                name = f"{cancelled.__name__}-{times}-{is_fresh}-{nth}"
                suspensions = await cancelled(call(client, name), range(nth, nth + times))
                check_at_rest(client)
            assert nth > 3

    with stopped_clock():
        asyncio.run(main())
    assert connections(url).open == before


def check_at_rest(client: Any) -> None:
    """No task, no place in the gate and no connection of the pool is in use."""
    gate = client._caller.transport
    pool = gate._transport._client._transport._pool
    assert gate._under_way == 0
    assert not pool._requests
    assert all(connection.is_idle() or connection.is_closed() for connection in pool.connections)
    if isinstance(client, AsyncKlaviyo):
        assert len(asyncio.all_tasks()) == 1
        assert gate._places._value == IN_FLIGHT


@pytest.mark.parametrize("timeout", [0.0001, 0.0005, 0.001, 0.003])
def test_time_outs_of_the_library_cancel_nobody(timeout: float, url: str) -> None:
    """The HTTP library ends its own waits by cancelling; none of that reaches the task of the call."""

    async def main() -> None:
        async with AsyncKlaviyo(Direct("pk_1", base_url=url), max_retries=0, timeout=timeout) as client:
            for kind in ("mute", "ok", "mute", "ok"):
                try:
                    assert (await client.profiles.get(kind)).id == "ok"
                except Timeout:
                    check_at_rest(client)

    asyncio.run(main())


def test_waiting_for_a_place_can_be_cancelled() -> None:
    async def main() -> None:
        is_full, leave, under_way = asyncio.Event(), asyncio.Event(), list[str]()

        async def handler(request: Request) -> Reply:
            under_way.append(request.url)
            if len(under_way) == IN_FLIGHT:
                is_full.set()
            await leave.wait()
            return Reply(200, {}, PROFILE)

        client: Any = AsyncKlaviyo(Direct("pk_1"), http_client=InMemory(handler))
        tasks = [asyncio.create_task(client.profiles.get(f"{number}")) for number in range(60)]
        await is_full.wait()
        for number in (*range(0, IN_FLIGHT, 4), *range(IN_FLIGHT, 60, 3)):
            tasks[number].cancel()
        leave.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert sum(isinstance(result, asyncio.CancelledError) for result in results) == 10 + 7
        gate = client._caller.transport
        assert (gate._under_way, gate._places._value) == (0, IN_FLIGHT)

    asyncio.run(main())


@pytest.mark.parametrize("method", ["send", "recv"])
def test_a_thread_can_be_interrupted_at_every_io(
    method: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by Ctrl-C, at the nth use of a socket, for all n."""
    before = connections(url).open
    calls = iter([0])

    def interrupted(self: socket.socket, *arguments: Any) -> Any:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return original(self, *arguments)

    original = getattr(socket.socket, method)
    with Klaviyo(Direct("pk_1", base_url=url)) as client:
        for nth in range(4):
            calls = iter(range(nth))
            with monkeypatch.context() as patch:
                patch.setattr(socket.socket, method, interrupted)
                with suppress(KeyboardInterrupt):
                    client.profiles.get("pieces")
            check_at_rest(client)
            assert client.profiles.get("ok").id == "ok"
    assert connections(url).open == before
