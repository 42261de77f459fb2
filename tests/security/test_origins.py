"""Over real sockets: whatever a server answers, credentials go to the connection's own origin only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from attrs import frozen
from hypothesis import example, given, settings
from hypothesis import strategies as st

from klaviyo_maton import (
    AsyncKlaviyo,
    AsyncMatonConnections,
    Direct,
    Klaviyo,
    KlaviyoError,
    Maton,
    MatonConnections,
    TransportFailed,
)
from klaviyo_maton.runtime.connection import url_flaw
from tests.laws.playing import stopped_clock
from tests.security.origins import Arrival, Origin, Served, every_name_is_here, serving

KEYS = {"direct": "pk_" + "a1b2c3d4" * 4, "maton": "m4t0n" * 6}
SIGNED = {"direct": f"Klaviyo-API-Key {KEYS['direct']}", "maton": f"Bearer {KEYS['maton']}"}
CONNECTION = "c0ffee00-0000-4000-8000-000000000000"
REDIRECTS = (301, 302, 303, 307, 308)

roads = st.sampled_from(sorted(KEYS))
prefixes = st.sampled_from(["", "/base", "/base/deep%20er"])


@pytest.fixture(scope="module")
def home() -> Generator[Origin]:
    with serving() as origin:
        yield origin


@pytest.fixture(scope="module")
def elsewhere() -> Generator[Origin]:
    with serving() as origin, every_name_is_here():
        yield origin


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def connection(road: str, base_url: str) -> Any:
    if road == "direct":
        return Direct(KEYS["direct"], base_url=base_url)
    return Maton(KEYS["maton"], connection_id=CONNECTION, base_url=base_url)


# ------------------------------------------------------------------------------------------------ lures


@frozen
class Lure:
    """Where a redirect, or each link of an answer, leads: away from home, by another name or scheme."""

    name: str
    place: Callable[[Origin, Origin], str]


LURES = [
    Lure("other port", lambda _, other: other.url),
    Lure("other name", lambda home, _: f"http://localhost:{home.port}"),
    Lure("other host", lambda _, other: f"http://evil.example:{other.port}"),
    Lure("klaviyo in clear", lambda _, other: f"http://a.klaviyo.com:{other.port}"),
    Lure("no scheme", lambda _, other: f"//{other.netloc}"),
    Lure("user", lambda home, other: f"http://{home.netloc}@{other.netloc}"),
    Lure("path", lambda _home, _other: "/elsewhere"),
]


def luring(place: str, status: int | None) -> Callable[[Arrival], Served]:
    """Answer with redirects to a place or, without a status, with success whose links all lead there."""
    turn = [0]

    def answer(arrival: Arrival) -> Served:
        if status is not None:
            return Served(status, {"location": f"{place}/api/profiles"}, b"")
        turn[0] += 1
        if "/connections" in arrival.path:
            state = "ACTIVE" if turn[0] % 3 == 0 else "PENDING"
            begun = {"connection_id": CONNECTION, "status": state, "url": f"{place}/?session_token=1"}
            return json_of({"connection": begun})
        link = f"{place}/api/profiles?page%5Bcursor%5D={turn[0]}"
        links = {"self": link, "first": link, "next": link if turn[0] % 3 else None}
        related = {"lists": {"links": {"self": link, "related": link}}}
        one = {
            "type": "profile",
            "id": "1",
            "attributes": {"status": "complete"},
            "relationships": related,
            "links": links,
        }
        lists = "/estimation" not in arrival.path and arrival.path.endswith("/api/profiles")
        return json_of({"data": [one] if lists and arrival.method == "GET" else one, "links": links})

    return answer


def json_of(document: object) -> Served:
    return Served(200, {"content-type": "application/vnd.api+json"}, json.dumps(document).encode())


# ------------------------------------------------------------------------------------------------ calls


def walk(client: Any) -> Any:
    return list(client.profiles.list())


def write(client: Any) -> Any:
    return client.profiles.create(email="a@b.example")


def wait(client: Any) -> Any:
    return client.campaigns.estimate_recipients("1")


def by_hand(client: Any) -> Any:
    return client.request("GET", "/api/profiles")


async def awalk(client: Any) -> Any:
    return [item async for item in client.profiles.list()]


CALLS = [walk, write, wait, by_hand]


def use(call: Callable[[Any], Any], made: Any, kind: type[httpx.Client] | None, **options: Any) -> None:
    """Make a call, over a user's own client where its kind is given, whatever comes of it."""
    http_client = kind(**options) if kind else None
    with Klaviyo(made, http_client=http_client, max_retries=0) as client, suppress(KlaviyoError):
        call(client)
    if http_client:
        http_client.close()


async def ause(
    call: Callable[[Any], Any], made: Any, kind: type[httpx.AsyncClient] | None, **options: Any
) -> None:
    """Do the same in the other colour."""
    http_client = kind(**options) if kind else None
    async with AsyncKlaviyo(made, http_client=http_client, max_retries=0) as client:
        with suppress(KlaviyoError):
            await (awalk(client) if call is walk else call(client))
    if http_client:
        await http_client.aclose()


@settings(max_examples=max(10, settings().max_examples // 2))
@given(
    road=roads,
    prefix=prefixes,
    lure=st.sampled_from(LURES),
    status=st.sampled_from([None, *REDIRECTS]),
    call=st.sampled_from(CALLS),
    is_async=st.booleans(),
    is_given=st.booleans(),
)
def test_no_answer_leads_a_credential_away(
    home: Origin,
    elsewhere: Origin,
    road: str,
    prefix: str,
    lure: Lure,
    status: int | None,
    call: Callable[[Any], Any],
    is_async: bool,
    is_given: bool,
) -> None:
    """No redirect and no link is followed, also by a user's client that would, and would mix in its own."""
    home.answer = luring(lure.place(home, elsewhere), status)
    made = connection(road, home.url + prefix)
    eager = {
        "follow_redirects": True,
        "auth": ("user", "password"),
        "headers": {"authorization": "other", "maton-connection": "other", "x-other": "1"},
        "cookies": {"session": "1"},
        "params": {"mine": "1"},
        "base_url": elsewhere.url,
    }
    with stopped_clock():
        if is_async:
            asyncio.run(ause(call, made, httpx.AsyncClient if is_given else None, **eager))
        else:
            use(call, made, httpx.Client if is_given else None, **eager)
    arrived = home.taken()
    assert elsewhere.taken() == []
    assert arrived
    beginning = f"{prefix}/klaviyo/api/" if road == "maton" else f"{prefix}/api/"
    for arrival in arrived:
        assert arrival.host == home.netloc
        assert arrival.target.startswith(beginning)
        assert "mine" not in arrival.target
        assert arrival.headers["authorization"] == SIGNED[road]
        assert arrival.headers.get("maton-connection") == (CONNECTION if road == "maton" else None)
        assert not {"cookie", "x-other"} & set(arrival.headers)
    if status is not None:
        assert len(arrived) == 1
    elif call is walk:
        assert len(arrived) == 3
    elif call is wait:
        assert [one.method for one in arrived] == ["POST", "GET", "GET"]


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("lure", LURES, ids=lambda lure: lure.name)
@pytest.mark.parametrize("status", [None, 307])
def test_connecting_leads_no_credential_away(
    home: Origin, elsewhere: Origin, lure: Lure, status: int | None, is_async: bool
) -> None:
    home.answer = luring(lure.place(home, elsewhere), status)
    key, base = KEYS["maton"], f"{home.url}/base"

    def connect() -> None:
        with MatonConnections(key, base_url=base) as helper, suppress(KlaviyoError):
            made = helper.connect()
            assert made == Maton(key, connection_id=CONNECTION, base_url=base)

    async def aconnect() -> None:
        async with AsyncMatonConnections(key, base_url=base) as helper:
            with suppress(KlaviyoError):
                await helper.connect()

    with stopped_clock():
        asyncio.run(aconnect()) if is_async else connect()
    arrived = home.taken()
    assert elsewhere.taken() == []
    assert {one.host for one in arrived} == {home.netloc}
    assert {one.headers["authorization"] for one in arrived} == {SIGNED["maton"]}
    assert all(one.target.startswith("/base/connections") for one in arrived)


# ---------------------------------------------------------------------------------------------- proxies


def proxied(arrival: Arrival) -> Served:
    """A proxy that opens no tunnel, and answers in the place of plain servers."""
    return Served(403) if arrival.method == "CONNECT" else json_of({"data": []})


PROXIES = ("HTTP_PROXY", "ALL_PROXY", "http_proxy")


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("variable", PROXIES)
def test_what_is_for_this_machine_passes_no_proxy_of_the_environment(
    home: Origin, elsewhere: Origin, monkeypatch: pytest.MonkeyPatch, variable: str, host: str, is_async: bool
) -> None:
    """Plain http is fine within a machine, and a proxy stands on another."""
    monkeypatch.setenv(variable, elsewhere.url)
    home.answer, elsewhere.answer = (lambda _: json_of({"data": []})), proxied
    made = connection("direct", f"http://{host}:{home.port}")
    if is_async:
        asyncio.run(ause(walk, made, None))
    else:
        use(walk, made, None)
    assert elsewhere.taken() == []
    assert len(home.taken()) == 1


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("road", sorted(KEYS))
def test_a_tunnel_does_not_show_the_credential_to_the_proxy(
    elsewhere: Origin, monkeypatch: pytest.MonkeyPatch, road: str, is_async: bool
) -> None:
    """With https a proxy of the environment sees the host, and neither key nor connection."""
    monkeypatch.setenv("HTTPS_PROXY", elsewhere.url)
    elsewhere.answer = proxied
    made = connection(road, "https://gateway.example")
    if is_async:
        asyncio.run(ause(walk, made, None))
    else:
        with Klaviyo(made, max_retries=0) as client, pytest.raises(TransportFailed, match="nothing was sent"):
            walk(client)
    for arrival in elsewhere.taken():
        assert (arrival.method, arrival.target) == ("CONNECT", "gateway.example:443")
        assert not {"authorization", "maton-connection"} & set(arrival.headers)
        assert KEYS[road] not in str(arrival)


@pytest.mark.parametrize("is_async", [False, True])
def test_plain_http_that_was_asked_for_passes_the_proxy(
    elsewhere: Origin, monkeypatch: pytest.MonkeyPatch, is_async: bool
) -> None:
    """As the documentation of ``insecure`` says: who asks for plain http shows the key to the proxy."""
    monkeypatch.setenv("HTTP_PROXY", elsewhere.url)
    elsewhere.answer = proxied
    made = Direct(KEYS["direct"], base_url="http://klaviyo.example", insecure=True)
    if is_async:
        asyncio.run(ause(walk, made, None))
    else:
        use(walk, made, None)
    (arrival,) = elsewhere.taken()
    assert arrival.target.startswith("http://klaviyo.example/api/profiles")
    assert arrival.headers["authorization"] == SIGNED["direct"]


# ------------------------------------------------------------------------------------------- base URLs

PIECES = [
    *(
        "http://",
        "https://",
        "HTTP://",
        "//",
        "/",
        "\\",
        "@",
        ":",
        ":80",
        "?",
        "#",
        "%2e",
        "%40",
        ".",
        "..",
        "[",
    ),
    *(
        "]",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "127.1",
        "0x7f.0.0.1",
        "evil.example",
        "user",
        "\t",
        "\r\n",
        " ",
        ";",
    ),
    *("é", "\u3002", "\uff0f", "localhost.", "::1", "[::ffff:127.0.0.1]", "x"),
]


@given(
    url=st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
    | st.text(max_size=20).map("http://".__add__)
)
@example(url="http://127.1")
@example(url="http://[::1]http://")
@example(url="http://[::1].evil.example")
@example(url="http://127.evil.example")
@example(url="http://localhost.")
def test_what_looks_like_this_machine_is_this_machine(url: str) -> None:
    """No URL passes for loopback that httpx would connect elsewhere, and no host is read in two ways."""
    if url_flaw(url, insecure=False):
        return
    read = httpx.URL(url + "/api/profiles")
    assert read.userinfo == b""
    assert read.scheme == "https" or read.host in {"localhost", "127.0.0.1", "::1"}
    assert read.path.endswith("/api/profiles")
    assert read.query == b""
