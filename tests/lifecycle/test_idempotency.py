"""The calls that people make: which of them are sent again when the server fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from klaviyo_maton import AsyncKlaviyo, Direct, InMemory, Klaviyo, Reply, Request, ServerError, models
from tests.laws.playing import stopped_clock

METRIC = {"name": "Placed order"}
PROFILE = {"email": "ada@example.com"}
APPEND = {"patch_properties": {"append": {"sizes": 41}}}
APPENDED = models.ProfileMeta(patch_properties=models.PatchProperties(unappend={"sizes": 41}))
APPENDING = {"email": "ada@example.com", "meta": APPEND}


def event(**members: Any) -> dict[str, Any]:
    return {"metric": METRIC, "properties": {}, **members}


def block(*events: Any, profile: Any = PROFILE) -> dict[str, Any]:
    return {"profile": profile, "events": [*events]}


TOKEN = {"token": "t", "platform": "ios", "vendor": "apns"}

ONCE: dict[str, Callable[[Any], Any]] = {
    "an upsert": lambda it: it.profiles.upsert(email="ada@example.com", properties={"append": 1}),
    "an upsert that unsets": lambda it: it.profiles.upsert(
        id="1", meta={"patch_properties": {"append": {}, "unset": ["colour"]}}
    ),
    "an import": lambda it: it.bulk_import_jobs.create(profiles=[PROFILE, PROFILE], list_ids=["1"]),
    "an event with a key": lambda it: it.events.create(
        metric=METRIC, profile=PROFILE, properties={}, unique_id="order-1"
    ),
    "an event whose key is extra": lambda it: it.events.create(
        metric=METRIC, profile=PROFILE, properties={}, extra={"attributes": {"unique_id": 7}}
    ),
    "events with keys": lambda it: it.events.bulk_create(
        events_bulk_create=[block(event(unique_id="a"), event(unique_id="b")), block(event(unique_id="a"))]
    ),
    "an event with a key by hand": lambda it: it.request(
        "POST", "/api/events", json={"data": {"type": "event", "attributes": {"unique_id": "a"}}}
    ),
    "client-side events with keys": lambda it: it.client_side.bulk_create_events(
        company_id="c", profile=PROFILE, events=[event(unique_id="a")]
    ),
    "a push token": lambda it: it.push_tokens.create(**TOKEN, profile=PROFILE),
}

PERHAPS_TWICE: dict[str, Callable[[Any], Any]] = {
    "an upsert that appends": lambda it: it.profiles.upsert(email="ada@example.com", meta=APPEND),
    "an upsert of a model that appends": lambda it: it.profiles.upsert(
        email="ada@example.com", meta=APPENDED
    ),
    "an upsert that appends by extra": lambda it: it.profiles.upsert(
        email="ada@example.com", extra={"meta": APPEND}
    ),
    "an upsert that appends by hand": lambda it: it.request(
        "POST", "/api/profile-import", json={"data": {"type": "profile", "attributes": {}, "meta": APPEND}}
    ),
    "an import of a profile that appends": lambda it: it.bulk_import_jobs.create(
        profiles=[PROFILE, models.ProfileImport(email="a@example.com", meta=APPENDED)]
    ),
    "an event without a key": lambda it: it.events.create(metric=METRIC, profile=PROFILE, properties={}),
    "an event whose profile appends": lambda it: it.events.create(
        metric=METRIC, profile=APPENDING, properties={}, unique_id="order-1"
    ),
    "events of which one has no key": lambda it: it.events.bulk_create(
        events_bulk_create=[block(event(unique_id="a")), block(event(unique_id="b"), event())]
    ),
    "events of a profile that appends": lambda it: it.events.bulk_create(
        events_bulk_create=[block(event(unique_id="a"), profile=APPENDING)]
    ),
    "client-side events without keys": lambda it: it.client_side.bulk_create_events(
        company_id="c", profile=PROFILE, events=[event()]
    ),
    "a push token of a profile that appends": lambda it: it.push_tokens.create(**TOKEN, profile=APPENDING),
    "subscribing, which may ask for confirmation": lambda it: it.profiles.subscribe(
        profiles=[{"email": "ada@example.com", "subscriptions": {}}]
    ),
    "unsubscribing, which goes on when the list is left": lambda it: it.profiles.unsubscribe(
        profiles=[{"email": "ada@example.com", "subscriptions": {}}], list_id="1"
    ),
    "a list in the place of an upsert": lambda it: it.request("POST", "/api/profile-import", json=[1]),
    "an upsert of nothing": lambda it: it.request("POST", "/api/profile-import"),
    "an upsert without data": lambda it: it.request("POST", "/api/profile-import", json={"profile": PROFILE}),
    "an upsert whose data are a number": lambda it: it.request(
        "POST", "/api/profile-import", json={"data": 7}
    ),
    "an import of nobody knows what": lambda it: it.request("POST", "/api/unheard-of", json={"data": []}),
}


def sends(make: Callable[..., Any], call: Callable[[Any], Any]) -> int:
    requests: list[Request] = []

    def fail(request: Request) -> Reply:
        requests.append(request)
        return Reply(503)

    client = make(Direct("pk_1"), http_client=InMemory(fail), max_retries=1)
    with stopped_clock(), suppress(ServerError):
        made = call(client)
        if make is AsyncKlaviyo:
            asyncio.run(awaited(made))
    return len(requests)


async def awaited(made: Any) -> None:
    await made


colours = pytest.mark.parametrize("make", [Klaviyo, AsyncKlaviyo])


@colours
@pytest.mark.parametrize("call", ONCE.values(), ids=ONCE.keys())
def test_what_is_once_however_often_it_arrives_is_repeated(
    make: Callable[..., Any], call: Callable[[Any], Any]
) -> None:
    assert sends(make, call) == 2


@colours
@pytest.mark.parametrize("call", PERHAPS_TWICE.values(), ids=PERHAPS_TWICE.keys())
def test_what_could_be_done_twice_is_not_repeated(
    make: Callable[..., Any], call: Callable[[Any], Any]
) -> None:
    assert sends(make, call) == 1


@colours
@pytest.mark.parametrize("key", ["", " ", "\u200b", "\ufeff\t", "\u3164", 0, False, True, None])
def test_what_is_no_key_makes_nothing_repeatable(make: Callable[..., Any], key: Any) -> None:
    def create(it: Any) -> Any:
        return it.events.create(metric=METRIC, profile=PROFILE, properties={}, unique_id=key)

    def create_many(it: Any) -> Any:
        return it.events.bulk_create(events_bulk_create=[block(event(unique_id="a"), event(unique_id=key))])

    assert sends(make, create) == sends(make, create_many) == 1
