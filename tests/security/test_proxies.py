"""A user's own client may be behind a proxy: plain http to this machine does not go there, nor its key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from typing import Any

import httpx
import pytest

from klaviyo_maton import ArgumentError, AsyncKlaviyo, Direct, Klaviyo, KlaviyoError, Maton, TransportFailed
from klaviyo_maton.runtime.trace import Trace
from tests.laws.playing import stopped_clock
from tests.security.origins import Arrival, Origin, Served, serving

KEY = "pk_" + "a1b2c3d4" * 4
VARIABLES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY", "NO_PROXY", "no_proxy")


@pytest.fixture(scope="module")
def home() -> Generator[Origin]:
    with serving() as origin:
        yield origin


@pytest.fixture(scope="module")
def proxy() -> Generator[Origin]:
    with serving() as origin:
        yield origin


@pytest.fixture(autouse=True)
def _nothing_yet(home: Origin, proxy: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    home.answer, proxy.answer = (lambda _: Served(202)), proxied
    home.taken()
    proxy.taken()


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def is_async(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def proxied(arrival: Arrival) -> Served:
    """Answer in the place of plain servers, and open no tunnel."""
    return Served(403 if arrival.method == "CONNECT" else 202)


def outcome(made: Any, is_async: bool, options: dict[str, Any], *, before: str = "") -> Any:
    """Make a request over a user's client, which may ask for a page before; gives the status or the error."""

    async def arequest() -> Any:
        async with httpx.AsyncClient(**options) as client:
            if before:
                await client.get(before)
            return await AsyncKlaviyo(made, http_client=client).request("POST", "/api/events")

    def request() -> Any:
        with httpx.Client(**options) as client:
            if before:
                client.get(before)
            return Klaviyo(made, http_client=client).request("POST", "/api/events")

    with stopped_clock():
        try:
            return (asyncio.run(arequest()) if is_async else request()).status
        except KlaviyoError as error:
            return error


def mounted(is_async: bool, url: str | None) -> Any:
    if url is None:
        return None
    return httpx.AsyncHTTPTransport(proxy=url) if is_async else httpx.HTTPTransport(proxy=url)


WAYS: dict[str, Callable[[bool, str], dict[str, Any]]] = {
    "proxy": lambda _, url: {"proxy": url},
    "mounts": lambda is_async, url: {"mounts": {"http://": mounted(is_async, url)}},
    "transport": lambda is_async, url: {"transport": mounted(is_async, url)},
    "HTTP_PROXY": lambda _, __: {},
    "ALL_PROXY": lambda _, __: {},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("is_kept", [False, True], ids=["new", "kept alive"])
def test_plain_http_to_this_machine_goes_to_no_proxy(
    home: Origin,
    proxy: Origin,
    is_async: bool,
    way: str,
    host: str,
    is_kept: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is refused before a byte is sent, also where a connection to the proxy stands already."""
    if way.isupper():
        monkeypatch.setenv(way, proxy.url)
    made = Direct(KEY, base_url=f"http://{host}:{home.port}")
    error = outcome(made, is_async, WAYS[way](is_async, proxy.url), before=made.base_url if is_kept else "")
    assert isinstance(error, ArgumentError)
    assert "trust_env=False" in str(error)
    assert (len(proxy.taken()), home.taken()) == (int(is_kept), [])


def test_the_remedies_help(
    home: Origin, proxy: Origin, is_async: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    made = Direct(KEY, base_url=home.url)
    assert outcome(made, is_async, {"trust_env": False}) == 202
    assert outcome(made, is_async, {"mounts": {"all://127.0.0.1": None}}) == 202
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert outcome(made, is_async, {}) == 202
    assert (proxy.taken(), len(home.taken())) == ([], 3)


@pytest.mark.parametrize("base_url", ["http://klaviyo.example", "http://127.0.0.1:9"])
def test_who_allows_plain_http_shows_it_to_the_proxy(proxy: Origin, is_async: bool, base_url: str) -> None:
    """As the documentation of ``insecure`` says, the proxy of your own client included."""
    for made in (
        Direct(KEY, base_url=base_url, insecure=True),
        Maton("m" * 20, base_url=base_url, insecure=True),
    ):
        assert outcome(made, is_async, {"proxy": proxy.url}) == 202
        (arrival,) = proxy.taken()
        assert arrival.target.startswith(base_url)


def test_https_goes_through_a_tunnel(proxy: Origin, is_async: bool) -> None:
    """The proxy sees the host, and nothing of what goes there."""
    error = outcome(Direct(KEY), is_async, {"proxy": proxy.url})
    assert isinstance(error, TransportFailed)
    assert error.sent is False
    arrived = proxy.taken()
    assert {arrival.target for arrival in arrived} == {"a.klaviyo.com:443"}
    assert KEY not in str(arrived)


@pytest.mark.parametrize(("is_plain", "stays_here"), [(True, True), (True, False), (False, False)])
def test_a_socks_proxy_is_one_too(is_plain: bool, stays_here: bool) -> None:
    """It is told from the events of its connection, as what goes through it names no proxy."""
    trace = Trace(is_plain=is_plain, stays_here=stays_here)
    if stays_here:
        with pytest.raises(ArgumentError, match="to a proxy"):
            trace.tell("socks.connect_tcp.started", {"host": "127.0.0.1", "port": 1080})
    else:
        trace.tell("socks.connect_tcp.started", {"host": "127.0.0.1", "port": 1080})
    assert not trace.is_sent
