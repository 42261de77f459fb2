"""The spec as it stands in its files: mappings, sequences and scalars, each with its place.

Every scalar is text: what a text means depends on where it stands, and only the parser knows that.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from codegen.problems import Position


@frozen
class Scalar:
    """A text; empty where the file has no value at all."""

    text: str
    position: Position = field(eq=False)


@frozen
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    position: Position = field(eq=False)


@frozen
class Entry:
    """A key of a mapping with its value."""

    key: Scalar
    value: Node


@frozen
class Mapping:
    """Keys with values, in the order of the file; no key stands twice."""

    entries: tuple[Entry, ...]
    position: Position = field(eq=False)

    def get(self, key: str) -> Node | None:
        """Return the value of a key, or None."""
        for entry in self.entries:  # asked hundreds of thousands of times, so no generator
            if entry.key.text == key:
                return entry.value
        return None

    def __contains__(self, key: str) -> bool:
        """Tell whether the mapping has the key."""
        return self.get(key) is not None

    def __iter__(self) -> Iterator[Entry]:
        """Iterate over the entries."""
        return iter(self.entries)


Node = Scalar | Sequence | Mapping


@frozen
class File:
    """A file of the spec: its kind and its stem (``profiles``) tell what it describes."""

    kind: str
    stem: str
    path: str
    root: Mapping


@frozen
class Tree:
    """The files of a spec, sorted by path."""

    files: tuple[File, ...]

    def of_kind(self, kind: str) -> tuple[File, ...]:
        """Return the files of one kind."""
        return tuple(file for file in self.files if file.kind == kind)
