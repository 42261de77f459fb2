"""Every edit can be made, every law is there, and no law goes without an edit that it must notice."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.mutants.listed import ROOT, mutants

BREAKABLE = ("codegen/", "spec/")


def test_every_edit_changes_one_place() -> None:
    """The text to replace occurs once in its file, and becomes another."""
    counts = {mutant: (ROOT / mutant.file).read_text("utf-8").count(mutant.old) for mutant in mutants()}
    assert {mutant: count for mutant, count in counts.items() if count != 1} == {}
    assert [mutant for mutant in counts if mutant.old == mutant.new] == []


def test_edits_break_the_code_and_not_its_tests() -> None:
    """What is generated would be overwritten, and a broken test proves nothing."""
    assert [mutant.file for mutant in mutants() if not mutant.file.startswith(BREAKABLE)] == []


def test_every_law_exists() -> None:
    """A law that has got another name must get it here, too."""
    tests = {mutant.test for mutant in mutants()}
    assert [(file, name) for file, name in tests if name not in law_names(ROOT / file)] == []


def test_every_law_has_an_edit() -> None:
    """A law that nobody saw failing may be none."""
    noticing = {mutant.test for mutant in mutants()}
    laws = [
        (path.relative_to(ROOT).as_posix(), name)
        for path in sorted((ROOT / "tests/laws").glob("test_*.py"))
        for name in law_names(path)
    ]
    assert [law for law in laws if law not in noticing] == []


@cache
def law_names(path: Path) -> list[str]:
    """Give the names of the tests of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return [node.name for node in functions if node.name.startswith("test_")]
