"""Cases read as JSON does, and every mistake in them is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.cases import load_cases, sections
from codegen.problems import SpecError

_GET = "revision: 2026-01-15, call: a.b, sends: GET /api/a"


def _spec(directory: Path, **files: str) -> Path:
    spec = directory / "spec"
    (spec / "cases").mkdir(parents=True)
    for name, text in files.items():
        (spec / "cases" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return spec


def _problems(directory: Path, **files: str) -> list[str]:
    with pytest.raises(SpecError) as raised:
        load_cases(_spec(directory, **files))
    return [str(problem) for problem in raised.value.problems]


def test_values_read_as_json_does(tmp_path: Path) -> None:
    """Bare numbers, truth values and null are JSON's; dates, other words and what is quoted is text."""
    values = '[1, 1.5, true, null, "1", "true", 2026-01-15, on, NO, 1_000, NaN, 0x1, ~, {a: [b]}]'
    spec = _spec(tmp_path, one=f"requests: {{a: {{{_GET}, with: {{all: {values}}}}}}}")
    assert load_cases(spec).requests[0].arguments["all"] == [
        *(1, 1.5, True, None, "1", "true", "2026-01-15", "on", "NO", "1_000", "NaN", "0x1", "~"),
        {"a": ["b"]},
    ]


def test_the_revision_of_a_file_is_that_of_its_cases(tmp_path: Path) -> None:
    """A case may say another; connections of the gateway have none."""
    plain, other = "{call: a.b, sends: GET /a}", "{revision: 2024-10-15, call: a.b, sends: GET /a}"
    text = f"revision: 2026-01-15\nrequests: {{a: {plain}, b: {other}}}\ngateway: {{c: {plain}}}\n"
    text += "answers: {d: {call: a.b}}"
    cases = load_cases(_spec(tmp_path, one=text))
    assert [case.revision for case in (*cases.requests, *cases.gateway)] == ["2026-01-15", "2024-10-15", ""]
    assert [case.revision for case in cases.answers] == ["2026-01-15"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1: a mapping is expected here"),
        ("requests: []", "1:11: a mapping is expected here"),
        ("requests: {a: b}", "1:15: a mapping is expected here"),
        ("a: {b: c", "1:9: YAML: expected ',' or '}', but got '<stream end>'"),
        ("a:\n  - b\n c: d", "3:2: YAML: expected <block end>, but found '<block mapping start>'"),
        ("request: {}", "1:1: unknown kind of cases 'request'; did you mean 'requests'?"),
        (f"requests:\n  a: {{{_GET}, with_it: {{}}}}", "2:59: unknown key 'with_it'; did you mean 'with'?"),
        (f"requests:\n  a: {{{_GET}, with: b}}", "2:59: with is of another kind than expected"),
        (f"requests:\n  a: {{{_GET}, with: {{b: 1, b: 2}}}}", "2:72: duplicate key 'b'"),
        (f"requests:\n  a: {{{_GET}}}\n  a: {{{_GET}}}", "3:3: duplicate key 'a'"),
        (
            f"requests: {{a: {{{_GET}}}}}\ngateway: {{a: {{{_GET}}}}}",
            "2:11: 'a' stands in spec/cases/one.yaml:1:12 already",
        ),
        ("requests: {a: {call: a.b, sends: GET /api/a}}", "1:12: revision is missing"),
        ("revision: [2026-01-15]\nrequests: {}", "1:1: revision is of another kind than expected"),
        ("requests: {a: {sends: GET /api/a}}", "1:12: call is missing"),
        (
            "requests: {a: {call: b, sends: GET a}}",
            "1:12: 'GET a' is no method with a path; write 'GET /api/…'",
        ),
        (
            "rows: {A: {PUT /api/a: {call: b}}}",
            "1:12: 'PUT /api/a' is no method with a path; write 'GET /api/…'",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    """File, line and column, the mistake, and the remedy where there is one."""
    assert f"spec/cases/one.yaml:{expected}" in _problems(tmp_path, one=text)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Those of all files, in the order of their places."""
    assert _problems(tmp_path, one="a: {}", two="b: {}") == [
        "spec/cases/one.yaml:1:1: unknown kind of cases 'a'",
        "spec/cases/two.yaml:1:1: unknown kind of cases 'b'",
    ]


def test_rows_render_to_a_table(tmp_path: Path) -> None:
    """A section is named once; what exists later, or nowhere, is marked."""
    rows = """
    rows:
      First:
        GET /klaviyo/api/a/{a_id}: {call: a.get, with: {id: x}}
        POST /klaviyo/api/a: {call: a.create, since: 2025-01-15}
      Second:
        POST /klaviyo/api/b: {call: b.make, sends: [POST /api/c]}
    """
    cases = load_cases(_spec(tmp_path, one=rows))
    assert [row.sends for row in cases.rows] == [("GET /api/a/x",), ("POST /api/a",), ("POST /api/c",)]
    assert sections(cases.rows).splitlines() == [
        "| Section | Endpoint | Method |",
        "| --- | --- | --- |",
        "| First | `GET /api/a/{a_id}` | `a.get` |",
        "|  | `POST /api/a` | `a.create`, since 2025-01-15 |",
        "| Second | `POST /api/b` | `b.make`, by other endpoints |",
    ]
