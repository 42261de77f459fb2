"""Our OpenAPI documents, and the vendor's, which are no part of this project.

The latter are looked for as ``<revision>.json`` in the directory that ``KLAVIYO_DOCUMENTS`` names, else in
``../shared/upstream`` beside the project. Tests that need one skip where it is missing.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import pytest

from codegen.openapi import document
from codegen.openapi_schemas import Schema
from codegen.spec import Spec, load_spec

REVISIONS = ("2024-10-15", "2026-01-15")
_VARIABLE = "KLAVIYO_DOCUMENTS"
_PROJECT = Path(__file__).parents[2]
SPEC = _PROJECT / "spec"


def vendor_document(revision: str) -> Schema:
    """Return the vendor's document of a revision as it was published, or skip the test."""
    directory = Path(os.environ.get(_VARIABLE, _PROJECT.parent / "shared" / "upstream"))
    path = directory / f"{revision}.json"
    if not path.is_file():
        pytest.skip(f"needs the vendor's document {path.name}; name its directory in {_VARIABLE}")
    return _read(path)


@cache
def _read(path: Path) -> Schema:
    found: Schema = json.loads(path.read_text(encoding="utf-8"))
    return found


def our_document(revision: str) -> Schema:
    """Return the document that our spec renders to at a revision."""
    return document(_spec().at(revision))


@cache
def _spec() -> Spec:
    return load_spec(SPEC)
