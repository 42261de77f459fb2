# Copied by "make generate" from codegen/runtime/cancelling.py. Edit that file, not this one.
"""When a cancellation may reach what an HTTP library does.

httpcore lets other tasks have their turn while it takes its locks, hands a connection back or closes it.
Cancelled in such a moment, it leaves a connection behind that its pool neither uses again nor closes.
"""

from __future__ import annotations

from asyncio import CancelledError, Future, current_task
from collections.abc import Callable, Coroutine, Generator
from functools import partial
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
        self._requests = 0

    def __await__(self) -> Generator[Any, Any, T]:
        return self

    def send(self, value: Any, /) -> Any:
        """Go on after a wait or a turn."""
        return self._go_on(partial(self._steps.send, value))

    def throw(self, error: Any, _value: Any = None, _traceback: Any = None, /) -> Any:
        """Go on with an error, or without it if that is to be kept."""
        is_turn = self._awaited is None and self._times_kept < _MOST_KEPT
        if isinstance(error, CancelledError) and is_turn:
            self._kept, self._requests = error, _requests()
            self._times_kept += 1
            return self._go_on(partial(next, self._steps))
        return self._go_on(partial(self._steps.throw, error))

    def _go_on(self, resume: Callable[[], Any]) -> Any:
        try:
            self._awaited = resume()
        except BaseException:
            if kept := self._taken():
                raise kept from None
            raise
        if self._awaited is not None and (kept := self._taken()):
            self._awaited.cancel()
            return self._go_on(partial(self._steps.throw, kept))
        return self._awaited

    def _taken(self) -> CancelledError | None:
        """Give what was kept, once; not if it was withdrawn, as by a time-out within that is over."""
        kept, self._kept = self._kept, None
        return kept if kept and _requests() >= self._requests else None


def _requests() -> int:
    """Tell how many cancellations of this task were asked for and not withdrawn."""
    task = current_task()
    return task.cancelling() if task else 0
