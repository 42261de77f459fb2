# Copied by "make generate" from codegen/runtime/errors.py. Edit that file, not this one.
"""Every error this library raises; nothing foreign leaves it.

* KlaviyoError
  x ArgumentError (also a TypeError and a ValueError): the call is wrong, nothing was sent
    + UnknownFilter (also an AttributeError): no such field, or no such operator of a field
  x CredentialMissing: no usable API key
  x ClientClosed: the client is closed, or belongs to another event loop
  x PolicyRefused: a policy of the client forbids this call
  x NotIncluded (also an AttributeError): a related resource did not come
  x CursorLoop: a page names a cursor that was walked already
  x TransportFailed: no complete answer came
    + Timeout
  x JobFailed: a job that was waited for did not end well, or not in time
  x Undecodable: an answer came and cannot be read
  x WebhookRejected: a delivery to a webhook is not proven to be Klaviyo's
  x ApiError: the server refused
    + BadRequest (400)
    + Unauthorized (401)
    + Forbidden (403)
    + NotFound (404)
    + Conflict (409)
    + Gone (410)
    + RateLimited (429)
      - DailyQuotaExceeded
    + ServerError (5xx)
    + Challenge: a page for a browser stands where JSON is due
    + GatewayError: Maton's own refusal, not Klaviyo's

* RevisionWarning (a UserWarning): another revision answers than the one that was asked for

All of them pickle and copy, and none of them shows a credential, a query value or a request body.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from itertools import islice
from typing import Any, overload

from attrs import field, frozen

_REACHES = {
    False: "nothing was sent",
    True: "the server has answered it",
    None: "it may have reached the server",
}
_SHOWN = 5
_LENGTH = 500


class RevisionWarning(UserWarning):
    """The server answers, or will answer, in another revision than the one that was asked for."""


class KlaviyoError(Exception):
    """The root of all errors of this library."""


class ArgumentError(KlaviyoError, TypeError, ValueError):
    """An argument is wrong; nothing was sent."""


class UnknownFilter(ArgumentError, AttributeError):
    """A field or an operator that the operation does not have."""


class CredentialMissing(KlaviyoError):
    """There is no API key to sign the call with."""


class ClientClosed(KlaviyoError):
    """The client cannot be used any more, or not from here."""


class PolicyRefused(KlaviyoError):
    """A policy of the client forbids the call; nothing was sent."""


class NotIncluded(KlaviyoError, AttributeError):
    """A related resource is not in the answer: the call did not ask for it, or it does not exist any more."""


class CursorLoop(KlaviyoError):
    """The server's next page is one that was walked already."""


class Undecodable(KlaviyoError):
    """An answer that cannot be read.

    Attributes:
        path: where, as ``$.data[3].attributes.created``; ``$`` is the whole answer.
        expected: what should stand there.
        got: what stands there, shortened.
        request: method and path of the request, without query, where the answer belongs to one.
        status: of the answer.
        request_id: what to name to the vendor's support.
    """

    def __init__(self, message: str, *, path: str = "$", expected: str = "", got: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.expected = expected
        self.got = got
        self.request = ""
        self.status: int | None = None
        self.request_id: str | None = None

    def __str__(self) -> str:
        said = _shown(self.args[0])
        if not self.request:
            return said
        identity = f", request {_shown(self.request_id)}" if self.request_id else ""
        return f"{_shown(self.request)} ({self.status}{identity}): {said}"


class TransportFailed(KlaviyoError):
    """No complete answer came: the connection failed, broke off or took too long.

    Attributes:
        sent: False when certainly nothing reached the server, True when it has answered and something of the
            caller's failed afterwards, such as a hook; None when neither is known.
        method: of the request, such as ``GET``.
        path: of the request, without query.
        retry_safe: whether sending it again cannot do its work twice.
        retries: how often it was sent again before giving up.
        status: of an answer that began and did not come whole.
        request_id: what to name to the vendor's support, where an answer began.
    """

    def __init__(self, message: str, *, sent: bool | None = None) -> None:
        super().__init__(message)
        self.sent = sent
        self.method = ""
        self.path = ""
        self.retry_safe = sent is False
        self.retries = 0
        self.status: int | None = None
        self.request_id: str | None = None

    def __str__(self) -> str:
        reach = _REACHES[self.sent]
        place = f"{self.method} {_shown(self.path)}: " if self.method else ""
        answer = "" if self.status is None else f" in an answer of status {self.status}"
        identity = f", request {_shown(self.request_id)}" if self.request_id else ""
        return f"{place}{_shown(self.args[0])}{answer}{identity} ({reach}{_tries(self.retries)})"


class Timeout(TransportFailed):
    """A connection, an answer, or a place in the pool did not come in time."""


class JobFailed(KlaviyoError):
    """A job that was waited for did not end well, or not in time; ``state`` is the last one it was in."""

    def __init__(self, message: str, *, state: str = "") -> None:
        super().__init__(message)
        self.state = state


class WebhookRejected(KlaviyoError):
    """A delivery to a webhook is not proven to be Klaviyo's, or not a fresh one; answer it with 401.

    Attributes:
        check: which check failed: ``headers`` (one is missing, or stands there twice), ``signature``,
            ``timestamp``, ``body`` (it is no delivery) or ``id`` (header and body name different webhooks).
    """

    def __init__(self, message: str, *, check: str = "") -> None:
        super().__init__(message)
        self.check = check


@frozen
class ErrorObject:
    """One entry of the ``errors`` of an answer; what is missing or odd in it reads as None.

    ``pointer`` leads into the request's body, ``parameter`` names a query parameter.
    """

    id: str | None = None
    code: str | None = None
    title: str | None = None
    detail: str | None = None
    pointer: str | None = None
    parameter: str | None = None
    meta: Mapping[str, Any] = field(factory=dict[str, Any])

    def __str__(self) -> str:
        place = self.pointer or self.parameter
        said = _shown(self.detail or self.title or self.code or "no detail")
        return f"{said} [{_shown(place)}]" if place else said


class ErrorObjects(Sequence[ErrorObject]):
    """The entries of an answer, each read when it is asked for: a hostile answer holds a million of them."""

    def __init__(self, entries: Sequence[object], read: Callable[[object], ErrorObject]) -> None:
        self._entries = entries
        self._read = read

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> ErrorObject: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[ErrorObject]: ...

    def __getitem__(self, index: int | slice) -> ErrorObject | Sequence[ErrorObject]:
        if isinstance(index, slice):
            return ErrorObjects(self._entries[index], self._read)
        return self._read(self._entries[index])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ErrorObjects):
            return tuple(self) == tuple(other)
        return tuple(self) == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        more = f", and {len(self) - _SHOWN} more" if len(self) > _SHOWN else ""
        return f"[{', '.join(map(repr, islice(self, _SHOWN)))}{more}]"


@frozen
class ErrorFacts:
    """What is known about a refusal.

    Attributes:
        status: the HTTP status.
        method: of the request.
        path: of the request, without query.
        errors: the entries of the body's ``errors``, or what Maton's body says in its own shape; each is read
            when it is asked for.
        request_id: what to name to the vendor's support.
        retry_after: seconds to wait before another try, where the server says.
        retry_safe: whether sending the same call again cannot do its work twice.
        retries: how often it was sent again before giving up.
        opens_at: when a used-up daily quota opens again.
        excerpt: the first printable characters of a body that is no JSON:API error document.
        hint: what to do about it.
    """

    status: int
    method: str
    path: str
    errors: Sequence[ErrorObject] = ()
    request_id: str | None = None
    retry_after: float | None = None
    retry_safe: bool = False
    retries: int = 0
    opens_at: datetime | None = None
    excerpt: str = ""
    hint: str = ""


class ApiError(KlaviyoError):
    """The server refused the call; ``facts`` holds everything that is known."""

    def __init__(self, facts: ErrorFacts) -> None:
        super().__init__(facts)
        self.facts = facts

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.facts.status

    @property
    def errors(self) -> tuple[ErrorObject, ...]:
        """What the body says, one entry a mistake."""
        return tuple(self.facts.errors)

    @property
    def request_id(self) -> str | None:
        """What to name to the vendor's support."""
        return self.facts.request_id

    @property
    def method(self) -> str:
        """The request's method."""
        return self.facts.method

    @property
    def path(self) -> str:
        """The request's path, without query."""
        return self.facts.path

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait before another try, where the server says."""
        return self.facts.retry_after

    @property
    def retry_safe(self) -> bool:
        """Whether sending the same call again cannot do its work twice."""
        return self.facts.retry_safe

    def __str__(self) -> str:
        facts = self.facts
        said = "; ".join(map(str, islice(facts.errors, _SHOWN))) or facts.excerpt
        said += f"; and {len(facts.errors) - _SHOWN} more" if len(facts.errors) > _SHOWN else ""
        status = f"{facts.status} {_phrase(facts.status)}"
        parts = [f"{status} on {facts.method} {_shown(facts.path)}{_tries(facts.retries)}"]
        parts += [said] if said else []
        parts += [facts.hint] if facts.hint else []
        parts += [f"request id {_shown(facts.request_id)}"] if facts.request_id else []
        return ". ".join(part.rstrip(".") for part in parts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class BadRequest(ApiError):
    """400: the server finds the request wrong; ``errors`` tell where."""


class Unauthorized(ApiError):
    """401: the API key is missing, wrong or revoked."""


class Forbidden(ApiError):
    """403: the API key lacks a scope, or the account the right."""


class NotFound(ApiError):
    """404: there is no such resource."""


class Conflict(ApiError):
    """409: the resource exists already, or is in a state that forbids this."""

    @property
    def duplicate_profile_id(self) -> str | None:
        """The id of the profile that has one of the identifiers already."""
        for error in self.facts.errors:
            found = error.meta.get("duplicate_profile_id")
            if isinstance(found, str):
                return found
        return None


class Gone(ApiError):
    """410: this endpoint does not exist any more in the revision that was asked for."""


class RateLimited(ApiError):
    """429: too many requests; ``retry_after`` tells when the window opens again."""


class DailyQuotaExceeded(RateLimited):
    """429: the quota of the day is used up."""

    @property
    def opens_at(self) -> datetime | None:
        """When the quota opens again, as far as the server says."""
        return self.facts.opens_at


class ServerError(ApiError):
    """5xx: the server failed."""


class Challenge(ApiError):
    """A page for a browser came instead of JSON: something before the API holds the caller for a robot."""


class GatewayError(ApiError):
    """Maton refused the call itself; it did not come to Klaviyo, or the way there failed."""


def _shown(text: object) -> str:
    """What the server said, as it may stand in a log: one line, nothing a terminal obeys, not too long."""
    start = str(text)[:_LENGTH]
    shown = start if start.isprintable() else "".join(one if one.isprintable() else " " for one in start)
    return shown + "…" * (len(start) < len(str(text)))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(no standard status)"


def _tries(retries: int) -> str:
    return f", tried {retries + 1} times" if retries else ""
