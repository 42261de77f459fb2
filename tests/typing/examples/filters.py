"""Filters as people write them: nothing here may be reported."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, assert_type

from klaviyo_maton import Filter, Klaviyo, filters, parse
from klaviyo_maton.v2024_10_15 import Klaviyo as OlderKlaviyo
from klaviyo_maton.v2024_10_15 import filters as older_filters

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def built(klaviyo: Klaviyo) -> None:
    fields = filters.events.list
    recent = fields.datetime.greater_or_equal(SINCE) & fields.metric_id.equals("X")
    assert_type(recent, Filter[Literal["get_events"]])
    klaviyo.events.list(filter=recent & fields.timestamp.less_than(1_800_000_000))
    klaviyo.profiles.list(filter=filters.profiles.list.email.any(["a@b.example", "c@d.example"]))
    klaviyo.campaigns.list(filter=filters.campaigns.list.messages.channel.equals("email"))


def raw(klaviyo: Klaviyo) -> str:
    text = 'equals(email,"a@b.example")'
    klaviyo.profiles.list(filter=text)
    return parse(text).comparisons[0].operator


def older(klaviyo: OlderKlaviyo) -> None:
    klaviyo.profiles.list(filter=older_filters.profiles.list.email.equals("a@b.example"))
