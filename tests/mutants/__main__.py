"""``make mutants``: make each edit of ``mutants.yaml`` in a copy of the project; its law must fail there.

The copy is rendered anew, so that edits of the spec, of the generator and of the runtime all reach the
package that the law tests. Without an edit every law must hold in a copy, or its failing proves nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants.listed import ROOT, Mutant, mutants

_BESIDE = "shared"
_HALF_WRITTEN = "*.pyc.*"
_LEFT_OUT = shutil.ignore_patterns(
    _HALF_WRITTEN, ".git", ".venv", ".rivals", ".hypothesis", ".*_cache", "build", "dist", "uncommitted"
)
_PYTEST = ("pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.mutants.unshrunk")
_FAILED = 1
_PATIENCE = 300.0
_SHOWN = 2000


def verdict(mutant: Mutant, source: Path) -> tuple[str, float]:
    """Tell what became of a mutant, and in how many seconds: ``caught``, or why that cannot be said."""
    start = time.perf_counter()
    with copied(source) as copy:
        said = _verdict(mutant, copy)
    return said, time.perf_counter() - start


def _verdict(mutant: Mutant, copy: Path) -> str:
    place = copy / mutant.file
    text = place.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        return f"the text to replace occurs {text.count(mutant.old)} times"
    place.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        rendered = _run(copy, "codegen", patience=_PATIENCE)
        tested = _run(copy, *_PYTEST, "-x", mutant.law, patience=_PATIENCE)
    except subprocess.TimeoutExpired:
        return "does not end"
    if tested.returncode == _FAILED:
        return "caught"
    said = f"pytest exits with {tested.returncode}" if tested.returncode else "survived"
    *_, reason = rendered.stderr.splitlines() or [""]
    return f"{said}; the generator says: {reason}" if rendered.returncode else said


def unproven(laws: list[str], copy: Path) -> str:
    """Tell which laws do not hold even without an edit; nothing when all do."""
    tested = _run(copy, *_PYTEST, "-n", "2", *laws)
    return (tested.stdout + tested.stderr)[-_SHOWN:] if tested.returncode else ""


@contextmanager
def copied(source: Path) -> Generator[Path]:
    """Make a copy of the project that can be broken: all but what its tools make and keep for themselves.

    Compiled modules come along, to save time.
    """
    with TemporaryDirectory() as name:
        copy = Path(name) / source.name
        shutil.copytree(source, copy, ignore=_LEFT_OUT)
        if (ROOT.parent / _BESIDE).is_dir():
            (copy.parent / _BESIDE).symlink_to(ROOT.parent / _BESIDE)
        yield copy


def _run(copy: Path, *arguments: str, patience: float | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy / "generated"), "HYPOTHESIS_PROFILE": "default"}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )


def main() -> int:
    """Try all edits, two at a time, or those whose law or file contains a word of the command line."""
    words = sys.argv[1:]
    chosen = [one for one in mutants() if not words or any(word in one.law + one.file for word in words)]
    start, survivors = time.perf_counter(), 0
    with copied(ROOT) as source:  # of one moment, whatever is edited meanwhile
        _run(source, "codegen")
        if failures := unproven(sorted({mutant.law for mutant in chosen}), source):
            print(f"these laws do not hold as it is:\n{failures}")
            return 1
        with ThreadPoolExecutor(2) as pool:
            verdicts = pool.map(partial(verdict, source=source), chosen)
            for mutant, (said, seconds) in zip(chosen, verdicts, strict=True):
                survivors += said != "caught"
                print(f"{said:8s} {seconds:5.1f} s  {mutant.law} ({mutant.file})", flush=True)
    print(f"{len(chosen) - survivors} caught, {survivors} not, {time.perf_counter() - start:.0f} s")
    return 1 if survivors or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
