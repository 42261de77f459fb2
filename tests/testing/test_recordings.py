"""Recordings hold everything but credentials, survive a file, and answer as the server did."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr
from io import StringIO
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
    KlaviyoError,
    Maton,
    MatonConnections,
    Reply,
    Request,
    Timeouts,
    TransportFailed,
    testing,
)
from klaviyo_maton.v2026_01_15.revision import REVISION
from tests.laws.playing import stopped_clock
from tests.security.echoes import FORMS
from tests.security.scan import MARK, leaks, shown_of
from tests.wire.roads import run

Client = type[Klaviyo] | type[AsyncKlaviyo]

VISIBLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
RESTS = st.text(VISIBLE, max_size=30) | st.just("%2F\\/&\"'<\\u0041")
CLIENTS: tuple[Client, ...] = (Klaviyo, AsyncKlaviyo)
by_client = pytest.mark.parametrize("client", CLIENTS)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where recordings are saved."""
    return tmp_path_factory.mktemp("recordings") / "one.json"


def sent(recorder: testing.Recorder, *requests: Request) -> testing.Recording:
    """What is recorded of requests."""
    for request in requests:
        recorder.send(request, Timeouts())
    return recorder.recording


def exchanged(request: Request, reply: Reply) -> testing.Exchange:
    """What is recorded of one exchange."""
    (exchange,) = sent(testing.Recorder(InMemory(lambda _: reply)), request).exchanges
    return exchange


def get(path: str = "/api/x") -> Request:
    return Request("GET", f"https://a.klaviyo.com{path}")


# ------------------------------------------------------------------------------------ what is not kept


@given(
    rest=RESTS,
    road=st.sampled_from(["direct", "maton"]),
    form=st.sampled_from(sorted(FORMS)),
    status=st.sampled_from([200, 400]),
    client=st.sampled_from(CLIENTS),
)
def test_no_recording_holds_the_key(
    file: Path, rest: str, road: str, form: str, status: int, client: Client
) -> None:
    """However the server repeats it, and wherever the program itself put it."""
    key = f"pk_{MARK}{rest}" if road == "direct" else f"mt{MARK}{rest}"
    headers = {"x-echo": key, "location": f"/login?next={quote(key, safe='')}"}
    recorder = testing.Recorder(InMemory(lambda _: Reply(status, headers, FORMS[form](f"You sent {key}"))))
    made = client(Direct(key) if road == "direct" else Maton(key), http_client=recorder, max_retries=0)
    body, query = {key: [f"x{key}x"], "a": {"b": key}}, {"filter": f'equals(name,"{key}")', "q": key}
    outcome(made, lambda one: one.request("POST", "/api/x", json=body, query=query))
    recorder.recording.save(file)
    (exchange,) = recorder.recording.exchanges
    assert [exchange.request.place, exchange.reply.status] == [
        "POST /api/x" if road == "direct" else "POST /klaviyo/api/x",
        status,
    ]
    assert leaks(file.read_text(encoding="utf-8"), *shown_of(recorder.recording), *everything(exchange)) == []


def everything(exchange: testing.Exchange) -> list[str]:
    """All texts of an exchange."""
    request, reply = exchange.request, exchange.reply
    return [request.url, repr(request.headers), repr(request.body), repr(reply.headers), repr(reply.body)]


@pytest.mark.parametrize("body", [b'{"a": "%b", "a": 1}', b'{"a": %b}', b'["%b", "\\u0041", 1e999]'])
def test_json_hides_no_key_from_the_mask(body: bytes) -> None:
    """Neither in members that are there twice nor in numbers."""
    key = "1234567890"
    request = Request("POST", "https://a.klaviyo.com/api/x", (("authorization", f"Bearer {key}"),))
    exchange = exchanged(request, Reply(200, {}, body.replace(b"%b", key.encode())))
    assert b"********" in exchange.reply.body
    assert [one for one in everything(exchange) if key in one] == []


SECRET_NAMES = (
    "Authorization",
    "Proxy-Authorization",
    "Cookie",
    "Set-Cookie",
    "X-Api-Key",
    "api_key",
    "apiKey",
    "session_token",
    "accessToken",
    "refresh-token",
    "secret",
    "secret_key",
    "client_secret",
    "private_key",
    "password",
    "credentials",
)


@pytest.mark.parametrize("name", SECRET_NAMES)
@pytest.mark.parametrize(
    "value",
    [MARK, [MARK], {"value": MARK}, [{"a": [MARK, 7]}], None],
    ids=["text", "list", "object", "deep", "null"],
)
def test_members_parameters_and_headers_that_are_called_secrets_are_masked(name: str, value: Any) -> None:
    """By their names, at any depth, on the way there and back; what stands beside them is kept."""
    document = {"data": {"attributes": {name: value, "name": "kept", "size": 1.50}}}
    text = json.dumps(document).encode()
    page = f"<a href='https://a.example/?a=kept&{name}={MARK}&b=kept'>".encode()
    request = Request(
        "POST", f"https://a.klaviyo.com/api/x?{name}={MARK}&a=kept", ((name, MARK), ("a", "kept")), text
    )
    for body in (text, page, json.dumps({"html": page.decode()}).encode()):
        exchange = exchanged(request, Reply(200, {name: MARK, "a": "kept"}, body))
        assert leaks(*everything(exchange)) == []
        assert [one.count("kept") for one in everything(exchange)] == [1, 1, 1, 1, body.count(b"kept")]


def test_names_that_merely_sound_like_secrets_are_kept() -> None:
    document = {"data": {"relationships": {"push-tokens": {"data": [{"type": "push-token", "id": "1"}]}}}}
    body = json.dumps(document).encode()
    request = get("/api/profiles/1?fields%5Bpush-token%5D=token%2Cplatform")
    assert exchanged(request, Reply(200, {}, body)) == testing.Exchange(request, Reply(200, {}, body))


@given(
    st.binary()
    | st.sampled_from(
        [b'{"a" : 1.50, "b":1E2,"c":1e999, "d":[NaN]}', b"[" * 100_000, b'"\\ud800"', b"\xef\xbb\xbf{}"]
    )
)
def test_a_body_without_secrets_is_kept_to_the_byte(body: bytes) -> None:
    request = Request("POST", "https://a.klaviyo.com/api/x", (("authorization", "Bearer a-long-key"),), body)
    exchange = exchanged(request, Reply(200, {"a": "b"}, body, 0.5))
    assert (exchange.request.body, exchange.reply) == (body, Reply(200, {"a": "b"}, body, 0.5))


def test_a_file_that_was_uploaded_is_left_out() -> None:
    recorder = testing.Recorder(testing.Sandbox(REVISION).transport())
    Klaviyo(Direct(testing.API_KEY), http_client=recorder).images.upload(MARK.encode())
    (exchange,) = recorder.recording.exchanges
    assert (exchange.request.body, exchange.request.upload) == (None, None)


# ------------------------------------------------------------------------------------ Maton's own API


@pytest.mark.parametrize(
    "url", ["https://connect.maton.ai/?session_token={}", "https://connect.maton.ai/{}/go", "{}"]
)
def test_the_page_where_access_is_granted_is_masked(url: str) -> None:
    """It is a secret but for its host, whichever part of it holds the token."""
    connection = {"connection_id": "1", "status": "PENDING", "url": url.format(MARK)}
    for path, document in (
        ("/connections", {"connections": [connection]}),
        ("/connections/1", {"connection": connection}),
    ):
        request = Request("GET", f"https://api.maton.ai{path}")
        exchange = exchanged(request, Reply(200, {}, json.dumps(document).encode()))
        assert leaks(*everything(exchange)) == []
        assert (b"https://connect.maton.ai/*" in exchange.reply.body) == url.startswith("https")


def test_connecting_can_be_replayed(file: Path) -> None:
    recorder = testing.Recorder(testing.Sandbox(REVISION, polls=2).transport())
    found: list[Maton] = []
    pages: list[str] = []
    for transport in (recorder, None):
        if transport is None:
            recorder.recording.save(file)
        played = transport or testing.Recording.load(file).replay()
        connections = MatonConnections(testing.MATON_KEY, http_client=played)
        with stopped_clock(), redirect_stderr(StringIO()) as told:
            found.append(connections.connect("klaviyo"))
        pages.append(told.getvalue())
    assert found[0].connection_id == found[1].connection_id
    assert "session_token=sandbox" in pages[0]
    assert "https://connect.maton.ai/********" in pages[1]
    assert "session_token" not in file.read_text(encoding="utf-8")


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


def outcome(client: Any, use: Callable[[Any], Any]) -> Any:
    """What came of a call: its result, the items of a collection, or the error."""
    try:
        return run(client, use, whole=True)
    except KlaviyoError as error:
        return type(error), str(error)


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
        (Request("POST", A.url, (), b"\xff"), Request("POST", A.url, (), b"\xff"), True),
        (Request("POST", A.url, (), b"\xff"), Request("POST", A.url, (), b"\xfe"), False),
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
