"""However an exchange is damaged, its recording holds no secret; what is left out says so when played."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from klaviyo_maton import ArgumentError, InMemory, Reply, Request, Timeouts, testing
from tests.security.scan import MARK, leaks, shown_of
from tests.testing.exchanging import everything, exchanged, get

NAMES = st.sampled_from(
    [
        "session",
        "jwt",
        "tokens",
        "token_value",
        "pwd",
        "auth",
        "session_token",
        "sessionToken",
        "X-Api-Key",
        "client_secret",
    ]
)
PAGE = f"https://connect.maton.ai/?session_token={MARK}"

Put = Callable[[str], Any]
PLACES: dict[str, Put] = {
    "member": lambda name: {"data": {"attributes": {"a": 1, name: MARK}}},
    "list": lambda name: [{name: [MARK, {"a": MARK}]}],
    "object": lambda name: {name: {"a": {"b": MARK}}},
    "JSON in text": lambda name: {"detail": json.dumps({"a": [{name: MARK}]})},
    "JSON in JSON in text": lambda name: {"detail": json.dumps([json.dumps({name: MARK})])},
    "JSON after text": lambda name: {"detail": "sent: " + json.dumps({"a": 1, name: MARK}, indent=1)},
    "lines of JSON in text": lambda name: {"detail": "{}\n" + json.dumps({name: MARK})},
    "form in text": lambda name: {"detail": urlencode({"a": 1, name: MARK})},
    "URL": lambda name: {"next": f"https://a.example/x?a=1&{quote(name)}={MARK}"},
    "URL in URL": lambda name: {"next": f"/login?next={quote(f'https://a.example/?{name}={MARK}', safe='')}"},
    "page": lambda name: {"url": PAGE, "say": f"go to {PAGE}", name: 1},
}
DAMAGES: dict[str, Callable[[bytes, int], bytes]] = {
    "none": lambda body, _: body,
    "a mark": lambda body, _: b"\xef\xbb\xbf" + body,
    "two marks": lambda body, _: b"\xef\xbb\xbf" * 2 + body,
    "cut": lambda body, at: body[: -(at % len(body)) or None],
    "cut before": lambda body, at: body[at % len(body) :],
    "doubled": lambda body, _: body * 2,
    "after another": lambda body, _: b"{}" + body,
    "lines": lambda body, _: b"{}\n" + body + b"\n",
    "deep": lambda body, _: b"[" * 100_000 + body + b"]" * 100_000,
    "deep enough": lambda body, at: b"[" * (at % 900) + body + b"]" * (at % 900),
    "UTF-16": lambda body, _: body.decode().encode("utf-16"),
    "UTF-16, no mark": lambda body, _: body.decode().encode("utf-16-le"),
    "UTF-32": lambda body, _: body.decode().encode("utf-32"),
    "no UTF-8": lambda body, _: body + b"\xff",
    "in text": lambda body, _: b"you sent " + body,
    "in a page": lambda body, _: b"<script>var state = " + body + b"</script>",
    "a member twice": lambda body, _: b'{"a": ' + body + b', "a": 1}',
    "comment": lambda body, _: b"/* */" + body,
    "escaped": lambda body, _: json.dumps({"a": body.decode()}).replace("s", "\\u0073").encode(),
}


@given(
    name=NAMES,
    place=st.sampled_from(sorted(PLACES)),
    damage=st.sampled_from(sorted(DAMAGES)),
    at=st.integers(0, 2000),
    path=st.sampled_from(["/api/profiles", "/connections", "/connections/1"]),
    content_type=st.sampled_from(["application/json", "text/html", "text/plain", ""]),
)
@example("session", "member", "a mark", 0, "/api/x", "")
@example("session", "member", "cut", 2, "/api/x", "")
@example("session", "member", "doubled", 0, "/api/x", "")
@example("session", "member", "deep", 0, "/api/x", "")
def test_no_recording_holds_a_secret(
    file: Path, name: str, place: str, damage: str, at: int, path: str, content_type: str
) -> None:
    """In bodies of either direction, headers and queries, wherever a secret stands and whatever is broken."""
    document = json.dumps(PLACES[place](name))
    body = DAMAGES[damage](document.encode(), at)
    said = document if damage == "cut before" else body[:2000].decode("latin-1")
    headers = (("content-type", content_type), ("x-sent", said))
    url = f"https://api.maton.ai{path}?q={quote(said)}&{urlencode({name: MARK})}"
    exchange = exchanged(
        Request("POST", url, headers, body), Reply(200, {"content-type": content_type, "x-said": said}, body)
    )
    recording = testing.Recording([exchange])
    recording.save(file)
    assert leaks(*everything(exchange), file.read_text("utf-8"), *shown_of(recording)) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"a": 1', "7 bytes, which are no single, complete JSON"),
        (b"{}{}", "4 bytes, which are no single, complete JSON"),
        (b"[" * 100_000, "100000 bytes, which are no single, complete JSON"),
        (b"\xff\xfe{\x00}\x00", "6 bytes, which are no UTF-8"),
        (b"{\x00}\x00", "4 bytes, which are no text"),
        (b"your session is over", "20 bytes, which are text that may hold a secret"),
    ],
)
@pytest.mark.parametrize("in_order", [True, False])
def test_what_cannot_be_read_is_not_kept(file: Path, body: bytes, reason: str, in_order: bool) -> None:
    """It says how much it was and why, also in a file; playing it is an error that says the same."""
    exchange = exchanged(get(), Reply(502, {"a": "b"}, body))
    assert (exchange.reply, exchange.reply_left_out) == (Reply(502, {"a": "b"}), reason)
    testing.Recording([exchange]).save(file)
    replay = testing.Recording.load(file).replay(in_order=in_order)
    with pytest.raises(ArgumentError, match=f"does not hold the body of this answer: it was {reason}"):
        replay.send(get(), Timeouts())


def test_a_request_that_cannot_be_read_is_known_by_its_length() -> None:
    def sent(body: bytes) -> Request:
        return Request("POST", "https://a.klaviyo.com/api/x", (), body)

    exchange = exchanged(sent(b'{"a": 1'), Reply(400, {}, b"{}"))
    assert (exchange.request.body, exchange.request_left_out[:7]) == (b"", "7 bytes")
    replay = testing.Recording([exchange]).replay(in_order=False)
    assert replay.send(sent(b'{"b": 2'), Timeouts()).body == b"{}"
    with pytest.raises(ArgumentError, match="no answer to this path"):
        replay.send(sent(b'{"b": 22'), Timeouts())


def test_forms_are_masked_and_kept() -> None:
    form = (("content-type", "application/x-www-form-urlencoded; charset=utf-8"),)
    body = (
        f"grant_type=refresh_token&refresh%5Ftoken={MARK}&a=%7B%22jwt%22%3A%22{MARK}%22%7D&b=x+y&c=".encode()
    )
    exchange = exchanged(Request("POST", "https://a.klaviyo.com/oauth/token", form, body), Reply(200))
    assert leaks(*everything(exchange)) == []
    kept = b"grant_type=refresh_token&refresh%5Ftoken=********&a=%7B%22jwt%22%3A%22********%22%7D&b=x+y&c="
    assert exchange.request.body == kept


def test_an_answer_with_a_mark_is_masked_in_place() -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"connection": {"url": PAGE, "status": "PENDING"}}).encode()
    recorder = testing.Recorder(InMemory(lambda _: Reply(200, {}, body)))
    recorder.send(Request("GET", "https://api.maton.ai/connections/1"), Timeouts())
    (exchange,) = recorder.recording.exchanges
    assert json.loads(exchange.reply.body) == {
        "connection": {"url": "https://connect.maton.ai/********", "status": "PENDING"}
    }
