"""Modules of models: what they may mention of one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import load_api, models
from tests.codegen.specs import NEW, PROFILES, write_spec

PLACES = """\
types:
  Place:
    summary: A place, and whoever lives there.
    properties: {owner?: OWNER}
  Person:
    summary: Somebody.
    properties: {name?: string, neighbour?: Person}
"""


def rendered(directory: Path, owner: str) -> dict[str, str]:
    """Render the minimal spec with a place of another file that mentions its owner."""
    files = {
        "resources/profiles.yaml": PROFILES.replace("city?: string", "city?: string\n      place?: Place"),
        "types/places.yaml": PLACES.replace("OWNER", owner),
    }
    if owner != "Person":
        files["types/places.yaml"] = files["types/places.yaml"].partition("  Person:")[0]
    return models.render(load_api(write_spec(directory, files), NEW))


def test_modules_mention_one_another_in_one_direction(tmp_path: Path) -> None:
    modules = rendered(tmp_path, "Person")
    assert "place: places.Place | None = absent" in modules["profiles"]
    assert "from . import places" in modules["profiles"]
    assert "profiles" not in modules["places"]
    assert modules["places"].count("class ") == len(["Place", "Person"])


def test_modules_that_would_import_one_another_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"in a circle \((places -> profiles|profiles -> places) -> p\w+\)"):
        rendered(tmp_path, "Location")
