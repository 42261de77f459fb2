"""Model classes as the generator writes them, by hand: one of every kind of member."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from attrs import define

from codegen.runtime.linked import linked, linked_id, linked_ids, linked_one
from codegen.runtime.model import Link, Resource, ValueObject, absent


@define(eq=False, repr=False, kw_only=True)
class Location(ValueObject):
    """Where somebody lives."""

    address1: str | None = absent
    address2: str | None = absent
    city: str | None = absent
    country: str | None = absent
    latitude: str | float | None = absent
    longitude: str | float | None = absent
    region: str | None = absent
    zip: str | None = absent
    timezone: str | None = absent
    ip: str | None = absent


@define(eq=False, repr=False, kw_only=True)
class Suppression(ValueObject):
    """Why nothing is sent to somebody."""

    reason: str | None = absent
    timestamp: datetime | None = absent


@define(eq=False, repr=False, kw_only=True)
class EmailMarketing(ValueObject):
    """Whether marketing may be sent by email."""

    can_receive_email_marketing: bool | None = absent
    consent: Literal["NEVER_SUBSCRIBED", "SUBSCRIBED", "UNSUBSCRIBED"] | None = absent
    consent_timestamp: datetime | None = absent
    last_updated: datetime | None = absent
    method: str | None = absent
    method_detail: str | None = absent
    custom_method_detail: str | None = absent
    double_optin: bool | None = absent
    suppression: list[Suppression] | None = absent
    list_suppressions: list[Suppression] | None = absent


@define(eq=False, repr=False, kw_only=True)
class EmailChannel(ValueObject):
    """What may be sent by email."""

    marketing: EmailMarketing | None = absent


@define(eq=False, repr=False, kw_only=True)
class SmsConsent(ValueObject):
    """Whether text messages of one kind may be sent."""

    can_receive_sms_marketing: bool | None = absent
    can_receive_sms_transactional: bool | None = absent
    consent: str | None = absent
    consent_timestamp: datetime | None = absent
    method: str | None = absent
    method_detail: str | None = absent
    last_updated: datetime | None = absent


@define(eq=False, repr=False, kw_only=True)
class SmsChannel(ValueObject):
    """What may be sent by text message."""

    marketing: SmsConsent | None = absent
    transactional: SmsConsent | None = absent


@define(eq=False, repr=False, kw_only=True)
class PushMarketing(ValueObject):
    """Whether notifications may be pushed."""

    can_receive_push_marketing: bool | None = absent
    consent: str | None = absent
    consent_timestamp: datetime | None = absent


@define(eq=False, repr=False, kw_only=True)
class PushChannel(ValueObject):
    """What may be pushed."""

    marketing: PushMarketing | None = absent


@define(eq=False, repr=False, kw_only=True)
class Subscriptions(ValueObject):
    """What somebody agreed to, by channel."""

    email: EmailChannel | None = absent
    sms: SmsChannel | None = absent
    mobile_push: PushChannel | None = absent


@define(eq=False, repr=False, kw_only=True)
class Profile(Resource):
    """A person."""

    __type__ = "profile"
    __links__: ClassVar[Mapping[str, Link]] = {
        "lists": Link("list", True),
        "push-tokens": Link("push-token", True),
    }

    id: str = absent
    type: Literal["profile"] = absent
    email: str | None = absent
    phone_number: str | None = absent
    external_id: str | None = absent
    first_name: str | None = absent
    last_name: str | None = absent
    organization: str | None = absent
    locale: str | None = absent
    title: str | None = absent
    image: str | None = absent
    created: datetime | None = absent
    updated: datetime | None = absent
    last_event_date: datetime | None = absent
    location: Location | None = absent
    properties: dict[str, Any] | None = absent
    subscriptions: Subscriptions | None = absent

    @property
    def list_ids(self) -> list[str] | None:
        """The ids of the relationship ``lists``."""
        return linked_ids(self, "lists")

    @property
    def lists(self) -> list[List]:
        """The included lists."""
        return linked(self, "lists")

    @property
    def push_token_ids(self) -> list[str] | None:
        """The ids of the relationship ``push-tokens``."""
        return linked_ids(self, "push-tokens")

    @property
    def push_tokens(self) -> list[Resource]:
        """The included push tokens."""
        return linked(self, "push-tokens")


@define(eq=False, repr=False, kw_only=True)
class List(Resource):
    """A static list of profiles."""

    __type__ = "list"
    __links__: ClassVar[Mapping[str, Link]] = {"profiles": Link("profile", True)}

    id: str = absent
    type: Literal["list"] = absent
    name: str | None = absent
    opt_in_process: Literal["double_opt_in", "single_opt_in"] | None = absent


@define(eq=False, repr=False, kw_only=True)
class Event(Resource):
    """Something that somebody did."""

    __type__ = "event"
    __links__: ClassVar[Mapping[str, Link]] = {
        "metric": Link("metric", False),
        "profile": Link("profile", False),
    }
    __keys__: ClassVar[Mapping[str, str]] = {"properties": "event_properties"}

    id: str = absent
    type: Literal["event"] = absent
    timestamp: int | None = absent
    properties: dict[str, Any] | None = absent
    datetime_: datetime | None = absent
    uuid: str | None = absent

    @property
    def profile_id(self) -> str | None:
        """The id of the relationship ``profile``."""
        return linked_id(self, "profile")

    @property
    def profile(self) -> Profile | None:
        """The included profile."""
        return linked_one(self, "profile")


@define(eq=False, repr=False, kw_only=True)
class StaticDate(ValueObject):
    """A day that stays."""

    type: Literal["static"] | None = absent
    day: date | None = absent


@define(eq=False, repr=False, kw_only=True)
class RollingDate(ValueObject):
    """A day that moves."""

    type: Literal["rolling", "relative"] | None = absent
    days: int | None = absent


@define(eq=False, repr=False, kw_only=True)
class Text(ValueObject):
    """Content made of text."""

    body: str | None = absent


@define(eq=False, repr=False, kw_only=True)
class Picture(ValueObject):
    """Content made of pixels."""

    url: str | None = absent
    width: int | None = absent


@define(eq=False, repr=False, kw_only=True)
class Zoo(Resource):
    """A resource with every kind of member."""

    __type__ = "zoo"
    __links__: ClassVar[Mapping[str, Link]] = {"animals": Link("animal", True)}
    __keys__: ClassVar[Mapping[str, str]] = {"dashed_name": "dashed-name", "hidden": "_hidden"}

    id: str | None = absent
    type: Literal["zoo"] = absent
    text: str | None = absent
    whole: int | None = absent
    real: float | None = absent
    flag: bool | None = absent
    level: Literal[1, 2, 3] | None = absent
    color: Literal["red", "green"] | None = absent
    instant: datetime | None = absent
    day: date | None = absent
    anything: Any | None = absent
    bag: dict[str, Any] | None = absent
    texts: list[str] | None = absent
    instants: list[datetime] | None = absent
    places: list[Location] | None = absent
    by_name: dict[str, Location] | None = absent
    grid: list[list[int]] | None = absent
    when: StaticDate | RollingDate | None = absent
    whens: list[StaticDate | RollingDate] | None = absent
    content: Text | Picture | None = absent
    mixed: str | int | list[Location] | Text | None = absent
    either: str | datetime | None = absent
    instant_or_text: datetime | str | None = absent
    dashed_name: str | None = absent
    hidden: Location | None = absent
