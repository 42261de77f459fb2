"""The sandbox over a real socket of this machine, for what no in-memory transport shows."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from ..errors import TransportFailed
from ..transport import Request
from .sandbox import Sandbox
from .uploads import MULTIPART, read_multipart

_HOST = "127.0.0.1"
_METHODS = ("GET", "POST", "PATCH", "DELETE")


@contextmanager
def serve(sandbox: Sandbox, port: int = 0) -> Generator[str, None, None]:
    """Serve a sandbox while the context lasts, and give its URL; port 0 takes any that is free.

    A queued `TransportFailed` closes the connection without an answer.
    """
    server = ThreadingHTTPServer((_HOST, port), _handler(sandbox))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://{_HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(sandbox: Sandbox) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length) if length else None
            url = f"http://{self.headers.get('host', _HOST)}{self.path}"
            content_type, upload = self.headers.get("content-type", ""), None
            if body is not None and content_type.startswith(MULTIPART):
                upload, body = read_multipart(content_type, body), None
            request = Request(self.command, url, tuple(self.headers.items()), body, upload)
            try:
                reply = sandbox.handle(request)
            except TransportFailed:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: what came stands in the sandbox's requests."""

    for method in _METHODS:
        setattr(Handler, f"do_{method}", Handler.answer)
    return Handler
