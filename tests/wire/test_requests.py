"""Every example of the seeds, and what it sends: both clients, both roads.

One case runs alone with ``pytest -k "000-profiles-create-async-maton"``.
"""

from __future__ import annotations

import pytest

from codegen.cases import RequestCase
from klaviyo_maton import ArgumentError
from tests.wire.answering import answering
from tests.wire.roads import WAYS, Colour, Road, Sent, Wire, cases

_ALL = cases().requests
_REFUSED = [case for case in _ALL if case.refused]
_SENT = [case for case in _ALL if not case.refused]


def _runs(chosen: list[RequestCase]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("case", "colour", "road"),
        [
            pytest.param(case, colour, road, id=f"{case.id}-{colour}-{road}")
            for case in chosen
            for colour, road in WAYS
        ],
    )


def _wire(case: RequestCase, colour: Colour, road: Road) -> Wire:
    return Wire(case.revision, colour, road, answering(case.revision, road.base))


def _check(wire: Wire, expected: Sent) -> None:
    assert wire.sent == [expected]
    headers = dict(wire.requests[0].headers)
    assert len(headers) == len(wire.requests[0].headers)
    assert headers["revision"] == wire.revision
    assert {name: headers.get(name) for name in ("authorization", "maton-connection")} == {
        name: wire.road.signature.get(name) for name in ("authorization", "maton-connection")
    }
    assert headers.get("content-type") == (None if expected.body is None else "application/vnd.api+json")


@_runs(_SENT)
def test_a_call_sends_its_request(case: RequestCase, colour: Colour, road: Road) -> None:
    """A typed call sends exactly what the example sends, and what walking a collection adds."""
    wire = _wire(case, colour, road)
    wire.call(case.call, case.arguments)
    _check(wire, Sent(case.method, case.path, {**case.query, **case.added}, case.body))


@_runs(_REFUSED)
def test_what_the_vendor_would_refuse_is_refused_here(case: RequestCase, colour: Colour, road: Road) -> None:
    """The call is refused by an error that names the member, before anything is sent."""
    wire = _wire(case, colour, road)
    with pytest.raises(ArgumentError, match=case.refused):
        wire.call(case.call, case.arguments)
    assert wire.requests == []


@_runs(_REFUSED)
def test_what_is_refused_can_be_sent_as_it_is(case: RequestCase, colour: Colour, road: Road) -> None:
    """`request` sends the same path, query and body unchanged."""
    wire = _wire(case, colour, road)
    wire.request(case.method, case.path, query=case.query, body=case.body)
    _check(wire, Sent(case.method, case.path, case.query, case.body))
