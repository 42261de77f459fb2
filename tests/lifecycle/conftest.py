"""The server on this machine, once for all tests of lives and deaths of connections."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lifecycle.loopback import serving


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """The server's URL."""
    with serving() as found:
        yield found
