"""``make mutants``: apply each edit of ``mutants.yaml`` to a copy of the project; its law must fail there.

An edit replaces one text that occurs once in its file. The copy is rendered anew, so that edits of the
spec, of the generator and of the runtime all reach the package that the law tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml
from attrs import frozen

_ROOT = Path(__file__).parents[2]
_COPIED = ("codegen", "generated", "spec", "tests", "pyproject.toml", "README.md", "Makefile")
_FAILED = 1


@frozen
class Mutant:
    """An edit, and the law (a pytest id) that must fail once it is made."""

    law: str
    file: str
    old: str
    new: str


def mutants() -> list[Mutant]:
    """Read the edits."""
    listed = yaml.safe_load((_ROOT / "tests/mutants/mutants.yaml").read_text(encoding="utf-8"))
    return [Mutant(**entry) for entry in listed]


def verdict(mutant: Mutant) -> str:
    """Tell what became of a mutant: ``caught``, or why that cannot be said."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "project"
        copy.mkdir()
        for part in _COPIED:
            source = _ROOT / part
            if source.is_dir():
                shutil.copytree(source, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copy(source, copy / part)
        place = copy / mutant.file
        text = place.read_text(encoding="utf-8")
        if text.count(mutant.old) != 1:
            return f"the text to replace occurs {text.count(mutant.old)} times"
        place.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        rendered = _run(copy, "-m", "codegen")
        if rendered.returncode:
            return f"the generator refuses it: {rendered.stderr.strip()[-300:]}"
        tested = _run(copy, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", mutant.law)
        if tested.returncode == _FAILED:
            return "caught"
        return "survived" if not tested.returncode else f"pytest exits with {tested.returncode}"


def _run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy / "generated"), "HYPOTHESIS_PROFILE": "default"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )


def main() -> int:
    """Try all edits, two at a time, or those whose law or file contains a word of the command line."""
    words = sys.argv[1:]
    chosen = [one for one in mutants() if not words or any(word in one.law + one.file for word in words)]
    start, survivors = time.perf_counter(), 0
    with ThreadPoolExecutor(2) as pool:
        for mutant, said in zip(chosen, pool.map(verdict, chosen), strict=True):
            survivors += said != "caught"
            print(f"{said:10s} {mutant.law} ({mutant.file})", flush=True)
    print(f"{len(chosen) - survivors} caught, {survivors} not, {time.perf_counter() - start:.0f} s")
    return 1 if survivors or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
