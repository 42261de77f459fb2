"""What an operation does to the account: it reads, it writes, or it deletes something that was there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Effect = Literal["read", "write", "delete"]

METHODS: Mapping[str, Effect] = {
    "GET": "read",
    "HEAD": "read",
    "POST": "write",
    "PUT": "write",
    "PATCH": "write",
    "DELETE": "delete",
}
"""What each method that the API knows does by itself."""

# "merge" is among them because what is merged into something else is gone afterwards.
_DELETING = re.compile(
    r"(?<![a-z])(delet|destroy|eras|merg|purg|remov|revok|unregister|unsubscrib|unsuppress)"
)


def effect_of(method: str, id_: str, path: str) -> Effect:
    """Tell what an operation does; the method alone does not, as a POST begins the jobs that delete."""
    effect = METHODS[method]
    said = re.sub(r"\{[^}]*\}", "", f"{id_} {path}").lower()
    return "delete" if effect == "write" and _DELETING.search(said) else effect
