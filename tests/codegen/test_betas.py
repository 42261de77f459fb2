"""Betas: revisions without an announced end, which are rendered only when somebody asks for them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codegen import __main__ as cli
from codegen import load_spec
from codegen.output import folder
from codegen.problems import SpecError
from codegen.revise import BY_REVISION, node_at, order
from codegen.spec import Spec
from codegen.truncate import truncated
from codegen.vendor.dating import Life, Place, put
from tests.codegen.specs import KLAVIYO, MINIMAL, NEW, OLD, PROFILES, write_spec
from tests.codegen.written import mapping, scalar
from tests.package.fresh import run

BETA = "2026-07-15.pre"
NEXT = "2026-07-15"
REVISIONS = f"""\
  {BETA}: {{}}
  {NEXT}: {{deprecated: 2027-07-15, retired: 2028-07-15}}
tiers:"""
FILES = {
    "klaviyo.yaml": KLAVIYO.replace("tiers:", REVISIONS, 1),
    "resources/profiles.yaml": PROFILES.replace(
        "      created: date-time\n",
        f"""\
      created: date-time
      from_beta?: {{type: string, since: {BETA}}}
      from_stable?: {{type: string, since: {NEXT}}}
      until_beta?: {{type: string, until: {BETA}}}
      only_beta?: {{type: string, since: {BETA}, until: {NEXT}}}
""",
    ).replace(
        "limit: L\n    pages", f"limit: {{by-revision: {{{OLD}: L, {NEXT}: S, {BETA}: 1/s 2/m}}}}\n    pages"
    ),
}
SEEN = {
    NEW: {"until_beta"},
    BETA: {"from_beta", "only_beta"},
    NEXT: {"from_beta", "from_stable"},
}
BURSTS = {NEW: 75, BETA: 1, NEXT: 3}


@pytest.fixture
def spec(tmp_path: Path) -> Spec:
    """A spec with a beta and the stable revision that follows it."""
    return load_spec(write_spec(tmp_path, FILES))


def seen(spec: Spec, revision: str) -> set[str]:
    (profile,) = (found for found in spec.at(revision).resources if found.type == "profile")
    names = {shown.property.name for shown in profile.attributes}
    return {name for name in names if "beta" in name or "stable" in name}


def test_a_beta_comes_right_before_the_stable_revision_of_its_date(spec: Spec) -> None:
    listed = ["2026-07-14", BETA, NEXT, "2026-07-16.pre", "2026-07-16"]
    assert sorted({*listed}, key=order) == listed
    assert spec.revisions == (OLD, NEW, BETA, NEXT)


@pytest.mark.parametrize("revision", SEEN)
def test_what_is_dated_by_a_beta_is_seen_from_it_on(revision: str, spec: Spec) -> None:
    assert seen(spec, revision) == SEEN[revision]
    (listing,) = (found for found in spec.at(revision).families[0].operations if found.name == "list")
    assert listing.limit
    assert listing.limit.burst == BURSTS[revision]


def test_a_beta_is_rendered_when_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_spec(tmp_path, FILES)
    monkeypatch.setattr(cli, "_ROOT", tmp_path)
    generated = tmp_path / "generated"
    package = generated / "klaviyo_maton" / folder(BETA)
    assert cli.main([]) == 0
    assert not package.exists()
    assert {page.name for page in (generated / "changelog").iterdir()} == {
        f"{OLD}_{NEW}.md",
        f"{NEW}_{NEXT}.md",
    }
    told = run(
        "try:\n    import klaviyo_maton.v2026_07_15_pre\nexcept ImportError as e: print(e)", path=generated
    )
    assert f'make generate REVISIONS="{BETA}"' in told
    assert cli.main(["--revision", BETA]) == 0
    use = "from klaviyo_maton import Direct, v2026_07_15_pre as v; print(v.Klaviyo(Direct('pk_1')).revision)"
    assert run(use, path=generated) == f"{BETA}\n"
    assert cli.main(["--check", "--revision", BETA]) == cli.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("said", "date", "seen"),
    [({OLD: "a", NEXT: "b"}, BETA, "aaxb"), ({OLD: "a", BETA: "c", NEXT: "b"}, NEW, "axcb")],
    ids=["by a beta", "before a beta"],
)
def test_an_edit_holds_until_a_later_date_says_otherwise(said: dict[str, str], date: str, seen: str) -> None:
    node = mapping({BY_REVISION: mapping({key: scalar(text) for key, text in said.items()})})
    edited = put(node, Place(Life(OLD), None), Life(date), scalar("x"))
    assert edited
    assert [node_at(edited, one) for one in (OLD, NEW, BETA, NEXT)] == [scalar(text) for text in seen]


WRONG = [
    (f"{BETA}: {{}}", f"{BETA}: {{default: true}}", "a beta is never 'default'; it is rendered on demand"),
    (
        f"{BETA}: {{}}",
        f"{BETA}: {{committed: true}}",
        "a beta is never 'committed'; it is rendered on demand",
    ),
    (
        f"{BETA}: {{}}",
        "2026-07-15.beta: {}",
        "bad date '2026-07-15.beta'; write a day of the calendar as YYYY-MM-DD",
    ),
    ("{deprecated: 2027-07-15, retired", "{retired", "missing key 'deprecated'"),
    (
        "{deprecated: 2027-07-15, retired",
        "{deprecated: 2027-07-15.pre, retired",
        "'2027-07-15.pre' where a date belongs",
    ),
]


@pytest.mark.parametrize(("old", "new", "what"), WRONG)
def test_mistakes_about_betas_are_told(old: str, new: str, what: str, tmp_path: Path) -> None:
    klaviyo = FILES["klaviyo.yaml"].replace(old, new)
    assert klaviyo != FILES["klaviyo.yaml"]
    with pytest.raises(SpecError, match=re.escape(what)):
        load_spec(write_spec(tmp_path, {**FILES, "klaviyo.yaml": klaviyo}))


def test_a_life_that_ends_before_its_beta_is_refused(tmp_path: Path) -> None:
    profiles = FILES["resources/profiles.yaml"].replace(
        f"since: {BETA}, until: {NEXT}", f"since: {NEXT}, until: {BETA}"
    )
    with pytest.raises(SpecError, match=f"since {NEXT} is not before until {re.escape(BETA)}"):
        load_spec(write_spec(tmp_path, {**FILES, "resources/profiles.yaml": profiles}))


@pytest.mark.parametrize("last", [NEW, BETA])
def test_a_spec_is_truncated_before_and_behind_a_beta(last: str, spec: Spec, tmp_path: Path) -> None:
    files = {f"spec/{name}": text for name, text in {**MINIMAL, **FILES}.items()}
    left = truncated(files, last)
    short = load_spec(
        write_spec(tmp_path / "left", {path.removeprefix("spec/"): text for path, text in left.items()})
    )
    assert short.revisions == spec.revisions[: spec.revisions.index(last) + 1]
    assert short.default_revision == NEW
    for revision in short.revisions:
        assert short.at(revision) == spec.at(revision)
    assert (BETA in left["spec/resources/profiles.yaml"]) is (last == BETA)
    assert "from_stable" not in left["spec/resources/profiles.yaml"]
