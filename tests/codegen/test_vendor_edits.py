"""The laws of dated edits, and what they look like in a spec."""

from __future__ import annotations

from itertools import dropwhile
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from codegen.lint import lint
from codegen.problems import Problems, SpecError
from codegen.revise import node_at
from codegen.schema import Value
from codegen.tree import Mapping, Node, Scalar, Sequence
from codegen.vendor.dating import FOREVER, Life, Place
from codegen.vendor.edits import EditError, Plain, SpecText
from tests.codegen.specs import MINIMAL, NEW, OLD, SPEC, write_spec
from tests.codegen.test_schema import as_json, validator
from tests.codegen.written import (
    DATES,
    dated_lists,
    dated_nodes,
    dates,
    mapping,
    plain_nodes,
    scalar,
    words,
    written,
)

FILE = "spec/resources/x.yaml"
PROFILES = "spec/resources/profiles.yaml"
REVISIONS = "".join(f"  {date}: {{deprecated: {date}, retired: {date}}}\n" for date in DATES)


def plain(node: Node | None) -> Plain:
    """Return a node as plain texts, lists and mappings."""
    match node:
        case Mapping():
            return {entry.key.text: plain(entry.value) for entry in node}
        case Sequence(items):
            return [plain(item) for item in items]
        case Scalar(text):
            return text
        case None:
            return None


def seen(spec: SpecText, revision: str) -> Plain:
    """Return what a revision sees of the file."""
    [root] = [file.root for file in spec.tree().files if file.path == FILE]
    return plain(node_at(root, revision))


def at_path(value: Plain, path: tuple[str, ...]) -> Plain:
    """Return what is under some keys, or None."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def without(value: Plain, path: tuple[str, ...]) -> Plain:
    """Return the value without what is under some keys, and without what holds nothing else."""
    if not isinstance(value, dict) or not path:
        return value
    inner = without(value[path[0]], path[1:]) if path[0] in value and path[1:] else None
    rest = {key: one for key, one in value.items() if key != path[0]}
    return {**rest, path[0]: inner} if inner not in (None, {}) else rest


@st.composite
def specs(draw: st.DrawFn, inner: st.SearchStrategy[Node] = dated_nodes) -> SpecText:
    """Return a spec with one file that holds anything, dated in any way."""
    root = mapping(draw(st.dictionaries(words, inner, min_size=1, max_size=4)))
    klaviyo = f"revisions:\n{REVISIONS}"
    return SpecText.of({"spec/klaviyo.yaml": klaviyo, FILE: draw(written(root))})


paths = st.lists(words, max_size=2).map(tuple)
values = plain_nodes.map(plain)


def reread(spec: SpecText) -> SpecText:
    """Return the spec as it would be read from its files."""
    return SpecText.of({"spec/klaviyo.yaml": spec.text("spec/klaviyo.yaml"), FILE: spec.text(FILE)})


def edited(
    spec: SpecText, path: tuple[str, ...], key: str, value: Plain, date: str, until: str = FOREVER
) -> None:
    """Add, change or end an entry, whichever is possible."""
    there = at_path(seen(spec, date), (*path, key))
    try:
        if value is None:
            spec.end(FILE, path, key, date, until)
        elif there is None:
            spec.add(FILE, path, key, value, date, until)
        else:
            spec.change(FILE, path, key, value, date, until)
    except EditError as error:
        assume("has no entries" not in str(error))
        raise


@given(specs(), paths, words, st.none() | values, dates)
def test_an_edit_holds_from_its_date(
    spec: SpecText, path: tuple[str, ...], key: str, value: Plain, date: str
) -> None:
    """Before it nothing changes, at it the entry is as wanted, and what later dates say stays."""
    before = {revision: seen(spec, revision) for revision in DATES}
    edited(spec, path, key, value, date)
    for revision, old in before.items():
        new = seen(spec, revision)
        if revision < date:
            assert new == old
        elif revision == date:
            assert at_path(new, (*path, key)) == value
        assert without(new, (*path, key)) == without(old, (*path, key))
    now = at_path(before[date], (*path, key))
    later = [(date_, at_path(old, (*path, key))) for date_, old in before.items() if date_ > date]
    said = list(dropwhile(lambda pair: pair[1] == now, later))
    if all(isinstance(one, str | None) for one in (value, now, *(other for _, other in later))):
        for revision, other in said:
            assert at_path(seen(spec, revision), (*path, key)) == other


@given(specs(), paths, words, st.none() | values, dates)
def test_an_edit_twice_is_the_edit_once(
    spec: SpecText, path: tuple[str, ...], key: str, value: Plain, date: str
) -> None:
    """At once, and after the files were written and read."""
    edited(spec, path, key, value, date)
    once = spec.text(FILE)
    edited(spec, path, key, value, date)
    assert spec.text(FILE) == once
    again = reread(spec)
    edited(again, path, key, value, date)
    assert again.changed() == {}


spans = st.lists(dates, min_size=2, max_size=2, unique=True).map(sorted)


@given(specs(), paths, words, st.none() | values, spans)
def test_an_edit_may_end(
    spec: SpecText, path: tuple[str, ...], key: str, value: Plain, span: list[str]
) -> None:
    """From its end on, and before it begins, everything is as it was."""
    since, until = span
    before = {revision: seen(spec, revision) for revision in DATES}
    edited(spec, path, key, value, since, until)
    assert at_path(seen(spec, since), (*path, key)) == value
    for revision, old in before.items():
        if not since <= revision < until:
            assert full(seen(spec, revision)) == full(old)
    again = reread(spec)
    edited(again, path, key, value, since, until)
    assert again.changed() == {}


def full(value: Plain) -> Plain:
    """Return the value without mappings that have no entries."""
    if not isinstance(value, dict):
        return value
    inner = {key: full(one) for key, one in value.items()}
    return {key: one for key, one in inner.items() if one != {}}


@given(specs(), st.data(), spans)
def test_a_name_may_come_back(spec: SpecText, data: st.DataObject, span: list[str]) -> None:
    since, until = span
    before = {revision: seen(spec, revision) for revision in DATES}
    *path, key = data.draw(st.sampled_from(paths_in(before[since]) or [("",)]))
    assume(key)
    place = tuple(path)
    spec.rename(FILE, place, key, "new", since, until)
    assert at_path(seen(spec, since), (*place, "new")) == at_path(before[since], (*place, key))
    assert at_path(seen(spec, since), (*place, key)) is None
    for revision, old in before.items():
        if not since <= revision < until:
            assert seen(spec, revision) == old


@given(specs(dated_lists(words.map(scalar))), st.data(), spans, st.booleans())
def test_an_item_may_come_for_a_while(
    spec: SpecText, data: st.DataObject, span: list[str], ends: bool
) -> None:
    """Other revisions have the items that they had; one that comes back may stand elsewhere then."""
    since, until = span
    before = {revision: seen(spec, revision) for revision in DATES}
    [key] = data.draw(st.sampled_from([path for path in paths_in(before[since]) if len(path) == 1]))
    lists = [at_path(old, (key,)) for old in before.values()]
    ever = [item for items in lists if isinstance(items, list) for item in items]
    value = data.draw(st.sampled_from(ever) if ever else words)
    edit = spec.end_item if ends else spec.add_item
    edit(FILE, (key,), value, since, until)
    now = at_path(seen(spec, since), (key,))
    assert isinstance(now, list)
    assert (value in now) is not ends
    for revision, old in before.items():
        if not since <= revision < until:
            assert as_sets(seen(spec, revision)) == as_sets(old)


def as_sets(value: Plain) -> dict[str, object]:
    """Return the lists of a mapping as sets of their items."""
    assert isinstance(value, dict)
    return {key: {*map(str, one)} if isinstance(one, list) else one for key, one in value.items()}


def paths_in(value: Plain) -> list[tuple[str, ...]]:
    """Return the paths of all entries of a mapping."""
    inner = value.items() if isinstance(value, dict) else ()
    return [path for key, one in inner for path in ((key,), *((key, *rest) for rest in paths_in(one)))]


@given(specs(), st.data(), dates)
def test_what_is_renamed_has_another_name(spec: SpecText, data: st.DataObject, date: str) -> None:
    """From its date on, with all that it will be; a second time it changes nothing."""
    before = {revision: seen(spec, revision) for revision in DATES}
    *path, key = data.draw(st.sampled_from(paths_in(before[date]) or [("",)]))
    assume(key)
    place = tuple(path)
    spec.rename(FILE, place, key, "new", date)
    for revision, old in before.items():
        now = seen(spec, revision)
        if revision < date:
            assert now == old
        elif revision == date:
            assert at_path(now, (*place, "new")) == at_path(old, (*place, key))
            assert at_path(now, (*place, key)) is None
        elif not place:
            assert at_path(now, ("new",)) == at_path(old, (key,))
    again = reread(spec)
    again.rename(FILE, place, key, "new", date)
    assert again.changed() == {}


@given(specs(dated_lists(words.map(scalar) | dated_nodes)), st.data(), dates, st.booleans())
def test_an_item_comes_and_goes(spec: SpecText, data: st.DataObject, date: str, ends: bool) -> None:
    """From its date on; the other items stay."""
    before = {revision: seen(spec, revision) for revision in DATES}
    [key] = data.draw(st.sampled_from([path for path in paths_in(before[date]) if len(path) == 1]))
    there = at_path(before[date], (key,))
    assert isinstance(there, list)
    lists = [at_path(old, (key,)) for old in before.values()]
    ever = [item for items in lists if isinstance(items, list) for item in items]
    value = data.draw(st.sampled_from(ever) | values if ever else values)
    edit = spec.end_item if ends else spec.add_item
    edit(FILE, (key,), value, date)
    for revision, old in before.items():
        if revision < date:
            assert seen(spec, revision) == old
    now = at_path(seen(spec, date), (key,))
    assert isinstance(now, list)
    assert (value in now) is not ends
    assert [item for item in now if item != value] == [item for item in there if item != value]
    again = reread(spec)
    (again.end_item if ends else again.add_item)(FILE, (key,), value, date)
    assert again.changed() == {}


FAMILY = Value(shape="family")
FILTERS = Value(shape="operation").under("filter")
FAMILIES = sorted((SPEC / "resources").glob("*.yaml"))


def normal(node: Node | None, value: Value | None) -> Plain:
    """Return a node as plain values: types in short, filters in long, and no empty mappings."""
    if isinstance(node, Sequence):
        return [normal(item, value.items if value else None) for item in node.items]
    if isinstance(node, Scalar) and FILTERS and value == FILTERS.entries:
        return plain(Place(Life(""), value).spelled_out(node))
    if not isinstance(node, Mapping):
        return plain(node)
    inner = {
        entry.key.text: normal(entry.value, value.under(entry.key.text) if value else None) for entry in node
    }
    kept = {key: one for key, one in inner.items() if one != {}}
    return kept["type"] if kept.keys() == {"type"} else kept


def comments(text: str) -> list[str]:
    """Return the comments of a text, sorted."""
    return sorted(line.strip() for line in text.splitlines() if line.lstrip().startswith("#"))


@given(st.sampled_from(FAMILIES), st.data(), spans)
def test_what_ends_and_comes_back(path: Path, data: st.DataObject, between: list[str]) -> None:
    """Any entry of the real spec may: lint has nothing to say, no comment is lost, no line is too long."""
    file, (gone, back) = f"spec/resources/{path.name}", between
    klaviyo = (SPEC / "klaviyo.yaml").read_text(encoding="utf-8")
    spec = SpecText.of({"spec/klaviyo.yaml": klaviyo, file: path.read_text(encoding="utf-8")})

    def of(revision: str) -> Node | None:
        [root] = [one.root for one in spec.tree().files if one.path == file]
        return node_at(root, revision)

    before = {revision: of(revision) for revision in DATES}
    *keys, key = data.draw(st.sampled_from(paths_in(plain(before[gone]))))
    place = tuple(keys)
    old = at_path(plain(before[gone]), (*place, key))
    assume(at_path(plain(before[back]), (*place, key)) == old)
    spec.end(file, place, key, gone)
    assert at_path(plain(of(gone)), (*place, key)) is None
    spec.add(file, place, key, old, back)
    for revision, was in before.items():
        same = revision >= back and at_path(plain(was), (*place, key)) == old
        if revision < gone or same:
            assert normal(of(revision), FAMILY) == normal(was, FAMILY)
    new = spec.text(file)
    assert comments(new) == comments(path.read_text(encoding="utf-8"))
    assert max(map(len, new.splitlines())) <= 120
    if gone != DATES[0]:
        problems = Problems()
        lint(spec.tree(), problems)
        assert not problems.found  # a required key that goes from the first revision on is another matter


def small(tmp_path: Path, files: dict[str, str] | None = None) -> SpecText:
    """Return the minimal spec."""
    return SpecText.read(write_spec(tmp_path, files))


def diff(spec: SpecText, file: str = PROFILES) -> list[str]:
    """Return the lines that an edit removed and added."""
    old, new = MINIMAL[file.removeprefix("spec/")].splitlines(), spec.text(file).splitlines()
    return [f"-{line}" for line in old if line not in new] + [f"+{line}" for line in new if line not in old]


PROFILE = ("resources", "profile", "attributes")
LIST = ("operations", "list")


@pytest.mark.parametrize(
    ("edit", "arguments", "lines"),
    [
        ("add", (PROFILE, "age?", "integer", NEW), ["+      age?: {type: integer, since: 2026-01-15}"]),
        ("add", (PROFILE, "age?", "integer", OLD), ["+      age?: integer"]),
        (
            "add",
            (PROFILE, "_kx?", "string", OLD),
            ["-      _kx?: {type: string, since: 2026-01-15}", "+      _kx?: string"],
        ),
        (
            "end",
            (PROFILE, "created", NEW),
            ["-      created: date-time", "+      created: {type: date-time, until: 2026-01-15}"],
        ),
        ("end", (PROFILE, "created", OLD), ["-      created: date-time"]),
        (
            "change",
            (PROFILE, "created", "date", NEW),
            [
                "-      created: date-time",
                "+      created: {by-revision: {2024-10-15: date-time, 2026-01-15: date}}",
            ],
        ),
        (
            "change",
            (PROFILE, "created", {"type": "date-time", "nullable": True}, NEW),
            [
                "-      created: date-time",
                "+      created: {type: date-time, nullable: {by-revision: {2026-01-15: true}}}",
            ],
        ),
        (
            "change",
            (
                PROFILE,
                "email?",
                {"oneOf": ["date", "any"], "write": ["create", "update"], "summary": "The address."},
                NEW,
            ),
            [
                "-      email?: {type: string, write: [create, update], summary: The address.}",
                "+      email?:",
                "+        by-revision:",
                "+          2024-10-15: {type: string, write: [create, update], summary: The address.}",
                "+          2026-01-15: {oneOf: [date, any], write: [create, update], summary: The address.}",
            ],
        ),
        (
            "rename",
            (PROFILE, "created", "created?", NEW),
            [
                "-      created: date-time",
                "+      created: {type: date-time, until: 2026-01-15}",
                "+      created?: {type: date-time, since: 2026-01-15}",
            ],
        ),
        (
            "rename",
            (PROFILE, "created", "created?", OLD),
            ["-      created: date-time", "+      created?: date-time"],
        ),
        (
            "end",
            (("operations", "update"), "limit", NEW),
            ["+    limit: {by-revision: {2024-10-15: L}, until: 2026-01-15}"],
        ),
        (
            "end",
            (("operations",), "update", NEW),
            ["+    until: 2026-01-15"],
        ),
        (
            "add",
            (("forms", "ImportedProfile", "attributes"), "_kx?", None, NEW),
            ["+      _kx?: {since: 2026-01-15}"],
        ),
        (
            "change",
            ((*LIST, "filter"), "email", "string any", NEW),
            [
                "-    filter: {email: string any equals, created: date-time greater-than less-than}",
                "+    filter:",
                "+      email: {by-revision: {2024-10-15: string any equals, 2026-01-15: string any}}",
                "+      created: date-time greater-than less-than",
            ],
        ),
        (
            "add_item",
            ((*LIST, "sort"), "data", NEW),
            ["-    sort: [created, email]", "+    sort: [created, {value: data, since: 2026-01-15}, email]"],
        ),
        (
            "end_item",
            ((*LIST, "sort"), "email", NEW),
            ["-    sort: [created, email]", "+    sort: [created, {value: email, until: 2026-01-15}]"],
        ),
        (
            "add_item",
            ((*LIST, "include"), "lists", OLD),
            ["-    include: [{value: lists, since: 2026-01-15}]"],
        ),
        (
            "add_item",
            ((*LIST, "notes"), "Slow.", NEW),
            ["+    notes: {by-revision: {2026-01-15: [Slow.]}}"],
        ),
        (
            "add",
            ((*LIST, "parameters"), "page?", "string", NEW),
            ["+    parameters:", "+      page?: {type: string, since: 2026-01-15}"],
        ),
    ],
)
def test_what_an_edit_looks_like(
    edit: str, arguments: tuple[Plain, ...], lines: list[str], tmp_path: Path
) -> None:
    """The shortest notation that says it, in the style of the spec; lint and editors are content."""
    spec = small(tmp_path)
    getattr(spec, edit)(PROFILES, *arguments)
    assert diff(spec) == lines
    problems = Problems()
    lint(spec.tree(), problems)
    assert not problems.found
    [root] = [one.root for one in spec.tree().files if one.path == PROFILES]
    assert validator().is_valid(as_json(root))


def test_an_item_that_ends_and_comes_back_stands_twice(tmp_path: Path) -> None:
    spec = small(tmp_path)
    spec.add_item(PROFILES, (*LIST, "include"), "lists", OLD, "2025-04-15")
    assert diff(spec) == [
        "-    include: [{value: lists, since: 2026-01-15}]",
        "+    include: [{value: lists, until: 2025-04-15}, {value: lists, since: 2026-01-15}]",
    ]
    spec.add_item(PROFILES, (*LIST, "include"), "lists", "2025-04-15", NEW)
    assert "include: [lists]" in spec.text(PROFILES).partition("\n  get:\n")[0]


def test_new_things_stand_apart_where_others_do() -> None:
    """An operation in the real spec has a blank line around it, an attribute has none."""
    spec = SpecText.read(SPEC)
    file = "spec/resources/campaigns.yaml"
    operation: dict[str, Plain] = {"id": "x", "get": "/api/x", "summary": "~", "limit": "S"}
    spec.add(file, ("operations",), "peek", operation, NEW, after="get")
    spec.add(file, ("resources", "campaign", "attributes"), "budget?", "number", NEW, after="name")
    text = spec.text(file)
    lines = "    get: /api/x\n    since: 2026-01-15\n    summary: ~\n    limit: S\n"
    assert f"\n\n  peek:\n    id: x\n{lines}\n  create:\n" in text
    assert "\n      budget?: {type: number, since: 2026-01-15}\n      status: " in text


def test_files_are_written_all_or_none(tmp_path: Path) -> None:
    """Only those that changed, and nothing else is left in the directory."""
    directory = write_spec(tmp_path)
    spec = SpecText.read(directory)
    spec.add(PROFILES, PROFILE, "age?", "integer", NEW)
    spec.create("spec/types/ages.yaml", {"types": {"Age": {"enum": ["10", "20"]}}})
    names = sorted(path.name for path in directory.rglob("*"))
    spec.write(directory)
    assert (directory / "types" / "ages.yaml").read_text() == "types:\n  Age: {enum: [10, 20]}\n"
    assert (directory / "resources" / "profiles.yaml").read_text() == spec.text(PROFILES)
    assert sorted(path.name for path in directory.rglob("*")) == sorted([*names, "types", "ages.yaml"])
    assert SpecText.read(directory).tree() == spec.tree()


@pytest.mark.parametrize(
    ("edit", "arguments", "what"),
    [
        ("add", (PROFILE, "created", "date", NEW), "is there already"),
        ("change", (PROFILE, "nothing", "date", NEW), "is not there"),
        ("rename", (PROFILE, "nothing", "date", NEW), "it is not there"),
        ("rename", (PROFILE, "created", "email?", NEW), "that is there already"),
        ("add", (("title", "x"), "y", "z", NEW), "has no entries"),
        ("add", (PROFILE, "x", {"since": NEW}, NEW), "no dates of its own"),
        ("end", (PROFILE, "created", ""), "needs a date"),
    ],
)
def test_what_cannot_be_done(edit: str, arguments: tuple[Plain, ...], what: str, tmp_path: Path) -> None:
    """An edit that makes no sense is refused, and changes nothing."""
    spec = small(tmp_path)
    with pytest.raises(EditError, match=what):
        getattr(spec, edit)(PROFILES, *arguments)
    assert spec.changed() == {}


def test_a_file_must_be_there(tmp_path: Path) -> None:
    """One that is there cannot be created as another, one that is not cannot be edited."""
    spec = small(tmp_path)
    with pytest.raises(EditError, match="create it first"):
        spec.end("spec/types/x.yaml", (), "types", NEW)
    with pytest.raises(EditError, match="is there already"):
        spec.create(PROFILES, {})
    with pytest.raises(SpecError):
        SpecText.of({PROFILES: "a: {"})
