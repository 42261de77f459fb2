"""What an operation does not have or cannot take is refused when it is called, and nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from inspect import Parameter, isawaitable, signature
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import UNSET, ArgumentError, Direct, InMemory, Klaviyo, Reply, UnknownFilter, filters
from klaviyo_maton.runtime.filters import Field
from tests.laws.playing import (
    EACH,
    Case,
    Server,
    async_client,
    cases,
    least_reply,
    method_of,
    sync_client,
)
from tests.strategies import Invocation, from_operation

UNSENDABLE: list[Any] = [
    object(),
    float("nan"),
    [float("inf")],
    {"a": Decimal("NaN")},
    datetime.fromisoformat("2026-01-15T12:00:00"),
    [datetime.fromisoformat("2026-01-15T12:00:00")],
    {1, 2},
    {"a": object()},
    [UNSET],
]

LETTERS = st.sampled_from("aeiorstnlzq_")


def choices_of(operation: ir.Operation) -> list[tuple[str, list[str]]]:
    """The keywords that choose from the words of an operation, and these words."""
    found: list[tuple[str, Sequence[str]]] = [("include", operation.include), ("sort", operation.sort)]
    for prefix, sets in (
        ("fields", operation.fieldsets),
        ("additional_fields", operation.additional_fieldsets),
    ):
        found += [(f"{prefix}_{item.type}".replace("-", "_"), item.values) for item in sets]
    return [(name, [*words]) for name, words in found if words]


each_operation = cases(lambda revision: [(item.id, item) for item in revision.operations])
each_filtering = cases(lambda revision: [(item.id, item) for item in revision.operations if item.filtering])
each_choosing = cases(lambda revision: [(item.id, item) for item in revision.operations if choices_of(item)])


@st.composite
def from_typos(draw: st.DrawFn, word: str) -> str:
    """The word with one letter wrong, missing, too many, or in the place of its neighbour."""
    at = draw(st.integers(0, len(word) - 1))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    swapped = after[:1] + letter + after[1:]
    return before + draw(
        LETTERS.map(lambda other: other + after)
        | LETTERS.map(lambda other: letter + other + after)
        | st.sampled_from([after, swapped])
    )


@each_choosing
@EACH
@given(data=st.data())
def test_a_wrong_letter_in_a_choice_is_told(case: Case[ir.Operation], data: st.DataObject) -> None:
    """Includes, sort keys and sparse fields: the error names the word that was meant."""
    name, words = data.draw(st.sampled_from(choices_of(case.item)))
    meant = data.draw(st.sampled_from(words))
    typo = data.draw(from_typos(meant).filter(lambda word: word not in words))
    arguments = data.draw(from_operation(case.item, case.revision)).arguments
    for message in refusals(case, {**arguments, name: typo if name == "sort" else [*words[:2], typo]}):
        assert f"{meant!r}" in message.partition("did you mean")[2]


@each_filtering
@EACH
@given(data=st.data())
def test_a_wrong_letter_in_a_filter_is_told(case: Case[ir.Operation], data: st.DataObject) -> None:
    """Fields and operators are attributes, and the error names the one that was meant."""
    assert case.item.filtering is not None
    made = entry_of(case)
    steps = data.draw(st.sampled_from(case.item.filtering.fields)).key.split(".")
    for step in steps[: data.draw(st.integers(0, len(steps)))]:
        made = getattr(made, step.lstrip("_").replace("-", "_"))
    known = [name for name in dir(made) if not name.startswith("_")]
    meant = data.draw(st.sampled_from(known))
    typo = data.draw(from_typos(meant).filter(lambda word: word not in known and word[:1] != "_"))
    with pytest.raises(UnknownFilter) as caught:
        getattr(made, typo)
    assert f"{meant!r}" in str(caught.value).partition("did you mean")[2]
    assert ("has no operator" in str(caught.value)) is isinstance(made, Field)


@each_operation
@EACH
@given(data=st.data())
def test_wrong_arguments_are_told(case: Case[ir.Operation], data: st.DataObject) -> None:
    """Misspelled, missing, repeated, or of a kind that neither JSON nor a query can hold."""
    invocation = data.draw(from_operation(case.item, case.revision))
    for arguments, said in wrongly(case, invocation, data):
        for message in refusals(case, arguments):
            assert said in message


EVENTS: Any = filters.events.list
PROFILES: Any = filters.profiles.list


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: EVENTS.timestamp.less_than(float("nan")), "timestamp) cannot be compared with nan"),
        (lambda: EVENTS.timestamp.less_than(Decimal("Infinity")), "timestamp) cannot be compared with"),
        (lambda: PROFILES.email.any("a@b.c"), "any(email) takes a list of values, such as ['a@b.c']"),
        (lambda: PROFILES.email.any([]), "any(email) needs at least one value"),
        (lambda: EVENTS.profile_id.equals("1") & "equals(a,1)", "with & to another filter, not to str"),
    ],
)
def test_comparisons_that_mean_nothing_are_told(build: Callable[[], object], said: str) -> None:
    """No filter comes of them that the server would have to refuse, or would take for another."""
    with pytest.raises(ArgumentError) as caught:
        build()
    assert said in str(caught.value)


def test_a_query_by_hand_is_text() -> None:
    """Fractions have more than one spelling, so that people choose it."""
    server = Server(Reply(200))
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(server))
    with pytest.raises(ArgumentError, match="sparse is text, a whole number"):
        client.request("GET", "/api/profiles", query={"sparse": 1.5})
    with pytest.raises(ArgumentError, match="extra meta cannot stand beside meta=None"):
        client.profiles.upsert(email="a@b.c", meta=None, extra={"meta": {"a": 1}})
    assert server.requests == []


def wrongly(
    case: Case[ir.Operation], invocation: Invocation, data: st.DataObject
) -> Iterator[tuple[dict[str, Any], str]]:
    """Give arguments each with one mistake, and what the error has to name."""
    arguments, parameters = invocation.arguments, parameters_of(case)
    part = data.draw(st.sampled_from(["attributes", "relationships", "meta", "query"]))
    typo = data.draw(from_typos(part).filter(lambda word: word != part))
    yield {**arguments, "extra": {typo: {"a": 1}}}, f"did you mean {part!r}?"
    yield {**arguments, "extra": {part: "a"}}, part
    if isinstance(case.item.body, ir.FormBody):
        sent: dict[str, Any] = invocation.arrives.body["data"].get(part) or {}
        for key in sent:
            yield {**arguments, "extra": {part: {key: 1}}}, f"extra repeats {key!r}"
    if not parameters:
        return
    name = data.draw(st.sampled_from(sorted(parameters)))
    typo = data.draw(from_typos(name).filter(lambda word: word not in {*parameters, "extra", "operation"}))
    yield {**arguments, typo: "1"}, f"{name!r}"
    queried = {parameter.name for parameter in case.item.query_parameters}
    unsendable = [
        one for one in UNSENDABLE if not (name in queried and isinstance(one, set))
    ]  # {1, 2} is 1,2
    yield {**arguments, name: data.draw(st.sampled_from(unsendable))}, name
    yield from (({**arguments, keyword: unfit}, said) for keyword, unfit, said in other_kinds(case.item))
    for needed, parameter in parameters.items():
        if parameter.default is Parameter.empty:
            yield {key: value for key, value in arguments.items() if key != needed}, needed


def refusals(case: Case[ir.Operation], arguments: dict[str, Any]) -> Iterator[str]:
    """Make a call in all four ways; gives what each refusal says, which comes before anything is sent."""
    for make in (sync_client, async_client):
        server = Server(least_reply(case.item))
        client = make(case.revision, server)
        for call in (method_of(client, case.item), partial(client.call, case.item.id)):
            with pytest.raises(ArgumentError) as caught:
                asyncio.run(called(call, arguments))
            assert server.requests == []
            yield str(caught.value)


async def called(call: Callable[..., Any], arguments: dict[str, Any]) -> None:
    """Make a call and wait for its answer; collections are not walked, so that they refuse at once."""
    result = call(**arguments)
    if isawaitable(result):
        await result


def parameters_of(case: Case[ir.Operation]) -> dict[str, Parameter]:
    """The parameters of an operation's method, and what they are."""
    method = method_of(sync_client(case.revision, Server(Reply(200))), case.item)
    return {name: found for name, found in signature(method).parameters.items() if name != "extra"}


def other_kinds(operation: ir.Operation) -> Iterator[tuple[str, Any, str]]:
    """What is JSON, but no list of ids and no resource, where a body wants these, and how it is told."""
    match operation.body:
        case ir.IdentifierBody(_, True):
            yield from (("ids", unfit, "ids is a list") for unfit in ("1", {"1": 2}))
        case ir.FormBody(form):
            for item in form.linkages:
                unfits: list[Any] = ["1", {"1": 2}] if item.many else [["1"]]
                yield from ((item.name, unfit, item.name) for unfit in unfits)
            nested = [item for item in form.attributes if isinstance(item.type, ir.Nested)]
            yield from ((item.name, "1", item.key) for item in nested)
        case _:
            pass


def entry_of(case: Case[ir.Operation]) -> Any:
    return getattr(getattr(case.revision.filters, case.item.family), case.item.name)
