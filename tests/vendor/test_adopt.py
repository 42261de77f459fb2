"""Adopting a document: what is edited and how, what is left alone, and what cannot be adopted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.__main__ import main as generate
from codegen.openapi_schemas import Schema
from codegen.problems import Position
from codegen.tree import Tree
from codegen.vendor import sketch
from codegen.vendor.__main__ import main
from codegen.vendor.adopt import AdoptError, adopt
from codegen.vendor.deviations import Deviation
from codegen.vendor.edits import SpecText
from tests.codegen.specs import NEW, write_spec
from tests.vendor.adoptions import ADOPTIONS, Adoption
from tests.vendor.publishing import NEWER, Change, adopted, files, published, spec_at
from tests.vendor.small import changed

COUPONS = """\
title: Coupons
summary: Discounts.
resources:
  coupon:
    summary: A discount.
    attributes:
      code: {type: string, write: create!}
      level?: Level
    relationships:
      profile: {one: profile}
types:
  Level:
    properties: {name: string, rank?: integer}
operations:
  list:
    id: get_coupons
    get: /api/coupons
    summary: Lists coupons.
    scopes: [coupons:read]
    limit: S
    pages: {default: 20, maximum: 100}
    include: [profile]
    filter: {code: string equals}
  create:
    id: create_coupon
    post: /api/coupons
    summary: Creates a coupon.
    scopes: [coupons:write]
    limit: S
"""
ADOPTED_COUPONS = """\
spec/resources/coupons.yaml
title: Coupons
summary: ~
scope: coupons

resources:
  coupon:
    summary: ~
    attributes:
      code: {type: string, write: create!}
      level?: Level
    relationships:
      profile: {one: profile}

types:
  Level:
    properties:
      name: string
      rank?: integer

operations:
  list:
    id: get_coupons
    get: /api/coupons
    since: 2026-04-15
    summary: ~
    limit: S
    pages: {default: 20, maximum: 100}
    filter:
      code: string equals
    include: [profile]

  create:
    id: create_coupon
    post: /api/coupons
    since: 2026-04-15
    summary: ~
    limit: S
"""
BETWEEN = "2025-10-15"
CITY: Change = ("      city?: string\n", "      city: string\n")


@pytest.mark.parametrize("case", ADOPTIONS, ids=repr)
def test_a_change_takes_the_lines_that_a_person_would_write(case: Adoption) -> None:
    upstream = published(*case.changes)
    done, lines = adopted(upstream, onto=files())

    assert (done.left, lines) == ((), case.lines.rstrip("\n"))


@pytest.mark.parametrize(
    ("case", "revision"),
    [
        pytest.param(case, revision, id=f"{case}, {revision}")
        for case in ADOPTIONS
        for revision in (NEWER, BETWEEN)
        if revision == NEWER or case.what != "a value that vanished"  # it is the only one there was between
    ],
)
def test_other_revisions_stay_and_a_second_time_changes_nothing(case: Adoption, revision: str) -> None:
    """Older ones, and later ones that have not what the revision between them has."""
    upstream = published(*case.changes, revision=revision)
    spec = SpecText.of(files())
    assert adopt(spec, upstream, ()).left == ()
    texts = {file.path: spec.text(file.path) for file in spec.tree().files}
    before, after = spec_at(files()), spec_at(texts)

    assert all(after.at(revision) == before.at(revision) for revision in before.revisions)
    again = SpecText.of(dict(texts))
    assert (adopt(again, upstream, ()).edits, again.changed()) == (0, {})


def test_nothing_that_is_the_same_is_edited() -> None:
    done, lines = adopted(published(), onto=files())

    assert (done.edits, lines) == (0, "")


def test_a_new_family_is_laid_out_as_people_do() -> None:
    upstream = published(more={"spec/resources/coupons.yaml": COUPONS})
    done, lines = adopted(upstream, onto=files())

    assert (done.left, done.unwritten, lines) == ((), 4, ADOPTED_COUPONS.rstrip("\n"))


def test_a_new_operation_that_deletes_by_post_is_a_delete() -> None:
    """Its names tell it, so that a policy knows before anybody has read what was adopted."""
    job = """\
  purge:
    id: bulk_delete_profiles
    post: /api/profile-bulk-delete-jobs
    summary: Deletes profiles.
    limit: S
    body: {resource: profile-bulk-delete-job, attributes: {ids: {items: string}}}
    answer: none
    status: 202
"""
    spec = SpecText.of(files())
    assert (
        adopt(
            spec,
            published(("  delete:\n    id: delete_profile\n", f"{job}  delete:\n    id: delete_profile\n")),
            (),
        ).left
        == ()
    )
    texts = {file.path: spec.text(file.path) for file in spec.tree().files}
    operations = (item for family in spec_at(texts).at(NEWER).families for item in family.operations)
    assert [item.effect for item in operations if item.id == "bulk_delete_profiles"] == ["delete"]


def test_what_the_spec_says_otherwise_on_purpose_stays() -> None:
    said = ("subscribed?: {type: boolean,", "subscribed?: {type: integer,")
    place = "answer.data*.attributes.subscribed"
    deviation = Deviation(("*",), (place,), 4, "A test.", "", Position("spec/deviations.yaml", 1, 1))
    without, _ = adopted(published(said), onto=files())
    done, lines = adopted(published(said), deviation, onto=files())

    assert (without.edits, done.edits, lines) == (1, 0, "")


@pytest.mark.parametrize(
    ("said", "place"),
    [
        (("      city?: string\n", "      city?: integer\n"), "*.location.city"),
        (("      city?: string\n", ""), "*.location.city"),
        (("      city?: string\n", "      city?: string\n      street: string\n"), "*.location.street"),
        (("word: string", "word: {enum: [a, b]}"), "*.tags[].word"),
    ],
)
def test_what_is_said_otherwise_deep_inside_stays(said: Change, place: str) -> None:
    """In the members of value objects, too; what else the document says of the object is adopted."""
    more = ("      latitude?: {oneOf: [string, number]}\n", "      latitude?: number\n")
    places = (place, "query.fields[profile]")
    deviation = Deviation(("*",), places, 9, "A test.", "", Position("spec/deviations.yaml", 1, 1))
    only, lines = adopted(published(said), deviation, onto=files())
    both, _ = adopted(published(said, more), deviation, onto=files())

    assert (only.edits, lines) == (0, "")
    assert (both.edits, both.left) == (1, ())


def test_what_is_said_otherwise_at_one_place_only_is_adopted() -> None:
    """What an entry admits of one operation by the way is no reason to leave it as it is in all others."""
    said = ("      city?: string\n", "      city?: integer\n")
    place = "answer.data[].attributes.location.city"
    deviation = Deviation(("get_profiles",), (place,), 1, "", "", Position("spec/deviations.yaml", 1, 1))
    done, lines = adopted(published(said), deviation, onto=files())

    assert done.left == ()
    assert "+       city?: {by-revision: {2024-10-15: string, 2026-04-15: integer}}" in lines.splitlines()


def test_a_revision_between_two_others_gets_what_came_before_the_later_one() -> None:
    """What both have is older than the spec knew; the revision after it stays as it is."""
    upstream = published(("_kx?: {type: string, since: 2026-01-15}", "_kx?: string"), revision=BETWEEN)
    done, lines = adopted(upstream, onto=files())

    assert done.left == ()
    assert "+       _kx?: {type: string, since: 2025-10-15}" in lines.splitlines()


def test_what_only_a_revision_between_two_others_has_ends_with_it() -> None:
    done, lines = adopted(published(CITY, revision=BETWEEN), onto=files())

    assert done.left == ()
    assert lines.splitlines() == [
        "-       city?: string",
        "+       city?: {by-revision: {2024-10-15: {type: string, until: 2025-10-15}, 2026-01-15: string}}",
        "+       city: {type: string, since: 2025-10-15, until: 2026-01-15}",
    ]


def test_a_later_revision_is_never_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """If an edit would reach it after all, nothing is written."""

    def no_revisions(_: Tree) -> tuple[str, ...]:
        return ()

    monkeypatch.setattr(sketch, "revisions_of", no_revisions)
    with pytest.raises(AdoptError, match=f"edits for {BETWEEN} would change {NEW}, too; nothing was written"):
        adopted(published(CITY, revision=BETWEEN), onto=files())


def test_a_document_from_before_the_spec_is_refused() -> None:
    with pytest.raises(AdoptError, match="the document is of 2020-01-15; the spec begins with 2024-10-15"):
        adopted(changed("/info/version", "2020-01-15", published()), onto=files())


def test_a_beta_is_adopted_before_the_stable_revision_of_its_date() -> None:
    done, lines = adopted(published(CITY, revision=f"{NEWER}.pre"), onto=files())

    assert (done.revision, done.left) == (f"{NEWER}.pre", ())
    assert f"+       city: {{type: string, since: {NEWER}.pre}}" in lines.splitlines()


# ------------------------------------------------------------------------------------------ the command


def _texts(directory: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}


def _command(directory: Path, upstream: Schema | str) -> tuple[int, Path]:
    spec = write_spec(directory)
    path = directory / "stable.json"
    path.write_text(upstream if isinstance(upstream, str) else json.dumps(upstream), encoding="utf-8")
    return main(["adopt", str(path), "--spec", str(spec)]), spec


def test_the_command_tells_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    upstream = published(more={"spec/resources/coupons.yaml": COUPONS})
    status, spec = _command(tmp_path, upstream)

    told = [line.partition("s ")[0] if "edits" in line else line.strip() for line in _lines(capsys)]
    assert status == 0
    assert told[1:] == [
        "2 files changed",
        "spec/klaviyo.yaml",
        "spec/resources/coupons.yaml",
        "4 summaries to be written",
        "0 differences left",
    ]
    assert (spec / "resources" / "coupons.yaml").read_text(encoding="utf-8") in ADOPTED_COUPONS


def test_a_revision_of_a_leap_day_is_adopted(tmp_path: Path) -> None:
    """The years in which it ends have no such day."""
    status, spec = _command(tmp_path, published(CITY, revision="2028-02-29"))
    assert status == 0
    (listed,) = [text for text in (spec / "klaviyo.yaml").read_text().splitlines() if "2028-02-29:" in text]
    assert listed.strip() == "2028-02-29: {deprecated: 2029-02-28, retired: 2030-02-28}"


def test_summaries_that_wait_for_somebody_are_told_when_rendering(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, spec = _command(tmp_path, published(more={"spec/resources/coupons.yaml": COUPONS}))
    capsys.readouterr()

    assert generate(["--spec", str(spec), "--output", str(tmp_path / "out")]) == 0
    warnings = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning")]
    assert warnings[0] == (
        "warning: spec/resources/coupons.yaml:2:10: a summary has yet to be written; say it in one sentence"
    )
    assert len(warnings) == 4


def test_a_beta_is_rendered_only_when_asked_for(tmp_path: Path) -> None:
    _, spec = _command(tmp_path, published(CITY, revision=f"{NEWER}.pre"))
    rendered = tmp_path / "out"

    assert generate(["--spec", str(spec), "--output", str(rendered)]) == 0
    assert not [*rendered.rglob("v2026_04_15_pre")]
    assert generate(["--spec", str(spec), "--output", str(rendered), "--revision", f"{NEWER}.pre"]) == 0
    assert [*rendered.rglob("v2026_04_15_pre")]


GET = "/paths/~1api~1profiles/get"


@pytest.mark.parametrize(
    ("upstream", "told"),
    [
        ("{", "this is no JSON"),
        ('{"openapi": "3.0.2"}', "stable.json: /"),
        (changed("/paths", {"/v1/pets": {}}, published()), "no path begins with /api/ or /client/"),
        (
            changed(f"{GET}/x-klaviyo-ratelimit", {"burst": "many"}, published()),
            f"edits for {NEWER} would be mistakes; nothing was written",
        ),
        (changed(f"{GET}/operationId", "get_profile", published()), "get_profile"),
        (changed("/info/version", "2020-01-15", published()), "the spec begins with 2024-10-15"),
    ],
)
def test_what_cannot_be_adopted_leaves_the_spec_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], upstream: Schema | str, told: str
) -> None:
    before = _texts(write_spec(tmp_path))
    status, spec = _command(tmp_path, upstream)

    captured = capsys.readouterr()
    assert (status, captured.out) == (2, "")
    assert told in captured.err
    assert _texts(spec) == before


def test_an_edit_that_fails_half_way_leaves_the_spec_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = Path.replace
    moved: list[Path] = []

    def replace(self: Path, target: Path) -> Path:
        moved.append(self)
        if len(moved) == 4:
            raise OSError(28, "no space left")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    before = _texts(write_spec(tmp_path))
    assert _command(tmp_path, published(CITY)) == (2, tmp_path / "spec")
    assert "no space left" in capsys.readouterr().err
    assert _texts(tmp_path / "spec") == before


def _lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()
