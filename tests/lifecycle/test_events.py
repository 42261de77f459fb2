"""The hook: all attempts are told to it, nothing secret is, and what it does wrong stays its own affair."""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaviyo_maton import (
    ArgumentError,
    AsyncKlaviyo,
    AsyncMatonConnections,
    ClientClosed,
    Direct,
    InMemory,
    Klaviyo,
    KlaviyoError,
    Maton,
    MatonConnections,
    Reply,
    Request,
)
from klaviyo_maton.runtime.events import Answered, CallEvent, GaveUp, Sending
from tests.laws.playing import stopped_clock

BROKEN = InMemory(lambda _: Reply(500))
GET = ("get_profile", "GET", "/api/profiles/1")


def profile(_: Request) -> Reply:
    return Reply(200, {}, b'{"data": {"type": "profile", "id": "1"}}')


def told(act: Callable[[Klaviyo], object], handler: Callable[[Request], Reply] = profile) -> list[CallEvent]:
    """Give the events of what is done with a client; the error that ends it is no concern."""
    events: list[CallEvent] = []
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(handler), on_event=events.append)
    with stopped_clock():
        try:
            act(client)
        except KlaviyoError:
            return events
    return events


def test_a_call_tells_its_operation_method_and_path() -> None:
    assert told(lambda client: client.profiles.get("1")) == [Sending(*GET, 1), Answered(*GET, 1, 200, 0.0)]


def test_views_tell_a_hook_of_their_own_or_none() -> None:
    first: list[CallEvent] = []
    second: list[CallEvent] = []
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(profile), on_event=first.append)
    other = client.with_options(on_event=second.append)
    other.with_options(on_event=None).profiles.get("1")
    assert (first, second) == ([], [])
    other.with_connection(Maton("key")).with_options(strict=True).profiles.get("1")
    assert (len(first), len(second)) == (0, 2)


def test_requests_by_hand_are_told_by_the_operation_they_mean() -> None:
    (sending, *_) = told(lambda client: client.request("get", "/api/profiles/7"))
    assert sending == Sending("get_profile", "GET", "/api/profiles/7", 1)
    (sending, *_) = told(lambda client: client.request("PUT", "/api/profiles/7"))
    assert sending == Sending("request", "PUT", "/api/profiles/7", 1)


def test_a_job_is_told_call_by_call() -> None:
    states = iter(["processing", "complete"])

    def handler(request: Request) -> Reply:
        kind = "campaign-recipient-estimation" + ("-job" if "job" in request.url else "")
        attributes = {"status": next(states)} if request.method == "GET" and "job" in request.url else {}
        return Reply(
            200, {}, json.dumps({"data": {"type": kind, "id": "1", "attributes": attributes}}).encode()
        )

    events = told(lambda client: client.campaigns.estimate_recipients("1"), handler)
    assert [event.operation for event in events if isinstance(event, Answered)] == [
        "refresh_campaign_recipient_estimation",
        "get_campaign_recipient_estimation_job",
        "get_campaign_recipient_estimation_job",
        "get_campaign_recipient_estimation",
    ]


def test_the_connection_helper_tells_too() -> None:
    events: list[CallEvent] = []
    sync = MatonConnections("key", http_client=BROKEN, on_event=events.append)
    aio = AsyncMatonConnections("key", http_client=BROKEN, on_event=events.append)
    with pytest.raises(KlaviyoError):
        sync.delete("c1")
    with pytest.raises(KlaviyoError):
        asyncio.run(aio.delete("c1"))
    place = ("connections.delete", "DELETE", "/connections/c1", 1)
    one = [Sending(*place), Answered(*place, 500, 0.0), GaveUp(*place, "GatewayError", 500)]
    assert events == one * 2


def test_what_is_refused_beforehand_is_not_told() -> None:
    assert told(lambda client: client.with_options(read_only=True).profiles.create(email="a@b.c")) == []
    assert told(lambda client: client.profiles.get("")) == []


# ------------------------------------------------------------------------------------------- the end


def test_a_cancelled_call_is_given_up() -> None:
    events: list[CallEvent] = []

    async def main() -> None:
        started = asyncio.Event()

        async def handler(_: Request) -> Reply:
            started.set()
            await asyncio.Event().wait()
            raise AssertionError

        client = AsyncKlaviyo(Direct("pk_1"), http_client=InMemory(handler), on_event=events.append)
        task = asyncio.create_task(client.profiles.get("1"))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert events == [Sending(*GET, 1), GaveUp(*GET, 1, "CancelledError", None)]


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_an_interrupted_call_is_given_up(error: type[BaseException]) -> None:
    def handler(_: Request) -> Reply:
        raise error

    events: list[CallEvent] = []
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(handler), on_event=events.append)
    with pytest.raises(error):
        client.profiles.get("1")
    assert events == [Sending(*GET, 1), GaveUp(*GET, 1, error.__name__, None)]


def test_a_closed_client_gives_up() -> None:
    events: list[CallEvent] = []
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(profile), on_event=events.append)
    client.close()
    with pytest.raises(ClientClosed):
        client.profiles.get("1")
    assert events == [Sending(*GET, 1), GaveUp(*GET, 1, "ClientClosed", None)]


# --------------------------------------------------------------------------------------------- hooks


def test_a_hook_that_raises_is_logged_and_disturbs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def hook(_: CallEvent) -> None:
        raise ZeroDivisionError("metrics are down")

    client = Klaviyo(Direct("pk_1"), http_client=InMemory(profile), on_event=hook)
    assert client.profiles.get("1").id == "1"
    records = [record for record in caplog.records if record.name == "klaviyo_maton"]
    assert [(record.levelname, record.getMessage()) for record in records] == [
        ("ERROR", "on_event raised at GET /api/profiles/1, try 1: sending"),
        ("ERROR", "on_event raised at GET /api/profiles/1, try 1: 200 in 0.000 s"),
    ]
    assert "metrics are down" in caplog.text


def test_a_hook_may_end_the_program() -> None:
    def hook(_: CallEvent) -> None:
        raise SystemExit

    client = Klaviyo(Direct("pk_1"), http_client=InMemory(profile), on_event=hook)
    with pytest.raises(SystemExit):
        client.profiles.get("1")


async def later(_: CallEvent) -> None:
    """Be a hook that would have to be awaited."""


@pytest.mark.parametrize("hook", [3, "print", later, partial(later)])
def test_a_hook_is_a_plain_function(hook: Any) -> None:
    for make in (Klaviyo, AsyncKlaviyo):
        with pytest.raises(ArgumentError, match="on_event is a plain function"):
            make(Direct("pk_1"), http_client=BROKEN, on_event=hook)
    with pytest.raises(ArgumentError, match="on_event is a plain function"):
        Klaviyo(Direct("pk_1")).with_options(on_event=hook)


def test_a_hook_stays_where_it_is_when_its_client_travels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLAVIYO_API_KEY", "pk_1")
    client = Klaviyo(Direct("pk_1"), on_event=lambda _: None)
    assert pickle.loads(pickle.dumps(client))._caller.options.on_event is None


# ------------------------------------------------------------------------------------------- secrets

TEXT = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=12, max_size=24)


@given(TEXT, TEXT, TEXT, st.sampled_from([200, 401, 429, 500, 503]))
def test_neither_events_nor_log_show_a_secret(key: str, address: str, said: str, status: int) -> None:
    """No key, query value, header or body stands in what is told of a call, whatever is answered."""

    def handler(request: Request) -> Reply:
        headers = {"retry-after": "1", "x-session": said}
        echo = json.dumps({"errors": [{"detail": f"{said} {dict(request.headers)['authorization']}"}]})
        return Reply(status, headers, echo.encode())

    def act(client: Klaviyo) -> None:
        patient = client.with_options(max_retries=1)
        for connection in (Direct(f"pk_{key}"), Maton(key)):
            view = patient.with_connection(connection)
            with suppress(KlaviyoError):
                view.request("POST", "/api/profiles", json={"email": address}, query={"q": address})

    with listening() as lines:
        lines += [f"{event} {event!r} {pickle.dumps(event)!r}" for event in told(act, handler)]
    assert len(lines) >= 8
    assert not [line for line in lines for secret in (key, address, said) if secret in line]


@contextmanager
def listening() -> Generator[list[str]]:
    """Take down all that the logger says."""

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.args!r} {record.exc_text}")

    lines: list[str] = []
    listener = Listener()
    log = logging.getLogger("klaviyo_maton")
    log.addHandler(listener)
    log.setLevel(logging.DEBUG)
    yield lines
    log.removeHandler(listener)
    log.setLevel(logging.NOTSET)
