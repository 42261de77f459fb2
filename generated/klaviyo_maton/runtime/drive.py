# Copied by "make generate" from codegen/runtime/drive.py. Edit that file, not this one.
"""The only two functions that perform what flows ask for: one for threads, one for asyncio."""

from __future__ import annotations

import time
from typing import Generic, Protocol, TypeAlias, TypeVar

from attrs import frozen

from .errors import KlaviyoError, TransportFailed, Undecodable
from .flow import Flow, Send, Sleep
from .frames import forget_locals
from .transport import AsyncTransport, Reply, Transport

T = TypeVar("T")

_Outcome: TypeAlias = Reply | TransportFailed | Undecodable | None


class Clock(Protocol):
    """Lets time pass for threads."""

    def sleep(self, seconds: float, /) -> None:
        """Return when the seconds are over."""
        ...


class AsyncClock(Protocol):
    """Lets time pass for asyncio."""

    async def asleep(self, seconds: float, /) -> None:
        """Return when the seconds are over."""
        ...


class SystemClock:
    """Real time, for both."""

    def sleep(self, seconds: float, /) -> None:
        """Block the thread."""
        time.sleep(seconds)

    async def asleep(self, seconds: float, /) -> None:
        """Suspend the task."""
        import asyncio  # takes as long as half of httpx, and threads never need it

        await asyncio.sleep(seconds)


SYSTEM_CLOCK = SystemClock()


def run(flow: Flow[T], transport: Transport, clock: Clock = SYSTEM_CLOCK) -> T:
    """Carry out a flow and give its result."""
    outcome: _Outcome = None
    step: Send | Sleep | _Done[T] | None = None
    try:
        while not isinstance(step := _advance(flow, outcome), _Done):
            outcome = None
            if isinstance(step, Sleep):
                clock.sleep(step.seconds)
                continue
            try:
                outcome = transport.send(step.request, step.timeout)
            except (TransportFailed, Undecodable) as failure:
                outcome = failure
    except BaseException as error:
        forget_locals(error)
        raise
    else:
        return step.result
    finally:
        flow.close()
        outcome = step = None  # a failure's traceback holds this frame, which would hold them and the failure


async def arun(flow: Flow[T], transport: AsyncTransport, clock: AsyncClock = SYSTEM_CLOCK) -> T:
    """Carry out a flow and give its result; a cancellation ends the flow where it stands."""
    outcome: _Outcome = None
    step: Send | Sleep | _Done[T] | None = None
    try:
        while not isinstance(step := _advance(flow, outcome), _Done):
            outcome = None
            if isinstance(step, Sleep):
                await clock.asleep(step.seconds)
                continue
            try:
                outcome = await transport.asend(step.request, step.timeout)
            except (TransportFailed, Undecodable) as failure:
                outcome = failure
    except BaseException as error:
        forget_locals(error)
        raise
    else:
        return step.result
    finally:
        flow.close()
        outcome = step = None  # a failure's traceback holds this frame, which would hold them and the failure


@frozen
class _Done(Generic[T]):
    result: T


def _advance(flow: Flow[T], outcome: _Outcome) -> Send | Sleep | _Done[T]:
    # Only here does StopIteration mean the end of the flow; one of a transport or clock is its own mistake.
    try:
        return flow.throw(outcome) if isinstance(outcome, KlaviyoError) else flow.send(outcome)
    except StopIteration as stop:
        return _Done(stop.value)
