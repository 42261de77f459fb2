"""Our prose is our own: no eight words in a row stand in the vendor's documents as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from codegen.openapi_schemas import Json
from tests.strategies.revisions import SPEC
from tests.vendor.documents import REVISIONS, our_document, vendor_document

RUN = 8
PROSE = ("description", "evidence", "notes", "reason", "summary", "title")


def _prose(value: Json) -> Iterator[str]:
    """All texts that people read."""
    match value:
        case dict():
            for key, item in value.items():
                if key in PROSE and isinstance(item, str):
                    yield item
                elif key in PROSE and isinstance(item, list):
                    yield from (text for text in item if isinstance(text, str))
                else:
                    yield from _prose(item)
        case list():
            for item in value:
                yield from _prose(item)
        case _:
            pass


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", re.sub(r"<\w+>", " ", text.lower()))
    for start in range(len(words) - RUN + 1):
        yield tuple(words[start : start + RUN])


@cache
def _vendor_runs(revision: str) -> frozenset[tuple[str, ...]]:
    return frozenset(run for text in _prose(vendor_document(revision)) for run in _runs(text))


def _shared(ours: Json) -> list[str]:
    known = frozenset[tuple[str, ...]]().union(*map(_vendor_runs, REVISIONS))
    return [" ".join(run) for text in _prose(ours) for run in _runs(text) if run in known]


@pytest.mark.parametrize("revision", REVISIONS)
def test_documents_share_no_prose(revision: str) -> None:
    assert not _shared(our_document(revision))


@pytest.mark.parametrize("path", sorted(SPEC.rglob("*.yaml")), ids=lambda path: path.name)
def test_spec_shares_no_prose(path: Path) -> None:
    document: Json = yaml.safe_load(path.read_text(encoding="utf-8"))

    assert not _shared(document)


def test_prose_of_the_vendor_is_seen() -> None:
    assert _shared(vendor_document(REVISIONS[0]))


def test_runs_are_found_across_punctuation_and_markup() -> None:
    ours, vendors = (
        "One, two three: four five six seven eight.",
        "One two<br>three four, five SIX seven eight nine",
    )

    assert {*_runs(ours)} & {*_runs(vendors)}
