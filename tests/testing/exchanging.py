"""What is recorded of requests that are sent by hand, and of calls of clients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from klaviyo_maton import AsyncKlaviyo, InMemory, Klaviyo, KlaviyoError, Reply, Request, Timeouts, testing
from tests.wire.roads import run

Client = type[Klaviyo] | type[AsyncKlaviyo]

CLIENTS: tuple[Client, ...] = (Klaviyo, AsyncKlaviyo)


def sent(recorder: testing.Recorder, *requests: Request) -> testing.Recording:
    """What is recorded of requests."""
    for request in requests:
        recorder.send(request, Timeouts())
    return recorder.recording


def exchanged(request: Request, reply: Reply) -> testing.Exchange:
    """What is recorded of one exchange."""
    (exchange,) = sent(testing.Recorder(InMemory(lambda _: reply)), request).exchanges
    return exchange


def get(path: str = "/api/x") -> Request:
    return Request("GET", f"https://a.klaviyo.com{path}")


def outcome(client: Any, use: Callable[[Any], Any]) -> Any:
    """What came of a call: its result, the items of a collection, or the error."""
    try:
        return run(client, use, whole=True)
    except KlaviyoError as error:
        return type(error), str(error)


def everything(exchange: testing.Exchange) -> list[str]:
    """All texts of an exchange."""
    request, reply = exchange.request, exchange.reply
    return [request.url, repr(request.headers), repr(request.body), repr(reply.headers), repr(reply.body)]
