"""The parts of the document about trouble and headers: what every operation shares.

The error document is the one that servers send, not only what is promised: ``status`` always comes,
``links`` and ``meta`` often do.
"""

from __future__ import annotations

from codegen.openapi_envelopes import JSON, JSON_API
from codegen.openapi_schemas import Json, Schema, array, described, object_of, reference

_TEXT: Schema = {"type": "string"}
_OPEN: Schema = {"type": "object"}

SCHEMAS: dict[str, Schema] = {
    "Error": described(
        object_of(
            {
                "id": described(_TEXT, "The id of the request that failed."),
                "status": described({"type": "integer"}, "The HTTP status."),
                "code": described(_TEXT, "What went wrong, for programs."),
                "title": described(_TEXT, "What went wrong, for people."),
                "detail": described(_TEXT, "What went wrong this time."),
                "source": described(
                    object_of({"pointer": _TEXT, "parameter": _TEXT}),
                    "The member of the body, or the query parameter, that caused it.",
                ),
                "links": _OPEN,
                "meta": described(_OPEN, "Facts of this code, such as duplicate_profile_id."),
            },
            required=["id", "status", "code", "title", "detail"],
        ),
        "One thing that went wrong.",
    ),
    "Errors": object_of({"errors": array(reference("Error"))}, required=["errors"]),
    "GatewayError": described(
        {
            "anyOf": [
                object_of(
                    {"error": object_of({"message": _TEXT, "code": {"type": "integer"}})}, required=["error"]
                ),
                object_of(
                    {"message": _TEXT, "type": _TEXT, "code": {"type": "integer"}}, required=["message"]
                ),
                object_of({"detail": {"anyOf": [_TEXT, array(_OPEN)]}}, required=["detail"]),
            ]
        },
        "What the gateway says when it could not pass a request on.",
    ),
}

HEADERS: dict[str, Json] = {
    "RateLimit-Limit": {
        "description": "The limit that binds now, then every limit with its window in seconds.",
        "schema": {"type": "string", "examples": ["75, 75;w=1, 750;w=60"]},
    },
    "RateLimit-Remaining": {
        "description": "Requests left in the window that binds now.",
        "schema": {"type": "integer"},
    },
    "RateLimit-Reset": {
        "description": "Seconds until that window begins anew.",
        "schema": {"type": "integer"},
    },
    "Retry-After": {
        "description": "With 429: seconds to wait before the next attempt.",
        "schema": {"type": "integer"},
    },
    "x-klaviyo-api-revision": {
        "description": "The revision that answered.",
        "schema": {"type": "string"},
    },
    "x-klaviyo-req-id": {
        "description": "The id of the request, which support asks for.",
        "schema": {"type": "string"},
    },
}

_EVERYWHERE = ("x-klaviyo-api-revision", "x-klaviyo-req-id")
SUCCESS_HEADERS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", *_EVERYWHERE)
_ERROR_HEADERS = ("Retry-After", *_EVERYWHERE)


def headers(names: tuple[str, ...]) -> dict[str, Json]:
    """Return references to the components of headers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _response(description: str) -> Json:
    return {
        "description": description,
        "headers": headers(_ERROR_HEADERS),
        "content": {
            JSON: {"schema": reference("GatewayError")},
            JSON_API: {"schema": reference("Errors")},
        },
    }


RESPONSES: dict[str, Json] = {
    "ClientError": _response("The request was refused."),
    "ServerError": _response("The server could not answer."),
    "GatewayFailure": {
        "description": "The gateway refused the request or could not answer.",
        "content": {JSON: {"schema": reference("GatewayError")}},
    },
}
