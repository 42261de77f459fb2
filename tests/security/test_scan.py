"""Nothing that a program may show of a client, an answer or an error holds a key."""

from __future__ import annotations

import asyncio
import copy
import io
import pickle
from collections.abc import Callable, Generator
from contextlib import redirect_stderr, suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klaviyo_maton import (
    ApiError,
    ArgumentError,
    AsyncKlaviyo,
    AsyncMatonConnections,
    Direct,
    InMemory,
    Klaviyo,
    KlaviyoError,
    Maton,
    MatonConnections,
    Reply,
    Request,
    TransportFailed,
    Undecodable,
    answer_of,
)
from klaviyo_maton.runtime.codec import is_array
from tests.laws.playing import stopped_clock
from tests.security.echoes import Echo, echoes
from tests.security.origins import Origin, serving
from tests.security.scan import MARK, leaks, logged, shown_of, shown_of_error

VISIBLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
RESTS = (
    st.text(VISIBLE, max_size=30)
    | st.just("(.*)+[$^\\E")
    | st.just("%2F\\/&\"'<\\u0041")
    | st.just("9z" * 900)
)
roads = st.sampled_from(["direct", "maton"])


def connection(road: str, rest: str = "", **options: Any) -> Any:
    if road == "direct":
        return Direct(f"pk_{MARK}{rest}", **options)
    return Maton(f"mt{MARK}{rest}", connection_id="c0ffee", **options)


@pytest.fixture(scope="module")
def home() -> Generator[Origin]:
    with serving() as origin:
        yield origin


def outcome(act: Callable[[], object]) -> object:
    """What came of an act: its result or its error."""
    try:
        return act()
    except KlaviyoError as error:
        return error


# ----------------------------------------------------------------------------------------------- echoes


@given(road=roads, rest=RESTS, echo=echoes(), is_async=st.booleans(), strict=st.booleans())
def test_a_server_that_repeats_the_key_does_not_get_it_shown(
    home: Origin, road: str, rest: str, echo: Echo, is_async: bool, strict: bool
) -> None:
    """In any form, anywhere in the answer, with any status: no error, no log line and no event holds it."""
    home.answer = echo.answer
    events: list[object] = []
    made = connection(road, rest, base_url=home.url)
    options: dict[str, Any] = {"on_event": events.append, "max_retries": 1, "strict": strict}

    def act() -> object:
        with Klaviyo(made, **options) as client:
            return client.profiles.get("1")

    async def aact() -> object:
        async with AsyncKlaviyo(made, **options) as client:
            return await client.profiles.get("1")

    with stopped_clock(), logged() as log:
        found = outcome((lambda: asyncio.run(aact())) if is_async else act)
    if isinstance(found, KlaviyoError):
        assert isinstance(found, (ApiError, Undecodable, TransportFailed))
        assert leaks(*shown_of_error(found)) == []
        assert len(str(found)) < 8000
    assert leaks(log.getvalue(), repr(events), *map(str, events)) == []


# ---------------------------------------------------------------------------------------------- objects

PAGE = b'{"data": [{"type": "profile", "id": "1", "attributes": {"email": "a@b.example"}}], "links": {}}'


def playing(seen: list[Request]) -> InMemory:
    def handler(request: Request) -> Reply:
        seen.append(request)
        if request.method == "DELETE":
            return Reply(204)
        one = PAGE if "/1" not in request.url else PAGE.replace(b"[", b"").replace(b"]", b"")
        return Reply(200, {"x-request-id": "r"}, one)

    return InMemory(handler)


@given(road=roads, rest=RESTS)
def test_no_object_shows_a_key(road: str, rest: str) -> None:
    """Clients, views, families, collections, pages, answers, models, connections, and what is below them."""
    seen: list[Request] = []
    made = connection(road, rest)
    things: list[object] = [made]
    with Klaviyo(made, http_client=playing(seen)) as client:
        pages = client.profiles.list()
        page = next(pages.pages())
        one = client.profiles.get("1")
        things += [client, client.profiles, client.with_answer, client.with_options(strict=True)]
        things += [client.with_connection(made), pages, page, page.answer, page.items[0], one, answer_of(one)]
        things += [client.with_answer.profiles.get("1"), client.request("GET", "/api/x")]
        things += [client.with_answer.tags.delete("x")]
    later = AsyncKlaviyo(made, http_client=playing(seen))
    things += [later, later.profiles, later.profiles.list(), later.with_answer]
    shown = [text for thing in things for text in shown_of(thing)]
    shown += [text for thing in seen for text in (repr(thing), str(thing), repr(pickle.dumps(thing)))]
    assert leaks(*shown) == []
    assert all(leaks(repr(request.headers)) for request in seen)


# ----------------------------------------------------------------------------------- tokens of Maton's

TOKENS = st.sampled_from(
    ["https://connect.maton.ai/?session_token=", "http:\\/\\/x.example\\/a?b=1&t=", "HTTPS://x/?"]
)


def maton_bodies(url: str) -> dict[str, bytes]:
    """Answers of Maton's own API, good and odd, that name a page with a token."""
    good = f'{{"connection_id": "c1", "status": "ACTIVE", "url": "{url}", "app": "klaviyo"}}'
    bodies = {
        "flat": good,
        "nested": f'{{"connection": {good}}}',
        "listed": f'{{"connections": [{good}, {good.replace("c1", "c2")}]}}',
        "pending": good.replace("ACTIVE", "PENDING"),
        "failed": good.replace("ACTIVE", "FAILED"),
        "cut": f'{{"connection": {good}',
        "cut early": good[: len(url) + 45],
        "in the wrong place": f'{{"connections": "{url}", "connection": ["{url}"]}}',
        "no id": f'{{"connection": {{"url": "{url}", "status": "PENDING"}}}}',
        "odd id": f'{{"connection_id": "a b", "status": "ACTIVE", "url": "{url}"}}',
        "odd types": f'{{"connection": {{"connection_id": "c1", "status": 7, "url": ["{url}"]}}}}',
        "text": f'"{url}"',
        "page": f"<html><a href='{url}'>",
        "message": f'{{"message": "see {url}"}}',
        "detail": f'{{"detail": [{{"loc": ["url"], "msg": "see {url}", "type": "x"}}]}}',
    }
    return {name: body.encode() for name, body in bodies.items()}


WELL_PLACED = {"flat", "nested", "pending", "failed", "no id", "odd id", "odd types"}
"""Where the page of a single connection stands in the member that is known to be secret."""

HELPS: dict[str, Callable[[Any], Any]] = {
    "list": lambda helper: helper.list(),
    "create": lambda helper: helper.create("klaviyo"),
    "get": lambda helper: helper.get("c1"),
    "delete": lambda helper: helper.delete("c1"),
    "active": lambda helper: helper.active(),
    "connect": lambda helper: helper.connect(deadline=3.0),
}


@settings(max_examples=settings().max_examples * 2)
@given(
    url=TOKENS,
    token=st.text(st.sampled_from("abcXYZ019-_.~%"), max_size=40),
    body=st.sampled_from(sorted(maton_bodies(""))),
    status=st.sampled_from([200, 200, 201, 404, 500]),
    help_with=st.sampled_from(sorted(HELPS)),
    is_async=st.booleans(),
    strict=st.booleans(),
)
def test_no_session_token_is_shown(
    url: str, token: str, body: str, status: int, help_with: str, is_async: bool, strict: bool
) -> None:
    """Whatever Maton answers, whoever asks: the page is given out to be opened, and shown nowhere else."""
    content = maton_bodies(f"{url}{MARK}{token}")[body]
    transport, use = InMemory(lambda _: Reply(status, {}, content)), HELPS[help_with]
    options: dict[str, Any] = {"http_client": transport, "strict": strict, "max_retries": 0}

    def act() -> object:
        with MatonConnections(f"mt{MARK}", **options) as helper:
            return use(helper)

    async def aact() -> object:
        async with AsyncMatonConnections(f"mt{MARK}", **options) as helper:
            return await use(helper)

    with stopped_clock(), logged() as log, redirect_stderr(io.StringIO()):
        found = outcome((lambda: asyncio.run(aact())) if is_async else act)
    assert leaks(log.getvalue()) == []
    if isinstance(found, KlaviyoError):
        assert leaks(*shown_of_error(found)) == []
    results: list[Any] = found if is_array(found) else [found]
    for one in results:
        copies = [one, copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))]
        assert leaks(*(text for each in copies for text in (repr(each), str(each), f"{each}"))) == []
        if body == "listed" if help_with == "list" else body in WELL_PLACED:
            assert leaks(repr(pickle.dumps(one))) == []
        with suppress(ArgumentError):
            assert leaks(repr(answer_of(one)), repr(pickle.dumps(answer_of(one)))) == []
