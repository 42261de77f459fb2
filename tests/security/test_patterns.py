"""No pattern that reads what a server sent comes back to what it looked at, so that none takes for ever."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

import pytest

from codegen import runtime

KEEPING = re.compile(r"(?:[*+?]|\{\d*,\d*\})\+")
GROWING = re.compile(r"[*+]|\{\d*,\}")
CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
OF_ARGUMENTS = ("filter", "sandbox", "testing.arguments", "urls")
"""Modules whose patterns read what the caller wrote."""


def patterns() -> dict[str, str]:
    """All patterns of the modules that read what a server sent, by where they stand."""
    found: dict[str, str] = {}
    for module in pkgutil.walk_packages(runtime.__path__, f"{runtime.__name__}."):
        name = module.name.removeprefix(f"{runtime.__name__}.")
        if not name.startswith(OF_ARGUMENTS):
            content = vars(importlib.import_module(module.name))
            found |= {f"{name}.{key}": _text(it) for key, it in content.items() if hasattr(it, "groupindex")}
    return found


def _text(pattern: Any) -> str:
    return pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else str(pattern.pattern)


def may_come_back(pattern: str) -> bool:
    """Tell whether a repetition without bound may give back what it took."""
    plain = re.sub(r"\\.", "x", CLASS.sub("x", pattern))
    return bool(GROWING.search(KEEPING.sub("", plain)))


@pytest.mark.parametrize("pattern", ["a*", "a+b", "a{2,}", "a*?"])
def test_what_comes_back_is_told(pattern: str) -> None:
    assert may_come_back(pattern)


@pytest.mark.parametrize("pattern", ["a*+", "a++b", "[*+]", r"\*\+", "a{2,3}", "a?"])
def test_what_does_not_come_back_is_told(pattern: str) -> None:
    assert not may_come_back(pattern)


def test_no_pattern_comes_back() -> None:
    """Repetitions without bound keep what they took, so that no text takes longer than its length."""
    assert {place: pattern for place, pattern in patterns().items() if may_come_back(pattern)} == {}
