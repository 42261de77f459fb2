# Copied by "make generate" from codegen/runtime/retry.py. Edit that file, not this one.
"""When a call may be repeated, and how long to wait before; pure decisions, taken by the flow.

A read is repeated when the failure looks passing. A write only when it certainly did not happen, or
when doing it twice is the same as once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus

from .answer import RateLimitState
from .headers import http_date
from .idempotency import is_idempotent
from .operation import Call

FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 8.0

_DOUBLINGS = 4  # more would not lengthen the bound, and no float holds the power of many

# Not 500: Klaviyo's are often permanent for the same input, and Maton's mean an expired connection. From 520
# on Cloudflare, which stands before the API, says that it did not hear from it.
_PASSING = frozenset({502, 503, 504, 520, 521, 522, 523, 524})
_SECONDS = re.compile(r"[0-9]++(\.[0-9]*+)?")


def is_harmless(call: Call) -> bool:
    """Tell whether sending a call twice does no more than sending it once."""
    return call.operation.effect == "read" or is_idempotent(call)


def may_repeat_status(call: Call, status: int) -> bool:
    """Tell whether a call that was answered with this status may be sent again."""
    passing = status == HTTPStatus.TOO_MANY_REQUESTS or (status in _PASSING and is_harmless(call))
    return passing and call.replayable


def may_repeat_failure(call: Call, sent: bool | None) -> bool:
    """Tell whether a call may be sent again after a failure; ``sent`` as in `TransportFailed`."""
    return not sent and is_safe(call, sent)


def is_safe(call: Call, sent: bool | None) -> bool:
    """Tell whether sending a call again cannot do its work twice; ``sent`` as in `TransportFailed`."""
    return call.replayable and (sent is False or is_harmless(call))


def backoff(retries: int, random: Callable[[], float]) -> float:
    """Seconds to wait before a retry when the server does not say: full jitter under a doubling bound."""
    return random() * min(LONGEST_BACKOFF, FIRST_BACKOFF * 2.0 ** min(retries, _DOUBLINGS))


def retry_after(headers: Mapping[str, str], now: Callable[[], float]) -> float | None:
    """Seconds to wait according to ``Retry-After``, or to a used-up daily quota; None where nothing says."""
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    moment = http_date(text)
    if moment is not None:
        return max(0.0, moment.timestamp() - answered_at(headers, now))
    state = RateLimitState.of(headers)
    return state.reset_daily if state.remaining_daily == 0 else None


def answered_at(headers: Mapping[str, str], now: Callable[[], float]) -> float:
    """When an answer was made, in seconds since 1970: by the server's clock if it tells, else by ours."""
    moment = http_date(headers.get("date", ""))
    return now() if moment is None else moment.timestamp()
