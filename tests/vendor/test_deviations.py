"""The file of admitted differences: what an entry covers, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.problems import Position, SpecError
from codegen.vendor.compare import Difference
from codegen.vendor.deviations import FILE, Deviation, admitted, load_deviations

HERE = Position("spec/deviations.yaml", 1, 1)
WHOLE = "{at: [a], operations: b, facts: 2, reason: r, evidence: e}"


def _deviation(*operations: str, at: tuple[str, ...]) -> Deviation:
    return Deviation(operations, at, 1, "", "", HERE)


def _difference(operation: str, place: str) -> Difference:
    return Difference(operation, "GET /api/flows", place, "a", "b", "type")


def _load(directory: Path, text: str) -> tuple[Deviation, ...]:
    (directory / FILE).write_text(text, encoding="utf-8")
    return load_deviations(directory)


@pytest.mark.parametrize(
    ("place", "operation", "covered"),
    [
        ("query.fields[flow]", "get_flow", True),
        ("query.fields[flow]", "get_flows", True),
        ("query.fields[flow]", "update_flow", False),
        ("query.fields[flows]", "get_flow", False),
        ("answer.data.definition", "get_flow", True),
        ("answer.data.definition.actions[].(send-email).id", "get_flow", True),
        ("answer.data[].definition[]", "get_flow", True),
        ("answer.data.definitions", "get_flow", False),
    ],
)
def test_a_deviation_covers_what_it_names_and_what_is_below(
    place: str, operation: str, *, covered: bool
) -> None:
    places = ("query.fields[flow]", "answer.*.definition", "answer.data.definition")

    assert _deviation("get_flow*", at=places).covers(_difference(operation, place)) is covered


def test_a_difference_counts_for_the_first_entry_that_covers_it() -> None:
    first, second = _deviation("get_flow", at=("a",)), _deviation("*", at=("a", "b"))
    found = [_difference("get_flow", "a"), _difference("get_list", "a.x"), _difference("get_list", "c")]

    others, covered = admitted(found, [first, second])

    assert others == found[2:]
    assert covered == {first: found[:1], second: found[1:2]}
    assert first.idle(covered[first]) == []
    assert second.idle(covered[second]) == ["b"]


def test_entries_are_read(tmp_path: Path) -> None:
    (entry,) = _load(tmp_path, f"# Why.\ndeviations:\n  - {WHOLE}\n")

    assert (entry.places, entry.operations, entry.facts) == (("a",), ("b",), 2)
    assert (entry.position.line, entry.position.column) == (3, 5)


def test_no_file_admits_nothing(tmp_path: Path) -> None:
    assert load_deviations(tmp_path) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", ":1:1: there is no list of deviations; begin with 'deviations:'"),
        ("deviations: {a: b}", ":1:1: there is no list of deviations; begin with 'deviations:'"),
        (
            f"deviations:\n- {WHOLE.replace('facts: 2, ', '')}",
            ":2:3: a deviation without 'facts'; it has at, operations, facts, reason, evidence",
        ),
        (
            f"deviations:\n- {WHOLE.replace('facts', 'fact')}",
            ":2:28: unknown key 'fact' of a deviation; did you mean 'facts'?",
        ),
        (f"deviations:\n- {WHOLE.replace('2', 'all')}", ":2:35: 'all' facts; count what the entry covers"),
        (f"deviations:\n- {WHOLE.replace('2', '0')}", ":2:35: '0' facts; count what the entry covers"),
        (f"deviations:\n- {WHOLE.replace('reason: r', 'reason: []')}", ":2:38: 'reason' says nothing"),
        ("deviations: [", ":2:1: YAML: "),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(SpecError) as caught:
        _load(tmp_path, text)

    assert problem in str(caught.value)
