"""What is drawn is what arrives, whatever the endpoint, the revision and the colour of the client."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen import ir
from codegen.vendor.deviations import load_deviations
from klaviyo_maton import ArgumentError, Request
from tests.laws.playing import (
    EACH,
    KEY,
    Case,
    Server,
    async_client,
    cases,
    is_collection,
    least_reply,
    method_of,
    sync_client,
)
from tests.strategies import Arrival, Invocation, from_operation, is_array, is_object
from tests.strategies.revisions import SPEC
from tests.vendor.schemas import request_validator

BASE = "https://a.klaviyo.com"

DEVIATIONS = load_deviations(SPEC)

each_operation = cases(lambda revision: [(item.id, item) for item in revision.operations])
each_body = cases(lambda revision: [(item.id, item) for item in revision.operations if item.body is not None])

each_without_resource = cases(
    lambda revision: [
        (item.id, item) for item in revision.operations if not isinstance(item.body, ir.FormBody)
    ]
)


@each_operation
@EACH
@given(data=st.data())
def test_what_is_passed_arrives(case: Case[ir.Operation], data: st.DataObject) -> None:
    """Path, query and body are what the arguments and ``extra`` say, and nothing else is sent."""
    invocation = data.draw(from_operation(case.item, case.revision, extra=True))
    check(arrived(case, invocation), invocation.arrives)


@each_body
@EACH
@given(data=st.data())
def test_bodies_fit_the_documents_of_the_vendor(case: Case[ir.Operation], data: st.DataObject) -> None:
    """Every body that the spec allows is allowed by the vendor's own schema of the request."""
    body = data.draw(from_operation(case.item, case.revision)).arrives.body
    if isinstance(case.item.body, ir.MultipartBody):  # in JSON Schema a file is text
        body[case.item.body.file] = ""
    validator = request_validator(case.revision.api.revision, case.item.id)
    errors = [error for error in validator.iter_errors(body) if not is_deviation(case.item, error.json_path)]
    assert [error.message for error in errors] == []


def is_deviation(operation: ir.Operation, path: str) -> bool:
    """Tell whether the spec allows more than the vendor's document there, on purpose."""
    place = path.replace("$", "body", 1)
    return any(deviation.holds(operation.id, place) for deviation in DEVIATIONS)


@each_without_resource
@EACH
@given(data=st.data(), part=st.sampled_from(["attributes", "relationships", "meta"]))
def test_extra_without_a_place_is_refused(case: Case[ir.Operation], data: st.DataObject, part: str) -> None:
    """What cannot be sent is never dropped: only a resource in the body has places for more members."""
    server = Server(least_reply(case.item))
    arguments = data.draw(from_operation(case.item, case.revision)).arguments
    with pytest.raises(ArgumentError, match=part):
        sync_client(case.revision, server).call(case.item.id, **arguments, extra={part: {"x": 1}})
    assert server.requests == []


@each_operation
def test_unknown_keywords_are_refused(case: Case[ir.Operation]) -> None:
    """A keyword that the operation does not know is an error at once, and nothing is sent."""
    server = Server(least_reply(case.item))
    client = sync_client(case.revision, server)
    with pytest.raises(ArgumentError, match="emial"):
        method_of(client, case.item)(emial="a@b.c")
    with pytest.raises(ArgumentError):
        client.call(case.item.id, emial="a@b.c")
    assert server.requests == []


def arrived(case: Case[ir.Operation], invocation: Invocation) -> Request:
    """Make the call in all four ways, and give the one request that each of them made."""
    server = Server(least_reply(case.item))
    call_sync(sync_client(case.revision, server), case.item, invocation)
    asyncio.run(call_async(async_client(case.revision, server), case.item, invocation))
    first, *others = server.taken()
    assert len(others) == 3
    assert [other.body for other in others] == [first.body] * 3
    assert [(other.method, other.url, other.headers) for other in others] == [
        (first.method, first.url, first.headers)
    ] * 3
    return first


def call_sync(client: Any, operation: ir.Operation, invocation: Invocation) -> None:
    arguments = dict(invocation.arguments)
    positional = [arguments.pop(item.name) for item in operation.path_parameters]
    for result in (
        method_of(client, operation)(*positional, **arguments),
        client.call(operation.id, **invocation.arguments),
    ):
        if is_collection(operation):
            assert list(result) == []


async def call_async(client: Any, operation: ir.Operation, invocation: Invocation) -> None:
    for result in (
        method_of(client, operation)(**invocation.arguments),
        client.call(operation.id, **invocation.arguments),
    ):
        if is_collection(operation):
            assert [item async for item in result] == []
        else:
            await result


FILTER_HEADER = "x-klaviyo-api-filters"


def check(request: Request, expected: Arrival) -> None:
    assert request.url.startswith(f"{BASE}/")
    parts = urlsplit(request.url)
    assert request.method == expected.method
    assert tuple(unquote(part, errors="strict") for part in parts.path.split("/")) == expected.path
    pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query), errors="strict")
    headers = dict(request.headers)
    if FILTER_HEADER in headers:  # one endpoint takes its filter there
        pairs.append(("filter", headers.pop(FILTER_HEADER)))
    assert sorted(pairs) == sorted(expected.query.items())
    assert parts.fragment == ""
    is_public = expected.path[1] == "client"
    assert headers.get("authorization") == (None if is_public else f"Klaviyo-API-Key {KEY}")
    assert headers.keys() - {"authorization", "accept", "user-agent", "revision"} == (
        set() if request.body is None else {"content-type"}
    )
    if request.upload is not None:
        assert request.body is None
        with request.upload.open() as file:
            sent = {request.upload.key: file.read(), **dict(request.upload.fields)}
        assert sent == {key: as_field(value) for key, value in expected.body.items()}
    elif expected.body is None:
        assert request.body is None
    else:
        assert request.body is not None
        assert same(json.loads(request.body, parse_float=Decimal), expected.body)


def as_field(value: Any) -> Any:
    """Write a value as a form does: truth values in small letters, files as their bytes."""
    return str(value).lower() if isinstance(value, bool) else value


def same(received: Any, expected: Any) -> bool:
    """Tell whether JSON is what was expected, member for member, truth values and digits told apart."""
    if is_object(expected):
        return received.keys() == expected.keys() and all(
            same(received[key], expected[key]) for key in expected
        )
    if is_array(expected):
        return len(received) == len(expected) and all(map(same, received, expected))
    match expected:
        case Decimal() if isinstance(received, Decimal):
            return received.as_tuple() == expected.as_tuple()
        case float():
            return isinstance(received, Decimal) and float(received) == expected
        case _:
            return type(received) is type(expected) and received == expected
