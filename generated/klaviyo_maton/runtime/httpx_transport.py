# Copied by "make generate" from codegen/runtime/httpx_transport.py. Edit that file, not this one.
"""The one place that knows httpx: requests become its requests, and its errors become ours.

Of a user's client only connections, proxies, certificates and hooks are used. Its default headers, cookies
and authentication are not mixed in, and redirects are off, because they could overrule or carry away the key.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import ExitStack, suppress
from contextvars import ContextVar
from functools import lru_cache
from http.cookiejar import CookieJar
from time import perf_counter
from typing import Any, BinaryIO, Self, TypeVar

import httpx

from .answer import request_id
from .connection import LOOPBACK_HOSTS
from .errors import ArgumentError, ClientClosed, KlaviyoError, Timeout, TransportFailed, Undecodable
from .foreign import stripped
from .gate import IN_FLIGHT
from .redaction import Redaction, excerpt
from .secret import Secret, shows
from .trace import Trace, is_caused
from .transport import MAX_ANSWER_BYTES, BodyReader, Reply, Request, Timeouts

C = TypeVar("C", httpx.Client, httpx.AsyncClient)

_NAME = f"httpx/{httpx.__version__}"
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=IN_FLIGHT)
_SAID = 500
_PARTS = ("connection", "http11", "http2", "proxy", "socks")
_TELLING = (httpx.NetworkError, httpx.TimeoutException, httpx.ProxyError, httpx.RemoteProtocolError)

_sending: ContextVar[Secret | None] = ContextVar("klaviyo_maton_sending", default=None)


def _is_discreet(record: logging.LogRecord) -> bool:
    key = _sending.get()
    return key is None or (record.name != "httpx" and not shows(record.getMessage(), key))


# httpx logs each URL with its query, which may hold addresses of people, and what is below it may log headers
# that hold the key. Such lines are muted for our own requests only: levels and handlers stay as they are, and
# other users of httpx keep their lines. A filter of a parent would not see the records of its children.
for _name in ("httpx", *(f"httpcore.{part}" for part in _PARTS), "hpack.hpack"):
    logging.getLogger(_name).addFilter(_is_discreet)


class HttpxTransport:
    """Sends requests with a ``httpx.Client``: the one given, which stays open, or one of its own.

    Raises:
        ArgumentError: ``client`` is something else, or the environment's proxies or certificates are wrong.
    """

    name = _NAME

    def __init__(
        self,
        client: object = None,
        *,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        now: Callable[[], float] = perf_counter,
    ) -> None:
        self._client = _client(client, httpx.Client)
        self._owned = client is None
        self._max_answer_bytes = max_answer_bytes
        self._now = now

    def send(self, request: Request, timeout: Timeouts, /) -> Reply:
        """Send one request and read the whole answer."""
        with _Exchange(request, self._max_answer_bytes, self._now, owned=self._owned) as exchange:
            try:
                _check_open(self._client)
                _hook_first(self._client, _arrived)
                message = exchange.message(timeout)
                message.extensions["trace"] = exchange.trace.tell
                response = self._client.send(message, auth=None, follow_redirects=False, stream=True)
                try:
                    exchange.arrived(response)
                    if not response.is_stream_consumed:
                        _read(response)
                finally:
                    response.close()
                return exchange.reply(response)
            except KlaviyoError as error:
                outcome = exchange.judged(error)
                raise outcome from (error.__cause__ if outcome is error else error)
            except Exception as error:
                raise exchange.failure(error) from error

    def close(self) -> None:
        """Close the client, unless it was given."""
        if self._owned:
            self._client.close()


class AsyncHttpxTransport:
    """The same for asyncio, with a ``httpx.AsyncClient``."""

    name = _NAME

    def __init__(
        self,
        client: object = None,
        *,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        now: Callable[[], float] = perf_counter,
    ) -> None:
        self._client = _client(client, httpx.AsyncClient)
        self._owned = client is None
        self._max_answer_bytes = max_answer_bytes
        self._now = now

    async def asend(self, request: Request, limits: Timeouts, /) -> Reply:
        """Send one request and read the whole answer."""
        from .cancelling import CancelledInWaits  # imports asyncio, which threads never need

        return await CancelledInWaits(self._asend(request, limits))

    async def _asend(self, request: Request, limits: Timeouts) -> Reply:
        with _Exchange(request, self._max_answer_bytes, self._now, owned=self._owned) as exchange:
            try:
                _check_open(self._client)
                _hook_first(self._client, _aarrived)
                message = exchange.message(limits)
                message.extensions["trace"] = exchange.trace.atell
                response = await self._client.send(message, auth=None, follow_redirects=False, stream=True)
                try:
                    exchange.arrived(response)
                    if not response.is_stream_consumed:
                        await _aread(response)
                finally:
                    await response.aclose()
                return exchange.reply(response)
            except KlaviyoError as error:
                outcome = exchange.judged(error)
                raise outcome from (error.__cause__ if outcome is error else error)
            except Exception as error:
                raise exchange.failure(error) from error

    async def aclose(self) -> None:
        """Close the client, unless it was given."""
        if self._owned:
            await self._client.aclose()


# The bytes of a body stand in no frame that is left when something goes wrong: tracebacks may show locals.
def _read(response: httpx.Response) -> None:
    for _ in response.iter_raw():
        pass


async def _aread(response: httpx.Response) -> None:
    async for _ in response.aiter_raw():
        pass


class _Body:
    """A body on its way to whoever reads it, a hook or us: each piece passes our reader and its bound.

    Attributes:
        flaw: what the reader found wrong.
        break_off: what was raised where the pieces come from.
        is_whole: whether all of it came.
    """

    def __init__(self, reader: BodyReader, check_time: Callable[[], None]) -> None:
        self._reader = reader
        self._check_time = check_time
        self.flaw: KlaviyoError | None = None
        self.break_off: Exception | None = None
        self.is_whole = False

    def take(self, chunk: bytes) -> bytes:
        try:
            self._check_time()
            self._reader.feed(chunk)
        except KlaviyoError as flaw:
            self.flaw = flaw
            raise
        return chunk

    def content(self) -> bytes:
        """Give all of it; raises what went wrong, even if a hook kept that to itself."""
        if error := self.flaw or self.break_off:
            raise error
        try:
            if not self.is_whole:
                raise TransportFailed("a hook of the given client read the answer in part only", sent=True)
            return self._reader.finish()
        except KlaviyoError as flaw:
            self.flaw = flaw
            raise


class _SyncBody(_Body, httpx.SyncByteStream):
    def __init__(
        self, stream: httpx.SyncByteStream, reader: BodyReader, check_time: Callable[[], None]
    ) -> None:
        super().__init__(reader, check_time)
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._stream:
                yield self.take(chunk)
        except Exception as error:
            if error is not self.flaw:
                self.break_off = error
            raise
        self.is_whole = True

    def close(self) -> None:
        self._stream.close()


class _AsyncBody(_Body, httpx.AsyncByteStream):
    def __init__(
        self, stream: httpx.AsyncByteStream, reader: BodyReader, check_time: Callable[[], None]
    ) -> None:
        super().__init__(reader, check_time)
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._stream:
                yield self.take(chunk)
        except Exception as error:
            if error is not self.flaw:
                self.break_off = error
            raise
        self.is_whole = True

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Message(httpx.Request):
    """A request of ours; what it comes to tells our hook which exchange an answer belongs to."""

    exchange: _Exchange


def _arrived(response: httpx.Response) -> None:
    if isinstance(response.request, _Message):
        response.request.exchange.arrived(response)


async def _aarrived(response: httpx.Response) -> None:
    _arrived(response)


def _hook_first(client: httpx.Client | httpx.AsyncClient, hook: Callable[[httpx.Response], Any]) -> None:
    """Let our hook see each answer before a user's, who may have changed the list since the last time."""
    hooks = client.event_hooks["response"]
    if hooks[:1] != [hook]:
        client.event_hooks["response"] = [hook, *(one for one in hooks if one is not hook)]


class _NoCookies(CookieJar):
    """Keeps no cookie: none is ever sent, and a jar would only grow."""

    def extract_cookies(self, response: object, request: object) -> None:
        pass


class _Exchange:
    """One request and its answer, as far as both colours do the same.

    While it is entered, httpx's own log line is muted and the file of an upload is open.
    """

    def __init__(
        self, request: Request, max_answer_bytes: int, now: Callable[[], float], *, owned: bool
    ) -> None:
        self._request = request
        self._max_answer_bytes = max_answer_bytes
        self._owned = owned
        self._files = ExitStack()
        self._response: httpx.Response | None = None
        self._body: _SyncBody | _AsyncBody | None = None
        self._flaw: KlaviyoError | None = None
        self._cause: BaseException | None = None
        self._is_handed_over = False
        self._now = now
        self._started = now()
        self._total: float | None = None
        is_plain = request.url.startswith("http:")
        self.trace = Trace(is_plain=is_plain, stays_here=is_plain and not request.insecure)

    def __enter__(self) -> Self:
        self._muted = _sending.set(self._request.key)
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._files.close()
        self._response = self._body = None  # they lead back to here
        with suppress(ValueError):  # what is closed unfinished may be closed in the context of others
            _sending.reset(self._muted)
        if error is not None:  # the frames of HTTP libraries hold headers and bodies
            error.__traceback__ = None
            if self._cause is not None:
                error.__cause__, error.__context__ = self._cause, None

    def message(self, timeout: Timeouts) -> httpx.Request:
        request, upload = self._request, self._request.upload
        self._total = timeout.total
        files: dict[str, tuple[str, BinaryIO, str]] | None = None
        if upload is not None:
            file = self._files.enter_context(upload.open())
            files = {upload.key: (upload.filename, file, upload.content_type)}
        try:
            url = _url(request.url)
        except httpx.InvalidURL as error:
            raise ArgumentError(f"{request.place} makes no URL that can be sent: {error}") from None
        message = _Message(
            request.method,
            url,
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
        message.exchange = self
        self._is_handed_over = True
        return message

    def arrived(self, response: httpx.Response) -> None:
        """Take note of an answer, and of its body before anybody reads it."""
        if response is self._response:
            return
        self._response = response
        if response.is_stream_consumed:  # the given client's transport has read it
            return
        try:
            reader = BodyReader(response.headers.get("content-encoding", ""), self._max_answer_bytes)
        except KlaviyoError as flaw:
            self._flaw = flaw
            raise
        if isinstance(response.stream, httpx.SyncByteStream):
            self._body = response.stream = _SyncBody(response.stream, reader, self._check_time)
        else:
            self._body = response.stream = _AsyncBody(response.stream, reader, self._check_time)

    def reply(self, response: httpx.Response) -> Reply:
        headers = dict(response.headers.items())
        content = self._read_before(response) if self._body is None else self._body.content()
        return Reply(response.status_code, headers, content, self._now() - self._started)

    def _read_before(self, response: httpx.Response) -> bytes:
        body = _Body(BodyReader("", self._max_answer_bytes), self._check_time)
        try:
            return body.take(response.content)
        finally:
            self._flaw = body.flaw

    def _check_time(self) -> None:
        if self._total is not None and self._now() - self._started > self._total:
            raise Timeout(f"the answer did not come whole within {self._total:g} s")

    def judged(self, error: KlaviyoError) -> KlaviyoError:
        """Give an error of ours; what a hook brings of other calls tells nothing of this one."""
        own = (self._flaw, self._body.flaw if self._body else None, self.trace.refusal)
        is_own = not self._is_handed_over or any(error is one for one in own)
        return self.noted(error) if is_own else self.failure(error)

    def noted(self, error: KlaviyoError) -> KlaviyoError:
        """Add to an error what is known of the answer."""
        if self._response is not None and isinstance(error, (TransportFailed, Undecodable)):
            error.status = self._response.status_code
            error.request_id = request_id(self._response.headers, Redaction(self._request.key))
        if isinstance(error, TransportFailed):
            error.args = (excerpt(str(error.args[0]), self._request.key, _SAID),)
        error.__context__ = None
        return error

    def failure(self, error: Exception) -> KlaviyoError:
        """Make our error of a foreign one, and take from that the request with its key, to be the cause."""
        self._cause = stripped(error, self._request.key, self._prepared)
        text = str(self._cause) if isinstance(self._cause, _TELLING) else ""
        said = f"{type(error).__name__}{text and f': {text}'}"
        sent = self._sent(error)
        if self._redirects() and isinstance(error, httpx.InvalidURL):  # ours was read before it was sent
            said = "the server redirects to something that is no URL"
            if not self._owned:
                said += f", or a hook of the given client raised {type(error).__name__}"
            return self.noted(TransportFailed(said, sent=sent))
        if isinstance(error, httpx.TimeoutException) and not sent:
            return self.noted(Timeout(said, sent=sent))
        if not self._owned and (sent or not isinstance(error, httpx.RequestError)):
            said = f"the given client, or a hook of it, raised {said}"
        return self.noted(TransportFailed(said, sent=sent))

    def _redirects(self) -> bool:
        return self._response is not None and self._response.has_redirect_location

    def _sent(self, error: Exception) -> bool | None:
        """Tell what is certain: that nothing was sent, or that the answer came and something else failed."""
        if self._response is not None:
            broke_off = self._body is not None and self._body.break_off
            return None if broke_off and is_caused(error, broke_off) else True
        is_unsent = not self.trace.is_sent if self._owned else self.trace.is_unsent_by(error)
        return False if is_unsent else None

    def _prepared(self, error: BaseException) -> Collection[str]:
        """Take our request out of an error of httpx; names what may stay of it."""
        if not isinstance(error, httpx.HTTPError):
            return ()
        place = httpx.Request(self._request.method, self._request.url.partition("?")[0])
        error.request = place
        if not isinstance(error, httpx.HTTPStatusError):
            return ("_request",)
        # Its text holds the URL and where it redirects to; the answer may repeat the key and holds the rest.
        error.args = (f"the answer has status {error.response.status_code}",)
        error.response = httpx.Response(error.response.status_code, request=place)
        return "_request", "response"


def _url(text: str) -> httpx.URL:
    return httpx.URL(text) if "?" in text else _endpoint(text)


@lru_cache(64)
def _endpoint(url: str) -> httpx.URL:
    """Read a URL; it takes as long as building the whole call, and those without query come again."""
    return httpx.URL(url)


def _client(client: object, kind: type[C]) -> C:
    if client is None:
        # A proxy of the environment is not for this machine: the key would leave it in clear text.
        mounts = {f"all://{host}": None for host in LOOPBACK_HOSTS}
        return _made(lambda: kind(limits=_LIMITS, cookies=_NoCookies(), mounts=mounts))
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
