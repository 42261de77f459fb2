"""Where recordings are saved."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where recordings are saved."""
    return tmp_path_factory.mktemp("recordings") / "one.json"
