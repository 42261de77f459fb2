"""Answers as the spec describes them but for one surprise, at any depth."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from codegen import ir
from tests.strategies.answers import from_misfit, from_resource
from tests.strategies.revisions import Revision
from tests.strategies.values import is_array, is_object

UNHEARD_OF = "unheard_of"


@frozen
class Place:
    """A member of an object, or an item of an array, and the names that lead a reader of models there."""

    container: Any
    key: Any
    type: ir.Type
    path: str
    steps: tuple[str | int, ...]

    @property
    def is_item(self) -> bool:
        """Whether it stands in an array."""
        return isinstance(self.key, int)


@frozen
class Surprise:
    """A resource with a surprise in it: where that is, and what is read there.

    ``is_misfit`` tells that it fits no annotation; what is new beside a place is none.
    """

    document: dict[str, Any]
    path: str
    steps: tuple[str | int, ...]
    value: Any
    is_misfit: bool


@st.composite
def from_surprise(draw: st.DrawFn, resource: ir.Resource, revision: Revision) -> Surprise | None:
    """Resources one member of which is null, gone, of another type, or has a neighbour nobody knows."""
    document = deepcopy(draw(from_resource(resource, revision)))
    members = tuple(item.property for item in resource.attributes)
    places = [*_in_object(document["attributes"], members, "$.attributes", (), revision)]
    if not places:
        return None
    place = draw(st.sampled_from(places))
    kinds = ["nulled", "joined" if is_object(place.container) else "nulled"]
    kinds += ["retyped"] * (not isinstance(place.type, ir.Json)) + ["dropped"] * (not place.is_item)
    match draw(st.sampled_from(kinds)):
        case "retyped":
            value, is_misfit = draw(from_misfit(place.type)), True
            place.container[place.key] = value
        case "nulled":
            value, is_misfit = None, place.is_item and not _takes_null(place.type)
            place.container[place.key] = value
        case "dropped":
            value, is_misfit = None, False
            del place.container[place.key]
        case _:
            value, is_misfit = place.container[place.key], False
            place.container[UNHEARD_OF] = [{"a": None}]
    return Surprise(document, place.path, place.steps, value, is_misfit)


def _in_object(
    value: Any,
    members: tuple[ir.Property, ...],
    path: str,
    steps: tuple[str | int, ...],
    revision: Revision,
) -> Iterator[Place]:
    for item in members:
        if item.key in value:
            inside = f"{path}.{item.key}" if item.key.isidentifier() else f"{path}[{item.key!r}]"
            place = Place(value, item.key, item.type, inside, (*steps, item.name))
            yield place
            yield from _inside(value[item.key], item.type, place, revision)


def _inside(value: Any, kind: ir.Type, place: Place, revision: Revision) -> Iterator[Place]:
    match kind:
        case ir.Nullable(inner):
            yield from _inside(value, inner, place, revision)
        case ir.Ref(name) if is_object(value):
            members = revision.values[name].properties
            yield from _in_object(value, members, place.path, place.steps, revision)
        case ir.ListOf(item) if is_array(value):
            for index, inner in enumerate(value):
                at = Place(value, index, item, f"{place.path}[{index}]", (*place.steps, index))
                yield at
                yield from _inside(inner, item, at, revision)
        case _:
            pass


def _takes_null(kind: ir.Type) -> bool:
    match kind:
        case ir.Json() | ir.Nullable():
            return True
        case ir.OneOf(kinds):
            return any(map(_takes_null, kinds))
        case _:
            return False
