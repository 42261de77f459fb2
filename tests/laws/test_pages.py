"""Pages concatenate to the collection, wherever one starts and however it is cut."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import ArgumentError, CursorLoop, Reply, Request, Undecodable
from tests.laws.playing import (
    EACH,
    Case,
    Server,
    answer_type,
    async_client,
    cases,
    is_collection,
    least_arguments,
    least_reply,
    sync_client,
)
from tests.strategies import AWKWARD, Revision, from_operation


def collections(revision: Revision) -> list[tuple[str, ir.Operation]]:
    return [(item.id, item) for item in revision.operations if is_collection(item)]


each_collection = cases(collections)
each_unpaged = cases(
    lambda revision: [(name, item) for name, item in collections(revision) if not item.paging]
)


each_nested = cases(
    lambda revision: [
        (item.name, item)
        for family in revision.api.families
        for item in family.compositions
        if isinstance(item, ir.EachOf)
    ]
)


def is_resumable(operation: ir.Operation) -> bool:
    """Tell whether an operation takes a cursor, in its query or in its body."""
    body = operation.body
    members = [item.name for item in body.form.attributes] if isinstance(body, ir.FormBody) else []
    members += [item.name for item in operation.query_parameters]
    return bool(operation.paging and operation.paging.cursor) or "page_cursor" in members


each_resumable = cases(
    lambda revision: [(item.id, item) for item in revision.operations if is_resumable(item)]
)


@define
class Collection:
    """A server that cuts a collection into pages of its own sizes; ``prefix`` is what cursors begin with.

    ``link`` makes the link to the next page of its encoded cursor.
    """

    kind: str
    items: list[str]
    sizes: list[int]
    prefix: str
    link: str
    queries: list[dict[str, str]] = field(factory=list[dict[str, str]])

    def __call__(self, request: Request) -> Reply:
        query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
        self.queries.append(query)
        cursor = query.get("page[cursor]")
        start = 0 if cursor is None else int(cursor.removeprefix(self.prefix))
        end = start + self.sizes[start % len(self.sizes)]
        data = [{"type": self.kind, "id": identifier} for identifier in self.items[start:end]]
        following = None if end >= len(self.items) else self.link.format(quote(self.cursor(end), safe=""))
        return Reply(200, {}, json.dumps({"data": data, "links": {"next": following}}).encode())

    def cursor(self, position: int) -> str:
        return f"{self.prefix}{position}"

    def rest(self, cursor: str | None) -> list[str]:
        """Give the items from a cursor on."""
        return self.items if cursor is None else self.items[int(cursor.removeprefix(self.prefix)) :]


LINKS = (
    "https://a.klaviyo.com/api/x?page%5Bcursor%5D={}",
    "https://a.klaviyo.com/api/x/?filter=equals(a,%22b%22)&page%5Bcursor%5D={}&page%5Bsize%5D=7",
    "https://evil.example/api/x?page[cursor]={}#page[cursor]=0",
    "/api/x?sort=-a&page[cursor]={}",
)


def from_collections(operation: ir.Operation) -> st.SearchStrategy[Collection]:
    return st.builds(
        Collection,
        st.just(answer_type(operation)),
        st.integers(0, 9).map(lambda count: [str(number) for number in range(count)]),
        st.lists(st.integers(1, 4), min_size=1, max_size=3),
        st.sampled_from(["", "next::id::", "bmV4dA==/+&=%", *AWKWARD]),
        st.sampled_from(LINKS),
    )


def from_sizes(operation: ir.Operation) -> st.SearchStrategy[dict[str, int]]:
    """A ``page_size``, where the operation takes one."""
    if operation.paging is None or operation.paging.maximum is None:
        return st.just({})
    sizes = st.integers(operation.paging.minimum or 1, operation.paging.maximum)
    return st.fixed_dictionaries({}, optional={"page_size": sizes})


@each_collection
@EACH
@given(data=st.data())
def test_pages_make_up_the_collection(case: Case[ir.Operation], data: st.DataObject) -> None:
    """Walking gives every item once and in order, from the start and from every cursor, in both colours."""
    collection = data.draw(from_collections(case.item))
    arguments = least_arguments(case.item) | data.draw(from_sizes(case.item))
    size = {"page[size]": str(value)} if (value := asked_size(case.item, arguments)) else {}
    named = cursors(case, collection, arguments)
    resumable = named if case.item.paging and case.item.paging.cursor else []
    for cursor, rest in [(None, collection.items), *resumable]:
        collection.queries.clear()
        resumed = arguments | ({} if cursor is None else {"page_cursor": cursor})
        assert walked(case, collection, resumed) == rest
        first, *others = collection.queries
        always = {"filter", *(item.name for item in case.item.query_parameters)}
        wanted = {key: value for key, value in arguments.items() if key in always} | size
        assert first == wanted | ({} if cursor is None else {"page[cursor]": cursor})
        assert [{**query, "page[cursor]": ""} for query in others] == [{**wanted, "page[cursor]": ""}] * len(
            others
        )
        assert asyncio.run(walked_async(case, collection, resumed)) == rest


def cursors(
    case: Case[ir.Operation], collection: Collection, arguments: dict[str, Any]
) -> list[tuple[str, list[str]]]:
    """Give the cursor of every page, and what must follow it."""
    pages = list(sync_client(case.revision, collection).call(case.item.id, **arguments).pages())
    assert [item.id for page in pages for item in page.items] == collection.items
    assert pages[-1].cursor is None
    return [(page.cursor, collection.rest(page.cursor)) for page in pages[:-1]]


@each_resumable
@EACH
@given(data=st.data())
def test_no_cursor_is_the_first_page(case: Case[ir.Operation], data: st.DataObject) -> None:
    """``page_cursor=None`` sends no cursor; an empty one is refused, and nothing is sent."""
    arguments = dict(data.draw(from_operation(case.item, case.revision)).arguments)
    arguments.pop("page_cursor", None)
    sent = [outgoing(case, arguments), outgoing(case, arguments | {"page_cursor": None})]
    assert sent[0] == sent[1]
    server = Server(least_reply(case.item))
    for make in (sync_client, async_client):
        with pytest.raises(ArgumentError, match=r"page\.cursor is not None"):
            make(case.revision, server).call(case.item.id, **arguments | {"page_cursor": ""})
    assert server.requests == []


def outgoing(case: Case[ir.Operation], arguments: dict[str, Any]) -> tuple[str, bytes | None]:
    server = Server(least_reply(case.item))
    result = sync_client(case.revision, server).call(case.item.id, **arguments)
    if is_collection(case.item):
        result.first()
    (request,) = server.requests
    return request.url, request.body


@each_collection
@EACH
@given(data=st.data())
def test_the_first_is_asked_for_alone(case: Case[ir.Operation], data: st.DataObject) -> None:
    """``first()`` sends one request, for one item where the operation has page sizes."""
    collection = data.draw(from_collections(case.item))
    arguments = least_arguments(case.item) | data.draw(from_sizes(case.item))
    expected = collection.items[0] if collection.items else None
    found = sync_client(case.revision, collection).call(case.item.id, **arguments).first()
    assert (found and found.id) == expected
    size = arguments.get("page_size", case.item.paging and case.item.paging.minimum)
    assert [query.get("page[size]") for query in collection.queries] == [size and str(size)]


@each_collection
@EACH
@given(data=st.data(), length=st.integers(1, 4), back=st.integers(0, 3))
def test_a_repeated_cursor_is_an_error(
    case: Case[ir.Operation], data: st.DataObject, length: int, back: int
) -> None:
    """A server whose pages go round in a circle ends the walk, with no page asked for twice."""
    named = [f"c{number}" for number in range(length)]
    named.append(named[min(back, length - 1)])
    requests: list[str | None] = []

    def circle(request: Request) -> Reply:
        query = dict(parse_qsl(urlsplit(request.url).query))
        requests.append(query.get("page[cursor]"))
        link = f"https://x/?page[cursor]={named[len(requests) - 1]}"
        return Reply(200, {}, json.dumps({"data": [], "links": {"next": link}}).encode())

    arguments = least_arguments(case.item) | data.draw(from_sizes(case.item))
    with pytest.raises(CursorLoop, match=named[-1]):
        list(sync_client(case.revision, circle).call(case.item.id, **arguments))
    assert requests == [None, *named[:-1]]


@each_collection
@EACH
@given(link=st.sampled_from(["https://x/?page[after]=1", "nowhere", 5, True, {"href": "/x"}, ["x"]]))
def test_no_rest_is_lost_in_silence(case: Case[ir.Operation], link: Any) -> None:
    """A page whose next link names no cursor is given, and then the walk fails instead of ending."""

    def handler(_: Request) -> Reply:
        data = [{"type": answer_type(case.item), "id": "1"}]
        return Reply(200, {}, json.dumps({"data": data, "links": {"next": link}}).encode())

    pages = sync_client(case.revision, handler).call(case.item.id, **least_arguments(case.item)).pages()
    assert [item.id for item in next(pages)] == ["1"]
    with pytest.raises(Undecodable) as caught:
        next(pages)
    assert caught.value.path == "$.links.next"


@each_unpaged
def test_lists_without_pages_behave_alike(case: Case[ir.Operation]) -> None:
    """A collection that comes whole is walked in one request, to which nothing is added."""
    collection = Collection(answer_type(case.item), ["1", "2"], [2], "", LINKS[0])
    arguments = least_arguments(case.item)
    assert walked(case, collection, arguments) == ["1", "2"]
    assert [
        page.cursor for page in sync_client(case.revision, collection).call(case.item.id, **arguments).pages()
    ] == [None]
    assert sync_client(case.revision, collection).call(case.item.id, **arguments).first().id == "1"
    assert all(set(query) <= {"filter"} for query in collection.queries)
    with pytest.raises(ArgumentError, match="page_size"):
        sync_client(case.revision, collection).call(case.item.id, **arguments, page_size=1)


@each_nested
@EACH
@given(data=st.data())
def test_children_follow_their_parents(case: Case[ir.EachOf], data: st.DataObject) -> None:
    """A list of the children of every item of a list has them all, in the order of their parents."""
    operations = {item.id: item for item in case.revision.operations}
    parents = data.draw(from_collections(operations[case.item.parents]))
    children = data.draw(from_collections(operations[case.item.children]))
    path, below = (operations[id_].path for id_ in (case.item.parents, case.item.children))
    path = path.replace("{id}", "1")
    asked: list[str] = []

    def handler(request: Request) -> Reply:
        asked.append(urlsplit(request.url).path)
        return (parents if asked[-1] == path else children)(request)

    method = getattr(getattr(sync_client(case.revision, handler), case.item.family), case.item.name)
    assert [item.id for item in method("1")] == children.items * len(parents.items)
    assert [*dict.fromkeys(asked)] == [path, *(below.replace("{id}", parent) for parent in parents.items)]
    first = method("1").first()
    assert (first and first.id) == next(iter(children.items * len(parents.items)), None)


@each_collection
@EACH
@given(data=st.data())
def test_sizes_out_of_range_are_refused(case: Case[ir.Operation], data: st.DataObject) -> None:
    """A page size that is not offered is refused when the method is called, before anything is sent."""
    paging = case.item.paging
    high = paging.maximum if paging else None
    wrong = st.sampled_from([0, -1, True, 1.0, "20"]) | st.integers(min_value=(high or 0) + 1)
    collection = data.draw(from_collections(case.item))
    with pytest.raises(ArgumentError, match="page_size"):
        sync_client(case.revision, collection).call(
            case.item.id, **least_arguments(case.item), page_size=data.draw(wrong)
        )
    assert collection.queries == []


def asked_size(operation: ir.Operation, arguments: dict[str, Any]) -> int | None:
    return arguments.get("page_size", operation.paging and operation.paging.maximum)


def walked(case: Case[ir.Operation], handler: Collection, arguments: dict[str, Any]) -> list[str]:
    return [item.id for item in sync_client(case.revision, handler).call(case.item.id, **arguments)]


async def walked_async(case: Case[ir.Operation], handler: Collection, arguments: dict[str, Any]) -> list[str]:
    pages = async_client(case.revision, handler).call(case.item.id, **arguments)
    return [item.id async for item in pages]
