"""No member of an answer, whatever stands in its place, loses the answer or what else is in it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import NotIncluded, Reply, Undecodable, answer_of, dump
from tests.laws.playing import (
    EACH,
    Case,
    Server,
    answer_type,
    async_client,
    by_revision,
    cases,
    is_collection,
    least_arguments,
    sync_client,
)
from tests.strategies import (
    Revision,
    from_disturbed,
    from_ids,
    from_misfit,
    from_operation,
    from_resource,
    is_array,
)


def answering(revision: Revision, resource: ir.Resource) -> list[ir.Operation]:
    """Give the operations that answer with resources of a type."""
    return [operation for operation in revision.operations if answer_type(operation) == resource.type]


each_resource = cases(
    lambda revision: [(item.type, item) for item in revision.api.resources if answering(revision, item)]
)
each_answer = cases(
    lambda revision: [
        (operation.id, operation) for operation in revision.operations if answer_type(operation)
    ]
)
each_included = cases(
    lambda revision: [(operation.id, operation) for operation in revision.operations if operation.include]
)
each_linked = cases(
    lambda revision: [
        (item.type, item)
        for item in revision.api.resources
        if item.relationships and any(is_collection(operation) for operation in answering(revision, item))
    ]
)


@each_resource
@EACH
@given(data=st.data())
def test_no_surprise_loses_an_answer(case: Case[ir.Resource], data: st.DataObject) -> None:
    """Resources with members that came, went, became null or changed their type are given as they came."""
    operation = data.draw(st.sampled_from(answering(case.revision, case.item)))
    resources = st.lists(from_disturbed(from_resource(case.item, case.revision)), min_size=1, max_size=3)
    document = data.draw(resources.map(lambda drawn: document_of(operation, drawn)))
    found = results(case.revision, operation, document, data)
    assert [canonical(dump(item)) for item in found] == [canonical(item) for item in listed(document)]
    assert {answer_of(item).status for item in found} == {operation.answer.statuses[0]}


@each_resource
@EACH
@given(data=st.data())
def test_strict_clients_name_the_place(case: Case[ir.Resource], data: st.DataObject) -> None:
    """A strict client takes what fits, and refuses the one member that does not by its path."""
    operation = data.draw(st.sampled_from(answering(case.revision, case.item)))
    resources = st.lists(from_resource(case.item, case.revision), min_size=1, max_size=3)
    document = document_of(operation, data.draw(resources))
    results(case.revision, operation, document, data, strict=True)
    members = [item.property for item in case.item.attributes if not isinstance(item.property.type, ir.Json)]
    if not members:
        return
    items = listed(document)
    index = data.draw(st.integers(0, len(items) - 1))
    member = data.draw(st.sampled_from(members))
    items[index]["attributes"][member.key] = data.draw(from_misfit(member.type))
    with pytest.raises(Undecodable) as caught:
        results(case.revision, operation, document, data, strict=True)
    place = f"[{index}]" if is_collection(operation) else ""
    assert caught.value.path == f"$.data{place}.attributes.{member.key}"


@each_answer
@EACH
@given(data=st.data())
def test_data_of_another_kind_is_refused(case: Case[ir.Operation], data: st.DataObject) -> None:
    """Many where one is due, one where many are, and null, but where a relationship to one may be empty."""
    operation = case.item
    one: dict[str, Any] = {"type": answer_type(operation), "id": "1", "attributes": {}}
    is_strict = data.draw(st.booleans())
    values: list[Any] = [one, [one], [], None, 5, "x"]
    for value in values:
        document = {"data": value}
        is_null = value is None and operation.may_answer_null
        if is_array(value) if is_collection(operation) else value is one or is_null:
            found = results(case.revision, operation, document, data, strict=is_strict)
            assert len(found) == (len(value) if is_array(value) else 1)
            assert is_null == (found == [None])
            continue
        with pytest.raises(Undecodable) as caught:
            results(case.revision, operation, document, data, strict=is_strict)
        assert caught.value.path == "$.data"
        assert caught.value.got.removesuffix("…") in json.dumps(value)


@by_revision
def test_a_relationship_to_one_may_be_empty(revision: Revision) -> None:
    """The vendor's later documents say so of them, and of two that are no relationships."""
    found = {operation.path for operation in revision.operations if operation.may_answer_null}
    related = {path for path in found if "{id}/" in path}
    assert {"/api/events/{id}/profile", "/api/tags/{id}/relationships/tag-group"} <= related
    assert found - related <= {"/api/coupons/{id}", "/api/tag-groups/{id}"}
    assert "/api/profiles/{id}/lists" not in found


@each_included
def test_what_was_asked_for_and_did_not_come_is_told(case: Case[ir.Operation]) -> None:
    """Deleted profiles are absent from included: nobody is sent to ask for them again."""
    operation = case.item
    resource = next(item for item in case.revision.api.resources if item.type == answer_type(operation))
    for relationship in resource.relationships:
        if relationship.key not in operation.include:
            continue
        gone = {"type": relationship.target, "id": "GONE"}
        linkage = {relationship.key: {"data": [gone] if relationship.many else gone}}
        item = {"type": resource.type, "id": "1", "attributes": {}, "relationships": linkage}
        server = Server(reply_of(operation, document_of(operation, [item])))
        arguments = least_arguments(operation) | {"include": [relationship.key]}
        result = sync_client(case.revision, server).call(operation.id, **arguments)
        found = next(iter(result)) if is_collection(operation) else result
        with pytest.raises(NotIncluded, match="asked for it and it did not come") as caught:
            getattr(found, relationship.name)
        assert "'GONE'" in str(caught.value)


@each_linked
@EACH
@given(data=st.data())
def test_included_resources_are_linked(case: Case[ir.Resource], data: st.DataObject) -> None:
    """A relationship gives its ids, and the included resources, each once; what did not come is an error."""
    revision, resource = case.revision, case.item
    relationship = data.draw(st.sampled_from(resource.relationships))
    as_numbers = data.draw(st.booleans())
    drawn = st.integers(1, 99).map(str) if as_numbers else from_ids()
    ids = data.draw(st.lists(drawn, unique=True, max_size=3 if relationship.many else 1))
    wire = map(int, ids) if as_numbers else ids
    linkage = [{"type": relationship.target, "id": identifier} for identifier in wire]
    one = linkage[0] if linkage else None
    item = {
        "type": resource.type,
        "id": "1",
        "attributes": {},
        "relationships": {relationship.key: {"data": linkage if relationship.many else one}},
    }
    came = data.draw(st.booleans())
    included = [{**identity, "attributes": {"odd": 1}} for identity in linkage] if came else []
    operation = next(filter(is_collection, answering(revision, resource)))
    document = {"data": [item, {**item, "id": "2"}], "included": included, "links": {"next": None}}
    client = sync_client(revision, Server(reply_of(operation, document)))
    first, second = client.call(operation.id, **least_arguments(operation))
    assert getattr(first, relationship.ids_name) == (ids if relationship.many else next(iter(ids), None))
    if ids and not came:
        with pytest.raises(NotIncluded) as caught:
            getattr(first, relationship.name)
        offered = relationship.key in operation.include
        remedy = f"ask for include=['{relationship.key}']" if offered else f"{operation.id} cannot include it"
        assert remedy in str(caught.value)
        return
    found, others = (as_list(getattr(model, relationship.name)) for model in (first, second))
    assert [(one.type, str(one.id)) for one in found] == [
        (relationship.target, identifier) for identifier in ids
    ]
    assert all(one is other for one, other in zip(found, others, strict=True))


def as_list(value: Any) -> list[Any]:
    if is_array(value):
        return value
    return [] if value is None else [value]


def results(
    revision: Revision, operation: ir.Operation, document: dict[str, Any], data: st.DataObject, **options: Any
) -> list[Any]:
    """Make a call that is answered with a document, sync or async, and give the resources of the result."""
    if operation.body is None:
        arguments = least_arguments(operation)
    else:
        arguments = data.draw(from_operation(operation, revision)).arguments
    server = Server(reply_of(operation, document))
    if data.draw(st.booleans()):
        result = sync_client(revision, server, **options).call(operation.id, **arguments)
        return list(result) if is_collection(operation) else [result]

    async def run() -> list[Any]:
        result = async_client(revision, server, **options).call(operation.id, **arguments)
        return [item async for item in result] if is_collection(operation) else [await result]

    return asyncio.run(run())


def reply_of(operation: ir.Operation, document: dict[str, Any]) -> Reply:
    return Reply(operation.answer.statuses[0], {}, json.dumps(document).encode())


def document_of(operation: ir.Operation, resources: list[dict[str, Any]]) -> dict[str, Any]:
    return (
        {"data": resources, "links": {"next": None}} if is_collection(operation) else {"data": resources[0]}
    )


def listed(document: dict[str, Any]) -> list[Any]:
    return as_list(document["data"])


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
