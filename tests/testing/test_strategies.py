"""The strategies for people's own tests draw what the methods take, and what answers hold."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from codegen import ir
from codegen.vendor.normalise import Schemas, mapping, sequence, text
from klaviyo_maton import (
    ArgumentError,
    AsyncKlaviyo,
    Direct,
    InMemory,
    Klaviyo,
    Reply,
    dump,
    is_set,
    load,
    misfits,
    models,
    parse,
    testing,
    unknown_members,
)
from klaviyo_maton.runtime.model import Model
from klaviyo_maton.runtime.prepare import keywords, prepare
from klaviyo_maton.runtime.revision import Revision as Table
from klaviyo_maton.runtime.testing.arguments import from_each_argument
from klaviyo_maton.v2026_01_15.revision import REVISION
from tests.laws.playing import EACH, Case, Server, cases, least_reply, sync_client
from tests.package.fresh import run
from tests.strategies import Revision
from tests.vendor.documents import our_document
from tests.vendor.schemas import Validator, validator

strategies = testing.strategies


T = TypeVar("T")


def first(strategy: st.SearchStrategy[T], wanted: Callable[[T], object] = lambda _: True) -> T:
    """The first that is drawn of what is wanted; whether there is a simpler one does not matter."""
    drawn_until_found = settings(phases=[Phase.generate], max_examples=5000, database=None, deadline=None)
    return find(strategy, lambda drawn: bool(wanted(drawn)), settings=drawn_until_found)


def classes(revision: Revision) -> list[type[Model]]:
    """The model classes of a revision."""
    found = [getattr(revision.models, name) for name in revision.models.__all__]
    return [one for one in found if isinstance(one, type) and issubclass(one, Model)]


each_operation = cases(lambda revision: [(one.id, one) for one in revision.operations])
each_model = cases(lambda revision: [(one.__name__, one) for one in classes(revision)])


def table(revision: Revision) -> Table:
    """The generated tables of a revision."""
    found: Table = revision.clients.Klaviyo._revision
    return found


# ------------------------------------------------------------------------------------------ arguments


@each_operation
@EACH
@given(data=st.data())
def test_methods_take_what_is_drawn(case: Case[ir.Operation], data: st.DataObject) -> None:
    """By name and by the vendor's id; the body fits our document, but for members that are missing."""
    operation = case.item
    arguments = data.draw(strategies.from_operation(case.revision.clients.Klaviyo, operation.id))
    server = Server(least_reply(operation))
    client = sync_client(case.revision, server)
    method = getattr(getattr(client, operation.family), operation.name)
    for result in (method(**arguments), client.call(operation.id, **arguments)):
        if hasattr(result, "pages"):
            next(result.pages())
    first, second = server.taken()
    assert (first.url, first.body) == (second.url, second.body)
    if first.body is not None:
        fitting = body_validator(case.revision, operation.id)
        assert [error.message for error in fitting.iter_errors(json.loads(first.body))] == []


@each_operation
def test_every_argument_is_drawn_and_no_other(case: Case[ir.Operation]) -> None:
    """Those that are drawn always are those without which there is no call."""
    operation = table(case.revision).operation(case.item.id)
    drawn, required = from_each_argument(table(case.revision), case.item.id)
    assert sorted(drawn) == sorted(set(keywords(operation)))
    least = {name: first(drawn[name]) for name in required}
    prepare(operation, least)
    for name in required:
        with pytest.raises(ArgumentError, match=name):
            prepare(operation, {other: value for other, value in least.items() if other != name})


@cache
def body_validator(revision: Revision, operation_id: str) -> Validator:
    """A validator of a request after our own document that lets members be missing."""
    document = our_document(revision.api.revision)
    operations = [
        mapping(one) for item in mapping(document["paths"]).values() for one in mapping(item).values()
    ]
    (operation,) = [one for one in operations if text(one["operationId"]) == operation_id]
    (media_type,) = mapping(mapping(operation["requestBody"])["content"]).values()
    schemas = Schemas(document)
    named = {name: lenient(schema) for name, schema in schemas.named.items()}
    body = lenient(schemas.normal(mapping(mapping(media_type)["schema"])))
    return validator({**body, "components": {"schemas": named}})


def lenient(schema: Any) -> Any:
    """A schema in normal form that requires nothing, and refuses members that it does not know."""
    made = {key: value for key, value in schema.items() if key != "required"}
    if "anyOf" in made:
        made["anyOf"] = [lenient(one) for one in sequence(made["anyOf"])]
    if "items" in made:
        made["items"] = lenient(made["items"])
    if "properties" in made:
        made["properties"] = {key: lenient(one) for key, one in mapping(made["properties"]).items()}
        made["additionalProperties"] = False
    return made


@given(from_each_argument(REVISION, "create_event")[0]["time"])
def test_instants_are_drawn_as_such_and_aware(time: Any) -> None:
    """Although their text may be passed as well."""
    assert time is None or (isinstance(time, datetime) and time.utcoffset() is not None)


@pytest.mark.parametrize(
    "client",
    [Klaviyo, AsyncKlaviyo, Klaviyo(Direct("pk_1"), http_client=InMemory(lambda _: Reply(204))), REVISION],
    ids=["class", "async class", "client", "table"],
)
def test_an_operation_is_found_by_client_or_table(client: Any) -> None:
    arguments = first(strategies.from_operation(client, "get_profile"))
    assert [*arguments] == ["id"]


class _Mine(Klaviyo):
    """A client that somebody made of ours."""


def test_a_subclass_of_a_client_has_its_operations() -> None:
    found = first(strategies.from_operation(_Mine, "create_profile"), lambda drawn: "location" in drawn)
    assert found["location"] is None or isinstance(found["location"], models.Location)


def test_an_unknown_operation_is_refused() -> None:
    with pytest.raises(ArgumentError, match="did you mean 'get_profiles'"):
        strategies.from_operation(Klaviyo, "get_profile_s")


FILTERED = REVISION.operation("get_profiles").filters


@pytest.mark.parametrize("comparison", [(one, field) for field, all_ in FILTERED.items() for one in all_])
def test_filters_use_every_operator_of_every_field(comparison: tuple[str, str]) -> None:
    """What is drawn is spelled so that the grammar reads it."""
    drawn = strategies.from_operation(Klaviyo, "get_profiles")
    first(drawn, lambda arguments: comparison in compared(arguments))


def compared(arguments: dict[str, Any]) -> list[tuple[str, str]]:
    """The operators and fields of a filter."""
    if "filter" not in arguments:
        return []
    return [(one.operator, one.field) for one in parse(str(arguments["filter"])).comparisons]


# --------------------------------------------------------------------------------------------- models


@each_model
@EACH
@given(data=st.data())
def test_models_are_drawn_as_clients_read_them(case: Case[type[Model]], data: st.DataObject) -> None:
    """They fit their annotations, have no other members, and are what their JSON is read as."""
    drawn = data.draw(strategies.from_model(case.item))
    assert type(drawn) is case.item
    assert misfits(drawn) == []
    assert unknown_members(drawn) == {}
    again = load(case.item, json.dumps(dump(drawn)))
    assert again == drawn
    assert repr(again) == repr(drawn)


WANTED: dict[str, Callable[[models.Profile], object]] = {
    "absent": lambda profile: not is_set(profile, "email"),
    "null": lambda profile: is_set(profile, "email") and profile.email is None,
    "text": lambda profile: profile.email,
    "an object": lambda profile: profile.location and profile.location.city,
    "an open object": lambda profile: profile.properties,
    "an instant with an offset": lambda profile: profile.created and profile.created.utcoffset(),
    "no ids": lambda profile: profile.list_ids is None,
    "an empty list of ids": lambda profile: profile.list_ids == [],
    "ids": lambda profile: profile.list_ids,
}


@pytest.mark.parametrize("what", WANTED)
def test_everything_that_answers_hold_is_drawn(what: str) -> None:
    first(strategies.from_model(models.Profile), WANTED[what])


def test_resources_are_drawn_with_type_and_id() -> None:
    drawn = first(strategies.from_model(models.Event), lambda event: event.profile_id)
    assert (drawn.type, dump(drawn)["type"]) == ("event", "event")
    assert drawn.id
    assert dump(drawn)["relationships"]["profile"]["data"]["type"] == "profile"


def test_a_drawn_model_answers_a_client() -> None:
    """Its JSON stands in a document as the API's does."""
    drawn = first(strategies.from_model(models.Profile), lambda profile: profile.email)
    body = json.dumps({"data": dump(drawn)}).encode()
    klaviyo = Klaviyo(Direct("pk_1"), http_client=InMemory(lambda _: Reply(200, {}, body)), strict=True)
    assert klaviyo.profiles.get(drawn.id) == drawn


# --------------------------------------------------------------------------------- without Hypothesis

WITHOUT_HYPOTHESIS = """
import sys
sys.modules["hypothesis"] = None
from klaviyo_maton import preload, testing
preload()
print(testing.Sandbox.__name__, testing.strategies.from_model.__name__)
"""


def test_without_hypothesis_all_else_works() -> None:
    assert run(WITHOUT_HYPOTHESIS) == "Sandbox from_model\n"
    loaded = run("import sys; from klaviyo_maton import testing; testing.strategies; print([*sys.modules])")
    assert "hypothesis" not in loaded


def test_strategies_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(ImportError, match=r"pip install 'klaviyo-maton\[testing\]'$"):
        strategies.from_model(models.Profile)
    with pytest.raises(ImportError, match=r"pip install 'klaviyo-maton\[testing\]'$"):
        strategies.from_operation(Klaviyo, "get_profile")
