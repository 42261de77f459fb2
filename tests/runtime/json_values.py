"""Strategies for JSON: anything at all, and what fits the members of a model class."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from codegen.runtime.shape import Shape, members

TEXT = st.text(max_size=8)
NUMBERS = (
    st.integers()
    | st.integers(min_value=2**63, max_value=2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(TEXT, ANYTHING, max_size=4)
INSTANTS = st.builds(
    "{}T{}{}".format,
    st.dates(date(1971, 1, 1), date(2100, 1, 1)),
    st.times().map(lambda time: time.isoformat()),
    st.sampled_from(["Z", "+00:00", "-05:30"]),
)


def fitting(shape: Shape) -> st.SearchStrategy[Any]:
    """What fits an annotation."""
    kinds: list[st.SearchStrategy[Any]] = [_SCALARS[scalar] for scalar in shape.scalars]
    kinds += [st.sampled_from(shape.constants)] if shape.constants else []
    kinds += [st.none()] if shape.null else []
    kinds += [ANYTHING] if shape.anything else []
    kinds += [INSTANTS] if shape.instant else []
    kinds += [st.dates().map(str)] if shape.day else []
    kinds += [st.dictionaries(TEXT, fitting(shape.values), max_size=3)] if shape.values else []
    kinds += [st.lists(fitting(shape.items), max_size=3)] if shape.items else []
    kinds += [documents(model) for model in shape.models]
    return st.one_of(kinds)


def documents(model: type[Any], *, odd: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """The JSON of a model; ``odd`` puts anything in the place of any member, and members nobody knows."""
    known = members(model)
    if model.__flat__:
        tags = {member.key for member in known if member.shape.constants}
        return _objects(known, set() if odd else tags, odd=odd)
    attributes = _objects([member for member in known if not member.beside], set(), odd=odd)
    beside = {member.key: fitting(member.shape) for member in known if member.beside}
    if not odd:
        return st.fixed_dictionaries({**beside, "attributes": attributes})
    return st.fixed_dictionaries(
        {},
        optional={
            **{key: fits | ANYTHING for key, fits in beside.items()},
            "attributes": attributes | attributes | attributes | ANYTHING,
            "relationships": ANYTHING,
            "links": ANYTHING,
            "unheard-of": ANYTHING,
        },
    )


def _objects(known: Any, required: set[str], *, odd: bool) -> st.SearchStrategy[dict[str, Any]]:
    fits = {member.key: fitting(member.shape) for member in known}
    if odd:
        fits = {key: fit | ANYTHING for key, fit in fits.items()} | {"unheard-of": ANYTHING}
    return st.fixed_dictionaries(
        {key: fit for key, fit in fits.items() if key in required},
        optional={key: fit for key, fit in fits.items() if key not in required},
    )


_SCALARS: dict[type[Any], st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(),
    float: NUMBERS,
    bool: st.booleans(),
}
