"""A pytest plugin for mutants: no chance in what the laws draw, and no search for a smaller example.

So a mutant that is caught stays caught, and soon; nobody reads how.
"""

from __future__ import annotations

from hypothesis import Phase, settings


def pytest_configure() -> None:
    """Build on the profile that the conftest has loaded by now, before the laws are imported."""
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("unshrunk", settings(), phases=phases, derandomize=True, database=None)
    settings.load_profile("unshrunk")
