"""Jobs: starting one, waiting for its end, and fetching what it made; a flow like any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import define, frozen

from .answer import key_of
from .deadline import bounded
from .errors import JobFailed
from .flow import Flow, Sleep
from .redaction import excerpt

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

    ``deadline`` bounds the seconds of the whole.

    Raises:
        ArgumentError: the deadline is none; nothing was sent.
        JobFailed: the job ended badly, or not in time.
    """
    awaited = _Job(start, poll, fetch, wait, deadline)
    return bounded(awaited.course(), deadline, awaited.late)


@define
class _Job:
    start: Flow[Any]
    poll: Callable[[], Flow[Any]]
    fetch: Callable[[], Flow[Any]]
    wait: Wait
    deadline: float
    state: str = ""

    def course(self) -> Flow[Any]:
        yield from self.start
        pause = _FIRST_PAUSE
        while True:
            polled = yield from self.poll()
            state = str(getattr(polled, self.wait.attribute, None))
            self.state = excerpt(state, key_of(polled), _SHOWN)
            if state in self.wait.done:
                return (yield from self.fetch())
            if state in self.wait.failed:
                raise JobFailed(f"the job ended as {self.state!r}", state=self.state)
            yield Sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def late(self, *, is_sent: bool) -> JobFailed:
        if not is_sent:
            return JobFailed(
                f"nothing was sent before the deadline of {self.deadline:g} s, so that no job was started"
            )
        state = f"is still {self.state!r}" if self.state else "told no state"
        return JobFailed(f"the job {state} at its deadline of {self.deadline:g} s", state=self.state)
