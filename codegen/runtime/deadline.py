"""A bound on the seconds of a whole that is made of several calls and of waits between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from attrs import evolve

from .arguments import Reading, shown
from .errors import ArgumentError, KlaviyoError, TransportFailed, Undecodable
from .flow import Flow, Send, Sleep
from .transport import is_duration

T = TypeVar("T")


class Late(Protocol):
    """Makes the error of a flow whose time is over; ``is_sent`` tells whether a request may have arrived."""

    def __call__(self, *, is_sent: bool) -> KlaviyoError:
        """Make the error."""
        ...


def bounded(
    flow: Flow[T],
    deadline: float,
    late: Late,
    now: Callable[[], float] = time.monotonic,
) -> Flow[T]:
    """Bound the seconds of a flow, with all that its calls and their retries take.

    Timeouts are cut to what is left, a wait that would go beyond it is not begun, and nothing is sent once
    the time is over. ``late`` makes the error, which the flow gets at the place that it has reached.

    Raises:
        ArgumentError: the deadline is no number of seconds above 0; the flow was not begun.
    """
    with Reading("deadline"):
        if not is_duration(deadline) or deadline == 0:
            raise ArgumentError(f"deadline is a number of seconds above 0, not {shown(deadline)}")
    return _bounded(flow, deadline, late, now)


def _bounded(flow: Flow[T], deadline: float, late: Late, now: Callable[[], float]) -> Flow[T]:
    begun, slept, is_sent = now(), 0.0, False
    resume: Callable[[], Send | Sleep] = partial(next, flow)
    while True:
        try:
            step = resume()
        except StopIteration as stop:
            result: T = stop.value
            return result
        except TransportFailed as failure:
            if now() - begun < deadline:
                raise
            raise late(is_sent=is_sent) from failure
        # A wait counts in full, also under a clock that lets it pass at once.
        left = deadline - max(now() - begun, slept)
        if left <= 0 or (isinstance(step, Sleep) and step.seconds > left):
            resume = partial(flow.throw, late(is_sent=is_sent))
            continue
        try:
            outcome = yield _cut(step, left)
        except (TransportFailed, Undecodable, GeneratorExit) as error:
            is_sent = is_sent or not (isinstance(error, TransportFailed) and error.sent is False)
            resume = partial(flow.throw, error)
        else:
            is_sent = is_sent or isinstance(step, Send)
            resume = partial(flow.send, outcome)
        if isinstance(step, Sleep):
            slept += step.seconds


def _cut(step: Send | Sleep, left: float) -> Send | Sleep:
    return step if isinstance(step, Sleep) else evolve(step, timeout=step.timeout.at_most(left))
