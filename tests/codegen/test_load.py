"""The tree keeps every text as it was written, and knows where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen.load import load, read
from codegen.problems import Position, Problem, Problems, SpecError, did_you_mean
from codegen.tree import Entry, Mapping, Scalar, Sequence
from tests.codegen.specs import write_spec

TAGGED = "a YAML tag; every value is what its place makes it; remove it"


def problems_of(text: str) -> list[str]:
    """Return what is wrong with a YAML text."""
    problems = Problems()
    read(text, "spec/x.yaml", problems)
    return [str(problem) for problem in problems.found]


@pytest.mark.parametrize(
    "text", ["on", "NO", "2024-10-15", "1e3", "0o17", "~", "null", "1_000", "=", ".5", ""]
)
def test_every_scalar_stays_text(text: str) -> None:
    """What YAML 1.1 would turn into something else reads as it is written."""
    assert read(f"key: {text}", "f", Problems()) == Mapping(
        (Entry(Scalar("key", Position("f", 1, 1)), Scalar(text, Position("f", 1, 6))),), Position("f", 1, 1)
    )


def test_every_node_knows_its_place() -> None:
    """Lines and columns count from one, in flow style and block style."""
    root = read("a:\n  - {b: [c]}\n", "f", Problems())
    assert isinstance(root, Mapping)
    items = root.get("a")
    assert isinstance(items, Sequence)
    assert items.position == Position("f", 2, 3)
    inner = items.items[0]
    assert isinstance(inner, Mapping)
    value = inner.get("b")
    assert isinstance(value, Sequence)
    assert (inner.position.column, value.position.column, value.items[0].position.column) == (5, 9, 10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "spec/x.yaml:3:1: duplicate key 'a'; the first is in line 1"),
        ("a: &x [b]\n", "spec/x.yaml:1:4: a YAML anchor &x; remove it"),
        ("a: *x\n", "spec/x.yaml:1:4: a YAML alias *x; write it out, or name a type"),
        ("a: !!int 1\n", f"spec/x.yaml:1:4: {TAGGED}"),
        ("a: !mine {b: c}\n", f"spec/x.yaml:1:4: {TAGGED}"),
        ("- ! a\n", f"spec/x.yaml:1:3: {TAGGED}"),
        ("a: 1\n---\nb: 2\n", "spec/x.yaml:2:1: YAML: a second document; a file has one"),
        ("? [a]\n: b\n", "spec/x.yaml:1:3: a key is a text"),
    ],
)
def test_what_yaml_allows_and_the_spec_does_not(text: str, expected: str) -> None:
    """Duplicate keys, anchors, aliases, tags, further documents and keys that are no texts have a place."""
    assert problems_of(text) == [expected]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: {b: c\n", "spec/x.yaml:2:1"),
        ("a: b: c\n", "spec/x.yaml:1:5"),
    ],
)
def test_a_syntax_error_has_a_place(text: str, place: str) -> None:
    """What YAML cannot read is one problem, where reading stopped."""
    [problem] = problems_of(text)
    assert problem.startswith(f"{place}: YAML: ")


@pytest.mark.parametrize("depth", [51, 500, 100_000])
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "a: ["])
def test_what_nests_too_deeply_is_a_problem_and_no_crash(opening: str, depth: int) -> None:
    """PyYAML's own composer is recursive, in C: it would end the process."""
    [problem] = problems_of(opening * depth)
    assert re.fullmatch(r"spec/x\.yaml:1:\d+: YAML: (nested more than 50 deep|.* not allowed .*)", problem)


@given(
    st.text(st.sampled_from("ab:-?&*!|>%@{}[],'\"# \n\t~.0=\ufeff\x00\x85é\u2028😀"), max_size=60) | st.text()
)
@example("%TAG ! tag:x,2000:\n--- !a b")
@example("%YAML 9.9\n---\na")
@example("? |\n  a\n: b")
@example("<<: {a: b}")
def test_any_text_is_read_or_a_problem_with_a_place(text: str) -> None:
    """No exception of anybody else leaves the reading, and whatever is wrong stands somewhere."""
    problems = Problems()
    root = read(text, "f", problems)
    assert root is not None or problems.found
    for problem in problems.found:
        assert re.match(r"f:[1-9]\d*:[1-9]\d*: \S", str(problem))


def test_control_characters_are_a_problem() -> None:
    """A text that is no YAML at all is a problem too."""
    [problem] = problems_of("a: \x00")
    assert problem.startswith("spec/x.yaml:1:1: YAML: ")


def test_the_files_of_a_spec(tmp_path: Path) -> None:
    """Files are found by their place, and shown relative to where the spec lies."""
    spec = write_spec(tmp_path, {"types/shared.yaml": "types: {}\n", "cases/other.yaml": "- not: read\n"})
    tree = load(spec, Problems())
    assert [(file.kind, file.stem, file.path) for file in tree.files] == [
        ("klaviyo", "klaviyo", "spec/klaviyo.yaml"),
        ("maton", "maton", "spec/maton.yaml"),
        ("family", "profiles", "spec/resources/profiles.yaml"),
        ("types", "shared", "spec/types/shared.yaml"),
    ]


def test_an_empty_file_is_an_empty_mapping() -> None:
    """What is missing in it is told by the check of its form."""
    assert read("# nothing yet\n", "f", Problems()) == Mapping((), Position("f", 1, 1))


def test_files_that_are_no_spec(tmp_path: Path) -> None:
    """A missing file, a list and a file in another encoding are all told."""
    spec = write_spec(tmp_path, {"types/list.yaml": "- a\n"})
    (spec / "maton.yaml").unlink()
    (spec / "types" / "bytes.yaml").write_bytes(b"a: \xff\n")
    problems = Problems()
    load(spec, problems)
    assert str(SpecError(problems.found)).splitlines() == [
        "spec/maton.yaml:1:1: the file is missing",
        "spec/types/bytes.yaml:1:1: the file is not UTF-8 (invalid start byte)",
        "spec/types/list.yaml:1:1: a file of the spec is a mapping",
    ]


def test_problems_are_told_once_and_in_order() -> None:
    """The report is sorted by place, whatever order the problems were found in."""
    late, early = Problem(Position("b", 1, 1), "late"), Problem(Position("a", 10, 2), "early", "mend it")
    error = SpecError([late, early, late])
    assert error.problems == (early, late)
    assert str(error) == "a:10:2: early; mend it\nb:1:1: late"


def test_a_suggestion_is_near_or_none() -> None:
    """Only a word that looks like the mistaken one is offered."""
    assert did_you_mean("strng", ["integer", "string"]) == "did you mean 'string'?"
    assert not did_you_mean("qqq", ["integer", "string"])
