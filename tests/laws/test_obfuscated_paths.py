"""Whatever a server makes of a path, it never does what a policy forbids.

The oracle is a model server, which takes some of the liberties that servers are known for, in some order,
and means the operations whose path it ends up with.
"""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import ArgumentError, Direct, InMemory, Klaviyo, PolicyRefused, Reply
from tests.laws.playing import Server, least_reply, sync_client
from tests.laws.servers import ALL_LIBERTIES, LIBERTIES, OBFUSCATIONS, meant, path_of
from tests.strategies import Revision, committed
from tests.wire.roads import run

OPERATIONS = [(revision, item) for revision in committed() for item in revision.operations]
POLICIES = ("id", "effect", "read_only")


@given(
    chosen=st.sampled_from(OPERATIONS),
    policy=st.sampled_from(POLICIES),
    obfuscations=st.lists(st.sampled_from(sorted(OBFUSCATIONS)), max_size=3),
    taken=st.just(ALL_LIBERTIES) | st.lists(st.sampled_from(sorted(LIBERTIES)), max_size=12),
)
def test_no_other_spelling_of_a_path_opens_a_way(
    chosen: tuple[Revision, ir.Operation], policy: str, obfuscations: list[str], taken: list[str]
) -> None:
    """A request by hand is not sent where a server on the way could take it for what is forbidden."""
    revision, operation = chosen
    forbidding: dict[str, Any] = {"deny": {operation.id if policy == "id" else operation.effect}}
    forbidden = {operation.id} if policy == "id" else effects(revision, {operation.effect})
    if policy == "read_only":
        forbidding, forbidden = {"read_only": True}, effects(revision, {"write", "delete"})
    path = path_of(operation)
    for name in obfuscations:
        path = OBFUSCATIONS[name](path)
    server = Server(Reply(200))
    try:
        sync_client(revision, server, **forbidding).request(operation.method, path)
    except (PolicyRefused, ArgumentError):
        assert server.requests == []
    else:
        assert not meant(revision, operation.method, path, taken) & forbidden


def effects(revision: Revision, kinds: set[str]) -> set[str]:
    return {item.id for item in revision.operations if item.effect in kinds}


WORDS = ["..", ".", "", "lists", "tags", "L1", "relationships", "profiles", "delete", "x"]
BY_ID = [
    (revision, item)
    for revision, item in OPERATIONS
    if item.method in {"GET", "DELETE"} and "{id}" in item.path
]


@given(
    chosen=st.sampled_from(BY_ID),
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6),
    obfuscations=st.lists(st.sampled_from(sorted(OBFUSCATIONS)), max_size=3),
    taken=st.just(ALL_LIBERTIES) | st.lists(st.sampled_from(sorted(LIBERTIES)), max_size=12),
)
@example(chosen=BY_ID[0], words=["a", "..", "..", "lists", "X"], obfuscations=[], taken=ALL_LIBERTIES)
@example(chosen=BY_ID[0], words=["..", "lists"], obfuscations=["all", "escapes"], taken=ALL_LIBERTIES)
def test_no_id_opens_a_way(
    chosen: tuple[Revision, ir.Operation], words: list[str], obfuscations: list[str], taken: list[str]
) -> None:
    """Where only one operation is allowed, no id of it makes a server do another."""
    revision, operation = chosen
    path = "//" + "/".join(words)
    for name in obfuscations:
        path = OBFUSCATIONS[name](path)
    server = Server(least_reply(operation))
    others = {item.id for item in revision.operations} - {operation.id}
    client = sync_client(revision, server, deny=others)
    arguments: dict[str, Any] = {"ids": ["1"]} if isinstance(operation.body, ir.IdentifierBody) else {}
    with suppress(PolicyRefused, ArgumentError):
        run(client, lambda it: it.call(operation.id, id=path[2:], **arguments), whole=True)
    for request in server.requests:
        assert meant(revision, operation.method, urlsplit(request.url).path, taken) <= {operation.id}


@pytest.mark.parametrize(
    "id_",
    [
        "$custom:::$default:::SKU/1",
        "v1.2",
        "50%",
        "100%25",
        "a..b",
        "..a",
        "a/.b",
        "...",
        "a b",
        "Größe",
        "1;2",
    ],
)
def test_ids_with_odd_characters_pass(id_: str) -> None:
    """Only a segment that is a dot segment leads elsewhere."""
    server = Server(Reply(204))
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(server), deny={"write", "delete_list"})
    client.catalog_items.delete(id_)
    (request,) = server.taken()
    assert unquote(urlsplit(request.url).path.rpartition("/")[2]) == id_


@pytest.mark.parametrize(
    ("id_", "path"),
    [
        ("a/../../lists/X", "/api/x/%252e%252e/lists/X"),
        ("..", "/api/x/../lists/X"),
        ("%2e%2e", "/api/x/%2e%2e/lists/X"),
        ("%252E.", "/api/x/.%25252e/lists/X"),
        ("..\\lists\\X", "/api/x%5c..%5clists/X"),
        ("..;/lists/X", "/api/x/..;/lists/X"),
        ("a/.", "/api/./lists/X"),
        ("%c0%ae%c0%ae", "/api/x/%c0%ae%c0%ae/lists/X"),
        ("\u2025", "/api/x/%E2%80%A5/lists/X"),
        ("%%C2%AD2e%2e", "/api/x/%%C2%AD2e./lists/X"),
    ],
)
def test_dot_segments_are_refused_without_a_policy(id_: str, path: str) -> None:
    server = Server(Reply(204))
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(server))
    with pytest.raises(ArgumentError, match="is no id"):
        client.tags.delete(id_)
    with pytest.raises(ArgumentError, match="dot segments"):
        client.request("DELETE", path)
    assert server.requests == []


@pytest.mark.parametrize("again", ["25", "u0025"])
def test_an_id_that_was_encoded_often_is_judged_in_a_few_rounds(
    again: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However deep the escapes are, reading them takes no longer than their length."""
    rounds: list[int] = []

    def counted(form: Literal["NFKC"], text: str) -> str:
        rounds.append(len(text))
        return unicodedata.normalize(form, text)

    monkeypatch.setattr("klaviyo_maton.runtime.urls.normalize", counted)
    with pytest.raises(ArgumentError, match="is no id"):
        Klaviyo(Direct("pk_1")).tags.delete(f"%{again * 9999}2e.")
    assert len(rounds) < 5
