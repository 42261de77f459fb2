"""JSON that nests deeply is read and worked with like any other, or refused when it is read."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from attrs import define
from hypothesis import example, given
from hypothesis import strategies as st

from codegen.runtime.codec import DEPTH
from codegen.runtime.document import read_document, read_plain
from codegen.runtime.encode import encode
from codegen.runtime.errors import ArgumentError, Undecodable
from codegen.runtime.misfit import misfits, unknown_members
from codegen.runtime.model import Model, Resource, ValueObject, absent, dump, load
from codegen.runtime.reading import MODEL_DEPTH
from tests.runtime.models_by_hand import Location, Profile, Zoo
from tests.runtime.test_model import touch

Place = Callable[[Any], dict[str, Any]]

PLACES: dict[str, Place] = {
    "a custom property": lambda deep: {"type": "zoo", "attributes": {"bag": {"x": deep}}},
    "anything": lambda deep: {"type": "zoo", "attributes": {"anything": deep}},
    "text": lambda deep: {"type": "zoo", "attributes": {"text": deep}},
    "an instant": lambda deep: {"type": "zoo", "attributes": {"instant": deep}},
    "an item beside models": lambda deep: {"attributes": {"places": [{"city": "a"}, deep]}},
    "a member of a model": lambda deep: {"attributes": {"hidden": {"city": deep, "new": deep}}},
    "a union": lambda deep: {"attributes": {"when": {"type": deep}, "mixed": deep, "whens": [deep, {}]}},
    "values": lambda deep: {"attributes": {"by_name": {"a": {"city": 1}, "b": deep}, "grid": [[1], deep]}},
    "what nobody knows": lambda deep: {"attributes": {"unheard-of": deep}, "beside": deep},
    "the type": lambda deep: {"type": deep},
    "the id": lambda deep: {"id": deep},
    "the attributes": lambda deep: {"attributes": deep},
    "a linkage": lambda deep: {"relationships": {"animals": {"data": deep}}},
    "links and meta": lambda deep: {"links": deep, "meta": deep},
}
"""Where in a resource deep JSON may stand, no deeper than five levels below its top."""

DEEP = DEPTH - 5
CLASSES: Callable[[str], type[Resource] | None] = {"zoo": Zoo}.get


@st.composite
def nested(draw: st.DrawFn, depths: st.SearchStrategy[int]) -> Any:
    """JSON of some depth: arrays and objects in turn, with something odd or not at the end."""
    ends: list[Any] = [1, "text", {}, [], float("nan"), "\ud800"]
    value = draw(st.sampled_from(ends))
    pattern = draw(st.lists(st.booleans(), min_size=1, max_size=4))
    for level in range(draw(depths)):
        value = {"x": value} if pattern[level % len(pattern)] else [value]
    return value


def resource_of(document: dict[str, Any], *, strict: bool = False) -> Any:
    body = json.dumps({"data": [document], "included": [document], "links": document, "meta": document})
    return read_document(body.encode(), Zoo, CLASSES, strict=strict).resources[0]


@given(st.sampled_from(sorted(PLACES)), nested(st.integers(1, 30) | st.integers(300, DEEP)), st.booleans())
@example("a custom property", [[]], True)
def test_deep_json_is_worked_with(place: str, deep: Any, is_touched: bool) -> None:
    """It is read, dumped, compared, copied, pickled, loaded and looked at for misfits, at every place."""
    document = PLACES[place](deep)
    text = json.dumps(document)
    zoo = resource_of(document)
    if is_touched:
        touch(zoo)
    misfits(zoo)
    unknown_members(zoo)
    assert len(repr(zoo)) <= 200
    others = (copy.copy(zoo), copy.deepcopy(zoo), pickle.loads(pickle.dumps(zoo)), load(Zoo, dump(zoo)))
    for other in (zoo, *others, load(Zoo, text)):
        assert json.dumps(dump(other)) == text
        touch(other)
        assert json.dumps(dump(other)) == text
        assert "NaN" in text or other == zoo


@given(st.sampled_from(sorted(PLACES)), nested(st.integers(DEPTH + 1, 2 * DEPTH)))
def test_what_nests_too_deeply_is_refused_when_it_is_read(place: str, deep: Any) -> None:
    """As an answer that cannot be read, by its path; later nothing raises."""
    document = PLACES[place](deep)
    text = json.dumps(document)
    loads: list[Callable[[], object]] = [
        lambda: resource_of(document),
        lambda: read_document(b'{"data": %b}' % text.encode(), Zoo, CLASSES),
        lambda: read_document(b'{"data": [], "included": [{}, %b]}' % text.encode(), Zoo, CLASSES),
        lambda: read_plain(b'{"it": [%b]}' % text.encode(), Location, "it", many=True),
        lambda: load(Zoo, text),
    ]
    for read in loads:
        with pytest.raises(Undecodable, match="nested less deeply"):
            read()


@given(nested(st.integers(1, DEEP)))
def test_strict_reading_tells_misfits_of_deep_json(deep: Any) -> None:
    """What fits is taken however deep it is; what does not is a misfit, no wrong argument."""
    resource_of({"type": "zoo", "id": "1", "attributes": {"bag": {"x": deep}}}, strict=True)
    with pytest.raises(Undecodable) as caught:
        read_plain(json.dumps({"it": {"city": [deep]}}).encode(), Location, "it", many=False, strict=True)
    assert caught.value.path == "$.it.city"


@given(nested(st.integers(1, DEEP)))
def test_what_was_read_can_be_sent(deep: Any) -> None:
    """And what cannot, because it is too deep or contains itself, is a wrong argument."""
    bag = load(Zoo, {"attributes": {"bag": {"x": deep}}}).bag
    if all(odd not in json.dumps(deep) for odd in ("NaN", "\\ud800")):
        assert json.loads(encode({"properties": bag})) == {"properties": {"x": deep}}
    loop: list[Any] = []
    loop += [deep, loop]
    with pytest.raises(ArgumentError):
        encode(loop)


# ------------------------------------------------------------------------------ models within models


@define(eq=False, repr=False, kw_only=True)
class Step(ValueObject):
    """A step that may hold steps of its own."""

    name: str | None = absent
    steps: list[Step] | None = absent


@define(eq=False, repr=False, kw_only=True)
class Way(Resource):
    """A resource with steps in it."""

    __type__ = "way"

    id: str = absent
    first: Step | None = absent


def steps(depth: int) -> dict[str, Any]:
    step: dict[str, Any] = {"name": "last"}
    for level in range(depth - 1):
        step = {"name": str(level), "steps": [step]}
    return step


@given(st.integers(1, (DEPTH - 2) // 2), st.booleans())
@example(MODEL_DEPTH, True)
@example(MODEL_DEPTH + 1, True)
@example((DEPTH - 2) // 2, True)
def test_models_within_models(depth: int, is_touched: bool) -> None:
    """A class that holds itself is read to some depth; what is below is given as it came, and is a misfit."""
    document = {"type": "way", "id": "1", "attributes": {"first": steps(depth)}}
    way = load(Way, document)
    if is_touched:
        touch(way)
    inner: Any = way.first
    read = 1
    while isinstance(inner, Step) and inner.steps:
        inner = inner.steps[0]
        read += isinstance(inner, Step)
    assert read == min(depth, MODEL_DEPTH)
    below = [".attributes.first" + ".steps[0]" * MODEL_DEPTH] * (depth > MODEL_DEPTH)
    assert [misfit.path for misfit in misfits(way)] == [f"${path}" for path in below]
    for other in (way, copy.copy(way), copy.deepcopy(way), pickle.loads(pickle.dumps(way))):
        assert isinstance(other, Model)
        assert dump(other) == document
        assert other == way


def test_what_a_model_shares_or_holds_stays_what_it_is_in_copies() -> None:
    """Containers that hold one another, models or values of Python are copied as Python copies them."""
    shared = [1]
    zoo = Zoo(bag={"a": shared, "b": shared}, places=[Location(city="a")])
    others: list[Any] = [copy.deepcopy(zoo), pickle.loads(pickle.dumps(zoo))]
    for other in others:
        assert other == zoo
        assert other.bag["a"] is other.bag["b"]
        assert other.bag["a"] is not shared
        assert isinstance(other.places[0], Location)
    assert Profile(id="1") == copy.deepcopy(Profile(id="1"))
