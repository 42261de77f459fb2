"""The contract between this library and an HTTP library: values in, values out.

A transport sends one request and returns the whole answer, whatever its status. It follows no
redirect, repeats nothing and keeps no cookie. What goes wrong is a `TransportFailed`, and nothing else.
"""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from threading import TIMEOUT_MAX
from typing import Protocol, TypeAlias, TypeGuard, runtime_checkable
from urllib.parse import urlsplit

from attrs import astuple, field, frozen

from .arguments import Reading, is_mapping, shown
from .errors import ArgumentError, TransportFailed, Undecodable
from .secret import NO_BODY, Sealed, Secret, sealed_body
from .upload import Multipart

Headers: TypeAlias = tuple[tuple[str, str], ...]

MAX_ANSWER_BYTES = 64 * 1024 * 1024

_GZIP = zlib.MAX_WBITS | 16
_PIECE = 16 * 1024  # what is behind a member's end is copied: of one piece, and not of a whole chunk
_MEMBER = 1024  # a member costs some work however small it is, and so it counts as no smaller than this
_MARGIN = 1024 * 1024


def is_duration(value: object) -> bool:
    """Tell whether a value is a number of seconds that every clock can wait for."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= TIMEOUT_MAX


def _sealed_headers(headers: Headers | Sealed[Headers]) -> Sealed[Headers]:
    return headers if isinstance(headers, Sealed) else Sealed(headers)


def _names_only(headers: Headers) -> str:
    return f"<{', '.join(name for name, _ in headers)}>"


def _size(body: bytes | None) -> str:
    return "None" if body is None else f"<{len(body)} bytes>"


def _lowered(headers: object) -> Mapping[str, str]:
    if not _is_headers(headers):
        raise ArgumentError("the headers of a Reply are a mapping of names to values, both of them texts")
    return {name.lower(): value for name, value in headers.items()}


def _is_headers(headers: object) -> TypeGuard[Mapping[str, str]]:
    return is_mapping(headers) and all(
        isinstance(name, str) and isinstance(value, str) for name, value in headers.items()
    )


def _check_kinds(status: object, body: object) -> None:
    if not isinstance(status, int) or isinstance(status, bool):
        raise ArgumentError(f"the status of a Reply is a whole number, not {shown(status)}")
    if not isinstance(body, bytes):
        raise ArgumentError(f"the body of a Reply is bytes, not a value of {type(body).__name__}")


@frozen(repr=False)
class Request:
    """One HTTP request, complete; its repr shows neither header values, query nor body.

    Where a file is sent, ``upload`` stands in the place of ``body``. Only an ``insecure`` one may go to a
    proxy in plain http.
    """

    method: str
    url: str
    _headers: Sealed[Headers] = field(default=Sealed(()), alias="headers", converter=_sealed_headers)
    _body: Sealed[bytes | None] = field(default=NO_BODY, alias="body", converter=sealed_body)
    upload: Multipart | None = None
    insecure: bool = False

    @property
    def headers(self) -> Headers:
        """Names and values, the signature among them."""
        return self._headers.reveal()

    @property
    def body(self) -> bytes | None:
        """The bytes to send, where no file is sent."""
        return self._body.reveal()

    @property
    def place(self) -> str:
        """Method and path, without query: how logs and errors name the request."""
        return f"{self.method} {urlsplit(self.url).path}"

    @property
    def key(self) -> Secret:
        """What it is signed with; an empty secret when it is not."""
        return Secret(self._signature().rpartition(" ")[2])

    @property
    def scheme(self) -> str:
        """How it is signed, such as ``Bearer``; empty when it is not."""
        return self._signature().partition(" ")[0]

    def _signature(self) -> str:
        return next((value for name, value in self.headers if name == "authorization"), "")

    def __reduce__(self) -> tuple[type[Request], tuple[object, ...]]:
        portable = tuple((name, value) for name, value in self.headers if name != "authorization")
        return Request, (self.method, self.url, portable, self.body, self.upload, self.insecure)

    def __copy__(self) -> Request:
        return self

    def __deepcopy__(self, _: dict[int, object]) -> Request:
        return self

    def __repr__(self) -> str:
        body = _size(self.body) if self.upload is None else f"<{self.upload.filename}>"
        return f"Request({self.place!r}, headers={_names_only(self.headers)}, body={body})"


@frozen
class Reply:
    """One whole answer: header names in lower case, the body decompressed, ``elapsed`` in seconds.

    Raises:
        ArgumentError: the status is no whole number, the body no bytes, or a header no text.
    """

    status: int
    headers: Mapping[str, str] = field(factory=dict[str, str], converter=_lowered, repr=False)
    body: bytes = field(default=b"", repr=_size)
    elapsed: float = 0.0

    def __attrs_post_init__(self) -> None:
        _check_kinds(self.status, self.body)


@frozen
class Timeouts:
    """Seconds to wait for a connection, for data, for room to write, and for a place in the pool.

    ``total`` bounds the whole of an exchange: it ends with the first piece of an answer that comes later.
    None waits for ever.
    """

    connect: float | None = 30.0
    read: float | None = 30.0
    write: float | None = 30.0
    pool: float | None = 30.0
    total: float | None = None

    def __attrs_post_init__(self) -> None:
        for name in ("connect", "read", "write", "pool", "total"):
            seconds: object = getattr(self, name)
            with Reading("timeout"):
                if seconds is not None and (not is_duration(seconds) or seconds == 0):
                    raise ArgumentError(
                        f"the {name} timeout is None or a number of seconds above 0, not {shown(seconds)}"
                    )

    @classmethod
    def of(cls, seconds: float | Timeouts | None) -> Timeouts:
        """Make the same timeout of all but ``total``, unless it is a `Timeouts` already."""
        return seconds if isinstance(seconds, Timeouts) else cls(seconds, seconds, seconds, seconds)

    def at_most(self, seconds: float) -> Timeouts:
        """The same, where none is longer than so many seconds."""
        cut = (seconds if one is None else min(one, seconds) for one in astuple(self))
        return Timeouts(*cut)


@runtime_checkable
class Transport(Protocol):
    """Sends requests, one at a time a thread; ``name`` such as ``httpx/0.28.1`` stands in the User-Agent."""

    @property
    def name(self) -> str:
        """The HTTP library and its version."""
        ...

    def send(self, request: Request, timeout: Timeouts, /) -> Reply:
        """Send one request and wait for the whole answer; raises `TransportFailed`."""
        ...

    def close(self) -> None:
        """Free the connections; closing twice is fine."""
        ...


@runtime_checkable
class AsyncTransport(Protocol):
    """Sends requests from one event loop; apart from that it is a `Transport`."""

    @property
    def name(self) -> str:
        """The HTTP library and its version."""
        ...

    async def asend(self, request: Request, limits: Timeouts, /) -> Reply:
        """Send one request and wait for the whole answer; raises `TransportFailed`."""
        ...

    async def aclose(self) -> None:
        """Free the connections; closing twice is fine."""
        ...


class HttpClient(Protocol):
    """A client of an HTTP library, built by a user: a ``httpx.Client`` or ``httpx.AsyncClient``."""

    @property
    def is_closed(self) -> bool:
        """Whether it can send no more."""
        ...


class InMemory:
    """A transport without a network, sync and async alike: ``handler`` answers each request.

    The handler may raise `TransportFailed` to play trouble, and be a coroutine function for async use.
    """

    name = "memory"

    def __init__(self, handler: Callable[[Request], Reply | Awaitable[Reply]]) -> None:
        if not callable(handler):
            raise ArgumentError(f"a handler is a function of one request, not {shown(handler)}")
        self._handler = handler

    def send(self, request: Request, _timeout: Timeouts, /) -> Reply:
        """Give the handler's answer."""
        reply = self._handler(request)
        if isawaitable(reply):
            raise ArgumentError("a handler that is a coroutine function answers an async client only")
        return _checked_reply(reply)

    async def asend(self, request: Request, _timeout: Timeouts, /) -> Reply:
        """Give the handler's answer."""
        reply = self._handler(request)
        return _checked_reply(await reply if isawaitable(reply) else reply)

    def close(self) -> None:
        """Do nothing: there is nothing to free."""

    async def aclose(self) -> None:
        """Do nothing: there is nothing to free."""


def _checked_reply(reply: object) -> Reply:
    if not isinstance(reply, Reply):
        raise ArgumentError(f"a handler gives a Reply, not {shown(reply)}")
    return reply


class BodyReader:
    """Puts the chunks of a body together and decompresses them, up to a bound.

    The bound holds while decompressing, so that a small answer which swells cannot fill the memory; and for
    what arrives, so that what says nothing at any length comes to an end. A gzip body may have several
    members, one after the other; anything else behind one is damage.
    """

    def __init__(self, content_encoding: str, limit: int) -> None:
        self._limit = limit
        self._room = limit
        self._parts: list[bytes] = []
        encoding = content_encoding.strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            raise TransportFailed(f"the answer is encoded as {content_encoding!r}, which was not asked for")
        self._gunzip = zlib.decompressobj(_GZIP) if encoding.endswith("gzip") else None
        self._compressed_room = 2 * limit + _MARGIN  # as some send far less at a time than gzip is good for
        self._is_begun = False

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk, as it came."""
        if self._gunzip is None:
            self._keep(chunk)
            return
        pieces = memoryview(chunk)
        for start in range(0, len(pieces), _PIECE):
            self._decompress(bytes(pieces[start : start + _PIECE]))

    def finish(self) -> bytes:
        """Give the whole body; raises `TransportFailed` when a compressed one breaks off."""
        if self._gunzip is not None and self._is_begun and not self._gunzip.eof:
            raise TransportFailed("the answer broke off before its end")
        content = b"".join(self._parts)
        self._parts.clear()  # httpx's answers hold one another, and so the reader, until garbage is collected
        return content

    def _decompress(self, piece: bytes) -> None:
        self._take_room(len(piece))
        while piece:
            if self._gunzip is None or self._gunzip.eof:
                self._gunzip = zlib.decompressobj(_GZIP)
                self._take_room(_MEMBER)
            self._is_begun = True
            try:
                content = self._gunzip.decompress(piece, self._room + 1)
            except zlib.error as error:
                raise TransportFailed(f"the answer is damaged: {error}") from None
            self._keep(content)
            piece = self._gunzip.unused_data

    def _take_room(self, size: int) -> None:
        self._compressed_room -= size
        if self._compressed_room < 0:
            raise self._too_large()

    def _keep(self, content: bytes) -> None:
        self._room -= len(content)
        if self._room < 0:
            raise self._too_large()
        if content:
            self._parts.append(content)

    def _too_large(self) -> Undecodable:
        return Undecodable(f"the answer is larger than max_answer_bytes={self._limit}")
