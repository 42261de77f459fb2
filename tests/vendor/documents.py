"""The vendor's OpenAPI documents, which are no part of this project.

They are looked for as ``<revision>.json`` in the directory that ``KLAVIYO_DOCUMENTS`` names, else in
``../shared/upstream`` beside the project. Tests that need one skip where it is missing.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import pytest

from codegen.openapi_schemas import Schema

REVISIONS = ("2024-10-15", "2026-01-15")
_VARIABLE = "KLAVIYO_DOCUMENTS"
_PROJECT = Path(__file__).parents[2]


def vendor_document(revision: str) -> Schema:
    """Return the vendor's document of a revision as it was published, or skip the test."""
    directory = Path(os.environ.get(_VARIABLE, _PROJECT.parent / "shared" / "upstream"))
    path = directory / f"{revision}.json"
    if not path.is_file():
        pytest.skip(f"needs the vendor's document {path.name}; name its directory in {_VARIABLE}")
    return _read(path)


@cache
def _read(path: Path) -> Schema:
    document: Schema = json.loads(path.read_text(encoding="utf-8"))
    return document
