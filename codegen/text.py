"""Text of the spec as Python source: the only two ways by which it gets there."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import TypeAlias

WIDTH = 100

_ENDING = re.compile(r'"{3,}|"+\Z')
"""Quotes that would end a docstring, or meet the three that do."""


Literal: TypeAlias = "str | int | float | tuple[Literal, ...] | list[Literal] | Mapping[str, Literal] | None"


def literal(value: Literal) -> str:
    """Write text, numbers, truth values and tuples, lists or mappings of them as a Python expression."""
    if isinstance(value, Mapping):
        entries = (f"{literal(key)}: {literal(item)}" for key, item in value.items())
        return f"{{{', '.join(entries)}}}"
    if isinstance(value, tuple):
        items = ", ".join(map(literal, value))
        return f"({items},)" if len(value) == 1 else f"({items})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    return repr(value)


def docstring(paragraphs: str | list[str], indent: int = 4) -> str:
    """Write paragraphs as a docstring whose lines after the first are indented by ``indent`` spaces.

    A paragraph of several lines keeps its lines; one of a single line is wrapped.
    """
    given = [paragraphs] if isinstance(paragraphs, str) else paragraphs
    blocks = [_block(paragraph, indent) for paragraph in given if paragraph.strip()]
    if not blocks:
        raise ValueError("a docstring needs text")
    margin = " " * indent
    if len(blocks) == 1 and "\n" not in blocks[0]:
        return f'"""{blocks[0]}"""'
    lines = "\n\n".join(blocks).split("\n")
    rest = [f"{margin}{line}" if line else "" for line in lines[1:]]
    return "\n".join([f'"""{lines[0]}', *rest, f'{margin}"""'])


def _block(paragraph: str, indent: int) -> str:
    lines = [_inert(line.rstrip()) for line in paragraph.strip("\n").split("\n")]
    if len(lines) > 1:
        return "\n".join(lines)
    return textwrap.fill(lines[0], WIDTH - indent, break_long_words=False, break_on_hyphens=False)


def _inert(line: str) -> str:
    """Escape whatever could end the docstring, escape from it, or be unseen in it."""
    line = _ENDING.sub(lambda quotes: '\\"' * len(quotes[0]), line.replace("\\", "\\\\"))
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)
