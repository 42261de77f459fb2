# Copied by "make generate" from codegen/runtime/secret.py. Edit that file, not this one.
"""Text that must not be seen: API keys, and links that carry a session token."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Any, Generic, NoReturn, Self, TypeGuard, TypeVar
from urllib.parse import quote

from .errors import CredentialMissing

T = TypeVar("T")

MASK = "********"

SHORTEST = 8
"""What has fewer characters is a word of any text, and no secret."""

_WITHHELD = ""
_PERCENT = re.compile("%[0-9A-F]{2}")


class Sealed(Generic[T]):
    """Holds a value out of the sight of whoever prints it, or walks the fields and slots of its holder.

    ``reveal()`` gives it back. A copy within the process is the same object.
    """

    __slots__ = ("_value",)

    _value: Callable[[], T]  # a function, because tools show slots, but no closures

    def __init__(self, value: T) -> None:
        object.__setattr__(self, "_value", lambda: value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} cannot be changed")

    def reveal(self) -> T:
        """Give the value."""
        return self._value()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return bool(self._value() == other._value()) if _is_sealed(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._value())

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self

    def __reduce__(self) -> tuple[type[Sealed[Any]], tuple[Any]]:
        return type(self), (self._value(),)


class Secret(Sealed[str]):
    """Wraps a text so that no repr, str, format or pickle shows it, and no tool that walks objects does.

    ``reveal()`` gives the text back. A pickled secret arrives empty, because secrets do not travel;
    a copy within the process is the same object.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        return self._value() != _WITHHELD

    def reveal(self) -> str:
        """Give the text; raises `CredentialMissing` for a secret that has been through a pickle."""
        if not self:
            raise CredentialMissing("this secret was left behind when it was pickled: ask for it again")
        return self._value()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self._value()), _bytes(other._value()))

    def __hash__(self) -> int:
        return hash(self._value())

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return Secret, (_WITHHELD,)


NO_SECRET = Secret(_WITHHELD)
NO_BODY: Sealed[bytes | None] = Sealed(None)


def sealed_body(body: bytes | Sealed[bytes | None] | None) -> Sealed[bytes | None]:
    """Hide a body from tools that show the fields of what holds it."""
    if body is None:
        return NO_BODY
    return body if isinstance(body, Sealed) else Sealed(body)


class Spellings:
    """Secrets as they are, and as JSON, URLs, HTML and Python write them.

    One that is too short to be a secret has none: masking it would hide everything and protect nothing.
    """

    def __init__(self, *secrets: Secret) -> None:
        self._spellings = _spellings(secrets)
        self.longest = max((len(spelling.reveal()) for spelling in self._spellings), default=0)

    def stand_in(self, text: str) -> bool:
        """Tell whether a text holds a secret."""
        return any(spelling.reveal() in text for spelling in self._spellings)

    def masked(self, text: str) -> str:
        """Put asterisks where a text shows a secret."""
        for spelling in self._spellings:
            text = text.replace(spelling.reveal(), MASK)
        return MASK if self.stand_in(text) else text  # asterisks in the secret itself may have made it anew


def shows(text: str, secret: Secret) -> bool:
    """Tell whether a text holds a secret, as it is or as JSON, URLs, HTML and Python write it."""
    return Spellings(secret).stand_in(text)


def masked(text: str, secret: Secret) -> str:
    """Put asterisks where a text shows a secret; a secret that is too short to be one stays."""
    return Spellings(secret).masked(text)


def _spellings(secrets: Iterable[Secret]) -> list[Secret]:
    # As secrets, because a traceback may show the locals of whoever asks; the longest first, as one may
    # be part of another.
    long = [secret for secret in secrets if secret and len(secret.reveal()) >= SHORTEST]
    found = {spelling for secret in long for spelling in _written(secret.reveal())}
    return [Secret(spelling) for spelling in sorted(found, key=len, reverse=True)]


def _written(text: str) -> set[str]:
    in_json = json.dumps(text)[1:-1]
    in_url = quote(text, safe="", errors="replace")
    return {
        text,
        in_json,
        in_json.replace("/", "\\/"),
        in_url,
        _PERCENT.sub(lambda octet: octet[0].lower(), in_url),
        escape(text),
        repr(text)[1:-1],
    }


def _is_sealed(value: object) -> TypeGuard[Sealed[Any]]:
    return isinstance(value, Sealed)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
