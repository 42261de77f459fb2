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
SPEC = Path(__file__).parents[2] / "spec"
_VARIABLE = "KLAVIYO_DOCUMENTS"


def vendor_document(revision: str) -> Schema:
    """Return the vendor's document of a revision as it was published, or skip the test."""
    directory = Path(os.environ.get(_VARIABLE, SPEC.parents[1] / "shared" / "upstream"))
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
    return document(our_spec().at(revision))


@cache
def our_spec() -> Spec:
    """Return the spec of this project."""
    return load_spec(SPEC)
