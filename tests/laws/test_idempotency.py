"""Whether a write may be sent again depends on what it carries, however it was put together."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import ServerError
from tests.laws.playing import EACH, Case, Server, cases, least_reply, stopped_clock, sync_client
from tests.strategies import from_operation
from tests.strategies.idempotency import adds, is_key, keyed
from tests.strategies.values import is_array, is_object

KEYS: list[Any] = [None, "", " ", "\u200b", "\u3164 ", "\u200bx", 0, False, True, 1.5, [], {}, "order-1", 7]
ADDING: list[Any] = [{"append": {"sizes": 41}}, {"unappend": {"sizes": [41]}}]
NOT_ADDING: list[Any] = [{"append": {}, "unset": ["a"]}, {"unappend": None}, {"unset": "append"}]


def is_conditional(operation: ir.Operation) -> bool:
    """Tell a write with a body that may be sent twice, if it carries the right things."""
    harmless = operation.repeatable or operation.repeat_key != ""
    return operation.effect == "write" and isinstance(operation.body, ir.FormBody) and harmless


each_write = cases(lambda revision: [(item.id, item) for item in revision.operations if is_conditional(item)])

each_keyed = cases(lambda revision: [(item.id, item) for item in revision.operations if item.repeat_key])


def sends(case: Case[ir.Operation], body: Any) -> int:
    """Count how often a request by hand is sent to a server that fails."""
    reply = evolve(least_reply(case.item), status=503)
    server = Server(reply)
    client = sync_client(case.revision, server, max_retries=1)
    with stopped_clock(), suppress(ServerError):
        client.request(case.item.method, case.item.path, json=body, query={"company_id": "a"})
    return len(server.requests)


@each_keyed
@given(data=st.data())
def test_a_write_is_repeated_when_all_it_records_has_a_key(
    case: Case[ir.Operation], data: st.DataObject
) -> None:
    """What the server knows again by its keys is sent again; one event without a key could be there twice."""
    body = deepcopy(data.draw(from_operation(case.item, case.revision)).arrives.body)
    carriers = keyed(case.item, body)
    drawn: list[Any] = [data.draw(st.sampled_from(KEYS)) for _ in carriers]
    for attributes, value in zip(carriers, drawn, strict=True):
        attributes[case.item.repeat_key.rpartition(".")[2]] = value
    may_repeat = all(map(is_key, drawn)) and not adds(body)
    assert sends(case, body) == (2 if may_repeat else 1)


@each_write
@EACH
@given(data=st.data())
def test_a_write_that_adds_is_never_repeated(case: Case[ir.Operation], data: st.DataObject) -> None:
    """Whatever resource in it appends, twice is more than once; what sets or unsets may be repeated."""
    body = deepcopy(data.draw(from_operation(case.item, case.revision)).arrives.body)
    homes = [without_meta(home) for home in resources(body)]
    for attributes in keyed(case.item, body) if case.item.repeat_key else []:
        attributes[case.item.repeat_key.rpartition(".")[2]] = "order-1"
    patches = data.draw(st.lists(st.sampled_from(NOT_ADDING), min_size=len(homes), max_size=len(homes)))
    for home, patch in zip(homes, patches, strict=True):
        home["meta"] = {"patch_properties": patch}
    assert sends(case, body) == 2
    home = data.draw(st.sampled_from(homes))
    home["meta"] = {data.draw(st.sampled_from(["patch_properties", "patch_identifiers"])): ADDING[0]}
    home.get("attributes", {})["properties"] = {"meta": ADDING[1]}
    assert sends(case, body) == 1
    home["meta"] = {"patch_properties": ADDING[1]}
    assert sends(case, body) == 1
    del home["meta"]
    assert sends(case, body) == 2


def without_meta(resource: dict[str, Any]) -> dict[str, Any]:
    """Take from a resource what was drawn for its ``meta``, in both of the places it may have."""
    resource.pop("meta", None)
    resource.get("attributes", {}).pop("meta", None)
    return resource


def resources(value: Any) -> list[dict[str, Any]]:
    """Give all resources that a document holds."""
    if is_array(value):
        return [found for item in value for found in resources(item)]
    if not is_object(value):
        return []
    inner = {key: item for key, item in value.items() if key not in {"properties", "meta"}}
    found = [resource for item in inner.values() for resource in resources(item)]
    return [value, *found] if {"type", "attributes"} <= value.keys() else found
