"""The changelog tells every difference between two revisions, and nothing where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, TypeGuard

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen import ir, load_api, names
from codegen.changelog import changelog, changes
from codegen.changelog_facts import differences, facts
from codegen.changelog_verdicts import Section, alternatives
from codegen.spec import load_spec
from tests.codegen.apis import changed, minimal, operation
from tests.codegen.specs import KLAVIYO, NEW, OLD, SPEC, write_spec

DATES = {"revision", "deprecated", "retired"}
OPTIONAL = {"body", "filtering", "limit", "meta", "paging"}
BASE = minimal(NEW)
OPERATION = operation(BASE, "get")


def is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    return isinstance(value, tuple)


def is_set(value: object) -> TypeGuard[frozenset[Any]]:
    return isinstance(value, frozenset)


def edits(value: Any) -> Iterator[Any]:
    """Values with one edit somewhere: a text or number is another, an item is gone, what may be is not."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, str):
        yield f"{value}_x"
    elif isinstance(value, int):
        yield value + 1
    elif is_set(value):
        yield value | {"x"}
    elif isinstance(value, ir.Text | ir.Instant | ir.JsonObject):
        yield from (ir.Whole(), ir.ListOf(value), ir.Nullable(value), ir.OneOf((value, ir.Real())))
    elif is_tuple(value):
        for at, item in enumerate(value):
            yield (*value[:at], *value[at + 1 :])
            yield from ((*value[:at], edited, *value[at + 1 :]) for edited in edits(item))
    elif value is not None:
        for name, inner in attrs.asdict(value, recurse=False).items():
            if name not in DATES:
                new = [*edits(inner), *([None] if name in OPTIONAL else [])]
                yield from (attrs.evolve(value, **{name: one}) for one in new)


EDITED: list[ir.Api] = list(edits(BASE))
SPECIFIED = load_spec(SPEC)
WHOLE = SPECIFIED.at(NEW)
REAL = attrs.evolve(
    WHOLE,
    families=tuple(family for family in WHOLE.families if family.name in {"campaigns", "flows", "images"}),
    resources=WHOLE.resources[::9],
    forms=WHOLE.forms[::9],
    values=WHOLE.values[::19],
)
SOME: list[ir.Api] = list(islice(edits(REAL), 0, None, 97))


@given(st.sampled_from(EDITED))
def test_every_edit_of_a_revision_is_told(edited: ir.Api) -> None:
    assert changes(edited, edited) == []
    for old, new in ((BASE, edited), (edited, BASE)):
        lines = changes(old, new)
        assert bool(lines) is (old != new)
        assert sum(line.count for line in lines) == len(differences(facts(old), facts(new)))


def test_edits_of_the_real_spec_are_told() -> None:
    assert len(SOME) > 30
    for edited in SOME:
        assert bool(changes(REAL, edited)) is (edited != REAL)


def backwards(value: Any) -> Any:
    """The same with all that has no order turned round, the members of unions left alone."""
    if is_tuple(value):
        return tuple([backwards(item) for item in reversed(value)])
    if value is None or is_set(value) or isinstance(value, str | int | ir.OneOf | ir.Choice):
        return value
    fields = attrs.asdict(value, recurse=False)
    return attrs.evolve(value, **{name: backwards(inner) for name, inner in fields.items()})


def test_order_is_no_difference() -> None:
    assert backwards(BASE) != BASE
    assert changes(BASE, backwards(BASE)) == []


def test_an_operation_more_that_shows_a_member_breaks_nothing(tmp_path: Path) -> None:
    """One fewer does, and so does the first, as all operations showed the member before."""
    few = changed(tmp_path, ("on: primary", "on: [get_profiles]"))
    every = changed(tmp_path, ("on: primary, ", ""))
    sections = {
        name: {line.section for line in changes(old, new) if "showing it" in line.change}
        for name, old, new in (
            ("more", few, minimal(NEW)),
            ("fewer", minimal(NEW), few),
            ("no longer all", every, few),
            ("all", few, every),
        )
    }
    assert sections == {
        "more": {Section.NEW},
        "fewer": {Section.BREAKING},
        "no longer all": {Section.BREAKING},
        "all": {Section.NEW},
    }


WIDER = "email?: {oneOf: [string, integer], write: [create, update], summary: The address.}"
EXAMPLES: list[tuple[str, str, Section, list[str]]] = [
    (
        "email?: {type: string, write: [create, update], summary: The address.}",
        WIDER,
        Section.CHANGED,
        ["type of member `email`: `str` → `str | int`", "type of argument `email`: `str` → `str | int`"],
    ),
    (
        "      created: date-time\n",
        "      updated: date-time\n",
        Section.BREAKING,
        ["`Profile` loses member `created: datetime`"],
    ),
    (
        "_kx?: {type: string,",
        "_ky?: {type: string,",
        Section.NEW,
        ["gains member `ky: str | None` (`_ky` on the wire)"],
    ),
    (
        "city?: string",
        "city: string",
        Section.BREAKING,
        ["`Location`: member `city` is never null and is required"],
    ),
    (
        "      created: date-time\n",
        "      created?: date-time\n",
        Section.CHANGED,
        ["`Profile`: member `created` may be null and is optional"],
    ),
    ("word: string", "word?: string", Section.CHANGED, ["`Tag`: member `word` may be null and is optional"]),
    ("      email:\n", "", Section.BREAKING, ["`ImportedProfile` loses member `email"]),
    (
        "{value: closed,",
        "{value: shut,",
        Section.BREAKING,
        ['`List` loses value `"closed"` of member `state`'],
    ),
    ("{value: closed,", "{value: shut,", Section.NEW, ['`List` gains value `"shut"` of member `state`']),
    ("sort: [created, email]", "sort: [created]", Section.BREAKING, ["loses sort keys `-email`, `email`"]),
    (
        "string any equals",
        "string equals",
        Section.BREAKING,
        ["loses operator `any` of filter field `email`"],
    ),
    ("limit: S\n    body", "limit: L\n    body", Section.CHANGED, ["requests a minute: `60` → `750`"]),
    ("maximum: 100", "maximum: 50", Section.BREAKING, ["largest page size: `100` → `50`"]),
    ("maximum: 100", "maximum: 200", Section.CHANGED, ["largest page size: `100` → `200`"]),
    (
        "  delete:\n",
        "  remove:\n",
        Section.BREAKING,
        ["`profiles.delete` is gone: `DELETE /api/profiles/{id}`"],
    ),
    ("  delete:\n", "  remove:\n", Section.NEW, ["`profiles.remove` is new: `DELETE /api/profiles/{id}`"]),
    (
        "id: delete_profile",
        "id: remove_profile",
        Section.CHANGED,
        ["operation id: `delete_profile` → `remove_profile`"],
    ),
    (
        "summary: Deletes a profile.\n    scopes: [profiles:write]",
        "summary: Deletes a profile.\n    scopes: [profiles:write, lists:write]",
        Section.BREAKING,
        ["`profiles.delete` gains scope `lists:write`"],
    ),
    ("summary: A place.", "summary: A spot.", Section.CHANGED, ["`Location`: another summary"]),
]


@pytest.mark.parametrize(("old", "new", "section", "told"), EXAMPLES, ids=lambda value: str(value)[:20])
def test_an_edit_is_told_in_words_of_the_package(
    old: str, new: str, section: Section, told: list[str], tmp_path: Path
) -> None:
    lines = [str(line) for line in changes(BASE, changed(tmp_path, (old, new))) if line.section == section]
    assert [part for part in told if not any(part in line for line in lines)] == [], lines


def test_a_new_argument_that_is_required_breaks(tmp_path: Path) -> None:
    edited = changed(tmp_path, ("[create, update], example", "[create!, update], example"))
    (line,) = (line for line in changes(BASE, edited) if line.section == Section.BREAKING)
    assert str(line) == "`profiles.create`: argument `properties` is never null and is required"


def test_one_rule_is_one_line_with_a_count(tmp_path: Path) -> None:
    klaviyo = KLAVIYO.replace("2026-01-15: 75/s 750/m", "2026-01-15: 75/s 800/m")
    edited = load_api(write_spec(tmp_path, {"klaviyo.yaml": klaviyo}), NEW)
    (line,) = changes(BASE, edited)
    assert line.count == 4
    assert str(line) == (
        "4 methods: requests a minute: `750` → `800` (`profiles.create`, `profiles.get`, `profiles.list`, …)"
    )


def test_one_rule_for_resources_of_many_kinds_is_one_line() -> None:
    """Where ten methods gain the same, each for its own resource, none of the resources is named."""

    def sparse(kind: str) -> ir.Operation:
        fieldset = ir.Fieldset(kind, ("id",))
        return attrs.evolve(OPERATION, name=f"get_{kind}", id=f"get_{kind}", fieldsets=(fieldset,))

    def with_methods(operations: Iterable[ir.Operation]) -> ir.Api:
        return attrs.evolve(BASE, families=(attrs.evolve(BASE.families[0], operations=tuple(operations)),))

    kinds = [f"kind_{letter}" for letter in "abcdefghij"]
    new = [sparse(kind) for kind in kinds]
    old = [attrs.evolve(operation, fieldsets=()) for operation in new]
    (line,) = changes(with_methods(old), with_methods(new))
    assert (line.count, line.change) == (10, "argument `fields_…`")
    assert len(changes(with_methods(old[1:]), with_methods(new[1:]))) == 9


@pytest.mark.parametrize(
    ("old", "new", "lost", "gained"),
    [
        ("A", "A | B", [], ["B"]),
        ("list[A | B]", "list[A | B | C]", [], ["C"]),
        ("list[list[A]]", "list[list[B]]", ["A"], ["B"]),
        ("list[A]", "A", ["list[A]"], ["A"]),
        ("list[A] | B", "list[A] | C", ["B"], ["C"]),
        (
            'Literal["a | b"]',
            'Literal["a"] | Literal["b"]',
            ['Literal["a | b"]'],
            ['Literal["a"]', 'Literal["b"]'],
        ),
        ('Literal["a | str"]', 'Literal["x"] | str', ['Literal["a | str"]'], ['Literal["x"]', "str"]),
        (r'Literal["\" | "]', r'Literal["\"", " | "]', [r'Literal["\" | "]'], [r'Literal["\"", " | "]']),
        ('Literal["["] | A', 'Literal["["] | B', ["A"], ["B"]),
    ],
)
def test_types_are_compared_by_their_alternatives(
    old: str, new: str, lost: list[str], gained: list[str]
) -> None:
    assert alternatives(old, new) == (lost, gained)


def test_what_breaks_comes_first() -> None:
    page = changelog(minimal(OLD), BASE)
    titles = re.findall("^## (.*)$", page, re.MULTILINE)
    assert titles == [section for section in Section if section in titles]
    sections = [line.section for line in changes(BASE, minimal(OLD))]
    assert sections == sorted(sections, key=list(Section).index)
    assert sections[0] == Section.BREAKING


def test_methods_and_classes_of_a_page_are_in_the_package() -> None:
    for old, new in pairwise(map(SPECIFIED.at, SPECIFIED.revisions[-3:])):
        found = {*names.names(old), *names.names(new)}
        known = {f"{name.scope}.{name.name}" for name in found if name.kind == "method"}
        known |= {name.name for name in found if name.kind == "class"}
        owners = {(line.owner_kind, owner) for line in changes(old, new) for owner in line.owners}
        assert {owner for kind, owner in owners if kind in {"class", "method"}} <= known


def test_a_page_begins_with_the_revisions_and_their_ends() -> None:
    page = changelog(minimal(OLD), BASE)
    assert page.startswith(
        f"# Revision {NEW} compared with {OLD}\n\nDeprecated on 2027-01-15, retired on 2028-01-15.\n"
    )
    assert "Breaking: 0, New: 0, Changed: 0." in changelog(BASE, BASE)
