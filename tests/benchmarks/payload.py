"""Answers of the size and shape that the API sends: a page of 100 full profiles, one profile, odd ones."""

from __future__ import annotations

import json
import random
from typing import Any

COUNT = 100
_HOST = "https://a.klaviyo.com/api/profiles"


def profile(number: int, draw: random.Random) -> dict[str, Any]:
    """A profile with all members, subscriptions included: about 2.6 kB."""
    letters = draw.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=24)
    identifier = "01" + "".join(letters)
    consent = {"consent": "SUBSCRIBED", "consent_timestamp": _instant(draw)}
    text = consent | {"method": "CHECKOUT", "method_detail": "store", "last_updated": _instant(draw)}
    email = text | {
        "can_receive_email_marketing": True,
        "custom_method_detail": "autumn",
        "double_optin": False,
        "suppression": [{"reason": "USER_SUPPRESSED", "timestamp": _instant(draw)}],
        "list_suppressions": [{"list_id": "Wq3rTz", "reason": "UNSUBSCRIBE", "timestamp": _instant(draw)}],
    }
    return {
        "type": "profile",
        "id": identifier,
        "attributes": {
            "email": f"customer.{number}@shop.example",
            "phone_number": f"+4366012345{number:03d}",
            "external_id": f"shop-{draw.randrange(10**8)}",
            "first_name": "Jana",
            "last_name": f"Novak {number}",
            "organization": "Beispiel GmbH",
            "locale": "de-AT",
            "title": "Head of Purchasing",
            "image": f"https://pictures.example/{draw.randrange(10**7)}/portrait-large.jpeg",
            "created": _instant(draw),
            "updated": _instant(draw),
            "last_event_date": _instant(draw),
            "location": {
                "address1": f"Ringstrasse {number}",
                "address2": "Top 4",
                "city": "Vienna",
                "country": "Austria",
                "latitude": 48.2082,
                "longitude": 16.3738,
                "region": "W",
                "zip": "1010",
                "timezone": "Europe/Vienna",
                "ip": "127.0.0.1",
            },
            "properties": {
                "tier": draw.choice(["gold", "silver", "bronze"]),
                "points": draw.randrange(10000),
                "interests": ["hiking", "cycling", "opera"],
                "$consent": ["email"],
                "last_order": {"number": draw.randrange(10**7), "total": round(draw.random() * 400, 2)},
            },
            "subscriptions": {
                "email": {"marketing": email},
                "sms": {
                    "marketing": {"can_receive_sms_marketing": True, **text},
                    "transactional": {"can_receive_sms_transactional": True, **text},
                },
                "mobile_push": {"marketing": {"can_receive_push_marketing": True, **consent}},
            },
        },
        "relationships": {
            name: {
                "links": {
                    "self": f"{_HOST}/{identifier}/relationships/{name}/",
                    "related": f"{_HOST}/{identifier}/{name}/",
                }
            }
            for name in ("lists", "segments", "push-tokens")
        },
        "links": {"self": f"{_HOST}/{identifier}/"},
    }


def odd(item: dict[str, Any]) -> dict[str, Any]:
    """The same profile with an unknown member, an unknown enum value and a null where none should be."""
    attributes = item["attributes"]
    email = attributes["subscriptions"]["email"]["marketing"]
    suppression = [{"reason": "NEW_REASON", "timestamp": None}]
    marketing = {"marketing": email | {"suppression": suppression}}
    subscriptions = attributes["subscriptions"] | {"email": marketing}
    return item | {"attributes": attributes | {"loyalty_grade": 7, "subscriptions": subscriptions}}


def answers() -> dict[str, bytes]:
    """All answers by name."""
    draw = random.Random(11)
    items = [profile(number, draw) for number in range(COUNT)]
    links = {"self": f"{_HOST}/", "first": None, "prev": None, "next": None}
    return {
        "page": _dump({"data": items, "links": links}),
        "odd": _dump({"data": [odd(item) for item in items], "links": links}),
        "one": _dump({"data": items[0], "links": {"self": f"{_HOST}/"}}),
    }


def _instant(draw: random.Random) -> str:
    day, hour = f"{draw.randint(1, 28):02d}", f"{draw.randint(0, 23):02d}"
    month, minute = f"{draw.randint(1, 12):02d}", f"{draw.randint(0, 59):02d}"
    return f"202{draw.randint(0, 5)}-{month}-{day}T{hour}:{minute}:17+00:00"


def _dump(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
