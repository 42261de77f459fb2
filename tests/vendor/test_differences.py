"""Our documents say what the vendor's say and no more, but for the deviations that the spec admits."""

from __future__ import annotations

import sys
from functools import cache

import pytest

from codegen.vendor.compare import Difference, differences
from codegen.vendor.coverage import coverage
from codegen.vendor.deviations import Deviation, admitted, load_deviations
from codegen.vendor.report import Report
from tests.strategies.revisions import SPEC, our_spec
from tests.vendor.documents import REVISIONS, our_document, vendor_document

# What the spec does not cover yet, to be emptied: revisions.
NOT_YET = ("2026-04-15",)

DEVIATIONS = load_deviations(SPEC)


@cache
def _differences(revision: str) -> list[Difference]:
    return [*differences(our_document(revision), vendor_document(revision))]


@cache
def _covered() -> dict[Deviation, list[Difference]]:
    return admitted((d for revision in REVISIONS for d in _differences(revision)), DEVIATIONS)[1]


def test_every_revision_is_compared() -> None:
    assert our_spec().revisions == REVISIONS


@pytest.mark.parametrize("revision", [revision for revision in REVISIONS if revision not in NOT_YET])
def test_every_difference_is_admitted(revision: str) -> None:
    others, covered = admitted(_differences(revision), DEVIATIONS)
    report = Report(
        base=f"the spec at {revision}",
        upstream=revision,
        differences=tuple(others),
        deviations=covered,
        coverage=coverage(vendor_document(revision), others),
    )

    assert not others, report.page()
    sys.stdout.write(f"{report.summary}\n")  # shown by -rA


@pytest.mark.parametrize("entry", DEVIATIONS, ids=lambda entry: f"line {entry.position.line}")
def test_a_deviation_covers_as_many_differences_as_it_says(entry: Deviation) -> None:
    covered = _covered()[entry]

    assert not entry.idle(covered), f"{entry.position}: the documents agree here: remove what is listed"
    assert len(covered) == entry.facts, f"{entry.position}: covers {len(covered)}, not {entry.facts}"


@pytest.mark.parametrize("entry", DEVIATIONS, ids=lambda entry: f"line {entry.position.line}")
def test_every_deviation_says_why(entry: Deviation) -> None:
    assert entry.reason
    assert entry.evidence
