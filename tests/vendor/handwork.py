"""What people do to a spec by hand: names and summaries of their own, comments above and behind entries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from codegen.load import tree_of
from codegen.problems import Problems
from codegen.tree import Mapping as MappingNode
from codegen.tree import Node, Scalar, Sequence

_NAMED = ("types", "forms", "operations")
_EVERY = 3
_LONGEST = 30
_ENTRY = re.compile(r"(?P<indent> +)(?P<key>[\w.?~-]+): (?P<value>=?[\w-]+|\{[^#]*\})")
_CLASS = re.compile(r"(?:[A-Z][a-z]+){2,}")
_SUMMARY = re.compile(r"^( {4}summary: )[A-Z][^\"#\n]*\.$(?!\n {5})", re.MULTILINE)


def written_over(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts with every third name changed, summaries rewritten and comments at many entries."""
    found = [name for text in texts.values() for name in entries(text, "types", "forms") if _is_fit(name)]
    renamed = {name: f"{name}ByHand" for name in found[::_EVERY]}
    words = re.compile(rf"\b(?:{'|'.join(renamed)})\b")
    return {
        path: _commented(path, _methods(words.sub(lambda match: renamed[match[0]], text)))
        for path, text in texts.items()
    }


def comments(text: str) -> list[str]:
    """Return what people wrote into a text, in order."""
    return re.findall(r"(?<=# )by hand:.*|(?<=: )Written by hand.*\.", text)


def entries(text: str, *sections: str) -> list[str]:
    """Return the names of what stands in sections of a file, in order."""
    root = tree_of({"spec/types/x.yaml": text}, Problems()).files[0].root
    named = (root.get(section) for section in sections or _NAMED)
    return [entry.key.text for node in named if isinstance(node, MappingNode) for entry in node]


def _is_fit(name: str) -> bool:
    return bool(_CLASS.fullmatch(name)) and len(name) <= _LONGEST


def _methods(text: str) -> str:
    """Give every third method another name, and every summary of an operation another text."""
    head, operations, tail = text.partition("\noperations:\n")
    for name in entries(text, "operations")[::_EVERY]:
        tail = tail.replace(f"\n  {name}:", f"\n  {name}_by_hand:", 1) if f"\n  {name}:" in tail else tail
    return head + operations + _SUMMARY.sub(r"\1Written by hand what it does.", tail)


def _commented(path: str, text: str) -> str:
    root = tree_of({path: text}, Problems()).files[0].root
    begins = set(_lines(root))
    lines = text.splitlines()
    for number in sorted(begins, reverse=True):
        match = _ENTRY.fullmatch(lines[number - 1])
        if match and number % _EVERY == 0:
            lines[number - 1] += f"  # by hand: behind {match['key']}"
        elif match and number % _EVERY == 1:
            lines.insert(number - 1, f"{match['indent']}# by hand: above {match['key']}")
    return "\n".join([*lines, ""])


def _lines(node: Node) -> Iterator[int]:
    """Yield the lines where an entry begins."""
    match node:
        case MappingNode(listed):
            for entry in listed:
                yield entry.key.position.line
                yield from _lines(entry.value)
        case Sequence(items):
            for item in items:
                yield from _lines(item)
        case Scalar():
            return
