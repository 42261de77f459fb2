"""What a call tells while it is under way, for logs and metrics.

Each attempt is told as `Sending`, then as `Answered` if any answer came. A success ends there; after
trouble comes `Waiting` and then `Retrying`, or `GaveUp`, which is also told of calls cut short from
outside. No fact holds a query value, a header, a body or a credential.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import TypeAlias

from attrs import frozen

from .arguments import shown
from .errors import ApiError, ArgumentError, KlaviyoError
from .operation import Call
from .transport import Reply

log = logging.getLogger("klaviyo_maton")


@frozen
class _Fact:
    operation: str
    method: str
    path: str
    attempt: int

    @property
    def _place(self) -> str:
        return f"{self.method} {self.path}, try {self.attempt}"


@frozen
class Sending(_Fact):
    """An attempt is about to be sent; ``attempt`` counts from 1, ``operation`` is the vendor's id."""

    def __str__(self) -> str:
        return f"{self._place}: sending"


@frozen
class Answered(_Fact):
    """An answer came, whatever its ``status``, ``elapsed`` seconds after the attempt was sent."""

    status: int
    elapsed: float

    def __str__(self) -> str:
        return f"{self._place}: {self.status} in {self.elapsed:.3f} s"


@frozen
class Waiting(_Fact):
    """An attempt failed, and the call waits for so many seconds before the next.

    ``error`` is the name of the error's class, ``status`` the answer's, None where none came.
    """

    seconds: float
    error: str
    status: int | None

    def __str__(self) -> str:
        return f"{self._place}: {self.error}, waiting for {self.seconds:.3f} s"


@frozen
class Retrying(_Fact):
    """The wait is over: the next attempt, of number ``attempt``, follows at once."""

    def __str__(self) -> str:
        return f"{self._place}: retrying"


@frozen
class GaveUp(_Fact):
    """The call ends without success; ``error`` is the name of the error's class.

    ``status`` is that of a refusal, None where no answer came or the call was cut short.
    """

    error: str
    status: int | None

    def __str__(self) -> str:
        return f"{self._place}: {self.error}, giving up"


CallEvent: TypeAlias = Sending | Answered | Waiting | Retrying | GaveUp
Hook: TypeAlias = Callable[[CallEvent], object]
"""Called in the thread or task of the call, so it should be quick."""


def check_hook(hook: object) -> None:
    """Refuse what cannot be called with an event there and then.

    Raises:
        ArgumentError: it is no function, or one that would have to be awaited.
    """
    if not callable(hook) or iscoroutinefunction(hook):
        raise ArgumentError(f"on_event is a plain function of one event, not {shown(hook)}")


class Progress:
    """Tells the events of one call: to the logger at DEBUG, and to the hook.

    A hook that raises does not disturb the call: the logger shows its traceback as an error.
    """

    def __init__(self, call: Call, hook: Hook | None) -> None:
        self._call = call
        self._hook = hook
        self._is_logged = log.isEnabledFor(logging.DEBUG)
        self._is_told = self._is_logged or hook is not None
        self._attempt = 0

    def sending(self) -> None:
        """Tell that the next attempt is about to be sent."""
        self._attempt += 1
        if self._is_told:
            if self._attempt > 1:
                self._tell(Retrying(*self._place()))
            self._tell(Sending(*self._place()))

    def answered(self, reply: Reply) -> None:
        """Tell of an answer."""
        if self._is_told:
            self._tell(Answered(*self._place(), reply.status, reply.elapsed))

    def waiting(self, seconds: float, trouble: KlaviyoError) -> None:
        """Tell of a wait before the next attempt."""
        if self._is_told:
            self._tell(Waiting(*self._place(), seconds, *_told(trouble)))

    def gave_up(self, error: BaseException) -> None:
        """Tell of the end of a call that was sent; a flow that is closed ends by what its context holds."""
        if self._is_told and self._attempt:
            cause = (isinstance(error, GeneratorExit) and error.__context__) or error
            self._tell(GaveUp(*self._place(), *_told(cause)))

    def _place(self) -> tuple[str, str, str, int]:
        operation = self._call.operation
        return operation.id, operation.method, self._call.path, self._attempt

    def _tell(self, event: CallEvent) -> None:
        if self._is_logged:
            log.debug("%s", event)
        if self._hook is None:
            return
        try:
            self._hook(event)
        except Exception:
            log.exception("on_event raised at %s", event)


def _told(error: BaseException) -> tuple[str, int | None]:
    return type(error).__name__, error.status if isinstance(error, ApiError) else None
