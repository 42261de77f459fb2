"""From an answer that is no success to the error it means, whatever its body looks like.

Klaviyo's own bodies always have a list ``errors`` at the top; through Maton, a body without it is the
gateway's. Neither is taken for granted: a body may be empty, a page for a browser, or no text at all, and
it may repeat the key, or name a page with a session token. What an error tells holds none of those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import islice
from typing import Any

from . import errors
from .answer import RateLimitState, request_id
from .codec import decode, is_array, is_object, without_mark
from .connection import Road
from .errors import ApiError, ErrorFacts, ErrorObject, ErrorObjects
from .operation import Call
from .redaction import Redaction
from .retry import answered_at, is_harmless, retry_after
from .secret import NO_SECRET, Secret
from .sent_secrets import sent_secrets
from .transport import Reply
from .urls import CLIENT_SIDE

_EXCERPT = 200
_FIRST = 5
_SHOWN = 500
_ENOUGH = 100 * _EXCERPT  # bytes of a body that an excerpt may need
_HOUR = 3600

_CLASSES: Mapping[int, type[ApiError]] = {
    400: errors.BadRequest,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
    410: errors.Gone,
    429: errors.RateLimited,
}
_OAUTH = "Bearer"
_CHALLENGING = frozenset({403, 429, 503})

_REFUSED: Mapping[str, str] = {
    "API key": "Check the API key, and whether it was revoked",
    "access token": "The access token may have expired or been revoked: refresh it",
    "connection": "Klaviyo refuses the connection, not the Maton API key: connect Klaviyo again",
}
_LACKS_SCOPE = re.compile(
    r"(?<!out of )(?<!in )(?<!within )\bscopes?\b(?! of\b)|permission to perform this action\s*+(?:[.:;]|$)",
    re.IGNORECASE,
)
_CONNECTION = re.compile("connection", re.IGNORECASE)
_NO_CONNECTION = "Maton found no connection to use: connect Klaviyo, and name the connection"
_MATON_HINTS: Mapping[int, str] = {
    400: _NO_CONNECTION,
    401: "Check the Maton API key, which is not Klaviyo's",
    403: "The Maton API key may not do this",
    404: "Maton does not know this connection or path: list the connections and check connection_id",
    412: _NO_CONNECTION,
    429: "Maton allows an account ten requests a second",
    500: "The connection's authorisation may have expired: connect Klaviyo again, use the new connection",
}


def read_error(
    call: Call,
    reply: Reply,
    road: Road,
    retries: int,
    now: Callable[[], float],
    key: Secret = NO_SECRET,
    scheme: str = "",
) -> ApiError:
    """Make the error that an answer without success means.

    ``now`` tells seconds since 1970; ``key`` is what the request was signed with, and ``scheme`` how.
    """
    redaction = Redaction(key, sent=sent_secrets(call))
    document = _document(reply.body, redaction)
    entries = document.get("errors")
    said = _klaviyo_errors(entries) if is_array(entries) else _gateway_errors(document)
    wait = retry_after(reply.headers, now)
    kind: type[ApiError]
    if _is_challenge(reply):
        kind, hint = errors.Challenge, "A page for a browser came, not the API: send less, or from elsewhere"
    elif reply.status >= HTTPStatus.BAD_REQUEST and road == "maton" and not is_array(entries):
        kind, hint = errors.GatewayError, _gateway_hint(reply.status, said)
    else:
        kind = _kind(reply.status)
        hint = _hint(call, reply.status, _credential(call, road, scheme), said)
    opens_at = None
    if kind is errors.RateLimited and _is_daily(reply.headers, wait):
        kind = errors.DailyQuotaExceeded
        opens_at = _later(answered_at(reply.headers, now), wait)
        hint = "The daily quota is used up" + (f" until {opens_at:%Y-%m-%d %H:%M:%S} UTC" if opens_at else "")
    return kind(
        ErrorFacts(
            status=reply.status,
            method=call.operation.method,
            path=call.path,
            errors=said,
            request_id=request_id(reply.headers, redaction),
            retry_after=wait,
            retry_safe=reply.status < HTTPStatus.INTERNAL_SERVER_ERROR or is_harmless(call),
            retries=retries,
            opens_at=opens_at,
            excerpt="" if said else _excerpt(reply.body, redaction),
            hint=hint,
        )
    )


def _kind(status: int) -> type[ApiError]:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return errors.ServerError
    return _CLASSES.get(status, ApiError)


def _credential(call: Call, road: Road, scheme: str) -> str:
    """What Klaviyo judges a call by; empty where that is the account's public id."""
    if road == "maton":
        return "connection"
    if call.path.startswith(CLIENT_SIDE):
        return ""
    return "access token" if scheme == _OAUTH else "API key"


def _hint(call: Call, status: int, credential: str, said: Sequence[ErrorObject]) -> str:
    """What to do about Klaviyo's refusal; nothing where the server names another reason than usual."""
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return "Redirects are not followed, because the key would go along: check base_url and path"
    if status == HTTPStatus.UNAUTHORIZED:
        return _REFUSED.get(credential, "")
    if status == HTTPStatus.GONE:
        return "This endpoint ended with an older revision: import the client of a newer one"
    if (
        status == HTTPStatus.FORBIDDEN
        and call.operation.scopes
        and credential
        and _is_told(_LACKS_SCOPE, said)
    ):
        article = "a" if credential == "connection" else "an"
        return f"This takes {article} {credential} with {', '.join(call.operation.scopes)}"
    return ""


def _gateway_hint(status: int, said: Sequence[ErrorObject]) -> str:
    if status == HTTPStatus.BAD_REQUEST and said and not _is_told(_CONNECTION, said):
        return ""
    return _MATON_HINTS.get(status, "")


def _is_told(reason: re.Pattern[str], said: Sequence[ErrorObject]) -> bool:
    """Tell whether one of the first errors is about something; a title is general where there is a detail."""
    return any(reason.search((one.detail or one.title or "")[:_SHOWN]) for one in islice(said, _FIRST))


def _is_challenge(reply: Reply) -> bool:
    if reply.headers.get("cf-mitigated") == "challenge":
        return True
    start = without_mark(reply.body[:_EXCERPT]).lstrip().lower()
    is_marked = "html" in reply.headers.get("content-type", "")
    return reply.status in _CHALLENGING and (is_marked or start.startswith((b"<!doctype html", b"<html")))


def _is_daily(headers: Mapping[str, str], wait: float | None) -> bool:
    return RateLimitState.of(headers).remaining_daily == 0 or (wait is not None and wait > _HOUR)


def _later(moment: float, wait: float | None) -> datetime | None:
    try:
        return None if wait is None else datetime.fromtimestamp(moment, UTC) + timedelta(seconds=wait)
    except OverflowError:
        return None


# --------------------------------------------------------------------------------------------- bodies


def _document(body: bytes, redaction: Redaction) -> Mapping[str, Any]:
    try:
        document = redaction.json(decode(body))
    except errors.Undecodable:
        return {}
    return document if is_object(document) else {}


def _klaviyo_errors(entries: Sequence[object]) -> Sequence[ErrorObject]:
    return ErrorObjects(entries, _error_object)


def _error_object(entry: object) -> ErrorObject:
    members = _object(entry)
    source = _object(members.get("source"))
    return ErrorObject(
        id=_text(members.get("id")),
        code=_text(members.get("code")),
        title=_text(members.get("title")),
        detail=_text(members.get("detail") if members else entry),
        pointer=_text(source.get("pointer")),
        parameter=_text(source.get("parameter")),
        meta=_object(members.get("meta")),
    )


def _gateway_errors(document: Mapping[str, Any]) -> Sequence[ErrorObject]:
    """Read the four shapes of Maton's own errors."""
    detail = document.get("detail")
    if is_array(detail):
        return ErrorObjects(detail, _validation_error)
    members = _object(document.get("error")) or document
    said = _text(members.get("message")) or _text(detail) or _text(document.get("error"))
    if said is None:
        return ()
    code, title = _text(members.get("code")), _text(members.get("type"))
    return (ErrorObject(detail=said, code=code, title=title),)


def _validation_error(entry: object) -> ErrorObject:
    members = _object(entry)
    location = members.get("loc")
    where = "/".join(str(part) for part in location) if is_array(location) else None
    return ErrorObject(
        detail=_text(members.get("msg")) or None,
        code=_text(members.get("type")),
        pointer=where and f"/{where}",
    )


def _excerpt(body: bytes, redaction: Redaction) -> str:
    return redaction.excerpt(body[:_ENOUGH].decode(errors="replace"), _EXCERPT)


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _object(value: object) -> Mapping[str, Any]:
    return value if is_object(value) else {}
