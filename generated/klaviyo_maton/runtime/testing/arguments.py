# Copied by "make generate" from codegen/runtime/testing/arguments.py. Edit that file, not this one.
"""Strategies of keyword arguments, made from the generated methods and the tables of their operations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, reduce
from importlib import import_module
from operator import attrgetter
from types import GenericAlias, ModuleType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import evolve
from hypothesis import strategies as st

from ..client import View
from ..family import Family
from ..filters import Field, Fields, Filter
from ..model import Model
from ..operation import Form, Identifiers, Nested, Operation, Upload
from ..queries import Raw
from ..revision import Revision
from ..shape import Member, Shape, members, shape
from ..unset import UnsetType
from .models import from_ids, from_keywords, from_member, from_shape

_OURS = {"self", "extra"}
"""Parameters that carry no argument of the API."""

_NOT_DRAWN = {UnsetType, Raw, Decimal}
"""Left out: what means that nothing is given, what is sent unchecked, and other spellings of numbers."""


def from_operation(
    client: View[Any] | type[View[Any]] | Revision, operation_id: str
) -> st.SearchStrategy[dict[str, Any]]:
    """Keyword arguments of an operation."""
    revision = client if isinstance(client, Revision) else _revision_of(client)
    drawn, required = from_each_argument(revision, operation_id)
    return from_keywords(drawn, required)


def _revision_of(client: View[Any] | type[View[Any]]) -> Revision:
    found: Revision = attrgetter("_revision")(client)
    return found


@cache
def from_each_argument(
    revision: Revision, operation_id: str
) -> tuple[Mapping[str, st.SearchStrategy[Any]], frozenset[str]]:
    """Values of each keyword argument of an operation, and the names of those that are required."""
    operation = revision.operation(operation_id)
    module, constant = revision.operations[operation_id]
    family = import_module(f"{revision.package}.sync.{module}")
    method = _method(family, constant.lower())
    parameters = {
        name: one for name, one in inspect.signature(method).parameters.items() if name not in _OURS
    }
    drawn: dict[str, st.SearchStrategy[Any]] = {}
    if isinstance(operation.body, Upload):
        drawn[operation.body.file] = st.binary(max_size=100)
    if operation.filters:
        entries = import_module(f"{revision.package}.filters.{module}")
        drawn["filter"] = _from_filters(getattr(entries, constant.lower()))
    hints = get_type_hints(method)
    shapes = {name: shape(_plain(hints[name])) for name in parameters if name not in drawn}
    drawn |= {name: _from_argument(operation, name, shape) for name, shape in shapes.items()}
    return drawn, frozenset(name for name, one in parameters.items() if one.default is one.empty)


# ------------------------------------------------------------------------------------------ the method


def _method(family: ModuleType, name: str) -> Callable[..., Any]:
    (owner,) = [
        found
        for found in vars(family).values()
        if isinstance(found, type) and issubclass(found, Family) and found.__module__ == family.__name__
    ]
    method: Callable[..., Any] = getattr(owner, name)
    return method


def _plain(hint: Any) -> Any:
    """An annotation of an argument, in the words of those of models."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        kept = [_plain(one) for one in arguments if one not in _NOT_DRAWN]
        return reduce(lambda left, right: left | right, kept)
    if origin is Sequence:
        return GenericAlias(list, _plain(arguments[0]))
    return dict[str, Any] if origin is Mapping else hint


# --------------------------------------------------------------------------------------- the arguments


def _from_argument(operation: Operation, name: str, shape: Shape) -> st.SearchStrategy[Any]:
    """Values of a keyword argument."""
    if name == "page_cursor":
        return st.none() | st.text(min_size=1)
    body = operation.body
    if isinstance(body, Form) and name in body.attributes:
        nested = body.nested.get(body.attributes[name])
        return _from_nested(nested, shape) if nested else from_shape(shape, received=False)
    if name in _ids(operation):
        return _from_ids(shape)
    paging = operation.paging
    if name == "page_size" and paging and paging.maximum:
        return st.integers(paging.minimum or 1, paging.maximum)
    if shape.items and shape.items.constants:
        return st.lists(from_shape(shape.items, received=False), min_size=1, max_size=3, unique=True)
    return from_shape(shape, received=False)


def _from_ids(shape: Shape) -> st.SearchStrategy[Any]:
    return st.lists(from_ids(), max_size=3) if shape.items else from_ids()


def _ids(operation: Operation) -> set[str]:
    """The keyword arguments that are ids."""
    found = {name for name, _ in operation.variables}
    match operation.body:
        case Form() as form:
            return found | _ids_of_form(form)
        case Identifiers():
            return found | {"ids", "related_id"}
        case _:
            return found


def _ids_of_form(form: Form) -> set[str]:
    return {linkage.name for linkage in form.linkages} | ({"id"} if form.id else set())


def _from_nested(nested: Nested, shape: Shape) -> st.SearchStrategy[Any]:
    """Values of an attribute that holds resources, whose models have what the API requires of them."""
    (model,) = shape.items.models if shape.items else shape.models
    one = _from_form(model, nested.form)
    given = st.lists(one, max_size=3) if nested.many else one
    return st.none() | given if shape.null else given


def _from_form(model: type[Model], form: Form) -> st.SearchStrategy[Model]:
    drawn = {member.name: _from_form_member(model, member, form) for member in members(model)}
    return from_keywords(drawn, form.required).map(lambda given: model(**given))


def _from_form_member(model: type[Model], member: Member, form: Form) -> st.SearchStrategy[Any]:
    if member.name in _ids_of_form(form):
        return _from_ids(member.shape)
    nested = form.nested.get(member.key)
    if nested:
        return _from_nested(nested, evolve(member.shape, null=False))
    return from_member(model, member, received=False)


# ----------------------------------------------------------------------------------------- the filters


def _from_filters(entry: Fields) -> st.SearchStrategy[Filter[Any]]:
    """Filters that an operation allows: one comparison, or several."""
    one = st.one_of([drawn for field, kind in _fields(entry) for drawn in _from_field(field, kind)])
    return st.lists(one, min_size=1, max_size=3).map(_joined)


def _joined(drawn: list[Filter[Any]]) -> Filter[Any]:
    return reduce(lambda left, right: left & right, drawn)


def _fields(entry: Fields) -> Iterator[tuple[Field[Any, Any], Shape]]:
    """The fields of an entry of ``filters``, and what they are compared with."""
    hints = get_type_hints(type(entry))
    for name, found in vars(type(entry)).items():
        if name in hints:
            yield found, shape(_plain(get_args(hints[name])[1]))
        elif isinstance(found, Fields):
            yield from _fields(found)


def _from_field(field: Field[Any, Any], kind: Shape) -> Iterator[st.SearchStrategy[Filter[Any]]]:
    """The comparisons of a field, by each of its operators."""
    values = from_shape(kind, received=False)
    for name, method in inspect.getmembers(field, inspect.ismethod):
        if name == "any":
            yield st.lists(values, min_size=1, max_size=3).map(method)
        elif name == "has":
            yield st.builds(method)
        elif not name.startswith("_"):
            yield values.map(method)
