"""Our OpenAPI documents, and the vendor's, which are no part of this project.

The latter are looked for as ``<revision>.json`` in the directory that ``KLAVIYO_DOCUMENTS`` names, else in
``../shared/upstream`` beside the project. Tests that need one skip where it is missing.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from codegen.openapi import document
from codegen.openapi_schemas import Schema
from codegen.vendor.documents import read
from tests.strategies.revisions import SPEC, our_spec

REVISIONS = (
    "2024-10-15",
    "2025-01-15",
    "2025-04-15",
    "2025-07-15",
    "2025-10-15",
    "2026-01-15",
    "2026-04-15",
)
_VARIABLE = "KLAVIYO_DOCUMENTS"


def vendor_document(revision: str) -> Schema:
    """Return the vendor's document of a revision as it was published, or skip the test."""
    return _read(vendor_path(revision))


def vendor_path(revision: str) -> Path:
    """Return where the vendor's document of a revision is, or skip the test."""
    path = _directory() / f"{revision}.json"
    if not path.is_file():
        pytest.skip(f"needs the vendor's document {path.name}; name its directory in {_VARIABLE}")
    return path


def has_documents() -> bool:
    """Tell whether the vendor's documents are there."""
    return all((_directory() / f"{revision}.json").is_file() for revision in REVISIONS)


def _directory() -> Path:
    return Path(os.environ.get(_VARIABLE, SPEC.parents[1] / "shared" / "upstream"))


_read = cache(read)


@cache
def our_document(revision: str) -> Schema:
    """Return the document that our spec renders to at a revision."""
    return document(our_spec().at(revision))
