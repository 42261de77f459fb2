"""Every class of the models has the members of the spec, loses nothing and never gets in the way."""

from __future__ import annotations

import copy
import json
import pickle
from contextlib import suppress
from datetime import date, datetime
from functools import reduce
from inspect import getmembers_static
from types import GenericAlias
from typing import Any, Literal, assert_never, get_type_hints

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen import ir
from codegen.annotations import opened
from klaviyo_maton import NotIncluded, dump, is_set, load, misfits, unknown_members
from klaviyo_maton.runtime.model import Resource, ValueObject
from tests.laws.playing import EACH, Case, by_revision, cases
from tests.strategies import (
    Model,
    Revision,
    from_disturbed,
    from_misfit,
    from_model,
    from_property,
    is_array,
    is_object,
    models,
)

each_model = cases(lambda revision: [(model.name, model) for model in models(revision)])


@each_model
def test_classes_have_the_members_of_the_spec(case: Case[Model]) -> None:
    """Names, keys and annotations of a class are those of the IR, no more and no fewer."""
    made, model = class_of(case), case.item
    certain = {"type"} if case.name in case.revision.values else {"id", "type"}
    expected = {item.name: hint(item, case.revision, certain) for item in model.members}
    if model.resource is not None:
        own = {"id": str if model.resource.has_id else str | None}
        expected = own | {"type": Literal[model.resource.type]} | expected
        links = {item.key: (item.target, item.many) for item in model.resource.relationships}
        assert {key: (link.type, link.many) for key, link in made.__links__.items()} == links
        for item in model.resource.relationships:
            assert isinstance(vars(made)[item.name], property)
            assert isinstance(vars(made)[item.ids_name], property)
    assert sorted(members_of(made)) == sorted(expected)
    hints = get_type_hints(made)
    assert {name: hints[name] for name in expected} == expected
    assert made.__keys__ == {item.name: item.key for item in model.members if item.name != item.key}


@each_model
@EACH
@given(data=st.data())
def test_what_was_read_is_dumped(case: Case[Model], data: st.DataObject) -> None:
    """Whatever came is dumped as it came, before and after every member was read, through copies as well."""
    document = data.draw(from_disturbed(from_model(case.item, case.revision)))
    text = json.dumps(document)
    model = load(class_of(case), f" {text}\n" if data.draw(st.booleans()) else text.encode())
    assert canonical(dump(model)) == canonical(document)
    before = pickle.loads(pickle.dumps(model))
    touch(model)
    for same in (model, before, pickle.loads(pickle.dumps(model)), copy.copy(model), copy.deepcopy(model)):
        assert canonical(dump(same)) == canonical(document)
        touch(same)
        assert canonical(dump(same)) == canonical(document)
    assert canonical(dump(load(class_of(case), dump(model)))) == canonical(document)


@by_revision
@pytest.mark.parametrize(
    "attributes",
    [
        {"email": float("nan"), "properties": {"a": [float("inf")]}},
        {"created": "\ud800", "updated": "2024-01-01"},
        {"location": [], "subscriptions": {"email": {"marketing": "\udfff"}}},
    ],
)
def test_what_was_lost_before(revision: Revision, attributes: dict[str, Any]) -> None:
    """Values that once raised, or were lost by a copy, are given and dumped as they came."""
    document = {"type": "profile", "id": "1", "attributes": attributes}
    model = load(revision.models.Profile, json.dumps(document))
    touch(model)
    assert canonical(dump(copy.deepcopy(model))) == canonical(dump(model)) == canonical(document)


@each_model
@EACH
@given(data=st.data())
def test_what_fits_is_no_misfit(case: Case[Model], data: st.DataObject) -> None:
    """JSON that the spec describes has no misfits and no unknown members; equal JSON makes equal models."""
    document = data.draw(from_model(case.item, case.revision))
    model = load(class_of(case), document)
    assert misfits(model) == []
    assert unknown_members(model) == {}
    assert model == load(class_of(case), json.dumps(document))
    assert attrs.asdict(model, recurse=False).keys() == set(members_of(class_of(case)))
    home = document if case.item.resource is None else document["attributes"]
    for item in case.item.members:
        assert is_set(model, item.name) == (item.key in home)
        assert (getattr(model, item.name) is None) == (home.get(item.key) is None)


@by_revision
def test_every_resource_reads_its_id(revision: Revision) -> None:
    """Reports have one although no document says so, and none of them needs one."""
    for resource in revision.api.resources:
        made = getattr(revision.models, resource.name)
        document: dict[str, Any] = {"type": resource.type, "id": "-7123143776111407103", "attributes": {}}
        assert load(made, document).id == "-7123143776111407103"
        del document["id"]
        assert load(made, document).id is None
        assert ("$.id" in [misfit.path for misfit in misfits(load(made, document))]) == resource.has_id


@each_model
@EACH
@given(data=st.data())
def test_misfits_name_the_path(case: Case[Model], data: st.DataObject) -> None:
    """One member that does not fit is the only misfit, is told by its path, and reads as it came."""
    document = data.draw(from_model(case.item, case.revision))
    candidates = [item for item in case.item.members if not isinstance(item.type, ir.Json)]
    if not candidates:
        return
    item = data.draw(st.sampled_from(candidates))
    value = data.draw(from_misfit(item.type))
    home, path = (document, "$") if case.item.resource is None else (document["attributes"], "$.attributes")
    home[item.key] = value
    model = load(class_of(case), document)
    step = f".{item.key}" if item.key.isidentifier() else f"[{item.key!r}]"
    assert [misfit.path for misfit in misfits(model)] == [path + step]
    assert canonical(getattr(model, item.name)) == canonical(value)
    assert canonical(dump(model)) == canonical(document)


@each_model
@EACH
@given(data=st.data())
def test_what_is_assigned_is_dumped(case: Case[Model], data: st.DataObject) -> None:
    """Assigning changes the one member and nothing else, in a copy of the model as well."""
    document = data.draw(from_disturbed(from_model(case.item, case.revision)))
    model = load(class_of(case), json.dumps(document))
    candidates = [item for item in case.item.members if "Nested" not in repr(item.type)]
    if not candidates:
        return
    item = data.draw(st.sampled_from(candidates))
    sample = data.draw(from_property(item, case.revision))
    setattr(model, item.name, sample.given)
    if case.item.resource is None:
        document[item.key] = sample.arrives
    else:
        attributes = document.get("attributes")
        document["attributes"] = (attributes if is_object(attributes) else {}) | {item.key: sample.arrives}
    assert getattr(model, item.name) is sample.given
    assert numbers(dump(model)) == numbers(document)
    assert numbers(dump(copy.copy(model))) == numbers(document)


def class_of(case: Case[Model]) -> Any:
    return getattr(case.revision.models, case.item.name)


def members_of(model: type[Any]) -> list[str]:
    assert attrs.has(model)
    return [item.name for item in attrs.fields(model)]


def canonical(value: Any) -> str:
    """Write JSON so that texts are equal where values and their types are."""
    return json.dumps(value, sort_keys=True)


def numbers(value: Any) -> str:
    """The same, decimals written like other numbers."""
    return json.dumps(value, sort_keys=True, default=float)


def touch(value: Any) -> None:
    """Read all there is to read in a model, at any depth; nothing may raise."""
    if isinstance(value, ValueObject | Resource):
        for name in members_of(type(value)):
            touch(getattr(value, name))
        touch_relationships(value)
        assert len(repr(value)) <= 200
        misfits(value)
        unknown_members(value)
    elif is_object(value):
        for item in value.values():
            touch(item)
    elif is_array(value):
        for item in value:
            touch(item)


def touch_relationships(model: Any) -> None:
    """Read every relationship; the worst is that the resources it leads to did not come."""
    for name, _ in getmembers_static(model.__class__, lambda found: isinstance(found, property)):
        with suppress(NotIncluded):
            getattr(model, name)


def hint(item: ir.Property, revision: Revision, certain: set[str]) -> Any:
    """Give the annotation of a member: None is allowed, but for what is certain to be there."""
    made = annotation(opened(item.type), revision)
    return made if item.required and item.name in certain else made | None


def annotation(kind: ir.Type, revision: Revision) -> Any:
    """Give the annotation of a type."""
    match kind:
        case ir.Text():
            return str
        case ir.Whole():
            return int
        case ir.Real():
            return float
        case ir.Flag():
            return bool
        case ir.Instant():
            return datetime
        case ir.Day():
            return date
        case ir.Json():
            return Any
        case ir.JsonObject():
            return dict[str, Any]
        case ir.Choice(values):
            return Literal[values]
        case ir.ListOf(item):
            return GenericAlias(list, annotation(item, revision))
        case ir.Ref(name):
            return getattr(revision.models, name)
        case ir.OneOf(kinds):
            return reduce(lambda left, right: left | right, [annotation(one, revision) for one in kinds])
        case ir.Nullable(inner):
            return annotation(inner, revision) | None
        case ir.Nested(form, many):
            one = getattr(revision.models, form)
            return GenericAlias(list, one) if many else one
        case _:
            assert_never(kind)
