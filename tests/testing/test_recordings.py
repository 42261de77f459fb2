"""Recordings survive a file, and answer as the server did."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaviyo_maton import (
    ArgumentError,
    AsyncKlaviyo,
    ClientClosed,
    Direct,
    InMemory,
    Klaviyo,
    Maton,
    Reply,
    Request,
    Timeouts,
    TransportFailed,
    testing,
)
from klaviyo_maton.v2026_01_15.revision import REVISION
from tests.testing.exchanging import CLIENTS, Client, get, outcome, sent
from tests.wire.roads import run

by_client = pytest.mark.parametrize("client", CLIENTS)


# ------------------------------------------------------------------------------------ files


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
EXCHANGES = st.builds(
    testing.Exchange,
    st.builds(
        Request,
        st.sampled_from(["GET", "POST"]),
        TEXTS.map(lambda text: f"https://a.klaviyo.com/api/x?q={quote(text)}"),
        st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple),
        st.none() | st.binary(max_size=20) | TEXTS.map(str.encode),
    ),
    st.builds(
        Reply,
        st.integers(200, 599),
        st.dictionaries(TEXTS, TEXTS, max_size=2),
        st.binary(max_size=20) | TEXTS.map(str.encode),
        st.floats(0, 100),
    ),
    st.just(""),
    st.just(""),
) | st.builds(
    testing.Exchange,
    st.builds(Request, st.just("POST"), st.just("https://a.klaviyo.com/api/x"), body=st.just(b"")),
    st.just(Reply(200)),
    st.sampled_from(["", "7 bytes, which are no UTF-8"]),
    st.sampled_from(["", "9 bytes, nested too deeply"]),
)


@given(exchanges=st.lists(EXCHANGES, max_size=3))
def test_a_file_gives_the_recording_back(file: Path, exchanges: list[testing.Exchange]) -> None:
    recording = testing.Recording(exchanges)
    recording.save(file)
    assert testing.Recording.load(str(file)) == recording
    text = file.read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert json.loads(text)["format"] == "klaviyo-maton recording 1"


UNREADABLE = b"""{"format": "klaviyo-maton recording 1", "exchanges": [{
    "request": {"method": "GET", "url": "", "headers": [], "body": null},
    "reply": {"status": 200, "headers": {}, "elapsed": 0, "body": {"base64": "?"}}}]}"""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "one.json cannot be read: No such file"),
        (b"", "one.json is no recording: "),
        (b"\xff", "one.json is no recording: "),
        (b"[" * 100_000, "one.json is no recording: "),
        (b'{"exchanges": []}', "one.json is no recording: .*`format`"),
        (b'{"format": "klaviyo-maton recording 2", "exchanges": []}', "one.json is no recording: .*format"),
        (b'{"format": "klaviyo-maton recording 1"}', "one.json is no recording: .*`exchanges`"),
        (UNREADABLE, "one.json is no recording: "),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    place = tmp_path / "one.json"
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(ArgumentError, match=f"^{said}"):
        testing.Recording.load(place)


@pytest.mark.parametrize("path", [None, 5, b"a", "\0", "\ud800", ["a"]])
def test_a_recording_is_loaded_from_a_path(path: Any) -> None:
    """What can be none ends in an error of ours."""
    with pytest.raises(ArgumentError):
        testing.Recording.load(path)


# ------------------------------------------------------------------------------------ playing back

CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("create_profile", {"email": "ada@example.com", "location": {"city": "Turin"}}),
    ("create_profile", {"email": "ada@example.com"}),
    ("create_or_update_profile", {"email": "bob@example.com"}),
    ("get_profiles", {"page_size": 1}),
    ("get_profiles", {"filter": 'equals(email,"ada@example.com")'}),
    ("get_profile", {"id": "nobody"}),
    ("create_list", {"name": "News"}),
    ("upload_image_from_file", {"file": b"GIF89a"}),
    ("delete_tag", {"id": "nobody"}),
)


def outcomes(client: Client, connection: Any, transport: Any) -> list[Any]:
    """What came of all calls."""

    def made() -> Any:
        return client(connection, http_client=transport, max_retries=0)

    return [outcome(made(), called(operation_id, arguments)) for operation_id, arguments in CALLS]


def called(operation_id: str, arguments: dict[str, Any]) -> Callable[[Any], Any]:
    return lambda client: client.call(operation_id, **arguments)


@by_client
@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize("road", ["direct", "maton"])
def test_a_replay_answers_as_the_server_did(file: Path, client: Client, in_order: bool, road: str) -> None:
    """To clients of either colour, with another key and, straight to Klaviyo, at another host."""
    recorder = testing.Recorder(testing.Sandbox(REVISION).transport())
    first: Any = Direct(testing.API_KEY) if road == "direct" else Maton(testing.MATON_KEY)
    expected = outcomes(client, first, recorder)
    assert len(recorder.recording.exchanges) == len(CALLS) + 1
    recorder.recording.save(file)
    other: Any = Maton("another-key", connection_id="1")
    if road == "direct":
        other = Direct("pk_another_key", base_url="https://proxy.example")
    for colour in CLIENTS:
        replay = testing.Recording.load(file).replay(in_order=in_order)
        assert outcomes(colour, other, replay) == expected


def answers(*requests: Request) -> testing.Recording:
    """A recording whose answers are numbered."""
    numbers = iter(range(len(requests)))
    return sent(testing.Recorder(InMemory(lambda _: Reply(200, {}, str(next(numbers)).encode()))), *requests)


def played(transport: InMemory, *requests: Request) -> list[int]:
    """The numbers of the answers."""
    return [int(transport.send(request, Timeouts()).body) for request in requests]


A, B = get("/api/a?x=1&y=2"), get("/api/b")


def test_in_order_each_answer_is_given_once() -> None:
    replay = answers(A, A, B).replay()
    assert played(replay, A, A, B) == [0, 1, 2]
    with pytest.raises(ArgumentError, match=r"^GET /api/b: all 3 answers of the recording were given$"):
        played(replay, B)


def test_in_order_another_request_is_refused_and_does_not_count() -> None:
    replay = answers(A, B).replay()
    with pytest.raises(ArgumentError, match=r"^GET /api/b: the recording goes on with GET /api/a$"):
        played(replay, B)
    other = get("/api/a?x=2&y=2")
    with pytest.raises(ArgumentError, match=r"^GET /api/a: .* GET /api/a, with another query or body$"):
        played(replay, other)
    assert played(replay, A, B) == [0, 1]


def test_by_request_answers_repeat_in_any_order() -> None:
    replay = answers(A, A, B).replay(in_order=False)
    assert played(replay, B, A, B, A, A, A) == [2, 0, 2, 1, 1, 1]
    with pytest.raises(ArgumentError, match=r"^GET /api/c: the recording has no answer to this"):
        played(replay, get("/api/c"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (A, get("/api/a?y=2&x=1"), True),
        (A, Request("GET", "http://localhost:8000/api/a?x=1&y=2", (("revision", "1"),)), True),
        (A, Request("POST", A.url), False),
        (A, get("/api/a?x=1&y=2&z="), False),
        (A, get("/api/a/?x=1&y=2"), False),
        (
            Request("POST", A.url, (), b'{"a":1,"b":[]}'),
            Request("POST", A.url, (), b'{"b": [], "a": 1}'),
            True,
        ),
        (Request("POST", A.url, (), b'{"a":1}'), Request("POST", A.url, (), b'{"a":2}'), False),
        (Request("POST", A.url, (), b'{"a":1}'), Request("POST", A.url), False),
        (Request("POST", A.url, (), b"text"), Request("POST", A.url, (), b"other"), False),
        (Request("POST", A.url, (), b"\xff"), Request("POST", A.url, (), b"\xfe"), True),
        (Request("POST", A.url, (), b"\xff"), Request("POST", A.url, (), b"\xff\xff"), False),
    ],
)
def test_requests_are_the_same_by_method_path_query_and_body(
    one: Request, other: Request, same: bool
) -> None:
    replay = answers(one).replay()
    if same:
        assert played(replay, other) == [0]
    else:
        with pytest.raises(ArgumentError):
            played(replay, other)


# ------------------------------------------------------------------------------------ what records


def test_a_recorder_takes_what_a_client_takes() -> None:
    """A transport, a client of httpx, or nothing, which is httpx; the library's name stays the same."""
    answer = httpx.MockTransport(lambda _: httpx.Response(200, content=b"1"))
    with httpx.Client(transport=answer) as one:
        assert sent(testing.Recorder(one), get()).exchanges[0].reply.body == b"1"
        names = {testing.Recorder(client).name for client in (one, None)}
    assert names == {f"httpx/{httpx.__version__}"}
    assert testing.Recorder(InMemory(lambda _: Reply(200))).name == "memory"
    recorder = testing.Recorder(httpx.AsyncClient(transport=answer))
    made = AsyncKlaviyo(Direct("pk_1"), http_client=recorder)
    assert run(made, lambda client: client.request("GET", "/api/x")).content == b"1"
    assert len(recorder.recording.exchanges) == 1
    with pytest.raises(ArgumentError, match=r"^http_client is a httpx\.Client here"):
        sent(recorder, get())


def test_a_closed_recorder_leaves_open_what_it_was_given() -> None:
    """Clients leave the recorder open in turn; closing twice is fine."""
    transport = httpx.MockTransport(lambda _: httpx.Response(204))
    with httpx.Client(transport=transport) as given_client:
        recorder = testing.Recorder(given_client)
        for _ in range(2):
            with Klaviyo(Direct("pk_1"), http_client=recorder) as klaviyo:
                klaviyo.tags.delete("1")
            recorder.close()
        assert not given_client.is_closed
    assert len(recorder.recording.exchanges) == 2


def test_a_closed_recorder_closes_what_it_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own clients of httpx, of both colours; which is lazy, and happens once."""
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", no_content)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", no_content_async)
    recorder = testing.Recorder()
    sent(recorder, get(), get())
    asyncio.run(closed_after(recorder, 2))
    recorder.close()
    assert len(recorder.recording.exchanges) == 4
    with pytest.raises(ClientClosed):
        sent(recorder, get())
    with pytest.raises(ClientClosed):
        asyncio.run(closed_after(recorder, 1))


def no_content(_: object, request: httpx.Request) -> httpx.Response:
    return httpx.Response(204, request=request)


async def no_content_async(_: object, request: httpx.Request) -> httpx.Response:
    return httpx.Response(204, request=request)


async def closed_after(recorder: testing.Recorder, requests: int) -> None:
    for _ in range(requests):
        await recorder.asend(get(), Timeouts())
    await recorder.aclose()


def test_a_recorder_that_never_sent_has_nothing_to_close() -> None:
    recorder = testing.Recorder()
    recorder.close()
    asyncio.run(recorder.aclose())


def test_a_recorder_outlives_event_loops() -> None:
    """One of a whole session is used in the loop of each test."""
    recorder = testing.Recorder(InMemory(lambda _: Reply(204)))
    for _ in range(2):
        asyncio.run(closed_after(recorder, 1))
    assert len(recorder.recording.exchanges) == 2


def test_a_request_without_an_answer_is_not_kept() -> None:
    def fail(_: Request) -> Reply:
        raise TransportFailed("refused", sent=False)

    recorder = testing.Recorder(InMemory(fail))
    with pytest.raises(TransportFailed):
        sent(recorder, get())
    assert recorder.recording.exchanges == []


def test_threads_share_a_recorder() -> None:
    recorder = testing.Recorder(InMemory(lambda request: Reply(200, {}, request.url.encode())))
    requests = [get(f"/api/{number}") for number in range(50)]

    def send(request: Request) -> bool:
        return recorder.send(request, Timeouts()).body == request.url.encode()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(send, requests))
    kept = recorder.recording.exchanges
    assert sorted(one.request.url for one in kept) == sorted(one.url for one in requests)
    assert all(one.reply.body == one.request.url.encode() for one in kept)
