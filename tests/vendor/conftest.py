"""Packages of all revisions for the tests of this directory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import klaviyo_maton
from tests.vendor.distinct import render_packages


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Render the revisions whose packages are not kept in the repository."""
    render_packages(tmp_path_factory.mktemp("rendered"))
    yield
    klaviyo_maton.__path__.pop(0)
