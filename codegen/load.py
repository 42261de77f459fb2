"""Reads the files of a spec into a tree whose every node knows its line and column.

YAML serves as a notation only: a scalar stays the text that somebody wrote, so that dates, ``on`` and
``NO`` need no quotes. Anchors, aliases and explicit tags are refused, because a node must have one place
and one meaning.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from pathlib import Path, PurePosixPath

import yaml

from codegen.problems import Position, Problems
from codegen.tree import Entry, File, Mapping, Node, Scalar, Sequence, Tree

# The parser in C reads the spec ten times faster; where it was not built, the other one does.
LOADER: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_KINDS = {"klaviyo.yaml": "klaviyo", "maton.yaml": "maton"}
_KINDS_OF_DIRECTORIES = {"resources": "family", "types": "types"}


def load(spec: Path, problems: Problems) -> Tree:
    """Return the tree of the spec in a directory; mistakes are added to the problems.

    Places are told relative to the directory that holds the spec: ``spec/resources/lists.yaml``.
    """
    return tree_of(texts(spec, problems), problems)


def texts(spec: Path, problems: Problems) -> dict[str, str]:
    """Return the texts of the files of a spec, by their paths relative to the directory that holds it."""
    spec = spec.resolve()
    found: dict[str, str] = {}
    for name in _KINDS:
        if not (spec / name).is_file():
            problems.add(Position(f"{spec.name}/{name}", 1, 1), "the file is missing")
    for pattern in (*_KINDS, *(f"{directory}/*.yaml" for directory in _KINDS_OF_DIRECTORIES)):
        for path in sorted(spec.glob(pattern)):
            shown = path.relative_to(spec.parent).as_posix()
            try:
                found[shown] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError as error:
                problems.add(Position(shown, 1, 1), f"the file is not UTF-8 ({error.reason})")
    return found


def tree_of(texts: MappingOf[str, str], problems: Problems) -> Tree:
    """Return the tree of the files with these texts, by paths such as ``spec/resources/lists.yaml``."""
    files: list[File] = []
    for path, text in sorted(texts.items()):
        root = read(text, path, problems)
        if isinstance(root, Mapping):
            files.append(File(kind_of(path), PurePosixPath(path).stem, path, root))
        elif root is not None:
            problems.add(root.position, "a file of the spec is a mapping")
    return Tree(tuple(files))


def kind_of(path: str) -> str:
    """Return the kind of a file of the spec, which its place tells."""
    place = PurePosixPath(path)
    return _KINDS_OF_DIRECTORIES.get(place.parent.name) or _KINDS[place.name]


def read(text: str, file: str, problems: Problems) -> Node | None:
    """Return the node that a YAML text describes, or None where it cannot be read."""
    try:
        composed = yaml.compose(text, Loader=LOADER)
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
