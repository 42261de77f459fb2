"""Reads the files of a spec into a tree whose every node knows its line and column.

YAML serves as a notation only: a scalar stays the text that somebody wrote, so that dates, ``on`` and
``NO`` need no quotes. Anchors, aliases and explicit tags are refused, because a node must have one place
and one meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from pathlib import Path, PurePosixPath
from typing import Protocol

import yaml
from attrs import define, field

from codegen.problems import Position, Problems
from codegen.tree import Entry, File, Mapping, Node, Scalar, Sequence, Tree

# The parser in C reads the spec ten times faster; where it was not built, the other one does.
LOADER: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_DEEPEST = 50
"""No notation of ours nests a fifth of that."""

_KINDS = {"klaviyo.yaml": "klaviyo", "maton.yaml": "maton"}
_KINDS_OF_DIRECTORIES = {"resources": "family", "types": "types"}


class _Mark(Protocol):
    """A place in a text, as both parsers tell it: from zero."""

    line: int
    column: int


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
    reader = _Reader(file, problems)
    for event in sound_events(text, file, problems):
        reader.take(event)
    return reader.root


def sound_events(
    text: str, file: str, problems: Problems, loader: type[yaml.CSafeLoader | yaml.SafeLoader] = LOADER
) -> Iterator[yaml.Event]:
    """Yield what a YAML text consists of, and add to the problems what no file of ours may have.

    The last event is the end of the stream, or the text cannot be read. PyYAML composes nodes recursively,
    and in C: a text that nests deeply enough would end the process.
    """
    depth, documents = 0, 0
    try:
        for event in yaml.parse(text, Loader=loader):
            _check(event, file, problems)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            if depth > _DEEPEST:
                problems.add(_position(event.start_mark, file), f"YAML: nested more than {_DEEPEST} deep")
                return
            if documents > 1:
                problems.add(_position(event.start_mark, file), "YAML: a second document", "a file has one")
                return
            yield event
    except yaml.MarkedYAMLError as error:
        position = _position(error.problem_mark or error.context_mark, file)
        problems.add(position, f"YAML: {error.problem or error.context}")
    except yaml.YAMLError as error:
        problems.add(Position(file, 1, 1), f"YAML: {error}".replace("\n", " "))


def _check(event: yaml.Event, file: str, problems: Problems) -> None:
    """Add what gives a node a second place, or a meaning that its place does not give it."""
    if isinstance(event, yaml.AliasEvent):
        problems.add(
            _position(event.start_mark, file), f"a YAML alias *{event.anchor}", "write it out, or name a type"
        )
    elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
        problems.add(_position(event.start_mark, file), f"a YAML anchor &{event.anchor}", "remove it")
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
        what = "a YAML tag; every value is what its place makes it"
        problems.add(_position(event.start_mark, file), what, "remove it")


def _position(mark: _Mark | None, file: str) -> Position:
    return Position(file, mark.line + 1, mark.column + 1) if mark else Position(file, 1, 1)


@define
class _Open:
    """A mapping or a list whose end has not come yet: its keys and values in turn, or its items."""

    position: Position
    is_mapping: bool
    nodes: list[Node] = field(factory=list[Node])


class _Reader:
    """Turns the events of PyYAML into nodes of ours, one after the other."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.root: Node | None = None
        self._file = file
        self._problems = problems
        self._open: list[_Open] = []
        self._document: Node | None = None

    def take(self, event: yaml.Event) -> None:
        position = _position(event.start_mark, self._file)
        match event:
            case yaml.ScalarEvent():
                self._add(Scalar(str(event.value), position))
            case yaml.AliasEvent():
                self._add(Scalar("", position))
            case yaml.CollectionStartEvent():
                self._open.append(_Open(position, isinstance(event, yaml.MappingStartEvent)))
            case yaml.CollectionEndEvent():
                ended = self._open.pop()
                nodes = tuple(ended.nodes)
                entries = self._entries(nodes) if ended.is_mapping else ()
                self._add(
                    Mapping(entries, ended.position) if ended.is_mapping else Sequence(nodes, ended.position)
                )
            case yaml.StreamEndEvent():
                self.root = self._document or Mapping((), Position(self._file, 1, 1))
            case _:
                pass

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1].nodes.append(node)
        else:
            self._document = node

    def _entries(self, nodes: tuple[Node, ...]) -> tuple[Entry, ...]:
        entries: dict[str, Entry] = {}
        for key, value in zip(nodes[::2], nodes[1::2], strict=True):
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
