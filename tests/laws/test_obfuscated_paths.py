"""Whatever a server makes of a path, it never does what a policy forbids.

The oracle is a model of the servers on the way: each takes some of the liberties that servers are known
for, in some order, and means the operations whose path it ends up with.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import ArgumentError, Direct, InMemory, Klaviyo, PolicyRefused, Reply
from tests.laws.playing import Server, by_revision, least_reply, sync_client
from tests.strategies import Revision, committed
from tests.wire.roads import run

Segments = list[str]
Liberty = Callable[[Segments], Segments]

OVERLONG = {"%c0%ae": ".", "%c0%af": "/", "%e0%80%ae": ".", "%e0%80%af": "/"}


def each(change: Callable[[str], str]) -> Liberty:
    """A liberty taken with each segment."""
    return lambda segments: [change(segment) for segment in segments]


def split_again(segments: Segments) -> Segments:
    return "/".join(segments).split("/")


def without_empty(segments: Segments) -> Segments:
    return [segment for segment in segments if segment]


def without_dots(segments: Segments) -> Segments:
    kept: Segments = []
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    return kept


def cut_off(segments: Segments) -> Segments:
    return re.split(r"[?#\0]", "/".join(segments))[0].split("/")


def utf8_with_overlong(text: str) -> str:
    for escape, character in OVERLONG.items():
        text = re.sub(escape, character, text, flags=re.IGNORECASE)
    return text


LIBERTIES: dict[str, Liberty] = {
    "decodes overlong forms": each(utf8_with_overlong),
    "decodes": each(unquote),
    "decodes wide escapes": each(lambda text: re.sub("%u00(..)", r"%\1", text)),
    "splits again": split_again,
    "takes backslashes": each(lambda text: text.replace("\\", "/")),
    "drops parameters": each(lambda text: text.partition(";")[0]),
    "ends early": cut_off,
    "drops what is not seen": each(lambda text: re.sub("[\0\t\r\n\u200b\xad]", "", text)),
    "drops trailing dots": each(lambda text: text if text in {".", ".."} else text.rstrip(". ")),
    "knows no width": each(lambda text: unicodedata.normalize("NFKC", text)),
    "knows no case": each(lambda text: text.upper().lower()),
    "resolves dots": without_dots,
    "drops empty segments": without_empty,
}
ALL_LIBERTIES = [*LIBERTIES] * 3


def meant(revision: Revision, method: str, path: str, taken: list[str]) -> set[str]:
    """Give the ids of the operations that a path means to a server that takes these liberties."""
    segments = path.split("/")[1:]
    for liberty in taken:
        segments = LIBERTIES[liberty](segments)
    templates = {item.id: item.path.split("/")[1:] for item in revision.operations if item.method == method}
    return {
        id_
        for id_, own in templates.items()
        if len(own) == len(segments)
        and all(a == b or (a.startswith("{") and b) for a, b in zip(own, segments, strict=True))
    }


def below(change: Callable[[str], str]) -> Callable[[str], str]:
    """Change a path below its root, which is needed to get anywhere."""

    def changed(path: str) -> str:
        root, _, rest = path[1:].partition("/")
        return f"/{root}/{change(rest)}"

    return changed


OBFUSCATIONS: dict[str, Callable[[str], str]] = {
    "slashes": below(lambda text: text.replace("/", "%2f")),
    "backslashes": below(lambda text: text.replace("/", "%5C")),
    "overlong slashes": below(lambda text: text.replace("/", "%C0%af")),
    "wide slashes": below(lambda text: text.replace("/", "%u002F")),
    "letters": below(lambda text: text.replace("s", "%73")),
    "hyphens": below(lambda text: text.replace("-", "%2D")),
    "escapes": below(lambda text: text.replace("%", "%25")),
    "all": below(lambda text: "".join(f"%{ord(character):02x}" for character in text)),
    "capitals": below(str.upper),
    "empty segments": below(lambda text: f"/{text.replace('/', '//')}/"),
    "parameters": below(lambda text: ";a=b/".join([*text.split("/"), ""])),
    "empty parameters": below(lambda text: text.replace("/", ";/;/")),
    "a detour": below(lambda text: f"x/../{text}"),
    "an encoded detour": below(lambda text: f"x/%2e%2E/{text}"),
    "an overlong detour": below(lambda text: f"x/%c0%ae%c0%ae/{text}"),
    "a detour with parameters": below(lambda text: f"x/..;a/{text}"),
    "a wide detour": below(lambda text: f"x/%EF%BC%8E%ef%bc%8e/{text}"),
    "a hidden detour": below(lambda text: f"x/.%09./{text}"),
    "a dot": below(lambda text: f"./{text}/%2e"),
    "a trailing dot": below(lambda text: f"{text}."),
    "trailing spaces": below(lambda text: text.replace("/", "%20/") + "%20"),
    "an early end": below(lambda text: f"{text}%3Fa/b"),
    "an early fragment": below(lambda text: f"{text}%23/relationships/b"),
    "an early NUL": below(lambda text: f"{text}%00/b"),
    "tabs": below(lambda text: text.replace("e", "%09e")),
    "nothing to see": below(lambda text: text.replace("a", "%E2%80%8ba")),
    "wide letters": below(lambda text: text.replace("l", "%EF%BD%8C")),
    "old letters": below(lambda text: text.replace("s", "%C5%BF")),
}

OPERATIONS = [(revision, item) for revision in committed() for item in revision.operations]
POLICIES = ("id", "effect", "read_only")


def path_of(operation: ir.Operation) -> str:
    return re.sub(r"\{\w+\}", "X1", operation.path)


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


@by_revision
@pytest.mark.parametrize("name", sorted(OBFUSCATIONS))
def test_the_model_sees_through_each_obfuscation(revision: Revision, name: str) -> None:
    """A server that takes all liberties means the operation, so that the law above is not empty."""
    unseen = [
        operation.id
        for operation in revision.operations
        if meant(revision, operation.method, OBFUSCATIONS[name](path_of(operation)), ALL_LIBERTIES)
        != {operation.id}
    ]
    assert unseen == []


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
