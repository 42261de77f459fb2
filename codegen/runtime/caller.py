"""Carrying out operations: one value holds all that calls of a client have in common.

A :class:`Caller` puts the flows together and knows how its colour runs them; the clients and their
families only hand operations and arguments over to it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from .answer import Answer, check_revision
from .arguments import Reading, shown
from .bodies import JSON_API
from .drive import arun, run
from .effects import METHODS, effect_of
from .encode import encode
from .errors import ArgumentError
from .flow import Flow, Options, Session, exchange
from .gate import AsyncGated, Gated
from .jobs import Wait, job
from .operation import Call, Operation, Returns
from .pages import AsyncPages, Listing, Pages, Walk, settled, settled_extra, walk, walk_each
from .prepare import Extra, prepare
from .queries import checked_pairs
from .results import result_of
from .revision import Revision
from .routes import operation_at
from .unset import UNSET
from .urls import decoded, query_pairs, raw_path, text_of


@frozen(kw_only=True)
class Caller(ABC):
    """What a client brings to each call; ``answers`` tells that results come with their answers."""

    revision: Revision
    session: Session
    options: Options
    answers: bool = False

    @abstractmethod
    def run(self, flow: Flow[Any]) -> Any:
        """Carry out a flow; the async colour gives an awaitable."""

    @abstractmethod
    def walked(self, walks: Callable[[int | None], Walk]) -> Any:
        """Make the iterable of this colour over the pages of a walk."""

    def call(self, operation: Operation, arguments: Mapping[str, object], extra: Extra | None = None) -> Any:
        """Run an operation; a collection is walked, anything else is sent at once."""
        if isinstance(operation.returns, Returns) and operation.returns.many:
            return self.pages(operation, arguments, extra)
        return self.run(self._result(self.prepared(operation, arguments, extra)))

    def prepared(
        self, operation: Operation, arguments: Mapping[str, object], extra: Extra | None = None
    ) -> Call:
        """Make the call of an operation, if the client's policy allows it.

        Raises:
            ArgumentError: an argument is wrong.
            PolicyRefused: the client may not do this.
        """
        call = prepare(operation, arguments, extra)
        self._check(operation, call.path)
        return call

    def pages(self, operation: Operation, arguments: Mapping[str, object], extra: Extra | None = None) -> Any:
        """Give the iterable of a collection; its arguments are checked now, its pages fetched later."""
        listing = self._listing(operation, arguments, extra)
        return self.walked(lambda size: walk(listing, size=size))

    def pages_of_each(
        self,
        parents: Operation,
        children: Operation,
        arguments: Mapping[str, object],
        extra: Extra | None = None,
    ) -> Any:
        """Give the iterable over the children of every item of a collection."""
        outer = self._listing(parents, arguments, extra)
        self._check(children, children.path)
        return self.walked(
            lambda size: walk_each(outer, lambda parent: self._listing(children, {"id": parent}, None), size)
        )

    def _listing(self, operation: Operation, arguments: Mapping[str, object], extra: Extra | None) -> Listing:
        with Reading(operation.id):
            listing = Listing(operation, settled(arguments), settled_extra(extra))
        self._check(operation, listing.call().path)
        return listing

    def _check(self, operation: Operation, path: str) -> None:
        self.options.policy.check(operation, path, self.revision)

    def job(
        self,
        start: Operation,
        poll: Operation,
        fetch: Operation,
        arguments: Mapping[str, object],
        wait: Wait,
        deadline: float,
    ) -> Any:
        """Start a job, wait for its end and fetch its result."""
        started, polled, fetched = (self.prepared(operation, arguments) for operation in (start, poll, fetch))
        flow = job(
            self.result(started), lambda: self.result(polled), lambda: self._result(fetched), wait, deadline
        )
        return self.run(flow)

    def raw(self, method: str, path: str, json: object, query: Mapping[str, object] | None) -> Flow[Answer]:
        """The flow of a request that somebody wrote by hand; effect and scopes are those of its operation.

        Raises:
            ArgumentError: it cannot be sent.
            PolicyRefused: the client may not do this.
        """
        with Reading("request"):
            call = self._raw(method, path, json, query)
        return exchange(call, self.session, self.options)

    def _raw(self, method: str, path: str, json: object, query: Mapping[str, object] | None) -> Call:
        verb = text_of(method, "method").upper()
        if verb not in METHODS:
            raise ArgumentError(f"{shown(method)} is no method that the API knows: {', '.join(METHODS)}")
        path = text_of(path, "path")
        operation = operation_at(self.revision, verb, raw_path(path)) or Operation(
            "request", verb, path, effect=effect_of(verb, "", decoded(path))
        )
        self._check(operation, path)
        pairs = () if query is None else checked_pairs(operation, query_pairs(query))
        body = None if json is UNSET else encode(json, "json")
        content_type = None if body is None else JSON_API
        return Call(operation, path, pairs, body, content_type)

    def result(self, call: Call) -> Flow[Any]:
        """The flow of a call whose result comes without its answer."""
        result, _ = yield from self._decoded(call)
        return result

    def _result(self, call: Call) -> Flow[Any]:
        result, answer = yield from self._decoded(call)
        return (result, answer) if self.answers else result

    def _decoded(self, call: Call) -> Flow[tuple[Any, Answer]]:
        answer = yield from exchange(call, self.session, self.options)
        check_revision(self.revision.name, answer)
        return result_of(call, answer, self.revision, strict=self.options.strict), answer


@frozen(kw_only=True)
class SyncCaller(Caller):
    """A caller that blocks its thread."""

    transport: Gated

    def run(self, flow: Flow[Any]) -> Any:
        """Carry out a flow."""
        return run(flow, self.transport)

    def walked(self, walks: Callable[[int | None], Walk]) -> Pages[Any]:
        """Make the iterable over the pages of a walk."""
        return Pages(walks, lambda call: self.run(self.result(call)))


@frozen(kw_only=True)
class AsyncCaller(Caller):
    """A caller that suspends its task."""

    transport: AsyncGated

    def run(self, flow: Flow[Any]) -> Any:
        """Make the awaitable that carries out a flow."""
        return arun(flow, self.transport)

    def walked(self, walks: Callable[[int | None], Walk]) -> AsyncPages[Any]:
        """Make the async iterable over the pages of a walk."""
        return AsyncPages(walks, lambda call: self.run(self.result(call)))
