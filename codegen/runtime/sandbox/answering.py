"""Answering one request: which kind of endpoint it is, what it does, and the document that tells so."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from attrs import evolve, frozen

from ..codec import is_array
from ..operation import Form, Identifiers, Operation, Returns, Upload
from ..upload import Multipart
from .body import Given, read_identifiers, read_resource
from .filling import Filler
from .interface import Interface, Route
from .jobs import Foreman, is_job
from .querying import Query, read_query
from .refusals import RefusedError, missing
from .selecting import Selection, select
from .showing import ORIGIN, Shower, identifiers
from .store import Identity, Store, Stored
from .uploads import read_upload
from .writing import Writer


@frozen
class Asked:
    """A request for an endpoint: the id in its path, its target as it was sent, and its body.

    ``filter`` is what a header says in the place of the query's filter.
    """

    route: Route
    id: str
    path: str
    query: str
    filter: str | None
    body: bytes | None
    upload: Multipart | None = None

    @property
    def operation(self) -> Operation:
        """The operation that it means."""
        return self.route.operation


@frozen
class Answered:
    """Status and document of an answer; None where it has no body."""

    status: int
    document: dict[str, Any] | None = None


@frozen(eq=False)
class Responder:
    """Answers requests in one revision."""

    store: Store
    interface: Interface
    polls: int = 0

    @property
    def writer(self) -> Writer:
        """What carries out the writes."""
        return Writer(self.store, self.interface)

    @property
    def _foreman(self) -> Foreman:
        return Foreman(self.writer, self.polls)

    def answer(self, asked: Asked) -> Answered:
        """Do what a request asks for.

        Raises:
            RefusedError: something about it is wrong.
        """
        operation = asked.operation
        query = read_query(operation, asked.query, asked.filter, self._kind(asked))
        match asked.route.kind, operation.method:
            case "collection", "GET":
                return self._collection(asked, query, self.store.all(self._kind(asked)))
            case "collection", _:
                return self._posted(asked, query)
            case "resource", "GET":
                stored = self._found(asked)
                self._foreman.ask(stored)
                return self._single(asked, stored, 200, query)
            case "resource", "DELETE":
                return self._deleted(asked)
            case "resource", _:
                return self._updated(asked, query)
            case _, "GET":
                return self._related(asked, query)
            case _:
                return self._relinked(asked)

    # ------------------------------------------------------------------------------------- reads

    def _collection(
        self, asked: Asked, query: Query, resources: list[Stored], since: dict[Identity, str] | None = None
    ) -> Answered:
        shower = Shower(self.store, self.interface, asked.operation, query, since=since or {})
        selection = select(resources, query, shower)
        if _returns(asked.operation).identifiers:
            data = identifiers(stored.identity for stored in selection.page)
        else:
            data = [shower.document(stored) for stored in selection.page]
        document: dict[str, Any] = {"data": data, "links": _page_links(asked, selection)}
        if query.include:
            document["included"] = shower.included(selection.page)
        return Answered(200, document)

    def _single(
        self, asked: Asked, stored: Stored, status: int, query: Query, filler: Filler | None = None
    ) -> Answered:
        shower = Shower(self.store, self.interface, asked.operation, query, filler or Filler())
        document: dict[str, Any] = {"data": shower.document(stored), "links": {"self": _self(asked)}}
        if query.include:
            document["included"] = shower.included([stored])
        return Answered(status, document)

    def _related(self, asked: Asked, query: Query) -> Answered:
        owner = self._found(asked)
        returns = _returns(asked.operation)
        since = self.writer.linked(owner.identity, asked.route.key, returns.type)
        resources = [stored for stored in map(self.store.find, since) if stored]
        if returns.many:
            return self._collection(asked, query, resources, since)
        if not resources:
            raise missing(asked.route.key, asked.id)
        if returns.identifiers:
            (data,) = identifiers([resources[0].identity])
            return Answered(200, {"data": data, "links": {"self": _self(asked)}})
        return self._single(asked, resources[0], 200, query)

    # ------------------------------------------------------------------------------------ writes

    def _posted(self, asked: Asked, query: Query) -> Answered:
        operation = asked.operation
        given = self._given(asked)
        if operation.effect == "read":
            return self._computed(asked, given, query)
        stored, is_new = self._written(operation, given)
        if not _returns(operation).type:
            return Answered(operation.statuses[0])
        first, *_, last = (*operation.statuses, *operation.statuses)
        return self._single(asked, stored, last if is_new else first, query)

    def _written(self, operation: Operation, given: Given) -> tuple[Stored, bool]:
        """Carry out a POST; tells whether there is a resource that was not there before."""
        kind = _returns(operation).type
        if is_job(given.form) or not (kind or self.interface.model(given.form.type)):
            return self._foreman.start(given), True
        if operation.repeatable:
            return self.writer.upsert(given)
        if not given.id:
            return self.writer.create(given), True
        stored = self.writer.found((kind or given.form.type, given.id))
        if given.form.type != kind:
            sources = [identity for identities in given.links.values() for identity in identities]
            return self.writer.merge(stored, sources), True
        if given.links:
            return self.writer.update(stored, given), False
        return self.writer.copy(stored, given), True

    def _computed(self, asked: Asked, given: Given, query: Query) -> Answered:
        """Answer a POST that only reads: a resource with what was rendered, or a report."""
        kind = _returns(asked.operation).type
        if given.id:
            return self._single(asked, self.writer.found((kind, given.id)), 200, query)
        keys = {
            key: [str(item) for item in value] for key, value in given.attributes.items() if is_array(value)
        }
        report = Stored(kind, self.store.new_id(kind, {}), {})
        return self._single(asked, report, 200, query, Filler(rows=1, keys=keys))

    def _updated(self, asked: Asked, query: Query) -> Answered:
        stored = self._found(asked)
        given = self._given(asked)
        if given.id != asked.id:
            raise RefusedError(400, "The id in the body is not the one in the path.", pointer="/data/id")
        self.writer.update(stored, given)
        return self._single(asked, stored, 200, query) if _returns(asked.operation).type else Answered(204)

    def _deleted(self, asked: Asked) -> Answered:
        stored = self._found(asked)
        shown = self._single(asked, stored, 200, Query())
        self.store.remove(stored.identity)
        return shown if _returns(asked.operation).type else Answered(204)

    def _relinked(self, asked: Asked) -> Answered:
        body, key = asked.operation.body, asked.route.key
        owner = self._found(asked)
        if not isinstance(body, Identifiers):
            raise RefusedError(400, f"{asked.operation.id} takes another kind of body.")
        targets = [self.writer.found(identity).identity for identity in read_identifiers(body, asked.body)]
        method = asked.operation.method
        gone = list(self.store.linked(owner.identity, key)) if method == "PATCH" else []
        for target in targets if method == "DELETE" else gone:
            self.writer.unlink(owner.identity, key, target)
        for target in targets if method != "DELETE" else []:
            self.writer.link(owner.identity, key, target)
        return Answered(204)

    # ------------------------------------------------------------------------------------- parts

    def _given(self, asked: Asked) -> Given:
        """The resource that the body carries."""
        match asked.operation.body:
            case Form() as form:
                return read_resource(form, asked.body)
            case Upload() as upload:
                kind = self._kind(asked)
                return read_upload(upload, asked.upload, kind, self.interface.attributes(kind))
            case _:
                raise RefusedError(400, f"{asked.operation.id} takes another kind of body.")

    def _kind(self, asked: Asked) -> str:
        """The type that an operation is about."""
        return _returns(asked.operation).type or self.interface.owners.get(asked.route.collection, "")

    def _found(self, asked: Asked) -> Stored:
        """The resource that the path names."""
        return self.writer.found((self.interface.owners.get(asked.route.collection, ""), asked.id))


def _returns(operation: Operation) -> Returns:
    return operation.returns if isinstance(operation.returns, Returns) else Returns()


def _self(asked: Asked) -> str:
    return f"{ORIGIN}{asked.path}" + (f"?{asked.query}" if asked.query else "")


def _page_links(asked: Asked, selection: Selection) -> dict[str, str | None]:
    pairs = [
        pair
        for pair in asked.query.split("&")
        if pair and not pair.startswith(("page%5Bcursor", "page[cursor"))
    ]

    def at(cursor: str) -> str:
        with_cursor = [*pairs, f"page%5Bcursor%5D={quote(cursor, safe='')}"] if cursor else pairs
        return _self(evolve(asked, query="&".join(with_cursor)))

    return {
        "self": _self(asked),
        "first": at(""),
        "prev": at(selection.previous) if selection.previous else None,
        "next": at(selection.next) if selection.next else None,
    }
