"""No tool that walks over frames, fields and slots finds a secret, but in the user's own frames."""

from __future__ import annotations

import asyncio
import io
import json
import pickle
import statistics
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import define, field, frozen
from rich.console import Console
from rich.pretty import pretty_repr
from rich.traceback import Traceback

from klaviyo_maton import (
    AsyncKlaviyo,
    AsyncMatonConnections,
    Bearer,
    Direct,
    InMemory,
    Klaviyo,
    KlaviyoError,
    Maton,
    MatonConnections,
    Reply,
    Request,
    Secret,
    TransportFailed,
    answer_of,
    webhooks,
)
from klaviyo_maton.runtime.flow import Send
from klaviyo_maton.runtime.maton import show_page
from klaviyo_maton.runtime.operation import Call, Operation
from klaviyo_maton.runtime.secret import Sealed
from klaviyo_maton.runtime.transport import Timeouts
from tests.laws.playing import stopped_clock
from tests.security.scan import MARK, leaks
from tests.security.walking import frames, holders

KEY = f"pk_{MARK}0123456789"
MATON_KEY = f"mt{MARK}0123456789"
HOOK_KEY = f"whsec_{MARK}0123456789"
PAGE = f"https://connect.maton.ai/?session_token={MARK}0123456789"
KEY_IN_BYTES: Any = KEY.encode()
MATON_KEY_IN_BYTES: Any = MATON_KEY.encode()
NO_CONNECTION: Any = KEY

Use = Callable[[Any], Any]
FAILURES = (KlaviyoError, RuntimeError, KeyboardInterrupt, SystemExit, asyncio.CancelledError)


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def is_async(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


# --------------------------------------------------------------------------------------------- the walker


@frozen
class _Frozen:
    hidden: str = field(repr=False)

    def method(self) -> None:
        """Have a bound one."""


class _Slotted:
    __slots__ = ("__private", "inner")

    def __init__(self, inner: object, private: object = None) -> None:
        self.inner = inner
        self.__private = private


def _raised(thing: Any, *, note: str = "") -> BaseException:
    """An error with a frame that holds an object and is not of a test."""
    with pytest.raises(statistics.StatisticsError) as caught:
        statistics.quantiles(thing, n=0)
    if note:
        caught.value.add_note(note)
    return caught.value


_Frozen.__module__ = _Slotted.__module__ = "elsewhere"  # of no test, as far as the walker can see


@pytest.mark.parametrize(
    "thing",
    [
        KEY,
        KEY.encode(),
        bytearray(KEY.encode()),
        [KEY],
        (0, {1: {KEY}}),
        {KEY: 1},
        _Frozen(KEY),
        _Slotted(KEY),
        _Slotted(None, KEY),
        partial(print, KEY),
        partial(print, end=KEY),
        _Frozen(KEY).method,
        ValueError(KEY),
        ExceptionGroup("x", [ValueError(KEY)]),
        _raised(KEY),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_the_walker_finds_what_tools_show(thing: object) -> None:
    """Or the laws below would prove nothing."""
    assert holders(_raised(thing)) != []
    assert holders(_raised(_Slotted([thing]))) != []
    assert holders(_raised(1, note=KEY)) != []
    assert holders(_raised(Secret(KEY))) == holders(_raised(Sealed((KEY, KEY.encode())))) == []


# ----------------------------------------------------------------------------------------------- the laws


def rendered(error: BaseException) -> str:
    """An error as rich renders it, with all locals but those of tests."""
    trace = Traceback.extract(
        type(error), error, error.__traceback__, show_locals=True, locals_max_string=10_000
    )
    for stack in trace.stacks:
        for frame in stack.frames:
            if "tests" in Path(frame.filename).parts:
                frame.locals = None
    text = io.StringIO()
    Console(file=text, width=300).print(Traceback(trace, show_locals=True, extra_lines=0))
    return text.getvalue()


def check(error: BaseException) -> None:
    assert holders(error) == []
    assert leaks(rendered(error), *traceback.format_exception(error)) == []


def error_of(use: Use, kind: Any, connection: Any, *, is_async: bool, **options: Any) -> BaseException:
    """The error of a use of a client, which is awaited or walked where it is to be."""

    async def ause() -> None:
        async with kind(connection, **options) as client:
            result = use(client)
            if hasattr(result, "__aiter__"):
                [item async for item in result]
            else:
                await result

    def sync_use() -> None:
        with kind(connection, **options) as client:
            result = use(client)
            if any(hasattr(result, name) for name in ("pages", "__next__")):
                list(result)

    with stopped_clock(), pytest.raises(FAILURES) as caught:
        asyncio.run(ause()) if is_async else sync_use()
    check(caught.value)
    return caught.value


USES: dict[str, Use] = {
    "get": lambda client: client.profiles.get("1"),
    "walk": lambda client: client.profiles.list(),
    "create": lambda client: client.webhooks.create(
        endpoint_url="https://x.example", name="x", secret_key=HOOK_KEY, webhook_topic_ids=["a"]
    ),
    "update": lambda client: client.webhooks.update("1", secret_key=HOOK_KEY),
    "call": lambda client: client.call("update_webhook", id="1", secret_key=HOOK_KEY),
    "request": lambda client: client.request("POST", "/api/webhooks", json={"secret_key": HOOK_KEY}),
    "extra": lambda client: client.webhooks.update("1", extra={"attributes": {"secret_key": HOOK_KEY}}),
    "with_answer": lambda client: client.with_answer.webhooks.update("1", secret_key=HOOK_KEY),
    "job": lambda client: client.campaigns.estimate_recipients("1", deadline=3.0),
}


def failing(error: BaseException) -> Callable[[Request], Reply]:
    def handler(_: Request) -> Reply:
        raise error

    return handler


def replying(status: int, body: bytes) -> Callable[[Request], Reply]:
    """A server that repeats what the request was signed with."""

    def handler(request: Request) -> Reply:
        key = request.key.reveal()
        return Reply(status, {"x-request-id": f"r {key}"}, body.replace(b"KEY", key.encode()))

    return handler


ECHO = json.dumps({"errors": [{"detail": "bad KEY"}]}).encode()
ECHO_OF_MATON = json.dumps({"message": f"bad KEY, see {PAGE}"}).encode()
SERVERS: dict[str, Callable[[], Callable[[Request], Reply]]] = {
    "no answer": lambda: failing(TransportFailed("played trouble")),
    "its own mistake": lambda: failing(RuntimeError("played trouble")),
    "cut short": lambda: failing(KeyboardInterrupt()),
    "refused": lambda: replying(400, ECHO),
    "no key": lambda: replying(401, ECHO_OF_MATON),
    "no scope": lambda: replying(403, ECHO),
    "too many": lambda: replying(429, ECHO),
    "broken": lambda: replying(503, ECHO_OF_MATON),
    "no JSON": lambda: replying(200, b"KEY"),
    "no object": lambda: replying(200, b'{"data": [[]], "links": 7}'),
}
CONNECTIONS: dict[str, Callable[[], Any]] = {
    "direct": lambda: Direct(KEY),
    "bearer": lambda: Bearer(lambda: KEY.removeprefix("pk_")),
    "maton": lambda: Maton(MATON_KEY, connection_id="c0ffee"),
}


EACH = [
    *((connection, "get", server) for connection in CONNECTIONS for server in SERVERS),
    *(("direct", use, server) for use in USES for server in ("no answer", "cut short", "refused")),
]


@pytest.mark.parametrize(("connection", "use", "server"), EACH)
def test_no_failing_call_holds_a_secret(connection: str, use: str, server: str, *, is_async: bool) -> None:
    """Neither the key nor what was sent, whatever fails, in both colours and on each road."""
    kind: Any = AsyncKlaviyo if is_async else Klaviyo
    options: dict[str, Any] = {"http_client": InMemory(SERVERS[server]()), "strict": server == "no object"}
    error_of(USES[use], kind, CONNECTIONS[connection](), is_async=is_async, **options)


UNSENT: dict[str, Use] = {
    "unknown keyword": lambda client: client.webhooks.update("1", secret_kye=HOOK_KEY),
    "by position": lambda client: client.webhooks.update("1", HOOK_KEY),
    "missing": lambda client: client.webhooks.create(secret_key=HOOK_KEY),
    "beside what JSON has not": lambda client: client.webhooks.update(
        "1", secret_key=HOOK_KEY, name=object()
    ),
    "within what JSON has not": lambda client: client.webhooks.update("1", secret_key=[HOOK_KEY, {1: 2}]),
    "as bytes": lambda client: client.webhooks.update("1", secret_key=HOOK_KEY.encode()),
    "no text": lambda client: client.webhooks.update("1", secret_key=f"{HOOK_KEY}\ud800"),
    "no text in extra": lambda client: client.webhooks.update(
        "1", extra={"attributes": {"secret_key": f"{HOOK_KEY}\ud800"}}
    ),
    "no text in a query": lambda client: client.request("GET", "/api/x", query={"k": f"{HOOK_KEY}\ud800"}),
    "no text as a key": lambda client: client.request("POST", "/api/x", json={f"{HOOK_KEY}\ud800": 1}),
    "no option": lambda client: client.with_options(api_key=KEY),
    "by an id": lambda client: client.call("update_webhook", id="1", secret_key=HOOK_KEY, nmae="x"),
    "by an unknown id": lambda client: client.call("update_webhok", id="1", secret_key=HOOK_KEY),
    "in extra": lambda client: client.webhooks.update("1", extra={"attributes": HOOK_KEY}),
    "in an unknown part": lambda client: client.webhooks.update("1", extra={"attribute": {"k": HOOK_KEY}}),
    "twice": lambda client: client.webhooks.update("1", name="x", extra={"attributes": {"name": HOOK_KEY}}),
    "policy": lambda client: client.with_options(read_only=True).webhooks.update("1", secret_key=HOOK_KEY),
    "a path of others": lambda client: client.request("POST", "/x", json={"secret_key": HOOK_KEY}),
    "no JSON": lambda client: client.request("POST", "/api/x", json=[HOOK_KEY, object()]),
    "key for connection": lambda client: client.with_connection(KEY),
}


@pytest.mark.parametrize("name", UNSENT)
def test_no_refused_call_holds_a_secret(name: str, *, is_async: bool) -> None:
    def never(request: Request) -> Reply:
        raise AssertionError(f"{request!r} was sent")

    kind: Any = AsyncKlaviyo if is_async else Klaviyo
    error = error_of(UNSENT[name], kind, Direct(KEY), is_async=is_async, http_client=InMemory(never))
    assert isinstance(error, KlaviyoError)


MAKING: dict[str, Callable[[], object]] = {
    "a line break": lambda: Direct(f"{KEY}\n"),
    "bytes": lambda: Direct(KEY_IN_BYTES),
    "of another service": lambda: Direct(MATON_KEY),
    "of another service, Maton": lambda: Maton(KEY),
    "bytes, Maton": lambda: Maton(MATON_KEY_IN_BYTES),
    "a connection of Maton": lambda: Maton(MATON_KEY, connection_id="a b"),
    "bytes, token": lambda: Bearer(KEY_IN_BYTES),
    "a private key as token": lambda: Bearer(Secret(KEY)),
    "bytes, helper": lambda: MatonConnections(MATON_KEY_IN_BYTES),
    "of another service, helper": lambda: AsyncMatonConnections(KEY),
    "helper without retries": lambda: MatonConnections(MATON_KEY, max_retries=-1),
    "no URL": lambda: Direct(KEY, base_url="x"),
    "key for connection": lambda: Klaviyo(NO_CONNECTION),
    "client without retries": lambda: AsyncKlaviyo(Direct(KEY), max_retries=-1),
    "left behind": lambda: pickle.loads(pickle.dumps(Secret(KEY))).reveal(),
}


@pytest.mark.parametrize("name", MAKING)
def test_nothing_that_cannot_be_made_holds_a_secret(name: str) -> None:
    with pytest.raises(KlaviyoError) as caught:
        MAKING[name]()
    check(caught.value)


def connection(status: str, url: str = PAGE, name: str = "c1") -> dict[str, object]:
    return {"connection_id": name, "status": status, "url": url, "metadata": {"session": MARK}}


HELP: dict[str, tuple[Use, list[Reply]]] = {
    "nobody grants access": (lambda helper: helper.connect(deadline=3.0), []),
    "another host": (
        lambda helper: helper.connect(),
        [
            Reply(200, {}, b'{"id": "c1"}'),
            *[Reply(200, {}, json.dumps(connection("PENDING", f"https://evil.example/?{MARK}")).encode())],
        ],
    ),
    "it fails": (
        lambda helper: helper.connect(),
        [Reply(200, {}, b'{"id": "c1"}'), Reply(200, {}, json.dumps(connection("FAILED")).encode())],
    ),
    "the key as id, late": (
        lambda helper: helper.connect(deadline=3.0),
        [Reply(200, {}, json.dumps(connection("PENDING", name=MATON_KEY)).encode())],
    ),
    "the key as id, failed": (
        lambda helper: helper.connect(),
        [
            Reply(200, {}, json.dumps(connection("PENDING", name=MATON_KEY)).encode()),
            Reply(200, {}, json.dumps(connection("FAILED")).encode()),
        ],
    ),
    "no id": (lambda helper: helper.connect(), [Reply(200, {}, json.dumps({"url": PAGE}).encode())]),
    "a refusal": (
        lambda helper: helper.connect(),
        [Reply(400, {}, ECHO_OF_MATON.replace(b"KEY", MATON_KEY.encode()))],
    ),
    "several": (
        lambda helper: helper.active(),
        [Reply(200, {}, json.dumps({"connections": [connection("ACTIVE"), connection("ACTIVE")]}).encode())],
    ),
    "no list": (lambda helper: helper.active(), [Reply(200, {}, json.dumps([PAGE]).encode())]),
    "no JSON": (lambda helper: helper.get("c1"), [Reply(200, {}, PAGE.encode())]),
}


@pytest.mark.parametrize("name", HELP)
def test_no_failure_of_the_helper_holds_a_page_or_a_key(
    name: str, *, is_async: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    use, script = HELP[name]
    replies = [*script]

    def handler(_: Request) -> Reply:
        if replies:
            return replies.pop(0)
        return Reply(200, {}, json.dumps(connection("PENDING")).encode())

    monkeypatch.setattr("sys.stderr", io.StringIO())
    kind: Any = AsyncMatonConnections if is_async else MatonConnections
    options: dict[str, Any] = {"http_client": InMemory(handler), "max_retries": 0}
    assert isinstance(error_of(use, kind, MATON_KEY, is_async=is_async, **options), KlaviyoError)


@pytest.mark.parametrize("kind_of_end", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
@pytest.mark.parametrize("place", ["browser", "standard error"])
def test_a_page_that_is_cut_short_while_it_is_shown_stays_hidden(
    kind_of_end: type[BaseException], place: str, *, is_async: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ends the program keeps its class, and says nothing of the page."""

    def stop(said: str) -> bool:
        error = kind_of_end(said)
        error.add_note(said)
        raise error from ValueError(said)

    def handler(_: Request) -> Reply:
        return Reply(200, {}, json.dumps(connection("PENDING")).encode())

    shown_at = SimpleNamespace(write=stop) if place == "standard error" else None
    monkeypatch.setattr("sys.stderr", shown_at)
    monkeypatch.setattr("webbrowser.open", stop)
    kind: Any = AsyncMatonConnections if is_async else MatonConnections

    def use(helper: Any) -> Any:
        return helper.connect(open_browser=True)

    error = error_of(use, kind, MATON_KEY, is_async=is_async, http_client=InMemory(handler))
    assert isinstance(error, kind_of_end)
    assert str(error) in {"", "1"}


def test_the_number_of_an_exit_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(_: str) -> None:
        raise SystemExit(3)

    monkeypatch.setattr("webbrowser.open", leave)
    monkeypatch.setattr("sys.stderr", None)
    with pytest.raises(SystemExit) as caught:
        show_page(Secret(PAGE), open_browser=True)
    assert caught.value.code == 3


@define
class _Exploding:
    """Secrets that cannot be read to their end."""

    def __iter__(self) -> Any:
        yield HOOK_KEY
        raise RuntimeError("no more")


@pytest.mark.parametrize(
    ("secret", "body"),
    [
        (HOOK_KEY, b"{}"),
        (HOOK_KEY.encode(), b"{}"),
        ([HOOK_KEY, "another"], b"{}"),
        ([HOOK_KEY, ""], b"{}"),
        ([HOOK_KEY, 7], b"{}"),
        (_Exploding(), b"{}"),
        (HOOK_KEY, "{}"),
    ],
)
def test_no_rejected_delivery_holds_a_secret(secret: Any, body: Any) -> None:
    headers = {"Klaviyo-Signature": "x", "Klaviyo-Timestamp": "x", "Klaviyo-Webhook-Id": "x"}
    with pytest.raises((KlaviyoError, RuntimeError)) as caught:
        webhooks.verify(body, headers, secret)
    check(caught.value)


# ------------------------------------------------------------------------------------------- what stays


def test_tracebacks_keep_their_lines_and_the_frames_of_others_their_locals(*, is_async: bool) -> None:
    """Where an error came from stays to be seen, and debugging one's own transport is as it ever was."""

    def handler(request: Request) -> Reply:
        mine = request.method
        raise RuntimeError(f"no luck with {mine}")

    kind: Any = AsyncKlaviyo if is_async else Klaviyo
    error = error_of(USES["get"], kind, Direct(KEY), is_async=is_async, http_client=InMemory(handler))
    found = [*frames(error.__traceback__)]
    names = [frame.f_code.co_name for frame in found]
    assert names[-1] == "handler"
    assert {"get", "asend" if is_async else "send"} <= {*names}
    assert found[-1].f_locals["mine"] == "GET"
    assert "raise RuntimeError" in "".join(traceback.format_exception(error))


def test_a_cause_stays(*, is_async: bool) -> None:
    replies: dict[str, Reply] = {}

    def handler(_: Request) -> Reply:
        try:
            return replies["nothing"]
        except KeyError as error:
            raise TransportFailed("played trouble") from error

    kind: Any = AsyncKlaviyo if is_async else Klaviyo
    error = error_of(USES["get"], kind, Direct(KEY), is_async=is_async, http_client=InMemory(handler))
    assert isinstance(error.__cause__, KeyError)
    assert error.__cause__.__traceback__ is not None


# --------------------------------------------------------------------------------------------- objects


def test_no_object_shows_a_secret_to_who_walks_its_fields_and_slots() -> None:
    """Nor to rich: clients, connections, what they send, and a connection of Maton's with its page."""
    seen: list[Request] = []

    def handler(request: Request) -> Reply:
        seen.append(request)
        if "/connections" in request.url:
            return Reply(200, {}, json.dumps(connection("PENDING")).encode())
        return Reply(200, {}, b'{"data": {"type": "webhook", "id": "1"}}')

    client = Klaviyo(Direct(KEY), http_client=InMemory(handler))
    USES["update"](client)
    things: list[object] = [client, client.webhooks, *(make() for make in CONNECTIONS.values()), *seen]
    operation = Operation("update_webhook", "PATCH", "/api/webhooks/{id}")
    things += [Call(operation, "/api/webhooks/1", (), HOOK_KEY.encode(), None)]
    things += [Send(seen[0], Timeouts()), client.with_answer]
    assert [where for thing in things for where in holders([thing])] == []
    helper = MatonConnections(MATON_KEY, http_client=InMemory(handler))
    assert holders([helper]) == []
    begun = helper.get("c1")
    assert begun.url == PAGE
    assert "status='PENDING'" in pretty_repr(begun)
    things += [helper, begun, answer_of(begun)]
    assert leaks(*(pretty_repr(thing) for thing in things), *(repr(thing) for thing in things)) == []
    assert KEY in dict(seen[0].headers)["authorization"]
    assert (
        seen[0].body
        == json.dumps(
            {"data": {"type": "webhook", "id": "1", "attributes": {"secret_key": HOOK_KEY}}},
            separators=(",", ":"),
        ).encode()
    )


def test_requests_and_calls_are_made_and_compared_as_ever() -> None:
    request = Request("GET", "https://x.example/a?b=c", (("a", "b"),), b"body")
    assert request == Request("GET", "https://x.example/a?b=c", headers=(("a", "b"),), body=b"body")
    assert hash(request) == hash(pickle.loads(pickle.dumps(request)))
    assert request != Request("GET", "https://x.example/a?b=c", (("a", "b"),), b"other")
    assert (request.headers, request.body) == ((("a", "b"),), b"body")
    assert repr(request) == "Request('GET /a', headers=<a>, body=<4 bytes>)"
    assert (Request("GET", "x").headers, Request("GET", "x").body) == ((), None)
