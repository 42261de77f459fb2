"""Connecting through Maton: the three beginnings, the page that is given out, and every end."""

from __future__ import annotations

import io
import json
import traceback
from collections.abc import Sequence
from typing import Literal

import pytest

from codegen.runtime import maton
from codegen.runtime.answer import Answer
from codegen.runtime.connection import Maton, MatonAccount
from codegen.runtime.drive import arun, run
from codegen.runtime.errors import (
    ArgumentError,
    CredentialMissing,
    GatewayError,
    JobFailed,
    KlaviyoError,
    Undecodable,
)
from codegen.runtime.flow import Flow, Options, Session, exchange
from codegen.runtime.operation import Call, Operation
from codegen.runtime.transport import Reply
from tests.runtime.trouble import Clock, Server, finish

ID = "21fd90f9-5935-43cd-b6c8-bde9d915ca80"
PAGE = "https://connect.maton.ai/?session_token=t0ken"
ACCOUNT = MatonAccount("mt-key")


def connection(status: str, url: object = PAGE, **more: object) -> dict[str, object]:
    return {"connection_id": ID, "status": status, "url": url, "app": "klaviyo", "metadata": {}, **more}


def reply(document: object, status: int = 200) -> Reply:
    return Reply(status, {"content-type": "application/json"}, json.dumps(document).encode())


def state(status: str, url: object = PAGE) -> Reply:
    return reply({"connection": connection(status, url)})


def asked(method: str, path: str, clock: Clock, account: MatonAccount) -> Flow[Answer]:
    operation = Operation("maton", method, path, effect="read" if method == "GET" else "write")
    call = Call(operation, path, (), None, None, repeatable=False)
    return exchange(call, Session(account, None, "tests", now=clock.now), Options())


class Attempt:
    """One run of `connect` against a script; ``pages`` are the URLs that were given out."""

    def __init__(
        self, script: Sequence[Reply], account: MatonAccount = ACCOUNT, deadline: float = 10.0
    ) -> None:
        self.server = Server(script)
        self.clock = Clock()
        self.pages: list[str] = []
        self.flow = maton.connect(
            account,
            asked("POST", "/connections", self.clock, account),
            lambda found: asked("GET", f"/connections/{found}", self.clock, account),
            self.pages.append,
            deadline=deadline,
            now=self.clock.now,
        )

    def run(self) -> Maton:
        return run(self.flow, self.server.transport, self.clock)


CREATED = reply({"connection_id": ID})


@pytest.mark.parametrize(
    "created",
    [
        {"connection_id": ID},
        {"connection_Id": ID},
        {"id": ID},
        connection("PENDING"),
        {"connection": connection("PENDING")},
    ],
)
def test_each_beginning_leads_to_a_ready_connection(created: object) -> None:
    attempt = Attempt([reply(created), state("PENDING"), state("PENDING"), state("ACTIVE")])
    assert attempt.run() == Maton("mt-key", connection_id=ID)
    assert attempt.pages == [PAGE]
    assert attempt.clock.waits == [maton.PAUSE] * 2
    urls = [request.url for request in attempt.server.requests]
    assert urls == ["https://api.maton.ai/connections"] + [f"https://api.maton.ai/connections/{ID}"] * 3


def test_async_does_the_same() -> None:
    script = [CREATED, state("PENDING"), state("ACTIVE")]
    one, other = Attempt(script), Attempt(script)
    assert one.run() == finish(arun(other.flow, other.server.transport, other.clock))
    assert one.server.requests == other.server.requests
    assert one.pages == other.pages


def test_a_page_is_given_out_once_it_is_known() -> None:
    attempt = Attempt([CREATED, state("PENDING", None), state("PENDING"), state("ACTIVE")])
    attempt.run()
    assert attempt.pages == [PAGE]


def refused(attempt: Attempt) -> KlaviyoError:
    with pytest.raises(KlaviyoError) as caught:
        attempt.run()
    report = io.StringIO()
    found = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    for frame in found.stack:
        if "tests/" in frame.filename:
            frame.locals = None
    found.print(file=report)
    assert "t0ken" not in report.getvalue()
    return caught.value


def test_a_refusal_is_told() -> None:
    error = refused(Attempt([CREATED, state("PENDING"), state("FAILED")]))
    assert isinstance(error, JobFailed)
    assert error.state == "FAILED"


def test_the_deadline_ends_the_wait() -> None:
    attempt = Attempt([CREATED, *[state("PENDING")] * 20], deadline=5.0)
    error = refused(attempt)
    assert "nobody granted access in 5 s" in str(error)
    assert sum(attempt.clock.waits) == 4.0
    assert "no page" in str(refused(Attempt([CREATED, *[state("PENDING", None)] * 20])))


@pytest.mark.parametrize(
    "url",
    [
        "http://connect.maton.ai/?session_token=t0ken",
        "https://maton.ai.evil.example/?session_token=t0ken",
        "https://evilmaton.ai/?session_token=t0ken",
        "https://maton.ai@evil.example/?session_token=t0ken",
        "https://evil.example\\@maton.ai/?session_token=t0ken",
        "javascript:alert('t0ken')",
        "http://127.0.0.1/?session_token=t0ken",
    ],
)
def test_no_page_of_others_is_given_out(url: str) -> None:
    attempt = Attempt([CREATED, state("PENDING", url)])
    assert "another host" in str(refused(attempt))
    assert attempt.pages == []


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("http://127.0.0.1:9000", "http://localhost:9000/grant"),
        ("https://maton.example/x", "https://maton.example/grant?t=1"),
        ("https://maton.example/x", PAGE),
    ],
)
def test_a_gateway_elsewhere_has_its_pages_there(base: str, url: str) -> None:
    account = MatonAccount("mt-key", base_url=base)
    attempt = Attempt([CREATED, state("PENDING", url), state("ACTIVE", url)], account)
    assert attempt.run() == account.connection(ID)
    assert attempt.pages == [url]


@pytest.mark.parametrize("created", [{}, [], {"connection": {}}, {"connection_id": 7}, "x", None])
def test_a_beginning_without_id_is_an_error(created: object) -> None:
    assert isinstance(refused(Attempt([reply(created)])), Undecodable)


def test_matons_own_errors_come_through() -> None:
    denied = reply({"error": {"message": "bad key", "code": 401}}, 401)
    assert isinstance(refused(Attempt([denied])), GatewayError)


def choose(*connections: object, take: Literal["oldest", "newest"] | None = None) -> Maton:
    server, clock = Server([reply({"connections": list(connections)})]), Clock()
    flow = maton.choose(ACCOUNT, asked("GET", "/connections", clock, ACCOUNT), take=take)
    return run(flow, server.transport, clock)


def test_the_only_active_connection_is_taken() -> None:
    assert choose(connection("ACTIVE"), connection("FAILED"), 7).connection_id == ID


def test_of_several_one_has_to_be_named() -> None:
    old = connection("ACTIVE", creation_time="2026-01-01T00:00:00Z", connection_id="old")
    new = connection("ACTIVE", creation_time="2026-02-01T00:00:00Z", connection_id="new")
    with pytest.raises(ArgumentError, match=r"2 active connections.*old \(of 2026-01-01T00:00:00Z\), new"):
        choose(new, old)
    assert choose(new, old, take="oldest").connection_id == "old"
    assert choose(new, old, take="newest").connection_id == "new"
    with pytest.raises(CredentialMissing, match="connect"):
        choose(connection("PENDING"))


def test_the_page_is_shown_and_opened(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    maton.show_page(PAGE)
    assert capsys.readouterr().err == f"Grant access at {PAGE}\n"
    assert opened == []
    maton.show_page(PAGE, open_browser=True)
    assert opened == [PAGE]
