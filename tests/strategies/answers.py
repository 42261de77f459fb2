"""JSON as answers hold it: of any class of the models, of resources, and of either when servers surprise."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from typing import Any, assert_never

from attrs import frozen
from hypothesis import strategies as st

from codegen import ir
from tests.strategies.revisions import Revision
from tests.strategies.values import from_ids, from_json, from_text, from_type, is_array, is_object


@frozen
class Model:
    """A class of the models as the IR has it: its members, and the resource that it is, if it is one."""

    name: str
    members: tuple[ir.Property, ...]
    resource: ir.Resource | None = None


def models(revision: Revision) -> list[Model]:
    """Give all classes that a revision's models must have."""
    return [
        *(Model(value.name, value.properties) for value in revision.api.values),
        *(Model(form.name, _members_of_form(form)) for form in revision.api.forms),
        *(
            Model(resource.name, tuple(item.property for item in resource.attributes), resource)
            for resource in revision.api.resources
        ),
    ]


def _members_of_form(form: ir.Form) -> tuple[ir.Property, ...]:
    """The members of a form as a class has them, which are flat and have ids for relationships."""
    ids = [ir.Property("id", "id", ir.Text(), form.id == "required", "")] if form.id != "absent" else []
    linked = [
        ir.Property(item.name, item.name, ir.ListOf(ir.Text()) if item.many else ir.Text(), item.required, "")
        for item in form.linkages
    ]
    meta = [] if form.meta is None else [ir.Property("meta", "meta", form.meta, required=False, summary="")]
    return (*ids, *form.attributes, *linked, *meta)


@cache
def from_members(members: tuple[ir.Property, ...], revision: Revision) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with members: all that are required, some of the others."""
    drawn = {item.key: from_shape(item.type, revision) for item in members}
    return st.fixed_dictionaries(
        {item.key: drawn[item.key] for item in members if item.required},
        optional={item.key: drawn[item.key] for item in members if not item.required},
    )


@cache
def from_shape(kind: ir.Type, revision: Revision) -> st.SearchStrategy[Any]:
    """JSON of a type."""
    match kind:
        case ir.Nullable(inner):
            return st.none() | from_shape(inner, revision)
        case ir.ListOf(item):
            return st.lists(from_shape(item, revision), max_size=2)
        case ir.OneOf(kinds):
            return st.one_of([from_shape(one, revision) for one in kinds])
        case ir.Ref(name):
            return st.deferred(lambda: from_members(revision.values[name].properties, revision))
        case ir.Nested(form, many):
            one = st.deferred(lambda: from_members(_members_of_form(revision.forms[form]), revision))
            return st.lists(one, max_size=2) if many else one
        case ir.Json() | ir.JsonObject() as kind_of_json:
            values = from_json(max_leaves=4)
            is_open = isinstance(kind_of_json, ir.Json)
            return values if is_open else st.dictionaries(from_text(), values, max_size=2)
        case ir.Text() | ir.Whole() | ir.Real() | ir.Flag() | ir.Instant() | ir.Day() | ir.Choice():
            return from_type(kind, revision).map(
                lambda sample: json.loads(json.dumps(sample.arrives, default=float))
            )
        case _:
            assert_never(kind)


# ------------------------------------------------------------------------------------------ resources


@cache
def from_model(model: Model, revision: Revision) -> st.SearchStrategy[dict[str, Any]]:
    """JSON that fits a class: of a resource, or of a plain object."""
    if model.resource is None:
        return from_members(model.members, revision)
    return from_resource(model.resource, revision)


@cache
def from_resource(resource: ir.Resource, revision: Revision) -> st.SearchStrategy[dict[str, Any]]:
    """Resources as answers show them, their relationships with or without data."""
    attributes = tuple(item.property for item in resource.attributes)
    identity: dict[str, st.SearchStrategy[Any]] = {"type": st.just(resource.type)}
    if resource.has_id:
        identity["id"] = from_ids()
    links = st.fixed_dictionaries({"self": st.just("https://a.klaviyo.com/api/x/1/")})
    relationships = {item.key: _from_relationship(item) for item in resource.relationships}
    return st.fixed_dictionaries(
        {**identity, "attributes": from_members(attributes, revision)},
        optional={"relationships": st.fixed_dictionaries({}, optional=relationships), "links": links},
    )


def _from_relationship(relationship: ir.Relationship) -> st.SearchStrategy[dict[str, Any]]:
    one = from_ids().map(lambda identifier: {"type": relationship.target, "id": identifier})
    data = st.lists(one, max_size=3) if relationship.many else st.none() | one
    links = st.just({"related": "https://a.klaviyo.com/api/x/1/y/"})
    return st.fixed_dictionaries({}, optional={"data": data, "links": links})


# -------------------------------------------------------------------------------------------- surprise

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    1e308,
    float("nan"),
    "",
    "something new",
    "\ud800",
    [],
    {},
    [None],
    {"": []},
)


@st.composite
def from_disturbed(draw: st.DrawFn, documents: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """Documents with members that came, went, became null or changed their type, at any depth."""
    document = deepcopy(draw(documents))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(_containers(document)))
        value: Any = deepcopy(draw(st.sampled_from(ODD) | from_json(max_leaves=3)))
        if is_object(place):
            key = draw(st.sampled_from([*place, "unheard_of"]))
            place[key] = value
            if draw(st.sampled_from([False, False, True])):
                del place[key]
        else:
            place.insert(draw(st.integers(0, len(place))), value)
    return document


def _containers(value: Any) -> list[Any]:
    if is_object(value):
        return [value, *(inner for item in value.values() for inner in _containers(item))]
    return [value, *(inner for item in value for inner in _containers(item))] if is_array(value) else []


_KINDS: dict[str, st.SearchStrategy[Any]] = {
    "string": from_text(),
    "integer": st.integers(),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "array": st.lists(st.just("x"), max_size=1),
    "object": st.dictionaries(st.just("unheard_of"), st.just(1), max_size=1),
}


def from_misfit(kind: ir.Type) -> st.SearchStrategy[Any]:
    """JSON that does not fit a type, at its top; nothing where anything fits."""
    allowed = _kinds(kind)
    known = _constants(kind)
    foreign = st.one_of([values for name, values in _KINDS.items() if name not in allowed])
    return foreign.filter(lambda value: not any(value is one or value == one for one in known))


def _kinds(kind: ir.Type) -> set[str]:
    """The kinds of JSON all of whose values fit a type at its top."""
    match kind:
        case ir.Nullable(inner):
            return _kinds(inner)
        case ir.OneOf(kinds):
            return {name for one in kinds for name in _kinds(one)}
        case ir.Json():
            return set(_KINDS)
        case ir.Text():
            return {"string"}
        case ir.Whole():
            return {"integer"}
        case ir.Real():
            return {"integer", "number"}
        case ir.Flag():
            return {"boolean"}
        case ir.JsonObject() | ir.Ref() | ir.Nested(_, False):
            return {"object"}
        case ir.ListOf() | ir.Nested():
            return {"array"}
        case ir.Choice() | ir.Instant() | ir.Day():
            return set()
        case _:
            assert_never(kind)


def _constants(kind: ir.Type) -> set[Any]:
    """The constants among what fits a type (no text that is drawn is an instant or a day)."""
    match kind:
        case ir.Nullable(inner):
            return _constants(inner)
        case ir.OneOf(kinds):
            return {text for one in kinds for text in _constants(one)}
        case ir.Choice(values):
            return set(values)
        case _:
            return set()
