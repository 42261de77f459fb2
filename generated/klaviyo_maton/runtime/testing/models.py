# Copied by "make generate" from codegen/runtime/testing/models.py. Edit that file, not this one.
"""Strategies of values and models, made from the annotations of the models."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any, TypeVar

from attrs import evolve
from hypothesis import strategies as st

from ..misfit import misfits, unknown_members
from ..model import Link, Model, Resource, dump, load
from ..shape import Constant, Member, Shape, members, pick

M = TypeVar("M", bound=Model)

_FEW = 3
_LARGEST = 2**53 - 1
_EARLIEST, _LATEST = datetime.fromisoformat("1970-01-01"), datetime.fromisoformat("2100-01-01")
_CONTROLS = [*map(chr, [*range(0x20), 0x7F])]


def from_text() -> st.SearchStrategy[str]:
    """Text of any kind, but short."""
    return st.text(max_size=20)


def from_ids() -> st.SearchStrategy[str]:
    """Text that can be an id: not empty, no dot segment, no control character."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters=_CONTROLS)
    return st.text(characters, min_size=1, max_size=20).filter(lambda text: text not in {".", ".."})


def from_instants() -> st.SearchStrategy[datetime]:
    """Aware datetimes with offsets in whole minutes, as RFC 3339 writes them."""
    minutes = st.integers(-12 * 60, 14 * 60)
    zones = st.just(UTC) | minutes.map(lambda offset: timezone(timedelta(minutes=offset)))
    return st.datetimes(_EARLIEST, _LATEST, timezones=zones)


def from_json() -> st.SearchStrategy[Any]:
    """Any JSON, decoded, but little of it."""
    leaves = st.one_of(st.none(), *map(from_scalar, (bool, int, float, str)))
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=_FEW) | st.dictionaries(from_text(), inner, max_size=_FEW),
        max_leaves=5,
    )


def from_scalar(kind: type[Constant | float]) -> st.SearchStrategy[Any]:
    """Values of a scalar type that JSON can hold."""
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(-_LARGEST, _LARGEST)
    return from_text() if kind is str else st.floats(allow_nan=False, allow_infinity=False)


@cache
def from_shape(shape: Shape, *, received: bool) -> st.SearchStrategy[Any]:
    """Values that an annotation allows: models where there are any, and instants instead of their text.

    Members of models that are ``received`` may be null. Of those that are sent the annotations do not tell
    which may, so none is.
    """
    options: list[st.SearchStrategy[Any]] = []
    if shape.anything:
        options.append(from_json())
    if shape.null:
        options.append(st.none())
    if shape.constants:
        options.append(st.sampled_from([*shape.constants]))  # a tuple would be cached, and (0,) is (False,)
    if shape.models:
        options += [_member_of_union(model, shape.models, received=received) for model in shape.models]
    elif shape.values:
        values = from_shape(shape.values, received=received)
        options.append(st.dictionaries(from_text(), values, max_size=_FEW))
    if shape.items:
        options.append(st.lists(from_shape(shape.items, received=received), max_size=_FEW))
    if shape.instant:
        options.append(from_instants())
    if shape.day:
        options.append(st.dates())
    is_dated = shape.instant or shape.day  # text stands for the same then
    options += [from_scalar(kind) for kind in shape.scalars if kind is not str or not is_dated]
    return st.one_of(options)


def _member_of_union(
    model: type[Any], models: tuple[type[Any], ...], *, received: bool
) -> st.SearchStrategy[Any]:
    """Models of a class of a union; those that are received are told from the other classes."""
    built = st.deferred(lambda: _built(model, received=received))
    return built.filter(lambda one: _is_told(one, models)) if received and len(models) > 1 else built


def _is_told(one: Model, models: tuple[type[Any], ...]) -> bool:
    """Whether JSON is read as the class that it is drawn from, or as another that it fits."""
    document: Any = dump(one)
    picked = pick(models, document)
    if picked is None or picked is type(one):
        return picked is not None
    again = load(picked, document)
    return not (misfits(again) or unknown_members(again))


# ---------------------------------------------------------------------------------------------- models


def from_model(model: type[M]) -> st.SearchStrategy[M]:
    """Models as clients read them."""
    built = _built(model, received=True)
    if issubclass(model, Resource):
        return st.builds(_resource, st.just(model), built, _from_relationships(model.__links__))
    return built.map(lambda one: load(model, dump(one)))


def _built(model: type[M], *, received: bool) -> st.SearchStrategy[M]:
    """Models that are constructed, with some of their members."""
    known = members(model)
    drawn = {member.name: from_member(model, member, received=received) for member in known}
    certain = {member.name for member in known if _tells_class(member) or not member.shape.null}
    return from_keywords(drawn, certain).map(lambda given: model(**given))


def from_keywords(
    drawn: Mapping[str, st.SearchStrategy[Any]], certain: Collection[str]
) -> st.SearchStrategy[dict[str, Any]]:
    """All that is certain, and some of the others."""
    return st.fixed_dictionaries(
        {name: values for name, values in drawn.items() if name in certain},
        optional={name: values for name, values in drawn.items() if name not in certain},
    )


def from_member(model: type[Model], member: Member, *, received: bool) -> st.SearchStrategy[Any]:
    """Values of a member."""
    if member.name == "id" and issubclass(model, Resource):
        return from_ids()
    is_never_null = _tells_class(member) or not received
    shape = evolve(member.shape, null=False) if is_never_null else member.shape
    return from_shape(shape, received=received)


def _tells_class(member: Member) -> bool:
    """Whether a member is a constant, by which the classes of a union are told apart."""
    return len(member.shape.constants) == 1


def _resource(model: type[M], built: M, relationships: dict[str, Any]) -> M:
    related = {"relationships": relationships} if relationships else {}
    return load(model, {"attributes": {}, **dump(built), **related})


def _from_relationships(links: Mapping[str, Link]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={key: _from_relationship(link) for key, link in links.items()})


def _from_relationship(link: Link) -> st.SearchStrategy[dict[str, Any]]:
    one = from_ids().map(lambda identifier: {"type": link.type, "id": identifier})
    data = st.lists(one, max_size=_FEW) if link.many else st.none() | one
    return st.fixed_dictionaries({}, optional={"data": data})
