"""Jobs: starting one, waiting for its end, and fetching what it made; a flow like any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen

from .errors import JobFailed
from .flow import Flow, Sleep

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 10.0
_SHOWN = 60


@frozen
class Wait:
    """How to tell a job's end: the attribute with its state, and the final states, good and bad."""

    attribute: str
    done: tuple[str, ...]
    failed: tuple[str, ...]


def job(
    start: Flow[Any],
    poll: Callable[[], Flow[Any]],
    fetch: Callable[[], Flow[Any]],
    wait: Wait,
    deadline: float,
) -> Flow[Any]:
    """Start a job, ask for its state in growing intervals, and fetch the result when it is done.

    ``deadline`` bounds the seconds spent waiting between the questions.

    Raises:
        JobFailed: the job ended badly, or not in time.
    """
    yield from start
    waited, pause = 0.0, _FIRST_PAUSE
    while True:
        state = str(getattr((yield from poll()), wait.attribute, None))[:_SHOWN]
        if state in wait.done:
            return (yield from fetch())
        if state in wait.failed:
            raise JobFailed(f"the job ended as {state!r}", state=state)
        if waited + pause > deadline:
            raise JobFailed(f"the job is still {state!r} after waiting for {waited:g} s", state=state)
        yield Sleep(pause)
        waited, pause = waited + pause, min(pause * 1.5, _LONGEST_PAUSE)
