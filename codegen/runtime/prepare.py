"""From the arguments of a method to the request it means: everything is checked here, before sending.

What is passed is what is sent: nothing is dropped, renamed or added, and ``UNSET`` alone means
"not passed". Every refusal is an :class:`~.errors.ArgumentError` that names the argument.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, partial
from typing import Any, TypedDict

from .codec import is_array, is_object
from .encode import encode, to_jsonable
from .errors import ArgumentError
from .filters import is_filter
from .operation import Call, Form, Identifiers, Members, Operation
from .suggest import suggestion
from .unset import UNSET
from .urls import fill, is_listed, query_text

JSON_API = "application/vnd.api+json"
JSON = "application/json"

_EXTRA = ("attributes", "relationships", "meta", "query")


class Extra(TypedDict, total=False):
    """Members that nobody documented, by the part of the request where they go."""

    attributes: Mapping[str, Any]
    relationships: Mapping[str, Any]
    meta: Mapping[str, Any]
    query: Mapping[str, Any]


class Raw(str):
    """Text for ``include``, ``sort`` or ``fields_…`` that is sent as it is, documented or not."""

    __slots__ = ()


def prepare(operation: Operation, arguments: Mapping[str, object], extra: Extra | None = None) -> Call:
    """Check and encode the arguments of one call.

    ``extra`` holds members that nobody documented, under ``attributes``, ``relationships``, ``meta``
    and ``query``.

    Raises:
        ArgumentError: an argument is unknown, missing, of the wrong kind, or cannot be written as JSON.
    """
    given = {name: value for name, value in arguments.items() if value is not UNSET}
    added = _checked_extra(extra)
    path = fill(
        operation.path, {key: _text(_take(given, name, operation), name) for name, key in operation.variables}
    )
    query = _query(operation, given)
    _merge(
        query, {key: query_text(value, f"extra query {key}") for key, value in added.get("query", {}).items()}
    )
    document = _document(operation, given, arguments, added)
    if given:
        name = next(iter(given))
        raise ArgumentError(f"{operation.id} has no argument {name!r}{suggestion(name, keywords(operation))}")
    return Call(
        operation,
        path,
        tuple(query.items()),
        None if document is None else encode(document),
        None if document is None else (JSON if isinstance(operation.body, Members) else JSON_API),
        operation.repeatable or _carries_key(operation, arguments),
    )


def keywords(operation: Operation) -> list[str]:
    """The names of all arguments that an operation takes."""
    names = [name for name, _ in operation.variables]
    names += _readers(operation)
    match operation.body:
        case Form() as form:
            names += [*form.attributes, *(linkage.name for linkage in form.linkages)]
            names += ["id"] * (form.id and "id" not in names) + ["meta"] * form.meta
        case Identifiers():
            names += ["ids"] if operation.body.many else ["related_id"]
        case Members() as members:
            names += members.attributes
        case None:
            pass
    return names


def _carries_key(operation: Operation, arguments: Mapping[str, object]) -> bool:
    value = arguments.get(operation.repeat_key, UNSET) if operation.repeat_key else UNSET
    return value is not UNSET and value is not None


def _take(given: dict[str, object], name: str, operation: Operation) -> object:
    if name not in given:
        raise ArgumentError(f"{operation.id} needs {name}")
    return given.pop(name)


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise ArgumentError(f"{place} is text, not {value!r}")
    return value


# --------------------------------------------------------------------------------------------- query


@cache
def _readers(operation: Operation) -> dict[str, tuple[str, Callable[[object], str]]]:
    """What each query keyword is called on the wire, and how its value is checked and written."""
    readers: dict[str, tuple[str, Callable[[object], str]]] = {}
    for prefix, sets in (("fields", operation.fields), ("additional-fields", operation.additional_fields)):
        for kind, values in sets.items():
            name = f"{prefix}_{kind}".replace("-", "_")
            readers[name] = (f"{prefix}[{kind}]", partial(_chosen, name, values))
    if operation.filters:
        readers["filter"] = ("filter", partial(_filter, operation))
    if operation.include:
        readers["include"] = ("include", partial(_chosen, "include", operation.include))
    if operation.paging and operation.paging.cursor:
        readers["page_cursor"] = ("page[cursor]", partial(_text, place="page_cursor"))
    if operation.paging and operation.paging.maximum is not None:
        readers["page_size"] = ("page[size]", partial(_page_size, operation))
    for parameter in operation.query:
        readers[parameter.name] = (parameter.key, partial(query_text, place=parameter.name))
    if operation.sort:
        readers["sort"] = ("sort", partial(_sort, operation))
    return readers


def _query(operation: Operation, given: dict[str, object]) -> dict[str, str]:
    required = {parameter.name for parameter in operation.query if parameter.required}
    required |= {"filter"} if operation.filter_required else set()
    query: dict[str, str] = {}
    for name, (key, write) in _readers(operation).items():
        if name in given:
            query[key] = write(given.pop(name))
        elif name in required:
            raise ArgumentError(f"{operation.id} needs {name}")
    return query


def _filter(operation: Operation, value: object) -> str:
    if isinstance(value, str):
        return value
    if not is_filter(value):
        raise ArgumentError(f"filter is built from `filters`, or text; it is not {value!r}")
    if value.operation not in {"", operation.id}:
        raise ArgumentError(
            f"this is a filter of {value.operation}; {operation.id} has an entry of its own in `filters`"
        )
    return str(value)


def _chosen(name: str, choices: Collection[str], value: object) -> str:
    if isinstance(value, Raw):
        return value
    listed = [value] if isinstance(value, str) else value
    if not is_listed(listed):
        raise ArgumentError(f"{name} is a list of names, not {value!r}")
    words = [_text(word, name) for word in listed]
    for word in words:
        if word not in choices:
            raise ArgumentError(f"{name} has no {word!r}{suggestion(word, choices)}")
    return ",".join(words)


def _sort(operation: Operation, value: object) -> str:
    word = _text(value, "sort")
    if not isinstance(value, Raw) and word not in operation.sort:
        raise ArgumentError(f"{operation.id} cannot be sorted by {word!r}{suggestion(word, operation.sort)}")
    return word


def _page_size(operation: Operation, value: object) -> str:
    paging = operation.paging
    low, high = (paging.minimum or 1, paging.maximum or 1) if paging else (1, 1)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ArgumentError(
            f"page_size of {operation.id} is a whole number from {low} to {high}, not {value!r}"
        )
    return str(value)


# ---------------------------------------------------------------------------------------------- body


def _document(
    operation: Operation,
    given: dict[str, object],
    arguments: Mapping[str, object],
    added: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any] | None:
    match operation.body:
        case Form() as form:
            members = _members(operation, form, given, arguments)
            resource = wrap(form, members, operation.id)
            for part in ("attributes", "relationships", "meta"):
                if added.get(part):
                    _merge(resource.setdefault(part, {}), to_jsonable(added[part], f"extra.{part}"))
            return {"data": resource}
        case Identifiers() as identifiers:
            return {"data": _identifiers(identifiers, given, operation)}
        case Members() as plain:
            keys = {name: key for name, key in plain.attributes.items() if name in given}
            _require(plain.required, given, operation.id)
            return {key: to_jsonable(given.pop(name), name) for name, key in keys.items()}
        case None:
            if unused := [part for part in added if part != "query"]:
                raise ArgumentError(f"{operation.id} sends no body, so extra has no place for {unused[0]!r}")
            return None


def _members(
    operation: Operation, form: Form, given: dict[str, object], arguments: Mapping[str, object]
) -> dict[str, Any]:
    """The members of the body that were given, by their keys (relationships by their keyword)."""
    members: dict[str, Any] = {}
    if form.id and arguments.get("id", UNSET) is not UNSET:
        given.pop("id", None)
        members["id"] = _text(arguments["id"], "id")
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
            raise ArgumentError(f"{place} is an object (a model or a mapping), not {value!r}")
        _require({form.attributes.get(name, name) for name in form.required}, value, place)
        return wrap(form, value, place)
    if not is_array(value):
        raise ArgumentError(f"{place} is a list of {form.type} resources, not {value!r}")
    return [_nested(form, item, f"{place}[{index}]", many=False) for index, item in enumerate(value)]


def _linkage(kind: str, value: object, place: str, *, many: bool) -> Any:
    if value is None:
        return None
    if not many:
        return {"type": kind, "id": _text(value, place)}
    if not is_listed(value):
        raise ArgumentError(f"{place} is a list of ids, not {value!r}")
    return [{"type": kind, "id": _text(item, place)} for item in value]


def _identifiers(identifiers: Identifiers, given: dict[str, object], operation: Operation) -> Any:
    name = "ids" if identifiers.many else "related_id"
    return _linkage(identifiers.type, _take(given, name, operation), name, many=identifiers.many)


def _require(names: Iterable[str], given: Mapping[str, object], place: str) -> None:
    missing = sorted(name for name in names if name not in given)
    if missing:
        raise ArgumentError(f"{place} needs {', '.join(missing)}")


# --------------------------------------------------------------------------------------------- extra


def _checked_extra(extra: Extra | None) -> dict[str, Mapping[str, Any]]:
    parts: dict[str, Mapping[str, Any]] = {}
    for part, members in (extra or {}).items():
        if part not in _EXTRA:
            raise ArgumentError(f"extra has no part {part!r}{suggestion(part, _EXTRA)}")
        if not is_object(members):
            raise ArgumentError(f"extra.{part} is a mapping, not {members!r}")
        parts[part] = members
    return parts


def _merge(target: dict[str, Any], added: Mapping[str, Any]) -> None:
    for key, value in added.items():
        if key in target:
            raise ArgumentError(f"extra repeats {key!r}, which has an argument of its own")
        target[key] = value
