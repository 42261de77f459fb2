"""A Klaviyo account that exists in memory only, behind both roads."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from attrs import evolve, frozen

from ..arguments import MOST_VALUES, Reading, is_mapping, shown
from ..encode import encode
from ..errors import ArgumentError, TransportFailed
from ..operation import RateLimit
from ..revision import Revision
from ..transport import InMemory, Reply, Request
from ..urls import text_of
from .answering import Asked, Responder
from .gateway import SandboxGateway
from .interface import Interface
from .refusals import RefusedError, error_document
from .store import Store, Stored

API_KEY = "pk_sandbox"
MATON_KEY = "maton-sandbox"

_JSON_API = "application/vnd.api+json"
_MEDIA_TYPES = frozenset({_JSON_API, "application/json"})
_TOO_MANY = 429
_DAY = 86400


@frozen
class _Fault:
    """What comes instead of an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None
    failure: TransportFailed | None


class Sandbox:
    """A stand-in for Klaviyo and Maton that keeps state and needs no network.

    It serves what the generated tables of its revisions describe, and answers as the vendor's documents
    promise; what nobody wrote is made up. The account is empty at first, and Maton knows one connection
    to it, ``connection_id``. ``polls`` questions find a job, or a new connection, not done yet.
    """

    @Reading("Sandbox")
    def __init__(self, *revisions: Revision, polls: int = 0) -> None:
        self._store = Store()
        self._responders = {
            revision.name: Responder(self._store, Interface(revision), polls) for revision in revisions
        }
        self._gateway = SandboxGateway(MATON_KEY, self._store, polls)
        self._faults: deque[_Fault] = deque()
        self._lock = Lock()
        self.connection_id = self._gateway.begin("klaviyo", polls=0)
        self.requests: list[Request] = []
        """The requests that came, the oldest first."""

    def transport(self) -> InMemory:
        """A transport for clients of either colour, as their ``http_client``."""
        return InMemory(self.handle)

    @Reading("Sandbox.add")
    def add(self, kind: str, attributes: Mapping[str, Any] | None = None, *, id: str = "") -> str:
        """Put a resource in as it is, whatever it looks like, and give its id.

        Raises:
            ArgumentError: its type or id is no text, or its attributes are no mapping.
        """
        kind, id = text_of(kind, "kind"), text_of(id, "id")
        if attributes is not None and not is_mapping(attributes):
            raise ArgumentError(f"attributes are a mapping, not {shown(attributes)}")
        values = dict(attributes or {})
        with self._lock:
            return self._store.add(Stored(kind, id or self._store.new_id(kind, values), values)).id

    @Reading("Sandbox.link")
    def link(self, kind: str, id: str, relationship: str, target: str, target_id: str) -> None:
        """Link a resource to another, and back where a relationship leads back.

        Raises:
            ArgumentError: what is given is no text.
        """
        for text in (kind, id, relationship, target, target_id):
            text_of(text, "what is linked")
        newest = self._responders[max(self._responders)]
        with self._lock:
            newest.writer.link((kind, id), relationship, (target, target_id))

    @Reading("Sandbox.fail_next")
    def fail_next(
        self,
        status: int = 503,
        *,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | bytes | None = None,
        failure: TransportFailed | None = None,
        times: int = 1,
    ) -> None:
        """Answer the next requests with a fault, or with ``failure`` instead of an answer.

        Without a body the error has the shape of Klaviyo's.

        Raises:
            ArgumentError: what is given makes no answer.
        """
        if not 0 <= times <= MOST_VALUES:
            raise ArgumentError(f"times is a whole number up to {MOST_VALUES}, not {shown(times)}")
        _check_fault(status, failure)
        headers = {text_of(key, "headers"): text_of(value, key) for key, value in (headers or {}).items()}
        given = body if isinstance(body, bytes) or body is None else encode(body)
        with self._lock:
            self._faults.extend([_Fault(status, headers, given, failure)] * times)

    def handle(self, request: Request) -> Reply:
        """Answer a request.

        Raises:
            TransportFailed: a fault was queued that says so.
        """
        with self._lock:
            self.requests.append(request)
            number = len(self.requests)
            if self._faults:
                return _faulty(self._faults.popleft(), _request_id(number))
            return self._routed(request, _request_id(number))

    def _routed(self, request: Request, request_id: str) -> Reply:
        target = urlsplit(request.url)
        headers = {name.lower(): value for name, value in request.headers}
        path = target.path
        if path.startswith(("/api/", "/client/")):
            return self._klaviyo(request, path, headers, request_id, direct=True)
        if not self._gateway.is_passthrough(path):
            reply = self._gateway.answer(request.method, path, target.query, headers, request.body)
            return evolve(reply, headers={**reply.headers, "x-request-id": request_id})
        if refusal := self._gateway.forwarded(headers):
            return evolve(refusal, headers={**refusal.headers, "x-request-id": request_id})
        return self._klaviyo(request, path.removeprefix("/klaviyo"), headers, request_id, direct=False)

    def _klaviyo(
        self, request: Request, path: str, headers: Mapping[str, str], request_id: str, *, direct: bool
    ) -> Reply:
        said = {"x-klaviyo-req-id": request_id}
        try:
            if direct and path.startswith("/api/"):
                _check_key(headers.get("authorization", ""))
            responder = self._responder(headers.get("revision", ""))
            said["x-klaviyo-api-revision"] = responder.interface.revision.name
            route, identifier = responder.interface.find(request.method, path)
            said |= _limits(route.operation.limit)
            _check_media_type(request, headers)
            query = urlsplit(request.url).query
            header = headers.get(route.operation.filter_header.lower())
            asked = Asked(route, identifier, path, query, header, request.body, request.upload)
            answered = responder.answer(asked)
        except RefusedError as refused:
            return _reply(refused.status, error_document(refused, request_id), said)
        return _reply(answered.status, answered.document, said)

    def _responder(self, wanted: str) -> Responder:
        """The revision that serves a request: the newest that is not newer, else the oldest."""
        if not wanted:
            raise RefusedError(400, "A revision header is required.")
        fitting = [name for name in self._responders if name <= wanted]
        return self._responders[max(fitting) if fitting else min(self._responders)]


def _check_key(authorization: str) -> None:
    if authorization == f"Klaviyo-API-Key {API_KEY}":
        return
    if not authorization.startswith("Klaviyo-API-Key pk_"):
        raise RefusedError(401, "Missing or invalid private key.", code="not_authenticated")
    raise RefusedError(401, "Incorrect authentication credentials.", code="authentication_failed")


def _check_media_type(request: Request, headers: Mapping[str, str]) -> None:
    media_type = headers.get("content-type", "").partition(";")[0]
    if request.body is not None and media_type not in _MEDIA_TYPES:
        raise RefusedError(
            415, f"Unsupported media type '{media_type}' in request.", code="unsupported_media_type"
        )


def _limits(limit: RateLimit | None) -> dict[str, str]:
    if limit is None:
        return {}
    windows = f"{limit.burst}, {limit.burst};w=1, {limit.steady};w=60"
    said = {"ratelimit-limit": windows, "ratelimit-remaining": str(limit.burst - 1), "ratelimit-reset": "0"}
    if limit.daily:
        said["ratelimit-limit"] += f", {limit.daily};w={_DAY}"
        said |= {"ratelimit-remaining-daily": str(limit.daily - 1), "ratelimit-reset-daily": str(_DAY)}
    return said


def _reply(status: int, document: Mapping[str, Any] | None, headers: Mapping[str, str]) -> Reply:
    if document is None:
        return Reply(status, headers)
    return Reply(status, {"content-type": _JSON_API, **headers}, encode(document))


def _check_fault(status: object, failure: object) -> None:
    if not isinstance(status, int):
        raise ArgumentError(f"status is a whole number, not {shown(status)}")
    if not isinstance(failure, TransportFailed | None):
        raise ArgumentError(f"failure is a TransportFailed, not {shown(failure)}")


def _faulty(fault: _Fault, request_id: str) -> Reply:
    if fault.failure is not None:
        raise fault.failure
    body = fault.body
    if body is None:
        detail = "Request was throttled." if fault.status == _TOO_MANY else "The sandbox was told to fail."
        refused = RefusedError(fault.status, detail, pointer="/data")
        body = encode(error_document(refused, request_id))
    headers = {"content-type": _JSON_API, "x-klaviyo-req-id": request_id, **fault.headers}
    return Reply(fault.status, headers, body)


def _request_id(number: int) -> str:
    return f"00000000-0000-4000-9000-{number:012d}"
