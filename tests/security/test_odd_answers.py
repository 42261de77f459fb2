"""Whatever a server answers, what leaves is our error: it tells the request, is short, and travels."""

from __future__ import annotations

import asyncio
import copy
import gzip
import io
import json
import pickle
import warnings
from collections.abc import Callable, Generator
from contextlib import closing, redirect_stderr
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from klaviyo_maton import (
    ApiError,
    AsyncKlaviyo,
    AsyncMatonConnections,
    Challenge,
    CredentialMissing,
    CursorLoop,
    Direct,
    GatewayError,
    InMemory,
    JobFailed,
    Klaviyo,
    KlaviyoError,
    Maton,
    MatonConnections,
    Reply,
    RevisionWarning,
    TransportFailed,
    Undecodable,
)
from klaviyo_maton.runtime.httpx_transport import AsyncHttpxTransport, HttpxTransport
from tests.laws.playing import stopped_clock
from tests.runtime.test_errors import NEARLY
from tests.security.origins import Origin, Served, serving

BOMB = gzip.compress(bytes(20_000_000))


@st.composite
def deep(draw: st.DrawFn, opening: str, closing: str) -> bytes:
    """JSON of some depth, which may break off."""
    depth = draw(st.sampled_from([5, 30, 400, 900, 5000, 20_000]))
    return (opening * depth + "1" + closing * depth * draw(st.booleans())).encode()


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """What looks like an answer of Klaviyo or of Maton, with junk in one place."""
    junk = (
        NEARLY
        | st.just("x" * 5_000)
        | st.just(10**40)
        | st.just(["junk"] * 200)
        | st.just("\x1b[2J\u202e\r\n")
    )
    shapes: list[Callable[[Any], Any]] = [
        lambda value: {"data": value},
        lambda value: {"data": [value], "included": value, "links": {"next": value}},
        lambda value: {"data": {"type": "profile", "id": value, "attributes": value}},
        lambda value: {"errors": value},
        lambda value: {"errors": [value, {"detail": value, "meta": value, "source": value}]},
        lambda value: {
            "errors": [{"id": value, "code": value, "title": value, "source": {"pointer": value}}]
        },
        lambda value: {"error": value},
        lambda value: {"message": value, "code": value, "type": value},
        lambda value: {"detail": [{"loc": value, "msg": value}]},
        lambda value: {"detail": [{"loc": [value]}, value]},
        lambda value: {"connection": value},
        lambda value: {"connection_id": value, "status": value, "url": value},
        lambda value: {
            "connections": [value, {"connection_id": value, "status": "ACTIVE", "creation_time": value}]
        },
    ]
    shape, value = draw(st.sampled_from(shapes)), draw(junk)
    return json.dumps(shape(value)).encode()


def cut(body: bytes, at: int) -> bytes:
    return body[: at % (len(body) + 1)]


BODIES = (
    documents()
    | st.builds(cut, documents(), st.integers(0, 10**6))
    | st.binary(max_size=300)
    | deep("[", "]")
    | deep('{"errors": [{"meta": ', "}]}")
    | deep('{"data": {"attributes": ', "}}")
    | deep('{"a": [', "]}").map(b'{"errors": [{"detail": "No.", "meta": %b}]}'.__mod__)
    | st.sampled_from(
        [
            b"",
            b"null",
            b"\xef\xbb\xbf{}",
            b'\xff\xfe{\x00"\x00',
            b"<!DOCTYPE html><title>Just a moment...</title>",
            b"<html><body><h1>502 Bad Gateway</h1>",
            b'{"errors": [{"detail": ' + b"9" * 6000 + b"}]}",
            b'{"detail": [{"loc": [' + b"9" * 6000 + b"]}]}",
            b'{"errors": [{"detail": "\\ud800", "meta": {"\\udfff": NaN}}]}',
        ]
    )
)

HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "content-type": st.sampled_from(
            ["text/html", "application/json", "text/html; charset=x", "", "\x00"]
        ),
        "x-klaviyo-req-id": st.sampled_from(["r7", "", "y" * 5_000, "\x1b[2J", "é"]),
        "x-klaviyo-api-revision": st.sampled_from(["2026-01-15", "2025-01-15", "soon", "z" * 5_000, ""]),
        "retry-after": st.sampled_from(
            ["1", "9" * 400, "-1", "soon", "Thu, 01 Jan 99999 00:00:00 GMT", "1e9"]
        ),
        "date": st.sampled_from(
            ["", "Thu, 01 Jan 2026 12:00:00 GMT", "Thu, 01 Jan 0001 00:00:00 +2359", "x"]
        ),
        "ratelimit-remaining-daily": st.sampled_from(["0", "x", "9" * 4400]),
        "ratelimit-reset-daily": st.sampled_from(["9" * 17, "9" * 4400, "-1"]),
        "cf-mitigated": st.just("challenge"),
        "location": st.sampled_from(["https://evil.example", "\x00"]),
    },
)

CALLS: dict[str, Callable[[Any], Any]] = {
    "get": lambda client: client.profiles.get("1"),
    "list": lambda client: client.profiles.list(),
    "create": lambda client: client.profiles.create(email="a@b.example"),
    "delete": lambda client: client.tags.delete("1"),
    "wait": lambda client: client.campaigns.estimate_recipients("1", deadline=3.0),
    "request": lambda client: client.request("PATCH", "/api/profiles/1", json={}),
}
HELPS: dict[str, Callable[[Any], Any]] = {
    "all": lambda helper: helper.list(),
    "one": lambda helper: helper.get("c1"),
    "new": lambda helper: helper.create("klaviyo"),
    "active": lambda helper: helper.active(take="newest"),
    "connect": lambda helper: helper.connect(deadline=5.0),
}


def use(road: str, name: str, http_client: Any, *, strict: bool, is_async: bool) -> None:
    """Make a call, and walk what is to be walked."""
    options: dict[str, Any] = {"http_client": http_client, "strict": strict, "max_retries": 1}
    if name in HELPS:
        helper: Any = AsyncMatonConnections if is_async else MatonConnections
        made, call = helper("mt-key", **options), HELPS[name]
    else:
        client: Any = AsyncKlaviyo if is_async else Klaviyo
        made, call = client(Direct("pk_1") if road == "direct" else Maton("mt-key"), **options), CALLS[name]

    async def ause() -> None:
        result = call(made)
        if hasattr(result, "pages"):
            [item async for item in result]
        else:
            await result

    if is_async:
        asyncio.run(ause())
        return
    result = call(made)
    if hasattr(result, "pages"):
        list(result)


@settings(max_examples=settings().max_examples * 5)
@given(
    road=st.sampled_from(["direct", "maton"]),
    name=st.sampled_from(sorted(CALLS | HELPS)),
    status=st.sampled_from([200, 200, 200, 201, 202, 204]) | st.integers(300, 999) | st.integers(100, 199),
    body=BODIES,
    headers=HEADERS,
    strict=st.booleans(),
    is_async=st.booleans(),
)
@example(
    road="maton",
    name="connect",
    status=200,
    body=b'{"connection_id": "..", "status": "ACTIVE"}',
    headers={},
    strict=False,
    is_async=False,
)
@example(
    road="direct",
    name="list",
    status=200,
    body=b'{"data": [], "links": {"next": "/?page[cursor]=%b"}}' % (b"c" * 20_000),
    headers={},
    strict=False,
    is_async=True,
)
def test_only_our_errors_leave(
    road: str, name: str, status: int, body: bytes, headers: dict[str, str], strict: bool, is_async: bool
) -> None:
    """Of the class that the answer asks for, with its facts; one short line that pickles and copies."""
    transport = InMemory(lambda _: Reply(status, headers, body))
    error: KlaviyoError | None = None
    with stopped_clock(), redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", RevisionWarning)
        try:
            use(road, name, transport, strict=strict, is_async=is_async)
        except KlaviyoError as found:
            error = found
    if status >= 300 or status < 200:
        assert isinstance(error, ApiError)
        assert error.status == status
        assert error.path.startswith(("/api/", "/connections"))
        assert error.method in str(error)
        named = error.request_id or ""
        assert named[:100] in str(error) or not named.isprintable()
    if error is None:
        return
    assert isinstance(error, (ApiError, Undecodable, JobFailed, CursorLoop, CredentialMissing))
    if isinstance(error, Undecodable):
        assert (error.status, error.request_id) == (status, headers.get("x-klaviyo-req-id") or None)
        assert error.request.split()[0] in {"GET", "POST", "PATCH"}
        assert str(error).startswith(error.request)
        assert len(error.got) < 200
    for text in (str(error), repr(error)):
        assert len(text) < 12_000
        assert text.isprintable()
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(other) is type(error)
        assert (str(other), repr(other)) == (str(error), repr(error))


# ---------------------------------------------------------------------------------------- over sockets


@pytest.fixture(scope="module")
def home() -> Generator[Origin]:
    with serving() as origin:
        yield origin


def over_http(home: Origin, *, is_async: bool) -> KlaviyoError:
    """The error of a call over real sockets, which takes no answer above 100 kB."""
    connection = Direct("pk_1", base_url=home.url)

    async def aact() -> None:
        transport = AsyncHttpxTransport(max_answer_bytes=100_000)
        try:
            await AsyncKlaviyo(connection, http_client=transport, max_retries=0).profiles.get("1")
        finally:
            await transport.aclose()

    def act() -> None:
        with closing(HttpxTransport(max_answer_bytes=100_000)) as transport:
            Klaviyo(connection, http_client=transport, max_retries=0).profiles.get("1")

    with pytest.raises(KlaviyoError) as caught:
        asyncio.run(aact()) if is_async else act()
    return caught.value


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize(
    ("encoding", "body"), [("gzip", BOMB), ("identity", bytes(200_000))], ids=["bomb", "large"]
)
def test_too_large(home: Origin, status: int, encoding: str, body: bytes, is_async: bool) -> None:
    home.answer = lambda _: Served(status, {"content-encoding": encoding, "x-request-id": "r7"}, body)
    error = over_http(home, is_async=is_async)
    assert isinstance(error, Undecodable)
    assert (error.request, error.status, error.request_id) == ("GET /api/profiles/1", status, "r7")
    assert "max_answer_bytes=100000" in str(error)


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize(
    "served",
    [
        Served(200, {"content-encoding": "gzip"}, gzip.compress(b'{"data": []}')[:-5]),
        Served(200, {"content-encoding": "gzip"}, b"no gzip"),
        Served(200, {"content-encoding": "br"}, b"?"),
        Served(200, {}, b'{"data": [', cut=True),
    ],
    ids=["gzip broke off", "no gzip", "another encoding", "cut"],
)
def test_damaged(home: Origin, served: Served, status: int, is_async: bool) -> None:
    headers = {**served.headers, "x-klaviyo-req-id": "r7"}
    home.answer = lambda _: Served(status, headers, served.body, served.cut)
    error = over_http(home, is_async=is_async)
    assert isinstance(error, TransportFailed)
    assert (error.method, error.path, error.sent) == ("GET", "/api/profiles/1", None)
    assert (error.status, error.request_id) == (status, "r7")
    assert f"in an answer of status {status}, request r7" in str(error)


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("location", ["/x", "https://[", "http://evil.example/\x7f", "//", "x:y:z", ""])
def test_redirects_to_nowhere(home: Origin, location: str, is_async: bool) -> None:
    """httpx reads the place it would go to although it does not go there."""
    home.answer = lambda _: Served(302, {"location": location})
    error = over_http(home, is_async=is_async)
    assert isinstance(error, (ApiError, TransportFailed))
    assert error.path == "/api/profiles/1"


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_challenge(home: Origin, status: int, is_async: bool) -> None:
    page = b"<!DOCTYPE html><title>Just a moment...</title>" + b"<p>" * 10_000
    home.answer = lambda _: Served(status, {"content-type": "text/html", "cf-mitigated": "challenge"}, page)
    error = over_http(home, is_async=is_async)
    assert isinstance(error, Challenge)
    assert "Just a moment" in str(error)


def test_a_page_of_a_proxy_before_maton() -> None:
    transport = InMemory(lambda _: Reply(502, {"content-type": "text/html"}, b"<h1>Bad gateway\x1b[2J</h1>"))
    with pytest.raises(GatewayError, match=r"502 Bad Gateway on GET /api/profiles/1.*<h1>Bad gateway \[2J"):
        use("maton", "get", transport, strict=False, is_async=False)
