"""Whatever stands in a page, reading it costs in proportion to its size: calls are counted, and bytes."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest

from codegen.runtime.document import Data, read_document, read_plain
from codegen.runtime.errors import Undecodable
from codegen.runtime.model import Resource
from tests.runtime.models_by_hand import Event, List, Location, Profile, Zoo
from tests.runtime.test_model import touch

SMALL, MANY = 8_000, 3
CALLS_A_BYTE = 20
BYTES_A_BYTE = 100
"""What a page may take, beside itself, for each of its bytes: that is 6 GB for the largest answer of all."""
ALWAYS = 1_500_000

CLASSES: dict[str, type[Resource]] = {"profile": Profile, "list": List, "event": Event, "zoo": Zoo}
PLACES = {
    "data": '{"data": [%s]}',
    "odd data": '{"data": [%s, 1e999]}',
    "included": '{"data": [], "included": [%s]}',
    "odd included": '{"data": [], "included": [%s, "\\ud800"]}',
    "a custom property": '{"data": [{"type": "zoo", "attributes": {"bag": {"x": [%s]}}}]}',
    "models": '{"data": [{"type": "zoo", "attributes": {"places": [%s]}}]}',
    "odd models": '{"data": [{"type": "zoo", "attributes": {"places": [%s, NaN]}}]}',
    "a union": '{"data": [{"type": "zoo", "attributes": {"whens": [%s], "mixed": [%s]}}]}',
    "a linkage": '{"data": [{"type": "zoo", "relationships": {"animals": {"data": [%s]}}}]}',
    "an unknown member": '{"data": [{"type": "zoo", "unheard-of": [%s]}]}',
    "links": '{"data": [], "links": [%s], "meta": {"a": [%s]}}',
    "plain": '{"it": [%s]}',
}
ITEMS = {
    **{item: item for item in ("1", "{}", "[]", "null", '""', "1.5", "NaN", "[[[[[[]]]]]]", '{"":{}}')},
    "one identity": '{"type":"zoo","id":"1"}',
    "attributes that are none": '{"type":"zoo","id":"1","attributes":[]}',
    "an odd number": '{"type":"zoo","id":"1","attributes":{"real":NaN}}',
    "deep": '{"a":' * 300 + "1" + "}" * 300,
    "a long key": f'{{"{"k" * 3000}":1}}',
    "a long number": "9" * 5000,
}


def page(place: str, item: str, size: int) -> bytes:
    text = PLACES[place]
    array = ",".join([ITEMS[item]] * max(1, size // len(ITEMS[item]) // text.count("%s")))
    return text.replace("%s", array).encode()


def read(body: bytes) -> None:
    """Read a page and every member that is in it, or refuse it."""
    with suppress(Undecodable):
        document = read_document(body, None, CLASSES.get, data=Data(many=True))
        for resource in (*document.resources, *document.included):
            touch(resource)
    with suppress(Undecodable):
        read_plain(body, Location, "it", many=True)


def calls(body: bytes) -> int:
    """How many functions are called, those of C included."""
    count = 0

    def called(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        read(body)
    finally:
        sys.setprofile(before)
    return count


def peak(body: bytes) -> int:
    """How many bytes are held at most while the page is read, beside its own."""
    tracemalloc.start()
    try:
        read(body)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("item", sorted(ITEMS))
@pytest.mark.parametrize("place", sorted(PLACES))
def test_a_page_costs_in_proportion_to_its_size(place: str, item: str) -> None:
    """So many calls and bytes a byte at most, whatever the items are and wherever they stand."""
    read(page(place, item, 100))  # what is made once is made
    small, large = (page(place, item, size) for size in (SMALL, MANY * SMALL))
    few, many = calls(small), calls(large)
    assert many <= MANY * few * 1.2 + 20_000
    assert many <= CALLS_A_BYTE * len(large) + 100_000
    assert peak(large) <= BYTES_A_BYTE * len(large) + ALWAYS


@pytest.mark.parametrize("place", ["data", "included", "plain"])
@pytest.mark.parametrize("item", ["1", "{}", "null"])
def test_many_items_that_can_be_no_resources_are_refused(place: str, item: str) -> None:
    """A few odd ones are given as they came; a million of them would each become a model."""
    read_few: Callable[[bytes], object] = (
        (lambda body: read_plain(body, Location, "it", many=True))
        if place == "plain"
        else (lambda body: read_document(body, None, CLASSES.get))
    )
    read_few(page(place, item, 500))
    with pytest.raises(Undecodable, match="too small to be any"):
        read_few(page(place, item, 100_000))
