"""What Klaviyo answers when it refuses a request: the statuses, codes and bodies of its errors."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import responses
from typing import Any

_TITLES: Mapping[str, str] = {
    "invalid": "Invalid input.",
    "not_authenticated": "Authentication credentials were not provided.",
    "authentication_failed": "Incorrect authentication credentials.",
    "not_found": "Not found.",
    "method_not_allowed": "Method not allowed.",
    "unsupported_media_type": "Unsupported media type.",
    "throttled": "Request was throttled.",
    "error": "A server error occurred.",
}
_CODES: Mapping[int, str] = {
    400: "invalid",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    429: "throttled",
}
_EVERYWHERE = "/data/"
_THROTTLED_LINK = "https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling#rate-limits"


class RefusedError(Exception):
    """A request that is refused, with one mistake.

    ``pointer`` leads into the request's body; ``parameter`` names a query parameter instead.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str = "",
        pointer: str = _EVERYWHERE,
        parameter: str = "",
        meta: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code = code or _CODES.get(status, "error")
        self.source = {"parameter": parameter} if parameter else {"pointer": pointer}
        self.meta = dict(meta or {})


def error_document(refused: RefusedError, request_id: str) -> dict[str, Any]:
    """The body that goes with a refusal; the request's id is the error's own."""
    entry: dict[str, Any] = {
        "id": request_id,
        "status": refused.status,
        "code": refused.code,
        "title": _TITLES.get(refused.code, f"{responses.get(refused.status, 'Refused')}."),
        "detail": refused.detail,
        "source": refused.source,
    }
    if refused.source != {"pointer": _EVERYWHERE}:  # the errors of the framework have neither
        links = {"type": _THROTTLED_LINK} if refused.code == "throttled" else {}
        entry |= {"links": links, "meta": refused.meta}
    return {"errors": [entry]}


def missing(kind: str, identifier: str) -> RefusedError:
    """A resource that is not there."""
    return RefusedError(404, f"A {kind} with id {identifier} does not exist.")


def no_field(name: str, kind: str, pointer: str) -> RefusedError:
    """A member that the resource does not have."""
    return RefusedError(400, f"'{name}' is not a valid field for the resource '{kind}'.", pointer=pointer)


def bad_parameter(name: str, detail: str) -> RefusedError:
    """A query parameter that is unknown here, or whose value is."""
    return RefusedError(400, detail, parameter=name)
