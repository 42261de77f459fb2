"""What is passed is what is written; what JSON cannot say is refused by its place."""

from __future__ import annotations

import json
from collections import UserDict
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given

from codegen.runtime.encode import encode, to_jsonable
from codegen.runtime.errors import ArgumentError
from codegen.runtime.filter_grammar import parse
from codegen.runtime.model import dump, load
from codegen.runtime.unset import UNSET
from tests.runtime.json_values import ANYTHING
from tests.runtime.models_by_hand import Location, Profile, StaticDate


class Color(StrEnum):
    """Text with a name."""

    RED = "red"


class Level(IntEnum):
    """A number with a name."""

    LOW = 1


class UserItems(list[int]):
    """An array of somebody's own class."""


class Kind(float):
    """A number of somebody's own class."""


ITSELF: list[Any] = []
ITSELF.append(ITSELF)


@given(ANYTHING)
def test_json_is_written_as_it_is(value: Any) -> None:
    assert json.dumps(json.loads(encode(value))) == json.dumps(value)
    assert to_jsonable(value) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), '"2024-01-02T03:04:05+00:00"'),
        (
            datetime(2024, 1, 2, 3, 4, 5, 60, timezone(timedelta(hours=-5))),
            '"2024-01-02T03:04:05.000060-05:00"',
        ),
        (datetime(1890, 1, 1, tzinfo=timezone(timedelta(seconds=1172))), '"1889-12-31T23:40:28+00:00"'),
        (date(2024, 2, 29), '"2024-02-29"'),
        (Decimal("1.10"), "1.10"),
        (Decimal("100000000000000000000.01"), "100000000000000000000.01"),
        (2**80, str(2**80)),
        (True, "true"),
        ((1, [None]), "[1,[null]]"),
        (UserDict({"a": UserItems([1])}), '{"a":[1]}'),
        (UserDict({"a": 1}), '{"a":1}'),
        (Color.RED, '"red"'),
        ({Color.RED: Level.LOW}, '{"red":1}'),
        (Kind(0.5), "0.5"),
        ("é\n\u2028", '"é\\n\u2028"'),
    ],
)
def test_values_are_written_as_json_has_them(value: object, expected: str) -> None:
    assert encode(value).decode() == expected


def test_models_are_written_with_the_members_they_have() -> None:
    assert encode([Location(city="Rome", zip=None)]) == b'[{"city":"Rome","zip":null}]'
    assert encode({"x": StaticDate(day=date(2024, 1, 1))}) == b'{"x":{"day":"2024-01-01"}}'
    assert to_jsonable(Profile(email="a@b.c")) == {"type": "profile", "attributes": {"email": "a@b.c"}}
    read = load(Location, {"city": "Rome", "new": [1]})
    assert encode(read) == b'{"city":"Rome","new":[1]}'


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (datetime.fromisoformat("2024-01-01T00:00:00"), "^profile: 2024-01-01T00:00:00 names no time zone"),
        ({"properties": {"x": [1, 2, float("nan")]}}, r"^profile\.properties\.x\[2\]: JSON has no nan"),
        ({"a b": {1: 2}}, r"^profile\['a b'\]: a key is text, not 1"),
        ([float("inf")], r"^profile\[0\]: JSON has no inf"),
        ([Decimal("NaN")], r"^profile\[0\]: JSON has no NaN"),
        ([Kind("-inf")], r"^profile\[0\]: JSON has no -inf"),
        (["ok", "\ud800"], r"^profile\[1\]: half a surrogate pair at character 0"),
        ({"\udfff": 1}, r"^profile: half a surrogate pair"),
        ([{1}], r"^profile\[0\]: JSON has no set"),
        (b"", "^profile: JSON has no bytes"),
        (UNSET, "^profile: JSON has no UnsetType; UNSET stands for a whole argument"),
        (
            [parse("has(email)")],
            r"^profile\[0\]: JSON has no Filter; a filter in a body is text",
        ),
        ([Location(latitude=float("nan"))], r"^profile\[0\]\.latitude: JSON has no nan"),
        (ITSELF, "^profile is nested too deeply, or contains itself"),
    ],
)
def test_what_json_cannot_say_is_refused_by_its_place(value: object, message: str) -> None:
    for function in (encode, to_jsonable):
        with pytest.raises(ArgumentError, match=message):
            function(value, "profile")


def test_what_was_received_is_dumped_but_not_sent() -> None:
    read = load(Location, '{"city": NaN, "new": {"x": "\\ud800"}}')
    assert json.dumps(dump(read)) == '{"city": NaN, "new": {"x": "\\ud800"}}'
    with pytest.raises(ArgumentError, match=r"body\.city: JSON has no nan"):
        encode(read)


def test_a_copy_shares_nothing_with_the_value() -> None:
    value = {"a": [{"b": 1}]}
    made = to_jsonable(value)
    made["a"][0]["b"] = 2
    assert value == {"a": [{"b": 1}]}


def test_more_digits_than_python_writes_are_passed_as_a_decimal() -> None:
    for value in (10**5000, -(10**5000), type("Whole", (int,), {})(10**5000)):
        with pytest.raises(ArgumentError, match=r"^body\.x: .* passed as a Decimal$"):
            encode({"x": value})
    assert encode([10**4000, Decimal("1" + "0" * 5000)]) == b"[1" + b"0" * 4000 + b",1" + b"0" * 5000 + b"]"
