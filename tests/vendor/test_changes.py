"""What differences mean for users of the API, and how a page tells it."""

from __future__ import annotations

import pytest

from codegen.openapi_schemas import Json, Schema
from codegen.vendor.changes import changes
from codegen.vendor.compare import Difference, differences
from codegen.vendor.coverage import coverage
from codegen.vendor.deviations import Deviation, admitted
from codegen.vendor.normalise import mapping
from codegen.vendor.report import Report
from codegen.vendor.shapes import ABSENT
from tests.vendor.small import changed, document

ATTRIBUTES = "/components/schemas/Profile/properties/attributes"
CITY = "/components/schemas/Location/properties/city"
LOCATION = "/components/schemas/Location"
GET = "/paths/~1api~1profiles/get"
POST = "/paths/~1api~1profiles/post"
ENVELOPE = f"{GET}/responses/200/content/application~1vnd.api+json/schema"
TEXT: Schema = {"type": "string"}

Told = list[tuple[str, str, str]]

STEPS: tuple[tuple[str, Json, Json, Told], ...] = (
    (f"{GET}/operationId", "a", "b", [("noise", "operation ids", "renamed")]),
    (f"{GET}/x-klaviyo-scopes", ["a"], ["a", "b"], [("breaking", "scopes", "also needs b")]),
    (f"{GET}/x-klaviyo-scopes", ["a", "b"], ["a"], [("addition", "scopes", "no longer needs b")]),
    (
        f"{GET}/x-klaviyo-ratelimit",
        {"burst": "10/s", "daily": "5/d"},
        {"burst": "9/s"},
        [
            ("breaking", "rate limit", "burst 9, was 10"),
            ("addition", "rate limit", "daily none, was 5"),
        ],
    ),
    (f"{GET}/x-klaviyo-ratelimit/burst", "9/s", "10/s", [("addition", "rate limit", "burst 10, was 9")]),
    (f"{GET}/security", [{}], [], [("breaking", "security", "none, before a key")]),
    (
        f"{GET}/parameters/0/schema",
        {"type": "integer", "default": 20, "maximum": 100},
        {"type": "integer", "default": 50, "maximum": 50},
        [("breaking", "page[size]", "default 50, was 20"), ("breaking", "page[size]", "maximum 50, was 100")],
    ),
    (f"{GET}/parameters/0/required", False, True, [("breaking", "page[size]", "required, was optional")]),
    (f"{GET}/parameters/0/required", True, False, [("addition", "page[size]", "optional, was required")]),
    (
        f"{GET}/parameters/1/schema/enum",
        ["a", "b"],
        ["b", "c"],
        [("breaking", "sort", "no longer a"), ("addition", "sort", "also c")],
    ),
    (
        f"{GET}/parameters/1/name",
        "sort",
        "order",
        [("addition", "order", "new"), ("breaking", "sort", "gone")],
    ),
    (
        f"{GET}/parameters/1/name",
        "fields[a]",
        "fields[b]",
        [("breaking", "fields[a]", "gone"), ("noise", "fields[…]", "offered")],
    ),
    (f"{POST}/responses", {"201": {}}, {"202": {}}, [("breaking", "statuses", "202, before 201")]),
    (
        f"{POST}/responses",
        {"201": {}},
        {"201": {}, "202": {}},
        [("addition", "statuses", "also answers 202")],
    ),
    (
        f"{CITY}",
        TEXT,
        {"type": "integer"},
        [("breaking", "Location.city", "string became integer")] * 3,
    ),
    (
        CITY,
        TEXT,
        {**TEXT, "nullable": True},
        [
            ("breaking", "Location.city", "may be null"),
            ("breaking", "Location.city", "may be null"),
            ("addition", "Location.city", "may be null"),
        ],
    ),
    (
        CITY,
        {**TEXT, "nullable": True},
        {},
        [
            ("noise", "any value", "includes null"),
            ("breaking", "Location.city", "string became any value"),
        ]
        * 2
        + [
            ("noise", "any value", "includes null"),
            ("addition", "Location.city", "string became any value"),
        ],
    ),
    (
        CITY,
        {},
        {**TEXT, "nullable": True},
        [
            ("noise", "any value", "includes null"),
            ("breaking", "Location.city", "any value became string"),
        ]
        * 3,
    ),
    (
        f"{LOCATION}/required",
        [],
        ["city"],
        [
            ("noise", "members of answers", "always there"),
            ("noise", "members of answers", "always there"),
            ("breaking", "Location.city", "required"),
        ],
    ),
    (f"{LOCATION}/properties/country", None, TEXT, [("addition", "Location.country", "new, string")] * 3),
    (CITY, TEXT, None, [("breaking", "Location.city", "gone")] * 3),
    (
        f"{ATTRIBUTES}/properties/phone",
        None,
        TEXT,
        [("addition", "profile.phone", "new, string")] * 3,
    ),
    (
        f"{ATTRIBUTES}/properties/status/enum",
        ["a", "b"],
        ["b", "c"],
        [("breaking", "profile.status", "no longer a"), ("addition", "profile.status", "also c")] * 3,
    ),
    (
        f"{ATTRIBUTES}/properties/email",
        {"anyOf": [TEXT, {"type": "integer"}]},
        {"anyOf": [TEXT, {"type": "boolean"}, {"type": "number"}]},
        [
            ("breaking", "profile.email", "one alternative fewer, integer"),
            ("addition", "profile.email", "one more alternative, boolean"),
            ("addition", "profile.email", "one more alternative, number"),
        ]
        * 3,
    ),
    (f"{ENVELOPE}/properties/links", None, TEXT, [("noise", "links", "gained")]),
    (f"{ENVELOPE}/properties/links", TEXT, None, [("breaking", "links", "gone")]),
)


@pytest.mark.parametrize(("pointer", "was", "becomes", "told"), STEPS, ids=str)
def test_what_a_change_means(pointer: str, was: Json, becomes: Json, told: Told) -> None:
    before = document() if was is None else changed(pointer, was)
    after = (
        changed(pointer, becomes) if was is None or becomes is not None else changed(pointer, None, before)
    )
    found = [change for difference in differences(before, after) for change in changes(difference)]

    assert [(change.verdict, change.subject, change.what) for change in found] == told


@pytest.mark.parametrize(
    ("place", "subject", "verdict"),
    [
        ("answer.links.next", "links.next", "noise"),
        ("answer.included", "included", "noise"),
        ("answer.data.links", "links", "noise"),
        ("answer.data[].relationships", "relationships", "noise"),
        ("answer.data[].relationships.lists", "x.relationships.lists", "addition"),
        ("answer.data[].relationships.lists.data", "relationships.*.data", "noise"),
        ("answer.included[].(list).relationships.tags.links", "relationships.*.links", "noise"),
        ("answer.included[].(list).attributes.name", "list.name", "addition"),
        ("answer.data.attributes.definition.links", "x.definition.links", "addition"),
    ],
)
def test_rules_are_told_apart_from_substance(place: str, subject: str, verdict: str) -> None:
    difference = Difference("get_x", "GET /api/x", place, ABSENT, "string", "missing member", resource="x")

    assert [(change.subject, change.verdict) for change in changes(difference)] == [(subject, verdict)]


def _report(before: Schema, after: Schema, *deviations: Deviation) -> Report:
    others, covered = admitted(differences(before, after), deviations)
    return Report("the spec", "2026-01-15", tuple(others), covered, coverage(after, others))


def test_a_page_tells_the_worst_first_and_alike_things_once() -> None:
    before = changed(f"{ENVELOPE}/properties/links", None, changed(f"{ENVELOPE}/properties/links", TEXT))
    after = changed(f"{ENVELOPE}/properties/links", TEXT)
    for name in ("one", "two", "three"):
        after = changed(f"{LOCATION}/properties/{name}", TEXT, after)
        after = changed(f"/components/schemas/Other{name}", {"properties": {"street": TEXT}}, after)
    after = changed(f"{ATTRIBUTES}/properties/status/enum", ["a"], after)
    after = changed("/paths/~1api~1profiles~1{id}", {"get": _operation(after)}, after)

    assert _report(before, after).page().splitlines() == [
        "2026-01-15 against the spec",
        "2026-01-15: operations 2/3, fields 25/52, deviations 0 (0 facts)",
        "",
        "Breaks what worked",
        "  profile: status no longer b · create_profile, get_profiles",
        "",
        "Adds",
        "  new operations: get_profile",
        "  Location: one, three, two new (string) · create_profile, get_profiles",
        "",
        "Follows from rules, or only promises more",
        "  links gained in 1 operation",
    ]


def _operation(document_: Schema) -> Schema:
    paths = mapping(document_["paths"])
    return {**mapping(mapping(paths["/api/profiles"])["get"]), "operationId": "get_profile"}
