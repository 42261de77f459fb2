"""A server that gives prepared answers as fast as it can, in a process of its own."""

from __future__ import annotations

import asyncio
import re
import sys

from .payload import answers

_PATHS = {b"/api/profiles": "page", b"/api/odd": "odd", b"/api/profiles/01": "one"}


def _response(status: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 %b\r\ncontent-type: application/vnd.api+json\r\ncontent-length: %d\r\n\r\n"
    return head % (status, len(body)) + body


def _responses() -> dict[bytes, bytes]:
    made = answers()
    return {path: _response(b"200 OK", made[name]) for path, name in _PATHS.items()}


async def main() -> None:
    """Serve on a free port of the loopback interface, which is printed, until the pipe is closed."""
    responses, accepted = _responses(), _response(b"202 Accepted", b"")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof():
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            method, target, _ = head.split(b" ", 2)
            found = re.search(rb"content-length: *(\d+)", head.lower())
            length = int(found[1]) if found else 0
            await reader.readexactly(length)
            path = target.partition(b"?")[0]
            odd = b"odd" in target
            writer.write(accepted if method == b"POST" else responses[b"/api/odd" if odd else path])
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
