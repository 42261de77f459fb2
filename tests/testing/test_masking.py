"""Recordings hold everything but credentials, wherever these stand."""

from __future__ import annotations

import json
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaviyo_maton import (
    Direct,
    InMemory,
    Klaviyo,
    Maton,
    MatonConnections,
    Reply,
    Request,
    testing,
)
from klaviyo_maton.runtime.redaction import Redaction
from klaviyo_maton.runtime.secret import NO_SECRET
from klaviyo_maton.v2026_01_15.revision import REVISION
from tests.laws.playing import stopped_clock
from tests.security.echoes import FORMS
from tests.security.scan import MARK, leaks, shown_of
from tests.testing.exchanging import CLIENTS, Client, everything, exchanged, get, outcome

VISIBLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
RESTS = st.text(VISIBLE, max_size=30) | st.just("%2F\\/&\"'<\\u0041")


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


@pytest.mark.parametrize("body", [b'{"b": "%b", "a": 1, "a": 2}', b'{"a": %b}', b'["%b", "\\u0041", 1e999]'])
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


@pytest.mark.parametrize(
    "document",
    [
        [["token", MARK], ["name", "kept"]],
        {"headers": [["name", "kept"], ["Set-Cookie", [MARK]]]},
        {"name": "session_token", "value": MARK, "of": "kept"},
        [{"key": "password", "value": {"a": [MARK]}}, {"key": "name", "value": "kept"}],
        {"kept": {"\uff54\uff4f\uff4b\uff45\uff4e": MARK}},
    ],
)
def test_pairs_of_a_name_and_a_value_are_masked_like_members(document: object) -> None:
    """In recordings and in errors; what other names name is kept, and so are lists of names alone."""
    body = json.dumps(document, ensure_ascii=False).encode()
    exchange = exchanged(get("/api/x"), Reply(200, {}, body))
    assert leaks(*everything(exchange)) == []
    assert b"kept" in exchange.reply.body
    shown = str(Redaction(NO_SECRET).json(document))
    assert leaks(shown) == []
    assert "kept" in shown
    names = b'{"required": ["password", "email"], "key": "session", "name": "token"}'
    assert exchanged(get("/api/x"), Reply(200, {}, names)).reply.body == names


def test_names_that_merely_sound_like_secrets_are_kept() -> None:
    document = {"data": {"relationships": {"push-tokens": {"data": [{"type": "push-token", "id": "1"}]}}}}
    body = json.dumps(document).encode()
    request = get("/api/profiles/1?fields%5Bpush-token%5D=token%2Cplatform")
    assert exchanged(request, Reply(200, {}, body)) == testing.Exchange(request, Reply(200, {}, body))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)


@given(
    st.text(st.characters(exclude_categories=["C"], exclude_characters='"{[=:')).map(str.encode)
    | JSON.map(lambda value: json.dumps(value, indent=1).encode())
    | st.sampled_from(
        [
            b'{"a" : 1.50, "b":1E2,"c":1e999, "d":[NaN]}',
            b'"\\ud800"',
            b"\xef\xbb\xbf{}",
            b"<p>Bad Gateway\r\n",
        ]
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
