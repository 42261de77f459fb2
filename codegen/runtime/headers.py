"""The headers of a request: which ones, and what may stand in them."""

from __future__ import annotations

import platform
import re

from .version import __version__

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


def user_agent(library: str) -> str:
    """Name this library, Python, and the HTTP library (such as ``httpx/0.28.1``)."""
    return f"klaviyo-maton/{__version__} (python/{platform.python_version()}; {library})"
