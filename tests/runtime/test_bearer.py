"""OAuth access tokens: given as text or by a function, checked like keys, and shown nowhere."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from klaviyo_maton import (
    ArgumentError,
    AsyncKlaviyo,
    Bearer,
    CredentialMissing,
    Direct,
    Forbidden,
    InMemory,
    Klaviyo,
    KlaviyoError,
    Maton,
    Reply,
    Request,
    Secret,
    TransportFailed,
    Unauthorized,
)
from tests.laws.playing import stopped_clock
from tests.security.scan import MARK, leaks, shown_of, shown_of_error

TOKEN = f"at_{MARK}0123456789"
PAGE = Reply(200, {}, b'{"data": []}')


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def is_async(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


class Server:
    """Gives the replies of a list, then empty pages; keeps what it was sent."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        self.requests.append(request)
        return self.replies.pop(0) if self.replies else PAGE

    @property
    def signatures(self) -> list[str | None]:
        return [dict(request.headers).get("authorization") for request in self.requests]


def call(bearer: Any, server: Server, *, is_async: bool, use: Callable[[Any], Any] | None = None) -> Any:
    """Make one call, or walk a list."""

    async def acall() -> Any:
        async with AsyncKlaviyo(bearer, http_client=InMemory(server)) as client:
            return await use(client) if use else [item async for item in client.profiles.list()]

    with stopped_clock():
        if is_async:
            return asyncio.run(acall())
        client = Klaviyo(bearer, http_client=InMemory(server))
        return use(client) if use else list(client.profiles.list())


def refused(make: Callable[[], object]) -> KlaviyoError:
    with pytest.raises(KlaviyoError) as caught:
        make()
    assert leaks(*shown_of_error(caught.value)) == []
    return caught.value


@pytest.mark.parametrize("token", [TOKEN, Secret(TOKEN), lambda: TOKEN, lambda: Secret(TOKEN)])
def test_a_token_signs_for_klaviyo_itself(token: Any, is_async: bool) -> None:
    server = Server()
    call(Bearer(token), server, is_async=is_async)
    assert server.signatures == [f"Bearer {TOKEN}"]
    assert server.requests[0].url.startswith("https://a.klaviyo.com/api/")
    made = Bearer(token, base_url="https://proxy.example/x/")
    assert (made.road, made.base) == ("direct", "https://proxy.example/x")


def test_the_current_token_is_asked_for_before_each_request(is_async: bool) -> None:
    """Also before one that is sent again: the wait may have been longer than the token lives."""
    tokens = iter(["one", "two", "three"])
    server = Server(Reply(429), PAGE, Reply(500))
    bearer = Bearer(lambda: next(tokens))
    assert server.requests == []
    call(bearer, server, is_async=is_async)
    assert server.signatures == ["Bearer one", "Bearer two"]
    assert next(tokens) == "three"


def test_client_side_calls_carry_no_token(is_async: bool) -> None:
    """Nor is anybody asked for one."""

    def never() -> str:
        raise AssertionError("a token was asked for")

    server = Server(Reply(202))
    call(
        Bearer(never),
        server,
        is_async=is_async,
        use=lambda client: client.request("POST", "/client/events", json={}, query={"company_id": "X"}),
    )
    assert server.signatures == [None]


async def later() -> str:
    return TOKEN


def awaiting() -> Any:
    return later()


class Later:
    def __await__(self) -> Any:
        yield


FUNCTIONS: dict[str, tuple[Callable[[], Any], type[KlaviyoError], str]] = {
    "raises": (lambda: 1 / 0, CredentialMissing, "it raised ZeroDivisionError"),
    "raises ours": (lambda: Direct(TOKEN), CredentialMissing, "it raised ArgumentError"),
    "nothing": (lambda: None, ArgumentError, "gives text or a Secret, not NoneType"),
    "bytes": (TOKEN.encode, ArgumentError, "gives text or a Secret, not bytes"),
    "empty": (lambda: "", CredentialMissing, "there is no access token"),
    "a line break": (lambda: f"{TOKEN}\r\nx: y", ArgumentError, "the access token holds a space, a line"),
    "a private key": (lambda: f"pk_{MARK}", ArgumentError, "belongs to Direct"),
    "a coroutine": (awaiting, ArgumentError, "await the token elsewhere"),
    "an awaitable": (Later, ArgumentError, "await the token elsewhere"),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_function_gives_is_checked(name: str, is_async: bool) -> None:
    """Nothing is sent, and no error shows the token."""
    current, kind, said = FUNCTIONS[name]
    server = Server()
    error = refused(lambda: call(Bearer(current), server, is_async=is_async))
    assert type(error) is kind
    assert said in str(error)
    assert server.requests == []


def test_what_a_function_raises_is_not_passed_on(is_async: bool) -> None:
    """Its text may hold a token."""

    def fail() -> str:
        raise ValueError(TOKEN)

    error = refused(lambda: call(Bearer(fail), Server(), is_async=is_async))
    assert (error.__cause__, error.__context__) == (None, None)


def test_a_cancellation_passes_through_a_function(is_async: bool) -> None:
    def stop() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(Bearer(stop), Server(), is_async=is_async)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (f"pk_{MARK}", "belongs to Direct"),
        (Secret(f"pk_{MARK}"), "belongs to Direct"),
        ("", "the access token is empty"),
        (Secret(""), "the access token is empty"),
        (f"{TOKEN}\n", "the access token holds"),
        (f"Bearer {TOKEN}", "the access token holds a space"),
        (None, "not NoneType"),
        (TOKEN.encode(), "not bytes"),
        pytest.param(later, "await the token elsewhere", id="a coroutine function"),
    ],
    ids=str,
)
def test_what_is_no_token_is_refused_at_once(token: Any, said: str) -> None:
    error = refused(lambda: Bearer(token))
    assert isinstance(error, ArgumentError)
    assert said in str(error)


def test_other_connections_hint_at_it() -> None:
    assert "an OAuth access token to Bearer(…)" in str(refused(lambda: Direct(TOKEN)))
    key: Any = TOKEN
    assert "Bearer(…)" in str(refused(lambda: Klaviyo(key)))


def test_it_goes_to_safe_urls_only() -> None:
    assert "plain http" in str(refused(lambda: Bearer(TOKEN, base_url="http://a.klaviyo.com")))
    assert Bearer(TOKEN, base_url="http://klaviyo.test", insecure=True).base == "http://klaviyo.test"


def test_the_environment_is_another_matter(monkeypatch: pytest.MonkeyPatch, is_async: bool) -> None:
    """A key there neither signs in the place of a token, nor is a token looked for there."""
    monkeypatch.setenv("KLAVIYO_API_KEY", "pk_of_the_environment")
    server = Server()
    call(Bearer(TOKEN), server, is_async=is_async)
    assert server.signatures == [f"Bearer {TOKEN}"]
    error = refused(lambda: call(pickle.loads(pickle.dumps(Bearer(TOKEN))), server, is_async=is_async))
    assert isinstance(error, CredentialMissing)
    assert "do not travel in pickles" in str(error)


def current_token() -> str:
    return TOKEN


def test_a_function_travels_and_a_token_does_not(is_async: bool) -> None:
    for token in (TOKEN, Secret(TOKEN), current_token):
        bearer = Bearer(token)
        assert leaks(repr(pickle.dumps(bearer)), *shown_of(bearer)) == []
        assert copy.copy(bearer) == copy.deepcopy(bearer) == bearer
        assert hash(copy.deepcopy(bearer)) == hash(bearer)
    server = Server()
    arrived = pickle.loads(pickle.dumps(Klaviyo(Bearer(current_token))))
    call(arrived._caller.session.connection, server, is_async=is_async)
    assert server.signatures == [f"Bearer {TOKEN}"]
    assert Bearer(TOKEN) == Bearer(Secret(TOKEN)) != Bearer(current_token)


def test_the_hint_of_a_refusal_fits_what_signed(is_async: bool) -> None:
    def hint(connection: Any, status: int) -> str:
        said = b'{"errors": [{"detail": "You do not have permission to perform this action."}]}'
        server = Server(Reply(status, {}, said))
        with pytest.raises((Unauthorized, Forbidden)) as caught:
            call(connection, server, is_async=is_async)
        return caught.value.facts.hint

    assert hint(Bearer(TOKEN), 401) == "The access token may have expired or been revoked: refresh it"
    assert hint(Direct("pk_1"), 401) == "Check the API key, and whether it was revoked"
    assert "connect Klaviyo again" in hint(Maton("m"), 401)
    assert hint(Bearer(TOKEN), 403) == "This takes an access token with profiles:read"
    assert hint(Direct("pk_1"), 403) == "This takes an API key with profiles:read"
    assert hint(Maton("m"), 403) == "This takes a connection with profiles:read"


@given(st.text(st.characters(exclude_categories=[]), max_size=30), st.booleans())
@example("pk_", True)
@example("é", False)
def test_only_visible_ascii_makes_a_token(token: str, by_function: bool) -> None:
    """A text signs as it is, or is refused without being sent, however it was given."""
    marked = token + MARK
    server = Server()

    def use() -> object:
        return call(Bearer((lambda: marked) if by_function else marked), server, is_async=False)

    if not marked.startswith("pk_") and all("!" <= one <= "~" for one in marked):
        use()
        assert server.signatures == [f"Bearer {marked}"]
    else:
        assert isinstance(refused(use), ArgumentError)
        assert server.requests == []


def test_a_server_that_repeats_the_token_does_not_get_it_shown(is_async: bool) -> None:
    body = f'{{"errors": [{{"detail": "bad token {TOKEN}"}}]}}'.encode()
    error = refused(lambda: call(Bearer(lambda: TOKEN), Server(Reply(401, {}, body)), is_async=is_async))
    assert "bad token ********" in str(error)


def test_trouble_on_the_way_shows_no_token(is_async: bool) -> None:
    class Failing(Server):
        def __call__(self, request: Request) -> Reply:
            raise TransportFailed(f"played trouble with {request!r}")

    assert isinstance(refused(lambda: call(Bearer(TOKEN), Failing(), is_async=is_async)), TransportFailed)
