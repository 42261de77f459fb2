"""Annotations are taken apart, and what no member can have is refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import pytest

from codegen.runtime.shape import ANYTHING, Shape, shape
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
