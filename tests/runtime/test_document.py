"""One odd item never loses the page; what was included is shared; cursors come out of links."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.runtime.answer import Answer, answer_of
from codegen.runtime.document import Document, read_document, read_plain
from codegen.runtime.errors import ArgumentError, NotIncluded, Undecodable
from codegen.runtime.model import Resource, UnknownResource, dump, load
from tests.runtime.json_values import ANYTHING, documents
from tests.runtime.models_by_hand import Event, List, Location, Profile, Zoo

CLASSES: dict[str, type[Resource]] = {"profile": Profile, "list": List, "event": Event, "zoo": Zoo}
NEXT = "https://a.klaviyo.com/api/profiles/?page%5Bsize%5D=2&page%5Bcursor%5D=bmV4dA%3D%3D#x"


def read(document: object, model: type[Resource] | None = Profile, *, strict: bool = False) -> Document:
    """Read a document given as decoded JSON."""
    return read_document(json.dumps(document).encode(), model, CLASSES.get, strict=strict)


def profile(identifier: str, **linkage: Any) -> dict[str, Any]:
    """A profile with linkage data of its relationships."""
    relationships = {name.replace("_", "-"): {"data": data} for name, data in linkage.items()}
    return {
        "type": "profile",
        "id": identifier,
        "attributes": {"email": f"{identifier}@b.c"},
        "relationships": relationships,
    }


# ------------------------------------------------------------------------------------------------ the data


def test_a_collection_is_its_resources() -> None:
    document = read(
        {"data": [profile("1"), profile("2")], "links": {"next": NEXT, "prev": None}, "meta": {"a": 1}}
    )
    assert [item.email for item in document.resources] == ["1@b.c", "2@b.c"]
    assert (document.next_cursor, document.previous_cursor) == ("bmV4dA==", None)
    assert document.meta == {"a": 1}
    assert document.included == []


def test_a_single_resource_is_the_resource() -> None:
    assert read({"data": profile("1")}).resource.id == "1"
    assert read({"data": None}).resource is None
    assert read({"data": []}).resource is None


@pytest.mark.parametrize("data", [5, "x", True])
def test_data_that_holds_no_resource_is_refused(data: object) -> None:
    documents: list[dict[str, object]] = [{"data": data}, {"links": {}}]
    for document in documents:
        with pytest.raises(Undecodable) as caught:
            read(document)
        assert caught.value.path == "$.data"


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'{"data": [', b'{"data": []} x', b'"\xff"']
)
def test_what_is_no_document_is_refused(body: bytes) -> None:
    with pytest.raises(Undecodable):
        read_document(body, Profile, CLASSES.get)


def test_a_document_nested_too_deeply_is_refused() -> None:
    with pytest.raises(Undecodable, match="nested less deeply"):
        read_document(b'{"data": ' + b"[" * 10**5 + b"]" * 10**5 + b"}", Profile, CLASSES.get)


@given(
    st.lists(documents(Zoo, odd=True) | ANYTHING, max_size=4),
    st.sampled_from(["NaN", '"\\ud800"', "1e999", "0"]),
)
def test_an_odd_item_does_not_lose_the_page(items: list[Any], odd: str) -> None:
    text = json.dumps({"data": [*items, {"type": "zoo", "id": "last", "attributes": {"bag": {"x": "ODD"}}}]})
    text = text.replace('"ODD"', odd)
    *first, last = read_document(text.encode(), Zoo, CLASSES.get).resources
    assert last.id == "last"
    assert json.dumps(last.bag) == json.dumps(json.loads(text)["data"][-1]["attributes"]["bag"])
    assert json.dumps([dump(item) for item in first]) == json.dumps(items)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_and_white_space_are_fine(encoding: str) -> None:
    body = f" {json.dumps({'data': [profile('é')]}, indent=2, ensure_ascii=False)}\n".encode(encoding)
    assert read_document(body, Profile, CLASSES.get).resource.id == "é"


def test_without_a_class_each_type_tells() -> None:
    odd: list[dict[str, Any]] = [{}, {"type": 5}, {"type": ["profile"]}]
    found = read(
        {"data": [profile("1"), {"type": "hologram", "id": "2", "attributes": {"x": 1}}, *odd]}, None
    )
    assert [type(item) for item in found.resources] == [Profile] + [UnknownResource] * 4
    assert found.resources[1].attributes == {"x": 1}


def test_an_item_does_not_keep_its_page() -> None:
    one, _ = read({"data": [profile("1"), profile("2")]}).resources
    assert json.loads(one.__source__) == profile("1")
    assert type(one.__source__) is bytes


# --------------------------------------------------------------------------------------------------- links


@pytest.mark.parametrize(
    ("link", "cursor"),
    [
        (None, None),
        ("", None),
        (NEXT, "bmV4dA=="),
        ("?page[cursor]=a+b%2Bc", "a+b+c"),
        ({"href": NEXT}, "bmV4dA=="),
        ("?page[size]=2", None),
        (5, None),
    ],
)
def test_the_cursor_comes_out_of_the_link(link: object, cursor: str | None) -> None:
    assert read({"data": [], "links": {"next": link}}).next_cursor == cursor
    assert read({"data": [], "links": {"prev": link}}).previous_cursor == cursor


@pytest.mark.parametrize("link", ["?page[size]=2", 5, {}, {"url": "x"}, {"href": None}, {"href": 1}])
def test_a_link_without_a_cursor_is_a_misfit(link: object) -> None:
    document: dict[str, object] = {"data": [], "links": {"next": link}}
    with pytest.raises(Undecodable, match=r"^\$\.links\.next"):
        read(document, strict=True)


@given(ANYTHING)
def test_odd_links_lose_nothing(links: Any) -> None:
    document = read({"data": [], "links": links, "included": links, "meta": links})
    assert document.next_cursor is None
    assert document.links == links


# --------------------------------------------------------------------------------------------- strictness


def test_strict_reading_names_the_place() -> None:
    bad = profile("1")
    bad["attributes"]["email"] = 5
    documents: list[tuple[dict[str, object], str]] = [
        ({"data": [profile("1"), bad]}, "$.data[1].attributes.email"),
        ({"data": bad}, "$.data.attributes.email"),
        ({"data": [], "included": [bad]}, "$.included[0].attributes.email"),
        ({"data": [5]}, "$.data[0]"),
    ]
    for document, path in documents:
        read(document)
        with pytest.raises(Undecodable) as caught:
            read(document, strict=True)
        assert caught.value.path == path
        assert caught.value.got == "5"


# ------------------------------------------------------------------------------------------------ included

LISTS = [{"type": "list", "id": "A", "attributes": {"name": "a"}}, {"type": "list", "id": 7}]


def test_included_resources_are_shared() -> None:
    first = profile("1", lists=[{"type": "list", "id": "A"}])
    second = profile("2", lists=[{"type": "list", "id": "A"}, {"type": "list", "id": "7"}])
    document = read({"data": [first, second], "included": LISTS})
    one, two = document.resources
    assert one.list_ids == ["A"]
    assert two.list_ids == ["A", "7"]
    assert one.lists[0].name == "a"
    assert one.lists[0] is two.lists[0]
    assert document.included == two.lists


def test_included_resources_link_each_other() -> None:
    event = {
        "type": "event",
        "id": "E",
        "relationships": {"profile": {"data": {"type": "profile", "id": "1"}}},
    }
    holder = profile("1", lists=[{"type": "list", "id": "A"}])
    found = read({"data": event, "included": [holder, LISTS[0]]}, Event).resource
    assert found.profile_id == "1"
    assert found.profile.lists[0].name == "a"


@pytest.mark.parametrize(
    "linkage",
    [
        {},
        {"lists": None},
        {"lists": {"data": None}},
        {"lists": {"links": {}}},
        {"lists": {"data": [{"type": "list", "id": "B"}]}},
        None,
        [1],
    ],
)
def test_what_is_not_included_names_the_remedy(linkage: Any) -> None:
    found = read(
        {"data": {"type": "profile", "id": "1", "relationships": linkage}, "included": LISTS}
    ).resource
    with pytest.raises(NotIncluded, match=r"include=\['lists'\]"):
        assert found.lists
    with pytest.raises(NotIncluded):
        assert load(Profile, profile("1", lists=[{"type": "list", "id": "A"}])).lists
    with pytest.raises(NotIncluded):
        assert Profile(id="1").lists


def test_half_of_a_linkage_is_taken() -> None:
    holder = profile("1", lists=[{"type": "list", "id": "A"}, {"type": "list"}, None, {"id": "x"}, 5])
    found = read({"data": holder, "included": LISTS}).resource
    assert found.list_ids == ["A"]
    assert [item.name for item in found.lists] == ["a"]


def test_a_relationship_to_one_may_be_empty() -> None:
    empty: list[Any] = [None, {}]
    for data in empty:
        found = read(
            {"data": {"type": "event", "relationships": {"profile": {"data": data}}}}, Event
        ).resource
        assert (found.profile_id, found.profile) == (None, None)
    alone = read({"data": {"type": "event", "id": "E"}}, Event).resource
    assert alone.profile_id is None
    with pytest.raises(NotIncluded):
        assert alone.profile


def test_linkage_beside_an_odd_value_is_found() -> None:
    holder = profile("1", lists=[{"type": "list", "id": "A"}])
    holder["attributes"]["email"] = float("nan")
    odd = {"type": "list", "id": "A", "attributes": {"name": float("inf")}}
    found = read({"data": [holder], "included": [odd, float("nan")]}).resource
    assert found.list_ids == ["A"]
    assert found.lists[0].name == float("inf")


def test_what_is_included_is_no_part_of_the_value() -> None:
    holder = profile("1", lists=[{"type": "list", "id": "A"}])
    found = read({"data": [holder], "included": LISTS}).resource
    assert found == load(Profile, holder)
    assert dump(found) == holder
    assert "list" not in repr(found)
    other = pickle.loads(pickle.dumps(found))
    assert other == found
    with pytest.raises(NotIncluded, match="unpickled"):
        assert other.lists


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy])
def test_a_copy_shares_what_is_included(make: Callable[[Resource], Any]) -> None:
    """And it tells the answer, so that changing a copy loses nothing."""
    answer = Answer("GET", "/api/profiles", 200, {}, b"", 0.1)
    holder = profile("1", lists=[{"type": "list", "id": "A"}])
    body = json.dumps({"data": [holder], "included": LISTS}).encode()
    (found,) = read_document(body, Profile, CLASSES.get, answer=answer).resources
    found.email = "new"
    copied = make(found)
    copied.first_name = "Ada"
    assert (copied.email, found.first_name) == ("new", None)
    assert copied.lists[0] is found.lists[0]
    assert answer_of(copied) == answer_of(found)
    assert make(Profile(id="1")) == Profile(id="1")


# --------------------------------------------------------------------------------------- answers, plain JSON


def test_an_item_tells_its_answer_with_its_own_bytes() -> None:
    body = json.dumps({"data": [profile("1"), profile("2")], "included": LISTS}).encode()
    answer = Answer("GET", "/api/profiles", 200, {"x": "y"}, body, 0.1)
    document = read_document(body, Profile, CLASSES.get, answer=answer)
    for item in (*document.resources, *document.included):
        told = answer_of(item)
        assert (told.status, told.headers) == (200, {"x": "y"})
        assert json.loads(told.content) == dump(item)
    with pytest.raises(ArgumentError):
        answer_of(load(Profile, profile("1")))


@pytest.mark.parametrize("body", ['{"it": [{"city": "a"}]}', '{"it": {"city": "a"}}', '{"city": "a"}'])
def test_plain_json_is_found_under_its_member(body: str) -> None:
    answer = Answer("GET", "/connections", 200, {}, body.encode(), 0.1)
    found = read_plain(body.encode(), Location, "it", many="[" in body, answer=answer)
    assert found == [Location(city="a")]
    assert answer_of(found[0]).content == b'{"city": "a"}'


def test_plain_json_may_be_the_body() -> None:
    read: Any = read_plain(b' [{"city": "a"}, {"city": 5}]', Location, many=True)
    assert [item.city for item in read] == ["a", 5]
    with pytest.raises(Undecodable, match=r"^\$\[1\]\.city"):
        read_plain(b'[{"city": "a"}, {"city": 5}]', Location, many=True, strict=True)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(
    ("many", "bodies"),
    [
        (False, ["5", "[]", '[{"city": "a"}]', '{"it": null}', '{"it": [{"city": "a"}]}', "", "oops"]),
        (True, ["5", "{}", '{"city": "a"}', '{"it": null}', '{"it": {"city": "a"}}', "", "oops"]),
    ],
)
def test_plain_json_of_another_kind_is_refused(many: bool, bodies: list[str], strict: bool) -> None:
    """One where many are due, many where one is due, and none."""
    for body in bodies:
        with pytest.raises(Undecodable, match="an array of objects" if many else "an object") as caught:
            read_plain(body.encode(), Location, "it", many=many, strict=strict)
        assert caught.value.path == "$.it"
