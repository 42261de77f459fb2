"""A server on this machine, in a process of its own, that behaves as the path asks it to.

The last segment of a path says how: ``ok``, ``busy`` (429 to the first who asks for that path), ``gone``
(404), ``bye`` (answers and hangs up), ``rude`` (answers and resets), ``pieces`` (a chunked body),
``reset``, ``cut`` (half a body) and ``mute`` (no answer as long as the client stays); what follows a
hyphen only tells requests apart. A profile comes with the header that signed the request as its
``external_id``.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import httpx
from attrs import define, field, frozen

_PAGES = ["ok-1", "ok-2", "ok-3"]
_TLS = b"\x16"
_TROUBLE = {b"busy", b"gone", b"reset", b"cut", b"mute"}


@contextmanager
def serving() -> Generator[str]:
    """Run the server, and give its URL."""
    command = [sys.executable, "-m", "tests.lifecycle.loopback"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


@frozen
class Connections:
    """How many connections the server has now, and how many there were."""

    open: int
    accepted: int


def connections(url: str) -> Connections:
    """Ask the server for its connections, without counting this one."""
    return Connections(**httpx.get(f"{url}/connections").json())


@define
class _Server:
    open: int = 0
    accepted: int = 0
    asked: set[bytes] = field(factory=set[bytes])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.accepted += 1
        try:
            while await self._answer(reader, writer):
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; tells whether the connection stays."""
        start = await reader.readexactly(1)
        if start == _TLS:
            writer.write(_response(400, b"speak plainly"))
            return False
        head = start + await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b" ", 2)
        fields = {key.lower(): value for key, value in re.findall(rb"([\w-]+): (.*)\r\n", head)}
        await self._read_body(reader, fields)
        path, _, query = target.partition(b"?")
        if path == b"/connections":
            self.open, self.accepted = self.open - 1, self.accepted - 1
            writer.write(_response(200, json.dumps({"open": self.open, "accepted": self.accepted}).encode()))
            self.open += 1
            return False
        name = path.rpartition(b"/")[2]
        if method != b"GET" and name.partition(b"-")[0] not in _TROUBLE:
            status = 202 if path.endswith(b"events") else 201
            writer.write(_response(status, b"" if status == 202 else _one(b"ok", fields)))
            return True
        if name == b"profiles":
            writer.write(_response(200, _page(query, fields)))
            return True
        return await self._behave(name, reader, writer, _one(name, fields))

    async def _read_body(self, reader: asyncio.StreamReader, fields: Mapping[bytes, bytes]) -> None:
        if b"content-length" in fields:
            await reader.readexactly(int(fields[b"content-length"]))
        while b"transfer-encoding" in fields and (size := int(await reader.readline(), 16)) >= 0:
            await reader.readexactly(size + 2)
            if not size:
                break

    async def _behave(
        self, name: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes
    ) -> bool:
        match name.partition(b"-")[0]:
            case b"busy" if name not in self.asked:
                self.asked.add(name)
                writer.write(_response(429, b'{"errors": [{"detail": "later"}]}', "retry-after: 0\r\n"))
            case b"gone":
                writer.write(_response(404, b'{"errors": [{"detail": "gone"}]}'))
            case b"reset":
                writer.transport.abort()
                return False
            case b"cut":
                writer.write(_response(200, body)[:-20])
                return False
            case b"mute":
                await reader.read()
                return False
            case b"pieces":
                writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
                for piece in (body[:10], body[10:20], body[20:], b""):
                    writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                    await writer.drain()
                    await asyncio.sleep(0)
            case b"rude":
                writer.write(_response(200, body))
                linger = struct.pack("ii", 1, 0)  # to close is to reset, then
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return False
            case b"bye":
                writer.write(_response(200, body, "connection: close\r\n"))
                return False
            case _:
                writer.write(_response(200, body))
        return True


def _one(name: bytes, fields: Mapping[bytes, bytes]) -> bytes:
    return json.dumps({"data": _profile(name.decode(), fields)}).encode()


def _profile(name: str, fields: Mapping[bytes, bytes]) -> object:
    signed = fields.get(b"authorization", b"").decode()
    return {"type": "profile", "id": name, "attributes": {"external_id": signed}}


def _page(query: bytes, fields: Mapping[bytes, bytes]) -> bytes:
    found = re.search(rb"cursor%5D=(\d)", query)
    number = int(found[1]) if found else 0
    following = f"https://a.klaviyo.com/api/profiles?page%5Bcursor%5D={number + 1}"
    links = {"next": following if number + 1 < len(_PAGES) else None}
    return json.dumps({"data": [_profile(_PAGES[number], fields)], "links": links}).encode()


def _response(status: int, body: bytes, headers: str = "") -> bytes:
    head = f"HTTP/1.1 {status} Status\r\ncontent-length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


async def main() -> None:
    """Serve on a free port, which is printed, until the pipe is closed."""
    server = await asyncio.start_server(_Server().serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
