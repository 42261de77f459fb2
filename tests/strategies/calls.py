"""Calls of operations: the arguments of a method, and beside them the request that must arrive."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, assert_never

from attrs import frozen
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import UNSET, Raw
from klaviyo_maton.runtime.headers import flaw
from tests.strategies.filters import from_filters, spelling
from tests.strategies.revisions import Revision
from tests.strategies.values import (
    Sample,
    from_form,
    from_ids,
    from_json,
    from_properties,
    from_text,
    from_type,
    is_array,
    is_object,
)


@frozen
class Arrival:
    """A request as the server must see it: segments of the path and query decoded, the body as JSON."""

    method: str
    path: tuple[str, ...]
    query: dict[str, str]
    body: Any


@frozen
class Invocation:
    """The keywords of a method (``extra`` among them where it is drawn), and what must arrive."""

    arguments: dict[str, Any]
    arrives: Arrival


@frozen
class _Part:
    """What a part of the arguments adds to the keywords and to the query."""

    arguments: dict[str, Any]
    query: dict[str, str]


@frozen
class _Body:
    """What the arguments of the body are, and the JSON that they make."""

    arguments: dict[str, Any]
    arrives: Any


@cache
def from_operation(
    operation: ir.Operation, revision: Revision, *, extra: bool = False
) -> st.SearchStrategy[Invocation]:
    """Calls of an operation with every kind of argument; ``extra`` adds members that nobody documented."""
    ids = st.fixed_dictionaries({item.name: from_ids() for item in operation.path_parameters})
    made = ids.flatmap(
        lambda drawn: st.builds(
            _invocation,
            st.just(operation),
            st.just(drawn),
            _from_body(operation, revision, drawn),
            _from_query(operation, revision),
            st.booleans(),
        )
    ).filter(lambda invocation: invocation.arguments.get("page_cursor") != "")  # a cursor is never empty
    return made.flatmap(lambda invocation: _with_extra(invocation, operation)) if extra else made


def _invocation(
    operation: ir.Operation, ids: dict[str, str], body: _Body, query: _Part, unset: bool
) -> Invocation:
    variables = {f"{{{item.key}}}": ids[item.name] for item in operation.path_parameters}
    path = tuple(variables.get(segment, segment) for segment in operation.path.split("/"))
    arguments = {**ids, **body.arguments, **query.arguments}
    if unset:
        arguments = dict.fromkeys(_optional_keywords(operation), UNSET) | arguments
    arrives = Arrival(operation.method, path, _walked(operation, query.query), body.arrives)
    return Invocation(arguments, arrives)


def _walked(operation: ir.Operation, query: dict[str, str]) -> dict[str, str]:
    """Add the one parameter that is ever added: a collection is asked for in its largest pages."""
    if operation.paging is None or operation.paging.maximum is None:
        return query
    return {"page[size]": str(operation.paging.maximum)} | query


def _optional_keywords(operation: ir.Operation) -> list[str]:
    if not isinstance(operation.body, ir.FormBody):
        return []
    form = operation.body.form
    members: tuple[ir.Property | ir.Linkage, ...] = (*form.attributes, *form.linkages)
    return [member.name for member in members if not member.required]


# ----------------------------------------------------------------------------------------------- body


def _from_body(operation: ir.Operation, revision: Revision, ids: dict[str, str]) -> st.SearchStrategy[_Body]:
    match operation.body:
        case None:
            return st.just(_Body({}, None))
        case ir.FormBody(form):
            own = ids.get("id") if form.id != "absent" else None
            filled = from_form(form, revision, identified=own is not None)
            identity = {} if own is None else {"id": own}
            return filled.map(lambda it: _Body(it.arguments, {"data": it.arrives | identity}))
        case ir.IdentifierBody(target, many):
            one = from_ids().map(lambda it: Sample(it, {"type": target, "id": it}))
            if not many:
                return one.map(lambda it: _Body({"related_id": it.given}, {"data": it.arrives}))
            return st.lists(one, max_size=4).map(
                lambda drawn: _Body(
                    {"ids": [it.given for it in drawn]}, {"data": [it.arrives for it in drawn]}
                )
            )
        case ir.JsonBody(properties):
            keys = {item.name: item.key for item in properties}
            return from_properties(properties, revision).map(
                lambda drawn: _Body(
                    {name: it.given for name, it in drawn.items()},
                    {keys[name]: it.arrives for name, it in drawn.items()},
                )
            )
        case ir.MultipartBody(file, fields):
            parts = st.tuples(st.binary(max_size=64), from_properties(fields, revision))
            return parts.map(
                lambda drawn: _Body(
                    {file: drawn[0], **{name: it.given for name, it in drawn[1].items()}},
                    {file: drawn[0], **{name: it.arrives for name, it in drawn[1].items()}},
                )
            )
        case _:
            assert_never(operation.body)


# ---------------------------------------------------------------------------------------------- query


def _from_query(operation: ir.Operation, revision: Revision) -> st.SearchStrategy[_Part]:
    required: list[st.SearchStrategy[_Part]] = []
    optional: list[st.SearchStrategy[_Part]] = []
    for prefix, sets in (
        ("fields", operation.fieldsets),
        ("additional-fields", operation.additional_fieldsets),
    ):
        for item in sets:
            name = f"{prefix}_{item.type}".replace("-", "_")
            optional.append(_from_words(name, f"{prefix}[{item.type}]", item.values))
    if operation.include:
        optional.append(_from_words("include", "include", operation.include))
    if operation.sort:
        words = st.sampled_from(operation.sort) | from_text().map(Raw)
        optional.append(words.map(lambda word: _Part({"sort": word}, {"sort": str(word)})))
    if operation.paging and operation.paging.cursor:
        cursors = from_text().map(lambda it: _Part({"page_cursor": it}, {"page[cursor]": it}))
        cursors |= st.just(_Part({"page_cursor": None}, {}))
        optional.append(cursors)
    if operation.paging and operation.paging.maximum is not None:
        sizes = st.integers(operation.paging.minimum or 1, operation.paging.maximum)
        optional.append(sizes.map(lambda it: _Part({"page_size": it}, {"page[size]": str(it)})))
    for parameter in operation.query_parameters:
        (required if parameter.required else optional).append(_from_parameter(parameter, revision))
    if operation.filtering:
        (required if operation.filtering.required else optional).append(_from_filter(operation, revision))
    nothing = st.just(_Part({}, {}))
    return st.tuples(*required, *(nothing | part for part in optional)).map(_together)


def _together(parts: Iterable[_Part]) -> _Part:
    arguments: dict[str, Any] = {}
    query: dict[str, str] = {}
    for part in parts:
        arguments |= part.arguments
        query |= part.query
    return _Part(arguments, query)


def _from_words(name: str, key: str, words: tuple[str, ...]) -> st.SearchStrategy[_Part]:
    listed = st.lists(st.sampled_from(words), max_size=4, unique=True)
    given = listed | listed.map(tuple)
    alone = st.sampled_from(words)
    return st.one_of(
        given.map(lambda it: _Part({name: it}, {key: ",".join(it)})),
        alone.map(lambda it: _Part({name: it}, {key: it})),
        from_text().map(lambda it: _Part({name: Raw(it)}, {key: it})),
    )


def _from_parameter(parameter: ir.QueryParameter, revision: Revision) -> st.SearchStrategy[_Part]:
    kind = parameter.type.inner if isinstance(parameter.type, ir.Nullable) else parameter.type
    return from_type(kind, revision).map(
        lambda it: _Part({parameter.name: it.given}, {parameter.key: _plain(it.arrives)})
    )


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(_plain, value)) if is_array(value) else str(value)


def _from_filter(operation: ir.Operation, revision: Revision) -> st.SearchStrategy[_Part]:
    built = from_filters(operation, revision).map(
        lambda it: _Part({"filter": it.built}, {"filter": spelling(it.tree)})
    )
    in_header = operation.filtering is not None and operation.filtering.header
    texts = from_text().filter(lambda it: not flaw(it)) if in_header else from_text()
    return built | texts.map(lambda it: _Part({"filter": it}, {"filter": it}))


# ---------------------------------------------------------------------------------------------- extra


def _with_extra(invocation: Invocation, operation: ir.Operation) -> st.SearchStrategy[Invocation]:
    parts: dict[str, st.SearchStrategy[dict[str, Any]]] = {
        "query": _from_unknown(from_text(), set(invocation.arrives.query) | {"page[size]"})
    }
    if isinstance(operation.body, ir.FormBody):
        resource = invocation.arrives.body["data"]
        for part in ("attributes", "relationships", "meta"):
            known = resource.get(part, {})
            if is_object(known):
                parts[part] = _from_unknown(from_json(), known)
    return st.fixed_dictionaries({}, optional=parts).map(lambda extra: _extended(invocation, extra))


def _from_unknown(values: st.SearchStrategy[Any], known: Iterable[str]) -> st.SearchStrategy[dict[str, Any]]:
    taken = set(known)
    keys = st.text(min_size=1, max_size=12).filter(lambda key: key not in taken)
    return st.dictionaries(keys, values, max_size=3)


def _extended(invocation: Invocation, extra: dict[str, dict[str, Any]]) -> Invocation:
    arrives = invocation.arrives
    body = arrives.body
    if parts := {part: members for part, members in extra.items() if part != "query" and members}:
        resource = body["data"]
        merged = {part: resource.get(part, {}) | members for part, members in parts.items()}
        body = {"data": resource | merged}
    query = arrives.query | extra.get("query", {})
    given = {"extra": extra} if extra else {}
    return Invocation(invocation.arguments | given, Arrival(arrives.method, arrives.path, query, body))
