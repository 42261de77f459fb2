"""A ``next`` link in an answer is never out of reach, whatever it looks like and whoever sends it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import (
    ArgumentError,
    Direct,
    InMemory,
    Klaviyo,
    MatonConnections,
    Reply,
    Request,
    Undecodable,
    load,
    models,
    next_cursor,
)
from tests.laws.playing import EACH, KEY, Case, answer_type, cases, is_collection, method_of, sync_client
from tests.strategies import committed, from_operation

CURSOR = "bmV4dA==/+&=%"

SHAPES = ("https://a.klaviyo.com/api/x?{}", "/api/x/?sort=-a&{}&page[size]=7", "?{}#a")
OF_PAGES = ("page[cursor]", "page%5Bcursor%5D")
OF_REPORTS = ("page_cursor", "page%5fcursor")
NAMELESS = (
    "https://x/?page[after]=1",
    "nowhere",
    "",
    "?page_cursor=",
    "?page[cursor]=",
    5,
    True,
    ["x"],
    {"url": "x"},
    {"href": 1},
)

each_collection = cases(
    lambda revision: [(item.id, item) for item in revision.operations if is_collection(item)]
)
each_single = cases(
    lambda revision: [
        (item.id, item) for item in revision.operations if answer_type(item) and not is_collection(item)
    ]
)


def made_link(shape: str, key: str, is_object: bool) -> Any:
    link = shape.format(f"{key}={quote(CURSOR, safe='')}")
    return {"href": link, "meta": {}} if is_object else link


def from_links(*keys: str) -> st.SearchStrategy[Any]:
    """Links that name the cursor by one of these keys, as a text or an object."""
    return st.builds(made_link, st.sampled_from(SHAPES), st.sampled_from(keys), st.booleans())


@define
class Leading:
    """A server whose first answer leads on by a link; the second is the last."""

    operation: ir.Operation
    link: Any
    requests: list[Request] = field(factory=list[Request])

    def __call__(self, request: Request) -> Reply:
        self.requests.append(request)
        one = {"type": answer_type(self.operation), "id": "1"}
        data: Any = [one] if is_collection(self.operation) else one
        links = {"next": self.link if len(self.requests) == 1 else None}
        return Reply(
            self.operation.answer.statuses[0], {}, json.dumps({"data": data, "links": links}).encode()
        )

    def asked(self) -> dict[str, str]:
        """Give the query of the last request."""
        return dict(parse_qsl(urlsplit(self.requests[-1].url).query, keep_blank_values=True))


def refusing(attempt: Callable[[], Any]) -> None:
    """Expect an error that names the link."""
    with pytest.raises(Undecodable) as caught:
        attempt()
    assert caught.value.path == "$.links.next"


def arguments_of(case: Case[ir.Operation], data: st.DataObject) -> dict[str, Any]:
    arguments = data.draw(from_operation(case.item, case.revision)).arguments
    return {name: value for name, value in arguments.items() if name != "page_cursor"}


@each_collection
@EACH
@given(data=st.data(), link=from_links(*OF_PAGES))
def test_walking_follows_what_next_cursor_tells(
    case: Case[ir.Operation], data: st.DataObject, link: Any
) -> None:
    """A page and its items tell the cursor that the walk sends next; those of the last page tell none."""
    server = Leading(case.item, link)
    pages = method_of(sync_client(case.revision, server), case.item)(**arguments_of(case, data)).pages()
    first = next(pages)
    assert [next_cursor(first), *map(next_cursor, first)] == [CURSOR, CURSOR]
    last = next(pages)
    assert server.asked()["page[cursor]"] == CURSOR
    assert [next_cursor(last), *map(next_cursor, last), *pages] == [None, None]


@each_collection
@EACH
@given(data=st.data(), link=st.sampled_from(NAMELESS) | from_links(*OF_REPORTS))
def test_a_page_that_leads_nowhere_known_says_so(
    case: Case[ir.Operation], data: st.DataObject, link: Any
) -> None:
    """Without a cursor of pages in its link, nobody takes a page for the last."""
    server = Leading(case.item, link)
    pages = method_of(sync_client(case.revision, server), case.item)(**arguments_of(case, data)).pages()
    page = next(pages)
    refusing(lambda: next_cursor(page))
    refusing(lambda: next(pages))


@each_single
@EACH
@given(data=st.data(), link=from_links(*OF_PAGES, *OF_REPORTS))
def test_a_single_answer_tells_its_cursor_and_a_call_takes_it(
    case: Case[ir.Operation], data: st.DataObject, link: Any
) -> None:
    """As ``page_cursor`` where the endpoint documents one, else as an undocumented query parameter."""
    server = Leading(case.item, link)
    method = method_of(sync_client(case.revision, server), case.item)
    arguments = arguments_of(case, data)
    cursor = next_cursor(method(**arguments))
    assert cursor == CURSOR
    if "page_cursor" in inspect.signature(method).parameters:
        again = method(**arguments, page_cursor=cursor)
    else:
        again = method(**arguments, extra={"query": {"page_cursor": cursor}})
    assert next_cursor(again) is None
    body = server.requests[-1].body
    sent = server.asked().get("page_cursor")
    assert (sent or (body and json.loads(body)["data"]["attributes"]["page_cursor"])) == CURSOR


@each_single
@EACH
@given(data=st.data(), link=st.sampled_from(NAMELESS), is_object=st.booleans())
def test_a_single_answer_that_leads_nowhere_known_says_so(
    case: Case[ir.Operation], data: st.DataObject, link: Any, is_object: bool
) -> None:
    """A link that names no cursor is an error for whoever asks for it; the result is there all the same."""
    server = Leading(case.item, {"href": link} if is_object else link)
    result = method_of(sync_client(case.revision, server), case.item)(**arguments_of(case, data))
    refusing(lambda: next_cursor(result))


@pytest.mark.parametrize("link", [*NAMELESS, "?page_cursor=x", {"href": "?page[cursor]=x"}])
def test_a_list_that_cannot_be_walked_is_refused_when_it_has_a_rest(link: Any) -> None:
    """Maton's connections come whole; were they cut one day, the rest would not be lost in silence."""
    body = json.dumps({"connections": [], "links": {"next": link, "self": "/"}}).encode()
    connections = MatonConnections("key", http_client=InMemory(lambda _: Reply(200, {}, body)))
    refusing(connections.list)


@pytest.mark.parametrize(
    "id_", ["query_campaign_values", "query_flow_values", "query_flow_series", "query_metric_aggregates"]
)
def test_reports_and_aggregates_take_the_cursor(id_: str) -> None:
    """The vendor documents it for three reports in the query, and for aggregates in the body."""
    for revision in committed():
        operation = next(item for item in revision.operations if item.id == id_)
        method = method_of(sync_client(revision, lambda _: Reply(200)), operation)
        assert "page_cursor" in inspect.signature(method).parameters


def test_the_key_does_not_come_back_in_the_error() -> None:
    """A server may repeat it in a link, and the message is cut off in the midst of it."""
    link = "/" + "x" * 30 + KEY * 9
    body = json.dumps({"data": {"type": "profile", "id": "1"}, "links": {"next": link}}).encode()
    profile = Klaviyo(Direct(KEY), http_client=InMemory(lambda _: Reply(200, {}, body))).profiles.get("1")
    with pytest.raises(Undecodable) as caught:
        next_cursor(profile)
    assert KEY[:8] not in f"{caught.value!r} {vars(caught.value)}"


@pytest.mark.parametrize("result", [None, [], "x", models.Profile(), load(models.Profile, {"id": "1"})])
def test_what_came_from_no_call_tells_no_cursor(result: object) -> None:
    with pytest.raises(ArgumentError, match="tells no cursor"):
        next_cursor(result)
