"""What a member's annotation says about its JSON.

A :class:`Shape` is an annotation taken apart, unions merged: which objects, arrays, texts, numbers it
allows. Reading, :mod:`.misfit` and the choice between the classes of a union all look at it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from itertools import chain, takewhile
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import Factory, field, frozen

from .codec import day, instant, is_array, is_object

Constant: TypeAlias = str | int | bool


def _is_plain(shape: Shape) -> bool:
    inner = [inside for inside in (shape.values, shape.items) if inside]
    return not (shape.models or shape.instant or shape.day) and all(inside.plain for inside in inner)


def _typed(constants: tuple[Constant, ...]) -> tuple[object, ...]:
    """Return what tells constants apart, of which Python takes 0 and False for the same."""
    return tuple((type(constant), constant) for constant in constants)


@frozen
class Shape:
    """The JSON that an annotation allows.

    ``models`` are the classes an object may be read as, ``values`` the shape of the members of an
    object that is read as a dict, ``items`` that of an array's items. ``instant`` and ``day`` tell that
    text is read as a datetime or a date.
    """

    anything: bool = False
    null: bool = False
    models: tuple[type[Any], ...] = ()
    values: Shape | None = None
    items: Shape | None = None
    scalars: tuple[type[Constant | float], ...] = ()
    constants: tuple[Constant, ...] = field(default=(), eq=_typed)
    instant: bool = False
    day: bool = False
    plain: bool = field(init=False, default=Factory(_is_plain, takes_self=True))
    """Whether reading leaves the value as JSON gives it."""

    @property
    def scalar(self) -> bool:
        """Whether the value is text, a number, a truth value or null."""
        return self.plain and not (self.anything or self.values or self.items)


@frozen
class Member:
    """A member of a model: ``name`` in Python, ``key`` in JSON.

    ``beside`` tells that it stands beside the ``attributes`` of a resource, not among them.
    """

    name: str
    key: str
    shape: Shape
    beside: bool


ANYTHING = Shape(anything=True)

_members: dict[type[Any], tuple[Member, ...]] = {}
_tags: dict[tuple[type[Any], ...], tuple[Mapping[str, tuple[Constant, ...]], ...]] = {}


def members(model: type[Any]) -> tuple[Member, ...]:
    """Give the members of a model class, in the order of their definition."""
    if model not in _members:
        _members[model] = _made_members(model)
    return _members[model]


def _made_members(model: type[Any]) -> tuple[Member, ...]:
    own = SimpleNamespace(__annotations__={field.name: field.type for field in attrs.fields(model)})
    hints = get_type_hints(own, vars(sys.modules[model.__module__]))  # of the class: all its bases' as well
    keys: Mapping[str, str] = model.__keys__
    return tuple(
        Member(name, keys.get(name, name), shape(hint), model.__flat__ or name in {"id", "type"})
        for name, hint in hints.items()
    )


def shape(hint: Any) -> Shape:
    """Take an annotation apart.

    ``Literal["a", "b"] | str`` is a list that may grow: its texts are what is allowed so far.
    """
    origin = get_origin(hint)
    arguments = get_args(hint)
    if origin in {Union, UnionType}:
        listed = [get_args(argument) for argument in arguments if get_origin(argument) is Literal]
        growing: set[Any] = {type(constant) for constant in chain.from_iterable(listed)}
        return _merged([shape(argument) for argument in arguments if argument not in growing])
    if origin is Literal:
        return Shape(constants=arguments)
    if origin is list:
        return Shape(items=shape(arguments[0]))
    if origin is dict:
        return Shape(values=shape(arguments[1]))
    if hint is NoneType:
        return Shape(null=True)
    if hint is datetime:
        return Shape(instant=True)
    if hint is date:
        return Shape(day=True)
    if hint in {str, int, float, bool}:
        return Shape(scalars=(hint,))
    if attrs.has(hint):
        return Shape(models=(hint,))
    if hint is Any:
        return ANYTHING
    raise TypeError(f"no member can be annotated with {hint!r}")


def pick(models: tuple[type[Any], ...], value: Mapping[str, Any]) -> type[Any] | None:
    """Choose the class of a union that an object belongs to, None where it is none of them.

    Constants tell (``type: Literal["static"]``); where they leave several classes, the names of the
    members do, and where these are the same, what the members hold.
    """
    if len(models) == 1:
        return models[0]
    if models not in _tags:
        _tags[models] = _made_tags(models)
    candidates = [
        model
        for model, tags in zip(models, _tags[models], strict=True)
        if all(value.get(key) is None or is_one_of(value[key], tag) for key, tag in tags.items())
    ]
    if len(candidates) == 1 or (candidates and not value):
        return candidates[0]
    points = [_likeness(model, value) for model in candidates]
    most = max(points, default=0)
    if most <= 0:
        return None
    closest = [model for model, reached in zip(candidates, points, strict=True) if reached == most]
    return closest[0] if len(closest) == 1 else max(closest, key=lambda model: _agreement(model, value))


def _made_tags(models: tuple[type[Any], ...]) -> tuple[Mapping[str, tuple[Constant, ...]], ...]:
    """The constants of each class that tell it from others: members that are constants in all of them."""
    constants = [
        {member.key: member.shape.constants for member in members(model) if _is_constant(member.shape)}
        for model in models
    ]
    shared = set(constants[0]).intersection(*constants[1:])
    telling = [key for key in shared if any(each[key] != constants[0][key] for each in constants)]
    return tuple({key: each[key] for key in telling} for each in constants)


def _is_constant(shape: Shape) -> bool:
    """Tell whether constants are all that is allowed, but for null."""
    return bool(shape.constants) and shape == Shape(null=shape.null, constants=shape.constants)


def _likeness(model: type[Any], value: Mapping[str, Any]) -> int:
    """How many members of the object the class knows; a constant counts more, a wrong one against it."""
    points = 0
    for member in members(model):
        if member.key in value:
            held, constants = value[member.key], member.shape.constants
            if constants and is_one_of(held, constants):
                points += 10
            else:
                points += 1 if held is None or not constants or _allows(member.shape, held) else -10
    return points


def _agreement(model: type[Any], value: Mapping[str, Any]) -> int:
    """How well what the members of the object hold agrees with the class, down to their own members."""
    return sum(
        _value_points(member.shape, value[member.key]) for member in members(model) if member.key in value
    )


def _value_points(shape: Shape, value: Any) -> int:
    if is_object(value) and shape.models:
        return max(_likeness(model, value) for model in shape.models)
    if is_array(value) and shape.items:
        return _value_points(shape.items, value[0]) if value else 0
    return 0 if _allows(shape, value) else -1


def _allows(shape: Shape, value: object) -> bool:
    """Tell whether an annotation allows a value, whatever an object or an array holds."""
    if is_object(value):
        return bool(shape.anything or shape.models or shape.values)
    return bool(shape.anything or shape.items) if is_array(value) else fits(shape, value)


def fits(shape: Shape, value: object) -> bool:
    """Tell whether an annotation allows a value that is no object and no array."""
    if shape.anything or is_one_of(value, shape.constants):
        return True
    match value:
        case None:
            return shape.null
        case str():
            text = str in shape.scalars
            return text or (shape.instant and bool(instant(value))) or (shape.day and bool(day(value)))
        case bool():
            return bool in shape.scalars
        case int():
            return int in shape.scalars or float in shape.scalars
        case float():
            return float in shape.scalars
        case Decimal():
            return float in shape.scalars or (int in shape.scalars and value == value.to_integral_value())
        case _:
            return False


def plain_value(shape: Shape, value: Any) -> Any:
    """Read text as the instant or the day that it stands for; anything else as it came."""
    if isinstance(value, str):
        return (shape.instant and instant(value)) or (shape.day and day(value)) or value
    return value


def is_one_of(value: object, constants: tuple[Constant, ...]) -> bool:
    """Tell whether a value is one of a few constants; ``True`` is not 1 here."""
    return any(value == constant and type(value) is type(constant) for constant in constants)


def _merged(shapes: list[Shape]) -> Shape:
    """Allow what any of several shapes allows; text stays text where a union names it before a date."""
    before_text = [*takewhile(lambda one: str not in one.scalars, shapes)]
    return Shape(
        anything=any(one.anything for one in shapes),
        null=any(one.null for one in shapes),
        models=tuple(chain.from_iterable(one.models for one in shapes)),
        values=reduce(_either, (one.values for one in shapes)),
        items=reduce(_either, (one.items for one in shapes)),
        scalars=tuple(chain.from_iterable(one.scalars for one in shapes)),
        constants=tuple(chain.from_iterable(one.constants for one in shapes)),
        instant=any(one.instant for one in before_text),
        day=any(one.day for one in before_text),
    )


def _either(first: Shape | None, second: Shape | None) -> Shape | None:
    return _merged([first, second]) if first and second else first or second
