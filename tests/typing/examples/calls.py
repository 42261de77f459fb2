"""Calls as people write them, in both colours: nothing here may be reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import assert_type

import httpx

from klaviyo_maton import (
    UNSET,
    Answer,
    AsyncKlaviyo,
    AsyncPages,
    Bearer,
    Direct,
    InMemory,
    Klaviyo,
    Maton,
    Page,
    Pages,
    Raw,
    Reply,
    Request,
    Secret,
    Timeouts,
    answer_of,
    models,
)


def answer(request: Request) -> Reply:
    return Reply(204, {"x-seen": request.method})


async def answer_later(request: Request) -> Reply:
    return answer(request)


def clients() -> list[Klaviyo]:
    return [
        Klaviyo(),
        Klaviyo(Direct("pk_1"), timeout=5, max_retries=0, max_wait=1.5, strict=True),
        Klaviyo(Bearer("token")),
        Klaviyo(Bearer(lambda: Secret("token"), base_url="https://klaviyo.test")),
        Klaviyo(Maton(connection_id="1"), timeout=Timeouts(connect=5, read=None)),
        Klaviyo(http_client=InMemory(answer)),
        Klaviyo(read_only=True, deny={"delete", "merge_profiles"}, on_event=print),
        Klaviyo(http_client=httpx.Client(proxy="http://localhost:3128")),
        Klaviyo().with_options(max_retries=4, timeout=60.0),
        Klaviyo().with_connection(Direct()),
    ]


def async_clients() -> list[AsyncKlaviyo]:
    return [
        AsyncKlaviyo(Maton(connection_id="1")).with_options(strict=True),
        AsyncKlaviyo(http_client=InMemory(answer_later)),
        AsyncKlaviyo(http_client=httpx.AsyncClient()),
    ]


def read(klaviyo: Klaviyo) -> Sequence[str]:
    profile = klaviyo.profiles.get("1", fields_profile=["email", "location.city"], include=["lists"])
    assert_type(profile, models.Profile)
    assert_type(profile.email, str | None)
    assert_type(profile.created, datetime | None)
    assert_type(profile.list_ids, list[str] | None)
    assert_type(profile.lists[0].name, str | None)
    assert_type(profile.location, models.Location | None)
    assert_type(answer_of(profile), Answer)

    event = klaviyo.events.get("1", include=["profile"])
    assert_type(event.profile_id, str | None)
    assert_type(event.profile, models.Profile | None)
    return [profile.id, event.id]


def walk(klaviyo: Klaviyo) -> None:
    profiles = klaviyo.profiles.list(sort="-updated", page_size=50, page_cursor="abc")
    assert_type(profiles, Pages[models.Profile])
    for profile in profiles:
        assert_type(profile, models.Profile)
    for page in profiles.pages():
        assert_type(page, Page[models.Profile])
        assert_type(page.cursor, str | None)
        assert_type(page.answer.status, int)
    assert_type(profiles.first(), models.Profile | None)
    assert_type(klaviyo.lists.profiles("1"), Pages[models.Profile])


async def walk_async(klaviyo: AsyncKlaviyo) -> None:
    async with klaviyo:
        profiles = klaviyo.profiles.list(include=Raw("lists"))
        assert_type(profiles, AsyncPages[models.Profile])
        async for profile in profiles:
            assert_type(profile.email, str | None)
        async for page in profiles.pages():
            assert_type(page, Page[models.Profile])
        assert_type(await profiles.first(), models.Profile | None)
        assert_type(await klaviyo.profiles.get("1"), models.Profile)
        await klaviyo.lists.add_profiles("1", ["2"])


def write(klaviyo: Klaviyo, *, nickname: str | None) -> models.Profile:
    place = models.Location(city="Wien", latitude=48.2082, country=None)
    created = klaviyo.profiles.create(email="a@b.example", location=place, properties={"tier": "gold"})
    klaviyo.profiles.update(
        created.id,
        first_name=UNSET if nickname is None else nickname,
        last_name=None,
        location={"city": "Graz"},
        extra={"attributes": {"nobody_documented": 1}, "query": {"also": "this"}},
    )
    klaviyo.events.create(
        metric={"name": "Placed Order"},
        profile=models.EventProfile(email="a@b.example"),
        properties={"items": ["X"]},
        time=datetime.now(UTC),
        value=Decimal("9.90"),
    )
    assert_type(klaviyo.request("POST", "/api/tags", json={"data": {}}).content, bytes)
    klaviyo.lists.remove_profiles("1", (created.id,))
    assert_type(klaviyo.images.upload(Path("logo.png"), name="Logo"), models.Image)
    return created
