"""What may stand in a header, and how one tells a moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .arguments import exact

_LONGEST_DATE = 100
_VISIBLE = re.compile("[!-~]++")


def flaw(value: object) -> str:
    """Tell why a value cannot stand in a header, without showing it; empty when it can."""
    if not isinstance(value, str):
        return "is not text"
    value = exact(value)
    if not value:
        return "is empty"
    if not _VISIBLE.fullmatch(value):
        return "holds a space, a line break or another character that no header takes"
    return ""


def http_date(text: str) -> datetime | None:
    """Read an HTTP date such as ``Thu, 04 Jan 2024 18:05:25 GMT``; None where the text is none."""
    if len(text) > _LONGEST_DATE:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
