"""From an answer that is no success to the error it means, whatever its body looks like.

Klaviyo's own bodies always have a list ``errors`` at the top; through Maton, a body without it is the
gateway's. Neither is taken for granted: a body may be empty, a page for a browser, or no text at all, and
it may repeat the key, or name a page with a session token. What an error tells holds none of those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from . import errors
from .answer import RateLimitState, request_id
from .codec import decode, is_array, is_object
from .connection import Road
from .errors import ApiError, ErrorFacts, ErrorObject
from .operation import Call
from .retry import answered_at, is_harmless, retry_after
from .secret import NO_SECRET, Secret, masked, without_queries
from .transport import Reply

_EXCERPT = 200
_DEEPEST = 20
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

_KLAVIYO_HINTS: Mapping[int, str] = {
    401: "Check the API key, and whether it was revoked",
    410: "This endpoint ended with an older revision: import the client of a newer one",
}
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
    document = _document(reply.body, key)
    entries = document.get("errors")
    wait = retry_after(reply.headers, now)
    kind: type[ApiError]
    if _is_challenge(reply):
        kind, hint = errors.Challenge, "A page for a browser came, not the API: send less, or from elsewhere"
    elif reply.status >= HTTPStatus.BAD_REQUEST and road == "maton" and not is_array(entries):
        kind, hint = errors.GatewayError, _MATON_HINTS.get(reply.status, "")
    else:
        kind, hint = (
            _kind(reply.status),
            _hint(call, reply.status, has_token=scheme == _OAUTH and road == "direct"),
        )
    opens_at = None
    if kind is errors.RateLimited and _is_daily(reply.headers, wait):
        kind = errors.DailyQuotaExceeded
        opens_at = _later(answered_at(reply.headers, now), wait)
        hint = "The daily quota is used up" + (f" until {opens_at:%Y-%m-%d %H:%M:%S} UTC" if opens_at else "")
    said = _klaviyo_errors(entries) if is_array(entries) else _gateway_errors(document)
    return kind(
        ErrorFacts(
            status=reply.status,
            method=call.operation.method,
            path=call.path,
            errors=said,
            request_id=request_id(reply.headers, key),
            retry_after=wait,
            retry_safe=reply.status < HTTPStatus.INTERNAL_SERVER_ERROR or is_harmless(call),
            retries=retries,
            opens_at=opens_at,
            excerpt="" if said else _excerpt(reply.body, key),
            hint=hint,
        )
    )


def _kind(status: int) -> type[ApiError]:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return errors.ServerError
    return _CLASSES.get(status, ApiError)


def _hint(call: Call, status: int, *, has_token: bool) -> str:
    if status == HTTPStatus.FORBIDDEN and call.operation.scopes:
        credential = "access token" if has_token else "API key"
        return f"This takes an {credential} with {', '.join(call.operation.scopes)}"
    if status == HTTPStatus.UNAUTHORIZED and has_token:
        return "The access token may have expired or been revoked: refresh it"
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return "Redirects are not followed, because the key would go along: check base_url and path"
    return _KLAVIYO_HINTS.get(status, "")


def _is_challenge(reply: Reply) -> bool:
    if reply.headers.get("cf-mitigated") == "challenge":
        return True
    start = reply.body[:_EXCERPT].lstrip().lower()
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


def _document(body: bytes, key: Secret) -> Mapping[str, Any]:
    try:
        document = _masked(decode(body), key)
    except errors.Undecodable:
        return {}
    return document if is_object(document) else {}


def _masked(value: Any, key: Secret, depth: int = 0) -> Any:
    """Take the key out of JSON, and what is nested so deeply that pickles and copies would fail."""
    if isinstance(value, str):
        return masked(value, key)
    if depth == _DEEPEST and isinstance(value, (dict, list)):
        return "…"
    if is_object(value):
        return {masked(name, key): _masked(item, key, depth + 1) for name, item in value.items()}
    if is_array(value):
        return [_masked(item, key, depth + 1) for item in value]
    return value


def _klaviyo_errors(entries: Sequence[object]) -> tuple[ErrorObject, ...]:
    return tuple(_error_object(entry) for entry in entries)


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


def _gateway_errors(document: Mapping[str, Any]) -> tuple[ErrorObject, ...]:
    """Read the four shapes of Maton's own errors."""
    detail = document.get("detail")
    if is_array(detail):
        return tuple(_validation_error(_object(entry)) for entry in detail)
    members = _object(document.get("error")) or document
    said = _text(members.get("message")) or _text(detail) or _text(document.get("error"))
    if said is None:
        return ()
    code, title = _text(members.get("code")), _text(members.get("type"))
    return (ErrorObject(detail=without_queries(said), code=code, title=title),)


def _validation_error(entry: Mapping[str, Any]) -> ErrorObject:
    location = entry.get("loc")
    where = "/".join(str(part) for part in location) if is_array(location) else None
    detail = without_queries(_text(entry.get("msg")) or "") or None
    return ErrorObject(detail=detail, code=_text(entry.get("type")), pointer=where and f"/{where}")


def _excerpt(body: bytes, key: Secret) -> str:
    text = without_queries(masked(body.decode(errors="replace"), key))[: 4 * _EXCERPT]
    shown = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(shown.split())[:_EXCERPT]


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _object(value: object) -> Mapping[str, Any]:
    return value if is_object(value) else {}
