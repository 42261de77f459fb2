"""A pytest plugin for mutants: more examples, no chance in them, and no search for a smaller one.

So a mutant that is caught stays caught, and soon; nobody reads how.
"""

from __future__ import annotations

from hypothesis import Phase, settings


def pytest_configure() -> None:
    """Build on the profile that the conftest has loaded by now, before the laws are imported."""
    settings.register_profile(
        "unshrunk",
        settings(),
        max_examples=4 * settings().max_examples,
        phases=(Phase.explicit, Phase.generate),
        derandomize=True,
        database=None,
    )
    settings.load_profile("unshrunk")
