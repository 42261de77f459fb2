"""Dated edits of the spec's files, which leave every line alone that an edit does not touch.

An edit holds from one revision (``since``) on, up to another (``until``) or as far as no later date in the
file says otherwise; other revisions see what they saw. An edit that is made twice changes nothing the
second time. Nothing is written before :meth:`SpecText.write`, which writes all files or none.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path as Directory

from attrs import define, evolve, field

from codegen.lint import revisions_of
from codegen.load import kind_of, texts, tree_of
from codegen.problems import Problems, SpecError
from codegen.revise import BY_REVISION, SINCE, UNTIL
from codegen.schema import Value
from codegen.tree import Entry, Mapping, Node, Scalar, Sequence, Tree
from codegen.vendor.dated_lists import add_item, end_item
from codegen.vendor.dated_paths import (
    NoMappingError,
    Path,
    renamed,
    seen,
    with_entry,
    within,
)
from codegen.vendor.dating import FOREVER, NEW, Life, Place, Segment, mapping, put
from codegen.vendor.yaml_text import rewritten

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]

_Change = Callable[[Node | None, Place, Life], Node | None]
_ChangeOfMapping = Callable[[Mapping, Place, Life], Mapping]
_EditOfItem = Callable[[Node | None, Place, Life, Node], Node | None]


class EditError(ValueError):
    """An edit that the spec as it stands does not allow."""


def node_of(value: Plain) -> Node:
    """Return a plain value as a node that stands in no file yet."""
    if isinstance(value, dict):
        return mapping(Entry(Scalar(key, NEW), node_of(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return Sequence(tuple(node_of(item) for item in value), NEW)
    if value is None:
        return Scalar("", NEW)
    return Scalar(str(value).lower() if isinstance(value, bool) else str(value), NEW)


@define
class SpecText:
    """The files of a spec as texts, with the edits made so far.

    A file is named as the tree names it (``spec/resources/lists.yaml``), a mapping or a list in it by the
    keys that lead there from the root; mappings that are missing on the way are made.
    """

    first: str
    _texts: dict[str, str]
    _roots: dict[str, Mapping]
    _wanted: dict[str, Mapping]
    _written: dict[str, tuple[Mapping, str]]
    _read: dict[str, tuple[str, Tree]] = field(factory=dict[str, tuple[str, Tree]])

    @classmethod
    def read(cls, directory: Directory) -> SpecText:
        """Return the texts of the spec in a directory; SpecError where they cannot be read."""
        problems = Problems()
        return cls.of(texts(directory, problems), problems)

    @classmethod
    def of(cls, files: dict[str, str], problems: Problems | None = None) -> SpecText:
        """Return the texts of a spec that lies in no directory, by the names of their files."""
        problems = problems or Problems()
        tree = tree_of(files, problems)
        if problems.found:
            raise SpecError(problems.found)
        roots = {file.path: file.root for file in tree.files}
        first, *_ = revisions_of(tree) or ("",)
        return cls(first, dict(files), roots, dict(roots), {})

    def copy(self) -> SpecText:
        """Return a copy, whose edits leave this one alone."""
        return evolve(
            self,
            texts=dict(self._texts),
            roots=dict(self._roots),
            wanted=dict(self._wanted),
            written=dict(self._written),
            read=dict(self._read),
        )

    def tree(self) -> Tree:
        """Return the tree of the texts as they are now."""
        return Tree(tuple(one for file in sorted(self._wanted) for one in self._tree(file).files))

    def _tree(self, file: str) -> Tree:
        text = self.text(file)
        done = self._read.get(file)
        if done is None or done[0] != text:
            done = (text, tree_of({file: text}, Problems()))
            self._read[file] = done
        return done[1]

    def keys(self, file: str) -> list[str]:
        """Return the keys of a file as it is now, at any date."""
        return [entry.key.text for entry in self._root(file)]

    def text(self, file: str) -> str:
        """Return the text of a file as it is now."""
        wanted = self._root(file)
        done = self._written.get(file)
        if done is None or done[0] is not wanted:
            done = (wanted, rewritten(self._texts.get(file, ""), file, wanted, Value(shape=kind_of(file))))
            self._written[file] = done
        return done[1]

    def changed(self) -> dict[str, str]:
        """Return the texts of the files that are not as they were read."""
        new = {file: self.text(file) for file, root in self._wanted.items() if root != self._roots.get(file)}
        return {file: text for file, text in new.items() if text != self._texts.get(file)}

    def write(self, directory: Directory) -> None:
        """Write the changed files into the directory of the spec, all of them or none."""
        with tempfile.TemporaryDirectory(dir=directory, prefix=".edits-") as temporary:
            moves: list[tuple[Directory, Directory]] = []
            for number, (file, text) in enumerate(sorted(self.changed().items())):
                target = directory.joinpath(*Directory(file).parts[1:])
                new = Directory(temporary) / str(number)
                new.write_text(text, encoding="utf-8")
                target.parent.mkdir(exist_ok=True)
                moves.append((new, target))
            _move(moves)

    def create(self, file: str, value: dict[str, Plain], since: str = "") -> None:
        """Begin a new file; EditError where there is one that says something else."""
        root = self._node(file, value)
        dated = Place(Life(self.first), Value(shape=kind_of(file))).written(
            [Segment(Life(since or self.first), root)]
        )
        if not isinstance(dated, Mapping) or self._wanted.setdefault(file, dated) != dated:
            raise EditError(f"{file} is there already")

    # Edits of entries

    def add(
        self,
        file: str,
        path: Path,
        key: str,
        value: Plain,
        since: str,
        until: str = FOREVER,
        *,
        after: str | None = None,
    ) -> None:
        """Add an entry to a mapping: at its end, or behind another one.

        EditError where another value of that key is there already.
        """
        wanted = self._node(file, value)

        def add(node: Node | None, place: Place, span: Life) -> Node | None:
            there = seen(node, place, since)
            if there is not None and not place.same(there, wanted):
                raise EditError(f"{_named(file, path, key)} is there already at {since}; change it instead")
            return put(node, place, span, wanted)

        self._entry(file, path, key, Life(since, until), add, after)

    def change(self, file: str, path: Path, key: str, value: Plain, since: str, until: str = FOREVER) -> None:
        """Give an entry another value; EditError where it is not there at that revision."""
        wanted = self._node(file, value)

        def change(node: Node | None, place: Place, span: Life) -> Node | None:
            if seen(node, place, since) is None:
                raise EditError(f"{_named(file, path, key)} is not there at {since}; add it instead")
            return put(node, place, span, wanted)

        self._entry(file, path, key, Life(since, until), change)

    def end(self, file: str, path: Path, key: str, since: str, until: str = FOREVER) -> None:
        """Let an entry be gone; it goes altogether if no other revision sees it."""
        self._entry(
            file, path, key, Life(since, until), lambda node, place, span: put(node, place, span, None)
        )

    def rename(self, file: str, path: Path, key: str, new: str, since: str, until: str = FOREVER) -> None:
        """End an entry and begin another one right behind it, with the same value.

        EditError where the entry is not there at that revision, or one of the new name is beside it.
        """

        def rename(base: Mapping, place: Place, span: Life) -> Mapping:
            old = seen(base.get(key), place.under(key, place.life), since)
            other = seen(base.get(new), place.under(new, place.life), since)
            if old is None and other is not None:
                return base
            if old is None or other is not None:
                why = "it is not there" if old is None else "that is there already"
                raise EditError(f"{_named(file, path, key)} cannot become {new!r} at {since}: {why}")
            return renamed(base, place, key, new, span)

        self._edit(file, path, Life(since, until), rename)

    # Edits of items

    def add_item(self, file: str, path: Path, value: Plain, since: str, until: str = FOREVER) -> None:
        """Add an item to the list at a path, in its order if it is sorted."""
        self._item(file, path, value, Life(since, until), add_item)

    def end_item(self, file: str, path: Path, value: Plain, since: str, until: str = FOREVER) -> None:
        """Let an item of the list at a path be gone; it goes altogether if no other revision sees it."""
        self._item(file, path, value, Life(since, until), end_item)

    def _item(self, file: str, path: Path, value: Plain, span: Life, edit: _EditOfItem) -> None:
        wanted = self._node(file, value)
        *parent, key = path
        self._entry(file, tuple(parent), key, span, lambda node, place, span: edit(node, place, span, wanted))

    def _entry(
        self, file: str, path: Path, key: str, span: Life, change: _Change, after: str | None = None
    ) -> None:
        def change_entry(base: Mapping, place: Place, span: Life) -> Mapping:
            value = change(base.get(key), place.under(key, place.life), span)
            return with_entry(base, key, value, after)

        self._edit(file, path, span, change_entry)

    def _edit(self, file: str, path: Path, span: Life, change: _ChangeOfMapping) -> None:
        if not span.since:
            raise EditError(f"{_named(file, path)}: an edit needs a date")
        place = Place(Life(self.first), Value(shape=kind_of(file)))
        span = span.clipped(self.first, FOREVER)
        try:
            root = within(self._root(file), place, span, path, lambda base, place: change(base, place, span))
        except NoMappingError as error:
            raise EditError(f"{_named(file, path)} has no entries at {span.since}") from error
        if isinstance(root, Mapping):
            self._wanted[file] = root

    def _root(self, file: str) -> Mapping:
        if file not in self._wanted:
            raise EditError(f"{file} is not there; create it first")
        return self._wanted[file]

    @staticmethod
    def _node(file: str, value: Plain) -> Node:
        node = node_of(value)
        if _is_dated(node):
            raise EditError(f"{file}: a value to be written has no dates of its own")
        return node


def _is_dated(node: Node) -> bool:
    if isinstance(node, Sequence):
        return any(_is_dated(item) for item in node.items)
    return isinstance(node, Mapping) and any(
        entry.key.text in {SINCE, UNTIL, BY_REVISION} or _is_dated(entry.value) for entry in node
    )


def _named(file: str, path: Path, *key: str) -> str:
    return f"{file}: {'/'.join((*path, *key)) or 'the file'}"


def _move(moves: list[tuple[Directory, Directory]]) -> None:
    """Move files to their places; where one cannot be moved, everything is as it was."""
    done: list[tuple[Directory | None, Directory]] = []
    try:
        for new, target in moves:
            before = new.with_suffix(".before") if target.exists() else None
            if before:
                target.replace(before)
            done.append((before, target))
            new.replace(target)
    except OSError:
        for before, target in done:
            if before:
                before.replace(target)
            else:
                target.unlink(missing_ok=True)
        raise
