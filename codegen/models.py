"""The attrs models: which classes there are, one module a family, and what the generator is told of them.

The generator is fed components that are merged, named and flattened already, so that it has nothing to
name. What it cannot see (keys on the wire, relationships, docstrings) reaches the template as extra data
of each class.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from graphlib import CycleError, TopologicalSorter
from typing import Any

from attrs import frozen

from . import ir
from .annotations import opened
from .class_sources import Part, Parts, make, making, mentioned, module_source
from .hiding import resolvable, unhidden
from .openapi_schemas import Schema, nullable, of_type
from .problems import UnrenderableError
from .text import docstring, literal

_ALWAYS = """\
from ...runtime.linked import linked, linked_id, linked_ids, linked_one
from ...runtime.model import Link, Resource, ValueObject, absent
from .. import models
from attrs import define"""


@frozen
class _Class:
    """A class to be made: where it goes, its members, and what only the template needs to know.

    ``certain`` are the members that people are not told to be missing.
    """

    module: str
    name: str
    base: str
    summary: str
    members: tuple[ir.Property, ...]
    tables: tuple[str, ...] = ()
    links: tuple[dict[str, Any], ...] = ()
    certain: frozenset[str] = frozenset({"id", "type"})


def making_classes(apis: Iterable[ir.Api]) -> AbstractContextManager[int]:
    """Make the classes of several revisions while something else is done; gives how many are to be made."""
    return making(_parts(_classes(api)) for api in apis)


def render(api: ir.Api) -> dict[str, str]:
    """Make the source of every models module, by the name of its family.

    The text lacks a banner and a final formatting.
    """
    classes = _classes(api)
    parts = _parts(classes)
    _refuse_circles(
        {
            module: {home for part in found.values() for home, _ in mentioned(part)}
            for module, found in parts.items()
        }
    )
    make([parts])
    titles = {family.name: f"Models of {family.title}." for family in api.families}
    return {
        module: _module(
            titles.get(module, "Values that families share."),
            module_source(module, parts[module]),
        )
        for module in sorted(parts)
    }


def class_modules(api: ir.Api) -> dict[str, str]:
    """Tell in which models module each class stands."""
    everything: Iterable[ir.ValueObject | ir.Form | ir.Resource] = (*api.values, *api.forms, *api.resources)
    return {item.name: item.family for item in everything}


def _classes(api: ir.Api) -> list[_Class]:
    resources = {resource.type: resource for resource in api.resources}
    return [
        *map(_of_value, api.values),
        *map(_of_form, api.forms),
        *(_of_resource(resource, resources) for resource in api.resources),
    ]


def _parts(classes: list[_Class]) -> Parts:
    homes = _homes(classes)
    parts: dict[str, dict[str, Part]] = {}
    for made in classes:
        parts.setdefault(made.module, {})[made.name] = Part(made.name, _schema(made, homes), _extra(made))
    return parts


def _homes(classes: list[_Class]) -> dict[str, str]:
    """Return the module of each class."""
    return {made.name: made.module for made in classes}


def _of_value(value: ir.ValueObject) -> _Class:
    members = value.properties
    return _Class(
        value.family,
        value.name,
        "ValueObject",
        value.summary,
        members,
        _keys(members),
        certain=frozenset({"type"}),  # the errors of jobs come without their ids
    )


def _of_form(form: ir.Form) -> _Class:
    ids: list[ir.Property] = []
    if form.id != "absent":
        ids.append(ir.Property("id", "id", ir.Text(), form.id == "required", ""))
    for linkage in form.linkages:
        kind = ir.ListOf(ir.Text()) if linkage.many else ir.Text()
        ids.append(ir.Property(linkage.name, linkage.name, kind, linkage.required, ""))
    meta = [ir.Property("meta", "meta", form.meta, False, "")] if form.meta else []
    members = (*ids, *form.attributes, *meta)
    return _Class(form.family, form.name, "ValueObject", form.summary, members, _keys(members))


def _of_resource(resource: ir.Resource, names: dict[str, ir.Resource]) -> _Class:
    identity = [  # reports have an id although no document says so
        ir.Property("id", "id", ir.Text(), resource.has_id, ""),
        ir.Property("type", "type", ir.Choice((resource.type,)), True, ""),
    ]
    links = {item.key: item for item in resource.relationships}
    targets = ", ".join(
        f"{literal(k)}: Link({literal(v.target)}, {v.many})" for k, v in sorted(links.items())
    )
    tables = [f"__type__ = {literal(resource.type)}", *([f"__links__ = {{{targets}}}"] if links else [])]
    members = (*identity, *(attribute.property for attribute in resource.attributes))
    return _Class(
        resource.family,
        resource.name,
        "Resource",
        resource.summary,
        members,
        (*tables, *_keys(members)),
        tuple(_link(item, resource, names) for item in resource.relationships),
    )


def _link(item: ir.Relationship, resource: ir.Resource, names: dict[str, ir.Resource]) -> dict[str, Any]:
    target = names[item.target]
    return {
        "key": item.key,
        "name": item.name,
        "ids": item.ids_name,
        "many": item.many,
        "type": item.target,
        "target": target.name if target.family == resource.family else f"models.{target.name}",
    }


def _keys(members: Iterable[ir.Property]) -> tuple[str, ...]:
    different = {member.name: member.key for member in members if member.name != member.key}
    secrets = sorted(member.name for member in members if member.secret)
    tables = [f"__keys__ = {literal(different)}"] if different else []
    tables += [f"__secrets__ = frozenset({literal(tuple(secrets))})"] if secrets else []
    return tuple(tables)


def _refuse_circles(imports: dict[str, set[str]]) -> None:
    """Refuse modules that would import one another, of which Python could load none."""
    others = {module: found - {module} for module, found in imports.items()}
    try:
        TopologicalSorter(others).prepare()
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise UnrenderableError(
            f"value objects of several spec files refer to one another in a circle ({circle}); "
            "put them into one file"
        ) from None


def _extra(made: _Class) -> dict[str, Any]:
    return {
        "base": made.base,
        "docstring": docstring(made.summary),
        "tables": made.tables,
        "links": made.links,
        "member_docstrings": {
            member.name: docstring(member.summary) if member.summary else "" for member in made.members
        },
    }


def _module(title: str, source: str) -> str:
    """Put the imports that the generator found and those that it cannot know above its classes."""
    lines = [line for line in source.splitlines() if not line.startswith("#")]
    imports = [line for line in lines if line.startswith(("from ", "import "))]
    body = [line for line in lines if line not in imports]
    return resolvable(unhidden("\n".join([docstring(title, 0), "", *imports, _ALWAYS, "", *body, ""])))


# ------------------------------------------------------------------------------------------- schemas


def _schema(made: _Class, homes: dict[str, str]) -> Schema:
    return {
        "type": "object",
        "properties": {member.name: _nullable(member, homes, made) for member in made.members},
        "required": [member.name for member in made.members if member.name in {"id", "type"}],
    }


def _nullable(member: ir.Property, homes: dict[str, str], made: _Class) -> Schema:
    """The schema of a member; whatever the API promises, people are told that it may be missing."""
    kind = opened(ir.plain(member.type))
    if isinstance(kind, ir.Nested):
        kind = ir.ListOf(ir.Ref(kind.form)) if kind.many else ir.Ref(kind.form)
    schema = of_type(kind, lambda name: f"{homes[name]}.{name}")
    return schema if member.required and member.name in made.certain else nullable(schema)
