"""What Klaviyo signed is read, and nothing else is, however little of it was changed."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

import klaviyo_maton
from klaviyo_maton import (
    ArgumentError,
    KlaviyoError,
    WebhookRejected,
    dump,
    load,
    misfits,
    unknown_members,
    webhooks,
)
from tests.package.fresh import run
from tests.webhooks.signing import SECRETS, Signed, deliveries, http_date, signature, signed

NOON = datetime(2026, 1, 15, 12, 0, 0, tzinfo=UTC)
DOCUMENT = {
    "data": [
        {"external_id": "4Xy", "topic": "event:klaviyo.opened_email", "payload": {"a": 1}},
        {"topic": "event:api.sold"},
    ],
    "meta": {
        "timestamp": "2026-01-15T12:00:00+00:00",
        "version": "1",
        "klaviyo_account_id": "AbC123",
        "klaviyo_webhook_id": "01WEBHOOK",
    },
}
DELIVERY = signed(DOCUMENT, moment=NOON, webhook_id="01WEBHOOK")


def verified(delivery: Signed, **options: Any) -> webhooks.Delivery:
    arguments: dict[str, Any] = {
        "headers": delivery.headers,
        "secret": delivery.secret,
        "now": delivery.moment,
    }
    arguments |= options
    return webhooks.verify(delivery.body, **arguments)


def rejected(delivery: Signed, **options: Any) -> str:
    """The check that a delivery fails."""
    with pytest.raises(WebhookRejected) as caught:
        verified(delivery, **options)
    return caught.value.check


# ------------------------------------------------------------------------------------ what is accepted


@given(deliveries(), st.integers(-300, 300))
def test_what_klaviyo_signed_is_read_and_kept_whole(delivery: Signed, age: int) -> None:
    """Any body, timestamp, id and secret, within the tolerance on either side."""
    read = verified(delivery, now=delivery.moment + timedelta(seconds=age))
    assert dump(read) == json.loads(delivery.body)
    assert read == load(webhooks.Delivery, delivery.body)
    assert read.meta is not None
    assert read.meta.klaviyo_webhook_id == delivery.webhook_id


def test_a_delivery_is_typed() -> None:
    read = verified(DELIVERY)
    assert read.meta is not None
    assert (read.meta.timestamp, read.meta.version) == (NOON, "1")
    assert read.meta.klaviyo_account_id == "AbC123"
    assert [one.external_id for one in read.data or []] == ["4Xy", None]
    assert [unknown_members(one) for one in (read.meta, *(read.data or []))] == [{}, {}, {}]
    assert [(one.topic, one.payload) for one in read.data or []] == [
        ("event:klaviyo.opened_email", {"a": 1}),
        ("event:api.sold", None),
    ]
    assert misfits(read) == []


def test_a_delivery_is_read_tolerantly() -> None:
    """Odd values come as they are, what nobody documented is kept."""
    meta = {"klaviyo_webhook_id": "1", "timestamp": 7, "version": 2}
    odd = {"data": [{"topic": None, "payload": [1]}], "meta": meta, "new": True}
    read = verified(signed(odd, moment=NOON, webhook_id="1"))
    assert dump(read) == odd
    assert [one.path for one in misfits(read)] == [
        "$.data[0].payload",
        "$.meta.timestamp",
        "$.meta.version",
    ]
    assert unknown_members(read) == {"new": True}


class _OnlyItems:
    """Headers that are neither a mapping nor pairs, as those of werkzeug; iterating gives something else."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = [*pairs]

    def __iter__(self) -> Any:
        return iter("names")

    def items(self) -> Iterable[tuple[str, str]]:
        return self._pairs


def _message(pairs: Iterable[tuple[str, str]]) -> Message:
    message = Message()
    for name, value in pairs:
        message[name] = value
    return message


WAYS: dict[str, Callable[[list[tuple[str, str]]], Any]] = {
    "a mapping": dict,
    "pairs": list,
    "an iterator": iter,
    "pairs of bytes": lambda pairs: [(name.encode(), value.encode()) for name, value in pairs],
    "a mapping of bytes": lambda pairs: {name.encode(): value.encode() for name, value in pairs},
    "a message": _message,
    "something with items": _OnlyItems,
}


@pytest.mark.parametrize("way", WAYS)
@given(delivery=deliveries(), data=st.data())
def test_headers_come_as_frameworks_have_them(way: str, delivery: Signed, data: st.DataObject) -> None:
    """In any case and order, among others."""
    spell = st.sampled_from([str.lower, str.upper, str.title, str.swapcase])
    pairs = [(data.draw(spell)(name), value) for name, value in delivery.headers.items()]
    others = [("Content-Type", "application/json"), ("X-Klaviyo-Signature", "a"), ("Host", "example.com")]
    mixed = data.draw(st.permutations(pairs + others))
    assert dump(verified(delivery, headers=WAYS[way](mixed))) == json.loads(delivery.body)


@given(deliveries(), st.lists(SECRETS, max_size=3), st.data())
def test_one_of_several_secrets_is_enough(
    delivery: Signed, others: list[str | bytes], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(others)))
    secrets = [*others[:place], delivery.secret, *others[place:]]
    for secrets_in_use in (secrets, tuple(secrets), iter(secrets)):
        verified(delivery, secret=secrets_in_use)


# ------------------------------------------------------------------------------------ what is rejected


def _changed(data: st.DataObject, text: bytes) -> bytes:
    """The text with one byte changed, gone or added; spaces and ends are what careless code overlooks."""
    ends = st.sampled_from([0, len(text) - 1, len(text)])
    place = data.draw(ends | st.integers(0, len(text)))
    byte = data.draw(st.sampled_from(b" \r\n\0") | st.integers(0, 255))
    how = data.draw(st.sampled_from(["change", "remove", "insert"]))
    before, after = text[:place], text[place + (how != "insert") :]
    changed = before + after if how == "remove" else before + bytes([byte]) + after
    assume(changed != text)
    return changed


@given(deliveries(), st.data())
def test_a_changed_byte_of_the_body_is_noticed(delivery: Signed, data: st.DataObject) -> None:
    assert rejected(evolve(delivery, body=_changed(data, delivery.body))) == "signature"


@given(deliveries(), st.data(), st.booleans())
def test_a_changed_byte_of_a_header_is_noticed(delivery: Signed, data: st.DataObject, fresh: bool) -> None:
    """However it is spelled: there is one spelling of a signature."""
    name, check = data.draw(
        st.sampled_from(
            [
                ("Klaviyo-Signature", "signature"),
                ("Klaviyo-Timestamp", "signature"),
                ("Klaviyo-Webhook-Id", "id"),
            ]
        )
    )
    raw = {key: value.encode() for key, value in delivery.headers.items()}
    raw[name] = _changed(data, raw[name])
    assume(raw[name])
    assert rejected(delivery, headers=raw, tolerance=300 if fresh else None) == check


@given(deliveries(), st.lists(SECRETS, min_size=1, max_size=3))
def test_another_secret_is_noticed(delivery: Signed, secrets: list[str | bytes]) -> None:
    assume(signature(b"", "", delivery.secret) not in {signature(b"", "", other) for other in secrets})
    assert rejected(delivery, secret=secrets) == "signature"


def test_a_signature_in_capitals_is_another() -> None:
    assert rejected(evolve(DELIVERY, signature=DELIVERY.signature.upper())) == "signature"


@given(deliveries(), st.integers(0, 10**6), st.integers(1, 10**9), st.sampled_from([-1, 1]))
def test_what_is_too_old_or_from_the_future_is_rejected(
    delivery: Signed, tolerance: int, beyond: int, sign: int
) -> None:
    """A second more than the tolerance is too much, unless there is none."""
    edge = delivery.moment + timedelta(seconds=sign * tolerance)
    verified(delivery, now=edge, tolerance=tolerance)
    late = edge + timedelta(seconds=sign * beyond)
    assert rejected(delivery, now=late, tolerance=tolerance) == "timestamp"
    verified(delivery, now=late, tolerance=None)


def test_the_clock_is_asked_unless_told() -> None:
    now = datetime.now(UTC)
    verified(signed(DOCUMENT, moment=now, webhook_id="01WEBHOOK"), now=None)
    assert rejected(DELIVERY, now=None) == "timestamp"


def test_five_minutes_are_tolerated() -> None:
    verified(DELIVERY, now=NOON + timedelta(minutes=5))
    assert rejected(DELIVERY, now=NOON + timedelta(minutes=5, seconds=1)) == "timestamp"


@given(st.text(st.characters(max_codepoint=0x7E), min_size=1) | st.integers().map(str))
def test_a_timestamp_that_is_no_date_is_rejected_although_it_is_signed(timestamp: str) -> None:
    delivery = evolve(
        DELIVERY, timestamp=timestamp, signature=signature(DELIVERY.body, timestamp, DELIVERY.secret)
    )
    assert rejected(delivery, tolerance=0) == "timestamp"
    verified(delivery, tolerance=None)


@given(st.binary() | st.text().map(lambda text: json.dumps(text).encode()))
def test_a_body_that_is_no_delivery_is_rejected_although_it_is_signed(body: bytes) -> None:
    assert rejected(signed(body, moment=NOON, webhook_id="01WEBHOOK")) == "body"


@pytest.mark.parametrize(
    "meta", [None, [], "01WEBHOOK", {}, {"klaviyo_webhook_id": None}, {"klaviyo_webhook_id": "01OTHER"}]
)
def test_a_body_that_names_another_webhook_or_none_is_rejected(meta: Any) -> None:
    assert rejected(signed({"data": [], "meta": meta}, moment=NOON, webhook_id="01WEBHOOK")) == "id"


def test_an_id_that_is_a_number_is_no_id() -> None:
    assert rejected(signed({"meta": {"klaviyo_webhook_id": 7}}, moment=NOON, webhook_id="7")) == "id"


# ------------------------------------------------------------------------------------ odd headers


NAMES = [*DELIVERY.headers, *map(str.lower, DELIVERY.headers), "Host", ""]
ODD = st.one_of(st.text(), st.binary(), st.none(), st.integers(), st.lists(st.text(), max_size=2))
SURE = st.sampled_from([*DELIVERY.headers.values(), b"\xff\xfe", "\ud800", "\u202e"])


@given(st.lists(st.tuples(st.sampled_from(NAMES) | ODD, SURE | ODD), max_size=6), st.none() | st.just(300))
def test_odd_headers_are_rejected_and_nothing_worse(headers: list[Any], tolerance: int | None) -> None:
    """Text of any kind, bytes, numbers, lists: the delivery is read, or rejected."""
    options = {"tolerance": tolerance, "now": DELIVERY.moment}
    assert outcome(headers, **options) in {"headers", "signature", "id", "read"}


def outcome(headers: Any, **options: Any) -> str:
    """The check that the headers fail; else that the delivery was read."""
    try:
        assert dump(webhooks.verify(DELIVERY.body, headers, DELIVERY.secret, **options)) == DOCUMENT
    except WebhookRejected as error:
        return error.check
    return "read"


@pytest.mark.parametrize("name", DELIVERY.headers)
def test_each_header_is_needed_once(name: str) -> None:
    headers = DELIVERY.headers
    value = headers.pop(name)
    with pytest.raises(WebhookRejected, match=f"^the header {name} is missing$") as missing:
        verified(DELIVERY, headers=headers)
    assert rejected(DELIVERY, headers={**headers, name: ""}) == missing.value.check == "headers"
    with pytest.raises(WebhookRejected, match=f"^the header {name} stands there twice$") as twice:
        verified(DELIVERY, headers={**headers, name: value, name.lower(): value})
    assert twice.value.check == "headers"


# ------------------------------------------------------------------------------------ wrong arguments


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"body": DELIVERY.body.decode()}, "body is the bytes as they came"),
        ({"body": DOCUMENT}, "body is the bytes as they came"),
        *(({"secret": secret}, "secret is") for secret in ("", b"", [], [""], ["a", ""], None, 7, [None])),
        *(({"tolerance": odd}, "tolerance is") for odd in (-1, float("nan"), "300", True)),
        ({"now": NOON.replace(tzinfo=None)}, "now needs a time zone"),
        *(({"headers": odd}, "headers is") for odd in (None, 7, "abc", ["abc"], [("a", "b", "c")], [None])),
    ],
)
def test_wrong_arguments_are_refused(options: dict[str, Any], said: str) -> None:
    arguments: dict[str, Any] = {
        "body": DELIVERY.body,
        "headers": DELIVERY.headers,
        "secret": DELIVERY.secret,
    }
    arguments |= options
    with pytest.raises(ArgumentError, match=f"^{said}"):
        webhooks.verify(**arguments)


# ------------------------------------------------------------------------------------ what is not shown


@pytest.mark.parametrize(
    "options",
    [
        {"headers": {}},
        {"headers": {**DELIVERY.headers, "Klaviyo-Signature": "0" * 64}},
        {"headers": {**DELIVERY.headers, "Klaviyo-Webhook-Id": "x"}},
        {"now": datetime.now(UTC)},
        {"tolerance": -1},
        {"headers": None},
    ],
)
@pytest.mark.parametrize("as_bytes", [False, True])
def test_neither_secret_nor_signature_is_shown(options: dict[str, Any], as_bytes: bool) -> None:
    """Not even by a traceback with the locals of our frames; those of the caller are the caller's."""
    secret = "the-secret-of-this-webhook"
    delivery = signed(DOCUMENT, secret=secret, moment=NOON, webhook_id="01WEBHOOK")
    arguments: dict[str, Any] = {"headers": delivery.headers, "now": NOON, **options}
    with pytest.raises(KlaviyoError) as caught:
        webhooks.verify(delivery.body, secret=[secret.encode() if as_bytes else secret], **arguments)
    first = caught.value.__traceback__
    assert first is not None
    shown = traceback.TracebackException(type(caught.value), caught.value, first.tb_next, capture_locals=True)
    assert secret not in "".join(shown.format())
    assert delivery.signature not in str(caught.value)
    if "headers" in options:
        assert delivery.signature not in "".join(shown.format())


def test_the_module_loads_no_http_library_and_no_client() -> None:
    code = (
        "import sys; from klaviyo_maton import webhooks; webhooks.verify\n"
        "print([name for name in sys.modules if name == 'httpx' or '.v20' in name])"
    )
    assert run(code).strip() == "[]"
    assert klaviyo_maton.webhooks is webhooks


def test_dates_are_written_as_the_vendor_writes_them() -> None:
    assert http_date(datetime(2024, 1, 4, 18, 5, 25, tzinfo=UTC)) == "Thu, 04 Jan 2024 18:05:25 GMT"
