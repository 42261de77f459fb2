"""Whatever is passed to anything public: it works or ends in an error of ours, and a refusal sends nothing.

The values have methods that raise, never end, or are of classes that nobody expects; no error shows what
they raise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from importlib import import_module
from inspect import iscoroutine, signature
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import klaviyo_maton
from codegen import ir
from klaviyo_maton import (
    ArgumentError,
    AsyncKlaviyo,
    AsyncMatonConnections,
    AsyncPages,
    ClientClosed,
    Direct,
    InMemory,
    Klaviyo,
    KlaviyoError,
    Maton,
    MatonConnections,
    Pages,
    Raw,
    Reply,
    Request,
    Timeouts,
    filters,
    is_set,
    load,
    models,
    parse,
    testing,
    v2026_04_15,
    webhooks,
)
from tests.laws.playing import EACH, Case, Server, async_client, cases, least_reply, method_of, sync_client
from tests.strategies import from_operation
from tests.strategies.hostile import SAID, from_hostile

EVENTS: Any = filters.events.list
ANY: Any = klaviyo_maton
OPTIONS = ("timeout", "max_retries", "max_wait", "strict", "on_event", "read_only", "deny")
DELIVERY: dict[str, Any] = {
    "body": b"{}",
    "headers": {
        "Klaviyo-Signature": "a",
        "Klaviyo-Timestamp": "Thu, 04 Jan 2024 18:05:25 GMT",
        "Klaviyo-Webhook-Id": "b",
    },
    "secret": "x",
}

SANDBOX: dict[str, tuple[Any, ...]] = {
    "add": ("profile", {}),
    "link": ("profile", "1", "lists", "list", "2"),
}
UNKNOWN = Server(Reply(404))
ODD: Any = object()

Target = Callable[[Any, Any], Any]


def option(kind: Any, name: str, *given: Any) -> Target:
    """Pass a value by name, or alone where there is none."""
    return lambda _, value: kind(*given, **{name: value}) if name else kind(value)


def with_option(name: str) -> Target:
    return lambda client, value: client.with_options(**{name: value})


def verifying(name: str) -> Target:
    return lambda _, value: webhooks.verify(**{**DELIVERY, name: value})


def connecting(name: str) -> Target:
    return lambda _, value: getattr(MatonConnections("mt", http_client=InMemory(UNKNOWN)), name)(value)


def in_sandbox(name: str, index: int, *given: Any) -> Target:
    """Pass a value in the place of one argument."""
    return lambda _, value: getattr(sandbox(), name)(*given[:index], value, *given[index + 1 :])


def failing(name: str) -> Target:
    """Let the sandbox fail as a value says, and make it do so."""

    def target(_: Any, value: Any) -> Any:
        failing = sandbox()
        failing.fail_next(**{name: value})
        connection = Direct("pk_sandbox")
        return Klaviyo(connection, http_client=failing.transport(), max_retries=0).accounts.list().first()

    return target


def sandbox() -> testing.Sandbox:
    return testing.Sandbox(import_module("klaviyo_maton.v2026_01_15.revision").REVISION)


TARGETS: dict[str, Target] = {
    **{
        f"{kind.__name__} {name}": option(kind, name, *([] if name == "connection" else [Direct("pk_1")]))
        for kind in (Klaviyo, AsyncKlaviyo)
        for name in ("connection", "http_client", *OPTIONS)
    },
    **{
        f"{kind.__name__} {name}": option(kind, name, *([] if name == "api_key" else ["mt"]))
        for kind in (MatonConnections, AsyncMatonConnections)
        for name in ("api_key", "base_url", "http_client", *OPTIONS)
    },
    **{f"with_options {name}": with_option(name) for name in OPTIONS},
    **{f"Timeouts {name}": option(Timeouts, name) for name in ("connect", "read", "write", "pool")},
    **{f"{kind.__name__} key": option(kind, "api_key") for kind in (Direct, Maton)},
    **{f"{kind.__name__} url": option(kind, "base_url", "pk_1") for kind in (Direct, ANY.Bearer)},
    "Maton url": option(Maton, "base_url", "mt"),
    "Maton connection_id": option(Maton, "connection_id", "mt"),
    "Bearer token": option(ANY.Bearer, "token"),
    "InMemory": option(InMemory, "handler"),
    "with_connection": lambda client, value: client.with_connection(value),
    "request method": lambda client, value: client.request(value, "/api/profiles"),
    "request path": lambda client, value: client.request("GET", value),
    "request json": lambda client, value: client.request("POST", "/api/profiles", json=value),
    "request query": lambda client, value: client.request("GET", "/api/profiles", query=value),
    "request query value": lambda client, value: client.request("GET", "/api/profiles", query={"a": value}),
    "call": lambda client, value: client.call(value),
    "call extra": lambda client, value: client.call("get_profile", id="1", extra=value),
    "call extra query": lambda client, value: client.call("get_profile", id="1", extra={"query": value}),
    "call extra attributes": lambda client, value: client.call("create_tag", name="a", extra={"meta": value}),
    "upload": lambda client, value: client.images.upload(value),
    "upload name": lambda client, value: client.images.upload(b"a", name=value),
    "equals": lambda _, value: EVENTS.metric_id.equals(value),
    "less_than": lambda _, value: EVENTS.datetime.less_than(value),
    "less_than number": lambda _, value: EVENTS.timestamp.less_than(value),
    "any": lambda _, value: filters.profiles.list.email.any(value),
    "and": lambda _, value: EVENTS.metric_id.equals("a") & value,
    "parse": lambda _, value: parse(value),
    "parse operation": lambda _, value: parse("has(a)", value),
    "load": lambda _, value: load(models.Profile, value),
    "load class": lambda _, value: load(value, {}),
    "is_set": lambda _, value: is_set(value, "email"),
    "is_set name": lambda _, value: is_set(models.Profile(), value),
    **{
        name: option(getattr(klaviyo_maton, name), "")
        for name in ("dump", "misfits", "unknown_members", "answer_of")
    },
    "next_cursor": lambda _, value: klaviyo_maton.next_cursor(value),
    "Raw": lambda _, value: Raw(value),
    "Recording.load": lambda _, value: testing.Recording.load(value),
    **{f"connections {name}": connecting(name) for name in ("get", "delete", "create", "list", "active")},
    "Sandbox": lambda _, value: testing.Sandbox(value),
    **{
        f"Sandbox.{name} {index}": in_sandbox(name, index, *given)
        for name, given in SANDBOX.items()
        for index in range(len(given))
    },
    **{f"fail_next {name}": failing(name) for name in ("status", "headers", "body", "failure", "times")},
    **{f"verify {name}": verifying(name) for name in ("body", "headers", "secret", "tolerance", "now")},
    "verify header": lambda _, value: webhooks.verify(b"{}", dict.fromkeys(DELIVERY["headers"], value), "x"),
    "verify pairs": lambda _, value: webhooks.verify(b"{}", [(value, value)], "x"),
}


@pytest.mark.parametrize("kind", [Klaviyo, AsyncKlaviyo])
@pytest.mark.parametrize("name", TARGETS)
@given(make=from_hostile())
def test_any_value_works_or_is_refused(name: str, kind: Any, make: Callable[[], Any]) -> None:
    """Constructors, options, requests, filters, models and webhooks: nothing foreign leaves them."""
    server = Server(Reply(200, {}, b'{"data": {"type": "profile", "id": "1"}}'))
    client = kind(Direct("pk_1"), http_client=InMemory(server), max_retries=0)
    judged(server, lambda: TARGETS[name](client, make()))


each_operation = cases(lambda revision: [(item.id, item) for item in revision.operations])


@each_operation
@EACH
@given(data=st.data())
def test_any_argument_works_or_is_refused(case: Case[ir.Operation], data: st.DataObject) -> None:
    """Every parameter of every method, when it is called and when its pages are walked."""
    arguments = data.draw(from_operation(case.item, case.revision)).arguments
    method = method_of(sync_client(case.revision, Server(Reply(200))), case.item)
    name, make = data.draw(st.sampled_from([*signature(method).parameters])), data.draw(from_hostile())
    for make_client in (sync_client, async_client):
        server = Server(least_reply(case.item))
        client = make_client(case.revision, server, max_retries=0)
        for call in (method_of(client, case.item), partial(client.call, case.item.id)):
            judged(server, partial(called, call, arguments, name, make))


def called(call: Any, arguments: dict[str, Any], name: str, make: Callable[[], Any]) -> Any:
    return call(**{**arguments, name: make()})


def judged(server: Server, call: Callable[[], Any]) -> None:
    """Make a call to its end: what it raises is ours, shows nothing of the values, and refuses unsent."""
    server.requests.clear()
    try:
        asyncio.run(finished(call))
    except KlaviyoError as error:
        said, is_refusal = str(error), isinstance(error, ArgumentError)
    else:
        return
    assert SAID not in said
    assert not (is_refusal and server.requests)


def first_of(pages: Any) -> Any:
    return pages.first()


async def finished(call: Callable[[], Any]) -> None:
    result = call()
    if isinstance(result, (Pages, AsyncPages)):
        result = first_of(result)
    if iscoroutine(result):
        await result


@pytest.mark.parametrize("break_", ["\r\nx: y", "\n", "\r", "\0", "\u2028"])
@pytest.mark.parametrize("made", [str, Raw, parse])
def test_filters_bring_no_line_into_a_header(made: Callable[[str], Any], break_: str) -> None:
    """Where a filter travels in a header, it is refused with what no header takes, however it was made."""
    server = Server(Reply(200, {}, b'{"data": []}'))
    client = v2026_04_15.Klaviyo(Direct("pk_1"), http_client=InMemory(server))
    for call in (client.call, v2026_04_15.AsyncKlaviyo(Direct("pk_1"), http_client=InMemory(server)).call):
        with pytest.raises(ArgumentError, match="sends it in a header"):
            call("get_client_geofences", company_id="a", filter=made(f'equals(lat,"a{break_}")'))
    assert server.requests == []


@pytest.mark.parametrize("text", ["a\r\nX-Evil: 1", "a\n", "\0", "\xe9", "\u2028", "a b", ""])
def test_no_query_brings_a_line_into_a_header(text: str) -> None:
    """A filter that a query by hand or an extra parameter names is checked like any other."""
    server = Server(Reply(200, {}, b'{"data": []}'))
    client: Any = v2026_04_15.Klaviyo(Direct("pk_1"), http_client=InMemory(server))
    query = {"X-Klaviyo-API-Filters": text, "company_id": "a"}
    with pytest.raises(ArgumentError, match="sends it in a header"):
        client.request("GET", "/client/geofences", query=query)
    with pytest.raises(ArgumentError, match="sends it in a header"):
        client.call("get_client_geofences", company_id="a", extra={"query": {"X-Klaviyo-API-Filters": text}})
    assert server.requests == []


@pytest.mark.parametrize("name", ["page[cursor]", "page_cursor"])
@pytest.mark.parametrize("empty", ["", []])
def test_no_empty_cursor_begins_again(name: str, empty: Any) -> None:
    """As an argument it is refused, and so it is in a query."""
    server = Server(Reply(200, {}, b'{"data": []}'))
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(server))
    with pytest.raises(ArgumentError, match="is empty, which would begin at the first page again"):
        client.profiles.list(extra={"query": {name: empty}})
    with pytest.raises(ArgumentError, match="is empty, which would begin at the first page again"):
        client.request("GET", "/api/profiles", query={name: empty})
    assert server.requests == []


@pytest.mark.parametrize(
    "reply",
    [lambda: Reply(ODD, {}), lambda: Reply(200, {}, ODD), lambda: Reply(200, {"a": ODD})],
)
def test_a_reply_holds_what_a_reply_holds(reply: Callable[[], Reply]) -> None:
    """Its status is a number, its body bytes, its headers text."""
    with pytest.raises(ArgumentError, match="of a Reply"):
        Klaviyo(Direct("pk_1"), http_client=InMemory(lambda _: reply())).request("GET", "/api/profiles")


def test_only_asyncio_runs_async_clients() -> None:
    """Another library that drives coroutines gets an error that says so."""
    server = Server(Reply(200, {}, b'{"data": []}'))
    client = AsyncKlaviyo(Direct("pk_1"), http_client=InMemory(server))
    for call in (client.request("GET", "/api/profiles"), client.profiles.list().first()):
        with pytest.raises(ClientClosed, match="asyncio"):
            call.send(None)
    assert server.requests == []


def test_what_can_be_read_once_is_sent_with_every_page() -> None:
    """A generator of includes is read when the method is called, and each page asks for all of them."""
    replies = iter(
        [b'{"data": [], "links": {"next": "https://x/?page[cursor]=a"}}', b'{"data": [], "links": {}}'] * 2
    )
    asked: list[str] = []

    def handler(request: Request) -> Reply:
        asked.append(request.url)
        return Reply(200, {}, next(replies))

    klaviyo = Klaviyo(Direct("pk_1"), http_client=InMemory(handler))
    extra: Any = {"query": {"a": iter(["b", "c"])}}
    listed = klaviyo.call("get_profiles", fields_profile=iter(["email", "title"]), extra=extra)
    assert [list(listed), list(listed)] == [[], []]
    assert ["email%2Ctitle" in url and "a=b%2Cc" in url for url in asked] == [True] * 4


def no_reply(_: Request) -> Any:
    return "no reply"


def test_a_handler_gives_replies() -> None:
    """What a handler of requests in memory gives is a Reply, in both colours."""
    transport = InMemory(no_reply)
    with pytest.raises(ArgumentError, match="Reply"):
        Klaviyo(Direct("pk_1"), http_client=transport).request("GET", "/api/profiles")
    with pytest.raises(ArgumentError, match="Reply"):
        asyncio.run(AsyncKlaviyo(Direct("pk_1"), http_client=transport).request("GET", "/api/profiles"))
