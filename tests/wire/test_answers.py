"""Every shape of answer that was seen, and what the clients give for it: both clients, both roads."""

from __future__ import annotations

import json
from typing import Any

import pytest

import klaviyo_maton
from codegen.cases import AnswerCase
from klaviyo_maton import NotIncluded, Reply, answer_of, is_set, misfits, unknown_members
from tests.wire.results import at, plain
from tests.wire.roads import WAYS, Colour, Road, Wire, cases

_ALL = cases().answers


def _runs(chosen: list[AnswerCase]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("case", "colour", "road"),
        [
            pytest.param(case, colour, road, id=f"{case.id}-{colour}-{road}")
            for case in chosen
            for colour, road in WAYS
        ],
    )


def _call(case: AnswerCase, colour: Colour, road: Road) -> Any:
    body = b"" if case.body is None else json.dumps(case.body).encode()
    wire = Wire(case.revision, colour, road, lambda _: Reply(case.status, case.headers, body))
    return wire.call(case.call, case.arguments)


@_runs([case for case in _ALL if not case.raises])
def test_an_answer_gives_its_members(case: AnswerCase, colour: Colour, road: Road) -> None:
    """Members, what nobody documented, what does not fit, what is absent and what was not included."""
    result = _call(case, colour, road)
    assert {path: plain(at(result, path)) for path in case.gives} == case.gives
    assert {path: unknown_members(at(result, path)) for path in case.unknown} == case.unknown
    found = {path: [misfit.path for misfit in misfits(at(result, path))] for path in case.misfits}
    assert found == case.misfits
    for path in case.absent:
        owner, _, name = path.rpartition(".")
        assert not is_set(at(result, owner), name)
    for path in case.missing:
        with pytest.raises(NotIncluded, match=path.rpartition(".")[2].replace("_", "-")):
            at(result, path)


@_runs([case for case in _ALL if not case.raises and "data" in (case.body or {})])
def test_an_answer_is_kept_whole(case: AnswerCase, colour: Colour, road: Road) -> None:
    """What was read dumps equal, however it was looked at, and tells the answer that it came with."""
    result = _call(case, colour, road)
    for path in case.gives:
        at(result, path)
    answer = answer_of(result)
    assert (answer.status, answer.headers) == (case.status, case.headers)
    if isinstance(case.body["data"], list):
        assert plain(result.items) == case.body["data"]
        assert plain(result.included) == case.body.get("included", [])
        assert json.loads(answer.content) == case.body
    else:
        assert plain(result) == case.body["data"]
        assert json.loads(answer.content) == case.body["data"]


@_runs([case for case in _ALL if case.raises])
def test_a_refusal_raises_its_error(case: AnswerCase, colour: Colour, road: Road) -> None:
    """The class tells the kind, the attributes the facts."""
    with pytest.raises(klaviyo_maton.KlaviyoError) as raised:
        _call(case, colour, road)
    assert type(raised.value) is getattr(klaviyo_maton, case.raises)
    assert {path: plain(at(raised.value, path)) for path in case.gives} == case.gives
