"""A transport that keeps what goes through it."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from ..client import AnyClient
from ..transport import AsyncTransport, Reply, Request, Timeouts, Transport
from .masking import recorded
from .recording import Recording

if TYPE_CHECKING:
    from ..httpx_transport import AsyncHttpxTransport, HttpxTransport


class Recorder:
    """Sends through another transport, and keeps each exchange in ``recording``, without credentials.

    Args:
        http_client: what a client takes: a client of httpx, or any transport; one of httpx without it.

    What is given stays open when the recorder is closed. A request that fails without an answer is not
    kept, and raises as ever.
    """

    def __init__(self, http_client: AnyClient | None = None) -> None:
        self._http_client = http_client
        self._opened: HttpxTransport | None = None
        self._async_opened: AsyncHttpxTransport | None = None
        self._lock = Lock()
        self.recording = Recording()

    @property
    def name(self) -> str:
        """The HTTP library and its version."""
        if isinstance(self._http_client, (Transport, AsyncTransport)):
            return self._http_client.name
        from ..httpx_transport import HttpxTransport

        return HttpxTransport.name

    def send(self, request: Request, timeout: Timeouts, /) -> Reply:
        """Send one request, and keep it with its answer."""
        return self._kept(request, self._transport().send(request, timeout))

    async def asend(self, request: Request, limits: Timeouts, /) -> Reply:
        """Send one request, and keep it with its answer."""
        return self._kept(request, await self._async_transport().asend(request, limits))

    def _kept(self, request: Request, reply: Reply) -> Reply:
        self.recording.exchanges.append(recorded(request, reply))
        return reply

    def _transport(self) -> Transport:
        if isinstance(self._http_client, Transport):
            return self._http_client
        from ..httpx_transport import HttpxTransport

        with self._lock:
            self._opened = self._opened or HttpxTransport(self._http_client)
        return self._opened

    def _async_transport(self) -> AsyncTransport:
        if isinstance(self._http_client, AsyncTransport):
            return self._http_client
        from ..httpx_transport import AsyncHttpxTransport

        with self._lock:
            self._async_opened = self._async_opened or AsyncHttpxTransport(self._http_client)
        return self._async_opened

    def close(self) -> None:
        """Close what was opened to send from threads; closing twice is fine."""
        if self._opened:
            self._opened.close()

    async def aclose(self) -> None:
        """Close what was opened to send from an event loop; closing twice is fine."""
        if self._async_opened:
            await self._async_opened.aclose()
