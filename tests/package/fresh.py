"""Python processes that have imported nothing yet: what a program meets when it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "generated"

_LEFT_OUT = ("KLAVIYO_", "MATON_", "PYTHON")


def environment(path: Path | None = GENERATED, **variables: str) -> dict[str, str]:
    """This process's environment without keys and switches; ``path`` is added to the import path."""
    found = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    return found | ({} if path is None else {"PYTHONPATH": str(path)}) | variables


def run(code: str, *, python: Path | None = None, path: Path | None = GENERATED, **variables: str) -> str:
    """Run code in a new process where warnings are errors; return what it printed."""
    done = subprocess.run(
        [python or sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=environment(path, **variables),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
