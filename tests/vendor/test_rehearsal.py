"""Adopting revisions that were published already, onto a spec that does not know them yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise

import pytest
from attrs import frozen

from codegen import ir
from codegen.load import texts, tree_of
from codegen.openapi import document
from codegen.problems import Problems
from codegen.render import package
from codegen.spec import Spec, spec_of
from codegen.truncate import truncated
from codegen.vendor.adopt import Adopted, adopt
from codegen.vendor.deviations import load_deviations
from codegen.vendor.edits import SpecText
from tests.strategies.revisions import SPEC
from tests.vendor.documents import REVISIONS, vendor_document
from tests.vendor.handwork import comments, entries, written_over

STEPS = [*pairwise(REVISIONS)]
DEVIATIONS = load_deviations(SPEC)


@frozen
class Rehearsal:
    """A spec before it adopted a revision, and afterwards."""

    adopted: Adopted
    before: Mapping[str, str]
    after: Mapping[str, str]


@cache
def texts_at(revision: str) -> dict[str, str]:
    return truncated(texts(SPEC, Problems()), revision)


def spec_at(files: Mapping[str, str]) -> Spec:
    return spec_of(tree_of(files, Problems()), Problems())


@cache
def adopted_alone(base: str, revision: str) -> Rehearsal:
    """Adopt a revision onto the spec as it stood at the one before."""
    return rehearsed(texts_at(base), revision)


def rehearsed(files: Mapping[str, str], revision: str) -> Rehearsal:
    """Adopt the vendor's document of a revision."""
    spec = SpecText.of(dict(files))
    adopted = adopt(spec, vendor_document(revision), DEVIATIONS)
    return Rehearsal(adopted, files, {file.path: spec.text(file.path) for file in spec.tree().files})


def missing(some: Iterable[str], among: Iterable[str]) -> Iterator[str]:
    """Yield what does not stand among others in its order."""
    left = iter(among)
    for one in some:
        if one not in left:
            yield one
            left = iter(among)


def said(api: ir.Api) -> object:
    """What is rendered of a revision: its document, and the modules of its package."""
    return document(api), package(api)


@pytest.mark.slow
@pytest.mark.parametrize(("base", "revision"), STEPS)
def test_a_revision_is_adopted_from_its_document_alone(base: str, revision: str) -> None:
    """Nothing is left to do, older revisions are as they were, and there is nothing to adopt again."""
    done = adopted_alone(base, revision)
    before, after = spec_at(done.before), spec_at(done.after)

    assert [f"{one.operation} {one}" for one in done.adopted.left] == []
    assert after.revisions == (*before.revisions, revision)
    assert all(after.at(older) == before.at(older) for older in before.revisions)

    again = rehearsed(done.after, revision)
    assert (again.adopted.edits, again.after) == (0, done.after)


@pytest.mark.slow
def test_what_is_rendered_of_an_older_revision_stays_to_the_byte() -> None:
    base, revision = STEPS[-1]
    done = adopted_alone(base, revision)

    assert said(spec_at(done.after).at(base)) == said(spec_at(done.before).at(base))


@pytest.mark.slow
@pytest.mark.parametrize("base", [REVISIONS[0], REVISIONS[-3]])
def test_a_revision_between_two_others_is_adopted(base: str) -> None:
    """What only it has ends with it, so that those before and after are as they were."""
    between, later = REVISIONS[REVISIONS.index(base) + 1 :][:2]
    known = rehearsed(texts_at(base), later)
    done = rehearsed(known.after, between)
    before, after = spec_at(done.before), spec_at(done.after)

    assert [f"{one.operation} {one}" for one in (*known.adopted.left, *done.adopted.left)] == []
    assert all(after.at(other) == before.at(other) for other in before.revisions)
    assert rehearsed(done.after, between).after == done.after


@pytest.mark.slow
@pytest.mark.parametrize(("base", "revision"), STEPS)
def test_what_people_wrote_stays(base: str, revision: str) -> None:
    """Names, summaries and comments of the spec are not the vendor's, and stand where they stood."""
    done = rehearsed(written_over(texts_at(base)), revision)
    before, after = spec_at(done.before), spec_at(done.after)

    assert [f"{one.operation} {one}" for one in done.adopted.left] == []
    assert all(after.at(older) == before.at(older) for older in before.revisions)
    for path, text in done.before.items():
        assert [*missing(entries(text), entries(done.after[path]))] == [], path
        assert [*missing(comments(text), comments(done.after[path]))] == [], path


@pytest.mark.slow
@pytest.mark.parametrize("revision", [REVISIONS[0], *REVISIONS[-2:]])
def test_what_the_spec_covers_needs_no_edit(revision: str) -> None:
    done = rehearsed(texts(SPEC, Problems()), revision)

    assert (done.adopted.edits, done.adopted.files) == (0, ())
