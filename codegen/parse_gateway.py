"""Reads the gateway's own API: plain JSON objects, without resources, revisions or paging."""

from __future__ import annotations

from collections.abc import Iterator

from codegen import ir
from codegen.names import METHOD_ARGUMENTS, Scope, own_name
from codegen.parse_answers import Method, route, statuses
from codegen.parse_nodes import as_mapping, entries, text, texts
from codegen.parse_operations import effect_said, path_parameters
from codegen.parse_types import Types
from codegen.problems import Problems
from codegen.tree import Entry, File, Mapping

FAMILY = "connections"


def gateway(file: File, types: Types, problems: Problems) -> ir.Gateway:
    """Return the gateway that ``maton.yaml`` describes; the types are those of that file alone."""
    scope = Scope(f"the methods of {FAMILY}", problems)
    operations = (_operation(entry, scope, types, problems) for entry in entries(file.root, "operations"))
    family = ir.Family(
        name=FAMILY,
        title=text(file.root, "title"),
        summary=text(file.root, "summary"),
        source=file.path,
        operations=tuple(sorted(filter(None, operations), key=lambda operation: operation.name)),
        compositions=(),
    )
    _refuse_hidden_secrets(types, problems)
    return ir.Gateway(text(file.root, "server"), text(file.root, "app"), family, types.values)


def _refuse_hidden_secrets(types: Types, problems: Problems) -> None:
    """Refuse secrets below the members of an answer, where reprs and pickles do not look for them."""
    inside = {
        name for value in types.values for member in value.properties for name in _mentioned(member.type)
    }
    for value in types.values:
        if value.name in inside and any(member.secret for member in value.properties):
            what = f"type {value.name!r} has a secret, and stands inside of another type"
            problems.add(types.declared[value.name], what, "only what an answer holds itself can have one")


def _mentioned(kind: ir.Type) -> Iterator[str]:
    match kind:
        case ir.Ref(name):
            yield name
        case ir.ListOf(inner) | ir.Nullable(inner):
            yield from _mentioned(inner)
        case ir.OneOf(members):
            for member in members:
                yield from _mentioned(member)
        case _:
            pass


def _operation(entry: Entry, methods: Scope, types: Types, problems: Problems) -> ir.Operation | None:
    node = as_mapping(entry.value, entry.key.position)
    found = route(node)
    if found is None:
        return None
    method, path = found
    name = methods.name(entry.key.text, entry.key.position, own_name)
    id_ = f"{FAMILY}.{name}"
    scope = Scope(f"the arguments of {id_}", problems, reserved=METHOD_ARGUMENTS)
    effect = effect_said(node, method, path.text)
    members = [types.member(member, scope) for member in entries(node, "body")]
    return ir.Operation(
        id=id_,
        family=FAMILY,
        name=name,
        summary=text(node, "summary"),
        method=method,
        path=path.text,
        effect=effect,
        repeatable=effect == "read" or method == "DELETE",
        repeat_key="",
        scopes=(),
        limit=None,
        notes=texts(node, "notes"),
        path_parameters=path_parameters(path, as_mapping(node.get("path"), node.position), scope, problems),
        query_parameters=types.parameters(node, scope),
        fieldsets=(),
        additional_fieldsets=(),
        filtering=None,
        include=(),
        sort=(),
        paging=None,
        body=ir.JsonBody(tuple(sorted(members, key=lambda member: member.key))) if members else None,
        answer=_answer(node, method, types, problems),
    )


def _answer(node: Mapping, method: Method, types: Types, problems: Problems) -> ir.JsonAnswer:
    said = as_mapping(node.get("answer"), node.position)
    one, many = said.get("type"), said.get("items")
    value = types.read(one) if one else ir.ListOf(types.read(many)) if many else None
    item = value.item if isinstance(value, ir.ListOf) else value
    if item is not None and not isinstance(item, ir.Ref):
        problems.add(said.position, "an answer of the gateway has objects", "name a type that is one")
    codes = statuses(node, method) if "status" in node else (200,)
    return ir.JsonAnswer(codes, value, text(said, "member"))
