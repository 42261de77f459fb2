# Copied by "make generate" from codegen/runtime/sandbox/events.py. Edit that file, not this one.
"""Events, whose attributes answers call otherwise than requests do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..codec import instant, is_object

_OWN_ID = "$event_id"
_COPIED = {"value": "$value", "value_currency": "$value_currency", "unique_id": _OWN_ID}


def as_read(written: Mapping[str, Any], now: str) -> dict[str, Any]:
    """The attributes that answers show of an event that was written with others."""
    properties = dict(written.get("properties") or {})
    properties |= {key: written[name] for name, key in _COPIED.items() if written.get(name) is not None}
    moment = instant(str(written.get("time"))) or instant(now)
    stamps = {"datetime": moment.isoformat(), "timestamp": int(moment.timestamp())} if moment else {}
    return {"event_properties": properties, **stamps}


def event_id(attributes: Mapping[str, Any]) -> Any:
    """The id that the sender gave to an event, None without one."""
    properties = attributes.get("event_properties")
    return properties.get(_OWN_ID) if is_object(properties) else None
