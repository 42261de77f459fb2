"""Errors tell all that is known, whatever the body, and nothing that is secret; they pickle and copy."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from codegen.runtime import errors
from codegen.runtime.connection import Road
from codegen.runtime.error_reader import read_error
from codegen.runtime.errors import ApiError, ErrorFacts, ErrorObject, KlaviyoError
from codegen.runtime.transport import Reply
from codegen.runtime.unset import UNSET, UnsetType
from tests.runtime.trouble import NOW, READ, WRITE

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = st.sampled_from(
    ["id", "code", "title", "detail", "source", "meta", "pointer", "errors", "error", "message", "loc", "msg"]
)
NEARLY = st.recursive(
    JSON,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=5),
    max_leaves=20,
)
BODIES = NEARLY.map(lambda value: json.dumps(value).encode()) | st.binary()
ROADS = st.sampled_from(["direct", "maton"])


def read(status: int, body: object, road: Road = "direct", **headers: str) -> ApiError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_error(READ, Reply(status, named, content), road, 0, lambda: NOW)


def travelled(error: KlaviyoError) -> list[KlaviyoError]:
    """The error as it comes out of a pickle, a copy and a deep copy."""
    ways: list[Callable[[KlaviyoError], KlaviyoError]] = [
        lambda e: pickle.loads(pickle.dumps(e)),
        copy.copy,
        copy.deepcopy,
    ]
    return [way(error) for way in ways]


# ------------------------------------------------------------------------------------------ the tree


def every(kind: type[KlaviyoError]) -> list[type[KlaviyoError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in every(child))]


def sample(kind: type[KlaviyoError]) -> KlaviyoError:
    if issubclass(kind, ApiError):
        entry = ErrorObject(id="1", code="invalid", detail="Wrong.", pointer="/data", meta={"a": [1]})
        return kind(ErrorFacts(418, "GET", "/api/x", (entry,), "r", 1.5, True, 2, hint="Do it."))
    return kind("what happened")


@pytest.mark.parametrize("kind", every(KlaviyoError), ids=lambda kind: kind.__name__)
def test_every_error_travels(kind: type[KlaviyoError]) -> None:
    error = sample(kind)
    vars(error)["remembered"] = 7
    for other in travelled(error):
        assert type(other) is kind
        assert str(other) == str(error)
        assert other.args == error.args
        assert vars(other) == vars(error)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = (errors.__doc__ or "").replace(",", " ").replace(":", " ").split()
    for kind in every(KlaviyoError):
        assert kind.__name__ in drawn


def test_built_in_classes_catch_ours_too() -> None:
    assert issubclass(errors.ArgumentError, TypeError)
    assert issubclass(errors.ArgumentError, ValueError)
    assert issubclass(errors.NotIncluded, AttributeError)
    assert issubclass(errors.UnknownFilter, AttributeError)
    assert issubclass(errors.Timeout, errors.TransportFailed)
    assert issubclass(errors.DailyQuotaExceeded, errors.RateLimited)


# ---------------------------------------------------------------------------------------- any answer


@given(st.integers(300, 599), BODIES, ROADS)
def test_any_body_makes_an_error(status: int, body: bytes, road: Road) -> None:
    error = read(status, body, road)
    assert (error.status, error.method, error.path) == (status, "GET", "/api/profiles/1")
    assert str(error).startswith(str(status))
    assert repr(error).startswith(type(error).__name__)
    for other in travelled(error):
        assert vars(other) == vars(error)


@given(st.binary(max_size=2000))
@example(b"a" * 2000)
def test_an_odd_body_is_shown_printable_and_short(body: bytes) -> None:
    excerpt = read(500, body).facts.excerpt
    assert len(excerpt) <= 200
    assert excerpt == "" or excerpt.isprintable()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, errors.ApiError),
        (400, errors.BadRequest),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (405, errors.ApiError),
        (409, errors.Conflict),
        (410, errors.Gone),
        (415, errors.ApiError),
        (429, errors.RateLimited),
        (500, errors.ServerError),
        (599, errors.ServerError),
    ],
)
def test_the_status_decides_on_the_class(status: int, kind: type[ApiError]) -> None:
    assert type(read(status, {"errors": []})) is kind
    assert type(read(status, {"errors": []}, "maton")) is kind


def test_klaviyos_errors_are_read() -> None:
    body = {
        "errors": [
            {
                "id": "b08d",
                "status": 409,
                "code": "duplicate_profile",
                "title": "Conflict.",
                "detail": "A profile already exists.",
                "source": {"pointer": "/data/attributes"},
                "links": {},
                "meta": {"duplicate_profile_id": "01M1"},
            }
        ]
    }
    error = read(409, body, x_klaviyo_req_id="b08d")
    assert isinstance(error, errors.Conflict)
    assert error.duplicate_profile_id == "01M1"
    assert error.errors == (
        ErrorObject(
            id="b08d",
            code="duplicate_profile",
            title="Conflict.",
            detail="A profile already exists.",
            pointer="/data/attributes",
            meta={"duplicate_profile_id": "01M1"},
        ),
    )
    assert str(error) == (
        "409 Conflict on GET /api/profiles/1. A profile already exists. [/data/attributes]. request id b08d"
    )
    assert read(409, {"errors": [3, None]}).errors == (ErrorObject(detail="3"), ErrorObject())
    others: list[list[object]] = [[], [{"meta": {}}], [{"meta": {"duplicate_profile_id": 7}}]]
    for other in others:
        conflict = read(409, {"errors": other})
        assert isinstance(conflict, errors.Conflict)
        assert conflict.duplicate_profile_id is None


def test_many_errors_are_counted() -> None:
    error = read(400, {"errors": [{"detail": f"no {n}"} for n in range(9)]})
    assert "no 4; and 4 more" in str(error)
    assert len(error.errors) == 9


@pytest.mark.parametrize(
    ("status", "body", "said", "hint"),
    [
        (401, {"error": {"message": "Invalid key", "code": 401}}, "Invalid key", "Maton API key"),
        (
            404,
            {"message": "Connection not found", "type": "Not Found", "code": 404},
            "not found",
            "connection_id",
        ),
        (404, {"detail": "Not Found"}, "Not Found", "connection_id"),
        (
            400,
            {"detail": [{"loc": ["body", "app"], "msg": "field required"}]},
            "[/body/app]",
            "",
        ),
        (400, {"message": "no connection for klaviyo"}, "no connection", "connect Klaviyo"),
        (400, b"", "", "connect Klaviyo"),
        (412, {"error": "no connection"}, "no connection", "connect Klaviyo"),
        (429, {"message": "slow down"}, "slow down", "ten requests a second"),
        (500, b"", "", "authorisation may have expired"),
        (502, b"<html>bad gateway</html>", "bad gateway", ""),
    ],
)
def test_matons_own_errors_are_told_by_their_body(status: int, body: object, said: str, hint: str) -> None:
    error = read(status, body, "maton", x_request_id="m1")
    assert type(error) is errors.GatewayError
    assert said in str(error)
    assert isinstance(body, bytes) or said in " ".join(map(str, error.errors))
    assert hint in error.facts.hint
    assert bool(hint) == bool(error.facts.hint)
    assert error.request_id == "m1"
    assert type(read(status, body)) is not errors.GatewayError


@pytest.mark.parametrize("status", [403, 429, 503])
@pytest.mark.parametrize("road", ["direct", "maton"])
def test_a_page_where_json_is_due_is_a_challenge(status: int, road: Road) -> None:
    assert (
        type(read(status, b"<p>Just a moment", road, content_type="text/html; charset=UTF-8"))
        is errors.Challenge
    )
    assert type(read(status, b"\n<!DOCTYPE html><title>Just a moment", road)) is errors.Challenge
    assert type(read(404, b"", road, cf_mitigated="challenge")) is errors.Challenge
    assert type(read(502, b"<html>", road)) is not errors.Challenge


NO_PERMISSION = "You do not have permission to perform this action."
NO_KDP = "Advanced KDP enabled company required to access this endpoint."


@pytest.mark.parametrize(
    ("entry", "is_named"),
    [
        ({"code": "permission_denied", "title": NO_PERMISSION, "detail": NO_PERMISSION}, True),
        ({"code": "permission_denied", "title": NO_PERMISSION}, True),
        ({"code": "permission_denied", "detail": "Missing required scopes: lists:read"}, True),
        ({"code": "permission_denied", "title": NO_PERMISSION, "detail": NO_KDP}, False),
        ({"code": "forbidden", "title": "Forbidden.", "detail": NO_KDP}, False),
        ({"code": "forbidden", "detail": "Your account is suspended."}, False),
        ({"detail": "Your API key lacks the following scope(s): lists:read"}, True),
        ({"detail": "This feature is out of scope for your plan"}, False),
        ({"detail": "the account is outside the scope of this plan"}, False),
        ({"detail": "permission to perform this action requires Advanced KDP"}, False),
        ({}, False),
    ],
)
def test_scopes_are_named_where_the_server_says_that_they_are_missing(
    entry: dict[str, str], is_named: bool
) -> None:
    call = evolve(READ, operation=evolve(READ.operation, scopes=("lists:read", "profiles:read")))
    roads: list[tuple[Road, str]] = [("direct", "an API key"), ("maton", "a connection")]
    for road, holder in roads:
        reply = Reply(403, {}, json.dumps({"errors": [entry]}).encode())
        hint = read_error(call, reply, road, 0, lambda: NOW).facts.hint
        assert hint == f"This takes {holder} with lists:read, profiles:read" * is_named
    assert read(403, {"errors": [entry]}).facts.hint == ""


def test_a_401_names_what_was_refused() -> None:
    said = {"errors": [{"code": "not_authenticated", "detail": "Missing or invalid private key."}]}
    assert read(401, said).facts.hint == "Check the API key, and whether it was revoked"
    assert "connect Klaviyo again" in read(401, said, "maton").facts.hint
    public = evolve(READ, path="/client/events")
    reply = Reply(401, {}, json.dumps(said).encode())
    assert read_error(public, reply, "direct", 0, lambda: NOW).facts.hint == ""


def test_a_hint_says_what_to_do() -> None:
    assert "Redirects are not followed" in str(read(307, b""))
    assert "newer" in str(read(410, {"errors": []}))


def test_refusals_are_safe_to_repeat_and_server_errors_only_for_reads() -> None:
    reply = Reply(503)
    assert read_error(READ, reply, "direct", 0, lambda: NOW).retry_safe
    assert not read_error(WRITE, reply, "direct", 0, lambda: NOW).retry_safe
    assert read_error(WRITE, Reply(400), "direct", 0, lambda: NOW).retry_safe


def test_a_day_without_end_has_no_date() -> None:
    error = read(429, {"errors": []}, retry_after="9" * 400)
    assert isinstance(error, errors.DailyQuotaExceeded)
    assert error.opens_at is None
    assert "daily quota is used up" in str(error)


def test_the_facts_are_at_hand() -> None:
    error = read(429, {"errors": []}, retry_after="1.5")
    assert (error.retry_after, error.retry_safe, error.request_id) == (1.5, True, None)


# ------------------------------------------------------------------------------------------ sentinel


def test_unset_is_false_single_and_short() -> None:
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    assert pickle.loads(pickle.dumps(UNSET)) is UNSET
    assert copy.deepcopy(UNSET) is UNSET
    assert list(UnsetType) == [UNSET]
