"""The fenced blocks of the README, and what is promised around them."""

from __future__ import annotations

import re
from pathlib import Path

from attrs import frozen

README = Path(__file__).parents[2] / "README.md"

_FENCE = re.compile(r"^```(?P<language>\S*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_PRINTED = re.compile(r"^\s*#> (?P<text>.*)$", re.MULTILINE)
_SOURCE = re.compile(r"# (?P<path>spec/\S+\.yaml)\n")


@frozen
class Block:
    """A fenced block; ``line`` is where its code begins."""

    language: str
    code: str
    line: int

    @property
    def printed(self) -> str:
        """What the code prints, according to its comments."""
        return "".join(f"{match['text']}\n" for match in _PRINTED.finditer(self.code))


def blocks(text: str | None = None) -> list[Block]:
    """The blocks of a Markdown text, the README's unless one is given."""
    document = README.read_text(encoding="utf-8") if text is None else text
    return [
        Block(match["language"], match["code"], document.count("\n", 0, match.start("code")) + 1)
        for match in _FENCE.finditer(document)
    ]


def commands() -> list[str]:
    """The lines of all shell blocks."""
    return [line for block in blocks() if block.language == "shell" for line in block.code.splitlines()]


def extend(root: Path) -> list[Path]:
    """Do to a copy of the spec, below ``root``, what the README's YAML says; return the files changed.

    The first line of a block names the file; what it holds goes to the end of that.
    """
    changed: list[Path] = []
    for block in blocks():
        if block.language == "yaml":
            source = _SOURCE.match(block.code)
            assert source, f"README.md:{block.line}: the first line names no file of the spec"
            path = root / source["path"]
            before = path.read_text(encoding="utf-8") + "\n" if path.exists() else ""
            path.write_text(before + block.code[source.end() :], encoding="utf-8")
            changed.append(path)
    return changed
