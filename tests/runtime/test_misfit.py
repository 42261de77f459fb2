"""Misfits are found at any depth, by their path; what fits and what nobody documented is none."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from codegen.runtime.document import read_document
from codegen.runtime.errors import Undecodable
from codegen.runtime.misfit import Misfit, check, misfits, unknown_members
from codegen.runtime.model import UnknownResource, load
from tests.runtime.json_values import documents
from tests.runtime.models_by_hand import Location, Profile, Zoo

GOOD: dict[str, Any] = {
    "type": "zoo",
    "id": "1",
    "attributes": {
        "text": "a",
        "whole": 1,
        "real": 1,
        "flag": True,
        "level": 2,
        "color": "red",
        "instant": "2024-01-01T00:00:00Z",
        "day": "2024-01-01",
        "anything": [{"x": None}],
        "bag": {"x": None},
        "texts": ["a"],
        "instants": ["2024-01-01T00:00:00Z"],
        "places": [{"city": "a"}, {"city": "b"}],
        "by_name": {"a b": {"latitude": 1.5}},
        "grid": [[1], [2, 3]],
        "when": {"type": "rolling", "days": 1},
        "whens": [{"type": "static"}],
        "mixed": [{"city": "c"}],
        "either": "x",
        "dashed-name": "d",
        "_hidden": {"city": "h"},
        "unheard-of": {"x": 1},
    },
}


@given(documents(Zoo))
def test_what_fits_is_no_misfit(document: dict[str, Any]) -> None:
    assert misfits(load(Zoo, document)) == []
    check(load(Zoo, document))


@pytest.mark.parametrize(
    ("steps", "value", "path", "expected"),
    [
        (["type"], "zebra", "$.type", "one of 'zoo'"),
        (["type"], None, "$.type", "one of 'zoo'"),
        (["id"], 5, "$.id", "text or null"),
        (["attributes"], None, "$.attributes", "an object"),
        (["attributes", "text"], 1, "$.attributes.text", "text or null"),
        (["attributes", "whole"], 1.5, "$.attributes.whole", "a whole number or null"),
        (["attributes", "whole"], True, "$.attributes.whole", "a whole number or null"),
        (["attributes", "real"], "1", "$.attributes.real", "a number or null"),
        (["attributes", "flag"], 1, "$.attributes.flag", "true or false or null"),
        (["attributes", "level"], 4, "$.attributes.level", "one of 1, 2, 3 or null"),
        (["attributes", "level"], True, "$.attributes.level", "one of 1, 2, 3 or null"),
        (["attributes", "color"], "blue", "$.attributes.color", "one of 'red', 'green' or null"),
        (["attributes", "instant"], "soon", "$.attributes.instant", "a date and time with an offset or null"),
        (["attributes", "day"], "2024-02-30", "$.attributes.day", "a date or null"),
        (["attributes", "bag"], [], "$.attributes.bag", "an object or null"),
        (["attributes", "texts", 0], None, "$.attributes.texts[0]", "text"),
        (["attributes", "texts"], "a", "$.attributes.texts", "an array or null"),
        (["attributes", "places", 1], 5, "$.attributes.places[1]", "an object (Location)"),
        (["attributes", "places", 1, "city"], 5, "$.attributes.places[1].city", "text or null"),
        (
            ["attributes", "by_name", "a b", "latitude"],
            [],
            "$.attributes.by_name['a b'].latitude",
            "text or a number or null",
        ),
        (["attributes", "grid", 1, 0], "2", "$.attributes.grid[1][0]", "a whole number"),
        (
            ["attributes", "when"],
            {"type": "lunar"},
            "$.attributes.when",
            "an object (StaticDate or RollingDate) or null",
        ),
        (["attributes", "when", "days"], "1", "$.attributes.when.days", "a whole number or null"),
        (["attributes", "mixed", 0, "city"], 5, "$.attributes.mixed[0].city", "text or null"),
        (["attributes", "either"], 5, "$.attributes.either", "text or null"),
        (["attributes", "dashed-name"], 5, "$.attributes['dashed-name']", "text or null"),
        (["attributes", "_hidden", "city"], 5, "$.attributes._hidden.city", "text or null"),
    ],
)
def test_a_misfit_is_named_by_its_path(steps: list[Any], value: Any, path: str, expected: str) -> None:
    document = copy.deepcopy(GOOD)
    place: Any = document
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value
    zoo = load(Zoo, document)
    found = misfits(zoo)
    assert [(misfit.path, misfit.expected) for misfit in found] == [(path, expected)]
    with pytest.raises(Undecodable) as caught:
        check(zoo, "$.data[3]")
    assert caught.value.path == path.replace("$", "$.data[3]", 1)
    assert (caught.value.expected, caught.value.got) == (expected, found[0].got)


@given(documents(Zoo), st.data())
def test_a_scalar_of_another_type_is_found(document: dict[str, Any], data: st.DataObject) -> None:
    names = [name for name in ("text", "whole", "flag", "instant", "day") if name in document["attributes"]]
    assume(names)
    name = data.draw(st.sampled_from(names))
    document["attributes"][name] = [0]
    assert [misfit.path for misfit in misfits(load(Zoo, document))] == [f"$.attributes.{name}"]


def test_what_must_be_there_and_is_not_is_a_misfit() -> None:
    assert misfits(load(Profile, {"attributes": {}})) == [
        Misfit("$.id", "text", "nothing"),
        Misfit("$.type", "one of 'profile'", "nothing"),
    ]


def test_what_is_no_object_is_a_misfit_as_a_whole() -> None:
    (odd,) = read_document(b'{"data": [5]}', Profile, {"profile": Profile}.get).resources
    assert misfits(odd) == [Misfit("$", "an object", "5")]


def test_unknown_members_are_reachable_and_fit() -> None:
    zoo = load(Zoo, GOOD)
    assert misfits(zoo) == []
    assert unknown_members(zoo) == {"unheard-of": {"x": 1}}
    assert unknown_members(load(Location, {"city": "a", "new": [1]})) == {"new": [1]}
    assert unknown_members(load(Zoo, {"attributes": [1]})) == {}
    assert unknown_members(load(UnknownResource, {**GOOD, "new": 1})) == {"new": 1}
