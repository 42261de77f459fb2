"""Every endpoint of the first seed has a method, which makes the request that it is about."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from codegen.cases import Row, sections
from tests.wire.answering import answering
from tests.wire.roads import PROJECT, REVISIONS, WAYS, Colour, Road, Wire, cases
from tests.wire.seeds import seed

_ROWS = cases().rows
_START, _END = "<!-- sections -->\n", "\n<!-- /sections -->"


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
    wire = Wire(revision, colour, road, answering(revision, road.base))
    wire.complete(row.call, row.arguments_at(revision))
    assert [unquote(str(sent)) for sent in wire.sent] == [*row.sends]


@pytest.mark.parametrize("row", [row for row in _ROWS if row.since], ids=_name)
def test_a_row_is_absent_before_its_time(row: Row) -> None:
    """A method that a revision does not have is no attribute there."""
    early = [revision for revision in REVISIONS if revision < row.since]
    assert early
    for revision in early:
        for colour, road in WAYS:
            wire = Wire(revision, colour, road, answering(revision, road.base))
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


def test_the_readme_has_the_table_of_the_rows() -> None:
    """What stands between the marks is what the cases render to."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    _, _, after = text.partition(_START)
    table, mark, _ = after.partition(_END)
    assert mark
    assert table == sections(_ROWS)
