"""The four ways of every case: the sync and the async client, straight to Klaviyo and through Maton."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, partial
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal, TypeGuard
from urllib.parse import parse_qsl, urlsplit

from attrs import define, field, frozen

from codegen.cases import Cases, load_cases
from klaviyo_maton import Direct, InMemory, Maton, Reply, Request
from klaviyo_maton.runtime.connection import Connection
from klaviyo_maton.runtime.pages import AsyncPages, Pages
from klaviyo_maton.runtime.revision import Revision

PROJECT = Path(__file__).parents[2]
SHARED = PROJECT.parent / "shared"
REVISIONS = ("2024-10-15", "2026-01-15")

Colour = Literal["sync", "async"]
Handler = Callable[[Request], Reply]
COLOURS: tuple[Colour, ...] = ("sync", "async")


@frozen
class Road:
    """A connection, the URL that stands before every path there, and the headers that sign a request."""

    name: str
    connection: Connection
    base: str
    signature: Mapping[str, str]

    def __str__(self) -> str:
        return self.name


ROADS = (
    Road("direct", Direct("pk_test"), "https://a.klaviyo.com", {"authorization": "Klaviyo-API-Key pk_test"}),
    Road(
        "maton",
        Maton("maton-key", connection_id="one-of-several"),
        "https://api.maton.ai/klaviyo",
        {"authorization": "Bearer maton-key", "maton-connection": "one-of-several"},
    ),
)

WAYS: list[tuple[Colour, Road]] = [(colour, road) for colour in COLOURS for road in ROADS]


@frozen
class Sent:
    """A request as it is compared: the path below the road's base, the query decoded, the body read."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def sent(request: Request, base: str) -> Sent:
    """Take a request apart; it must go to the base, and no parameter of its query stands twice."""
    url = urlsplit(request.url)
    pairs = parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query))
    assert len(dict(pairs)) == len(pairs)
    before, _, path = request.url.partition("?")[0].partition(base)
    assert before == ""
    assert url.fragment == ""
    body = None if request.body is None else json.loads(request.body)
    return Sent(request.method, path.rstrip("/"), dict(pairs), body)


@define
class Wire:
    """A client of one way, the handler that answers it, and the requests that it sent."""

    revision: str
    colour: Colour
    road: Road
    handler: Handler
    strict: bool = False
    requests: list[Request] = field(factory=list[Request])

    def _answer(self, request: Request) -> Reply:
        self.requests.append(request)
        return self.handler(request)

    @property
    def sent(self) -> list[Sent]:
        """The requests so far, as they are compared."""
        return [sent(request, self.road.base) for request in self.requests]

    def call(self, call: str, arguments: Mapping[str, Any]) -> Any:
        """Call a method of the client; of a collection only the first page is asked for, and given."""
        return run(self._client(), lambda client: method_of(client, call)(**self._built(call, arguments)))

    def complete(self, call: str, arguments: Mapping[str, Any]) -> Any:
        """Call a method of the client; a collection is walked to its end, and its items are given."""
        return run(
            self._client(), lambda client: method_of(client, call)(**self._built(call, arguments)), whole=True
        )

    def request(self, method: str, path: str, *, query: Mapping[str, str], body: Any) -> Any:
        """Send a request as it is."""
        json_argument = {} if body is None else {"json": body}
        return run(self._client(), lambda client: client.request(method, path, query=query, **json_argument))

    def _client(self) -> Any:
        package = import_module(package_of(self.revision))
        name = "Klaviyo" if self.colour == "sync" else "AsyncKlaviyo"
        client = getattr(package, name)
        return client(
            self.road.connection, http_client=InMemory(self._answer), max_retries=0, strict=self.strict
        )

    def _built(self, call: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        given = dict(arguments)
        if "." in call and isinstance(given.get("filter"), list) and call != "metrics.aggregate":
            filters = import_module(f"{package_of(self.revision)}.filters")
            given["filter"] = built_filter(attrgetter(call)(filters), given["filter"])
        return given


def method_of(client: Any, call: str) -> Callable[..., Any]:
    """Give ``client.family.method``, or the operation of that id."""
    if "." in call:
        method: Callable[..., Any] = attrgetter(call)(client)
        return method
    return partial(client.call, call)


def run(client: Any, use: Callable[[Any], Any], *, whole: bool = False) -> Any:
    """Do something with a client and give its result; of a collection, the first page or all items."""

    async def arun() -> Any:
        async with client:
            result = use(client)
            if not _is_async_listing(result):
                return await result
            return [item async for item in result] if whole else await anext(result.pages())

    if hasattr(client, "aclose"):
        return asyncio.run(arun())
    with client:
        result = use(client)
        if not _is_listing(result):
            return result
        return [*result] if whole else next(result.pages())


def _is_listing(result: object) -> TypeGuard[Pages[Any]]:
    return isinstance(result, Pages)


def _is_async_listing(result: object) -> TypeGuard[AsyncPages[Any]]:
    return isinstance(result, AsyncPages)


def built_filter(fields: Any, comparisons: list[Any]) -> Any:
    """Build a filter of ``[field, operator, value]``; text that is a date or an instant becomes one."""
    built: Any = None
    for name, operator, *values in comparisons:
        method = getattr(attrgetter(name)(fields), operator.replace("-", "_"))
        one = method(*map(_value, values))
        built = one if built is None else built & one
    return built


def _value(value: Any) -> Any:
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(value)
        except (TypeError, ValueError):
            continue
    return value


def package_of(revision: str) -> str:
    """Name the package of a revision."""
    return f"klaviyo_maton.v{revision.replace('-', '_')}"


@cache
def revision_of(revision: str) -> Revision:
    """Give a revision of the API as the runtime sees it."""
    found: Revision = import_module(f"{package_of(revision)}.revision").REVISION
    return found


@cache
def cases() -> Cases:
    """Give all cases of the spec."""
    return load_cases(PROJECT / "spec")
