"""Reads the files of a spec into a tree whose every node knows its line and column.

YAML serves as a notation only: a scalar stays the text that somebody wrote, so that dates, ``on`` and
``NO`` need no quotes. Anchors, aliases and explicit tags are refused, because a node must have one place
and one meaning.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from codegen.problems import Position, Problems
from codegen.tree import Entry, File, Mapping, Node, Scalar, Sequence, Tree

# The parser in C reads the spec ten times faster; where it was not built, the other one does.
_Loader: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_KINDS = (
    ("klaviyo", "klaviyo.yaml"),
    ("maton", "maton.yaml"),
    ("family", "resources/*.yaml"),
    ("types", "types/*.yaml"),
)
_REQUIRED = ("klaviyo.yaml", "maton.yaml")


def load(spec: Path, problems: Problems) -> Tree:
    """Return the tree of the spec in a directory; mistakes are added to the problems.

    Places are told relative to the directory that holds the spec: ``spec/resources/lists.yaml``.
    """
    spec = spec.resolve()
    files: list[File] = []
    for name in _REQUIRED:
        if not (spec / name).is_file():
            problems.add(Position(f"{spec.name}/{name}", 1, 1), "the file is missing")
    for kind, pattern in _KINDS:
        for path in sorted(spec.glob(pattern)):
            shown = path.relative_to(spec.parent).as_posix()
            root = _root(path, shown, problems)
            if root is not None:
                files.append(File(kind, path.stem, shown, root))
    return Tree(tuple(files))


def _root(path: Path, shown: str, problems: Problems) -> Mapping | None:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        problems.add(Position(shown, 1, 1), f"the file is not UTF-8 ({error.reason})")
        return None
    root = read(text, shown, problems)
    if root is None or isinstance(root, Mapping):
        return root
    problems.add(root.position, "a file of the spec is a mapping")
    return None


def read(text: str, file: str, problems: Problems) -> Node | None:
    """Return the node that a YAML text describes, or None where it cannot be read."""
    try:
        composed = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        position = Position(file, mark.line + 1, mark.column + 1) if mark else Position(file, 1, 1)
        problems.add(position, f"YAML: {error.problem or error.context}")
        return None
    except yaml.YAMLError as error:
        problems.add(Position(file, 1, 1), f"YAML: {error}".replace("\n", " "))
        return None
    if composed is None:
        return Mapping((), Position(file, 1, 1))
    return _Reader(file, problems).node(composed)


class _Reader:
    """Turns the nodes of PyYAML into ours."""

    def __init__(self, file: str, problems: Problems) -> None:
        self._file = file
        self._problems = problems
        self._seen: set[int] = set()

    def node(self, node: yaml.Node) -> Node:
        position = self._position(node)
        if id(node) in self._seen:
            self._problems.add(position, "a YAML alias refers to this node", "write it out, or name a type")
            return Scalar("", position)
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return Mapping(self._entries(node), position)
        if isinstance(node, yaml.SequenceNode):
            return Sequence(tuple(self.node(item) for item in node.value), position)
        return Scalar(str(node.value), position)

    def _entries(self, node: yaml.MappingNode) -> tuple[Entry, ...]:
        entries: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            key = self.node(key_node)
            value = self.node(value_node)
            if not isinstance(key, Scalar):
                self._problems.add(key.position, "a key is a text")
            elif key.text in entries:
                first = entries[key.text].key.position
                self._problems.add(
                    key.position, f"duplicate key {key.text!r}", f"the first is in line {first.line}"
                )
            else:
                entries[key.text] = Entry(key, value)
        return tuple(entries.values())

    def _position(self, node: yaml.Node) -> Position:
        mark = node.start_mark
        return Position(self._file, mark.line + 1, mark.column + 1)
