"""Exchanges that were recorded: kept in a file, and played back instead of a network."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Hashable
from os import PathLike
from pathlib import Path
from threading import Lock
from typing import Literal, Self
from urllib.parse import parse_qsl, urlsplit

import msgspec
from attrs import define, field

from ..arguments import Reading, shown
from ..codec import REFUSED, decode
from ..errors import ArgumentError, Undecodable
from ..transport import InMemory, Reply, Request
from .masking import Exchange, recorded_request


@define
class Recording:
    """Requests and their answers, the oldest first, without credentials; personal data stays in them."""

    exchanges: list[Exchange] = field(factory=list[Exchange])

    def save(self, path: str | PathLike[str]) -> None:
        """Write the recording to a file, as JSON."""
        exchanges = [_Exchange.of(exchange) for exchange in self.exchanges]
        written = msgspec.json.encode(_File("klaviyo-maton recording 1", exchanges))
        Path(path).write_bytes(msgspec.json.format(written, indent=1) + b"\n")

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Read a recording from a file.

        Raises:
            ArgumentError: the file cannot be read, or holds something else.
        """
        with Reading("Recording.load"):
            path = Path(path)
        try:
            read = msgspec.json.decode(path.read_bytes(), type=_File)
            return cls([exchange.value() for exchange in read.exchanges])
        except OSError as error:
            raise ArgumentError(f"{_name(path)} cannot be read: {error.strerror}") from error
        except (*REFUSED, ValueError) as error:
            raise ArgumentError(f"{_name(path)} is no recording: {error}") from error

    def replay(self, *, in_order: bool = True) -> InMemory:
        """Make a transport that answers from the recording, for clients of either colour.

        A request is answered if it has the method, path, query and body of a recorded one; hosts and
        credentials may be others. ``in_order``, requests must come as they were recorded, each once. Else
        they come in any order, and the last answer to a request is given again and again.

        A request without an answer raises `ArgumentError`, and so does one whose answer could not be kept.
        """
        if in_order:
            return InMemory(_InOrder(self.exchanges).answer)
        return InMemory(_ByRequest(self.exchanges).answer)


def _name(path: Path) -> str:
    return path.name if path.name.isprintable() else shown(path.name)


class _InOrder:
    def __init__(self, exchanges: list[Exchange]) -> None:
        self._all = len(exchanges)
        self._left = exchanges[::-1]
        self._lock = Lock()

    def answer(self, request: Request) -> Reply:
        with self._lock:
            if not self._left:
                raise ArgumentError(f"{request.place}: all {self._all} answers of the recording were given")
            expected = self._left[-1]
            if _identity(*recorded_request(request)) != _identity_of(expected):
                but = ", with another query or body" if request.place == expected.request.place else ""
                raise ArgumentError(
                    f"{request.place}: the recording goes on with {expected.request.place}{but}"
                )
            return _answer(self._left.pop())


class _ByRequest:
    def __init__(self, exchanges: list[Exchange]) -> None:
        self._left: dict[Hashable, list[Exchange]] = {}
        for exchange in reversed(exchanges):
            self._left.setdefault(_identity_of(exchange), []).append(exchange)
        self._lock = Lock()

    def answer(self, request: Request) -> Reply:
        with self._lock:
            found = self._left.get(_identity(*recorded_request(request)))
            if not found:
                raise ArgumentError(
                    f"{request.place}: the recording has no answer to this path with this query and body"
                )
            return _answer(found.pop() if len(found) > 1 else found[0])


def _answer(exchange: Exchange) -> Reply:
    if exchange.reply_left_out:
        raise ArgumentError(
            f"{exchange.request.place}: the recording does not hold the body of this answer: it was "
            f"{exchange.reply_left_out}; write an answer by hand, or record one that can be read"
        )
    return exchange.reply


def _identity_of(exchange: Exchange) -> Hashable:
    return _identity(exchange.request, exchange.request_left_out)


def _identity(request: Request, left_out: str) -> Hashable:
    """What makes two requests the same: everything but host, headers and the spelling of the JSON.

    Of a body that was not kept it is how long it was, and why.
    """
    url = urlsplit(request.url)
    body: str | bytes | None = left_out or request.body
    if request.body and not left_out:
        try:
            body = json.dumps(decode(request.body), sort_keys=True)
        except Undecodable:
            body = request.body
    return request.method, url.path, tuple(sorted(parse_qsl(url.query, keep_blank_values=True))), body


# ------------------------------------------------------------------------------------------- the file


class _Body(msgspec.Struct, omit_defaults=True):
    """A body as text, where it is UTF-8, else as Base64; or how much was left out, and why."""

    text: str | None = None
    base64: str | None = None
    left_out: str = ""

    @classmethod
    def of(cls, body: bytes, left_out: str) -> Self:
        if left_out:
            return cls(left_out=left_out)
        try:
            return cls(text=body.decode())
        except UnicodeDecodeError:
            return cls(base64=b64encode(body).decode())

    def value(self) -> bytes:
        return (self.text or "").encode() if self.base64 is None else b64decode(self.base64, validate=True)


class _Request(msgspec.Struct):
    method: str
    url: str
    headers: list[tuple[str, str]]
    body: _Body | None


class _Reply(msgspec.Struct):
    status: int
    headers: dict[str, str]
    body: _Body
    elapsed: float


class _Exchange(msgspec.Struct):
    request: _Request
    reply: _Reply

    @classmethod
    def of(cls, exchange: Exchange) -> Self:
        request, reply = exchange.request, exchange.reply
        body = None if request.body is None else _Body.of(request.body, exchange.request_left_out)
        return cls(
            _Request(request.method, request.url, [*request.headers], body),
            _Reply(
                reply.status,
                dict(reply.headers),
                _Body.of(reply.body, exchange.reply_left_out),
                reply.elapsed,
            ),
        )

    def value(self) -> Exchange:
        request, reply = self.request, self.reply
        body = None if request.body is None else request.body.value()
        return Exchange(
            Request(request.method, request.url, tuple(request.headers), body),
            Reply(reply.status, reply.headers, reply.body.value(), reply.elapsed),
            request.body.left_out if request.body else "",
            reply.body.left_out,
        )


class _File(msgspec.Struct):
    format: Literal["klaviyo-maton recording 1"]
    exchanges: list[_Exchange]
