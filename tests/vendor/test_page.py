"""The page of what changed: it is short, its lines fit, and nothing that breaks is missing from it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.openapi_schemas import Schema
from codegen.vendor.changes import Change, changes
from codegen.vendor.compare import Difference, differences
from codegen.vendor.coverage import coverage
from codegen.vendor.deviations import admitted, load_deviations
from codegen.vendor.page import WIDTH, page
from codegen.vendor.report import Report
from codegen.vendor.shapes import ABSENT, Kind
from tests.strategies.revisions import SPEC
from tests.vendor.documents import REVISIONS, our_document, vendor_document

PAGE = 66
STEPS = tuple(pairwise(REVISIONS))
FAR_APART = (REVISIONS[0], REVISIONS[-1])
Differences = list[Difference]

FLOW_EMAIL: Schema = {"$ref": "#/components/schemas/FlowEmail"}
OPERATIONS = ("get_a", "get_b", "get_c", "create_a", "create_b", "create_c")
SCHEMAS: tuple[tuple[Kind, str, str], ...] = (
    ("extra member", "string", ABSENT),
    ("missing member", ABSENT, "array of object of one, two | null"),
    ("necessity", "required", "optional"),
    ("necessity", "optional", "required"),
    ("nullness", "never null", "may be null"),
    ("nullness", "may be null", "never null"),
    ("type", "string", "object of one, two"),
    ("type", "string", "any value"),
    ("union member extra", "object of one", ABSENT),
    ("union member missing", ABSENT, "integer"),
    ("enum", "also old", "also new"),
)
LONG = st.builds(str.__mul__, st.text("abcd_-", min_size=1, max_size=5), st.integers(1, WIDTH))
SHORT = st.sampled_from(("email", "conditions[]", "definition.(section)", "new_name", "goner"))


@st.composite
def _of_schemas(draw: st.DrawFn, names: st.SearchStrategy[str]) -> Difference:
    """Draw what differs in the schema of a body or an answer."""
    kind, ours, vendors = draw(st.sampled_from(SCHEMAS))
    below = ".".join(draw(st.lists(names, min_size=1, max_size=3)))
    component = draw(st.sampled_from(("", "Location", "FlowEmail", "FlowSms")))
    operation = draw(st.sampled_from(OPERATIONS))
    return Difference(
        operation=operation,
        route=f"GET /api/{operation}",
        place=f"{draw(st.sampled_from(('answer', 'body')))}.data.attributes.{below}",
        ours=ours,
        vendors=vendors,
        kind=kind,
        component=component,
        below=below if component else f"data.attributes.{below}",
        resource=draw(st.sampled_from(("profile", "list"))),
        values=(("old",), ("new",)) if kind == "enum" else ((), ()),
        required=draw(st.booleans()),
    )


@st.composite
def _of_operations(draw: st.DrawFn, names: st.SearchStrategy[str]) -> Difference:
    """Draw an operation that is on one side only, or what differs of one beside its bodies."""
    operation = draw(st.sampled_from(OPERATIONS))
    kind: Kind = draw(st.sampled_from(("missing operation", "extra operation", "fact", "parameter")))
    place = {"fact": "limit", "parameter": f"query.{draw(names)}"}.get(kind, "operation")
    values = ("burst 9", "steady 8"), ("burst 7", "daily 6")
    return Difference(operation, f"GET /api/{operation}", place, "ours", "vendors", kind, values=values)


def _drawn(names: st.SearchStrategy[str]) -> st.SearchStrategy[Differences]:
    return st.lists(_of_schemas(names) | _of_operations(names), max_size=12)


@cache
def _report(base: str, upstream: str) -> Report:
    vendors = vendor_document(upstream)
    others, covered = admitted(differences(our_document(base), vendors), load_deviations(SPEC))
    return Report(base, upstream, tuple(others), covered, coverage(vendors, others))


def _entries(lines: Iterable[str], title: str) -> list[str]:
    """Return the entries of a section, each on one line."""
    _, _, after = "\n".join(lines).partition(f"\n{title}\n")
    section = after.partition("\n\n")[0]
    return re.sub(r"\n {6}", " ", section).splitlines()


def _unsaid(found: Iterable[Difference], lines: list[str]) -> list[Change]:
    """Return what breaks and is in no entry that says of what, and in the same words what happened."""
    entries = [_tokens(entry) for entry in _entries(lines, "Breaks what worked")]
    return [
        change
        for difference in found
        for change in changes(difference)
        if change.verdict == "breaking" and not any(_needed(difference, change) <= entry for entry in entries)
    ]


def _needed(difference: Difference, change: Change) -> set[str]:
    match difference.kind:
        case "extra operation":
            return {difference.operation, "gone"}
        case "missing member":
            return _tokens(change.subject) | {"new", "required"}
        case "union member extra":
            return _tokens(change.subject) | _tokens("may no longer be")
        case "type":
            return _tokens(change.subject) | _tokens(change.what) | {"was"}
        case _:
            return _tokens(change.subject) | _tokens(change.what)


def _tokens(text: str) -> set[str]:
    """Return the words of a text, as the page may say "absent or null" of what may be both."""
    return {*re.findall(r"[^\s.,;:|()]+", text)}


@pytest.mark.parametrize(("base", "upstream"), STEPS)
def test_what_a_revision_changed_fits_on_a_page(base: str, upstream: str) -> None:
    assert len(_report(base, upstream).page().splitlines()) <= PAGE


@pytest.mark.parametrize(("base", "upstream"), [*STEPS, FAR_APART])
def test_the_page_of_a_revision_says_all_that_breaks_in_lines_that_fit(base: str, upstream: str) -> None:
    report = _report(base, upstream)
    lines = report.page().splitlines()

    assert not [line for line in lines if len(line) > WIDTH]
    assert not _unsaid(report.differences, lines)


@given(_drawn(LONG))
def test_lines_fit(found: Differences) -> None:
    assert not [line for line in page(found) if len(line) > WIDTH]


@given(_drawn(SHORT))
def test_all_that_breaks_is_said(found: Differences) -> None:
    assert not _unsaid(found, page(found))


def _member(
    component: str, member: str, told: tuple[Kind, str, str], operations: Iterable[str]
) -> Differences:
    kind, ours, vendors = told
    place = f"answer.data.attributes.{component}.{member}"
    return [
        Difference(id_, f"GET /api/{id_}", place, ours, vendors, kind, component, member)
        for id_ in operations
    ]


@given(
    st.lists(st.sampled_from(("Location", "FlowEmail", "FlowSms")), min_size=2, unique=True),
    st.sampled_from([told for told in SCHEMAS if told[0] != "enum"]),
    st.sets(st.sampled_from(OPERATIONS), min_size=1),
)
def test_what_objects_share_is_said_once(
    objects: list[str], told: tuple[Kind, str, str], operations: set[str]
) -> None:
    """Unless it is told of members of answers as such, which is once already."""
    lines = page([found for name in objects for found in _member(name, "city", told, operations)])

    assert len(lines) == len(["", "title", "entry"])
    assert "members of answers" in lines[-1] or {*objects, "city"} <= _tokens(lines[-1])


@pytest.mark.parametrize(
    ("one", "other", "entries"),
    [
        (
            _member("Location", "city", SCHEMAS[0], "abc"),
            _member("FlowEmail", "label", SCHEMAS[0], "abc"),
            ["FlowEmail: label gone · 3 operations", "Location: city gone · 3 operations"],
        ),
        (
            _member("Location", "city", SCHEMAS[0], "abc"),
            _member("FlowEmail", "city", SCHEMAS[2], "abc"),
            ["FlowEmail: city may be absent · 3 operations", "Location: city gone · 3 operations"],
        ),
        (
            _member("Location", "city", SCHEMAS[0], "abc"),
            _member("Location", "label", SCHEMAS[0], "xyz"),
            ["Location: city gone · 3 operations; label gone · 3 operations"],
        ),
        (
            [*_member("Location", "city", SCHEMAS[0], "ab"), *_member("FlowEmail", "city", SCHEMAS[0], "bc")],
            [*_member("Location", "label", SCHEMAS[0], "wx"), *_member("FlowSms", "label", SCHEMAS[0], "xy")],
            [
                "gone: city of FlowEmail, Location · 3 operations",
                "gone: label of FlowSms, Location · 3 operations",
            ],
        ),
    ],
)
def test_what_is_not_alike_stays_apart(one: Differences, other: Differences, entries: list[str]) -> None:
    assert _entries(page([*one, *other]), "Breaks what worked") == [f"  {entry}" for entry in entries]


@pytest.mark.parametrize(
    ("below", "kind", "schema", "entry"),
    [
        ("on.(open)", "union member missing", FLOW_EMAIL, "x: on may also be (open) · get_x"),
        ("on", "union member missing", FLOW_EMAIL, "x: on may also be the new FlowEmail · get_x"),
        ("on", "union member missing", {}, "x: on may also be object of a · get_x"),
        ("on.(open)", "union member extra", FLOW_EMAIL, "x: on may no longer be FlowEmail (open) · get_x"),
        ("on.(open)", "union member extra", {}, "x: on may no longer be object of a (open) · get_x"),
        ("on", "union member extra", FLOW_EMAIL, "x: on may no longer be the old FlowEmail · get_x"),
        ("on", "union member extra", {}, "x: on may no longer be object of a · get_x"),
    ],
)
def test_an_alternative_goes_by_its_constant_and_its_name(
    below: str, kind: Kind, schema: Schema, entry: str
) -> None:
    """The name alone may stand for something else before and after."""
    sides = "object of a", "object of a"
    found = Difference(
        "get_x", "GET /api/x", f"answer.data.{below}", *sides, kind, resource="x", schemas=(schema, schema)
    )

    assert page([found])[-1] == f"  {entry}"


def test_alike_alternatives_of_other_objects_are_counted_each() -> None:
    """Six objects gain one alternative, six others another one."""
    found = [
        difference
        for number in range(6)
        for constant, name in (("a", f"Flow{number}"), ("b", f"Form{number}"))
        for difference in _member(name, f"on.({constant})", SCHEMAS[-2], ["get_x"])
    ]

    assert page(found)[-1] == "  may also be (a) or (b): on of 6 objects each · get_x"
