"""Trouble with real sockets: what it is taken for, and how often a read and a write are sent."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import pytest

from klaviyo_maton import AsyncKlaviyo, Direct, Klaviyo, KlaviyoError, Timeout, TransportFailed
from tests.laws.playing import stopped_clock
from tests.lifecycle.loopback import connections
from tests.wire.roads import run

colours = pytest.mark.parametrize("make", [Klaviyo, AsyncKlaviyo])


def requested(make: Callable[..., Any], base_url: str, method: str, path: str, **options: Any) -> Any:
    """Make a request; gives the answer's status, or the error."""
    client = make(Direct("pk_1", base_url=base_url), **options)
    with stopped_clock():
        try:
            return run(client, lambda it: it.request(method, path)).status
        except KlaviyoError as error:
            return error


@colours
@pytest.mark.parametrize("kind", ["reset", "cut", "mute"])
def test_what_may_have_arrived_is_repeated_for_reads_only(
    make: Callable[..., Any], kind: str, url: str
) -> None:
    for method, sends in (("GET", 3), ("POST", 1)):
        before = connections(url).accepted
        error = requested(make, url, method, f"/api/somewhere/{kind}", timeout=0.05)
        assert isinstance(error, Timeout if kind == "mute" else TransportFailed)
        assert (error.sent, error.retries) == (None, sends - 1)
        assert connections(url).accepted == before + sends


@colours
@pytest.mark.parametrize("where", ["nobody listens", "no TLS", "no such name"])
def test_what_was_certainly_not_sent_is_repeated(
    make: Callable[..., Any], where: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    base_url = "https://nowhere.test"
    if where == "nobody listens":
        with socket.create_server(("127.0.0.1", 0)) as listener:
            base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    elif where == "no TLS":
        base_url = url.replace("http:", "https:")
    else:
        monkeypatch.setattr(socket, "getaddrinfo", unknown_name)
    for method in ("GET", "POST"):
        error = requested(make, base_url, method, "/api/somewhere/ok")
        assert isinstance(error, TransportFailed)
        assert (error.sent, error.retries) == (False, 2)
        assert "nothing was sent" in str(error)


def unknown_name(*_: object, **__: object) -> None:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@colours
def test_a_reset_after_the_answer_harms_nothing(make: Callable[..., Any], url: str) -> None:
    """The answer counts, and a request that finds the connection dead takes another."""
    client = make(Direct("pk_1", base_url=url), max_retries=1)

    async def five_times() -> list[str]:
        async with client:
            return [(await client.profiles.get("rude")).id for _ in range(5)]

    with stopped_clock():
        if make is AsyncKlaviyo:
            assert asyncio.run(five_times()) == ["rude"] * 5
        else:
            with client:
                assert [client.profiles.get("rude").id for _ in range(5)] == ["rude"] * 5
