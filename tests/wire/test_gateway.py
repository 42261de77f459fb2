"""The seed's examples of Maton's own API, and the shapes in which Maton answers them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from codegen.cases import RequestCase
from klaviyo_maton import (
    ArgumentError,
    AsyncKlaviyo,
    AsyncMatonConnections,
    Direct,
    InMemory,
    JobFailed,
    Klaviyo,
    Maton,
    MatonConnections,
    Reply,
    Request,
)
from tests.security.scan import shown_of_error
from tests.wire.roads import COLOURS, Colour, Sent, cases, run, sent

_BASE = "https://api.maton.ai"
_CONNECTION: dict[str, Any] = {
    "connection_id": "0b2f",
    "status": "PENDING",
    "creation_time": "2026-02-03T04:05:06.070809Z",
    "url": "https://connect.maton.ai/?session_token=secret",
    "app": "klaviyo",
    "metadata": {},
}
_ANSWERS: dict[str, Any] = {
    "list": {"connections": [_CONNECTION]},
    "create": {"connection_id": "0b2f"},
    "get": {"connection": _CONNECTION},
    "delete": {},
}


class _Full(io.StringIO):
    def write(self, text: str, /) -> int:
        raise OSError(f"no room for {text}")


def _reply(body: Any) -> Reply:
    return Reply(200, {}, json.dumps(body).encode())


def _call(colour: Colour, handler: Callable[[Request], Reply], name: str, arguments: dict[str, Any]) -> Any:
    helper = MatonConnections if colour == "sync" else AsyncMatonConnections
    client = helper("maton-key", http_client=InMemory(handler), max_retries=0)
    return run(client, lambda opened: getattr(opened, name)(**arguments))


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("case", cases().gateway, ids=lambda case: case.id)
def test_a_call_sends_its_request(case: RequestCase, colour: Colour) -> None:
    """Plain JSON to Maton itself: no app before the path, no revision, no connection chosen."""
    requests: list[Request] = []

    def handler(request: Request) -> Reply:
        requests.append(request)
        return _reply(_ANSWERS[case.call])

    _call(colour, handler, case.call, dict(case.arguments))
    [request] = requests
    assert sent(request, _BASE) == Sent(case.method, case.path, case.query, case.body)
    headers = dict(request.headers)
    assert headers["authorization"] == "Bearer maton-key"
    assert {"revision", "maton-connection"} & {*headers} == set()
    assert headers.get("content-type") == (None if case.body is None else "application/json")


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(
    "body",
    [
        {"connection_id": "0b2f"},
        {"connection": _CONNECTION},
        _CONNECTION,
    ],
    ids=["minimal", "nested", "flat"],
)
def test_every_shape_of_a_new_connection_is_understood(body: dict[str, Any], colour: Colour) -> None:
    """Maton answers the beginning of a connection in three shapes; each names the connection."""
    made = _call(colour, lambda _: _reply(body), "create", {"app": "klaviyo"})
    assert made.connection_id == "0b2f"


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("reply", [Reply(200, {}, b"{}"), Reply(204), Reply(200, {}, b"done")])
def test_any_answer_to_a_deletion_is_fine(reply: Reply, colour: Colour) -> None:
    """Nobody documents what comes, so nothing is made of it."""
    assert _call(colour, lambda _: reply, "delete", {"id": "0b2f"}) is None


@pytest.mark.parametrize("colour", COLOURS)
def test_an_active_connection_is_found_and_ready(colour: Colour) -> None:
    """The helper gives what a client takes, with the account's key."""
    body = {"connections": [{**_CONNECTION, "status": "ACTIVE"}]}
    made = _call(colour, lambda _: _reply(body), "active", {})
    assert made == Maton("maton-key", connection_id="0b2f")


@pytest.mark.parametrize("colour", COLOURS)
def test_a_connection_that_is_granted_is_ready(colour: Colour) -> None:
    """Begun and asked for once: access was granted in the meantime."""
    answers = {"POST": {"connection_id": "0b2f"}, "GET": {"connection": {**_CONNECTION, "status": "ACTIVE"}}}
    made = _call(colour, lambda request: _reply(answers[request.method]), "connect", {})
    assert made == Maton("maton-key", connection_id="0b2f")


def _never(request: Request) -> Reply:
    raise AssertionError(f"{request!r} was sent")


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("take", ["Newest", "first", "", 1, True, ["newest"], {}, float("nan")])
def test_what_to_take_is_one_of_two_words(take: Any, colour: Colour) -> None:
    """Anything else is refused before anything is sent."""
    with pytest.raises(ArgumentError, match=r"^take is 'oldest', 'newest' or None") as caught:
        _call(colour, _never, "active", {"take": take})
    assert ("did you mean 'newest'?" in str(caught.value)) == (take == "Newest")


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("deadline", ["x", float("nan"), float("inf"), -1, 0, True, None, 10**400, [1.0]])
def test_a_deadline_is_a_number_of_seconds(deadline: Any, colour: Colour) -> None:
    """Anything else is refused before anything is sent, also where a job is waited for."""
    with pytest.raises(ArgumentError, match="deadline is a number of seconds above 0"):
        _call(colour, _never, "connect", {"deadline": deadline})
    client = {"sync": Klaviyo, "async": AsyncKlaviyo}[colour](Direct("pk_1"), http_client=InMemory(_never))
    with pytest.raises(ArgumentError, match="deadline is a number of seconds above 0"):
        run(client, lambda opened: opened.campaigns.estimate_recipients("1", deadline=deadline))


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("stderr", [None, _Full()])
def test_a_page_that_can_be_shown_nowhere_ends_the_wait(
    stderr: Any, colour: Colour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error tells where to read it, and holds it nowhere."""
    monkeypatch.setattr("sys.stderr", stderr)
    answers = {"POST": {"connection_id": "0b2f"}, "GET": {"connection": _CONNECTION}}
    with pytest.raises(JobFailed, match=r"open the url of get\('0b2f'\)") as caught:
        _call(colour, lambda request: _reply(answers[request.method]), "connect", {})
    assert "secret" not in "".join(shown_of_error(caught.value))


@pytest.mark.parametrize("colour", COLOURS)
def test_the_page_where_access_is_granted_is_a_secret(colour: Colour) -> None:
    """Its address carries a session token, which shows when it is asked for only."""
    read = _call(colour, lambda _: _reply(_ANSWERS["get"]), "get", {"id": "0b2f"})
    assert read.url == _CONNECTION["url"]
    assert "secret" not in repr(read)
