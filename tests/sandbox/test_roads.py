"""Both roads lead to one account, and each refuses in its own words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from klaviyo_maton import (
    BadRequest,
    Direct,
    GatewayError,
    Klaviyo,
    Maton,
    MatonConnections,
    NotFound,
    RateLimited,
    Reply,
    Request,
    ServerError,
    TransportFailed,
    Unauthorized,
)
from klaviyo_maton.runtime.sandbox import API_KEY, MATON_KEY, Sandbox, serve
from klaviyo_maton.v2024_10_15 import Klaviyo as OldKlaviyo
from klaviyo_maton.v2024_10_15.revision import REVISION as OLD
from klaviyo_maton.v2026_01_15.revision import REVISION
from klaviyo_maton.v2026_04_15.revision import REVISION as NEW

CLIENT_HEADERS = (("authorization", f"Klaviyo-API-Key {API_KEY}"), ("revision", "2026-01-15"))


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(REVISION, OLD)


def direct(sandbox: Sandbox, **options: Any) -> Klaviyo:
    return Klaviyo(Direct(API_KEY), http_client=sandbox.transport(), **options)


def through_maton(sandbox: Sandbox, connection_id: str, key: str = MATON_KEY) -> Klaviyo:
    return Klaviyo(Maton(key, connection_id=connection_id), http_client=sandbox.transport())


def asked(sandbox: Sandbox, path: str, headers: tuple[tuple[str, str], ...], method: str = "GET") -> Reply:
    return sandbox.handle(Request(method, f"https://a.klaviyo.com{path}", headers))


def test_both_roads_and_both_revisions_see_one_account(sandbox: Sandbox) -> None:
    """What one writes the others read."""
    made = direct(sandbox).profiles.create(email="ada@example.com")
    assert through_maton(sandbox, sandbox.connection_id).profiles.get(made.id).email == "ada@example.com"
    old = OldKlaviyo(Direct(API_KEY), http_client=sandbox.transport())
    result, answer = old.with_answer.profiles.get(made.id)
    assert (result.email, answer.revision) == ("ada@example.com", "2024-10-15")


def test_answers_have_the_headers_of_the_wire(sandbox: Sandbox) -> None:
    """Revision, request id, and the windows of the endpoint's limits."""
    _, answer = direct(sandbox).with_answer.profiles.create(email="ada@example.com")
    assert (answer.revision, answer.status) == ("2026-01-15", 201)
    assert answer.request_id
    assert answer.headers["content-type"] == "application/vnd.api+json"
    assert answer.rate_limit.windows == ((75, 1), (750, 60))


def test_links_are_written_as_on_the_wire(sandbox: Sandbox) -> None:
    """Absolute, of Klaviyo's own host; null where there is no neighbour."""
    for number in range(3):
        sandbox.add("profile", id=f"P{number}")
    path = "/api/profiles?page%5Bsize%5D=2"
    links = json.loads(asked(sandbox, path, CLIENT_HEADERS).body)["links"]
    assert links["self"] == f"https://a.klaviyo.com{path}"
    assert links["prev"] is None
    following = json.loads(
        asked(sandbox, links["next"].removeprefix("https://a.klaviyo.com"), CLIENT_HEADERS).body
    )
    assert [resource["id"] for resource in following["data"]] == ["P2"]
    assert following["links"]["next"] is None
    back = json.loads(asked(sandbox, following["links"]["prev"][21:], CLIENT_HEADERS).body)
    assert [resource["id"] for resource in back["data"]] == ["P0", "P1"]


@pytest.mark.parametrize(
    ("headers", "path", "status", "code"),
    [
        ((("revision", "2026-01-15"),), "/api/lists", 401, "not_authenticated"),
        (
            (("authorization", "Klaviyo-API-Key pk_other"), ("revision", "2026-01-15")),
            "/api/lists",
            401,
            "authentication_failed",
        ),
        (CLIENT_HEADERS[:1], "/api/lists", 400, "invalid"),
        (CLIENT_HEADERS, "/api/nowhere", 404, "not_found"),
        (CLIENT_HEADERS, "/api/profile-merge", 405, "method_not_allowed"),
        (CLIENT_HEADERS, "/api/lists/NOLIST", 404, "not_found"),
    ],
)
def test_klaviyo_refuses_with_a_list_of_errors(
    sandbox: Sandbox, headers: tuple[tuple[str, str], ...], path: str, status: int, code: str
) -> None:
    """Status and code; the error's id is the request's."""
    reply = asked(sandbox, path, headers)
    (error,) = json.loads(reply.body)["errors"]
    assert (reply.status, error["status"], error["code"]) == (status, status, code)
    assert error["id"] == reply.headers["x-klaviyo-req-id"]


def test_bodies_of_other_types_are_refused(sandbox: Sandbox) -> None:
    """A form is no JSON."""
    headers = (*CLIENT_HEADERS, ("content-type", "text/plain"))
    reply = sandbox.handle(Request("POST", "https://a.klaviyo.com/api/lists", headers, b"name=News"))
    assert reply.status == 415


def test_a_revision_between_is_served_by_the_one_before(sandbox: Sandbox) -> None:
    """And one that is older than all by the oldest."""
    key = CLIENT_HEADERS[0]
    served = {"2025-07-15": "2024-10-15", "2023-01-01": "2024-10-15", "2030-01-01": "2026-01-15"}
    for wanted, serving in served.items():
        reply = asked(sandbox, "/api/lists", (key, ("revision", wanted)))
        assert reply.headers["x-klaviyo-api-revision"] == serving


def test_maton_refuses_in_four_shapes(sandbox: Sandbox) -> None:
    """A wrong key, an unknown connection, a path of nobody, a body that lacks the app."""
    with pytest.raises(GatewayError, match="Invalid or missing API key"):
        list(through_maton(sandbox, sandbox.connection_id, "wrong").profiles.list())
    with pytest.raises(GatewayError, match="Connection `other` not found"):
        list(through_maton(sandbox, "other").profiles.list())
    signed = (("authorization", f"Bearer {MATON_KEY}"),)
    assert json.loads(asked(sandbox, "/nowhere", signed).body) == {"detail": "Not Found"}
    invalid = asked(sandbox, "/connections", signed, "POST")
    assert (invalid.status, json.loads(invalid.body)["detail"][0]["loc"]) == (422, ["body", "app"])


def test_klaviyos_errors_pass_the_gateway(sandbox: Sandbox) -> None:
    """They stay what they are."""
    with pytest.raises(NotFound):
        through_maton(sandbox, sandbox.connection_id).lists.get("NOLIST")


def test_connections_are_made_listed_and_ended() -> None:
    """A new one is pending until it was asked for often enough; an ended one is of no use."""
    sandbox = Sandbox(REVISION, polls=1)
    maton = MatonConnections(MATON_KEY, http_client=sandbox.transport())
    made = maton.create("klaviyo").connection_id
    assert made
    with pytest.raises(GatewayError, match="not active"):
        list(through_maton(sandbox, made).profiles.list())
    assert [maton.get(made).status for _ in range(2)] == ["PENDING", "ACTIVE"]
    assert [one.connection_id for one in maton.list(app="klaviyo", status="ACTIVE")] == [
        sandbox.connection_id,
        made,
    ]
    assert list(through_maton(sandbox, made).profiles.list()) == []
    for connection_id in (made, sandbox.connection_id):
        maton.delete(connection_id)
    assert list(maton.list()) == []
    client = Klaviyo(Maton(MATON_KEY), http_client=sandbox.transport())
    with pytest.raises(GatewayError, match="No connection"):
        client.lists.list().first()


def test_faults_come_in_turn(sandbox: Sandbox) -> None:
    """Reads are repeated, and a fault may have any status, headers and body."""
    klaviyo = direct(sandbox, max_wait=0)
    sandbox.fail_next(429, headers={"Retry-After": "0"}, times=2)
    assert list(klaviyo.lists.list()) == []
    assert len(sandbox.requests) == 3
    sandbox.fail_next(500)
    with pytest.raises(ServerError, match="told to fail"):
        klaviyo.lists.list().first()
    sandbox.fail_next(429, headers={"Retry-After": "9"})
    with pytest.raises(RateLimited) as caught:
        klaviyo.lists.list().first()
    assert caught.value.retry_after == 9
    sandbox.fail_next(failure=TransportFailed("the wire is cut"))
    with pytest.raises(TransportFailed, match="the wire is cut"):
        klaviyo.lists.list().first()
    sandbox.fail_next(400, body={"errors": [{"detail": "no"}]})
    with pytest.raises(BadRequest, match="no"):
        klaviyo.lists.list().first()
    with pytest.raises(Unauthorized):
        klaviyo.with_connection(Direct("pk_other")).lists.list().first()


def test_client_side_calls_name_the_account_in_their_query(sandbox: Sandbox) -> None:
    """No key comes with them, and without the account they are refused."""
    klaviyo = direct(sandbox)
    klaviyo.client_side.create_profile(company_id="ABC123", email="ada@example.com")
    assert "authorization" not in dict(sandbox.requests[-1].headers)
    assert [one.email for one in klaviyo.profiles.list()] == ["ada@example.com"]
    reply = asked(sandbox, "/client/reviews", CLIENT_HEADERS[1:])
    (error,) = json.loads(reply.body)["errors"]
    assert (reply.status, error["source"]) == (400, {"parameter": "company_id"})


def test_a_filter_may_come_in_a_header() -> None:
    """It is read like any other, and refused in the query."""
    sandbox = Sandbox(NEW)
    sandbox.add("geofence", id="G")
    key, path = ("revision", "2026-04-15"), "/client/geofences?company_id=ABC123"
    for text, status in {"and(equals(lat,1),equals(lng,2))": 200, "equals(mood,1)": 400}.items():
        assert asked(sandbox, path, (key, ("X-Klaviyo-API-Filters", text))).status == status
    assert asked(sandbox, f"{path}&filter=equals(lat,1)", (key,)).status == 400


def test_files_arrive_by_memory_and_by_socket(sandbox: Sandbox, tmp_path: Path) -> None:
    """With their name, their size and the fields beside them."""
    path = tmp_path / "cat.gif"
    path.write_bytes(b"GIF89a\r\n--x")
    with serve(sandbox) as url, Klaviyo(Direct(API_KEY, base_url=url)) as klaviyo:
        for client in (direct(sandbox), klaviyo):
            named = client.images.upload(path)
            assert (named.name, named.size, named.format, named.hidden) == ("cat.gif", 11, "gif", False)
            renamed = client.images.upload(path, name="Käthe", hidden=True)
            assert (renamed.name, renamed.size, renamed.hidden) == ("Käthe", 11, True)


def test_the_same_comes_over_a_real_socket(sandbox: Sandbox) -> None:
    """Connections are kept, bodies arrive, and a cut wire is a failure."""
    with serve(sandbox) as url, Klaviyo(Direct(API_KEY, base_url=url), max_wait=0) as klaviyo:
        made = klaviyo.lists.create(name="Zoë")
        assert klaviyo.lists.get(made.id).name == "Zoë"
        klaviyo.lists.delete(made.id)
        assert list(klaviyo.lists.list()) == []
        sandbox.fail_next(failure=TransportFailed("cut"))
        with pytest.raises(TransportFailed):
            klaviyo.lists.create(name="News")
