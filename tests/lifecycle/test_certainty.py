"""What is certain after trouble comes from what happened to our own request, not from what anybody raises."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any

import httpx
import pytest

from klaviyo_maton import (
    ArgumentError,
    AsyncKlaviyo,
    ClientClosed,
    Direct,
    InMemory,
    Klaviyo,
    KlaviyoError,
    Reply,
    Timeout,
    TransportFailed,
    Undecodable,
)
from tests.laws.playing import stopped_clock
from tests.security.origins import Origin, Served, serving

ANSWER = b'{"data": {"type": "profile", "id": "1"}}'


@pytest.fixture(scope="module")
def home() -> Generator[Origin]:
    with serving() as origin:
        yield origin


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def is_async(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(params=["GET", "POST"])
def method(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def error_of(
    is_async: bool, method: str, base_url: str, http_client: Any, path: str = "/api/profiles"
) -> TransportFailed:
    """Make a request, which fails; two retries are allowed."""
    made = Direct("pk_1", base_url=base_url)

    async def arequest() -> None:
        async with http_client:
            await AsyncKlaviyo(made, http_client=http_client, timeout=5.0).request(method, path)

    def request() -> None:
        with http_client:
            Klaviyo(made, http_client=http_client, timeout=5.0).request(method, path)

    with stopped_clock(), pytest.raises(KlaviyoError) as caught:
        asyncio.run(arequest()) if is_async else request()
    assert isinstance(caught.value, TransportFailed)
    return caught.value


def client(is_async: bool, **options: Any) -> Any:
    """Make a client of httpx; hooks and handlers are those of threads."""
    hooks: dict[str, Any] = options.pop("event_hooks", {})
    if is_async:
        options["event_hooks"] = {name: [awaitable(hook) for hook in hooks[name]] for name in hooks}
        return httpx.AsyncClient(trust_env=False, **options)
    return httpx.Client(trust_env=False, event_hooks=hooks, **options)


def awaitable(hook: Callable[[Any], Any]) -> Callable[[Any], Awaitable[None]]:
    async def ahook(of: Any) -> None:
        hook(of)

    return ahook


def raising(error: Callable[[], Exception]) -> Callable[[Any], None]:
    def hook(_: object) -> None:
        raise error()

    return hook


def status_error() -> Exception:
    return httpx.HTTPStatusError("no", request=httpx.Request("GET", "/"), response=httpx.Response(500))


RAISED: list[Callable[[], Exception]] = [
    lambda: httpx.ConnectError("the metrics host is down"),
    lambda: httpx.ConnectTimeout("slow"),
    lambda: httpx.PoolTimeout("full"),
    lambda: httpx.ProxyError("407"),
    lambda: httpx.ReadTimeout("slow"),
    lambda: httpx.ReadError("reset"),
    lambda: RuntimeError("a mistake"),
    lambda: OSError("no route"),
    status_error,
    lambda: TransportFailed("another call failed", sent=False),
    lambda: Timeout("another call failed"),
    lambda: Undecodable("another answer"),
    lambda: httpx.InvalidURL("no URL"),
    lambda: ArgumentError("of another call"),
    lambda: ClientClosed("another client"),
    lambda: of_another_client(lambda client: client.profiles.get("1")),
    lambda: of_another_client(lambda client: client.with_options(read_only=True).lists.delete("1")),
]


def of_another_client(use: Callable[[Klaviyo], object]) -> Exception:
    """What a client raises within a hook; its calls are refused, or answered with 429."""
    with pytest.raises(KlaviyoError) as caught:
        use(Klaviyo(Direct("pk_2"), http_client=InMemory(lambda _: Reply(429)), max_retries=0))
    return caught.value


# ------------------------------------------------------------------------------------------------- hooks


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error()).__name__)
@pytest.mark.parametrize("is_real", [False, True], ids=["of another transport", "of a server"])
def test_what_was_answered_is_never_sent_again(
    home: Origin, is_async: bool, method: str, error: Callable[[], Exception], is_real: bool
) -> None:
    """A hook that raises is no trouble on the way: the answer came, whatever the hook's own trouble is."""
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return httpx.Response(202, headers={"x-request-id": "r7"}, content=ANSWER)

    home.taken()
    home.answer = lambda _: Served(202, {"x-request-id": "r7"}, ANSWER)
    options: dict[str, Any] = {} if is_real else {"transport": httpx.MockTransport(handler)}
    made = client(is_async, event_hooks={"response": [raising(error)]}, **options)
    failed = error_of(is_async, method, home.url, made)
    assert len(home.taken() if is_real else seen) == 1
    assert (type(failed), failed.sent, failed.retries) == (TransportFailed, True, 0)
    assert (failed.status, failed.request_id) == (202, "r7")
    assert failed.retry_safe is (method == "GET")
    assert "the server has answered it" in str(failed)
    assert f"a hook of it, raised {type(error()).__name__}" in str(failed)
    assert isinstance(failed.__cause__, type(error()))


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error()).__name__)
def test_a_hook_before_sending_proves_nothing(
    home: Origin, is_async: bool, error: Callable[[], Exception]
) -> None:
    home.taken()
    failed = error_of(is_async, "POST", home.url, client(is_async, event_hooks={"request": [raising(error)]}))
    assert (failed.sent, failed.retries, home.taken()) == (None, 0, [])


def test_hooks_that_come_later_find_ours_before_them(home: Origin) -> None:
    """A client's hooks may be changed at any time, and other requests of that client are none of ours."""
    home.answer = lambda _: Served(202, {}, ANSWER)
    with httpx.Client(trust_env=False) as http_client:
        klaviyo = Klaviyo(Direct("pk_1", base_url=home.url), http_client=http_client)
        assert klaviyo.profiles.get("1").id == "1"
        http_client.event_hooks["response"].insert(0, raising(RuntimeError))
        for _ in range(2):
            with pytest.raises(TransportFailed, match="has answered"):
                klaviyo.profiles.get("1")
        http_client.event_hooks = {"response": [httpx.Response.read]}
        assert klaviyo.profiles.get("1").id == "1"
        assert http_client.get(home.url).content == ANSWER
        assert len(http_client.event_hooks["response"]) == 2


# ------------------------------------------------------------------------------------------- transports


class Around(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A user's transport around those of httpx."""

    def __init__(self) -> None:
        self._sync, self._async = httpx.HTTPTransport(), httpx.AsyncHTTPTransport()

    def close(self) -> None:
        self._sync.close()

    async def aclose(self) -> None:
        await self._async.aclose()


class Raising(Around):
    """Sends, and then raises what it likes."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._sync.handle_request(request).read()
        raise httpx.ConnectError("refused")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await (await self._async.handle_async_request(request)).aread()
        raise httpx.ConnectError("refused")


class FailingOver(Around):
    """Goes another way, of which nobody hears, where the first fails."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._sync.handle_request(request)
        except httpx.ConnectError:
            raise httpx.ConnectError("sent, and lost") from OSError("lost")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._async.handle_async_request(request)
        except httpx.ConnectError:
            raise httpx.ConnectError("sent, and lost") from OSError("lost")


def test_a_transport_that_sent_may_raise_what_it_likes(home: Origin, is_async: bool) -> None:
    home.taken()
    home.answer = lambda _: Served(202)
    made = client(is_async, transport=Raising())
    failed = error_of(is_async, "POST", home.url, made)
    assert (failed.sent, failed.retries, len(home.taken())) == (None, 0, 1)


def test_a_failure_that_another_followed_proves_nothing(is_async: bool) -> None:
    failed = error_of(is_async, "POST", nobody(), client(is_async, transport=FailingOver()))
    assert (failed.sent, failed.retries) == (None, 0)


class Closing(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that raises when it is read, or only when it is closed."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole

    def __iter__(self) -> Iterator[bytes]:
        yield ANSWER
        if not self._whole:
            raise httpx.ConnectError("refused")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk

    def close(self) -> None:
        raise httpx.ConnectError("refused")

    async def aclose(self) -> None:
        self.close()


@pytest.mark.parametrize("whole", [False, True])
def test_a_body_that_fails_to_connect_was_answered(is_async: bool, whole: bool) -> None:
    """A class of errors that means "not sent" elsewhere means nothing within an answer."""
    sent: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        return httpx.Response(202, stream=Closing(whole=whole))

    made = client(is_async, transport=httpx.MockTransport(handler))
    failed = error_of(is_async, "POST", "https://klaviyo.example", made)
    assert (failed.status, len(sent)) == (202, 1)
    assert failed.sent is not False


# ------------------------------------------------------------------------------------------ connections


def nobody() -> str:
    """A place where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def unknown_name(*_: object, **__: object) -> None:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.parametrize("where", ["nobody listens", "no TLS", "no such name"])
def test_a_connection_of_a_users_client_that_fails_is_certain(
    home: Origin, is_async: bool, method: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    base_url = nobody() if where == "nobody listens" else f"https://{home.netloc}"
    if where == "no such name":
        monkeypatch.setattr(socket, "getaddrinfo", unknown_name)
    failed = error_of(is_async, method, base_url, client(is_async))
    assert (failed.sent, failed.retries) == (False, 2)


@pytest.mark.parametrize(
    "refusal", [Served(407), Served(200), Served(502, cut=True)], ids=lambda it: it.status
)
def test_a_proxy_that_opens_no_tunnel_has_got_nothing_of_ours(
    home: Origin, is_async: bool, method: str, refusal: Served
) -> None:
    """What asks it for a tunnel is not our message; one that it opens to itself fails before ours is sent."""
    home.taken()
    home.answer = lambda _: refusal
    made = client(is_async, proxy=home.url)
    failed = error_of(is_async, method, "https://klaviyo.example", made)
    assert (failed.sent, failed.retries) == (False, 2)
    assert {arrival.method for arrival in home.taken()} == {"CONNECT"}


def test_what_was_written_and_not_answered_is_not_certain(is_async: bool, url: str) -> None:
    failed = error_of(is_async, "POST", url, client(is_async), "/api/somewhere/reset")
    assert (failed.sent, failed.retries) == (None, 0)
