"""Nothing that a caller passes becomes a header, a line or a host of its own: it is refused, or encoded."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from klaviyo_maton import (
    ArgumentError,
    AsyncKlaviyo,
    Direct,
    InMemory,
    Klaviyo,
    Maton,
    Reply,
    Request,
)
from klaviyo_maton.runtime.connection import MatonAccount
from klaviyo_maton.runtime.flow import Session

ODD = ["\r\n", "\n", "\r", "\x00", "\x7f", "\x85", "\u2028", "\ud800", "é", "\u202e", "\ufeff", "\uff0f"]
ODDER = [*ODD, " ", "\t", "/", "\\", "..", ".", "%", "%0d%0a", "?", "#", "@evil.example", "://", "a", "x: y"]
TEXTS = st.lists(st.sampled_from(ODDER), max_size=4).map("".join) | st.text(max_size=8)
HEADER = re.compile(r"[ -~]*")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")

CALLS: dict[str, Callable[[Any, str], Any]] = {
    "path id": lambda client, text: client.profiles.get(text),
    "path id of a write": lambda client, text: client.lists.add_profiles(text, ["1"]),
    "path id of a delete": lambda client, text: client.tags.delete(text),
    "cursor": lambda client, text: client.profiles.list(page_cursor=text),
    "filter": lambda client, text: client.profiles.list(filter=f"equals(email,'{text}')"),
    "method": lambda client, text: client.request(f"GET{text}", "/api/profiles"),
    "path": lambda client, text: client.request("GET", f"/api/{text}"),
    "query name": lambda client, text: client.request("GET", "/api/profiles", query={text: "1"}),
    "query value": lambda client, text: client.request("GET", "/api/profiles", query={"a": [text, 1]}),
    "extra": lambda client, text: client.profiles.get("1", extra={"query": {text: text}}),
    "email": lambda client, text: client.profiles.create(email=text),
    "operation": lambda client, text: client.call(f"get_profile{text}", id="1"),
}


def made(road: str, handler: Callable[[Request], Reply], kind: Any = Klaviyo) -> Any:
    base = "https://home.example/base"
    connections = {"direct": Direct("pk_1", base_url=base), "maton": Maton("mt", base_url=base)}
    return kind(connections[road], http_client=InMemory(handler), max_retries=0)


@given(
    road=st.sampled_from(["direct", "maton"]),
    name=st.sampled_from(sorted(CALLS)),
    text=TEXTS,
    is_async=st.booleans(),
)
@example(road="direct", name="path id", text="\r\nx: y", is_async=False)
@example(road="direct", name="method", text=" /\r\nX: y", is_async=True)
@example(road="maton", name="path", text="%2e%2e/%2e%2e/connections", is_async=False)
def test_what_leaves_is_one_clean_request(road: str, name: str, text: str, is_async: bool) -> None:
    """It goes home, below the road's prefix, every header one line; what is refused is refused unsent."""
    seen: list[Request] = []

    def handler(request: Request) -> Reply:
        seen.append(request)
        many = request.method == "GET" and "profiles" in request.url and "profiles/" not in request.url
        return Reply(200, {}, b'{"data": []}' if many else b'{"data": {"type": "profile", "id": "1"}}')

    client = made(road, handler, AsyncKlaviyo if is_async else Klaviyo)

    async def use() -> None:
        result = CALLS[name](client, text)
        await (anext(result.pages()) if hasattr(result, "pages") else result)

    refused = False
    try:
        if is_async:
            asyncio.run(use())
        else:
            result = CALLS[name](client, text)
            next(result.pages()) if hasattr(result, "pages") else None
    except ArgumentError:
        refused = True
    assert len(seen) == (not refused)
    for request in seen:
        url = urlsplit(request.url)
        assert (url.scheme, url.netloc, url.fragment) == ("https", "home.example", "")
        prefix = "/base/klaviyo/" if road == "maton" else "/base/"
        assert url.path.startswith((f"{prefix}api/", f"{prefix}client/"))
        assert not {".", ".."} & set(map(unquote, url.path.split("/")))
        assert re.fullmatch(r"[!-~]+", request.url)
        assert re.fullmatch(r"[A-Z]+", request.method)
        assert all(HEADER.fullmatch(header + value) for header, value in request.headers)
    if name == "path id" and seen:
        assert not CONTROL.search(text)
        assert unquote(urlsplit(request_of(seen).url).path.rpartition("/")[2]) == text


def request_of(seen: list[Request]) -> Request:
    (request,) = seen
    return request


@given(text=TEXTS)
def test_connection_ids_and_revisions_are_visible_ascii(text: str) -> None:
    for make in (
        lambda: Maton("mt", connection_id=text),
        lambda: MatonAccount("mt").connection(text),
        lambda: Session(Direct("pk_1"), text, "tests"),
    ):
        if re.fullmatch(r"[!-~]+", text):
            make()
        else:
            with pytest.raises(ArgumentError):
                make()


@given(text=TEXTS)
def test_the_name_of_a_transport_is_no_way_to_a_header(text: str) -> None:
    """It stands in the User-Agent, and people write transports of their own."""
    seen: list[Request] = []

    def handler(request: Request) -> Reply:
        seen.append(request)
        return Reply(200, {}, b'{"data": []}')

    transport = InMemory(handler)
    transport.name = text
    with suppress(ArgumentError), Klaviyo(Direct("pk_1"), http_client=transport) as client:
        list(client.profiles.list())
    for request in seen:
        assert HEADER.fullmatch(dict(request.headers)["user-agent"])
