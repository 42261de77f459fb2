"""Operations: what the parser derives about them, so that no spec repeats it."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import ir, load_api, load_spec
from tests.codegen.apis import answer, changed, minimal, operation, resource
from tests.codegen.specs import MINIMAL, NEW, OLD, PROFILES, write_spec


@pytest.mark.parametrize(
    ("name", "statuses", "type_", "many", "identifiers"),
    [
        ("list", (200,), "profile", True, False),
        ("get", (200,), "profile", False, False),
        ("create", (201,), "profile", False, False),
        ("update", (200,), "profile", False, False),
        ("delete", (204,), "", False, False),
        ("import_many", (202,), "", False, False),
        ("list_ids", (200,), "list", True, True),
        ("add_lists", (204,), "", False, False),
    ],
)
def test_answers(name: str, statuses: tuple[int, ...], type_: str, many: bool, identifiers: bool) -> None:
    """The route tells the kind of answer and its status."""
    found = answer(minimal(NEW), name)
    assert (found.statuses, found.type, found.many, found.identifiers) == (statuses, type_, many, identifiers)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("list", ("self", "first", "last", "prev", "next"), ("self", "first", "last", "prev", "next")),
        ("list_ids", (), ("self", "first", "last", "prev", "next")),
        ("get", (), ("self",)),
        ("delete", (), ()),
    ],
)
def test_links(name: str, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """The envelope of the revision tells the links of an answer."""
    assert (answer(minimal(OLD), name).links, answer(minimal(NEW), name).links) == (old, new)


def test_included_and_linked() -> None:
    """Reads show what they can include, writes every relationship."""
    assert (answer(minimal(OLD), "list").included, answer(minimal(OLD), "list").linked) == ((), ())
    assert (answer(minimal(NEW), "list").included, answer(minimal(NEW), "list").linked) == (
        ("list",),
        ("lists",),
    )
    assert (answer(minimal(NEW), "create").included, answer(minimal(NEW), "create").linked) == (
        (),
        ("lists",),
    )


def test_exceptions_of_answers(tmp_path: Path) -> None:
    """An operation may show more linkage than the rule, hide members, and answer null."""
    api = changed(
        tmp_path,
        (
            "    summary: Reads one profile.\n",
            "    summary: R.\n    answer: {one: profile, nullable: true}\n",
        ),
        ("    include: [lists]\n", "    linked: [lists]\n    hidden: [attributes]\n"),
    )
    found = answer(api, "get")
    assert (found.nullable, found.linked, found.included, found.hidden) == (
        True,
        ("lists",),
        (),
        ("attributes",),
    )
    assert operation(api, "get").fieldsets == ()


def test_sparse_fieldsets_name_every_path() -> None:
    """Paths go through objects and unions and end at lists and open objects."""
    [profile] = operation(minimal(OLD), "list").fieldsets
    assert profile == ir.Fieldset(
        "profile",
        (
            "created",
            "email",
            "location",
            "location.city",
            "location.latitude",
            "location.tags",
            "properties",
            "subscribed",
        ),
    )
    both = operation(minimal(NEW), "list").fieldsets
    assert [fieldset.type for fieldset in both] == ["list", "profile"]
    assert both[0].values == ("name", "state")
    assert "_kx" in both[1].values
    assert operation(minimal(NEW), "create").fieldsets == ()
    assert operation(minimal(NEW), "list_ids").fieldsets == ()


def test_sparse_fieldsets_of_later_revisions(tmp_path: Path) -> None:
    """The envelope may offer them for writes, and name the id."""
    klaviyo = MINIMAL["klaviyo.yaml"].replace(
        "sparse-fields: [get]", "sparse-fields: [get, post]\n  sparse-ids: true"
    )
    api = load_api(write_spec(tmp_path, {"klaviyo.yaml": klaviyo}), NEW)
    [profile] = operation(api, "create").fieldsets
    assert {"id", "email"} <= set(profile.values)
    assert operation(api, "update").fieldsets == ()


def test_attributes_that_only_some_answers_show() -> None:
    """An attribute of primary data names the operations; what must be asked for has a parameter."""
    shown = {found.property.key: found for found in resource(minimal(NEW), "profile").attributes}
    assert shown["subscribed"].only_in == {"get_profiles", "get_profile", "create_profile", "update_profile"}
    assert shown["email"].only_in == frozenset()
    assert operation(minimal(NEW), "create").additional_fieldsets == (
        ir.Fieldset("profile", ("subscribed",)),
    )
    assert operation(minimal(NEW), "list_ids").additional_fieldsets == ()


def test_an_attribute_of_one_operation(tmp_path: Path) -> None:
    """Named operations show it, others do not."""
    api = changed(tmp_path, ("on: primary, additional: true", "on: [get_profile]"))
    assert "subscribed" in operation(api, "get").fieldsets[1].values
    assert "subscribed" not in operation(api, "list").fieldsets[1].values
    assert operation(api, "get").additional_fieldsets == ()


def test_queries() -> None:
    """Filters have types and operators, each sort key two directions, pages a size."""
    found = operation(minimal(NEW), "list")
    assert found.filtering == ir.Filtering(
        (
            ir.FilterField("created", ir.Instant(), ("greater-than", "less-than")),
            ir.FilterField("email", ir.Text(), ("any", "equals")),
        ),
        required=False,
    )
    assert found.sort == ("created", "-created", "email", "-email")
    assert found.paging == ir.Paging(cursor=True, default=20, minimum=1, maximum=100)
    assert found.include == ("lists",)
    assert found.scopes == ("profiles:read",)


def test_scopes_that_no_operation_says(tmp_path: Path) -> None:
    """The family tells them, by what an operation does; what an operation says itself stands, even none."""
    summary = "summary: The people of an account.\n"
    said = "    summary: {}\n    scopes: [profiles:{}]\n"
    api = changed(
        tmp_path,
        (summary, f"{summary}scope: people\n"),
        (said.format("Lists the profiles.", "read"), "    summary: L.\n"),
        (said.format("Deletes a profile.", "write"), "    summary: D.\n"),
        (said.format("Creates a profile.", "write"), "    summary: C.\n    effect: read\n"),
        (said.format("Changes a profile.", "write"), "    summary: U.\n    scopes: []\n"),
    )
    found = {name: operation(api, name).scopes for name in ("list", "delete", "create", "update", "get")}
    assert found == {
        "list": ("people:read",),
        "delete": ("people:write",),
        "create": ("people:read",),
        "update": (),
        "get": ("profiles:read",),
    }


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        ("cursor", ir.Paging(cursor=True, default=None, minimum=None, maximum=None)),
        ("{fixed: 100}", ir.Paging(cursor=True, default=100, minimum=None, maximum=None)),
        (
            "{default: 10, minimum: 10, maximum: 10}",
            ir.Paging(cursor=True, default=10, minimum=10, maximum=10),
        ),
        ("{default: 5, maximum: 9, cursor: false}", ir.Paging(cursor=False, default=5, minimum=1, maximum=9)),
    ],
)
def test_paging(notation: str, expected: ir.Paging, tmp_path: Path) -> None:
    """Pages have a cursor, a size, a fixed size, or some of them."""
    api = changed(tmp_path, ("pages: {default: 20, maximum: 100}", f"pages: {notation}"))
    assert operation(api, "list").paging == expected


def test_other_filters(tmp_path: Path) -> None:
    """A field may take constants, or no value at all; a filter may be required."""
    api = changed(
        tmp_path,
        (
            "    filter: {email: string any equals, ",
            """\
    filter-required: true
    filter: {lists: has, state: {type: State, operators: [equals]}, x: {enum: [a], operators: [any]}, """,
        ),
    )
    filtering = operation(api, "list").filtering
    assert filtering is not None
    assert filtering.required
    assert {found.key: found.type for found in filtering.fields} == {
        "created": ir.Instant(),
        "lists": None,
        "state": ir.Choice(("closed", "open")),
        "x": ir.Choice(("a",)),
    }


def test_limits(tmp_path: Path) -> None:
    """A limit is a tier, or numbers."""
    assert operation(minimal(OLD), "get").limit == ir.RateLimit(75, 700, 0)
    assert operation(minimal(NEW), "get").limit == ir.RateLimit(75, 750, 0)
    api = changed(tmp_path, ("limit: S\n    body", "limit: 3/s 60/m 225/d\n    body"))
    assert operation(api, "import_many").limit == ir.RateLimit(3, 60, 225)


def test_effects(tmp_path: Path) -> None:
    """The method tells the effect; reads and deletions by id may repeat, and what says so."""
    assert {
        found.name: (found.effect, found.repeatable) for found in minimal(NEW).families[0].operations
    } == {
        "add_lists": ("write", False),
        "create": ("write", False),
        "delete": ("delete", True),
        "get": ("read", True),
        "import_many": ("write", False),
        "list": ("read", True),
        "list_ids": ("read", True),
        "update": ("write", False),
    }
    other = changed(
        tmp_path,
        ("    summary: Creates a profile.\n", "    summary: C.\n    repeat-key: email\n    notes: [Slow.]\n"),
        ("    summary: Changes a profile.\n", "    summary: C.\n    repeatable: true\n"),
        ("    summary: Imports profiles.\n", "    summary: I.\n    effect: read\n"),
        ("    post: /api/profiles/{id}/relationships/lists\n", "    delete: /api/profiles/{id}/lists\n"),
    )
    assert (operation(other, "create").repeat_key, operation(other, "create").notes) == ("email", ("Slow.",))
    assert operation(other, "update").repeatable
    within = changed(tmp_path, ("status: 202\n", "status: 202\n    repeat-key: profiles.email\n"))
    assert operation(within, "import_many").repeat_key == "profiles.email"
    removal = operation(other, "add_lists")
    assert (removal.effect, removal.repeatable) == ("delete", False)
    assert (operation(other, "import_many").effect, operation(other, "import_many").repeatable) == (
        "read",
        True,
    )


def test_paths(tmp_path: Path) -> None:
    """A single id needs no definition, any other variable has one; parameters beyond the rules are listed."""
    api = changed(
        tmp_path,
        ("delete: /api/profiles/{id}", "delete: /api/profile-jobs/{job_id}"),
        (
            "/api/profiles/{id}/relationships/lists\n    summary: Puts",
            """\
/api/profiles/{id}/{kind}
    path: {id: The profile., kind: "What, exactly."}
    parameters: {cursor?: string}
    summary: Puts""",
        ),
    )
    assert operation(api, "delete").path_parameters == (
        ir.PathParameter("job_id", "id", "The id of the profile job."),
    )
    assert operation(api, "add_lists").path_parameters == (
        ir.PathParameter("id", "id", "The profile."),
        ir.PathParameter("kind", "kind", "What, exactly."),
    )
    assert operation(api, "add_lists").query_parameters == (
        ir.QueryParameter("cursor", "cursor", ir.Text(), required=False, summary=""),
    )


def test_compositions(tmp_path: Path) -> None:
    """Methods over several operations name them, and say how to wait."""
    api = changed(
        tmp_path,
        ("{enum: [open,", "{enum: [open, broken,"),
        (
            "answer: none\n",
            """\
answer: {one: list}
    wait: {poll: get_list, attribute: state, done: [open], failed: [broken]}
""",
        ),
        (
            "operations:\n",
            """\
compositions:
  wait_for: {summary: Waits., start: bulk_import_profiles, result: get_profiles}
  every_id: {summary: All., each: get_profiles, list: get_list_ids_for_profile}
operations:
  get_list: {id: get_list, get: "/api/lists/{id}", summary: Reads., limit: S, answer: {one: list}}
""",
        ),
    )
    assert api.families[0].compositions == (
        ir.EachOf("profiles", "every_id", "All.", "get_profiles", "get_list_ids_for_profile"),
        ir.JobResult(
            "profiles",
            "wait_for",
            "Waits.",
            "bulk_import_profiles",
            "get_list",
            "get_profiles",
            "state",
            ("open",),
            ("broken",),
        ),
    )


def test_a_composition_lives_as_long_as_its_operations(tmp_path: Path) -> None:
    """Without one of its operations a revision has no such method."""
    composition = "x: {summary: All., each: get_profiles, list: get_list_ids_for_profile}"
    text = PROFILES.replace("id: get_profiles\n", "id: get_profiles\n    since: 2026-01-15\n")
    text = text.replace("operations:\n", f"compositions: {{{composition}}}\noperations:\n")
    spec = load_spec(write_spec(tmp_path, {"resources/profiles.yaml": text}))
    assert spec.at(OLD).families[0].compositions == ()
    assert len(spec.at(NEW).families[0].compositions) == 1
