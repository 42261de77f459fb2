"""Connecting through Maton: the three beginnings, the page that is given out, and every end."""

from __future__ import annotations

import io
import json
import traceback
from collections.abc import Sequence
from itertools import count
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

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
    Timeout,
    Undecodable,
)
from codegen.runtime.flow import Flow, Options, Session, exchange
from codegen.runtime.operation import Call, Operation
from codegen.runtime.secret import Secret
from codegen.runtime.transport import InMemory, Reply, Request, Timeouts
from tests.runtime.trouble import Clock, Failed, Outcome, Server, finish

ID = "21fd90f9-5935-43cd-b6c8-bde9d915ca80"
PAGE = "https://connect.maton.ai/?session_token=t0ken"
KEY = "mt-key-0123456789"
ACCOUNT = MatonAccount(KEY)


def connection(status: str, url: object = PAGE, **more: object) -> dict[str, object]:
    return {"connection_id": ID, "status": status, "url": url, "app": "klaviyo", "metadata": {}, **more}


def reply(document: object, status: int = 200) -> Reply:
    return Reply(status, {"content-type": "application/json"}, json.dumps(document).encode())


def state(status: str, url: object = PAGE) -> Reply:
    return reply({"connection": connection(status, url)})


def asked(
    method: str, path: str, clock: Clock, account: MatonAccount, options: Options | None = None
) -> Flow[Answer]:
    operation = Operation("maton", method, path, effect="read" if method == "GET" else "write")
    call = Call(operation, path, (), None, None)
    session = Session(account, None, "tests", random=lambda: 1.0, now=clock.now)
    return exchange(call, session, options or Options())


class Attempt:
    """One run of `connect` against a script; ``pages`` are the URLs that were given out."""

    def __init__(
        self, script: Sequence[Outcome], account: MatonAccount = ACCOUNT, deadline: float = 10.0
    ) -> None:
        self.is_shown = True
        self.server = Server(script)
        self.clock = Clock()
        self.pages: list[str] = []
        self.flow = maton.connect(
            account,
            asked("POST", "/connections", self.clock, account),
            lambda found: asked("GET", f"/connections/{found}", self.clock, account),
            self.give_out,
            deadline=deadline,
            now=self.clock.now,
        )

    def give_out(self, page: Secret) -> bool:
        self.pages.append(page.reveal())
        return self.is_shown

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
    assert attempt.run() == Maton(KEY, connection_id=ID)
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
    assert isinstance(error, JobFailed)
    assert str(error) == (
        f"connection {ID} is in state 'PENDING': nobody granted access in 5 s, which is the deadline"
    )
    assert error.state == "PENDING"
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
    account = MatonAccount(KEY, base_url=base)
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


def made(connection_id: str, moment: object = None) -> dict[str, object]:
    return connection("ACTIVE", creation_time=moment, connection_id=connection_id)


def test_of_several_one_has_to_be_named() -> None:
    old, new = made("old", "2026-01-01T00:00:00Z"), made("new", "2026-02-01T00:00:00.5Z")
    with pytest.raises(
        ArgumentError, match=r"2 active connections.*: old \(of 2026-01-01T0.*, new \(of 2026"
    ):
        choose(new, old)
    assert choose(new, old, take="oldest").connection_id == "old"
    assert choose(new, old, take="newest").connection_id == "new"
    with pytest.raises(CredentialMissing, match="connect"):
        choose(connection("PENDING"))


@pytest.mark.parametrize("order", [1, -1])
def test_ages_are_compared_as_instants(order: int) -> None:
    """Whatever their offsets and fractions; of two that are equal, the ids decide."""
    listed = [
        made("first", "2026-01-02T00:00:00.000001+05:00"),
        made("second", "2026-01-01T20:00:00Z"),
        made("a third", "2026-01-01T20:00:00.1z"),
        made("last b", "2026-01-01T16:30:00-05:00"),
        made("a fifth", "2026-01-01T21:00:00"),
        made("a sixth", "2026-01-01 20:30:00.5"),
        made("last c", "2026-01-01T21:30:00.000Z"),
    ][::order]
    listed = [{**one, "connection_id": str(one["connection_id"]).replace(" ", "-")} for one in listed]
    assert choose(*listed, take="oldest").connection_id == "first"
    assert choose(*listed, take="newest").connection_id == "last-c"


@pytest.mark.parametrize("odd", [None, 7, "", "yesterday", "2026-01-01", "9999", "z"])
def test_one_without_a_readable_time_is_not_taken(odd: object) -> None:
    """It is neither the newest nor the oldest of several, unless it is the only one."""
    known = made("known", "2026-01-01T00:00:00Z")
    takes: list[Literal["oldest", "newest"]] = ["oldest", "newest"]
    for take in takes:
        assert choose(made("a", odd), known, made("z", odd), take=take).connection_id == "known"
        assert choose(made("a", odd), take=take).connection_id == "a"
        with pytest.raises(
            ArgumentError, match=r"name one.*: a \(of no known time\), z \(of no known time\)$"
        ):
            choose(made("z", odd), made("a", odd), take=take)


def test_a_list_of_connections_in_a_message_is_bounded_and_masked() -> None:
    listed = [made(f"{number:03}{'x' * 190}", "2026-01-01T00:00:00Z") for number in range(900)]
    with pytest.raises(ArgumentError, match=r"900 active connections.*, and 880 more") as caught:
        choose(*listed)
    assert len(str(caught.value)) < 5000
    with pytest.raises(ArgumentError) as caught:
        choose(made(KEY), made("other", f"2026 {KEY}"))
    assert KEY not in str(caught.value)


# ----------------------------------------------------------------------------------------- the deadline


def test_the_deadline_bounds_the_calls_within() -> None:
    """Retries wait no longer than is left, and the error tells the state that was reached."""
    busy = reply({"message": "slow down"}, 429)
    error = refused(Attempt([busy, busy, busy], deadline=0.3))
    assert isinstance(error, JobFailed)
    assert str(error).startswith("Maton did not tell whether the connection was begun")
    assert error.state == ""
    attempt = Attempt([CREATED, state("PENDING"), busy, Reply(429, {"retry-after": "20"})], deadline=9.0)
    error = refused(attempt)
    assert isinstance(error, JobFailed)
    assert error.state == "PENDING"
    assert sum(attempt.clock.waits) < 9.0
    assert len(attempt.server.requests) == 4


def test_times_without_an_offset_are_utc() -> None:
    """As Maton means them: one is not passed over."""
    older = made("older", "2025-01-01T00:00:00Z")
    for time in ("2026-01-01T00:00:00", "2026-01-01 00:00:00", "2026-01-01T00:00:00.000001"):
        assert choose(made("newer", time), older, take="newest").connection_id == "newer"
        assert choose(made("newer", time), older, take="oldest").connection_id == "older"


def test_a_deadline_that_leaves_no_time_says_that_nothing_was_sent() -> None:
    clock, server = Clock(), Server([CREATED])
    begun = asked("POST", "/connections", clock, ACCOUNT)
    passing = count(0.0).__next__
    flow = maton.connect(
        ACCOUNT, begun, lambda _: begun, lambda _: True, deadline=0.5, now=lambda: float(passing())
    )
    with pytest.raises(JobFailed) as caught:
        run(flow, server.transport, clock)
    assert str(caught.value) == "nothing was sent, and no connection begun, in 0.5 s, which is the deadline"
    assert server.requests == []
    error = refused(Attempt([Failed(sent=False)] * 3, deadline=0.3))
    assert str(error).startswith("nothing was sent, and no connection begun,")


@given(
    deadline=st.floats(0.01, 20.0),
    script=st.lists(st.tuples(st.floats(0.0, 9.0), st.sampled_from(["late", "429", "PENDING"])), max_size=12),
    timeout=st.none() | st.floats(0.1, 40.0),
)
@example(2.0, [(0.0, "429"), (0.0, "429"), (0.0, "429")], None)
def test_no_call_is_given_more_time_than_is_left(
    deadline: float, script: list[tuple[float, str]], timeout: float | None
) -> None:
    """Whatever the calls take: no timeout and no wait reaches beyond the deadline."""
    clock, timeouts, steps = Clock(time=0.0), list[float](), iter(script)
    begun = clock.now()

    class Slow(InMemory):
        def send(self, request: Request, timeout: Timeouts, /) -> Reply:
            left = begun + deadline - clock.now()
            assert left > 0
            limits = [timeout.total, timeout.connect, timeout.read, timeout.write, timeout.pool]
            timeouts.extend(limit for limit in limits if limit is not None)
            assert len(timeouts) % 5 == 0
            assert max(timeouts[-5:]) <= left * (1 + 1e-9)
            seconds, outcome = next(steps, (0.1, "PENDING"))
            clock.time += min(seconds, timeouts[-1])
            if seconds > timeouts[-1] or outcome == "late":
                raise Timeout("played trouble")
            if outcome == "429":
                return Reply(429)
            return state("PENDING") if request.method == "GET" else CREATED

    options = Options(Timeouts.of(timeout))
    flow = maton.connect(
        ACCOUNT,
        asked("POST", "/connections", clock, ACCOUNT, options),
        lambda found: asked("GET", f"/connections/{found}", clock, ACCOUNT, options),
        lambda _: True,
        deadline=deadline,
        now=clock.now,
    )
    with pytest.raises((JobFailed, Timeout, GatewayError)) as caught:
        run(flow, Slow(Server([]).answer), clock)
    waited = clock.now() - begun
    assert waited <= deadline * (1 + 1e-9)
    if waited >= deadline:
        assert isinstance(caught.value, JobFailed)
    if isinstance(caught.value, JobFailed):
        assert f"in {deadline:g} s, which is the deadline" in str(caught.value)


def test_a_call_that_the_deadline_ends_is_the_cause() -> None:
    clock = Clock()

    def late(_: Request) -> Reply:
        clock.time += 1.0
        raise Timeout("played trouble")

    create = asked("POST", "/connections", clock, ACCOUNT)
    flow = maton.connect(ACCOUNT, create, lambda _: create, lambda _: True, deadline=1.0, now=clock.now)
    with pytest.raises(JobFailed, match="in 1 s") as caught:
        run(flow, InMemory(late), clock)
    assert isinstance(caught.value.__cause__, Timeout)


def test_a_cancelled_wait_ends_its_call_by_name() -> None:
    """Events tell of a cancellation within a deadline as they do of one without."""
    events: list[object] = []
    clock = Clock()
    options = Options(on_event=events.append)
    create = asked("POST", "/connections", clock, ACCOUNT, options)
    flow = maton.connect(ACCOUNT, create, lambda _: create, lambda _: True, now=clock.now)

    class Stopped(InMemory):
        def send(self, _request: Request, _timeout: Timeouts, /) -> Reply:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(flow, Stopped(Server([]).answer), clock)
    assert "KeyboardInterrupt, giving up" in str(events[-1])


# ---------------------------------------------------------------------------------------------- the page


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a browser was told to open."""
    found: list[str] = []
    monkeypatch.setattr("webbrowser.open", found.append)
    return found


def test_the_page_is_shown_and_opened(capsys: pytest.CaptureFixture[str], opened: list[str]) -> None:
    assert maton.show_page(Secret(PAGE))
    assert capsys.readouterr().err == f"Grant access at {PAGE}\n"
    assert opened == []
    assert maton.show_page(Secret(PAGE), open_browser=True)
    assert opened == [PAGE]


class _Broken(io.StringIO):
    def write(self, text: str, /) -> int:
        raise OSError(f"no room for {text}")


@pytest.mark.parametrize("stderr", [None, _Broken()])
def test_without_standard_error_a_browser_is_enough(
    stderr: io.StringIO | None, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", stderr)
    assert not maton.show_page(Secret(PAGE))
    assert maton.show_page(Secret(PAGE), open_browser=True)
    assert opened == [PAGE]


def test_a_browser_that_fails_does_not_end_the_wait(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(url: str) -> bool:
        raise OSError(f"no browser for {url}")

    def refuse(_: str) -> bool:
        return False

    for browser in (fail, refuse):
        monkeypatch.setattr("webbrowser.open", browser)
        assert maton.show_page(Secret(PAGE), open_browser=True)
        assert PAGE in capsys.readouterr().err
        with monkeypatch.context() as patch:
            patch.setattr("sys.stderr", None)
            assert not maton.show_page(Secret(PAGE), open_browser=True)


def test_a_page_that_nobody_sees_is_an_error() -> None:
    """At once, and without the page: it says where to read it."""
    attempt = Attempt([CREATED, state("PENDING")])
    attempt.is_shown = False
    error = refused(attempt)
    assert isinstance(error, JobFailed)
    assert f"open the url of get('{ID}') yourself, or say open_browser=True" in str(error)
    assert error.state == "PENDING"


def test_a_state_in_a_message_is_bounded_and_masked() -> None:
    error = refused(Attempt([CREATED, state("x" * 100_000)], deadline=1.0))
    assert len(str(error)) < 300
    assert KEY not in str(refused(Attempt([reply({"id": KEY}), state(f"bad {KEY}")], deadline=1.0)))
    error = refused(Attempt([reply({"id": KEY}), state("FAILED")]))
    assert KEY not in str(error)
