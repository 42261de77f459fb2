# Copied by "make generate" from codegen/runtime/httpx_transport.py. Edit that file, not this one.
"""The one place that knows httpx: requests become its requests, and its errors become ours.

Of a user's client only connections, proxies, certificates and hooks are used. Its default headers, cookies
and authentication are not mixed in, and redirects are off, because they could overrule or carry away the key.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from contextvars import ContextVar
from functools import lru_cache
from http.cookiejar import CookieJar
from time import perf_counter
from typing import BinaryIO, Self, TypeVar

import httpx

from .errors import ArgumentError, ClientClosed, KlaviyoError, Timeout, TransportFailed
from .gate import IN_FLIGHT
from .transport import MAX_ANSWER_BYTES, BodyReader, Reply, Request, Timeouts

C = TypeVar("C", httpx.Client, httpx.AsyncClient)

_NAME = f"httpx/{httpx.__version__}"
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=IN_FLIGHT)
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_TELLING = (httpx.NetworkError, httpx.TimeoutException, httpx.ProxyError, httpx.RemoteProtocolError)

_sending: ContextVar[bool] = ContextVar("klaviyo_maton_sending", default=False)


def _is_foreign(_record: logging.LogRecord) -> bool:
    return not _sending.get()


# httpx logs each URL with its query, which may hold addresses of people. This mutes the line for our own
# requests only: levels and handlers stay as they are, and other users of httpx keep their lines.
logging.getLogger("httpx").addFilter(_is_foreign)


class HttpxTransport:
    """Sends requests with a ``httpx.Client``: the one given, which stays open, or one of its own.

    Raises:
        ArgumentError: ``client`` is something else, or the environment's proxies or certificates are wrong.
    """

    name = _NAME

    def __init__(self, client: object = None, *, max_answer_bytes: int = MAX_ANSWER_BYTES) -> None:
        self._client = _client(client, httpx.Client)
        self._owned = client is None
        self._max_answer_bytes = max_answer_bytes

    def send(self, request: Request, timeout: Timeouts, /) -> Reply:
        """Send one request and read the whole answer."""
        with _Exchange(request, self._max_answer_bytes) as exchange:
            try:
                _check_open(self._client)
                response = self._client.send(
                    exchange.message(timeout), auth=None, follow_redirects=False, stream=True
                )
                try:
                    reader = exchange.reader(response)
                    if not response.is_stream_consumed:
                        for chunk in response.iter_raw():
                            reader.feed(chunk)
                finally:
                    response.close()
                return exchange.reply(response, reader)
            except KlaviyoError:
                raise
            except Exception as error:
                raise exchange.failure(error) from error

    def close(self) -> None:
        """Close the client, unless it was given."""
        if self._owned:
            self._client.close()


class AsyncHttpxTransport:
    """The same for asyncio, with a ``httpx.AsyncClient``."""

    name = _NAME

    def __init__(self, client: object = None, *, max_answer_bytes: int = MAX_ANSWER_BYTES) -> None:
        self._client = _client(client, httpx.AsyncClient)
        self._owned = client is None
        self._max_answer_bytes = max_answer_bytes

    async def asend(self, request: Request, limits: Timeouts, /) -> Reply:
        """Send one request and read the whole answer."""
        with _Exchange(request, self._max_answer_bytes) as exchange:
            try:
                _check_open(self._client)
                response = await self._client.send(
                    exchange.message(limits), auth=None, follow_redirects=False, stream=True
                )
                try:
                    reader = exchange.reader(response)
                    if not response.is_stream_consumed:
                        async for chunk in response.aiter_raw():
                            reader.feed(chunk)
                finally:
                    await response.aclose()
                return exchange.reply(response, reader)
            except KlaviyoError:
                raise
            except Exception as error:
                raise exchange.failure(error) from error

    async def aclose(self) -> None:
        """Close the client, unless it was given."""
        if self._owned:
            await self._client.aclose()


class _NoCookies(CookieJar):
    """Keeps no cookie: none is ever sent, and a jar would only grow."""

    def extract_cookies(self, response: object, request: object) -> None:
        pass


class _Exchange:
    """One request and its answer, as far as both colours do the same.

    While it is entered, httpx's own log line is muted and the file of an upload is open.
    """

    def __init__(self, request: Request, max_answer_bytes: int) -> None:
        self._request = request
        self._max_answer_bytes = max_answer_bytes
        self._files = ExitStack()
        self._started = perf_counter()

    def __enter__(self) -> Self:
        self._muted = _sending.set(True)
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()
        _sending.reset(self._muted)

    def message(self, timeout: Timeouts) -> httpx.Request:
        request, upload = self._request, self._request.upload
        files: dict[str, tuple[str, BinaryIO, str]] | None = None
        if upload is not None:
            file = self._files.enter_context(upload.open())
            files = {upload.key: (upload.filename, file, upload.content_type)}
        return httpx.Request(
            request.method,
            _url(request.url),
            headers=[*request.headers, ("accept-encoding", "gzip")],
            content=request.body,
            data=dict(upload.fields) if upload else None,
            files=files,
            extensions={
                "timeout": {
                    "connect": timeout.connect,
                    "read": timeout.read,
                    "write": timeout.write,
                    "pool": timeout.pool,
                }
            },
        )

    def reader(self, response: httpx.Response) -> BodyReader:
        if not response.is_stream_consumed:
            return BodyReader(response.headers.get("content-encoding", ""), self._max_answer_bytes)
        reader = BodyReader("", self._max_answer_bytes)  # a hook has read, and httpx has decompressed
        reader.feed(response.content)
        return reader

    def reply(self, response: httpx.Response, reader: BodyReader) -> Reply:
        headers = dict(response.headers.items())
        return Reply(response.status_code, headers, reader.finish(), perf_counter() - self._started)

    def failure(self, error: Exception) -> KlaviyoError:
        """Make our error of a foreign one, and take from that the request with its key, to be the cause."""
        self._strip(error)
        said = f"{type(error).__name__}{f': {error}' if isinstance(error, _TELLING) and str(error) else ''}"
        if isinstance(error, httpx.InvalidURL):
            return ArgumentError(f"{self._request.place} makes no URL that can be sent: {error}")
        sent = False if isinstance(error, _NOT_SENT) else None
        if isinstance(error, httpx.TimeoutException):
            return Timeout(said, sent=sent)
        if isinstance(error, httpx.RequestError):
            return TransportFailed(said, sent=sent)
        return TransportFailed(f"the given client, or a hook of it, raised {said}", sent=sent)

    def _strip(self, error: BaseException) -> None:
        key = self._request.key
        place = httpx.Request(self._request.method, self._request.url.partition("?")[0])
        link: BaseException | None = error
        while link is not None:
            link.__traceback__ = link.__context__ = None
            if key and key.reveal() in str(link):
                link.args = ("the text is left out, as it holds the key",)
            if isinstance(link, httpx.HTTPError):
                link.request = place
            if isinstance(link, httpx.HTTPStatusError):
                link.response.request = place
            link = link.__cause__


def _url(text: str) -> httpx.URL:
    return httpx.URL(text) if "?" in text else _endpoint(text)


@lru_cache(64)
def _endpoint(url: str) -> httpx.URL:
    """Read a URL; it takes as long as building the whole call, and those without query come again."""
    return httpx.URL(url)


def _client(client: object, kind: type[C]) -> C:
    if client is None:
        return _made(lambda: kind(limits=_LIMITS, cookies=_NoCookies()))
    if not isinstance(client, kind):
        raise ArgumentError(f"http_client is a httpx.{kind.__name__} here, not a {type(client).__name__}")
    return client


def _made(make: Callable[[], C]) -> C:
    try:
        return make()
    except Exception as error:
        raise ArgumentError(
            f"httpx cannot be set up ({type(error).__name__}); see HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, "
            "SSL_CERT_FILE and SSL_CERT_DIR in the environment"
        ) from error


def _check_open(client: httpx.Client | httpx.AsyncClient) -> None:
    if client.is_closed:
        raise ClientClosed("the http_client is closed; make a new one")
