"""Every endpoint of the first seed has a method, which makes the request that it is about."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from attrs import evolve

from codegen.cases import Row, sections
from klaviyo_maton import Direct, Maton
from klaviyo_maton.runtime.sandbox import API_KEY, MATON_KEY, Sandbox
from tests.wire.roads import PROJECT, REVISIONS, WAYS, Colour, Road, Wire, cases, revision_of
from tests.wire.seeds import seed

_ROWS = cases().rows
_ACCOUNT = (
    ("profile", "01HP"),
    ("profile", "01HQ"),
    ("list", "Y6nRLr"),
    ("segment", "S3gM"),
    ("campaign", "01HC"),
    ("flow", "VJvBNr"),
    ("flow-action", "x1"),
    ("flow-message", "x2"),
    ("event", "4vRpBT"),
    ("metric", "TxVpCr"),
    ("template", "T3mP"),
    ("catalog-item", "$custom:::$default:::SKU-1"),
    ("tag", "tag-1"),
    ("tag-group", "group-1"),
    ("coupon", "SUMMER"),
    ("webhook", "01HW"),
    ("webhook-topic", "event:klaviyo.opened_email"),
    ("image", "7"),
    ("form", "F0rm"),
    ("review", "r3v"),
    ("template-universal-content", "01HU"),
)
"""What the rows' arguments are about, by type and id."""
_START, _END = "<!-- sections -->\n", "\n<!-- /sections -->"


def _wire(revision: str, colour: Colour, road: Road) -> Wire:
    """Open a strict client of a sandbox that holds the account."""
    sandbox = Sandbox(revision_of(revision))
    for kind, identifier in _ACCOUNT:
        sandbox.add(kind, id=identifier)
    sandbox.link("flow", "VJvBNr", "flow-actions", "flow-action", "x1")
    sandbox.link("flow-action", "x1", "flow-messages", "flow-message", "x2")
    through_maton = Maton(MATON_KEY, connection_id=sandbox.connection_id)
    connection = through_maton if road.name == "maton" else Direct(API_KEY)
    return Wire(revision, colour, evolve(road, connection=connection), sandbox.handle, strict=True)


def _name(row: Row) -> str:
    return row.endpoint.replace("/klaviyo/api/", "").replace(" ", "-").replace("/", "-")


@pytest.mark.parametrize(
    ("row", "revision", "colour", "road"),
    [
        pytest.param(row, revision, colour, road, id=f"{_name(row)}-{revision}-{colour}-{road}")
        for row in _ROWS
        for revision in REVISIONS
        if revision >= row.since
        for colour, road in WAYS
    ],
)
def test_a_row_works(row: Row, revision: str, colour: Colour, road: Road) -> None:
    """Its method makes the request of the row, or those that stand for an endpoint that does not exist."""
    wire = _wire(revision, colour, road)
    wire.complete(row.call, row.arguments_at(revision))
    assert [unquote(str(sent)) for sent in wire.sent] == [*row.sends]


@pytest.mark.parametrize("row", [row for row in _ROWS if row.since], ids=_name)
def test_a_row_is_absent_before_its_time(row: Row) -> None:
    """A method that a revision does not have is no attribute there."""
    early = [revision for revision in REVISIONS if revision < row.since]
    assert early
    for revision in early:
        for colour, road in WAYS:
            wire = _wire(revision, colour, road)
            with pytest.raises(AttributeError, match=row.call.partition(".")[2]):
                wire.call(row.call, row.arguments_at(row.since))


def test_the_rows_are_those_of_the_seed() -> None:
    """No endpoint of the seed is missing, and none is added or moved."""
    endpoints = re.findall(r"^(?:GET|POST|PUT|PATCH|DELETE) /klaviyo/api/\S+", seed("000"), re.MULTILINE)
    assert [row.endpoint for row in _ROWS] == endpoints
    assert len(endpoints) == 96


def test_four_rows_exist_in_no_revision() -> None:
    """They are served by other endpoints."""
    assert {row.call for row in _ROWS if not row.exists} == {
        "flows.messages",
        "campaigns.estimate_recipients",
        "tags.add_campaigns",
        "tags.add_flows",
    }


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize(("colour", "road"), WAYS)
def test_what_is_put_together_gives_its_result(revision: str, colour: Colour, road: Road) -> None:
    """The messages of all actions of a flow, and the estimation that a job made."""
    wire = _wire(revision, colour, road)
    messages = wire.complete("flows.messages", {"id": "VJvBNr"})
    assert [(message.type, message.id) for message in messages] == [("flow-message", "x2")]
    estimation = wire.complete("campaigns.estimate_recipients", {"id": "01HC"})
    assert (estimation.type, estimation.id) == ("campaign-recipient-estimation", "01HC")


def test_the_readme_has_the_table_of_the_rows() -> None:
    """What stands between the marks is what the cases render to."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    _, _, after = text.partition(_START)
    table, mark, _ = after.partition(_END)
    assert mark
    assert table == sections(_ROWS)
