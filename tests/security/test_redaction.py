"""What others sent is shown without secrets, and without loss where there are none."""

from __future__ import annotations

import html
import json
import pickle
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen.runtime.redaction import excerpt, redacted
from codegen.runtime.secret import NO_SECRET, Secret
from codegen.runtime.secret_names import is_secret_name
from klaviyo_maton import (
    ArgumentError,
    CursorLoop,
    Direct,
    InMemory,
    JobFailed,
    Klaviyo,
    KlaviyoError,
    Maton,
    MatonConnections,
    Reply,
    Request,
)
from tests.laws.playing import stopped_clock
from tests.security.scan import MARK, leaks, shown_of_error

KEY = f"pk_{MARK}/&0123456789"
MATON_KEY = f"mt{MARK}/&0123456789"
PAGE = f"https://connect.maton.ai/?session_token={MARK}0123456789"

SECRETS = [
    "token",
    "tokens",
    "token_value",
    "access_token",
    "refreshToken",
    "id-token",
    "session_token",
    "csrf_token",
    "secret",
    "secrets",
    "client_secret",
    "secret_key",
    "secretKey",
    "SECRET_KEY",
    "api_key",
    "apiKey",
    "X-Api-Key",
    "private_key",
    "signing_key",
    "password",
    "passwd",
    "pwd",
    "userPwd",
    "passphrase",
    "passcode",
    "pin",
    "otp",
    "credential",
    "credentials",
    "authorization",
    "Proxy-Authorization",
    "cookie",
    "Set-Cookie",
    "session",
    "sessionId",
    "SESSION_ID",
    "session_url",
    "jwt",
    "auth",
    "basic_auth",
    "bearer",
    "hmac",
    "signature",
    "Klaviyo-Signature",
    "code_verifier",
    "authorization_code",
    "password1",
    "user[password]",
    "tokens[0]",
    "\uff54\uff4f\uff4b\uff45\uff4e",
    "\uff21\uff50\uff49\uff2b\uff45\uff59",
    "pass",
    "user_pass",
    "session_ids",
    "secretKeyBase",
    "signing_secret_v2",
    "tokenData",
    "token_plain",
    "id_token_hint",
    "otp_code",
    "verification_code",
    "verificationCode",
    "recovery_codes",
]
OTHERS = [
    "author",
    "authors",
    "authorized_at",
    "authorId",
    "authentication_method",
    "auth_type",
    "oauth_scopes",
    "session_count",
    "session_started_at",
    "sessions_total",
    "token_type",
    "token_count",
    "tokenizer",
    "secretary",
    "secret_santa_name",
    "keyboard",
    "key",
    "keys",
    "public_key",
    "event_key",
    "public_api_key_name",
    "company_id",
    "passenger",
    "password_changed_at",
    "pinned",
    "spinning",
    "signature_required",
    "assigned",
    "opinion",
    "inside",
    "residence",
    "cookie_policy",
    "push-tokens",
    "push_tokens",
    "fields[push-token]",
    "additional-fields[session]",
    "code",
    "coupon_code",
    "discount_codes",
    "season_pass",
    "pass_rate",
    "session_data",
    "verification_status",
    "\uff4e\uff41\uff4d\uff45",
    "name",
    "url",
    "email",
]


@pytest.mark.parametrize(
    "text",
    [
        f'got [["token", "{MARK}"], ["name", "kept"]]',
        f'got [["name", "kept"], [ "session" ,"{MARK}',
        f'got {{"name": "session_token", "value": "{MARK}", "of": "kept"}}',
        f'got {{"key":"password","value":"{MARK}","of":"kept',
    ],
)
def test_a_text_shows_no_value_beside_the_name_of_a_secret(text: str) -> None:
    shown = redacted(text, NO_SECRET)
    assert leaks(shown) == []
    assert "kept" in shown
    assert redacted(text.replace(MARK, "********"), NO_SECRET) == shown
    names = '["token", "kept"], {"name": "token", "kept": 1}, [["name", "kept"]]'
    assert redacted(names, NO_SECRET) == names


@pytest.mark.parametrize("name", SECRETS)
def test_what_secrets_are_called(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", OTHERS)
def test_what_only_sounds_like_a_secret(name: str) -> None:
    """Its last words tell that it is something else."""
    assert not is_secret_name(name)


# ------------------------------------------------------------------------------------------ texts

Form = Callable[[str], str]
WAYS: dict[str, Form] = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "percent, small": lambda text: re.sub("%..", lambda octet: octet[0].lower(), quote(text, safe="")),
    "json": lambda text: json.dumps(text)[1:-1],
    "json, all escaped": lambda text: "".join(
        f"\\u{ord(one):04x}" if not one.isalnum() else one for one in text
    ),
    "json in json": lambda text: json.dumps(json.dumps({"detail": text})),
    "html": html.escape,
}
SHAPES: dict[str, str] = {
    "query": f"https://a.example/x?name={MARK}",
    "relative": f"/login?next={MARK}",
    "no scheme": f"connect.maton.ai/?x={MARK}",
    "user": f"https://{MARK}:x@a.example/",
    "parameter": f"x: session_token={MARK}",
    "json": json.dumps({"session": MARK, "a": 1}),
    "json, spread": json.dumps({"tokens": [{"a": MARK}]}, indent=2),
    "quotes inside": json.dumps({"password": f'a"{MARK}'}),
    "header": f"Authorization: Basic YTpi {MARK}",
    "cookies": f"Cookie: a=b; c={MARK}",
    "scheme": f"sent Bearer {MARK}0123",
    "another key": f"the key pk_{MARK}0123456789abcdef",
    "jwt": f"eyJhbGciOiJ.{MARK}0123456789.c2ln",
}


@given(shape=st.sampled_from(sorted(SHAPES)), way=st.sampled_from(sorted(WAYS)), before=st.text(max_size=9))
def test_no_text_shows_what_is_called_a_secret(shape: str, way: str, before: str) -> None:
    """However it is written, and however that is escaped, in whole and in excerpts."""
    text = f"{before} {WAYS[way](SHAPES[shape])}"
    assert leaks(redacted(text, NO_SECRET), excerpt(text, NO_SECRET, 400)) == []


@given(way=st.sampled_from(sorted(WAYS)), before=st.integers(0, 6000), length=st.integers(20, 500))
def test_no_text_shows_a_key(way: str, before: int, length: int) -> None:
    """Wherever it stands, also where the excerpt is cut."""
    text = f"{'x' * before}{WAYS[way](KEY)}"
    shown = excerpt(text, Secret(KEY), length)
    assert leaks(redacted(text, Secret(KEY)), shown) == []
    assert len(shown) <= length
    wide = "".join(f"{one}\0" for one in text)
    assert leaks(excerpt(wide, Secret(KEY), length).replace(" ", "")) == []


@pytest.mark.parametrize(
    "text",
    [
        "password: This field may not be blank.",
        "Missing or invalid private key.",
        "'page_size' is not a valid field for the resource 'list'.",
        "Bearer authentication is needed",
        "token=null, is it?",
        "See https://developers.klaviyo.com/en/reference/api_overview#errors, or ask: why?",
        'contains(name,"what?")',
        "author=x&session_count=3",
    ],
)
def test_texts_without_secrets_stay(text: str) -> None:
    assert redacted(text, Secret(KEY)) == text
    assert excerpt(text, Secret(KEY), 500) == text


@given(st.text(st.characters(exclude_characters="=:?%&\\@"), max_size=200))
def test_text_that_assigns_nothing_stays(text: str) -> None:
    assert redacted(text, NO_SECRET) == text


@given(text=st.text(), length=st.integers(2, 50))
@example(text="\x1b[2J\u202e", length=9)
def test_an_excerpt_is_a_short_line(text: str, length: int) -> None:
    shown = excerpt(text, NO_SECRET, length)
    assert len(shown) <= length
    assert shown == "" or shown.isprintable()


# ------------------------------------------------------------------------------- the ways into messages


def error_of(use: Callable[[], object]) -> KlaviyoError:
    found: KlaviyoError | None = None
    with stopped_clock():
        try:
            use()
        except KlaviyoError as error:
            found = error
    assert found is not None
    assert leaks(*shown_of_error(found)) == []
    return found


def client(road: str, reply: Callable[[Request], Reply]) -> Klaviyo:
    made: Any = Direct(KEY) if road == "direct" else Maton(MATON_KEY, connection_id="c0ffee")
    return Klaviyo(made, http_client=InMemory(reply), max_retries=0)


KEYS = {"direct": KEY, "maton": MATON_KEY}
SAID = ("<key>", PAGE, json.dumps({"session": MARK}), "\x1b]0;<key>")


@pytest.mark.parametrize("road", ["direct", "maton"])
@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "marked"])
def test_errors_in_klaviyos_shape(road: str, said: str, mark: bytes) -> None:
    """In each member, and in ``meta`` at any depth, whichever way the call took."""
    said = said.replace("<key>", KEYS[road])
    entry = {"id": said, "code": said, "title": said, "detail": said, "source": {"pointer": said}}
    meta = {"url": said, said: [said], "session": MARK, "auth": {"a": [MARK, 7]}}
    body = mark + json.dumps({"errors": [{**entry, "meta": meta}]}).encode()
    error = error_of(lambda: client(road, lambda _: Reply(400, {}, body)).profiles.get("1"))
    assert "400 Bad Request" in str(error)
    assert "********" in str(error)


@pytest.mark.parametrize("said", SAID)
def test_a_cursor_that_comes_again(said: str) -> None:
    said = said.replace("<key>", KEY)
    link = f"https://a.klaviyo.com/api/profiles?page%5Bcursor%5D={quote(said, safe='')}"
    body = json.dumps({"data": [], "links": {"next": link}}).encode()
    walked = client("direct", lambda _: Reply(200, {}, body)).profiles.list()
    with pytest.raises(CursorLoop) as caught:
        list(walked)
    assert "names the cursor '" in str(caught.value)
    assert leaks(repr(caught.value), repr(vars(caught.value)), repr(pickle.dumps(caught.value))) == []


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("shape", ["meta", "next", "cut", "type"])
def test_answers_that_cannot_be_read(said: str, shape: str) -> None:
    said = said.replace("<key>", MATON_KEY)
    documents: dict[str, Any] = {
        "meta": {"data": 7, "meta": said},
        "next": {"data": [], "links": {"next": {"href": [said]}}},
        "cut": {"data": said},
        "type": {"data": said},
    }
    body = json.dumps(documents[shape]).encode()[: -1 if shape == "cut" else None]
    error_of(lambda: list(client("maton", lambda _: Reply(200, {}, body)).profiles.list()))


def connections(*replies: dict[str, Any]) -> MatonConnections:
    """A helper to which Maton gives these answers, the last again and again."""
    waiting = [json.dumps(reply).encode() for reply in replies]

    def answer(_: Request) -> Reply:
        return Reply(200, {}, waiting.pop(0) if len(waiting) > 1 else waiting[0])

    return MatonConnections(MATON_KEY, http_client=InMemory(answer))


NAMES = (MATON_KEY, PAGE, f"c1&session_token={MARK}")


@pytest.mark.parametrize("name", NAMES)
def test_active_connections(name: str) -> None:
    """Of several, the message names what tells them apart, as far as that is no secret."""
    entries = [{"connection_id": one, "status": "ACTIVE", "creation_time": name} for one in ("c1", name)]
    error = error_of(connections({"connections": entries}).active)
    assert isinstance(error, ArgumentError)
    assert "c1 (of no known time)" in str(error)


@pytest.mark.parametrize("state", [*SAID, "FAILED"])
def test_a_connection_that_is_not_granted(state: str) -> None:
    created = {"connection_id": "c1", "status": state.replace("<key>", MATON_KEY)}
    error = error_of(lambda: connections(created).connect(deadline=5.0))
    assert isinstance(error, JobFailed)
    assert error.state.isprintable()


@pytest.mark.parametrize("name", NAMES)
def test_a_connection_with_an_odd_name(name: str) -> None:
    """It is asked for by its name, so that frames hold it; the message does not."""
    with stopped_clock(), pytest.raises(JobFailed) as caught:
        connections({"connection_id": name, "status": "FAILED"}).connect()
    assert "failed: begin again" in str(caught.value)
    assert leaks(str(caught.value), repr(vars(caught.value)), repr(pickle.dumps(caught.value))) == []


@pytest.mark.parametrize("road", ["direct", "maton"])
@pytest.mark.parametrize("said", SAID)
def test_a_job_in_a_state_of_its_own(road: str, said: str) -> None:
    state = said.replace("<key>", KEYS[road])
    body = json.dumps({"data": {"type": "x", "id": "1", "attributes": {"status": state}}}).encode()
    made = client(road, lambda _: Reply(202, {}, body))
    error = error_of(lambda: made.campaigns.estimate_recipients("1", deadline=2.0))
    assert isinstance(error, JobFailed)
    assert error.state.isprintable()


@pytest.mark.parametrize("road", ["direct", "maton"])
@pytest.mark.parametrize("said", SAID)
def test_an_encoding_that_nobody_asked_for(road: str, said: str) -> None:
    headers = {"content-encoding": said.replace("<key>", KEYS[road]).replace("\x1b", "")}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=iter([b"{}"])))
    made: Any = Direct(KEY) if road == "direct" else Maton(MATON_KEY, connection_id="c0ffee")
    with httpx.Client(transport=transport) as http_client:
        one = Klaviyo(made, http_client=http_client, max_retries=0)
        error = error_of(lambda: one.profiles.get("1"))
    assert "is encoded as" in str(error)
