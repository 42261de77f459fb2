# Copied by "make generate" from codegen/runtime/headers.py. Edit that file, not this one.
"""What may stand in a header."""

from __future__ import annotations

import re

_VISIBLE = re.compile("[!-~]+")


def flaw(value: object) -> str:
    """Tell why a value cannot stand in a header, without showing it; empty when it can."""
    if not isinstance(value, str):
        return "is not text"
    if not value:
        return "is empty"
    if not _VISIBLE.fullmatch(value):
        return "holds a space, a line break or another character that no header takes"
    return ""
