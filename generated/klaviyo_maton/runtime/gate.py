# Copied by "make generate" from codegen/runtime/gate.py. Edit that file, not this one.
"""How many requests may be under way at once, and whether any may be: transports around a transport.

An HTTP library's pool gets slow, or runs out, when hundreds of requests wait in it; here they wait before it.
"""

from __future__ import annotations

import threading
from os import getpid
from typing import TYPE_CHECKING

from .errors import ClientClosed, Timeout
from .transport import AsyncTransport, Reply, Request, Timeouts, Transport

if TYPE_CHECKING:
    import asyncio

IN_FLIGHT = 40


class _Gate:
    """Whether anything may be sent: not after closing, and only in the process that sends first.

    Closing lets what is under way come to its end, and closes the connections with the last of it: a
    connection that is closed while another thread reads from it would leave that thread waiting.

    A process that forks shares its open sockets with its children, where two would talk into one
    connection. A client that was not used before is as good as new in each of them.
    """

    def __init__(self, *, owned: bool) -> None:
        self._owned = owned
        self._under_way: int = 0
        self._closed = False
        self._process: int | None = None

    def _check_process(self) -> None:
        self._process = self._process or getpid()
        if self._is_forked():
            raise ClientClosed("this client was in use before the process forked; make one in each process")

    def _check_open(self) -> None:
        if self._closed:
            raise ClientClosed("this client is closed; make a new one")

    def _is_forked(self) -> bool:
        return self._process not in {None, getpid()}

    def _is_over(self) -> bool:
        return self._closed and self._owned and not self._under_way


class Gated(_Gate):
    """A transport that sends at most ``limit`` requests at once, and none after it was closed.

    Closing it closes the transport within, if that is ``owned``.
    """

    def __init__(self, transport: Transport, limit: int = IN_FLIGHT, *, owned: bool = True) -> None:
        super().__init__(owned=owned)
        self._transport = transport
        self._limit = limit
        self._changed = threading.Condition()

    @property
    def name(self) -> str:
        """The HTTP library and its version."""
        return self._transport.name

    def send(self, request: Request, timeout: Timeouts, /) -> Reply:
        """Wait for a place, then send; raises `Timeout` when none gets free in ``timeout.pool`` seconds."""
        self._check_process()  # first of all: a thread of the parent may have left the lock locked
        with self._changed:
            if not self._changed.wait_for(self._is_passable, timeout.pool):
                raise _no_place(timeout)
            self._check_open()
            self._under_way += 1
        try:
            return self._transport.send(request, timeout)
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify()
                is_last = self._is_over()
            if is_last:
                self._transport.close()

    def close(self) -> None:
        """Refuse what is sent from now on, and close the transport within once nothing is under way."""
        if self._closed or self._is_forked():
            self._closed = True
            return
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            is_over = self._is_over()
        if is_over:
            self._transport.close()

    def _is_passable(self) -> bool:
        return self._closed or self._under_way < self._limit


class AsyncGated(_Gate):
    """The same for asyncio; it belongs to the event loop that sends first."""

    def __init__(self, transport: AsyncTransport, limit: int = IN_FLIGHT, *, owned: bool = True) -> None:
        import asyncio  # takes as long as half of httpx, and threads never need it

        super().__init__(owned=owned)
        self._transport = transport
        self._places = asyncio.BoundedSemaphore(limit)
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def name(self) -> str:
        """The HTTP library and its version."""
        return self._transport.name

    async def asend(self, request: Request, limits: Timeouts, /) -> Reply:
        """Wait for a place, then send; raises `Timeout` when none gets free in ``limits.pool`` seconds."""
        self._check_process()
        self._check_open()
        self._stay_in_loop()
        await self._take_place(limits)
        self._under_way += 1
        try:
            self._check_open()  # it may have been closed during the wait
            return await self._transport.asend(request, limits)
        finally:
            self._under_way -= 1
            self._places.release()
            if self._is_over():
                await self._transport.aclose()

    async def aclose(self) -> None:
        """Refuse what is sent from now on, and close the transport within once nothing is under way."""
        is_first, self._closed = not self._closed, True
        if is_first and self._is_over() and not self._is_forked():
            self._stay_in_loop()
            await self._transport.aclose()

    def _stay_in_loop(self) -> None:
        import asyncio

        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise ClientClosed("this client runs under asyncio, and no event loop of it is running") from None
        self._loop = self._loop or loop
        if self._loop is not loop:
            raise ClientClosed("this client belongs to another event loop; make one in each loop")

    async def _take_place(self, limits: Timeouts) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        import asyncio

        try:
            async with asyncio.timeout(limits.pool):
                await self._places.acquire()
        except TimeoutError:
            raise _no_place(limits) from None


def _no_place(limits: Timeouts) -> Timeout:
    return Timeout(f"too many requests are under way: none ended within {limits.pool} s", sent=False)
