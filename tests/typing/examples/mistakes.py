"""Mistakes that a checker finds: every marked line must be reported, with these codes and no others.

A mark names the code of mypy and the one of pyright.
"""

from __future__ import annotations

from datetime import UTC, datetime

import klaviyo_maton.v2024_10_15
from klaviyo_maton import AsyncKlaviyo, Klaviyo, filters, models
from klaviyo_maton.v2024_10_15 import filters as older_filters

NOW = datetime.now(UTC)


def see(_value: object) -> None:
    """Take a value that is of no use otherwise."""


def unknown_names(klaviyo: Klaviyo, profile: models.Profile) -> None:
    see(klaviyo.profilse)  # expect: attr-defined, reportAttributeAccessIssue
    klaviyo.profiles.fetch("1")  # expect: attr-defined, reportAttributeAccessIssue
    klaviyo.profiles.create(emial="a@b.example")  # expect: call-arg, reportCallIssue
    klaviyo.profiles.list(page_number=2)  # expect: call-arg, reportCallIssue
    klaviyo.coupons.list(page_size=50)  # expect: call-arg, reportCallIssue
    models.Location(town="Wien")  # expect: call-arg, reportCallIssue
    see(profile.emial)  # expect: attr-defined, reportAttributeAccessIssue
    profile.emial = "a@b.example"  # expect: attr-defined, reportAttributeAccessIssue


def unknown_parts_of_lazy_packages() -> None:
    see(klaviyo_maton.Klavyio)  # expect: attr-defined, reportAttributeAccessIssue
    see(klaviyo_maton.v2024_10_15.AsyncKlavyio)  # expect: attr-defined, reportAttributeAccessIssue
    see(models.Profil)  # expect: attr-defined, reportAttributeAccessIssue


def wrong_literals(klaviyo: Klaviyo) -> None:
    klaviyo.profiles.get("1", include=["list"])  # expect: list-item, reportArgumentType
    klaviyo.profiles.get("1", fields_profile=["emial"])  # expect: list-item, reportArgumentType
    klaviyo.profiles.list(sort="name")  # expect: arg-type, reportArgumentType


def wrong_filters(klaviyo: Klaviyo) -> None:
    fields = filters.profiles.list
    of_profiles, of_lists = fields.email.equals("X"), filters.lists.list.name.equals("X")
    klaviyo.events.list(filter=of_profiles)  # expect: arg-type, reportArgumentType
    klaviyo.segments.list(filter=of_lists)  # expect: arg-type, reportArgumentType
    see(of_profiles & of_lists)  # expect: operator, reportOperatorIssue
    fields.emial.equals("X")  # expect: attr-defined, reportAttributeAccessIssue
    fields.email.starts_with("X")  # expect: attr-defined, reportAttributeAccessIssue
    fields.created.greater_or_equal(NOW)  # expect: attr-defined, reportAttributeAccessIssue
    fields.created.less_than("2026-01-01")  # expect: arg-type, reportArgumentType
    fields.email.any([1, 2])  # expect: list-item, reportArgumentType
    see(filters.accounts)  # expect: attr-defined, reportAttributeAccessIssue
    older_filters.events.list.metric_id.equals(1)  # expect: arg-type, reportArgumentType


def missing_arguments(klaviyo: Klaviyo) -> None:
    klaviyo.profiles.get()  # expect: call-arg, reportCallIssue
    klaviyo.campaigns.list()  # expect: call-arg, reportCallIssue
    klaviyo.coupon_codes.list(page_cursor="X")  # expect: call-arg, reportCallIssue
    klaviyo.events.create(profile={}, properties={})  # expect: call-arg, reportCallIssue
    klaviyo.lists.create()  # expect: call-arg, reportCallIssue


def wrong_values(klaviyo: Klaviyo, profile: models.Profile) -> None:
    klaviyo.images.upload(1)  # expect: arg-type, reportArgumentType
    klaviyo.profiles.create(email=1)  # expect: arg-type, reportArgumentType
    klaviyo.profiles.create("a@b.example")  # expect: call-arg, reportCallIssue
    klaviyo.lists.create(name=None)  # expect: arg-type, reportArgumentType
    klaviyo.lists.add_profiles("1", [profile])  # expect: list-item, reportArgumentType
    klaviyo.profiles.create(location=models.Subscriptions())  # expect: arg-type, reportArgumentType
    klaviyo.profiles.create(extra={"attribute": {}})  # expect: arg-type, reportArgumentType
    models.Location(city=1)  # expect: arg-type, reportArgumentType
    profile.email = 1  # expect: assignment, reportAttributeAccessIssue


def careless_reading(klaviyo: Klaviyo, event: models.Event) -> str:
    see(klaviyo.profiles.list()[0])  # expect: index, reportIndexIssue
    len(klaviyo.profiles.list())  # expect: arg-type, reportArgumentType
    see(event.profile.email)  # expect: union-attr, reportOptionalMemberAccess
    return event.profile_id  # expect: return-value, reportReturnType


async def wrong_colours(klaviyo: Klaviyo, later: AsyncKlaviyo) -> None:
    await klaviyo.profiles.get("1")  # expect: misc, reportGeneralTypeIssues
    see(later.profiles.get("1").email)  # expect: attr-defined, reportAttributeAccessIssue
    for _ in later.profiles.list():  # expect: attr-defined, reportGeneralTypeIssues
        pass
    async for _ in klaviyo.profiles.list():  # expect: attr-defined, reportGeneralTypeIssues
        pass
    with later:  # expect: attr-defined, reportGeneralTypeIssues
        pass
    await later.profiles.list()  # expect: misc, reportGeneralTypeIssues
