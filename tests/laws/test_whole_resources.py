"""A resource inside a request is given by its members: one that is wrapped already is refused.

Whoever comes from an SDK that takes JSON:API, or passes on what was read, would have it wrapped twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import UNSET, ArgumentError, Direct, InMemory, Klaviyo, Reply, dump, load, models
from klaviyo_maton.runtime.bodies import wrap
from klaviyo_maton.runtime.encode import to_jsonable
from klaviyo_maton.runtime.operation import Form, Nested
from tests.laws.playing import EACH, Case, Server, cases
from tests.laws.test_refusals import refusals
from tests.strategies import Revision, from_operation, is_array


@frozen
class Nesting:
    """Where a resource stands in the arguments of an operation, by keyword and by the keys below it."""

    operation: ir.Operation
    keys: tuple[str, ...]
    form: ir.Form
    many: bool


def nestings(revision: Revision) -> list[tuple[str, Nesting]]:
    """Find every resource that stands inside the arguments of an operation."""

    def below(operation: ir.Operation, form: ir.Form, keys: tuple[str, ...]) -> Iterator[Nesting]:
        for item in form.attributes:
            kind = item.type.inner if isinstance(item.type, ir.Nullable) else item.type
            if isinstance(kind, ir.Nested):
                path = (*keys, item.key if keys else item.name)
                yield Nesting(operation, path, revision.forms[kind.form], kind.many)
                yield from below(operation, revision.forms[kind.form], path)

    return [
        (f"{operation.id}-{'.'.join(nesting.keys)}", nesting)
        for operation in revision.operations
        if isinstance(operation.body, ir.FormBody)
        for nesting in below(operation, operation.body.form, ())
    ]


each_nesting = cases(nestings)


@each_nesting
@EACH
@given(data=st.data())
def test_wrapped_resources_are_refused(case: Case[Nesting], data: st.DataObject) -> None:
    """Documents, resources and what was read: nothing is sent, and the error says what to pass instead."""
    nesting = case.item
    drawn = from_operation(nesting.operation, case.revision).map(
        lambda invocation: in_json(invocation.arguments, nesting.keys[0])
    )
    arguments = data.draw(drawn.filter(lambda it: holds(it, nesting)))
    for replace in wrappings(case.revision, nesting):
        wrapped = replaced(arguments, nesting.keys, replace)
        for message in refusals(Case(case.revision, case.name, nesting.operation), wrapped):
            assert message.startswith(f"{nesting.operation.id}.")
            assert "needs" not in message
            assert "JSON:API" in message or "under 'data'" in message


def in_json(arguments: dict[str, Any], name: str) -> dict[str, Any]:
    """Copy arguments, one of them as JSON, whether models or mappings stand in it."""
    value = arguments.get(name, UNSET)
    return {**arguments, name: None if value is UNSET else to_jsonable(value)}


def holds(arguments: Any, nesting: Nesting) -> bool:
    """Tell whether something stands at the place of a nesting."""
    found: list[Any] = []
    try:
        replaced(arguments, nesting.keys, found.append)
    except (KeyError, TypeError, ValueError):
        return False
    return any(found)


def replaced(value: Any, keys: tuple[str, ...], replace: Callable[[Any], Any]) -> Any:
    """Copy JSON with another value at a place, in the first item of each list on the way."""
    if not keys:
        return replace(value)
    if is_array(value):
        first, *rest = value
        return [replaced(first, keys, replace), *rest]
    return {**value, keys[0]: replaced(value[keys[0]], keys[1:], replace)}


def wrappings(revision: Revision, nesting: Nesting) -> Iterator[Callable[[Any], Any]]:
    """Give the ways to wrap what stands at a place."""
    kind = nesting.form.type

    def resource(flat: dict[str, Any]) -> dict[str, Any]:
        rest = {key: value for key, value in flat.items() if key != "id"}
        identity = {"id": flat["id"]} if "id" in flat else {}
        return {"type": kind, **identity, **({"attributes": rest} if rest else {})}

    def read(flat: dict[str, Any]) -> Any:
        model = getattr(revision.models, revision.resources[kind].name)
        return load(model, {"id": "1", **resource(flat)})

    one: list[Callable[[Any], Any]] = [resource, lambda flat: {"data": resource(flat)}]
    one += [read] if kind in revision.resources else []
    if not nesting.many:
        yield from one
        return
    yield lambda flat: {"data": [resource(item) for item in flat]}
    yield from map(_in_a_list, one)


def _in_a_list(wrapped: Callable[[Any], Any]) -> Callable[[list[Any]], list[Any]]:
    def listed(flat: list[Any]) -> list[Any]:
        return [*flat, wrapped(flat[0])]

    return listed


def client() -> tuple[Any, Server]:
    server = Server(Reply(202))
    return Klaviyo(Direct("pk_1"), http_client=InMemory(server)), server


def test_the_remedy_stands_in_the_error() -> None:
    """It names the members that are too many, and how the resource is given instead."""
    klaviyo, server = client()
    with pytest.raises(ArgumentError) as caught:
        klaviyo.events.create(
            metric={"data": {"type": "metric", "attributes": {"name": "Placed Order"}}},
            profile={"email": "a@b.example"},
            properties={},
        )
    assert str(caught.value) == (
        "create_event.metric is given as JSON:API, with 'data'; pass its attributes themselves (and its id, "
        "where one is taken), such as {'name': …}: what JSON:API wants around them is added"
    )
    assert server.requests == []


@pytest.mark.parametrize("name", ["data", "attributes", "relationships"])
def test_a_body_given_whole_is_told_from_a_misspelled_argument(name: str) -> None:
    """Nobody is told that ``metric`` is missing who passed it under ``attributes``."""
    klaviyo, server = client()
    for call in (klaviyo.events.create, partial(klaviyo.call, "create_event")):
        with pytest.raises(ArgumentError, match="are arguments of their own"):
            call(**{name: {"metric": {"name": "a"}}})
    assert server.requests == []


@pytest.mark.parametrize(
    "ids",
    [
        [{"type": "list", "id": "1"}],
        [load(models.List, {"type": "list", "id": "1"})],
        {"data": [{"type": "list", "id": "1"}]},
        load(models.List, {"type": "list", "id": "1"}),
    ],
)
def test_ids_are_text(ids: Any) -> None:
    """Identifiers and resources where ids are due are refused, and the error says that ids are text."""
    klaviyo, server = client()
    calls: list[Callable[[], object]] = [
        lambda: klaviyo.tags.add_lists("1", ids),
        lambda: klaviyo.bulk_import_jobs.create(profiles=[{"email": "a@b.example"}], list_ids=ids),
    ]
    for call in calls:
        with pytest.raises(ArgumentError, match=r"list of ids|takes ids as text"):
            call()
    assert server.requests == []


@pytest.mark.parametrize(
    "profile",
    [
        {"data": {"attributes": {"email": "a"}}},
        {"data": None},
        {"data": {}},
        {"data": "a"},
        {"attributes": None},
        {"relationships": None, "email": "a"},
    ],
)
def test_a_wrapper_needs_no_type_to_be_one(profile: dict[str, Any]) -> None:
    """Whatever its members hold, it is refused with the remedy, and not wrapped once more."""
    klaviyo, server = client()
    with pytest.raises(ArgumentError, match=r"given as JSON:API.*pass its attributes themselves"):
        klaviyo.events.create(metric={"name": "a"}, profile=profile, properties={})
    assert server.requests == []


def test_what_only_looks_like_json_api_is_sent() -> None:
    """Free members may have any name, and so may attributes that a form declares."""
    klaviyo, server = client()
    free = {"type": "x", "data": {"type": "y"}, "attributes": {}, "relationships": {}}
    klaviyo.events.create(metric={"name": "a"}, profile={"properties": free}, properties=free)
    (request,) = server.requests
    attributes = json.loads(request.body or b"")["data"]["attributes"]
    assert attributes["profile"]["data"] == {"type": "profile", "attributes": {"properties": free}}
    assert attributes["properties"] == free
    declared = Form("a", {"type": "type", "data": "data", "attributes": "attributes"})
    outer = Form("b", {"inner": "inner"}, nested={"inner": Nested(declared)})
    given = {"type": "x", "data": {"type": "y"}, "attributes": {}}
    inner = wrap(outer, {"inner": given}, "b")["attributes"]["inner"]
    assert inner == {"data": {"type": "a", "attributes": given}}


def test_what_was_read_can_be_given_by_its_attributes() -> None:
    """The remedy works: the attributes of a resource that was read are its flat members."""
    klaviyo, server = client()
    read = load(models.Profile, {"type": "profile", "id": "1", "attributes": {"email": "a@b.example"}})
    klaviyo.events.create(
        metric={"name": "a"}, profile={"id": read.id, **dump(read)["attributes"]}, properties={}
    )
    (request,) = server.requests
    sent = json.loads(request.body or b"")["data"]["attributes"]["profile"]["data"]
    assert sent == {"type": "profile", "id": "1", "attributes": {"email": "a@b.example"}}
