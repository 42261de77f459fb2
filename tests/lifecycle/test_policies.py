"""Policies: what a client may not do is refused on every way that leads there, and nothing is sent."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import (
    ArgumentError,
    AsyncMatonConnections,
    Direct,
    InMemory,
    Klaviyo,
    Maton,
    MatonConnections,
    PolicyRefused,
    Reply,
    Request,
)
from klaviyo_maton.v2026_01_15.revision import REVISION
from tests.laws.playing import (
    Case,
    Server,
    async_client,
    by_revision,
    cases,
    least_reply,
    method_of,
    sync_client,
)
from tests.laws.servers import ALL_LIBERTIES, OBFUSCATIONS, meant, path_of
from tests.strategies import Revision, committed, from_operation
from tests.wire.roads import run

each_composition = cases(
    lambda revision: [(item.name, item) for family in revision.api.families for item in family.compositions]
)

ALL = {item.id: item for revision in committed() for item in revision.operations}
EFFECTS = ("read", "write", "delete")
ODD = frozenset("/\\?#%")
"""What some servers split a path at, or end it."""


def is_forbidden(operation: ir.Operation, policy: dict[str, Any]) -> bool:
    denied = policy.get("deny", ())
    is_write = operation.effect != "read"
    return (
        operation.effect in denied or operation.id in denied or (policy.get("read_only", False) and is_write)
    )


def policies(operation: ir.Operation) -> list[dict[str, Any]]:
    """Policies that matter to an operation: some forbid it, some do not."""
    others = [effect for effect in EFFECTS if effect != operation.effect]
    return [
        {"read_only": True},
        {"deny": {operation.effect}},
        {"deny": [operation.id]},
        {"deny": others},
        {"read_only": operation.effect == "read", "deny": {"delete", operation.id}},
    ]


@by_revision
@given(data=st.data())
def test_methods_and_calls_are_judged_by_the_effect(revision: Revision, data: st.DataObject) -> None:
    """Forbidden operations send nothing and name operation and policy; all others pass."""
    operation = data.draw(st.sampled_from(revision.operations))
    policy = data.draw(st.sampled_from(policies(operation)))
    invocation = data.draw(from_operation(operation, revision))
    server = Server(least_reply(operation))

    arguments = invocation.arguments
    uses: list[Callable[[Any], Any]] = [
        lambda client: method_of(client, operation)(**arguments),
        lambda client: method_of(client.with_answer, operation)(**arguments),
        lambda client: client.call(operation.id, **arguments),
    ]
    for make_client in (sync_client, async_client):
        for use in uses:
            if is_forbidden(operation, policy):
                with pytest.raises(PolicyRefused, match=operation.id):
                    run(make_client(revision, server, **policy), use, whole=True)
                assert server.taken() == []
            elif not ODD & {*"".join(invocation.arrives.path)}:
                run(make_client(revision, server, **policy), use, whole=True)
                assert server.taken() != []


@by_revision
def test_requests_by_hand_are_judged_by_the_operation_they_mean(revision: Revision) -> None:
    """A POST that reads is a read; the effect of each operation is that of its path and method."""
    server = Server(Reply(200))
    for operation in revision.operations:
        path = operation.path.replace("{", "").replace("}", "")
        for policy in policies(operation):
            client = sync_client(revision, server, **policy)
            if is_forbidden(operation, policy):
                with pytest.raises(PolicyRefused, match=operation.id):
                    client.request(operation.method.lower(), path)
                assert server.taken() == []
            else:
                client.request(operation.method, path)
                assert len(server.taken()) == 1


@pytest.mark.parametrize(
    ("method", "effect"),
    [("GET", "read"), ("HEAD", "read"), ("POST", "write"), ("PUT", "write"), ("DELETE", "delete")],
)
def test_unknown_requests_are_judged_by_their_method(method: str, effect: str) -> None:
    """Nobody knows what they do."""
    server = Server(Reply(200))
    for denied in EFFECTS:
        client = Klaviyo(Direct("pk_1"), http_client=InMemory(server), deny={denied})
        if denied == effect:
            with pytest.raises(PolicyRefused, match=rf"request \({method} /api/nobody-knows\)"):
                client.request(method, "/api/nobody-knows")
            assert server.taken() == []
        else:
            client.request(method, "/api/nobody-knows")
            assert len(server.taken()) == 1


@pytest.mark.parametrize(
    "path",
    ["/api/object-record-bulk-delete-jobs", "/api/object%2drecord%2Dbulk%2Ddelete%2Djobs", "/api/x/REMOVE"],
)
def test_unknown_requests_delete_where_their_path_says_so(path: str) -> None:
    """An endpoint of another revision is judged as it will be when it is known."""
    server = Server(Reply(202))
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(server), deny={"delete"})
    with pytest.raises(PolicyRefused, match="'delete'"):
        client.request("POST", path)
    client.request("GET", path)
    (request,) = server.taken()
    assert request.method == "GET"


def test_asking_for_headers_is_reading() -> None:
    """HEAD is answered by what answers GET."""
    server = Server(Reply(200))
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(server), deny={"get_profiles"})
    with pytest.raises(PolicyRefused, match="get_profiles"):
        client.request("HEAD", "/api/profiles")
    assert server.requests == []


@by_revision
@pytest.mark.parametrize("name", sorted(OBFUSCATIONS))
def test_the_model_sees_through_each_obfuscation(revision: Revision, name: str) -> None:
    """A server that takes all liberties means the operation, so that laws which ask it prove something."""
    unseen = [
        operation.id
        for operation in revision.operations
        if meant(revision, operation.method, OBFUSCATIONS[name](path_of(operation)), ALL_LIBERTIES)
        != {operation.id}
    ]
    assert unseen == []


@pytest.mark.parametrize("id", ["L1/relationships/profiles", "L1%2Frelationships%2Fprofiles"])
def test_an_id_opens_no_way_to_another_operation(id: str) -> None:
    """A server that decodes before it splits would remove profiles here."""
    server = Server(Reply(204))
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(server), deny={"remove_profiles_from_list"})
    client.lists.delete("L1")
    assert len(server.taken()) == 1
    with pytest.raises(PolicyRefused, match="remove_profiles_from_list"):
        client.lists.delete(id)
    assert server.taken() == []


@pytest.mark.parametrize("method", ["", "GET ", "PO ST", "DELETE\r\nx: y", "DELET\u00c9", "G3T"])
def test_a_method_is_a_word(method: str) -> None:
    server = Server(Reply(200))
    with pytest.raises(ArgumentError, match="no method that the API knows"):
        Klaviyo(Direct("pk_1"), http_client=InMemory(server)).request(method, "/api/lists")
    assert server.requests == []


@by_revision
def test_plain_paths_mean_one_operation(revision: Revision) -> None:
    """No path of the API could be taken for another, so that nothing is refused by mistake."""
    server = Server(Reply(200))
    for operation in revision.operations:
        others = [item.id for item in revision.operations if item.id != operation.id]
        client = sync_client(revision, server, deny=others)
        client.request(operation.method, operation.path.replace("{", "").replace("}", ""))
    assert len(server.requests) == len(revision.operations)


@each_composition
def test_methods_over_several_operations_are_refused_before_the_first(
    case: Case[ir.EachOf | ir.JobResult],
) -> None:
    item = case.item
    parts = (
        (item.parents, item.children) if isinstance(item, ir.EachOf) else (item.start, item.poll, item.result)
    )
    server = Server(Reply(200))
    for denied in parts:
        client = sync_client(case.revision, server, deny={denied})
        with pytest.raises(PolicyRefused, match=denied):
            getattr(getattr(client, item.family), item.name)("1")
    assert server.requests == []


# ---------------------------------------------------------------------------------- the connection helper


def listing(_: Request) -> Reply:
    return Reply(200, {}, b'{"connections": []}')


def test_connections_are_neither_made_nor_ended_where_that_is_forbidden() -> None:
    server = Server(Reply(200, {}, b'{"connections": []}'))
    memory = InMemory(server)
    sync = MatonConnections("key", http_client=memory, read_only=True)
    aio = AsyncMatonConnections("key", http_client=memory, deny={"write", "connections.delete"})
    attempts: list[Callable[[], Any]] = [
        lambda: sync.create("klaviyo"),
        lambda: sync.delete("c1"),
        sync.connect,
        lambda: asyncio.run(aio.create("klaviyo")),
        lambda: asyncio.run(aio.delete("c1")),
        lambda: asyncio.run(aio.connect()),
    ]
    for attempt in attempts:
        with pytest.raises(PolicyRefused, match=r"connections\.(create|delete)"):
            attempt()
    assert server.requests == []
    assert sync.list() == asyncio.run(aio.list()) == []


# -------------------------------------------------------------------------------------------------- views


def make(**policy: Any) -> Klaviyo:
    return Klaviyo(Direct("pk_1"), http_client=InMemory(lambda _: Reply(204)), **policy)


def refused(client: Klaviyo) -> set[str]:
    """The effects that a client refuses."""
    found = set[str]()
    for method, effect in (("GET", "read"), ("PUT", "write"), ("DELETE", "delete")):
        try:
            client.request(method, "/api/x")
        except PolicyRefused:
            found.add(effect)
    return found


@given(st.lists(st.sampled_from([{"read_only": True}, *({"deny": [effect]} for effect in EFFECTS), {}])))
def test_views_forbid_more_and_never_less(steps: list[dict[str, Any]]) -> None:
    client, forbidden = make(), set[str]()
    for step in steps:
        parent, before = client, set(forbidden)
        client = client.with_options(**step).with_connection(Maton("key"))
        forbidden |= {"write", "delete"} if "read_only" in step else set(step.get("deny", ()))
        assert refused(parent) == before
        assert refused(client) == refused(client.with_answer) == forbidden


def test_a_view_cannot_take_read_only_back() -> None:
    client = make(read_only=True)
    with pytest.raises(ArgumentError, match="read_only cannot be taken back"):
        client.with_options(read_only=False)
    assert refused(client.with_options(read_only=True)) == {"write", "delete"}
    assert make().with_options(read_only=False).request("DELETE", "/api/x").status == 204


def test_policies_travel_with_their_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLAVIYO_API_KEY", "pk_1")
    client = make(read_only=True, deny={"get_lists"})
    for arrived in (copy.copy(client), copy.deepcopy(client), pickle.loads(pickle.dumps(client))):
        with pytest.raises(PolicyRefused):
            arrived.lists.delete("1")
        with pytest.raises(PolicyRefused):
            arrived.lists.list()


def test_misspelled_policies_are_refused() -> None:
    """A policy that means nothing would protect nothing."""
    for deny in ({"deletes"}, ["get_list", "delete_lst"]):
        with pytest.raises(ArgumentError, match="neither an effect nor an operation; did you mean 'delete"):
            make(deny=deny)
    wrongs: list[Any] = ["delete", 3, None, {"delete": True}]
    for wrong in wrongs:
        with pytest.raises(ArgumentError, match="deny is a set"):
            make().with_options(deny=wrong)
    with pytest.raises(ArgumentError, match="neither an effect nor an operation"):
        make(deny=[3])
    with pytest.raises(ArgumentError, match=r"did you mean 'connections\.delete'"):
        MatonConnections("key", deny={"connection.delete"})
    make(deny=REVISION.operations.keys())
