# Copied by "make generate" from codegen/runtime/bodies.py. Edit that file, not this one.
"""Request bodies: flat arguments become the documents, identifiers and files that operations take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .arguments import exact, is_listed, listed, shown
from .codec import is_array, is_object
from .encode import encode_copied, to_jsonable
from .errors import ArgumentError
from .operation import Form, Identifiers, Members, Operation, Upload
from .unset import UNSET
from .upload import Multipart, multipart
from .urls import query_text, text_of

JSON_API = "application/vnd.api+json"
JSON = "application/json"


def body_of(
    operation: Operation,
    given: dict[str, object],
    arguments: Mapping[str, object],
    extra: Mapping[str, Mapping[str, Any]],
) -> tuple[bytes | None, str | None, Multipart | None]:
    """Take the body out of what was given; returns it with its content type, or else the file to send.

    ``arguments`` are all of the call, because the id of a path may stand in the body as well; ``extra``
    holds members that nobody documented.

    Raises:
        ArgumentError: a member is missing or cannot be written, or an extra one has no place.
    """
    if not isinstance(operation.body, Form) and (homeless := [part for part in extra if part != "query"]):
        raise ArgumentError(f"the body of {operation.id} has no place for extra {homeless[0]}")
    match operation.body:
        case Form() as form:
            return (
                encode_copied({"data": _resource(operation, form, given, arguments, extra)}),
                JSON_API,
                None,
            )
        case Identifiers() as identifiers:
            return encode_copied({"data": _identifiers(identifiers, given, operation)}), JSON_API, None
        case Members() as plain:
            _require(plain.required, given, operation.id)
            return encode_copied(_plain(plain.attributes, given)), JSON, None
        case Upload() as upload:
            file = _take(given, upload.file, operation)
            fields = {key: query_text(value, key) for key, value in _plain(upload.attributes, given).items()}
            return None, None, multipart(upload.file, file, tuple(fields.items()))
        case None:
            return None, None, None


def keywords(body: Form | Identifiers | Members | Upload | None) -> list[str]:
    """The names of the arguments that make up a body."""
    match body:
        case Form() as form:
            names = [*form.attributes, *(linkage.name for linkage in form.linkages)]
            return names + ["id"] * form.id + ["meta"] * form.meta
        case Identifiers(many=many):
            return ["ids"] if many else ["related_id"]
        case Members() as members:
            return [*members.attributes]
        case Upload() as upload:
            return [upload.file, *upload.attributes]
        case None:
            return []


def merge(target: dict[str, Any], added: Mapping[str, Any]) -> None:
    """Put extra members beside those that have arguments of their own."""
    for key, value in added.items():
        if key in target:
            raise ArgumentError(f"extra repeats {shown(key)}, which has an argument of its own")
        target[key] = value


def _resource(
    operation: Operation,
    form: Form,
    given: dict[str, object],
    arguments: Mapping[str, object],
    extra: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    resource = wrap(form, _members(operation, form, given, arguments), operation.id)
    for part, members in extra.items():
        if part != "query" and members:
            home = resource.setdefault(part, {})
            if not is_object(home):
                raise ArgumentError(f"extra {part} cannot stand beside {part}={shown(home)}")
            merge(home, to_jsonable(members, f"extra.{part}"))
    return resource


def _plain(attributes: Mapping[str, str], given: dict[str, object]) -> dict[str, Any]:
    keys = {name: key for name, key in attributes.items() if name in given}
    return {key: to_jsonable(given.pop(name), name) for name, key in keys.items()}


def _take(given: dict[str, object], name: str, operation: Operation) -> object:
    if name not in given:
        raise ArgumentError(f"{operation.id} needs {name}")
    return given.pop(name)


def _members(
    operation: Operation, form: Form, given: dict[str, object], arguments: Mapping[str, object]
) -> dict[str, Any]:
    """The members of the body that were given, by their keys (relationships by their keyword)."""
    members: dict[str, Any] = {}
    if form.id and arguments.get("id", UNSET) is not UNSET:
        given.pop("id", None)
        members["id"] = text_of(arguments["id"], "id")
    _require(form.required - members.keys(), given, operation.id)
    taken = {**form.attributes, **{linkage.name: linkage.name for linkage in form.linkages}}
    if form.meta:
        taken["meta"] = "meta"
    for name, key in taken.items():
        if name in given:
            members[key] = to_jsonable(given.pop(name), name)
    return members


def wrap(form: Form, members: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Put flat members where JSON:API wants them; what the form does not know is an attribute."""
    rest = dict(members)
    resource: dict[str, Any] = {"type": form.type}
    if form.id and "id" in rest:
        resource["id"] = rest.pop("id")
    relationships: dict[str, Any] = {}
    for linkage in form.linkages:
        if linkage.name in rest:
            value = rest.pop(linkage.name)
            relationships[linkage.key] = {
                "data": _linkage(linkage.type, value, f"{place}.{linkage.name}", many=linkage.many)
            }
    meta = {"meta": rest.pop("meta")} if form.meta and "meta" in rest else {}
    for key, nested in form.nested.items():
        if rest.get(key) is not None:
            rest[key] = {"data": _nested(nested.form, rest[key], f"{place}.{key}", many=nested.many)}
    if form.attributes or rest:
        resource["attributes"] = rest
    if relationships:
        resource["relationships"] = relationships
    return resource | meta


def _nested(form: Form, value: Any, place: str, *, many: bool) -> Any:
    if not many:
        if not is_object(value):
            raise ArgumentError(f"{place} is an object (a model or a mapping), not {shown(value)}")
        if envelope := _envelope(form, value):
            example = next((key for key in form.attributes.values() if not key.startswith("_")), "id")
            raise ArgumentError(
                f"{place} is given as JSON:API, with {' and '.join(map(repr, envelope))}; "
                f"pass its attributes themselves (and its id, where one is taken), "
                f"such as {{{example!r}: …}}: what JSON:API wants around them is added"
            )
        _require({form.attributes.get(name, name) for name in form.required}, value, place)
        return wrap(form, value, place)
    if not is_array(value):
        wrapped = "; pass the list that stands under 'data'" if is_object(value) and "data" in value else ""
        raise ArgumentError(f"{place} is a list of {form.type} resources, not {shown(value)}{wrapped}")
    return [_nested(form, item, f"{place}[{index}]", many=False) for index, item in enumerate(value)]


def _envelope(form: Form, value: Mapping[str, Any]) -> list[str]:
    """The members that JSON:API itself defines, as far as the form has none of their names."""
    given = [key for key in _ENVELOPE if key in value]
    if not given:
        return []
    known = {*form.attributes.values(), *form.nested, *(linkage.name for linkage in form.linkages)}
    return [key for key in given if key not in known]


_ENVELOPE = ("type", "attributes", "relationships", "data")


def _linkage(kind: str, value: object, place: str, *, many: bool) -> Any:
    if value is None:
        return None
    if not many:
        return {"type": kind, "id": _linked_id(value, place)}
    if not is_listed(value):
        raise ArgumentError(f"{place} is a list of ids, such as ['…'], not {shown(value)}")
    return [{"type": kind, "id": _linked_id(item, place)} for item in listed(value, place)]


def _linked_id(value: object, place: str) -> str:
    if isinstance(value, str):
        return exact(value)
    raise ArgumentError(f"{place} takes ids as text, without their type, not {shown(value)}")


def _identifiers(identifiers: Identifiers, given: dict[str, object], operation: Operation) -> Any:
    name = "ids" if identifiers.many else "related_id"
    return _linkage(identifiers.type, _take(given, name, operation), name, many=identifiers.many)


def _require(names: Iterable[str], given: Mapping[str, object], place: str) -> None:
    missing = sorted(name for name in names if name not in given)
    if missing:
        raise ArgumentError(f"{place} needs {', '.join(missing)}")
