"""Annotations are taken apart, and what no member can have is refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import pytest
from attrs import define

from codegen.runtime.model import Model, ValueObject, absent
from codegen.runtime.shape import ANYTHING, Shape, pick, shape
from tests.runtime.models_by_hand import Location, Text

TEXT = Shape(scalars=(str,))


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (str, TEXT),
        (str | int | None, Shape(scalars=(str, int), null=True)),
        (Any, ANYTHING),
        (dict[str, Any] | None, Shape(values=ANYTHING, null=True)),
        (list[str | None], Shape(items=Shape(scalars=(str,), null=True))),
        (list[str] | list[Location], Shape(items=Shape(scalars=(str,), models=(Location,)))),
        (Literal["a", "b"] | None, Shape(constants=("a", "b"), null=True)),
        (Literal["a", "b"] | str | None, Shape(constants=("a", "b"), null=True)),
        (Literal[1, 2] | str | int, Shape(constants=(1, 2), scalars=(str,))),
        (list[Literal["a", "b"] | str] | list[str], Shape(items=Shape(constants=("a", "b"), scalars=(str,)))),
        (Text | Location, Shape(models=(Text, Location))),
        (datetime | str, Shape(instant=True, scalars=(str,))),
        (str | datetime | date, TEXT),
        (date | None, Shape(day=True, null=True)),
    ],
)
def test_an_annotation_is_taken_apart(hint: Any, expected: Shape) -> None:
    assert shape(hint) == expected


def test_plain_shapes_are_read_as_json_gives_them() -> None:
    assert shape(dict[str, list[int]]).plain
    assert not shape(dict[str, list[datetime]]).plain
    assert not shape(list[Location]).plain
    assert shape(str | int | None).scalar
    assert not shape(Any).scalar


@pytest.mark.parametrize("hint", [bytes, set[str], complex | None])
def test_what_json_has_not_is_refused(hint: Any) -> None:
    with pytest.raises(TypeError, match="no member can be annotated with"):
        shape(hint)


def test_constants_of_different_types_are_different_shapes() -> None:
    """Python takes 0 and False for the same, JSON does not."""
    assert shape(Literal[0]) != shape(Literal[False])
    assert shape(Literal[1, 2]) == shape(Literal[1, 2])


# ------------------------------------------------------------------------------------ classes of a union


@define(eq=False, repr=False, kw_only=True)
class Words(ValueObject):
    """A filter of text."""

    type: Literal["text"] = absent
    operator: Literal["is", "is-not"] | None = absent
    value: str | None = absent


@define(eq=False, repr=False, kw_only=True)
class ListOfWords(ValueObject):
    """A filter of several texts."""

    type: Literal["text"] = absent
    operator: Literal["in"] | None = absent
    value: list[str] | None = absent


@define(eq=False, repr=False, kw_only=True)
class Number(ValueObject):
    """A filter of numbers."""

    type: Literal["number"] = absent
    value: int | None = absent


@define(eq=False, repr=False, kw_only=True)
class Guess(ValueObject):
    """A condition on text."""

    dimension: Literal["gender"] | None = absent
    filter: Words | None = absent
    filters: list[Words] | None = absent


@define(eq=False, repr=False, kw_only=True)
class Forecast(ValueObject):
    """A condition on numbers, known by the same names."""

    dimension: Literal["value", "orders"] | None = absent
    filter: Number | None = absent
    filters: list[Number] | None = absent


@define(eq=False, repr=False, kw_only=True)
class Start(ValueObject):
    """A day, or a word for one."""

    kind: Literal["start"] | None = absent
    on: Literal["today"] | date | None = absent


@define(eq=False, repr=False, kw_only=True)
class End(ValueObject):
    """A day, or a word for another."""

    kind: Literal["end"] | None = absent
    on: Literal["tomorrow"] | date | None = absent


FILTERS = (Words, ListOfWords)
CONDITIONS = (Guess, Forecast)
DAYS = (Start, End)


@pytest.mark.parametrize(
    ("union", "value", "expected"),
    [
        (FILTERS, {"type": "text", "operator": None, "value": "a"}, Words),
        (FILTERS, {"type": "text", "operator": None, "value": ["a"]}, ListOfWords),
        (FILTERS, {"type": "text", "value": []}, ListOfWords),
        (FILTERS, {"type": "text", "value": None}, Words),
        (FILTERS, {"type": "text", "operator": "in", "value": "a"}, ListOfWords),
        (CONDITIONS, {"dimension": None, "filter": {"type": "text"}}, Guess),
        (CONDITIONS, {"dimension": None, "filter": {"type": "number"}}, Forecast),
        (CONDITIONS, {"filter": {"type": "number"}}, Forecast),
        (CONDITIONS, {"filters": [{"type": "number"}]}, Forecast),
        (CONDITIONS, {"filters": []}, Guess),
        (CONDITIONS, {"dimension": "gender", "filter": {"type": "number"}}, Guess),
        (DAYS, {"kind": "end", "on": "2026-01-15"}, End),
        (DAYS, {"kind": "end", "on": "today"}, End),
        (DAYS, {"on": "2026-01-15"}, Start),
        (DAYS, {"on": "tomorrow"}, End),
    ],
)
def test_what_members_hold_tells_classes_apart_that_names_do_not(
    union: tuple[type[Model], ...], value: dict[str, Any], expected: type[Model]
) -> None:
    """It counts where a constant that would tell is null or absent."""
    assert pick(union, value) is expected
