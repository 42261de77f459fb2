# Copied by "make generate" from codegen/runtime/testing/models.py. Edit that file, not this one.
"""Strategies of values and models, made from the annotations of the models."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from ..model import Link, Model, Resource, dump, load
from ..shape import Constant, Member, Shape, members

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
def from_shape(shape: Shape) -> st.SearchStrategy[Any]:
    """Values that an annotation allows: models where there are any, and instants instead of their text."""
    options: list[st.SearchStrategy[Any]] = []
    if shape.anything:
        options.append(from_json())
    if shape.null:
        options.append(st.none())
    if shape.constants:
        options.append(st.sampled_from(shape.constants))
    if shape.models:
        options += map(_deferred, shape.models)
    elif shape.values:
        options.append(st.dictionaries(from_text(), from_shape(shape.values), max_size=_FEW))
    if shape.items:
        options.append(st.lists(from_shape(shape.items), max_size=_FEW))
    if shape.instant:
        options.append(from_instants())
    if shape.day:
        options.append(st.dates())
    options += [from_scalar(kind) for kind in shape.scalars if kind is not str or not _is_dated(shape)]
    return st.one_of(options)


def _deferred(model: type[Any]) -> st.SearchStrategy[Any]:
    return st.deferred(lambda: _built(model))


def _is_dated(shape: Shape) -> bool:
    """Whether text stands for an instant or a day."""
    return shape.instant or shape.day


# ---------------------------------------------------------------------------------------------- models


def from_model(model: type[M]) -> st.SearchStrategy[M]:
    """Models as clients read them."""
    if issubclass(model, Resource):
        return st.builds(_resource, st.just(model), _built(model), _from_relationships(model.__links__))
    return _built(model).map(lambda built: load(model, dump(built)))


def _built(model: type[M]) -> st.SearchStrategy[M]:
    """Models that are constructed, with some of their members."""
    known = members(model)
    drawn = {member.name: from_member(model, member) for member in known}
    certain = {member.name for member in known if _is_certain(member)}
    return from_keywords(drawn, certain).map(lambda given: model(**given))


def from_keywords(
    drawn: Mapping[str, st.SearchStrategy[Any]], certain: Collection[str]
) -> st.SearchStrategy[dict[str, Any]]:
    """All that is certain, and some of the others."""
    return st.fixed_dictionaries(
        {name: values for name, values in drawn.items() if name in certain},
        optional={name: values for name, values in drawn.items() if name not in certain},
    )


def from_member(model: type[Model], member: Member) -> st.SearchStrategy[Any]:
    """Values of a member; a constant, which tells the classes of a union apart, is never null."""
    if member.name == "id" and issubclass(model, Resource):
        return from_ids()
    if len(member.shape.constants) == 1:
        return st.just(member.shape.constants[0])
    return from_shape(member.shape)


def _is_certain(member: Member) -> bool:
    return not member.shape.null or len(member.shape.constants) == 1


def _resource(model: type[M], built: M, relationships: dict[str, Any]) -> M:
    related = {"relationships": relationships} if relationships else {}
    return load(model, {"attributes": {}, **dump(built), **related})


def _from_relationships(links: Mapping[str, Link]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={key: _from_relationship(link) for key, link in links.items()})


def _from_relationship(link: Link) -> st.SearchStrategy[dict[str, Any]]:
    one = from_ids().map(lambda identifier: {"type": link.type, "id": identifier})
    data = st.lists(one, max_size=_FEW) if link.many else st.none() | one
    return st.fixed_dictionaries({}, optional={"data": data})
