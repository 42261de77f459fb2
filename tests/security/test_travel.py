"""Clients travel without secrets, and sign with what the environment has where they arrive."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klaviyo_maton import (
    ArgumentError,
    AsyncKlaviyo,
    CredentialMissing,
    Direct,
    InMemory,
    Klaviyo,
    Maton,
    Reply,
    Request,
    Timeouts,
    TransportFailed,
)
from tests.security.origins import Origin, Served, serving
from tests.security.scan import MARK, leaks

VARIABLES = {"direct": "KLAVIYO_API_KEY", "maton": "MATON_API_KEY"}
HERE = {"direct": f"pk_{MARK}", "maton": f"mt{MARK}"}
THERE = {"direct": "pk_of_another_place", "maton": "of another place".replace(" ", "_")}
PAGE = b'{"data": []}'

roads = st.sampled_from(sorted(HERE))


@pytest.fixture(scope="module")
def home() -> Generator[Origin]:
    with serving() as origin:
        origin.answer = lambda _: Served(200, {}, PAGE)
        yield origin


def connection(road: str, base_url: str, *, from_environment: bool = False) -> Any:
    key = None if from_environment else HERE[road]
    if road == "direct":
        return Direct(key, base_url=base_url)
    return Maton(key, connection_id="c0ffee", base_url=base_url)


def walk(client: Any) -> None:
    if isinstance(client, Klaviyo):
        with client:
            list(client.profiles.list())
        return

    async def awalk() -> None:
        async with client:
            [item async for item in client.profiles.list()]

    asyncio.run(awalk())


@settings(max_examples=max(10, settings().max_examples // 2))
@given(
    road=roads,
    kind=st.sampled_from([Klaviyo, AsyncKlaviyo]),
    from_environment=st.booleans(),
    has_key=st.booleans(),
    protocol=st.integers(2, pickle.HIGHEST_PROTOCOL),
    timeout=st.floats(0.5, 9.0) | st.just(Timeouts(read=None)),
    max_retries=st.integers(0, 3),
    strict=st.booleans(),
    read_only=st.booleans(),
)
def test_a_client_arrives_without_its_key(
    home: Origin,
    road: str,
    kind: type[Klaviyo | AsyncKlaviyo],
    from_environment: bool,
    has_key: bool,
    protocol: int,
    **options: Any,
) -> None:
    """Its connection and options travel; the key is the other environment's, or missed when it is used."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLES[road], HERE[road])
        client = kind(connection(road, home.url, from_environment=from_environment), **options)
        pickled = pickle.dumps(client, protocol)
        assert leaks(repr(pickled)) == []
        assert VARIABLES[road].encode() not in pickled or from_environment
        patch.delenv(VARIABLES[road])
        if has_key:
            patch.setenv(VARIABLES[road], THERE[road])
        other = pickle.loads(pickled)
        assert type(other) is kind
        assert other.revision == client.revision
        assert repr(other) == repr(client)
        assert pickle.dumps(other, protocol) == pickled
        if not has_key:
            with pytest.raises(CredentialMissing, match=VARIABLES[road]):
                walk(other)
            assert home.taken() == []
            return
        walk(other)
    (arrival,) = home.taken()
    assert arrival.headers["authorization"].endswith(f" {THERE[road]}")
    assert arrival.headers.get("maton-connection") == ("c0ffee" if road == "maton" else None)


@pytest.mark.parametrize("road", sorted(HERE))
def test_a_flawed_key_of_the_other_environment_is_refused(
    home: Origin, road: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What arrives is checked no less than what was given."""
    other = pickle.loads(pickle.dumps(Klaviyo(connection(road, home.url))))
    monkeypatch.setenv(VARIABLES[road], f"{THERE[road]}\r\nx: y")
    with pytest.raises(ArgumentError, match="line break"):
        walk(other)
    assert home.taken() == []


@given(road=roads, way=st.sampled_from([copy.copy, copy.deepcopy]), is_async=st.booleans())
def test_a_copy_is_a_view(road: str, way: Any, is_async: bool) -> None:
    """Over the same transport: the copy of a client in memory never reaches a network."""
    seen: list[Request] = []

    def handler(request: Request) -> Reply:
        seen.append(request)
        return Reply(200, {}, PAGE)

    kind: Any = AsyncKlaviyo if is_async else Klaviyo
    client = kind(connection(road, "https://nowhere.example"), http_client=InMemory(handler), max_retries=0)
    walk(way(client))
    assert len(seen) == 1
    assert HERE[road] in dict(seen[0].headers)["authorization"]


def test_a_request_travels_without_its_signature() -> None:
    seen: list[Request] = []

    def handler(request: Request) -> Reply:
        seen.append(request)
        raise TransportFailed("played trouble")

    client = Klaviyo(Direct(HERE["direct"]), http_client=InMemory(handler), max_retries=0)
    with pytest.raises(TransportFailed):
        client.profiles.get("1")
    (request,) = seen
    other = pickle.loads(pickle.dumps(request))
    assert leaks(repr(pickle.dumps(request)), repr(other.headers)) == []
    assert other.url == request.url
    assert dict(other.headers) == {k: v for k, v in request.headers if k != "authorization"}
    assert copy.copy(request) == copy.deepcopy(request) == request
