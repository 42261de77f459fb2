# Copied by "make generate" from codegen/runtime/gate.py. Edit that file, not this one.
"""How many requests may be under way at once, and whether any may be: transports around a transport.

An HTTP library's pool gets slow, or runs out, when hundreds of requests wait in it; here they wait before it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from .errors import ClientClosed, Timeout
from .transport import AsyncTransport, Reply, Request, Timeouts, Transport

if TYPE_CHECKING:
    import asyncio

IN_FLIGHT = 40


class Gated:
    """A transport that sends at most ``limit`` requests at once, and none after it was closed.

    Closing it closes the transport within, if that is ``owned``.
    """

    def __init__(self, transport: Transport, limit: int = IN_FLIGHT, *, owned: bool = True) -> None:
        self._transport = transport
        self._owned = owned
        self._places = threading.BoundedSemaphore(limit)
        self._closed = False

    @property
    def name(self) -> str:
        """The HTTP library and its version."""
        return self._transport.name

    def send(self, request: Request, timeout: Timeouts, /) -> Reply:
        """Wait for a place, then send; raises `Timeout` when none gets free in ``timeout.pool`` seconds."""
        _refuse_if(self._closed)
        if not self._places.acquire(timeout=timeout.pool):
            raise _no_place(timeout)
        try:
            return self._transport.send(request, timeout)
        finally:
            self._places.release()

    def close(self) -> None:
        """Refuse what is sent from now on, and close the transport within."""
        is_first, self._closed = not self._closed, True
        if is_first and self._owned:
            self._transport.close()


class AsyncGated:
    """The same for asyncio; it belongs to the event loop that sends first."""

    def __init__(self, transport: AsyncTransport, limit: int = IN_FLIGHT, *, owned: bool = True) -> None:
        import asyncio  # takes as long as half of httpx, and threads never need it

        self._transport = transport
        self._owned = owned
        self._places = asyncio.BoundedSemaphore(limit)
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def name(self) -> str:
        """The HTTP library and its version."""
        return self._transport.name

    async def asend(self, request: Request, limits: Timeouts, /) -> Reply:
        """Wait for a place, then send; raises `Timeout` when none gets free in ``limits.pool`` seconds."""
        _refuse_if(self._closed)
        self._stay_in_loop()
        await self._take_place(limits)
        try:
            return await self._transport.asend(request, limits)
        finally:
            self._places.release()

    def _stay_in_loop(self) -> None:
        import asyncio

        loop = asyncio.get_running_loop()
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

    async def aclose(self) -> None:
        """Refuse what is sent from now on, and close the transport within."""
        is_first, self._closed = not self._closed, True
        if is_first and self._owned:
            await self._transport.aclose()


def _refuse_if(closed: bool) -> None:
    if closed:
        raise ClientClosed("this client is closed; make a new one")


def _no_place(limits: Timeouts) -> Timeout:
    return Timeout(f"too many requests are under way: none ended within {limits.pool} s", sent=False)
