# Copied by "make generate" from codegen/runtime/secret.py. Edit that file, not this one.
"""Text that must not be seen: API keys, and links that carry a session token."""

from __future__ import annotations

import hmac
from typing import NoReturn

from .errors import CredentialMissing

_WITHHELD = ""


class Secret:
    """Wraps a text so that no repr, str, format or pickle shows it.

    ``reveal()`` gives the text back. A pickled secret arrives empty, because secrets do not travel;
    a copy within the process is the same object.
    """

    __slots__ = ("_text",)

    _text: str

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "_text", text)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Secret cannot be changed")

    def __bool__(self) -> bool:
        return self._text != _WITHHELD

    def reveal(self) -> str:
        """Give the text; raises `CredentialMissing` for a secret that has been through a pickle."""
        if not self:
            raise CredentialMissing("this secret was left behind when it was pickled: ask for it again")
        return self._text

    def __repr__(self) -> str:
        return "Secret('********')"

    def __str__(self) -> str:
        return "********"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self._text), _bytes(other._text))

    def __hash__(self) -> int:
        return hash(self._text)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Secret:
        return self

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return Secret, (_WITHHELD,)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
