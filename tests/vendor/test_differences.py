"""Our documents say what the vendor's say, but for the deviations that the spec admits."""

from __future__ import annotations

from functools import cache
from itertools import groupby

import pytest

from codegen.vendor.compare import Difference, differences
from codegen.vendor.deviations import Deviation, deviations
from tests.vendor.documents import REVISIONS, our_document, our_spec, vendor_document

# Operations that the spec does not have yet.
NOT_YET = ("missing operation",)


@cache
def _differences(revision: str) -> list[Difference]:
    found = differences(our_document(revision), vendor_document(revision))
    return [difference for difference in found if difference.kind not in NOT_YET]


def _report(found: list[Difference]) -> str:
    """One paragraph an operation, one line a difference."""
    by_operation = groupby(sorted(found, key=lambda d: d.operation), key=lambda d: d.operation)
    return "\n".join(
        "\n  ".join([operation, *map(str, found_there)]) for operation, found_there in by_operation
    )


def test_every_committed_revision_is_compared() -> None:
    assert our_spec().committed == REVISIONS


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_difference_is_admitted(revision: str) -> None:
    admitted = deviations()
    found = [d for d in _differences(revision) if not any(entry.covers(d) for entry in admitted)]

    assert not found, f"not admitted by spec/deviations.yaml at {revision}:\n{_report(found)}"


@pytest.mark.parametrize("entry", deviations(), ids=str)
def test_every_pattern_of_a_deviation_is_needed(entry: Deviation) -> None:
    found = [difference for revision in REVISIONS for difference in _differences(revision)]

    assert not entry.idle(found), "the documents agree here: remove what is listed"


@pytest.mark.parametrize("entry", deviations(), ids=str)
def test_every_deviation_says_why(entry: Deviation) -> None:
    assert entry.reason
    assert entry.evidence
