"""The secrets that a request carries beside its key, such as that of a webhook.

A server that refuses a request may repeat what it was sent, and an error shows what the server said.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import Any

from .codec import decode, is_array, is_object
from .errors import Undecodable
from .operation import Call
from .secret import SHORTEST, Secret
from .secret_names import is_secret_name, may_name_secret

_MOST = 100


def sent_secrets(call: Call) -> list[Secret]:
    """The texts that a call sends under names of secrets, in its body and its query.

    Of each of too many only the first are told; a body of a hundred secrets is no request of a person.
    """
    texts = {text: None for name, text in call.query if is_secret_name(name)}
    if call.body and may_name_secret(call.body.decode(errors="replace")):
        with suppress(Undecodable):  # it is no JSON
            texts |= dict.fromkeys(_named(decode(call.body)))
    return [Secret(text) for text in islice((text for text in texts if len(text) >= SHORTEST), _MOST)]


def _named(body: Any) -> list[str]:
    """The texts below members that are called as secrets are."""
    found: list[str] = []
    waiting: list[tuple[Any, bool]] = [(body, False)]
    while waiting:
        value, is_secret = waiting.pop()
        if is_object(value):
            waiting += [(item, is_secret or is_secret_name(name)) for name, item in value.items()]
        elif is_array(value):
            waiting += [(item, is_secret) for item in value]
        elif is_secret and isinstance(value, str):
            found.append(value)
    return found
