"""Clients over servers in memory, and what the laws that are tried on every endpoint or class may cost."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import pytest
from attrs import define, field
from hypothesis import settings

from codegen import ir
from klaviyo_maton import Direct, InMemory, Reply, Request
from klaviyo_maton.runtime.drive import SystemClock
from tests.strategies import Revision, committed

KEY = "pk_0123456789abcdef"

EACH = settings(max_examples=max(1, settings().max_examples // 30))
"""For laws with a case for every operation or class, which are many."""

MANY = settings(max_examples=settings().max_examples * 4)
"""For laws with few cases and much to go wrong."""

by_revision = pytest.mark.parametrize("revision", committed(), ids=repr)

T = TypeVar("T")


class Case(Generic[T]):
    """Something of one revision that a law is tried on; a report shows its name, not all that it is."""

    def __init__(self, revision: Revision, name: str, item: T) -> None:
        self.revision = revision
        self.name = name
        self.item = item

    def __repr__(self) -> str:
        return f"{self.revision}-{self.name}"


def cases(find: Callable[[Revision], Iterable[tuple[str, T]]]) -> pytest.MarkDecorator:
    """Make a case of everything that is found, by its name, in the committed revisions.

    What a later revision has exactly as an earlier one is tried once.
    """
    found: dict[tuple[str, str], Case[T]] = {}
    for revision in committed():
        for name, item in find(revision):
            found.setdefault((name, revision.shape(item)), Case(revision, name, item))
    return pytest.mark.parametrize("case", [*found.values()], ids=repr)


@define
class Server:
    """Answers everything with what an operation promises at least, and keeps what arrived."""

    reply: Reply
    requests: list[Request] = field(factory=list[Request])

    def __call__(self, request: Request) -> Reply:
        self.requests.append(request)
        return self.reply

    def taken(self) -> list[Request]:
        """Give what arrived since the last time."""
        taken, self.requests = self.requests, []
        return taken


def least_reply(operation: ir.Operation) -> Reply:
    """The smallest success of an operation."""
    kind, status = answer_type(operation), operation.answer.statuses[0]
    data: Any = [] if is_collection(operation) else {"type": kind, "id": "1"}
    return Reply(status, {}, json.dumps({"data": data}).encode() if kind else b"")


@contextmanager
def stopped_clock() -> Generator[list[float]]:
    """Let no call of a client wait; what it would have waited is listed, in seconds."""
    waits: list[float] = []

    def sleep(_: SystemClock, seconds: float) -> None:
        waits.append(seconds)

    async def asleep(_: SystemClock, seconds: float) -> None:
        waits.append(seconds)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SystemClock, "sleep", sleep)
        patch.setattr(SystemClock, "asleep", asleep)
        yield waits


def sync_client(
    revision: Revision, handler: Callable[[Request], Reply], connection: Any = None, **options: Any
) -> Any:
    """Make a client of a revision over a server in memory."""
    return revision.clients.Klaviyo(connection or Direct(KEY), http_client=InMemory(handler), **options)


def async_client(
    revision: Revision, handler: Callable[[Request], Reply], connection: Any = None, **options: Any
) -> Any:
    """Make the async client of a revision over a server in memory."""
    return revision.clients.AsyncKlaviyo(connection or Direct(KEY), http_client=InMemory(handler), **options)


def answer_type(operation: ir.Operation) -> str:
    """The JSON:API type of what an operation answers with; empty where it promises nothing."""
    return operation.answer.type if isinstance(operation.answer, ir.Answer) else ""


def is_collection(operation: ir.Operation) -> bool:
    """Whether an operation answers with many resources."""
    return isinstance(operation.answer, ir.Answer) and operation.answer.many


def least_arguments(operation: ir.Operation) -> dict[str, Any]:
    """What an operation without a body cannot be called without."""
    needed = operation.filtering is not None and operation.filtering.required
    ids = {item.name: "1" for item in operation.path_parameters}
    given = {item.name: _least_value(item.type) for item in operation.query_parameters if item.required}
    return ids | given | ({"filter": "equals(id,1)"} if needed else {})


def _least_value(kind: ir.Type) -> Any:
    match kind:
        case ir.Choice(values):
            return values[0]
        case ir.ListOf(item):
            return [_least_value(item)]
        case ir.OneOf((first, *_)):
            return _least_value(first)
        case _:
            return "1"


def method_of(client: Any, operation: ir.Operation) -> Any:
    """Find the method of an operation."""
    return getattr(getattr(client, operation.family), operation.name)
