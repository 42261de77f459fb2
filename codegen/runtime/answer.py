"""What an answer said beside its data: status, headers, limits, timing, and the bytes themselves."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from functools import cache
from typing import Any

from attrs import field, frozen

from .arguments import Reading
from .errors import ArgumentError, RevisionWarning
from .redaction import Redaction
from .secret import NO_SECRET, Secret

_MATONS_OWN = "/connections"
_REVISION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(\.[a-z]{1,20})?")
_WINDOW = re.compile(r"\s*+([0-9]{1,18})\s*+;\s*+w=([0-9]{1,18})\s*+")


@frozen
class RateLimitState:
    """Where an account stands against its limits, as one answer told it; None where it did not.

    Attributes:
        windows: pairs of requests allowed and seconds.
        remaining: requests left in the window that is closest to its end.
        reset: seconds until that window opens again.
        remaining_daily: requests left today, where the endpoint has a daily quota.
        reset_daily: seconds until the daily quota opens again.
    """

    windows: tuple[tuple[int, int], ...] = ()
    remaining: int | None = None
    reset: float | None = None
    remaining_daily: int | None = None
    reset_daily: float | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> RateLimitState:
        """Read the state from headers; what cannot be read is left out."""
        matches = map(_WINDOW.fullmatch, headers.get("ratelimit-limit", "").split(","))
        return cls(
            windows=tuple((int(match[1]), int(match[2])) for match in matches if match),
            remaining=_whole(headers.get("ratelimit-remaining")),
            reset=_whole(headers.get("ratelimit-reset")),
            remaining_daily=_whole(headers.get("ratelimit-remaining-daily")),
            reset_daily=_whole(headers.get("ratelimit-reset-daily")),
        )


@frozen
class Answer:
    """A successful answer.

    A pickle leaves the content of an answer of Maton's own API behind: it holds session tokens.

    Attributes:
        method: of the request.
        path: of the request, without query.
        status: 2xx; a 404 only where a repeated DELETE found that it had been done already.
        headers: with names in lower case.
        content: the body's bytes, decompressed.
        elapsed: seconds from sending the last request to the end of its answer.
        retries: how often the request was sent again.
        key: what the request was signed with, to keep it out of messages; it travels in no pickle.
    """

    method: str
    path: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    elapsed: float
    retries: int = 0
    key: Secret = field(default=NO_SECRET, repr=False, eq=False)

    def __reduce__(self) -> tuple[Any, ...]:
        content = b"" if self.path.startswith(_MATONS_OWN) else self.content
        return Answer, (
            self.method,
            self.path,
            self.status,
            self.headers,
            content,
            self.elapsed,
            self.retries,
        )

    def carrying(self, content: bytes) -> Answer:
        """The same answer with other content."""
        return Answer(
            self.method,
            self.path,
            self.status,
            self.headers,
            content,
            self.elapsed,
            self.retries,
            self.key,
        )

    def __copy__(self) -> Answer:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Answer:
        return self

    @property
    def request_id(self) -> str | None:
        """What to name to the vendor's support."""
        return request_id(self.headers, Redaction(self.key))

    @property
    def revision(self) -> str | None:
        """The revision that served the request."""
        return self.headers.get("x-klaviyo-api-revision")

    @property
    def rate_limit(self) -> RateLimitState:
        """Where the account stands against its limits."""
        return RateLimitState.of(self.headers)


@Reading("answer_of")
def answer_of(result: object) -> Answer:
    """Give the answer that a result came with: an item, a page, or an answer itself.

    Raises:
        ArgumentError: the result did not come from a call.
    """
    if (found := _answer_of(result)) is None:
        raise ArgumentError(f"this {type(result).__name__} did not come with an answer")
    return found


def key_of(result: object) -> Secret:
    """What the request of a result was signed with; an empty secret where there was none."""
    found = _answer_of(result)
    return NO_SECRET if found is None else found.key


def _answer_of(result: object) -> Answer | None:
    for found in (result, getattr(result, "__answer__", None), getattr(result, "answer", None)):
        if isinstance(found, Answer):
            return found
    return None


def request_id(headers: Mapping[str, str], redaction: Redaction) -> str | None:
    """The id of a request, as Klaviyo or Maton names it in an answer, without secrets if it repeats them."""
    named = headers.get("x-klaviyo-req-id") or headers.get("x-request-id")
    return redaction.text(named) if named else None


def check_revision(asked: str, answer: Answer) -> None:
    """Warn, once a pair of revisions, when another one served a request than was asked for.

    Nothing is asked for where an API has no revisions.
    """
    served = answer.revision
    if asked and served and served != asked and _REVISION.fullmatch(served):
        _warn_of_revision(asked, served)


@cache
def _warn_of_revision(asked: str, served: str) -> None:
    warnings.warn(
        f"revision {asked} was asked for and {served} answered, perhaps because {asked} is retired; "
        "import the client of a revision that is served",
        RevisionWarning,
        stacklevel=2,
    )


def _whole(text: str | None) -> int | None:
    digits = (text or "").strip()
    return int(digits) if re.fullmatch("[0-9]{1,18}", digits) else None
