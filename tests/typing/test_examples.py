"""What type checkers say about code that uses the package: nothing if it is good, and where if it is wrong.

The examples are checked and never run. A line that checkers must report ends in ``# expect:``, the code that
mypy gives it and the rule that pyright gives it; any other line must be clean.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(Path(__file__).with_name("examples").glob("*.py"))

_MARK = re.compile(r"# expect: (?P<mypy>[a-z-]+), (?P<pyright>report[A-Za-z]+)$")
_SAID_BY_MYPY = re.compile(r"(?P<file>.+?):(?P<line>\d+): error: .*  \[(?P<code>[a-z-]+)\]")

Report = dict[str, set[str]]
"""The codes reported by place, which is a file's name and a line."""


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return done.stdout


def expected(checker: str) -> dict[str, str]:
    """The code that a checker must report, by place."""
    found: dict[str, str] = {}
    for path in EXAMPLES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if mark := _MARK.search(line):
                found[f"{path.name}:{number}"] = mark[checker]
            else:
                assert "# expect" not in line, f"{path.name}:{number} has a mark that is none"
    return found


def difference(report: Report, checker: str) -> list[str]:
    """In words, where the report is not what the marks say."""
    marks = expected(checker)
    missing = [
        f"{place}: {code} is not reported"
        for place, code in marks.items()
        if code not in report.get(place, ())
    ]
    return missing + [
        f"{place}: {codes} is reported" for place, codes in report.items() if place not in marks
    ]


@pytest.fixture(scope="module")
def mypy() -> Report:
    """What mypy says, set up as for this project."""
    said = run(sys.executable, "-m", "mypy", *EXAMPLES)
    report: Report = {}
    for line in said.splitlines():
        if match := _SAID_BY_MYPY.fullmatch(line):
            report.setdefault(f"{Path(match['file']).name}:{match['line']}", set()).add(match["code"])
        else:
            assert ": error:" not in line, line
    return report


@pytest.fixture(scope="module")
def pyright() -> Report:
    """What pyright says, as strict as it can be."""
    project = Path(__file__).with_name("pyrightconfig.json")
    options = ["--outputjson", "--pythonpath", sys.executable, "--project", str(project)]
    said = json.loads(run(sys.executable, "-m", "pyright", *options))
    assert said["summary"]["filesAnalyzed"] == len(EXAMPLES)
    report: Report = {}
    for found in said["generalDiagnostics"]:
        place = f"{Path(found['file']).name}:{found['range']['start']['line'] + 1}"
        report.setdefault(place, set()).add(found.get("rule", found["message"]))
    return report


def test_mypy_reports_the_marked_lines_alone(mypy: Report) -> None:
    assert difference(mypy, "mypy") == []


def test_pyright_reports_the_marked_lines_alone(pyright: Report) -> None:
    assert difference(pyright, "pyright") == []


def test_good_code_has_no_mark_and_bad_code_many() -> None:
    marked = {place.partition(":")[0] for place in expected("mypy")}
    assert marked == {"mistakes.py"}
    assert len(expected("mypy")) > len(EXAMPLES)
