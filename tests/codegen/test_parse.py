"""What the parser derives, so that no spec repeats it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from codegen import ir, load_api, load_spec, revise
from codegen.load import load
from codegen.parse import known_operations, parse
from codegen.problems import Problems
from codegen.tree import Entry, Mapping, Node, Sequence, Tree
from tests.codegen.specs import MINIMAL, NEW, OLD, PROFILES, write_spec


@pytest.fixture(scope="module")
def spec_apis(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ir.Api]:
    """Return the minimal spec at both revisions."""
    spec = load_spec(write_spec(tmp_path_factory.mktemp("minimal")))
    return {revision: spec.at(revision) for revision in spec.revisions}


@pytest.fixture
def api(spec_apis: dict[str, ir.Api]) -> ir.Api:
    """Return the minimal spec at its new revision."""
    return spec_apis[NEW]


def changed(directory: Path, *changes: tuple[str, str]) -> ir.Api:
    """Return the new revision of the minimal spec with some texts replaced in its family."""
    text = PROFILES
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return load_api(write_spec(directory, {"resources/profiles.yaml": text}), NEW)


def operation(api: ir.Api, name: str) -> ir.Operation:
    """Return the operation of the family that has a name."""
    return next(found for found in api.families[0].operations if found.name == name)


def answer(api: ir.Api, name: str) -> ir.Answer:
    """Return what an operation answers."""
    found = operation(api, name).answer
    assert isinstance(found, ir.Answer)
    return found


def form(api: ir.Api, name: str) -> ir.Form:
    """Return the form that is the body of an operation."""
    body = operation(api, name).body
    assert isinstance(body, ir.FormBody)
    return body.form


def resource(api: ir.Api, type_: str) -> ir.Resource:
    """Return the resource of a type."""
    return next(found for found in api.resources if found.type == type_)


def types_of(properties: tuple[ir.Property, ...]) -> dict[str, tuple[ir.Type, bool]]:
    """Return the type of each property, and whether it is required."""
    return {found.key: (found.type, found.required) for found in properties}


TEXT_OR_NULL = ir.Nullable(ir.Text())


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
def test_answers(
    api: ir.Api, name: str, statuses: tuple[int, ...], type_: str, many: bool, identifiers: bool
) -> None:
    """The route tells the kind of answer and its status."""
    found = answer(api, name)
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
def test_links(spec_apis: dict[str, ir.Api], name: str, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """The envelope of the revision tells the links of an answer."""
    assert (answer(spec_apis[OLD], name).links, answer(spec_apis[NEW], name).links) == (old, new)


def test_included_and_linked(spec_apis: dict[str, ir.Api]) -> None:
    """Reads show what they can include, writes every relationship."""
    assert (answer(spec_apis[OLD], "list").included, answer(spec_apis[OLD], "list").linked) == ((), ())
    assert (answer(spec_apis[NEW], "list").included, answer(spec_apis[NEW], "list").linked) == (
        ("list",),
        ("lists",),
    )
    assert (answer(spec_apis[NEW], "create").included, answer(spec_apis[NEW], "create").linked) == (
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


def test_sparse_fieldsets_name_every_path(spec_apis: dict[str, ir.Api]) -> None:
    """Paths go through objects and unions and end at lists and open objects."""
    [profile] = operation(spec_apis[OLD], "list").fieldsets
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
    both = operation(spec_apis[NEW], "list").fieldsets
    assert [fieldset.type for fieldset in both] == ["list", "profile"]
    assert both[0].values == ("name", "state")
    assert "_kx" in both[1].values
    assert operation(spec_apis[NEW], "create").fieldsets == ()
    assert operation(spec_apis[NEW], "list_ids").fieldsets == ()


def test_sparse_fieldsets_of_later_revisions(tmp_path: Path) -> None:
    """The envelope may offer them for writes, and name the id."""
    klaviyo = MINIMAL["klaviyo.yaml"].replace(
        "sparse-fields: [get]", "sparse-fields: [get, post]\n  sparse-ids: true"
    )
    api = load_api(write_spec(tmp_path, {"klaviyo.yaml": klaviyo}), NEW)
    [profile] = operation(api, "create").fieldsets
    assert {"id", "email"} <= set(profile.values)
    assert operation(api, "update").fieldsets == ()


def test_attributes_that_only_some_answers_show(api: ir.Api) -> None:
    """An attribute of primary data names the operations; what must be asked for has a parameter."""
    shown = {found.property.key: found for found in resource(api, "profile").attributes}
    assert shown["subscribed"].only_in == {"get_profiles", "get_profile", "create_profile", "update_profile"}
    assert shown["email"].only_in == frozenset()
    assert operation(api, "create").additional_fieldsets == (ir.Fieldset("profile", ("subscribed",)),)
    assert operation(api, "list_ids").additional_fieldsets == ()


def test_an_attribute_of_one_operation(tmp_path: Path) -> None:
    """Named operations show it, others do not."""
    api = changed(tmp_path, ("on: primary, additional: true", "on: [get_profile]"))
    assert "subscribed" in operation(api, "get").fieldsets[1].values
    assert "subscribed" not in operation(api, "list").fieldsets[1].values
    assert operation(api, "get").additional_fieldsets == ()


def test_a_resource(api: ir.Api) -> None:
    """Names, types and links are derived; nullability is what the suffix says."""
    profile = resource(api, "profile")
    assert (profile.name, profile.has_id, profile.id_required, profile.has_links) == (
        "Profile",
        True,
        False,
        True,
    )
    assert types_of(tuple(found.property for found in profile.attributes)) == {
        "_kx": (TEXT_OR_NULL, False),
        "created": (ir.Instant(), True),
        "email": (TEXT_OR_NULL, False),
        "location": (ir.Nullable(ir.Ref("Location")), False),
        "properties": (ir.Nullable(ir.JsonObject()), False),
        "subscribed": (ir.Nullable(ir.Flag()), False),
    }
    assert profile.relationships == (ir.Relationship("lists", "lists", "list_ids", "list", many=True),)


def test_a_resource_that_differs(tmp_path: Path) -> None:
    """A resource may have no id, no links, a class of its own, and linkage always."""
    api = changed(
        tmp_path,
        (
            "    summary: People who subscribed.\n",
            "    summary: L.\n    id: absent\n    links: false\n    linked: true\n    class: MailingList\n",
        ),
        (
            "name: {type: string, write: [create!, update!]}",
            "secret: {type: string, read: false, write: create}",
        ),
    )
    found = resource(api, "list")
    assert (found.name, found.has_id, found.has_links, found.always_linked) == (
        "MailingList",
        False,
        False,
        True,
    )
    assert [shown.property.key for shown in found.attributes] == ["state"]


def test_value_objects(api: ir.Api) -> None:
    """Objects keep all four kinds of presence; only those that something reaches are there."""
    location, tag = api.values
    assert types_of(location.properties) == {
        "city": (TEXT_OR_NULL, False),
        "latitude": (ir.Nullable(ir.OneOf((ir.Text(), ir.Real()))), False),
        "tags": (ir.ListOf(ir.Ref("Tag")), False),
    }
    assert types_of(tag.properties) == {"word": (ir.Text(), True)}


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        ("string", ir.Text()),
        ("integer", ir.Whole()),
        ("number", ir.Real()),
        ("boolean", ir.Flag()),
        ("date-time", ir.Instant()),
        ("date", ir.Day()),
        ("any", ir.Json()),
        ("object", ir.JsonObject()),
        ("Tag", ir.Ref("Tag")),
        ("State", ir.Choice(("closed", "open"))),
        ("{type: string, nullable: true}", TEXT_OR_NULL),
        ("{enum: [b, on, a]}", ir.Choice(("a", "b", "on"))),
        ("{type: integer, enum: [10, -1, 2]}", ir.Choice((-1, 2, 10))),
        ("{type: boolean, enum: [true]}", ir.Choice((True,))),
        ("{items: {items: State}}", ir.ListOf(ir.ListOf(ir.Choice(("closed", "open"))))),
        ("{oneOf: [string]}", ir.Text()),
        ("{oneOf: [string, {oneOf: [integer, string]}]}", ir.OneOf((ir.Text(), ir.Whole()))),
        (
            "{oneOf: [string, {type: integer, nullable: true}]}",
            ir.Nullable(ir.OneOf((ir.Text(), ir.Whole()))),
        ),
        ("{enum: [x], extends: State}", ir.Choice(("closed", "open", "x"))),
        ("Signed", ir.Choice(("-a", "-closed", "-open", "a", "closed", "open"))),
        ("More", ir.OneOf((ir.Text(), ir.Whole(), ir.Ref("Tag")))),
        ("{type: {by-revision: {2024-10-15: string, 2026-01-15: {items: string}}}}", ir.ListOf(ir.Text())),
    ],
)
def test_the_notation_of_types(notation: str, expected: ir.Type, tmp_path: Path) -> None:
    """Each notation is one type; named enums and unions are written out."""
    api = changed(
        tmp_path,
        ("word: string", f"word: string\n      x: {notation}\n      y: Signed\n      z: More"),
        (
            "  State: {",
            "  Signed: {enum: [a], extends: State, signed: true}\n"
            "  Union: {oneOf: [string, integer]}\n"
            "  More: {oneOf: [Tag], extends: Union}\n"
            "  State: {",
        ),
    )
    members = {member.key: member.type for member in api.values[1].properties}
    assert members["x"] == expected


def test_what_stands_beside_a_type(tmp_path: Path) -> None:
    """Summaries, examples and secrets are kept."""
    api = changed(tmp_path, ("word: string", "word: {type: any, summary: It., example: '[1]', secret: true}"))
    assert api.values[1].properties == (
        ir.Property("word", "word", ir.Json(), required=True, summary="It.", example="[1]", secret=True),
    )


def test_default_bodies(api: ir.Api) -> None:
    """A create writes what may be created, an update what may be updated and the id."""
    created, updated = form(api, "create"), form(api, "update")
    written = {
        "email": (TEXT_OR_NULL, False),
        "location": (ir.Nullable(ir.Ref("Location")), False),
        "properties": (ir.Nullable(ir.JsonObject()), False),
    }
    assert (created.type, created.id, created.has_attributes) == ("profile", "absent", True)
    assert (updated.type, updated.id, updated.has_attributes) == ("profile", "required", True)
    assert types_of(created.attributes) == types_of(updated.attributes) == written
    assert operation(api, "get").body is None
    assert operation(api, "add_lists").body == ir.IdentifierBody("list", many=True)


def test_bodies_that_say_more(tmp_path: Path) -> None:
    """A body without a resource is the default and what it adds; required means not null, ``~`` too."""
    api = changed(
        tmp_path,
        (
            "    summary: Creates a profile.\n",
            '    summary: C.\n    body: {"meta?": Tag, attributes: {"x~": string, "y": {items: date}},'
            " relationships: {lists: , owner: {one: account, required: true}}}\n".replace(
                "lists: ,", 'lists: "",'
            ),
        ),
        (
            "email?: {type: string, write: [create, update]",
            "email?: {type: string, write: create!, send: {create: integer}",
        ),
        ("lists: {many: list}", "lists: {many: list, write: update}"),
    )
    body = form(api, "create")
    assert types_of(body.attributes) == {
        "email": (ir.Whole(), True),
        "location": (ir.Nullable(ir.Ref("Location")), False),
        "properties": (ir.Nullable(ir.JsonObject()), False),
        "x": (ir.Text(), False),
        "y": (ir.ListOf(ir.Day()), True),
    }
    assert body.meta == ir.Nullable(ir.Ref("Tag"))
    assert body.linkages == (
        ir.Linkage("lists", "list_ids", "list", many=True, required=False),
        ir.Linkage("owner", "owner_id", "account", many=False, required=True),
    )
    assert form(api, "update").linkages == (
        ir.Linkage("lists", "list_ids", "list", many=True, required=False),
    )


def test_named_forms(api: ir.Api) -> None:
    """A form takes types from its resource; its suffixes say what is required."""
    [imported] = api.forms
    assert (imported.name, imported.type, imported.id, imported.family) == (
        "ImportedProfile",
        "profile",
        "optional",
        "profiles",
    )
    assert types_of(imported.attributes) == {
        "anonymous_id": (TEXT_OR_NULL, False),
        "email": (ir.Text(), True),
    }
    assert types_of(form(api, "import_many").attributes) == {
        "profiles": (ir.Nested("ImportedProfile", many=True), True)
    }


def test_forms_that_extend(tmp_path: Path) -> None:
    """A form has what it extends, and replaces what it says itself; it may be a body too."""
    api = changed(
        tmp_path,
        (
            "operations:\n",
            "  Other:\n    extends: ImportedProfile\n    attributes:\n      email?: integer\noperations:\n",
        ),
        ("    summary: Creates a profile.\n", "    summary: C.\n    body: Other\n"),
    )
    body = form(api, "create")
    assert (body.name, body.id) == ("", "optional")
    assert types_of(body.attributes) == {
        "anonymous_id": (TEXT_OR_NULL, False),
        "email": (ir.Nullable(ir.Whole()), False),
    }
    assert [found.name for found in api.forms] == ["ImportedProfile"]


def test_uploads_and_bodies_of_ids(tmp_path: Path) -> None:
    """A file is a multipart body; a body without attributes has no such member."""
    api = changed(
        tmp_path,
        ("    summary: Creates a profile.\n", "    summary: C.\n    upload: {file: any, name?: string}\n"),
        (
            "    summary: Changes a profile.\n",
            "    summary: C.\n    body: {resource: profile, id: required}\n",
        ),
    )
    upload = operation(api, "create").body
    assert isinstance(upload, ir.MultipartBody)
    assert types_of(upload.fields) == {"file": (ir.Json(), True), "name": (TEXT_OR_NULL, False)}
    assert (form(api, "update").has_attributes, form(api, "update").id) == (False, "required")


def test_queries(api: ir.Api) -> None:
    """Filters have types and operators, each sort key two directions, pages a size."""
    found = operation(api, "list")
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
            "    filter-required: true\n    filter: {lists: has, state: {type: State, operators: [equals]}, "
            "x: {enum: [a], operators: [any]}, ",
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


def test_limits(spec_apis: dict[str, ir.Api], tmp_path: Path) -> None:
    """A limit is a tier, or numbers."""
    assert operation(spec_apis[OLD], "get").limit == ir.RateLimit(75, 700, 0)
    assert operation(spec_apis[NEW], "get").limit == ir.RateLimit(75, 750, 0)
    api = changed(tmp_path, ("limit: S\n    body", "limit: 3/s 60/m 225/d\n    body"))
    assert operation(api, "import_many").limit == ir.RateLimit(3, 60, 225)


def test_effects(api: ir.Api, tmp_path: Path) -> None:
    """The method tells the effect; reads and deletions by id may repeat, and what says so."""
    assert {found.name: (found.effect, found.repeatable) for found in api.families[0].operations} == {
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
    )
    assert (operation(other, "create").repeat_key, operation(other, "create").notes) == ("email", ("Slow.",))
    assert operation(other, "update").repeatable
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
            '/api/profiles/{id}/{kind}\n    path: {id: The profile., kind: "What, exactly."}\n'
            "    parameters: {cursor?: string}\n    summary: Puts",
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
            "answer: {one: list}\n    wait: {poll: get_list, attribute: state, done: [open], failed: [broken]}\n",
        ),
        (
            "operations:\n",
            "compositions:\n"
            "  wait_for: {summary: Waits., start: bulk_import_profiles, result: get_profiles}\n"
            "  every_id: {summary: All., each: get_profiles, list: get_list_ids_for_profile}\n"
            "operations:\n"
            "  get_list: {id: get_list, get: /api/lists/{id}, summary: Reads., limit: S, answer: {one: list}}\n".replace(
                "/api/lists/{id}", '"/api/lists/{id}"'
            ),
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
    text = PROFILES.replace("id: get_profiles\n", "id: get_profiles\n    since: 2026-01-15\n").replace(
        "operations:\n",
        "compositions: {x: {summary: All., each: get_profiles, list: get_list_ids_for_profile}}\noperations:\n",
    )
    spec = load_spec(write_spec(tmp_path, {"resources/profiles.yaml": text}))
    assert spec.at(OLD).families[0].compositions == ()
    assert len(spec.at(NEW).families[0].compositions) == 1


def test_what_a_revision_does_not_use(tmp_path: Path) -> None:
    """Families without operations, and types and resources that nothing reaches, are not there."""
    text = PROFILES.replace("      location?: {", "      location?: {since: 2026-01-15, ")
    tags = "title: Tags\nsummary: T.\nresources: {badge: {summary: T.}}\noperations:\n  get: {id: get_tag, get: /api/tag, summary: T., limit: S, answer: {one: badge}, since: 2026-01-15}\n"
    spec = load_spec(write_spec(tmp_path, {"resources/profiles.yaml": text, "resources/tags.yaml": tags}))
    old, new = spec.at(OLD), spec.at(NEW)
    assert [family.name for family in old.families] == ["profiles"]
    assert [family.name for family in new.families] == ["profiles", "tags"]
    assert [value.name for value in old.values] == []
    assert [found.type for found in old.resources] == ["list", "profile"]


def test_the_gateway(api: ir.Api) -> None:
    """The gateway's operations answer plain objects, and its types stay its own."""
    gateway = api.gateway
    found = {operation.name: operation for operation in gateway.family.operations}
    connection = ir.Ref("Connection")
    assert (gateway.server, gateway.app, gateway.family.name) == (
        "https://api.maton.ai",
        "klaviyo",
        "connections",
    )
    assert {name: operation.answer for name, operation in found.items()} == {
        "delete": ir.JsonAnswer((200, 204), None, ""),
        "get": ir.JsonAnswer((200,), connection, "connection"),
        "list": ir.JsonAnswer((200,), ir.ListOf(connection), "connections"),
    }
    assert found["get"].id == "connections.get"
    [value] = gateway.values
    assert [member.secret for member in value.properties] == [False, True]
    assert "Connection" not in {other.name for other in api.values}


def test_the_revisions_of_a_spec(tmp_path: Path) -> None:
    """A spec knows its revisions, and refuses others."""
    spec = load_spec(write_spec(tmp_path))
    assert (spec.revisions, spec.committed, spec.default_revision) == ((OLD, NEW), (OLD, NEW), NEW)
    assert (spec.at(OLD).revision, spec.at(OLD).deprecated, spec.at(OLD).retired) == (
        OLD,
        "2025-10-15",
        "2026-10-15",
    )
    with pytest.raises(
        ValueError, match="the spec has no revision '2020-01-01'; it has 2024-10-15, 2026-01-15"
    ):
        spec.at("2020-01-01")


def backwards(node: Node) -> Node:
    """Return the tree with the keys of every mapping in the reverse order."""
    if isinstance(node, Sequence):
        return evolve(node, items=tuple(backwards(item) for item in node.items))
    if isinstance(node, Mapping):
        return evolve(node, entries=tuple(_backwards(node)))
    return node


def _backwards(node: Mapping) -> Iterator[Entry]:
    for entry in reversed(node.entries):
        # The first resource of a family is its default, so their order is a fact.
        value = entry.value if entry.key.text == "resources" else backwards(entry.value)
        yield Entry(entry.key, value)


def test_the_order_of_keys_means_nothing(api: ir.Api, tmp_path: Path) -> None:
    """However a spec is sorted, the package is the same."""
    problems = Problems()
    tree = load(write_spec(tmp_path), problems)
    files: list[Tree] = []
    for file in tree.files:
        root = backwards(file.root)
        assert isinstance(root, Mapping)
        files.append(Tree((evolve(file, root=root),)))
    turned = Tree(tuple(file for one in files for file in one.files))
    found, _ = parse(revise.at(turned, NEW), NEW, known_operations(turned), problems)
    assert found == api
    assert not problems.found
