"""Transports: what goes to httpx and what comes from it, the gate before it, and the one in memory."""

from __future__ import annotations

import asyncio
import gzip
import io
import logging
import socket
import ssl
import threading
import traceback
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen.runtime.drive import run
from codegen.runtime.errors import (
    ArgumentError,
    ClientClosed,
    KlaviyoError,
    Timeout,
    TransportFailed,
    Undecodable,
)
from codegen.runtime.flow import Options, exchange
from codegen.runtime.gate import AsyncGated, Gated
from codegen.runtime.httpx_transport import AsyncHttpxTransport, HttpxTransport
from codegen.runtime.transport import BodyReader, InMemory, Reply, Request, Timeouts
from tests.runtime.trouble import KEY, READ, Clock, Server, session

ONE_SECOND = Timeouts.of(1.0)
HEADERS = (("authorization", f"Bearer {KEY}"), ("accept", "application/json"))
REQUEST = Request("GET", "https://a.klaviyo.com/api/x?filter=equals%28email%2C%22a%2Bb%40c.d%22%29", HEADERS)

Handler = Callable[[httpx.Request], httpx.Response]


def send(handler: Handler, request: Request = REQUEST, max_answer_bytes: int = 1000) -> Reply | KlaviyoError:
    """Send in both colours over a scripted httpx, and see that both have the same outcome."""

    async def asend() -> Reply:
        async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as client:
            return await AsyncHttpxTransport(client, max_answer_bytes=max_answer_bytes).asend(
                request, ONE_SECOND
            )

    def send() -> Reply:
        with httpx.Client(transport=httpx.MockTransport(handler)) as client:
            return HttpxTransport(client, max_answer_bytes=max_answer_bytes).send(request, ONE_SECOND)

    outcome, other = outcome_of(send), outcome_of(lambda: asyncio.run(asend()))
    assert type(outcome) is type(other)
    if isinstance(outcome, Reply) and isinstance(other, Reply):
        assert (outcome.status, outcome.headers, outcome.body) == (other.status, other.headers, other.body)
    else:
        assert str(outcome) == str(other)
    return outcome


def outcome_of(act: Callable[[], Reply]) -> Reply | KlaviyoError:
    try:
        return act()
    except KlaviyoError as error:
        return error


class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in pieces and may break off."""

    def __init__(self, *chunks: bytes, then: Exception | None = None) -> None:
        self._chunks = chunks
        self._then = then

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks
        if self._then:
            raise self._then

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


# ---------------------------------------------------------------------------------- request and answer


def test_the_request_goes_out_as_it_is() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    send(handler, Request("POST", REQUEST.url, HEADERS, b'{"a":1}'))
    for request in seen:
        assert request.method == "POST"
        assert request.url.raw_path == b"/api/x?filter=equals%28email%2C%22a%2Bb%40c.d%22%29"
        assert request.content == b'{"a":1}'
        assert dict(request.headers) == {
            **dict(HEADERS),
            "accept-encoding": "gzip",
            "host": "a.klaviyo.com",
            "content-length": "7",
        }
        assert request.extensions["timeout"] == {"connect": 1.0, "read": 1.0, "write": 1.0, "pool": 1.0}


def test_the_answer_comes_back_as_it_is() -> None:
    reply = send(lambda _: httpx.Response(418, headers={"X-Some": "Thing"}, stream=Chunks(b"a", b"", b"b")))
    assert isinstance(reply, Reply)
    assert (reply.status, reply.headers, reply.body) == (418, {"x-some": "Thing"}, b"ab")
    assert reply.elapsed > 0


def test_nothing_of_a_users_client_is_mixed_in() -> None:
    seen: list[httpx.Request] = []
    hooked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(302, headers={"location": "https://evil.example/", "set-cookie": "a=1"})

    def hook(request: httpx.Request) -> None:
        hooked.append(request.method)

    with httpx.Client(
        transport=httpx.MockTransport(handler),
        headers={"authorization": "mine", "revision": "1999-01-01"},
        cookies={"session": "1"},
        params={"x": "1"},
        auth=("user", "password"),
        base_url="https://other.example",
        follow_redirects=True,
        event_hooks={"request": [hook]},
    ) as client:
        transport = HttpxTransport(client)
        assert [transport.send(REQUEST, ONE_SECOND).status for _ in range(2)] == [302, 302]
        transport.close()
        assert not client.is_closed
    assert hooked == ["GET", "GET"]
    for request in seen:
        assert str(request.url) == REQUEST.url
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert not {"cookie", "revision"} & set(request.headers)


def test_a_body_that_a_hook_has_read_is_used() -> None:
    handler = httpx.MockTransport(
        lambda _: httpx.Response(
            200, headers={"content-encoding": "gzip"}, stream=Chunks(gzip.compress(b"hello"))
        )
    )
    with httpx.Client(transport=handler, event_hooks={"response": [httpx.Response.read]}) as client:
        assert HttpxTransport(client).send(REQUEST, ONE_SECOND).body == b"hello"
        with pytest.raises(Undecodable):
            HttpxTransport(client, max_answer_bytes=4).send(REQUEST, ONE_SECOND)


# ----------------------------------------------------------------------------------------------- bodies


@given(st.binary(max_size=300), st.integers(1, 40), st.booleans())
def test_bodies_are_put_together_and_decompressed(body: bytes, size: int, compressed: bool) -> None:
    reader = BodyReader("gzip" if compressed else "", len(body))
    sent = gzip.compress(body) if compressed else body
    for start in range(0, len(sent), size):
        reader.feed(sent[start : start + size])
    assert reader.finish() == body


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=6), st.integers(1, 40))
def test_a_gzip_body_may_have_many_members(members: list[bytes], size: int) -> None:
    """As RFC 1952 has it: what follows a member is the next one, and none is dropped."""
    body = b"".join(members)
    reader = BodyReader("gzip", len(body))
    sent = b"".join(map(gzip.compress, members))
    for start in range(0, len(sent), size):
        reader.feed(sent[start : start + size])
    assert reader.finish() == body


@given(st.binary(max_size=60), st.binary(min_size=1, max_size=60), st.integers(1, 40))
@example(b"{}", bytes(9), 40)
@example(b"{}", b"\n", 40)
@example(b"{}", b"\x1f\x8b", 40)
def test_what_follows_a_gzip_body_is_damage(body: bytes, more: bytes, size: int) -> None:
    """It is no part of the answer, and is not dropped silently."""
    reader = BodyReader("gzip", 1000)
    sent = gzip.compress(body) + more
    pieces = [sent[start : start + size] for start in range(0, len(sent), size)]
    with pytest.raises(TransportFailed, match=r"damaged|broke off"):
        read_all(reader, pieces)


@pytest.mark.parametrize(
    ("start", "piece"),
    [(b"", gzip.compress(b"") * 500), (b"\x1f\x8b\x08\x08" + bytes(6), b"name" * 5000)],
    ids=["empty members", "the name of a file"],
)
def test_what_holds_nothing_comes_to_an_end(start: bytes, piece: bytes) -> None:
    """Empty members, or the name of a file, decompress to nothing at any length."""
    pieces = iter([start, *[piece] * 500])
    with pytest.raises(Undecodable, match="larger than max_answer_bytes=1000"):
        read_all(BodyReader("gzip", 1000), pieces)
    assert next(pieces) == piece


def read_all(reader: BodyReader, pieces: Iterable[bytes]) -> bytes:
    for piece in pieces:
        reader.feed(piece)
    return reader.finish()


@given(st.binary(max_size=300), st.data())
def test_a_compressed_body_that_breaks_off_is_no_answer(body: bytes, data: st.DataObject) -> None:
    sent = gzip.compress(body)
    cut = sent[: data.draw(st.integers(1, len(sent) - 1))]
    reader = BodyReader("gzip", 1000)
    reader.feed(cut)
    with pytest.raises(TransportFailed, match="broke off"):
        reader.finish()


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_body_may_be_as_large_as_allowed_and_no_larger(encoding: str) -> None:
    def answer(size: int) -> httpx.Response:
        body = gzip.compress(bytes(size)) if encoding else bytes(size)
        return httpx.Response(200, headers={"content-encoding": encoding}, stream=Chunks(body))

    assert isinstance(send(lambda _: answer(1000)), Reply)
    outcome = send(lambda _: answer(1001))
    assert isinstance(outcome, Undecodable)
    assert "max_answer_bytes=1000" in str(outcome)


def test_a_body_that_swells_is_stopped_in_time() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    reader = BodyReader("gzip", 1000)
    tracemalloc.start()
    with pytest.raises(Undecodable):
        reader.feed(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


@pytest.mark.parametrize(
    ("encoding", "body", "problem"),
    [
        ("br", b"x", "encoded as 'br'"),
        ("gzip", b"no gzip", "damaged"),
        ("gzip", gzip.compress(bytes(99), mtime=0)[:-4], "broke off"),
        ("gzip", zlib.compress(b"x"), "damaged"),
    ],
    ids=["unknown", "nonsense", "cut", "zlib"],
)
def test_damaged_bodies_are_no_answers(encoding: str, body: bytes, problem: str) -> None:
    outcome = send(lambda _: httpx.Response(200, headers={"content-encoding": encoding}, stream=Chunks(body)))
    assert isinstance(outcome, TransportFailed)
    assert outcome.sent is None
    assert problem in str(outcome)


def test_an_empty_body_needs_no_encoding() -> None:
    outcome = send(lambda _: httpx.Response(204, headers={"content-encoding": "gzip"}, stream=Chunks()))
    assert isinstance(outcome, Reply)
    assert outcome.body == b""


# --------------------------------------------------------------------------------------------- failures

FAILURES: list[tuple[Exception, type[KlaviyoError], bool | None]] = [
    (httpx.ConnectError("refused"), TransportFailed, None),
    (httpx.ConnectTimeout("slow"), Timeout, None),
    (httpx.PoolTimeout("full"), Timeout, None),
    (httpx.ProxyError("407"), TransportFailed, None),
    (httpx.ReadTimeout("slow"), Timeout, None),
    (httpx.WriteTimeout("slow"), Timeout, None),
    (httpx.ReadError("reset"), TransportFailed, None),
    (httpx.WriteError("reset"), TransportFailed, None),
    (httpx.CloseError("reset"), TransportFailed, None),
    (httpx.RemoteProtocolError("broke off"), TransportFailed, None),
    (httpx.LocalProtocolError(f"Illegal header value {KEY}"), TransportFailed, None),
    (httpx.DecodingError("odd"), TransportFailed, None),
    (httpx.StreamConsumed(), TransportFailed, None),
    (RuntimeError("a hook"), TransportFailed, None),
    (ssl.SSLError("odd"), TransportFailed, None),
    (ValueError("odd"), TransportFailed, None),
]


def report(error: BaseException) -> str:
    """The traceback with every local of every frame, causes included."""
    out = io.StringIO()
    traceback.TracebackException.from_exception(error, capture_locals=True).print(file=out)
    return out.getvalue()


@pytest.mark.parametrize(("raised", "kind", "sent"), FAILURES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("late", [False, True], ids=["at once", "in the body"])
def test_every_failure_of_httpx_is_ours(
    raised: Exception, kind: type[KlaviyoError], sent: bool | None, late: bool
) -> None:
    """Where no event of httpcore's tells how far the request came, no class of an exception proves it."""

    def handler(request: httpx.Request) -> httpx.Response:
        if isinstance(raised, httpx.RequestError):
            raised.request = request
        if late:
            return httpx.Response(200, stream=Chunks(b"{", then=raised))
        raise raised

    outcome = send(handler)
    assert type(outcome) is kind
    assert isinstance(outcome, TransportFailed)
    assert outcome.sent is sent
    assert outcome.__cause__ is raised
    assert raised.__traceback__ is None
    if isinstance(raised, httpx.RequestError):
        assert "authorization" not in raised.request.headers
        assert raised.request.url.query == b""
    assert KEY not in report(outcome)


def test_the_status_error_of_a_hook_keeps_no_request() -> None:
    client = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(500)),
        event_hooks={"response": [httpx.Response.raise_for_status]},
    )
    with client, pytest.raises(TransportFailed, match="a hook of it, raised HTTPStatusError") as caught:
        HttpxTransport(client).send(REQUEST, ONE_SECOND)
    assert "equals" not in str(caught.value)
    cause = caught.value.__cause__
    assert isinstance(cause, httpx.HTTPStatusError)
    assert "authorization" not in cause.request.headers
    assert "authorization" not in cause.response.request.headers


def test_a_redirect_to_no_url_is_told_and_nothing_else_is_called_one() -> None:
    """httpx reads where an answer redirects to, and raises what a hook may raise as well."""
    far = {"location": "x" * 65_530}
    redirected = send(lambda _: httpx.Response(302, headers=far))
    assert "redirects to something that is no URL, or a hook" in str(redirected)
    raised = send(lambda _: httpx.Response(200, stream=Chunks(b"{", then=httpx.InvalidURL("odd"))))
    assert "a hook of it, raised InvalidURL" in str(raised)
    assert "redirect" not in str(raised)


def test_no_key_is_in_the_report_of_a_failed_call() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    def deny(_: httpx.Request) -> httpx.Response:
        return httpx.Response(401, text=f'{{"message": "unknown key {KEY}"}}')

    clock = Clock()
    for handler in (refuse, deny):
        with httpx.Client(transport=httpx.MockTransport(handler)) as client:
            transport = Gated(HttpxTransport(client))
            with pytest.raises(KlaviyoError) as caught:
                run(exchange(READ, session(clock), Options()), transport, clock)
            assert KEY not in report(caught.value)
            assert "GET /api/profiles/1" in str(caught.value)


def test_a_url_that_cannot_be_sent_is_a_wrong_argument() -> None:
    outcome = send(
        lambda _: httpx.Response(200), Request("GET", "https://a.klaviyo.com/api/x?f=" + "y" * 70_000)
    )
    assert isinstance(outcome, ArgumentError)
    assert "GET /api/x" in str(outcome)


def test_httpx_logs_none_of_our_urls(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="httpx"):
        send(lambda _: httpx.Response(200))
        assert caplog.records == []
        with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
            client.get("https://other.example/")
        assert len(caplog.records) == 1


# ------------------------------------------------------------------------------------------ real sockets


@contextmanager
def serving(answer: bytes) -> Generator[str]:
    """A server on this machine that answers one request with these bytes and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(65536)
            peer.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/x"
    finally:
        thread.join()
        listener.close()


def send_for_real(url: str) -> Reply:
    transport = HttpxTransport()
    try:
        return transport.send(Request("GET", url, HEADERS), ONE_SECOND)
    finally:
        transport.close()


def test_a_real_server_is_reached() -> None:
    with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\n{}") as url:
        reply = send_for_real(url)
    assert (reply.status, reply.body, reply.headers["x-a"]) == (200, b"{}", "b")


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", b"nonsense\r\n\r\n"]
)
def test_what_breaks_off_may_have_arrived(answer: bytes) -> None:
    with serving(answer) as url, pytest.raises(TransportFailed) as caught:
        send_for_real(url)
    assert caught.value.sent is None


def test_what_finds_no_server_was_not_sent() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    with pytest.raises(TransportFailed, match="nothing was sent") as caught:
        send_for_real(f"http://127.0.0.1:{port}/api/x")
    assert caught.value.sent is False


# --------------------------------------------------------------------------------------------- closing


def test_a_closed_client_says_so() -> None:
    transport = Gated(HttpxTransport())
    transport.close()
    transport.close()
    with pytest.raises(ClientClosed, match="make a new one"):
        transport.send(REQUEST, ONE_SECOND)
    client = httpx.Client()
    client.close()
    with pytest.raises(ClientClosed, match="http_client is closed"):
        HttpxTransport(client).send(REQUEST, ONE_SECOND)


def test_a_closed_async_client_says_so() -> None:
    async def main() -> None:
        transport = AsyncGated(AsyncHttpxTransport())
        await transport.aclose()
        await transport.aclose()
        with pytest.raises(ClientClosed, match="make a new one"):
            await transport.asend(REQUEST, ONE_SECOND)

    asyncio.run(main())


@pytest.mark.parametrize("owned", [False, True])
def test_closing_closes_what_is_owned(owned: bool) -> None:
    closed: list[str] = []

    class Closing(InMemory):
        def close(self) -> None:
            closed.append("sync")

        async def aclose(self) -> None:
            closed.append("async")

    transport = Closing(lambda _: Reply(200))
    gate, async_gate = Gated(transport, owned=owned), AsyncGated(transport, owned=owned)
    for _ in range(2):
        gate.close()
        asyncio.run(async_gate.aclose())
    assert closed == (["sync", "async"] if owned else [])
    with pytest.raises(ClientClosed):
        gate.send(REQUEST, ONE_SECOND)


def test_the_last_request_under_way_closes_what_is_owned() -> None:
    """Closing lets it come to its end, and hangs up afterwards."""
    told: list[str] = []

    class Slow(InMemory):
        async def aclose(self) -> None:
            told.append("closed")

    async def main() -> None:
        leave = asyncio.Event()

        async def answer(_: Request) -> Reply:
            await leave.wait()
            told.append("answered")
            return Reply(200)

        gate = AsyncGated(Slow(answer))
        call = asyncio.create_task(gate.asend(REQUEST, ONE_SECOND))
        await asyncio.sleep(0)
        await gate.aclose()
        leave.set()
        assert await call == Reply(200)

    asyncio.run(main())
    assert told == ["answered", "closed"]


def test_the_client_has_to_be_of_the_right_colour() -> None:
    with pytest.raises(ArgumentError, match="Client here, not a AsyncClient"):
        HttpxTransport(httpx.AsyncClient())
    with pytest.raises(ArgumentError, match="AsyncClient here, not a int"):
        AsyncHttpxTransport(3)


def test_a_wrong_environment_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://user:pw@proxy.test")
    with pytest.raises(ArgumentError, match="ALL_PROXY") as caught:
        HttpxTransport()
    assert "pw" not in str(caught.value)


# ------------------------------------------------------------------------------------------------ gate


def test_the_gate_lets_no_more_through_than_it_says() -> None:
    inside = threading.Semaphore(0)
    leave = threading.Event()

    def handler(_: Request) -> Reply:
        inside.release()
        leave.wait(5)  # of one too many, which would wait for ever
        return Reply(200)

    gate = Gated(InMemory(handler), limit=2)
    threads = [threading.Thread(target=gate.send, args=(REQUEST, ONE_SECOND)) for _ in range(2)]
    for thread in threads:
        thread.start()
        inside.acquire()
    with pytest.raises(Timeout, match="too many requests") as caught:
        gate.send(REQUEST, Timeouts(pool=0.001))
    assert caught.value.sent is False
    leave.set()
    for thread in threads:
        thread.join()
    assert gate.send(REQUEST, ONE_SECOND).status == 200


def test_the_async_gate_lets_no_more_through_than_it_says() -> None:
    async def main() -> None:
        full, leave = asyncio.Event(), asyncio.Event()
        under_way: list[int] = []
        most: list[int] = []

        async def handler(_: Request) -> Reply:
            under_way.append(1)
            most.append(len(under_way))
            if len(under_way) == 2:
                full.set()
            await leave.wait()
            under_way.pop()
            return Reply(200)

        gate = AsyncGated(InMemory(handler), limit=2)
        tasks = [asyncio.create_task(gate.asend(REQUEST, ONE_SECOND)) for _ in range(5)]
        await full.wait()
        with pytest.raises(Timeout, match="too many requests"):
            await gate.asend(REQUEST, Timeouts(pool=0.001))
        tasks[-1].cancel()
        leave.set()
        await asyncio.gather(*tasks[:-1])
        assert max(most) == 2
        assert (await gate.asend(REQUEST, ONE_SECOND)).status == 200

    asyncio.run(main())


def test_an_async_client_stays_in_its_event_loop() -> None:
    gate = AsyncGated(InMemory(lambda _: Reply(200)))
    asyncio.run(gate.asend(REQUEST, ONE_SECOND))
    with pytest.raises(ClientClosed, match="another event loop"):
        asyncio.run(gate.asend(REQUEST, ONE_SECOND))


def test_the_gate_is_called_like_what_it_guards() -> None:
    assert (
        Gated(HttpxTransport()).name == AsyncGated(AsyncHttpxTransport()).name == f"httpx/{httpx.__version__}"
    )


# ---------------------------------------------------------------------------------------------- values


def test_requests_and_answers_show_no_values() -> None:
    request = Request("POST", REQUEST.url, HEADERS, b"body of somebody")
    assert repr(request) == "Request('POST /api/x', headers=<authorization, accept>, body=<16 bytes>)"
    assert repr(Request("GET", "https://a.b/c")) == "Request('GET /c', headers=<>, body=None)"
    assert repr(Reply(200, {"Set-Cookie": "a"}, b"xyz")) == "Reply(status=200, body=<3 bytes>, elapsed=0.0)"


def test_memory_serves_both_colours() -> None:
    server = Server([])
    assert server.transport.send(REQUEST, ONE_SECOND) == Reply(200)
    assert asyncio.run(server.transport.asend(REQUEST, ONE_SECOND)) == Reply(200)

    async def handler(_: Request) -> Reply:
        return Reply(204)

    transport = InMemory(handler)
    assert asyncio.run(transport.asend(REQUEST, ONE_SECOND)) == Reply(204)
    transport.close()
    asyncio.run(transport.aclose())


def test_a_coroutine_function_answers_async_clients_only() -> None:
    class Later:
        def __await__(self) -> Generator[None, None, Reply]:
            yield
            return Reply(200)

    with pytest.raises(ArgumentError, match="async client only"):
        InMemory(lambda _: Later()).send(REQUEST, ONE_SECOND)


NO_REPLIES: list[tuple[Any, ...]] = [
    ("200",),
    (None,),
    (True,),
    (200.0,),
    (200, {}, "{}"),
    (404, {}, None),
    (404, {}, bytearray(b"{}")),
    (429, {"retry-after": 5}),
    (429, {b"retry-after": b"5"}),
    (429, {1: "5"}),
    (429, [("retry-after", "5")]),
    (429, None),
]


@pytest.mark.parametrize("values", NO_REPLIES, ids=repr)
def test_what_is_no_reply_is_refused_when_it_is_made(values: tuple[Any, ...]) -> None:
    with pytest.raises(ArgumentError, match="of a Reply"):
        Reply(*values)


def test_timeouts_are_one_number_or_four() -> None:
    assert Timeouts.of(3.0).total is None
    assert Timeouts.of(None).at_most(2.0) == Timeouts(2.0, 2.0, 2.0, 2.0, 2.0)
    assert Timeouts(1.0, 3.0, total=5.0).at_most(2.0) == Timeouts(1.0, 2.0, 2.0, 2.0, 2.0)
    with pytest.raises(ArgumentError, match="total timeout"):
        Timeouts(total=0)
    assert Timeouts.of(3.0) == Timeouts(3.0, 3.0, 3.0, 3.0)
    assert Timeouts.of(None) == Timeouts(None, None, None, None)
    mixed = Timeouts(connect=1.0, read=None)
    assert Timeouts.of(mixed) is mixed
