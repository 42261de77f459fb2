"""What secrets are called, in members, parameters and headers: a name's last words tell.

``sessionToken``, ``x-api-key`` and ``user[password]`` name secrets; ``token_type``, ``session_count``,
``authorized_at`` and ``author`` tell something about one, or are other words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import normalize

MENTION = (
    "token|secret|key|pass|pwd|credential|auth|cookie|session|sid|jwt|otp|pin|bearer|hmac|sig|verif|recovery"
)
"""A pattern of what stands in each name of a secret, in small letters."""

_MENTION = re.compile(MENTION, re.IGNORECASE)
_WORDS = re.compile("[A-Z]?+[a-z]++|[A-Z](?:[A-Z](?![a-z]))*+")
_TAIL = 64

# Words that mean a secret at the end of longer ones too (accesstoken), and those that must stand alone.
_ENDS = re.compile(
    r"(?:tokens?|secrets?|passw(?:or)?ds?|credentials?|authorization|cookies?|sessionids?"
    r"|(?:secret|api|access|private|signing|encryption|auth)keys?)\Z"
)
_WORD = frozenset(
    {
        *("auth", "bearer", "hmac", "jwt", "jwts", "otp", "passcode", "passphrase", "pin", "pwd"),
        *("session", "sessions", "sid", "sig", "signature"),
    }
)
_PAIRS = frozenset(
    {
        *(("auth", "code"), ("authorization", "code"), ("code", "verifier")),
        *(("session", "key"), ("session", "url"), ("user", "pass")),
        *(("otp", "code"), ("otp", "codes"), ("recovery", "code"), ("recovery", "codes")),
        *(("verification", "code"), ("verification", "codes")),
    }
)
# token_value is no less secret than token, and secret_v2 than secret
_ABOUT = frozenset(
    {"base", "data", "hash", "hint", "plain", "plaintext", "raw", "string", "v", "value", "values"}
)
_ALONE = "pass"
_PAIR = 2
_RESOURCE = ("push", "tokens")  # Klaviyo's, of which only the member ``token`` is a secret
_SELECTION = re.compile(r"(?:additional-)?fields\[")


def may_name_secret(text: str) -> bool:
    """Tell quickly whether any word of a text could name a secret."""
    return bool(_MENTION.search(text))


def is_value_of_secret(name: str, members: Mapping[str, Any]) -> bool:
    """Tell whether a member is the value of a secret: ``{"name": "token", "value": …}``."""
    return name == "value" and any(_names_secret(members.get(key)) for key in ("name", "key"))


def is_secret_pair(items: Sequence[Any]) -> bool:
    """Tell whether a list is the name of a secret and its value."""
    return len(items) == _PAIR and _names_secret(items[0])


def _names_secret(value: object) -> bool:
    return isinstance(value, str) and is_secret_name(value)


def is_secret_name(name: str) -> bool:
    """Tell whether a member, a parameter or a header is called as secrets are, in whatever spelling."""
    name = name if name.isascii() else normalize("NFKC", name)
    if not _MENTION.search(name) or _SELECTION.match(name):
        return False
    words = tuple(word.lower() for word in _WORDS.findall(name[-_TAIL:]))
    if words[-2:] == _RESOURCE:
        return False
    if words == (_ALONE,) or (words and words[-1] in _WORD):
        return True
    words = words[:-1] if words and words[-1] in _ABOUT else words
    return words[-2:] in _PAIRS or bool(_ENDS.search("".join(words)))
