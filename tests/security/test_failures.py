"""Each kind of failure, in each colour and on each road: our error, and no secret in anything it shows."""

from __future__ import annotations

import asyncio
import pickle
import socket
from collections.abc import Awaitable, Callable, Generator
from typing import Any

import httpx
import pytest

from klaviyo_maton import (
    ArgumentError,
    AsyncKlaviyo,
    ClientClosed,
    CredentialMissing,
    CursorLoop,
    Direct,
    InMemory,
    JobFailed,
    Klaviyo,
    KlaviyoError,
    Maton,
    MatonConnections,
    PolicyRefused,
    Reply,
    Request,
    Timeout,
    Timeouts,
    TransportFailed,
    Undecodable,
)
from tests.laws.playing import stopped_clock
from tests.security.origins import Origin, Served, serving
from tests.security.scan import MARK, leaks, logged, shown_of_error
from tests.security.walking import holders

KEYS = {"direct": f"pk_{MARK}0123456789", "maton": f"mt{MARK}0123456789"}
NOTHING: Any = None
ERRORS: dict[str, Callable[[str], Exception]] = {
    "text": ValueError,
    "error of httpx": httpx.ReadError,
    "note": lambda key: noted(ValueError("x"), key),
    "group": lambda key: ExceptionGroup(key, [ValueError(key), ExceptionGroup("x", [KeyError(key)])]),
    "file": lambda key: FileNotFoundError(2, "No such file", key),
    "attribute": lambda key: noted(httpx.ConnectError("x", request=httpx.Request("GET", f"http://x/?{key}"))),
    "ours": TransportFailed,
    "ours, of arguments": lambda key: noted(ArgumentError(key), key),
    "ours, caused": lambda key: caused(PolicyRefused("x"), ValueError(key)),
}


def noted(error: Exception, *notes: str) -> Exception:
    for note in notes:
        error.add_note(note)
    return error


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.fixture(scope="module")
def home() -> Generator[Origin]:
    with serving() as origin:
        yield origin


@pytest.fixture(params=["direct", "maton"])
def road(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def is_async(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def connection(road: str, **options: Any) -> Any:
    if road == "direct":
        return Direct(KEYS["direct"], **options)
    return Maton(KEYS["maton"], connection_id="c0ffee", **options)


def error_of(is_async: bool, use: Callable[[Any], Any], made: Any, **options: Any) -> BaseException:
    """The error of a use of a client, which is awaited or walked where it is to be."""
    options = {"max_retries": 0, **options}

    async def ause() -> None:
        async with AsyncKlaviyo(made, **options) as client:
            result = use(client)
            if isinstance(result, Awaitable):
                await result
            else:
                [item async for item in result]

    def sync_use() -> None:
        with Klaviyo(made, **options) as client:
            result = use(client)
            if hasattr(result, "pages"):
                list(result)

    found: BaseException | None = None
    with logged() as log, stopped_clock():
        try:
            asyncio.run(ause()) if is_async else sync_use()
        except (KlaviyoError, KeyboardInterrupt, SystemExit, asyncio.CancelledError) as error:
            found = error
    assert found is not None
    assert leaks(*shown_of_error(found), log.getvalue()) == []
    assert holders(found) == []
    return found


def get(client: Any) -> Any:
    return client.profiles.get("1")


def walk(client: Any) -> Any:
    return client.profiles.list()


# ---------------------------------------------------------------------------------------------- the way


def test_nobody_listens(road: str, is_async: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = error_of(is_async, get, connection(road, base_url=f"http://127.0.0.1:{port}"))
    assert isinstance(error, TransportFailed)
    assert error.sent is False


def test_no_tls(home: Origin, road: str, is_async: bool) -> None:
    error = error_of(is_async, get, connection(road, base_url=f"https://{home.netloc}"))
    assert isinstance(error, TransportFailed)
    assert error.sent is False


def test_no_host(road: str, is_async: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = error_of(is_async, get, connection(road))
    assert isinstance(error, TransportFailed)
    assert error.sent is False


def test_no_answer_in_time(road: str, is_async: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = connection(road, base_url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert isinstance(error_of(is_async, get, made, timeout=Timeouts(read=0.02)), Timeout)


def test_an_answer_breaks_off(home: Origin, road: str, is_async: bool) -> None:
    home.answer = lambda _: Served(200, {"x-request-id": "r7"}, b'{"data":', cut=True)
    error = error_of(is_async, get, connection(road, base_url=home.url))
    assert isinstance(error, TransportFailed)
    assert (error.status, error.request_id, error.sent) == (200, "r7", None)
    assert (error.method, error.path) == ("GET", "/api/profiles/1")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, asyncio.CancelledError, MemoryError, SystemExit])
def test_cut_short_while_headers_are_sent(
    home: Origin, road: str, is_async: bool, stop: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The frames of HTTP libraries hold the header as it is; they are no part of what we raise."""

    async def awrite(*_: object, **__: object) -> None:
        raise stop

    def write(*_: object, **__: object) -> None:
        raise stop

    monkeypatch.setattr("httpcore._backends.sync.SyncStream.write", write)
    monkeypatch.setattr("httpcore._backends.anyio.AnyIOStream.write", awrite)
    error = error_of(is_async, get, connection(road, base_url=home.url))
    assert isinstance(error, TransportFailed if stop is MemoryError else stop)


@pytest.mark.parametrize("raised", [httpx.ConnectError, httpx.ReadError, ValueError, KeyboardInterrupt])
def test_a_hook_of_the_users_client_raises(
    home: Origin, road: str, is_async: bool, raised: type[BaseException]
) -> None:
    """Also with a text that holds all that the request holds."""

    def hook(request: httpx.Request) -> None:
        raise raised(f"no luck with {request.headers!r}")

    async def ahook(request: httpx.Request) -> None:
        hook(request)

    kind: Any = httpx.AsyncClient if is_async else httpx.Client
    http_client = kind(event_hooks={"request": [ahook if is_async else hook]})
    error = error_of(is_async, get, connection(road, base_url=home.url), http_client=http_client)
    assert isinstance(error, raised if raised is KeyboardInterrupt else TransportFailed)


@pytest.mark.parametrize("name", ERRORS)
def test_a_hook_raises_what_holds_the_key(home: Origin, road: str, is_async: bool, name: str) -> None:
    """In notes, groups, file names, attributes and causes; the cause of our error is what is left of it."""

    def hook(_: httpx.Request) -> None:
        raise ERRORS[name](KEYS[road])

    async def ahook(request: httpx.Request) -> None:
        hook(request)

    kind: Any = httpx.AsyncClient if is_async else httpx.Client
    http_client = kind(event_hooks={"request": [ahook if is_async else hook]})
    error = error_of(is_async, get, connection(road, base_url=home.url), http_client=http_client)
    assert isinstance(error, TransportFailed)
    assert error.__cause__ is not None


def test_a_hook_asks_for_success(home: Origin, road: str, is_async: bool) -> None:
    """The request stands in its error, and the whole answer, which may repeat what was sent."""

    def hook(response: httpx.Response) -> None:
        response.read()
        response.raise_for_status()

    async def ahook(response: httpx.Response) -> None:
        await response.aread()
        response.raise_for_status()

    headers = {"location": f"{home.url}/?session_token={MARK}", "x": KEYS[road], "connection": "close"}
    home.answer = lambda _: Served(302, headers, KEYS[road].encode())
    kind: Any = httpx.AsyncClient if is_async else httpx.Client
    http_client = kind(event_hooks={"response": [ahook if is_async else hook]})
    error = error_of(is_async, get, connection(road, base_url=home.url), http_client=http_client)
    assert isinstance(error.__cause__, httpx.HTTPStatusError)
    response = error.__cause__.response
    assert (response.status_code, response.content, dict(response.headers)) == (302, b"", {})
    assert response.request.url.path.endswith("/api/profiles/1")
    assert str(error.__cause__) == "the answer has status 302"


# ------------------------------------------------------------------------------------------ the answers


def answering(status: int, body: bytes, **headers: str) -> InMemory:
    return InMemory(lambda _: Reply(status, headers, body))


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 410, 412, 418, 429, 500, 502, 503, 599])
@pytest.mark.parametrize("body", [b"", b'{"errors": [{"detail": "No."}]}', b'{"message": "No."}', b"<html>"])
def test_a_refusal(road: str, is_async: bool, status: int, body: bytes) -> None:
    error = error_of(is_async, get, connection(road), http_client=answering(status, body))
    assert isinstance(error, KlaviyoError)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("body", [b"", b"{", b'"\xff"', b"[" * 100_000, b"<html>", b"7"])
def test_nothing_to_read(road: str, is_async: bool, body: bytes, strict: bool) -> None:
    transport = answering(200, body, **{"x-request-id": "r7"})
    error = error_of(is_async, get, connection(road), http_client=transport, strict=strict)
    assert isinstance(error, Undecodable)
    assert str(error).startswith("GET /api/profiles/1 (200, request r7): $")


def test_the_same_page_again(road: str, is_async: bool) -> None:
    body = b'{"data": [], "links": {"next": "https://a.klaviyo.com/api/profiles?page%5Bcursor%5D=x"}}'
    error = error_of(is_async, walk, connection(road), http_client=answering(200, body))
    assert isinstance(error, CursorLoop)


@pytest.mark.parametrize("state", ["cancelled", "processing", "x" * 10_000])
def test_a_job_that_does_not_end_well(road: str, is_async: bool, state: str) -> None:
    one = f'{{"data": {{"type": "x", "id": "1", "attributes": {{"status": "{state}"}}}}}}'.encode()

    def use(client: Any) -> Any:
        return client.campaigns.estimate_recipients("1", deadline=2.0)

    error = error_of(is_async, use, connection(road), http_client=answering(202, one))
    assert isinstance(error, JobFailed)
    assert len(str(error)) < 500


# ---------------------------------------------------------------------------------------- before sending

UNSENT: dict[str, tuple[Callable[[Any], Any], type[KlaviyoError]]] = {
    "unknown keyword": (lambda client: client.profiles.create(emial="a@b.example"), ArgumentError),
    "unknown operation": (lambda client: client.call("get_profil"), ArgumentError),
    "a path of others": (lambda client: client.request("GET", "https://evil.example/api/x"), ArgumentError),
    "no method": (lambda client: client.request("GET /\r\nX: y", "/api/x"), ArgumentError),
    "no id": (lambda client: client.profiles.get(".."), ArgumentError),
    "no JSON": (lambda client: client.request("POST", "/api/x", json={"a": object()}), ArgumentError),
    "no option": (lambda client: client.with_options(max_retries=-1), ArgumentError),
    "key for connection": (lambda client: client.with_connection(KEYS["direct"]), ArgumentError),
    "policy": (lambda client: client.with_options(read_only=True).lists.delete("1"), PolicyRefused),
}


def never(request: Request) -> Reply:
    raise AssertionError(f"{request!r} was sent")


@pytest.mark.parametrize("name", UNSENT)
def test_refused_before_sending(road: str, is_async: bool, name: str) -> None:
    use, kind = UNSENT[name]
    assert type(error_of(is_async, use, connection(road), http_client=InMemory(never))) is kind


def test_a_closed_client(road: str, is_async: bool) -> None:
    def use(client: Any) -> Any:
        if not is_async:
            client.close()
            return client.profiles.get("1")

        async def closed() -> None:
            await client.aclose()
            await client.profiles.get("1")

        return closed()

    assert isinstance(error_of(is_async, use, connection(road), http_client=InMemory(never)), ClientClosed)


def test_a_key_that_was_left_behind(road: str, is_async: bool) -> None:
    made = pickle.loads(pickle.dumps(connection(road)))
    assert isinstance(error_of(is_async, get, made, http_client=InMemory(never)), CredentialMissing)


ARGUMENTS: dict[str, Callable[[Any], object]] = {
    "key for connection": lambda kind: kind(KEYS["direct"]),
    "no retries": lambda kind: kind(Direct(KEYS["direct"]), max_retries=-1),
    "no time": lambda kind: kind(Direct(KEYS["direct"]), timeout=-1),
    "no effect": lambda kind: kind(Direct(KEYS["direct"]), deny=["remove"]),
    "no URL": lambda _: Direct(KEYS["direct"], base_url="x"),
    "no text for a URL": lambda _: Maton(KEYS["maton"], base_url=NOTHING),
    "key of another service": lambda _: Direct(KEYS["maton"]),
    "key of another service, Maton": lambda _: Maton(KEYS["direct"]),
    "key of another service, helper": lambda _: MatonConnections(KEYS["direct"]),
    "key with a line break": lambda _: Direct(f"{KEYS['direct']}\r\nx: y"),
    "odd connection id": lambda _: Maton(KEYS["maton"], connection_id="a b"),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_wrong_arguments_show_no_key(name: str, is_async: bool) -> None:
    with pytest.raises(ArgumentError) as caught:
        ARGUMENTS[name](AsyncKlaviyo if is_async else Klaviyo)
    assert leaks(*shown_of_error(caught.value)) == []
