"""When a cancellation may reach what an HTTP library does.

httpcore lets other tasks have their turn while it takes its locks, hands a connection back or closes it.
Cancelled in such a moment, it leaves a connection behind that its pool neither uses again nor closes.
"""

from __future__ import annotations

from asyncio import CancelledError, Future, current_task
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")

_MOST_KEPT = 8  # anyio cancels in every turn and goes on only when it is heard, so it has to be at last


class CancelledInWaits(Generator[Any, Any, T]):
    """Awaits a coroutine, and lets a cancellation in only while it waits for something.

    One that comes while it merely lets others have their turn is kept for its next wait, or for its end.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, T]) -> None:
        self._steps = coroutine.__await__()
        self._awaited: Future[Any] | None = None
        self._kept: CancelledError | None = None
        self._times_kept = 0
        self._heard = 0

    def __await__(self) -> Generator[Any, Any, T]:
        return self

    def send(self, value: Any, /) -> Any:
        """Go on after a wait or a turn."""
        return self._go_on(self._steps.send, value)

    def throw(self, error: Any, _value: Any = None, _traceback: Any = None, /) -> Any:
        """Go on with an error, or without it if that is to be kept."""
        is_turn = self._awaited is None and self._times_kept < _MOST_KEPT
        try:
            if not (isinstance(error, CancelledError) and is_turn):
                return self._go_on(self._steps.throw, error)
            self._keep(error)
            return self._go_on(self._steps.send, None)
        finally:
            del error  # its traceback holds this frame

    def close(self) -> None:
        """End where it stands, as a task does that nobody will ever resume; what was kept is of no use."""
        self._steps.close()

    def _go_on(self, resume: Callable[[Any], Any], value: Any) -> Any:
        if self._kept is None:
            self._heard = _requests()
        try:
            self._awaited = resume(value)
        except Exception:
            if (kept := self._in_force()) is None:
                raise
        else:
            # A task that is to be cancelled does the same once it waits.
            if self._awaited and (kept := self._in_force()) and self._awaited.cancel(*kept.args):
                self._kept = None
            return self._awaited
        finally:
            del resume, value
        try:
            raise kept
        finally:
            del kept

    def _keep(self, error: CancelledError) -> None:
        # One request at least made this error, and a time-out that asked for another may yet withdraw it.
        self._kept, self._heard = error, min(self._heard, _requests() - 1)
        self._times_kept += 1

    def _in_force(self) -> CancelledError | None:
        """Give what is kept; nothing if it was withdrawn, as by a time-out within that is over."""
        if _requests() <= self._heard:
            self._kept = None
        return self._kept


def _requests() -> int:
    """Tell how many cancellations of this task were asked for and not withdrawn."""
    try:
        task = current_task()
    except RuntimeError:  # no event loop: somebody takes the steps by hand
        return 0
    return task.cancelling() if task else 0
