"""What two revisions differ in, found by comparing all facts that their IR has.

Every value of the IR becomes facts: a *thing* (a method, an argument of it, a value of that argument) with
*aspects* (its endpoint, whether it is required). Fields are found, not listed, so that none is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import IntEnum
from typing import Any, TypeGuard, assert_never

from attrs import asdict, define, evolve, field, frozen

from . import ir
from .annotations import opened

Key = tuple[str, ...]
"""What a thing is and is called, from outside to inside: method, profiles.list, argument, filter."""

KIND = "kind"
TYPE = "type"
VALUE = "value"

# Words for what has one name, whichever field holds it: what a method takes, what a class has.
_WORDS = {
    "attributes": "member",
    "body.fields": "argument",
    "body.form.attributes": "argument",
    "body.form.linkages": "argument",
    "body.properties": "argument",
    "filtering.fields": "filter",
    "linkages": "member",
    "path_parameters": "argument",
    "properties": "member",
    "query_parameters": "argument",
    "relationships": "relationship",
}


class Kind(IntEnum):
    """What became of a thing."""

    GONE = 0
    NEW = 1
    CHANGED = 2


@define
class Thing:
    """What is known of a thing; types are told with the values of their choices, and without."""

    aspects: dict[str, str] = field(factory=dict[str, str])
    types: dict[str, tuple[str, str]] = field(factory=dict[str, tuple[str, str]])


@frozen(order=True)
class Difference:
    """A thing that is gone or new, or that has another value of an aspect; that is empty for none."""

    key: Key
    kind: Kind
    aspect: str = ""
    old: str = ""
    new: str = ""


def differences(old: dict[Key, Thing], new: dict[Key, Thing]) -> list[Difference]:
    """Return what differs, sorted; what is inside of something gone or new is not told again."""
    found: list[Difference] = []
    for key in old.keys() | new.keys():
        if len(key) > len(("method", "")) and _is_told(key, old.get(key[:-2]), new.get(key[:-2])):
            continue
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            found.append(Difference(key, Kind.NEW if before is None else Kind.GONE))
        elif before != after:
            found += _changes(key, before, after)
    return sorted(found)


def _is_told(key: Key, old: Thing | None, new: Thing | None) -> bool:
    """Tell whether what surrounds a thing says all: it is gone or new itself, or its type is another."""
    if old is None or new is None:
        return True
    label = key[-2].removesuffix(VALUE)
    return key[-2].endswith(VALUE) and _changed_type(label.removesuffix(".") or TYPE, old, new)


def _changed_type(label: str, old: Thing, new: Thing) -> bool:
    return old.types.get(label, ("", ""))[0] != new.types.get(label, ("", ""))[0]


def _changes(key: Key, old: Thing, new: Thing) -> Iterable[Difference]:
    labels = old.aspects.keys() | new.aspects.keys()
    pairs = {label: (old.aspects.get(label, ""), new.aspects.get(label, "")) for label in labels}
    pairs = {label: pair for label, pair in pairs.items() if pair[0] != pair[1]}
    whole = tuple(f"{label}." for label, pair in pairs.items() if "" in pair)  # that comes or goes as one
    for label, (before, after) in pairs.items():
        if not label.startswith(whole):
            yield Difference(key, Kind.CHANGED, label, before, after)
    for label in old.types.keys() | new.types.keys():
        if _changed_type(label, old, new):
            before, after = (thing.types.get(label, ("", ""))[1] for thing in (old, new))
            yield Difference(key, Kind.CHANGED, label, before, after)


# ------------------------------------------------------------------------------------------- facts


def facts(api: ir.Api) -> dict[Key, Thing]:
    """Return all things of a revision, but the dates of the revision itself."""
    found: dict[Key, Thing] = {}
    gateway = api.gateway
    alone = evolve(gateway, family=evolve(gateway.family, operations=(), compositions=()), values=())
    rest = evolve(api, families=(), resources=(), forms=(), values=(), gateway=alone)
    _fill(found, ("api", api.title), evolve(rest, revision="", deprecated="", retired=""))
    for family in api.families:
        _fill(found, ("family", family.name), evolve(family, operations=(), compositions=()))
        methods: tuple[ir.Operation | ir.Composition, ...] = (*family.operations, *family.compositions)
        for method in methods:
            _fill(found, ("method", f"{family.name}.{method.name}"), method)
    for operation in gateway.family.operations:
        _fill(found, ("method", f"MatonConnections.{operation.name}"), operation)
    classes: tuple[ir.Resource | ir.Form | ir.ValueObject, ...] = (*api.resources, *api.forms, *api.values)
    for made in (*classes, *gateway.values):
        _fill(found, ("class", made.name), made)
    return found


def _fill(found: dict[Key, Thing], key: Key, value: Any, prefix: str = "") -> None:
    """Add the fields of a value: scalars as aspects of the thing, what has a name as things inside of it."""
    thing = found.setdefault(key, Thing())
    thing.aspects[prefix.rstrip(".") or KIND] = type(value).__name__
    for name, item in asdict(value, recurse=False).items():
        label = f"{prefix}{name}"
        if isinstance(item, str | int):
            thing.aspects[label] = str(item)
        elif _is_many(item):
            for part in item:
                inner = (*key, _WORDS.get(label, label), _name(part))
                found.setdefault(inner, Thing())
                if not isinstance(part, str | int):
                    _fill(found, inner, part)
        elif isinstance(item, ir.Type):
            _fill_type(found, key, label, item)
        elif item is not None:
            _fill(found, key, item, "" if name == "property" else f"{label}.")


def _is_many(item: object) -> TypeGuard[Iterable[Any]]:
    return isinstance(item, tuple | frozenset)


def _name(part: Any) -> str:
    match part:
        case ir.Attribute(property=member):
            return member.name
        case ir.Fieldset(type=name) | ir.FilterField(key=name):
            return name
        case _:
            return str(getattr(part, "name", part))


def _fill_type(found: dict[Key, Thing], key: Key, label: str, kind: ir.Type) -> None:
    thing = found[key]
    prefix = "" if label == TYPE else f"{label}."
    thing.aspects[f"{prefix}nullable"] = str(isinstance(kind, ir.Nullable))
    inner = ir.plain(kind)
    thing.types[label] = (annotation(inner, values=False), annotation(opened(inner)))
    for number, choice in enumerate(_choices(inner)):
        for value in choice.values:
            found[*key, f"{prefix}{VALUE}", f"{'+' * number}{json.dumps(value)}"] = Thing()


def _choices(kind: ir.Type) -> list[ir.Choice]:
    match kind:
        case ir.Choice():
            return [kind]
        case ir.ListOf(item):
            return _choices(item)
        case ir.Nullable(inner):
            return _choices(inner)
        case ir.OneOf(members):
            return [choice for member in members for choice in _choices(member)]
        case _:
            return []


def annotation(kind: ir.Type, *, values: bool = True) -> str:
    """Return a type as people read it on a model; with or without the values of its choices."""
    match kind:
        case ir.Text():
            return "str"
        case ir.Whole():
            return "int"
        case ir.Real():
            return "float"
        case ir.Flag():
            return "bool"
        case ir.Instant():
            return "datetime"
        case ir.Day():
            return "date"
        case ir.Json():
            return "Any"
        case ir.JsonObject():
            return "dict[str, Any]"
        case ir.Choice(values=constants):
            return f"Literal[{', '.join(map(json.dumps, constants))}]" if values else "Literal"
        case ir.ListOf(item):
            return f"list[{annotation(item, values=values)}]"
        case ir.Ref(name):
            return name
        case ir.Nested(form, many):
            return f"list[{form}]" if many else form
        case ir.OneOf(members):
            return " | ".join(annotation(member, values=values) for member in members)
        case ir.Nullable(inner):
            return f"{annotation(inner, values=values)} | None"
        case _:
            assert_never(kind)
