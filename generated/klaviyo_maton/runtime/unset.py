# Copied by "make generate" from codegen/runtime/unset.py. Edit that file, not this one.
"""The one sentinel: an argument that was not given, which is something else than ``None``."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal


class UnsetType(Enum):
    """The type of `UNSET`; annotate with it where an argument may be left out."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = UnsetType.UNSET
"""Sends nothing: an argument with this value does not reach the wire, while ``None`` is sent as null."""
