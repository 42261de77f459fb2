"""Every kind of result tells its answer; an answer of another revision than asked for is told once."""

from __future__ import annotations

import asyncio
import json
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaviyo_maton import (
    Answer,
    ArgumentError,
    AsyncKlaviyo,
    Direct,
    InMemory,
    Klaviyo,
    MatonConnections,
    Reply,
    Request,
    RevisionWarning,
    answer_of,
)
from klaviyo_maton.runtime.answer import check_revision

EVENT = {
    "type": "event",
    "id": "1",
    "attributes": {"event_properties": {"a": 1}},
    "relationships": {"profile": {"data": {"type": "profile", "id": "2"}}},
}
PROFILE = {"type": "profile", "id": "2", "attributes": {"location": {"city": "A"}}}
BODY = {"data": [EVENT], "included": [PROFILE], "links": {"next": None}}
HEADERS = {
    "x-klaviyo-req-id": "r7",
    "x-klaviyo-api-revision": "2026-01-15",
    "ratelimit-limit": "75, 75;w=1, 750;w=60",
    "ratelimit-remaining": "74",
    "ratelimit-reset": "1",
}


def server(request: Request) -> Reply:
    if request.method == "DELETE":
        return Reply(204, HEADERS)
    if "/connections" in request.url:
        one = {"connection_id": "c1"}
        many = request.method == "GET" and request.url.endswith("/connections")
        return Reply(200, HEADERS, json.dumps({"connections": [one]} if many else one).encode())
    body: Any = BODY if "/events?" in request.url else {"data": PROFILE}
    return Reply(200, HEADERS, json.dumps(body).encode())


def results() -> dict[str, Any]:
    """A result of each kind, by what it is."""
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(server))
    helper = MatonConnections("mt", http_client=InMemory(server))
    page = next(client.events.list(include=["profile"]).pages())
    return {
        "resource": client.profiles.get("2"),
        "item": page.items[0],
        "page": page,
        "page's answer": page.answer,
        "included": page.included[0],
        "linked": page.items[0].profile,
        "by hand": client.request("GET", "/api/profiles/2"),
        "with answer": client.with_answer.profiles.get("2")[1],
        "deleted": client.with_answer.tags.delete("3")[1],
        "connection": helper.get("c1"),
        "connection begun": helper.create("klaviyo"),
        "connection listed": helper.list()[0],
    }


def test_every_result_tells_its_answer() -> None:
    contents = {"page": BODY, "item": EVENT, "included": PROFILE, "linked": PROFILE, "resource": PROFILE}
    for kind, result in results().items():
        answer = answer_of(result)
        assert type(answer) is Answer
        assert answer.status == (204 if kind == "deleted" else 200)
        assert (answer.request_id, answer.revision) == ("r7", "2026-01-15")
        assert answer.rate_limit.windows == ((75, 1), (750, 60))
        assert (answer.rate_limit.remaining, answer.rate_limit.reset) == (74, 1)
        assert answer.elapsed >= 0
        assert answer.method in {"GET", "POST", "DELETE"}
        assert answer.path.startswith(("/api/", "/connections"))
        assert kind not in contents or json.loads(answer.content) == contents[kind]


def test_what_has_no_answer_says_so() -> None:
    """Collections that nobody asked for yet, parts of a result, and what is no result at all."""
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(server))
    found = client.profiles.get("2")
    others: list[object] = [None, client, client.profiles.list(), found.location, [found], 7, Answer]
    for other in others:
        with pytest.raises(ArgumentError, match=f"this {type(other).__name__} did not come"):
            answer_of(other)


def answered(revision: str) -> InMemory:
    return InMemory(lambda _: Reply(200, {"x-klaviyo-api-revision": revision}, b'{"data": []}'))


def served(year: int, *, is_async: bool) -> list[str]:
    """The warnings of three calls that another revision answered, a view's among them."""
    revision = f"{year}-07-15"

    async def awalk() -> None:
        client = AsyncKlaviyo(Direct("pk_1"), http_client=answered(revision))
        for view in (client, client, client.with_options(strict=True)):
            [item async for item in view.profiles.list()]

    def walk() -> None:
        client = Klaviyo(Direct("pk_1"), http_client=answered(revision))
        for view in (client, client, client.with_options(strict=True)):
            list(view.profiles.list())

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        asyncio.run(awalk()) if is_async else walk()
    assert all(one.category is RevisionWarning for one in told)
    return [str(one.message) for one in told]


@pytest.mark.parametrize("is_async", [False, True])
def test_another_revision_is_told_once(is_async: bool) -> None:
    year = 2101 + is_async
    (told,) = served(year, is_async=is_async)
    assert f"2026-01-15 was asked for and {year}-07-15 answered" in told
    assert served(year, is_async=not is_async) == []


def test_the_revision_that_was_asked_for_is_not_told() -> None:
    assert served(2026, is_async=False)  # 2026-07-15: so the check does look
    client = Klaviyo(Direct("pk_1"), http_client=answered("2026-01-15"))
    list(client.profiles.list())  # a warning would be an error in these tests


@given(st.text() | st.sampled_from(["2026-01-15 ", "2026-1-5", "\x1b[2J", "2026-01-15.pre\n", "9" * 70_000]))
def test_what_is_no_revision_is_not_told(revision: str) -> None:
    """A header that something on the way wrote has nothing to do with revisions."""
    check_revision("2026-01-15", Answer("GET", "/api/x", 200, {"x-klaviyo-api-revision": revision}, b"", 0.0))
