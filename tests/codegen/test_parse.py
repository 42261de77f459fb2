"""Resources, types, forms and the gateway: what the parser makes of each notation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from codegen import ir, load_spec, revise
from codegen.load import load
from codegen.parse import known_operations, parse
from codegen.problems import Problems
from codegen.tree import Entry, Mapping, Node, Sequence, Tree
from tests.codegen.apis import changed, form, minimal, operation, resource, types_of
from tests.codegen.specs import NEW, OLD, PROFILES, write_spec

TEXT_OR_NULL = ir.Nullable(ir.Text())


def test_a_resource() -> None:
    """Names, types and links are derived; nullability is what the suffix says."""
    profile = resource(minimal(NEW), "profile")
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


def test_value_objects() -> None:
    """Objects keep all four kinds of presence; only those that something reaches are there."""
    location, tag = minimal(NEW).values
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
        ("=button", ir.Choice(("button",))),
        ("=true", ir.Choice((True,))),
        ("=false", ir.Choice((False,))),
        ("=-1", ir.Choice((-1,))),
        ("{type: =$x, nullable: true}", ir.Nullable(ir.Choice(("$x",)))),
        ("{oneOf: [=a, =0, string]}", ir.OneOf((ir.Choice(("a",)), ir.Choice((0,)), ir.Text()))),
        ("{items: {items: State}}", ir.ListOf(ir.ListOf(ir.Choice(("closed", "open"))))),
        ("{oneOf: [string]}", ir.Text()),
        ("{oneOf: [string, {oneOf: [integer, string]}]}", ir.OneOf((ir.Text(), ir.Whole()))),
        (
            "{oneOf: [string, {type: integer, nullable: true}]}",
            ir.Nullable(ir.OneOf((ir.Text(), ir.Whole()))),
        ),
        ("{enum: [x], extends: [State, Ages]}", ir.Choice((1, 2, "closed", "open", "x"))),
        ("{extends: [State, Ages]}", ir.Choice((1, 2, "closed", "open"))),
        ("{extends: [Union, Ages]}", ir.OneOf((ir.Text(), ir.Whole(), ir.Choice((1, 2))))),
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
        ("word: string", f"word: string\n      x: {notation}\n      y: Signed\n      z: More\n      a: Ages"),
        (
            "  State: {",
            """\
  Signed: {enum: [a], extends: State, signed: true}
  Union: {oneOf: [string, integer]}
  Ages: {type: integer, enum: [1, 2]}
  More: {oneOf: [Tag], extends: Union}
  State: {""",
        ),
    )
    members = {member.key: member.type for member in api.values[1].properties}
    assert members["x"] == expected


def test_objects_extend_others(tmp_path: Path) -> None:
    """They have what their bases have, and may say it anew; what is only a base is no class of its own."""
    api = changed(
        tmp_path,
        ("word: string", "word: string\n      both~: Both\n      same~: Same"),
        (
            "  State: {",
            """\
  Base: {properties: {a: string, b?: {type: string, until: 2026-01-15}, c: string}}
  Further: {extends: Base, properties: {d~: integer}}
  Other: {properties: {c?: string, e: Tag}}
  Both: {extends: [Further, {value: Other, since: 2026-01-15}], properties: {a?: integer}}
  Same: {extends: Both}
  State: {""",
        ),
    )
    both = {
        "a": (ir.Nullable(ir.Whole()), False),
        "c": (TEXT_OR_NULL, False),
        "d": (ir.Whole(), False),
        "e": (ir.Ref("Tag"), True),
    }
    found = {value.name: types_of(value.properties) for value in api.values}
    assert {*found} == {"Both", "Location", "Same", "Tag"}
    assert (found["Both"], found["Same"]) == (both, both)


def test_what_stands_beside_a_type(tmp_path: Path) -> None:
    """Summaries and examples are kept, and the secrets of the gateway."""
    api = changed(tmp_path, ("word: string", "word: {type: any, summary: It., example: '[1]'}"))
    assert api.values[1].properties == (
        ir.Property("word", "word", ir.Json(), required=True, summary="It.", example="[1]"),
    )
    [connection] = api.gateway.values
    assert [member.key for member in connection.properties if member.secret] == ["url"]


def test_default_bodies() -> None:
    """A create writes what may be created, an update what may be updated and the id."""
    created, updated = form(minimal(NEW), "create"), form(minimal(NEW), "update")
    written = {
        "email": (TEXT_OR_NULL, False),
        "location": (ir.Nullable(ir.Ref("Location")), False),
        "properties": (ir.Nullable(ir.JsonObject()), False),
    }
    assert (created.type, created.id, created.has_attributes) == ("profile", "absent", True)
    assert (updated.type, updated.id, updated.has_attributes) == ("profile", "required", True)
    assert types_of(created.attributes) == types_of(updated.attributes) == written
    assert operation(minimal(NEW), "get").body is None
    assert operation(minimal(NEW), "add_lists").body == ir.IdentifierBody("list", many=True)


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


def test_named_forms() -> None:
    """A form takes types from its resource; its suffixes say what is required."""
    [imported] = minimal(NEW).forms
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
    assert types_of(form(minimal(NEW), "import_many").attributes) == {
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
        (
            "    summary: Creates a profile.\n",
            "    summary: C.\n    upload: {file: picture, fields: {name?: string}}\n",
        ),
        (
            "    summary: Changes a profile.\n",
            "    summary: C.\n    body: {resource: profile, id: required, meta: Tag}\n",
        ),
    )
    upload = operation(api, "create").body
    assert isinstance(upload, ir.MultipartBody)
    assert (upload.file, types_of(upload.fields)) == ("picture", {"name": (TEXT_OR_NULL, False)})
    assert (form(api, "update").has_attributes, form(api, "update").id) == (False, "required")
    assert form(api, "update").meta == ir.Ref("Tag")


def test_what_a_revision_does_not_use(tmp_path: Path) -> None:
    """Families without operations, and types and resources that nothing reaches, are not there."""
    text = PROFILES.replace("      location?: {", "      location?: {since: 2026-01-15, ")
    badges = """
      title: Badges
      summary: B.
      resources: {badge: {summary: B.}}
      operations:
        get: {id: get_badge, get: /api/badge, summary: B., limit: S, answer: {one: badge}, since: 2026-01-15}
    """
    spec = load_spec(write_spec(tmp_path, {"resources/profiles.yaml": text, "resources/badges.yaml": badges}))
    old, new = spec.at(OLD), spec.at(NEW)
    assert [family.name for family in old.families] == ["profiles"]
    assert [family.name for family in new.families] == ["badges", "profiles"]
    assert [value.name for value in old.values] == []
    assert [found.type for found in old.resources] == ["list", "profile"]


def test_the_gateway() -> None:
    """The gateway's operations answer plain objects, and its types stay its own."""
    gateway = minimal(NEW).gateway
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
    assert "Connection" not in {other.name for other in minimal(NEW).values}


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


def test_the_order_of_keys_means_nothing(tmp_path: Path) -> None:
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
    assert found == minimal(NEW)
    assert not problems.found
