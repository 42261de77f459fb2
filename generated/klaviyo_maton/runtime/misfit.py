# Copied by "make generate" from codegen/runtime/misfit.py. Edit that file, not this one.
"""Where a model's JSON is something else than its annotations say.

Reading is tolerant, so this is how to find out: :func:`misfits` lists the places, :func:`check` refuses
them, :func:`unknown_members` gives what no annotation speaks of (which is no misfit).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from .arguments import Reading
from .codec import is_array, is_object, rewrite, shown, undecodable
from .model import Model, dump
from .reading import MODEL_DEPTH
from .shape import Shape, fits, members, pick

_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


@frozen
class Misfit:
    """A value that does not fit: its path (``$.attributes.location.city``), what is expected, what came."""

    path: str
    expected: str
    got: str


@Reading("misfits")
def misfits(model: Model) -> list[Misfit]:
    """List everything in a model, at any depth, that does not fit its annotation.

    Absent and null members fit where None is allowed; members that nobody documented always do.
    """
    return [*_in_model(type(model), dump(model), "$")]


def check(model: Model, path: str = "$") -> None:
    """Refuse a model that holds a misfit; ``path`` is where the model stands itself.

    Raises:
        Undecodable: something does not fit its annotation.
    """
    for misfit in _in_model(type(model), dump(model), path):
        raise undecodable(misfit.path, misfit.expected, misfit.got)


@Reading("unknown_members")
def unknown_members(model: Model) -> dict[str, Any]:
    """Give the members of a value object, or the attributes of a resource, that its class does not know."""
    document: Any = dump(model)
    if not type(model).__flat__ and is_object(document):
        document = document.get("attributes")
    known = {member.key for member in members(type(model)) if member.beside is type(model).__flat__}
    return {key: value for key, value in document.items() if key not in known} if is_object(document) else {}


def _in_model(model: type[Model], value: Any, path: str, depth: int = 0) -> Iterator[Misfit]:
    if not is_object(value):
        yield Misfit(path, "an object", _got(value))
        return
    inner: Any = value
    inside = path
    if not model.__flat__:
        inner, inside = value.get("attributes", {}), f"{path}.attributes"
        if not is_object(inner):
            yield Misfit(inside, "an object", _got(inner))
            inner = {}
    for member in members(model):
        home, place = (value, path) if member.beside else (inner, inside)
        if member.key in home:
            yield from _in_value(member.shape, home[member.key], place + _step(member.key), depth + 1)
        elif not (member.shape.null or member.shape.anything):
            yield Misfit(place + _step(member.key), _expected(member.shape), "nothing")


def _in_value(shape: Shape, value: Any, path: str, depth: int) -> Iterator[Misfit]:
    models = shape.models if depth <= MODEL_DEPTH else ()
    model = pick(models, value) if models and is_object(value) else None
    if model:
        yield from _in_model(model, value, path, depth)
    elif shape.values and is_object(value):
        for key, item in value.items():
            yield from _in_value(shape.values, item, path + _step(key), depth)
    elif shape.items and is_array(value):
        for index, item in enumerate(value):
            yield from _in_value(shape.items, item, f"{path}[{index}]", depth)
    elif not fits(shape, value):
        yield Misfit(path, _expected(shape), _got(value))


def _expected(shape: Shape) -> str:
    kinds = [f"an object ({' or '.join(model.__name__ for model in shape.models)})"] if shape.models else []
    kinds += ["an object"] if shape.values else []
    kinds += ["an array"] if shape.items else []
    kinds += [_NAMES[scalar] for scalar in shape.scalars]
    kinds += [f"one of {', '.join(map(repr, shape.constants))}"] if shape.constants else []
    kinds += ["a date and time with an offset"] if shape.instant else []
    kinds += ["a date"] if shape.day else []
    return " or ".join(kinds + ["null"] * shape.null)


def _got(value: object) -> str:
    return shown(rewrite(value))


def _step(key: str) -> str:
    return f".{key}" if key.isidentifier() else f"[{key!r}]"
