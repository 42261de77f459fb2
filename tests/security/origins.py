"""Web servers on this machine that remember what arrived: origins, and proxies before them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from attrs import define, field, frozen


@frozen
class Arrival:
    """A request as it arrived; ``target`` is a path with its query, or a whole URL for a proxy."""

    method: str
    target: str
    headers: Mapping[str, str]

    @property
    def host(self) -> str:
        return self.headers["host"]

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@frozen
class Served:
    """An answer; a ``cut`` one promises a byte more than it sends."""

    status: int = 200
    headers: Mapping[str, str] = field(factory=dict[str, str])
    body: bytes = b""
    cut: bool = False


Handler = Callable[[Arrival], Served]


@define
class Origin:
    """A server; ``answer`` may be exchanged, ``arrived`` is all that came."""

    port: int
    answer: Handler = lambda _: Served()
    arrived: list[Arrival] = field(factory=list[Arrival])

    @property
    def netloc(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.netloc}"

    def taken(self) -> list[Arrival]:
        """What came since the last time."""
        taken, self.arrived = self.arrived, []
        return taken

    def serve(self, arrival: Arrival) -> Served:
        self.arrived.append(arrival)
        return self.answer(arrival)


@contextmanager
def serving() -> Generator[Origin]:
    """Serve on a free port of this machine."""

    class Serving(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.handle_any
            raise AttributeError(name)

        def handle_any(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            served = origin.serve(Arrival(self.command, self.path, headers))
            self.send_response(served.status)
            for name, value in served.headers.items():
                self.send_header(name, value)
            if served.status not in {204, 304}:
                self.send_header("content-length", str(len(served.body) + served.cut))
            self.end_headers()
            self.wfile.write(served.body)
            self.close_connection = self.close_connection or served.cut

        def log_message(self, format: str, *args: Any) -> None:
            """Stay quiet."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Say nothing of clients that hang up."""

    server = Quiet(("127.0.0.1", 0), Serving)
    origin = Origin(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield origin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def every_name_is_here() -> Generator[None]:
    """Let every host's name resolve to this machine, so that whatever leaves arrives where it is seen."""
    resolve = socket.getaddrinfo

    def here(_host: Any, *args: Any, **keywords: Any) -> Any:
        return resolve("127.0.0.1", *args, **keywords)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", here)
        yield
