"""A credential goes to its own origin and nowhere else, and nothing shows it."""

from __future__ import annotations

import asyncio
import copy
import io
import json
import logging
import pickle
import traceback
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from attrs import define, field
from hypothesis import example, given
from hypothesis import strategies as st

from klaviyo_maton import (
    ArgumentError,
    AsyncKlaviyo,
    Direct,
    InMemory,
    Klaviyo,
    KlaviyoError,
    Maton,
    Reply,
    Request,
    TransportFailed,
)
from tests.laws.playing import stopped_clock
from tests.strategies import Answered, Broken, Step, from_text, from_trouble

KEYS = {"direct": "pk_" + "a1b2c3d4e5" * 2, "other": "pk_" + "f6a7b8c9d0" * 2, "maton": "m4t0nm4t0nm4t0n" * 2}
ORIGINS = {
    "direct": "https://a.klaviyo.com",
    "other": "http://127.0.0.1:8765",
    "maton": "https://api.maton.ai",
}
ELSEWHERE = (
    "https://evil.example",
    "http://a.klaviyo.com",
    "https://a.klaviyo.com.evil.example",
    "//evil.example",
)


def connections() -> dict[str, Any]:
    return {
        "direct": Direct(KEYS["direct"]),
        "other": Direct(KEYS["other"], base_url=f"{ORIGINS['other']}/proxy"),
        "maton": Maton(KEYS["maton"], connection_id="c0ffee"),
    }


roads = st.lists(st.sampled_from(sorted(KEYS)), min_size=1, max_size=4)


@define
class Lures:
    """A server whose links and redirects lead elsewhere; it keeps what arrived where."""

    place: str
    status: int
    arrived: list[tuple[str, str]] = field(factory=list[tuple[str, str]])

    def answer(self, url: str, authorization: str) -> tuple[int, dict[str, str], bytes]:
        self.arrived.append((origin_of(url), authorization))
        link = f"{self.place}/api/profiles?page%5Bcursor%5D=c{len(self.arrived)}"
        links = {"self": link, "next": link if len(self.arrived) % 3 else None}
        headers = {"location": f"{self.place}/api/profiles"} if self.status >= 300 else {}
        return self.status, headers, json.dumps({"data": [], "links": links}).encode()


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def header_of(road: str) -> str:
    return f"Bearer {KEYS[road]}" if road == "maton" else f"Klaviyo-API-Key {KEYS[road]}"


def in_memory(lures: Lures) -> InMemory:
    def handler(request: Request) -> Reply:
        return Reply(*lures.answer(request.url, dict(request.headers)["authorization"]))

    return InMemory(handler)


def with_httpx(lures: Lures) -> Any:
    """A user's own client that would follow redirects, keep cookies and sign by itself."""

    def handler(request: httpx.Request) -> httpx.Response:
        status, headers, body = lures.answer(str(request.url), request.headers.get("authorization", ""))
        return httpx.Response(status, headers=headers, content=body)

    return httpx.Client(
        transport=httpx.MockTransport(handler),
        follow_redirects=True,
        auth=("user", "password"),
        cookies={"a": "b"},
    )


@given(
    roads=roads,
    place=st.sampled_from(ELSEWHERE),
    status=st.sampled_from([200, 301, 302, 303, 307, 308, 401, 404]),
    make=st.sampled_from([in_memory, with_httpx]),
)
def test_credentials_go_to_their_origin(roads: list[str], place: str, status: int, make: Any) -> None:
    """Whatever links and redirects say, each connection's key goes to its own origin, and no other does."""
    lures, connected = Lures(place, status), connections()
    client = Klaviyo(connected[roads[0]], http_client=make(lures), max_retries=0)
    asked: list[str] = []
    for road in roads:
        view = client.with_connection(connected[road])
        before = len(lures.arrived)
        with suppress(KlaviyoError):
            list(view.profiles.list())
        with suppress(KlaviyoError):
            view.profiles.create(email="a@b.c")
        asked += [road] * (len(lures.arrived) - before)
    assert lures.arrived == [(ORIGINS[road], header_of(road)) for road in asked]
    assert set(asked) == set(roads)


@given(
    path=from_text() | st.sampled_from(["//evil.example/api/x", "https://evil.example/api/x", "/api/../x"])
)
@example(path="/api/x\\@evil.example")
@example(path="/api/%2e%2e/x")
@example(path="/api/x?y=1")
@example(path="/oauth/token")
def test_raw_paths_stay_at_home(path: str) -> None:
    """``request`` sends what lies below ``/api/`` or ``/client/`` to its own origin, and nothing else."""
    lures = Lures(ELSEWHERE[0], 200)
    with suppress(ArgumentError):
        Klaviyo(connections()["direct"], http_client=in_memory(lures)).request("GET", path)
        assert path.startswith(("/api/", "/client/"))
    assert set(lures.arrived) <= {(ORIGINS["direct"], header_of("direct"))}


# ------------------------------------------------------------------------------------------- showing

PERSON = "somebody@example.com"


@given(
    road=st.sampled_from(sorted(KEYS)),
    steps=from_trouble(max_size=2),
    echo=st.booleans(),
    is_async=st.booleans(),
    is_httpx=st.booleans(),
)
def test_nothing_shows_a_key(
    road: str, steps: list[Step], echo: bool, is_async: bool, is_httpx: bool
) -> None:
    """No repr, log, error, traceback or pickle holds a key, even when the server repeats it."""
    key = KEYS[road]
    play = _play_async if is_async else _play
    with stopped_clock(), recorded_logs() as log:
        client, error = play(connections()[road], steps, key if echo else "no", is_httpx)
    connection = connections()[road]
    shown = [
        repr(client),
        str(client),
        repr(client.profiles),
        repr(connection),
        str(connection),
        log.getvalue(),
    ]
    shown += [repr(pickle.dumps(client)), repr(pickle.dumps(connection)), repr(copy.copy(connection))]
    assert PERSON not in log.getvalue()
    if error is not None:
        shown += [*traces(error), repr(pickle.dumps(error)), repr(copy.deepcopy(error))]
    assert [text for text in shown if key in text] == []


def _play(connection: Any, steps: list[Step], echo: str, is_httpx: bool) -> tuple[Any, KlaviyoError | None]:
    handler = Echo(steps, echo)
    http_client = (
        httpx.Client(transport=httpx.MockTransport(handler.httpx)) if is_httpx else InMemory(handler.ours)
    )
    client = Klaviyo(connection, http_client=http_client)
    try:
        client.profiles.list(filter=f"equals(email,'{PERSON}')").first()
    except KlaviyoError as error:
        return client, error
    return client, None


def _play_async(
    connection: Any, steps: list[Step], echo: str, is_httpx: bool
) -> tuple[Any, KlaviyoError | None]:
    handler = Echo(steps, echo)
    transport = httpx.MockTransport(handler.httpx)
    http_client = httpx.AsyncClient(transport=transport) if is_httpx else InMemory(handler.ours)

    async def run() -> tuple[Any, KlaviyoError | None]:
        client = AsyncKlaviyo(connection, http_client=http_client)
        try:
            await client.profiles.list(filter=f"equals(email,'{PERSON}')").first()
        except KlaviyoError as error:
            return client, error
        return client, None

    return asyncio.run(run())


@define
class Echo:
    """Plays trouble whose answers repeat a text, as misconfigured servers repeat headers."""

    steps: list[Step]
    text: str
    asked: int = 0

    def step(self) -> Step:
        self.asked += 1
        return self.steps[self.asked - 1] if self.asked <= len(self.steps) else Answered(200, {}, None)

    def body(self, step: Answered) -> bytes:
        if step.is_success:
            return b'{"data": []}'
        said = f"bad header: {self.text}"
        return json.dumps({"errors": [{"detail": said, "meta": {"header": said}}]}).encode()

    def ours(self, _: Request) -> Reply:
        step = self.step()
        if isinstance(step, Broken):
            raise TransportFailed("played trouble", sent=step.sent)
        return Reply(step.status, step.headers, self.body(step))

    def httpx(self, request: httpx.Request) -> httpx.Response:
        step = self.step()
        if isinstance(step, Broken):
            raise (httpx.ConnectError if step.sent is False else httpx.ReadError)(
                "played trouble", request=request
            )
        return httpx.Response(step.status, headers=step.headers, content=self.body(step))


@contextmanager
def recorded_logs() -> Generator[io.StringIO]:
    """Record everything that any logger says, however unimportant."""
    text = io.StringIO()
    handler, root = logging.StreamHandler(text), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def traces(error: BaseException) -> list[str]:
    """Give all that a report of an error could show: its chain, facts, and locals, but those of tests."""
    shown: list[str] = []
    link: BaseException | None = error
    while link is not None:
        shown += [repr(link), str(link), repr(link.args), repr(vars(link))]
        for frame, _ in traceback.walk_tb(link.__traceback__):
            if "tests" not in Path(frame.f_code.co_filename).parts:
                shown += [repr(value) for value in frame.f_locals.values()]
        request = getattr(link, "_request", None)
        shown += [] if request is None else [repr(dict(request.headers)), str(request.url)]
        link = link.__cause__ or link.__context__
    return shown
