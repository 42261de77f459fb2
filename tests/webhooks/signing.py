"""Deliveries as Klaviyo makes them, signed by RFC 2104 written out, which shares nothing with the library."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

_BLOCK = 64
_SECRET = "a-secret-of-16-characters"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_YEARS = (datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2200-01-01"))


def signature(body: bytes, timestamp: str, secret: str | bytes) -> str:
    """Sign the body, followed by the timestamp."""
    key = secret if isinstance(secret, bytes) else secret.encode()
    if len(key) > _BLOCK:
        key = sha256(key).digest()
    key = key.ljust(_BLOCK, b"\0")
    inner = sha256(bytes(byte ^ 0x36 for byte in key) + body + timestamp.encode()).digest()
    return sha256(bytes(byte ^ 0x5C for byte in key) + inner).hexdigest()


def http_date(moment: datetime) -> str:
    """Write a moment as HTTP does (RFC 9110), whatever the locale."""
    at = moment.astimezone(UTC)
    day = f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at.year:04}"
    return f"{day} {at:%H:%M:%S} GMT"


@frozen
class Signed:
    """A delivery: what arrives, when it was made, and what it was signed with."""

    body: bytes
    moment: datetime
    timestamp: str
    signature: str
    webhook_id: str
    secret: str | bytes

    @property
    def headers(self) -> dict[str, str]:
        """The headers as Klaviyo spells them."""
        return {
            "Klaviyo-Signature": self.signature,
            "Klaviyo-Timestamp": self.timestamp,
            "Klaviyo-Webhook-Id": self.webhook_id,
        }


def signed(document: Any, *, secret: str | bytes = _SECRET, moment: datetime, webhook_id: str) -> Signed:
    """Sign a document, or the bytes of a body."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    timestamp = http_date(moment)
    return Signed(body, moment, timestamp, signature(body, timestamp, secret), webhook_id, secret)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_NOTIFICATIONS = st.fixed_dictionaries(
    {}, optional={"topic": st.text(), "payload": st.dictionaries(st.text(max_size=8), _JSON, max_size=3)}
)
_VISIBLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=26)

SECRETS = st.text(min_size=1, max_size=100) | st.binary(min_size=1, max_size=100)
MOMENTS = st.datetimes(*_YEARS, timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))


@st.composite
def deliveries(draw: st.DrawFn) -> Signed:
    """Draw deliveries of any content."""
    webhook_id = draw(_VISIBLE)
    meta: dict[str, Any] = draw(
        st.fixed_dictionaries({}, optional={"timestamp": st.text(), "version": _JSON, "more": _JSON})
    )
    document: dict[str, Any] = {
        "data": draw(st.lists(_NOTIFICATIONS, max_size=3)),
        "meta": {**meta, "klaviyo_webhook_id": webhook_id},
        **draw(st.fixed_dictionaries({}, optional={"more": _JSON})),
    }
    body = json.dumps(document, ensure_ascii=draw(st.booleans())).encode()
    return signed(body, secret=draw(SECRETS), moment=draw(MOMENTS), webhook_id=webhook_id)
