"""Every kind of mistake in a spec is told with its place and its remedy, together with all others."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from codegen import load_spec
from codegen.load import load
from codegen.problems import Problems, SpecError
from codegen.schema import Json, json_schema
from codegen.tree import Mapping, Node, Scalar, Sequence
from tests.codegen.specs import MINIMAL, PROFILES, write_spec

PROFILES_FILE = "resources/profiles.yaml"
SPEC = Path(__file__).parents[2] / "spec"


@frozen
class Mistake:
    """A text of the minimal spec and what stands instead; ``«`` marks the place of the problem."""

    old: str
    new: str
    what: str
    file: str = PROFILES_FILE


FORM = [
    Mistake("title: Profiles", "«titel: x\ntitle: P", "unknown key 'titel'; did you mean 'title'?"),
    Mistake("title: Profiles\n", "«", "missing key 'title'"),
    Mistake("city?: string", "city?: «[string]", "a list where a name or a mapping belongs"),
    Mistake(
        "{get: included",
        "{get: «include",
        "'include' where 'included' or 'all' belongs; did you mean 'included'?",
        "klaviyo.yaml",
    ),
    Mistake("additional: true", "additional: «yes", "'yes' where 'true' or 'false' belongs"),
    Mistake("status: 202", "status: «fine", "'fine' where a whole number belongs"),
    Mistake("sort: [created, email]", "sort: «created", "'created' where a list belongs"),
    Mistake("sort: [created, email]", "sort: [«{by: created}]", "a mapping where a name belongs"),
    Mistake("{value: lists,", "{value: lists, «sinc: x,", "unknown key 'sinc'; did you mean 'since'?"),
    Mistake("summary: A word on a place.", "summary:« ", "nothing where a text belongs"),
    Mistake(
        "    id: create_profile\n    post: /api/profiles\n",
        "    «id: create_profile\n",
        "missing key: get or post or patch or delete",
    ),
    Mistake(
        "    id: create_profile\n",
        "    «id: create_profile\n    get: /api/x\n",
        "keys that exclude each other: 'get', 'post'; use get or post or patch or delete",
    ),
    Mistake(
        "tags~: {items: Tag}",
        "tags~: «{items: Tag, type: Tag}",
        "keys that exclude each other: 'items', 'type'; "
        "use enum/extends/type or extends/oneOf or items or resource or resources",
    ),
]

DATES = [
    Mistake(
        "_kx?: {type: string, since: 2",
        "_kx?: {type: string, since: «26-1-15, x: 2",
        "bad date '26-1-15'; write it as YYYY-MM-DD",
    ),
    Mistake(
        "_kx?: {type: string, since: 2", "_kx?: {type: string, since: «[a], x: 2", "'since' takes a date"
    ),
    Mistake(
        "2026-01-15: 75/s 750/m",
        "«2026-01-16: 75/s 750/m",
        "unknown revision '2026-01-16'; did you mean '2026-01-15'?",
        "klaviyo.yaml",
    ),
    Mistake(
        "string, since: 2026-01-15}",
        "string, since: «2026-01-15, until: 2026-01-15}",
        "since 2026-01-15 is not before until 2026-01-15",
    ),
    Mistake(
        "{by-revision: {2024-10-15: 75/s 700/m, 2026-01-15: 75/s 750/m}}",
        "{by-revision: «{}}",
        "'by-revision' without dates",
        "klaviyo.yaml",
    ),
    Mistake(
        "{by-revision: {2024-10-15: 75/s 700/m, 2026-01-15: 75/s 750/m}}",
        "{by-revision: «x}",
        "'by-revision' takes dates with values",
        "klaviyo.yaml",
    ),
    Mistake("one: {by-revision", "one: {«x: y, by-revision", "'x' beside 'by-revision'", "klaviyo.yaml"),
    Mistake(
        "  2024-10-15: {dep",
        "  «2024-1-15: {deprecated: 2025-10-15, retired: 2025-10-15}\n  2024-10-15: {dep",
        "bad date '2024-1-15'; write it as YYYY-MM-DD",
        "klaviyo.yaml",
    ),
]

REFERENCES = [
    Mistake("city?: string", "city?: «strng", "unknown type 'strng'; did you mean 'string'?"),
    Mistake(
        "{resources: ImportedProfile}",
        "{resources: «Imported}",
        "unknown form 'Imported'; did you mean 'ImportedProfile'?",
    ),
    Mistake("lists: {many: list}", "lists: {many: «lst}", "unknown resource 'lst'; did you mean 'list'?"),
    Mistake("{ids: list}", "{ids: «lst}", "unknown resource 'lst'; did you mean 'list'?"),
    Mistake(
        "on: primary", "on: [«get_profil]", "unknown operation 'get_profil'; did you mean 'get_profile'?"
    ),
    Mistake(
        "include: [lists]",
        "include: [«list]",
        "unknown relationship 'list' of resource 'profile'; did you mean 'lists'?",
    ),
    Mistake("status: 202", "status: 202\n    repeat-key: «id", "unknown attribute 'id' of the body"),
    Mistake(
        "status: 202",
        "status: 202\n    wait: {poll: «x, attribute: state, done: [open]}",
        "unknown operation 'x'",
    ),
    Mistake(
        "status: 202",
        "status: 202\n    wait: {poll: get_profile, attribute: «mail, done: [x]}",
        "unknown attribute 'mail' of what 'get_profile' answers; did you mean 'email'?",
    ),
    Mistake(
        "answer: none\n    status: 202",
        "answer: {one: list}\n    wait: {poll: bulk_import_profiles, attribute: state, done: [«opened]}",
        "unknown value 'opened' of 'state'; did you mean 'open'?",
    ),
    Mistake(
        "operations:\n",
        "compositions:\n  x: {summary: X., start: «bulk_import, result: get_profile}\noperations:\n",
        "unknown operation 'bulk_import'; did you mean 'bulk_import_profiles'?",
    ),
    Mistake(
        "operations:\n",
        "compositions:\n  x: «{summary: X., start: get_profile, result: get_profile}\noperations:\n",
        "nothing says how to wait for 'get_profile'; write its 'wait'",
    ),
    Mistake(
        "operations:\n",
        "compositions:\n  x: «{summary: X., each: get_profile}\noperations:\n",
        "missing key 'list'",
    ),
    Mistake(
        "  State: {enum",
        "  «Extra: {enum: [a]}\n  State: {enum",
        "unused type 'Extra'; remove it, or refer to it",
    ),
    Mistake(
        "forms:\n",
        "forms:\n  «Extra: {resource: profile}\n",
        "unused form 'Extra'; remove it, or refer to it",
    ),
    Mistake(
        "  list:\n    summary: People",
        "  «tag: {summary: X.}\n  list:\n    summary: People",
        "unused resource 'tag'; remove it, or refer to it",
    ),
    Mistake("string any equals", "«string any equal", "unknown operator 'equal'; did you mean 'equals'?"),
    Mistake("email: string any", "«email: any", "filter field 'email' has no type"),
    Mistake(
        "limit: S\n    body",
        "limit: «3 a second\n    body",
        "unknown rate limit '3 a second'; write one of S, L, or numbers as in '3/s 60/m'",
    ),
    Mistake(
        "{default: 20, maximum: 100}",
        "«{default: 20, maximum: 10}",
        "sized pages have a default between their minimum and their maximum; or write 'cursor' or 'fixed'",
    ),
    Mistake(
        "delete: /api/profiles/{id}",
        "delete: «/api/profiles/{profile}",
        "path variable 'profile' has no definition; add it to 'path'",
    ),
    Mistake(
        "delete: /api/profiles/{id}",
        "delete: /api/profiles/{id}\n    path: {«it: A thing.}",
        "unknown path variable 'it'",
    ),
    Mistake(
        "delete: /api/profiles/{id}",
        "delete: «/api//{id}",
        "'/api//{id}' is no path; write it as /api/things/{id}",
    ),
    Mistake(
        "  delete:\n    id: delete_profile\n    delete:",
        "  «delete:\n    id: delete_profile\n    get:",
        "GET /api/profiles/{id} is 'get_profile' already",
    ),
    Mistake(
        "get: /api/profiles/{id}\n",
        "get: «/api/profiles/{id}/lists\n",
        "no rule tells what '/api/profiles/{id}/lists' answers; write 'answer'",
    ),
    Mistake(
        "      email:\n", "      «emial:\n", "resource 'profile' has no attribute 'emial'; say its type here"
    ),
    Mistake(
        "    resource: profile\n", "    extends: «ImportedProfile\n", "form 'ImportedProfile' extends itself"
    ),
    Mistake(
        "    resource: profile\n",
        "    resource: profile\n    relationships:\n      «tags:\n",
        "resource 'profile' has no relationship 'tags'; say its target here",
    ),
]

TYPES = [
    Mistake(
        "word: string", "word: «{resource: ImportedProfile}", "only requests have resources inside attributes"
    ),
    Mistake("enum: [open,", "enum: [open, «open,", "'open' stands twice in this enum"),
    Mistake("{enum: [open,", "{type: integer, enum: [«open,", "'open' is no constant of type 'integer'"),
    Mistake(
        "{enum: [open, {value: closed, since: 2026-01-15}]}",
        "{oneOf: [«State]}",
        "type 'State' contains itself",
    ),
    Mistake("State: {enum:", "State: «{extends: Tag, enum:", "an enum extends 'Tag', which is none"),
    Mistake(
        "word: string", "word: «{oneOf: [{value: string, since: 2026-01-15}]}", "a union without members"
    ),
    Mistake("word: string", "word: {type: object, example: «'{'}", "example '{' is not JSON"),
]

NAMES = [
    Mistake(
        "city?: string", "«class?: string", "'class' can be no name in Location: it is a keyword of Python"
    ),
    Mistake(
        "latitude?: {oneOf: [string, number]}\n      tags",
        "_tags?: string\n      «tags",
        "'_tags' and 'tags' are both 'tags' in Location",
    ),
    Mistake("city?: string", "city?: string\n      «city: string", "'city' stands twice in Location"),
    Mistake(
        "    relationships:\n      lists",
        "      list_ids: string\n    relationships:\n      «lists",
        "'list_ids' and 'lists' are both 'list_ids' in class Profile",
    ),
    Mistake(
        "      created: date-time\n",
        "      «id: string\n      created: date-time\n",
        "'id' is taken in class Profile; choose another name",
    ),
    Mistake(
        "  import_many:",
        "  «import:",
        "'import' can be no name in the methods of profiles: it is a keyword of Python",
    ),
    Mistake(
        "  import_many:",
        "  «imports2:",
        "'imports2' can be no name in the methods of profiles: such a name has small letters only, with underscores between words",
    ),
    Mistake(
        "operations:\n",
        "compositions:\n  «list: {summary: X., each: get_profiles, list: get_profile}\noperations:\n",
        "'list' stands twice in the methods of profiles",
    ),
    Mistake(
        "{profiles: {resources: ImportedProfile}}",
        "{profiles: {resources: ImportedProfile}, «extra: string}",
        "'extra' is taken in the arguments of bulk_import_profiles; choose another name",
    ),
    Mistake(
        "status: 202",
        "status: 202\n    parameters: {«profiles: string}",
        "'profiles' stands twice in the arguments of bulk_import_profiles",
    ),
    Mistake(
        "  delete:\n    id: delete_profile",
        "  «delete:\n    id: get_profile",
        "operation id 'get_profile' stands twice",
    ),
    Mistake(
        "  State: {enum",
        "  «TAG: {enum: [a]}\n  State: {enum",
        "'Tag' and 'TAG' are both 'TAG' in the classes of the package",
    ),
    Mistake(
        "  State: {enum",
        "  «Link: {enum: [a]}\n  State: {enum",
        "'Link' can be no name in the classes of the package: Python or the package means something else by it",
    ),
    Mistake(
        "  State: {enum",
        "  «State2: {enum: [a]}\n  State: {enum",
        "'State2' can be no name in the classes of the package: a digit at the end tells nobody what it is",
    ),
    Mistake(
        "  State: {enum",
        "  «TheStateOfTheListsThatSomebodySubscribedTo: {enum: [a]}\n  State: {enum",
        "'TheStateOfTheListsThatSomebodySubscribedTo' can be no name in the classes of the package: it is longer than 40 characters",
    ),
]


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
            "'Tags' can be no name in the modules of the models: such a name has small letters only, "
            "with underscores between words",
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


def as_json(node: Node) -> Json:
    """Return a node as an editor's YAML reads it."""
    match node:
        case Mapping():
            return {entry.key.text: as_json(entry.value) for entry in node}
        case Sequence(items):
            return [as_json(item) for item in items]
        case Scalar("true" | "false"):
            return node.text == "true"
        case Scalar(text):
            return int(text) if text.isdecimal() else text or None


def accepted(spec: Path) -> dict[str, bool]:
    """Return which files of a spec the JSON Schema accepts."""
    validator = Draft202012Validator(json_schema())
    tree = load(spec, Problems())
    return {file.path: validator.is_valid(as_json(file.root)) for file in tree.files}


def test_the_json_schema_is_one() -> None:
    """Editors can use it."""
    Draft202012Validator.check_schema(json_schema())


def test_the_json_schema_accepts_what_the_loader_accepts(tmp_path: Path) -> None:
    """A right spec has no red lines."""
    assert accepted(write_spec(tmp_path)) == {
        "spec/klaviyo.yaml": True,
        "spec/maton.yaml": True,
        "spec/resources/profiles.yaml": True,
    }


@pytest.mark.parametrize("mistake", FORM, ids=lambda mistake: mistake.what)
def test_the_json_schema_refuses_what_the_loader_refuses(mistake: Mistake, tmp_path: Path) -> None:
    """Every mistake of form is a red line in the editor too."""
    changed = MINIMAL[mistake.file].replace(mistake.old, mistake.new.replace("«", ""))
    assert not accepted(write_spec(tmp_path, {mistake.file: changed}))[f"spec/{mistake.file}"]


def test_the_spec_is_right() -> None:
    """The spec of this project has no mistakes, for the loader and for editors."""
    assert load_spec(SPEC).default_revision == "2026-01-15"
    assert [path for path, right in accepted(SPEC).items() if not right] == []
