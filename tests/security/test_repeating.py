"""What a server repeats of a request, and where its pages lead, is held by no error."""

from __future__ import annotations

import json
from typing import Any

import pytest

from klaviyo_maton import (
    AsyncKlaviyo,
    CursorLoop,
    Direct,
    InMemory,
    Klaviyo,
    Reply,
    Request,
    Undecodable,
    next_cursor,
)
from tests.security.test_walking import HOOK_KEY, KEY, USES, Use, check, error_of, replying

BOTH = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
SENDING = ("create", "update", "call", "request", "extra", "with_answer")


def page(rest: str) -> bytes:
    return json.dumps({"data": [], "links": {"next": f"https://a.klaviyo.com/api/profiles?{rest}"}}).encode()


WALKS: dict[str, Use] = {
    "items": lambda client: client.profiles.list(),
    "from a cursor": lambda client: client.profiles.list(page_cursor=KEY),
    "pages": lambda client: client.profiles.list().pages(),
    "first": lambda client: client.profiles.list().first(),
}


@BOTH
@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize("rest", ["page%5Bcursor%5D=KEY", "x=KEY"], ids=["in a circle", "nowhere"])
def test_no_walk_that_ends_in_an_error_holds_a_secret(walk: str, rest: str, *, is_async: bool) -> None:
    """Neither its cursors, nor the pages that it came by."""
    kind: Any = AsyncKlaviyo if is_async else Klaviyo
    server = InMemory(replying(200, page(rest)))
    error = error_of(WALKS[walk], kind, Direct(KEY), is_async=is_async, http_client=server)
    assert isinstance(error, (CursorLoop, Undecodable))


def test_no_page_that_leads_nowhere_holds_a_secret() -> None:
    with Klaviyo(Direct(KEY), http_client=InMemory(replying(200, page("x=KEY")))) as client:
        found = next(client.profiles.list().pages())
    with pytest.raises(Undecodable) as caught:
        next_cursor(found)
    check(caught.value)


ANSWERED = [
    *((use, status) for use in SENDING for status in (400, 401, 409, 422, 500)),
    *((use, 200) for use in SENDING if use != "request"),  # whose content nobody reads
]


@BOTH
@pytest.mark.parametrize(("use", "status"), ANSWERED)
def test_no_answer_that_repeats_what_was_sent_gets_it_shown(use: str, status: int, *, is_async: bool) -> None:
    """A secret of the request itself is masked as the key is, and the rest of what the server says stays."""

    def handler(_: Request) -> Reply:
        said = f"no good: {HOOK_KEY}"
        body = json.dumps({"errors": [{"detail": said, "meta": {HOOK_KEY: [HOOK_KEY]}}], "data": [said]})
        cut = body[:-1] if status == 200 else body
        return Reply(status, {"x-request-id": f"r {HOOK_KEY}"}, cut.encode())

    kind: Any = AsyncKlaviyo if is_async else Klaviyo
    options: dict[str, Any] = {"http_client": InMemory(handler), "max_retries": 0}
    error = error_of(USES[use], kind, Direct(KEY), is_async=is_async, **options)
    assert "r ********" in str(error)
    assert status == 200 or "no good: ********" in str(error)
