"""Every kind of mistake in a spec is told with its place and its remedy, together with all others."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path
from string import ascii_uppercase
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen import load_spec
from codegen.problems import SpecError
from tests.codegen.mistakes import DATES, FORM, NAMES, PROFILES_FILE, REFERENCES, TYPES, Mistake
from tests.codegen.specs import MINIMAL, PROFILES, SPEC, write_spec

SMALL = "such a name has small letters only, with underscores between words"


def place_of(text: str) -> str:
    """Return the line and column of the mark in a text."""
    before = text[: text.index("«")]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def problems_in(directory: Path, files: dict[str, str]) -> list[str]:
    """Return what is wrong with the minimal spec when some files of it are different."""
    try:
        load_spec(write_spec(directory, files))
    except SpecError as error:
        return str(error).splitlines()
    return []


def test_the_minimal_spec_is_right(tmp_path: Path) -> None:
    """The mistakes below are made in a spec without any."""
    assert problems_in(tmp_path, {}) == []


@pytest.mark.parametrize("mistake", [*FORM, *DATES, *REFERENCES, *TYPES, *NAMES], ids=lambda one: one.what)
def test_a_mistake_is_told_with_its_place(mistake: Mistake, tmp_path: Path) -> None:
    """One mistake is one line, at the place that must change."""
    assert MINIMAL[mistake.file].count(mistake.old) == 1
    marked = MINIMAL[mistake.file].replace(mistake.old, mistake.new)
    expected = f"spec/{mistake.file}:{place_of(marked)}: {mistake.what}"
    assert expected in problems_in(tmp_path, {mistake.file: marked.replace("«", "")})


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("{type: Location, write", "{type: Locatoin, write", "type 'Locatoin'; did you mean 'Location'?"),
        ("{items: Tag}", "{items: Tga}", "type 'Tga'; did you mean 'Tag'?"),
        ("{type: State}", "{type: Stat}", "type 'Stat'; did you mean 'State'?"),
        (
            "{resources: Imported",
            "{resources: Impotred",
            "form 'ImpotredProfile'; did you mean 'ImportedProfile'?",
        ),
    ],
)
def test_what_is_misspelled_is_not_unused(old: str, new: str, what: str, tmp_path: Path) -> None:
    """Nor is anything that only the misspelled thing refers to."""
    told = problems_in(tmp_path, {PROFILES_FILE: PROFILES.replace(old, new)})
    assert [problem.partition(": unknown ")[2] for problem in told] == [what]


def test_one_revision_is_the_default(tmp_path: Path) -> None:
    """Not none, not two."""
    none = MINIMAL["klaviyo.yaml"].replace(", default: true", "")
    two = MINIMAL["klaviyo.yaml"].replace("committed: true}", "default: true}")
    what = "of the revisions is the default; mark one with 'default: true'"
    assert problems_in(tmp_path, {"klaviyo.yaml": none}) == [f"spec/klaviyo.yaml:1:1: none {what}"]
    assert problems_in(tmp_path, {"klaviyo.yaml": two}) == [f"spec/klaviyo.yaml:1:1: 2 {what}"]


@pytest.mark.parametrize(
    ("stem", "what"),
    [
        ("call", "'call' is taken in the client; choose another name"),
        ("with_options", "'with_options' is taken in the client; choose another name"),
        (
            "nul",
            "'nul' can be no name in the modules of the models: some systems cannot have a file of that name",
        ),
        (
            "Tags",
            f"'Tags' can be no name in the modules of the models: {SMALL}",
        ),
    ],
)
def test_a_file_has_a_name_that_a_family_can_have(stem: str, what: str, tmp_path: Path) -> None:
    """The stem of a file becomes a member of the client and a module."""
    family = "title: X\nsummary: X.\noperations: {}\n"
    file = f"resources/{stem}.yaml"
    assert problems_in(tmp_path, {file: family}) == [f"spec/{file}:1:1: {what}"]


def test_types_stand_once_in_all_files(tmp_path: Path) -> None:
    """Two files cannot both have a type of one name."""
    types = "types:\n  Tag: {enum: [a]}\n"
    [problem] = problems_in(tmp_path, {"types/shared.yaml": types})
    assert problem == "spec/types/shared.yaml:2:3: 'Tag' stands twice in the classes of the package"


def test_resources_stand_once_in_all_files(tmp_path: Path) -> None:
    """Two families cannot both have a resource of one type."""
    family = "title: X\nsummary: X.\nresources:\n  list: {summary: X.}\noperations: {}\n"
    [problem] = problems_in(tmp_path, {"resources/tags.yaml": family})
    assert problem == "spec/resources/tags.yaml:4:3: resource 'list' stands twice"


def test_operations_need_a_resource(tmp_path: Path) -> None:
    """Without a resource of the family, or anything of it that is written, an operation says more itself."""
    family = """\
title: X
summary: X.
operations:
  get: {id: get_x, get: /api/x, summary: X., limit: S}
  create: {id: create_x, post: /api/x, summary: X., limit: S, answer: none}
"""
    bodiless = "    id: create_list\n    post: /api/lists\n    summary: X.\n    limit: S\n"
    lists = PROFILES.replace("  create:\n", f"  create_list:\n{bodiless}  create:\n").replace(
        "email?: {type: string, write: [create, update]", "email?: {type: string, write: update"
    )
    assert problems_in(tmp_path, {"resources/x.yaml": family})[0] == (
        "spec/resources/x.yaml:4:8: the family has no resource to answer; write 'answer'"
    )
    silent = lists.replace("write: [create, update]", "write: update")
    assert problems_in(tmp_path / "silent", {PROFILES_FILE: silent})[-1].endswith(
        "no request of this kind writes anything of 'profile'; mark attributes with 'write', or write 'body'"
    )


def test_a_gateway_operation_has_a_route(tmp_path: Path) -> None:
    """Without one it is a problem like any other."""
    maton = MINIMAL["maton.yaml"].replace("    get: /connections\n", "")
    assert problems_in(tmp_path, {"maton.yaml": maton}) == [
        "spec/maton.yaml:13:5: missing key: get or post or delete"
    ]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """Problems of files, of form, of dates and of references come in one report, by place."""
    broken = PROFILES.replace("city?: string", "city?: strng").replace("title: Profiles", "titel: Profiles")
    maton = MINIMAL["maton.yaml"].replace("status: [200, 204]", "status: [200, since]")
    problems = problems_in(tmp_path, {PROFILES_FILE: broken, "maton.yaml": maton, "types/x.yaml": "a: b: c"})
    assert problems == sorted(problems)
    assert [problem.split(":")[0] for problem in problems] == [
        "spec/maton.yaml",
        "spec/resources/profiles.yaml",
        "spec/resources/profiles.yaml",
        "spec/resources/profiles.yaml",
        "spec/types/x.yaml",
    ]


@given(st.data())
def test_no_mistake_breaks_the_loader(data: st.DataObject) -> None:
    """Whatever line is lost, doubled or replaced, the spec is right or its problems are told."""
    lines = PROFILES.splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.sampled_from(["", "  x: y\n", "      a: [b]\n", *lines]))
    changed = "".join([*lines[:at], other, *lines[at + data.draw(st.integers(0, 2)) :]])
    with TemporaryDirectory() as directory:
        problems_in(Path(directory), {PROFILES_FILE: changed})


@pytest.mark.parametrize(
    "notation", ["{{items: {}}}", "{{summary: X., properties: {{x: {}}}}}", "{{extends: {}}}"]
)
def test_types_that_lead_to_one_another_without_end_are_a_problem(notation: str, tmp_path: Path) -> None:
    """As deep as this it is a mistake, and Python would not get to its end."""
    words = ["".join(letters) for letters in product(ascii_uppercase, repeat=2)]
    chain = [f"  {a}x: {notation.format(f'{b}x')}\n" for a, b in pairwise(words)]
    last = f"  {words[-1]}x: {{summary: X., properties: {{x: string}}}}\n"
    changed = PROFILES.replace("types:\n", f"types:\n{''.join(chain)}{last}", 1)
    changed = changed.replace("city?: string", f"city?: {words[0]}x")
    told = problems_in(tmp_path, {PROFILES_FILE: changed})
    assert [problem for problem in told if "is more than 50 types deep" in problem]


def test_the_spec_is_right() -> None:
    """The spec of this project has no mistakes."""
    assert load_spec(SPEC).default_revision == "2026-01-15"
