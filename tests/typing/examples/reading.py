"""Models, errors and connections as people handle them: nothing here may be reported."""

from __future__ import annotations

from typing import Any, assert_type

import attrs

from klaviyo_maton import (
    ApiError,
    AsyncMatonConnections,
    Conflict,
    ErrorObject,
    Klaviyo,
    Maton,
    MatonConnections,
    Misfit,
    NotIncluded,
    RateLimited,
    TransportFailed,
    dump,
    is_set,
    load,
    misfits,
    models,
    unknown_members,
)


def take_apart(profile: models.Profile) -> models.Profile:
    assert_type(is_set(profile, "email"), bool)
    assert_type(misfits(profile), list[Misfit])
    assert_type(unknown_members(profile), dict[str, Any])
    assert_type(dump(profile), dict[str, Any])
    profile.first_name = None
    profile.location = models.Location(city="Wien")
    assert_type(attrs.evolve(profile, email=None), models.Profile)
    return load(models.Profile, dump(profile))


def follow(klaviyo: Klaviyo, job: models.ProfileSuppressionBulkCreateJob) -> bool:
    klaviyo.campaigns.cancel_send("1", action="postpone")  # a word that the API may learn
    return job.status in {"complete", "postponed"} or job.status == "paused"


def handle(klaviyo: Klaviyo) -> str | None:
    try:
        return klaviyo.profiles.create(email="a@b.example").id
    except Conflict as conflict:
        return conflict.duplicate_profile_id
    except RateLimited as limited:
        assert_type(limited.retry_after, float | None)
    except ApiError as error:
        assert_type(error.errors, tuple[ErrorObject, ...])
        return error.errors[0].pointer
    except (TransportFailed, NotIncluded) as error:
        return str(error)
    return None


def connect() -> Maton:
    with MatonConnections("key") as connections:
        for connection in connections.list(app="klaviyo", status="ACTIVE"):
            assert_type(connection.connection_id, str | None)
        connections.create("klaviyo")
        return connections.connect("klaviyo", open_browser=True, deadline=60)


async def connect_async() -> Maton:
    async with AsyncMatonConnections() as connections:
        await connections.delete("1")
        return await connections.active(take="oldest")
