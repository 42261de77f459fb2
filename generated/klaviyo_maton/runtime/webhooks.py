# Copied by "make generate" from codegen/runtime/webhooks.py. Edit that file, not this one.
"""Deliveries to webhooks: proven to be Klaviyo's and fresh, then read into models.

    >>> from klaviyo_maton import webhooks
    >>> delivery = webhooks.verify(body, headers, secret)
    >>> for notification in delivery.data or []:
    ...     print(notification.topic, notification.payload)
    event:klaviyo.opened_email {'id': '1'}

It takes what every web framework has: the body's bytes, before anything parsed them, and the headers.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Protocol, TypeAlias, runtime_checkable

from attrs import define

from .arguments import Reading, is_listed, listed, shown
from .errors import ArgumentError, Undecodable, WebhookRejected
from .frames import without_locals
from .headers import http_date
from .model import ValueObject, absent, load
from .secret import Secret
from .transport import is_duration

__all__ = ["Delivery", "DeliveryMeta", "Notification", "verify"]

SIGNATURE = "Klaviyo-Signature"
TIMESTAMP = "Klaviyo-Timestamp"
WEBHOOK_ID = "Klaviyo-Webhook-Id"

Text: TypeAlias = str | bytes


@runtime_checkable
class HasItems(Protocol):
    """Headers as most frameworks have them: anything that gives its names and values as pairs."""

    def items(self) -> Iterable[tuple[Text, Text]]:
        """Names and values."""
        ...


Headers: TypeAlias = HasItems | Iterable[tuple[Text, Text]]
"""A mapping, or pairs as ASGI has them; names in any case."""

Secrets: TypeAlias = Text | Iterable[Text]
"""A webhook's secret key; several, where the old one is still in use while a new one takes its place."""


# ----------------------------------------------------------------------------------------- the models


@define(eq=False, repr=False, kw_only=True)
class Notification(ValueObject):
    """One thing that happened: its topic, and what Klaviyo tells of it, which depends on the topic.

    ``external_id`` tells it from other things that happened.
    """

    external_id: str | None = absent
    topic: str | None = absent
    payload: dict[str, Any] | None = absent


@define(eq=False, repr=False, kw_only=True)
class DeliveryMeta(ValueObject):
    """When a delivery was made, in which version of its format, of which account, and for which webhook."""

    klaviyo_account_id: str | None = absent
    klaviyo_webhook_id: str | None = absent
    timestamp: datetime | None = absent
    version: str | None = absent


@define(eq=False, repr=False, kw_only=True)
class Delivery(ValueObject):
    """The body of a request to a webhook: Klaviyo gathers what happened and delivers it together."""

    data: list[Notification] | None = absent
    meta: DeliveryMeta | None = absent


# ---------------------------------------------------------------------------------------- the checks


@without_locals
def verify(
    body: bytes,
    headers: Headers,
    secret: Secrets,
    *,
    tolerance: float | None = 300.0,
    now: datetime | None = None,
) -> Delivery:
    """Prove that Klaviyo made a delivery, lately and for this webhook, and read it.

    Args:
        body: the bytes as they came.
        headers: of the request.
        secret: the webhook's secret key, or several of them, of which one has to fit.
        tolerance: seconds that the delivery's timestamp may lie in the past or in the future; None: any.
        now: what to compare the timestamp with; the clock's time unless given.

    Raises:
        WebhookRejected: a check failed; ``check`` tells which.
        ArgumentError: an argument is of another kind, or a secret is empty.
    """
    with Reading("verify"):
        keys = _keys(secret)
        _check_arguments(body, keys, tolerance, now)
        found = _values(headers)
    if not _is_signed(body, found[TIMESTAMP], found[SIGNATURE], keys):
        reason = "the body or the timestamp was changed, or the secret is another"
        raise WebhookRejected(f"{SIGNATURE} does not fit: {reason}", check="signature")
    if tolerance is not None:
        _check_freshness(found[TIMESTAMP], tolerance, now or datetime.now(UTC))
    try:
        delivery = load(Delivery, body)
    except Undecodable as error:
        raise WebhookRejected("the body is no JSON object", check="body") from error
    named = delivery.meta.klaviyo_webhook_id if isinstance(delivery.meta, DeliveryMeta) else None
    if named != found[WEBHOOK_ID]:
        raise WebhookRejected(f"{WEBHOOK_ID} and the body name different webhooks", check="id")
    return delivery


def _keys(secret: object) -> tuple[Secret, ...]:
    return tuple(map(_key, listed(secret, "secret") if is_listed(secret) else (secret,)))


def _key(secret: object) -> Secret:
    """Wrap a secret, its bytes as Latin-1; an empty one stands for what can be none."""
    match secret:
        case bytes():
            return Secret(secret.decode("latin-1"))
        case str():
            return _key(secret.encode(errors="surrogatepass"))
        case _:
            return Secret("")


def _check_arguments(body: object, keys: tuple[Secret, ...], tolerance: object, now: object) -> None:
    if not isinstance(body, bytes):
        raise ArgumentError(f"body is the bytes as they came, before any parsing, not {type(body).__name__}")
    if not keys or not all(keys):
        raise ArgumentError("secret is the webhook's secret key, or several of them, and none may be empty")
    if tolerance is not None and not is_duration(tolerance):
        raise ArgumentError(f"tolerance is None or a number of seconds, not {shown(tolerance)}")
    if now is not None and not isinstance(now, datetime):
        raise ArgumentError(f"now is a datetime, not {shown(now)}")
    if now is not None and now.utcoffset() is None:
        raise ArgumentError("now needs a time zone, as datetime.now(UTC) has one")


def _values(headers: Headers) -> Mapping[str, str]:
    """The three headers that are looked at, by their names as they stand above."""
    pairs = _pairs(headers)
    found: dict[str, str] = {}
    for name in (SIGNATURE, TIMESTAMP, WEBHOOK_ID):
        values = [value for given, value in pairs if given == name.lower()]
        if len(values) != 1 or not values[0]:
            what = "stands there twice" if len(values) > 1 else "is missing"
            raise WebhookRejected(f"the header {name} {what}", check="headers")
        found[name] = values[0]
    return found


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    try:
        pairs = headers.items() if isinstance(headers, HasItems) else headers
        return [(_text(name).lower(), _text(value)) for name, value in pairs]
    except (TypeError, ValueError):
        raise ArgumentError("headers is a mapping, or pairs of names and values") from None


def _text(value: object) -> str:
    """The text of a name or a value; empty for what can be none."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str) else ""


def _is_signed(body: bytes, timestamp: str, signature: str, keys: Iterable[Secret]) -> bool:
    """Compare with what each key makes of body and timestamp, in a time that tells nothing of them."""
    given = signature.encode(errors="surrogatepass")
    fits = [hmac.compare_digest(given, _signature(body, timestamp, key)) for key in keys]
    return any(fits)


def _signature(body: bytes, timestamp: str, key: Secret) -> bytes:
    signing = hmac.new(key.reveal().encode("latin-1"), body, sha256)
    signing.update(timestamp.encode(errors="surrogatepass"))
    return signing.hexdigest().encode()


def _check_freshness(timestamp: str, tolerance: float, now: datetime) -> None:
    moment = http_date(timestamp)
    if moment is None:
        raise WebhookRejected(f"{TIMESTAMP} is no HTTP date", check="timestamp")
    age = (now - moment).total_seconds()
    if abs(age) > tolerance:
        when = f"{age:.0f} s old" if age > 0 else f"{-age:.0f} s ahead"
        raise WebhookRejected(f"{TIMESTAMP} is {when}, more than {tolerance:g} s", check="timestamp")
