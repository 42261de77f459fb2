"""One member that is not as the spec has it, at any depth of any answer, is read, kept and told."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import Undecodable, dump, misfits
from tests.laws.playing import (
    EACH,
    Case,
    Server,
    answer_type,
    async_client,
    cases,
    is_collection,
    least_arguments,
    least_reply,
    sync_client,
)
from tests.strategies import Revision, Surprise, from_surprise

each_resource = cases(lambda revision: [(item.type, item) for item in revision.api.resources])


@each_resource
@EACH
@given(data=st.data())
def test_a_surprise_is_read_kept_and_told(case: Case[ir.Resource], data: st.DataObject) -> None:
    """It reads as it came, is the one misfit if it is one, and is in what is dumped; nothing else changes."""
    surprise = data.draw(from_surprise(case.item, case.revision))
    if surprise is None:
        return
    answer = data.draw(from_answers(case, surprise))
    for model in answer.get(strict=False):
        assert canonical(dump(model)) == canonical(surprise.document)
        assert [misfit.path for misfit in misfits(model)] == [surprise.path] * surprise.is_misfit
        if surprise.is_misfit or surprise.value is None:
            assert canonical(value_at(model, surprise.steps)) == canonical(surprise.value)
            assert canonical(dump(model)) == canonical(surprise.document)


@each_resource
@EACH
@given(data=st.data())
def test_a_strict_client_refuses_a_misfit_and_nothing_else(
    case: Case[ir.Resource], data: st.DataObject
) -> None:
    """The error tells path, expectation and value; what a strict client takes, it reads as others do."""
    surprise = data.draw(from_surprise(case.item, case.revision))
    if surprise is None:
        return
    answer = data.draw(from_answers(case, surprise))
    lazy = answer.get(strict=False)
    if not surprise.is_misfit:
        for strict, other in zip(answer.get(strict=True), lazy, strict=True):
            names = [*attrs.asdict(other, recurse=False)]
            assert [getattr(strict, name) for name in names] == [getattr(other, name) for name in names]
        return
    with pytest.raises(Undecodable) as caught:
        answer.get(strict=True)
    (misfit,) = misfits(lazy[0])
    error = caught.value
    assert (error.expected, error.got) == (misfit.expected, misfit.got)
    assert error.path == answer.first + surprise.path.removeprefix("$")
    assert error.path in str(error)


@attrs.frozen
class Answers:
    """A document that the operation of a revision answers with; ``first`` is where the surprise is."""

    revision: Revision
    operation: ir.Operation
    document: dict[str, Any]
    first: str
    is_async: bool

    def get(self, *, strict: bool) -> list[Any]:
        """Make the call, and give the resources with a surprise: the primary one, the included one."""
        server = Server(attrs.evolve(least_reply(self.operation), body=json.dumps(self.document).encode()))
        make = async_client if self.is_async else sync_client
        result = make(self.revision, server, strict=strict).call(
            self.operation.id, **least_arguments(self.operation)
        )
        if self.is_async:
            return asyncio.run(self._aread(result))
        return self._found(next(result.pages()) if is_collection(self.operation) else result)

    async def _aread(self, result: Any) -> list[Any]:
        if is_collection(self.operation):
            return self._found(await anext(result.pages()))
        return self._found(await result)

    def _found(self, result: Any) -> list[Any]:
        if not is_collection(self.operation):
            return [result]
        return [*result.items[1:], *result.included[1:]]


@st.composite
def from_answers(draw: st.DrawFn, case: Case[ir.Resource], surprise: Surprise) -> Answers:
    """Documents with a surprise among what is asked for, among what is included, or both."""
    resource, revision = case.item, case.revision
    calls = [item for item in revision.operations if item.body is None and answer_type(item)]
    own = [item for item in calls if answer_type(item) == resource.type]
    other: dict[str, Any] = {"type": resource.type, "id": "other", "attributes": {}}
    is_async, is_primary = draw(st.booleans()), draw(st.booleans())
    if own and is_primary:
        operation = draw(st.sampled_from(own))
        if not is_collection(operation):
            return Answers(revision, operation, {"data": surprise.document}, "$.data", is_async)
        pair = [other, surprise.document]
        document = {"data": pair, "included": pair if draw(st.booleans()) else []}
        return Answers(revision, operation, document, "$.data[1]", is_async)
    operation = draw(st.sampled_from([item for item in calls if is_collection(item)]))
    beside: dict[str, Any] = {"data": [], "included": [other, surprise.document]}
    return Answers(revision, operation, beside, "$.included[1]", is_async)


def value_at(model: Any, steps: tuple[str | int, ...]) -> Any:
    for step in steps:
        model = model[step] if isinstance(step, int) else getattr(model, step)
    return model


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
