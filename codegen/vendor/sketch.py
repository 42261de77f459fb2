"""The spec as one revision sees it, in plain values, and edits that hold from that revision to the next."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field, frozen

from codegen.lint import revisions_of
from codegen.revise import node_at, order
from codegen.tree import Mapping, Node, Scalar, Sequence
from codegen.vendor.dating import FOREVER
from codegen.vendor.edits import Plain, SpecText

Fields = dict[str, Plain]

_UNDATED = {("types",), ("forms",), ("resources",)}
_SECTIONS = ("title", "summary", "scope", "resources", "types", "forms", "operations")


@frozen
class Place:
    """A mapping or a list of the spec: its file, and the keys that lead to it from the root."""

    file: str
    path: tuple[str, ...] = ()

    def __truediv__(self, key: str) -> Place:
        """Return the place of a member."""
        return Place(self.file, (*self.path, key))

    def __str__(self) -> str:
        """Tell where it is."""
        return f"{self.file}: {'.'.join(self.path)}"


@define
class Sketch:
    """Reads the spec at a revision; what is edited is read as edited.

    ``fresh`` are the types, forms and resources that were declared for this revision. They have no dates
    of their own, and neither have edits of them.
    """

    spec: SpecText
    revision: str
    fresh: set[Place]
    count: int = 0
    _files: dict[str, Fields] = field(factory=dict[str, Fields], init=False)
    _kinds: dict[str, str] = field(factory=dict[str, str], init=False)
    _until: str = field(default=FOREVER, init=False)

    def __attrs_post_init__(self) -> None:
        tree = self.spec.tree()
        later = (one for one in revisions_of(tree) if order(one) > order(self.revision))
        self._until = next(later, FOREVER)
        for file in tree.files:
            root = node_at(file.root, self.revision)
            if root is not None:
                self._files[file.path] = fields(plain(root))
                self._kinds[file.path] = file.kind

    def of_kind(self, kind: str) -> list[str]:
        """Return the files of a kind."""
        return [file for file, its in self._kinds.items() if its == kind]

    def get(self, place: Place) -> Plain:
        """Return what stands at a place, or None."""
        value: Plain = self._files.get(place.file)
        for key in place.path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def at(self, place: Place) -> Fields:
        """Return the mapping at a place; an empty one where there is none."""
        return fields(self.get(place))

    def entries(self, *kinds: str, under: str) -> Iterator[tuple[Place, str, Fields]]:
        """Yield the entries under a key of all files of some kinds: their places, names and values."""
        for kind in kinds:
            for file in self.of_kind(kind):
                place = Place(file, (under,))
                for name, value in [*self.at(place).items()]:
                    yield place, name, fields(value)

    def create(self, file: str, kind: str, value: Fields) -> None:
        """Begin a file."""
        self.spec.create(file, value)
        self._files[file] = value
        self._kinds[file] = kind
        self.count += 1

    def add(self, place: Place, key: str, value: Plain, after: str = "") -> None:
        """Add an entry to the mapping at a place.

        What is only there where something refers to it needs no date of its own.
        """
        if place.path in _UNDATED:
            self.fresh.add(place / key)
        present = self.spec.keys(place.file)
        if place.path in _UNDATED and place.path[0] not in present:
            before = [name for name in _SECTIONS[: _SECTIONS.index(place.path[0])] if name in present]
            self.spec.add(place.file, (), place.path[0], {key: value}, self.spec.first, after=before[-1])
        else:
            self.spec.add(place.file, place.path, key, value, *self._dates(place / key), after=after or None)
        self._mapping(place)[key] = value
        self.count += 1

    def end(self, place: Place, key: str) -> None:
        """Let an entry be gone."""
        self.spec.end(place.file, place.path, key, *self._dates(place / key))
        self._mapping(place).pop(key, None)
        self.count += 1

    def change(self, place: Place, key: str, value: Plain) -> None:
        """Give an entry another value, or the value that it lacks."""
        if key in self._mapping(place):
            self.spec.change(place.file, place.path, key, value, *self._dates(place / key))
            self._mapping(place)[key] = value
            self.count += 1
        else:
            self.add(place, key, value)

    def rename(self, place: Place, key: str, new: str) -> None:
        """Give an entry another key."""
        self.spec.rename(place.file, place.path, key, new, *self._dates(place / key))
        mapping = self._mapping(place)
        mapping[new] = mapping.pop(key)
        self.count += 1

    def set_items(self, place: Place, key: str, wanted: list[Plain]) -> None:
        """Let the list under a key have these items, whatever their order."""
        value = self.at(place).get(key)
        listed = value if isinstance(value, list) else []
        if wanted and (value is None or listed != value):
            self.change(place, key, wanted)
            return
        known = {_text(item) for item in listed}
        for item in wanted:
            if _text(item) not in known:
                self.add_item(place / key, item)
        for item in [item for item in listed if _text(item) not in {*map(_text, wanted)}]:
            self.end_item(place / key, item)

    def add_item(self, place: Place, item: Plain) -> None:
        """Add an item to the list at a place."""
        self.spec.add_item(place.file, place.path, item, *self._dates(place))
        self._list(place).append(item)
        self.count += 1

    def end_item(self, place: Place, item: Plain) -> None:
        """Let an item of the list at a place be gone."""
        self.spec.end_item(place.file, place.path, item, *self._dates(place))
        self._list(place).remove(item)
        self.count += 1

    def leave(self, place: Place, base: str) -> None:
        """Let the type at a place extend a base no longer."""
        extended = self.at(place).get("extends")
        if isinstance(extended, list) and len(extended) > 1:
            self.end_item(place / "extends", base)
        else:
            self.end(place, "extends")

    def _dates(self, place: Place) -> tuple[str, str]:
        declared = Place(place.file, place.path[:2])
        return (self.spec.first, FOREVER) if declared in self.fresh else (self.revision, self._until)

    def _mapping(self, place: Place) -> Fields:
        value = self._files[place.file]
        for key in place.path:
            inner = value.setdefault(key, {})
            if not isinstance(inner, dict):
                raise TypeError(f"{place} is no mapping")
            value = inner
        return value

    def _list(self, place: Place) -> list[Plain]:
        value = self.get(place)
        if not isinstance(value, list):
            raise TypeError(f"{place} is no list")
        return value


def plain(node: Node) -> Plain:
    """Return a node as plain values; every scalar is a text."""
    match node:
        case Scalar(text):
            return text
        case Sequence(items):
            return [plain(item) for item in items]
        case Mapping(listed):
            return {entry.key.text: plain(entry.value) for entry in listed}


def fields(value: Plain) -> Fields:
    """Return a value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def words(value: Plain) -> list[str]:
    """Return a list of texts; a text is a list of one."""
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if isinstance(item, str)]


def _text(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
