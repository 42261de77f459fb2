"""The spec as it stood at a revision, when nobody knew what would come.

What later revisions brought is gone and what they ended is not ended; what nothing uses any more is gone as
well. Revisions up to that one see exactly what they see in the whole spec, and no name that only later ones
have is left. The texts keep their lines and their comments, but for comments that mention such a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingOf

from attrs import evolve, frozen

from codegen.lint import revisions_of
from codegen.load import tree_of
from codegen.parse import known_operations, parse
from codegen.problems import Problems, SpecError
from codegen.revise import BETA, BY_REVISION, SINCE, UNTIL, at, order
from codegen.schema import SHAPES, Value
from codegen.tree import Entry, File, Mapping, Node, Scalar, Sequence, Tree
from codegen.vendor.dated_lists import item_segments
from codegen.vendor.dating import NEW, Life, Place, Segment, segments
from codegen.vendor.yaml_text import comments, rewritten

_DATES = frozenset({SINCE, UNTIL})
_SECTIONS = {"types": "type", "forms": "form", "resources": "resource"}
_ON = "on"
_NONE = Sequence((), NEW)
_PROSE = frozenset({"title", "summary", "notes"})
_WORD = re.compile(r"[\w.-]*\w")


def truncated(texts: MappingOf[str, str], revision: str) -> dict[str, str]:
    """Return the files of the spec, by path, as they would be if nothing were known after a revision.

    SpecError where a text is no YAML; other mistakes of the spec are not looked for.
    """
    problems = Problems()
    whole = tree_of(texts, problems)
    if problems.found:
        raise SpecError(problems.found)
    tree = truncated_tree(whole, revision)
    kept = {name for file in tree.files for name in _names(file.root)}
    gone = {name for file in whole.files for name in _names(file.root)} - kept
    written = (
        (file.path, rewritten(texts[file.path], file.path, file.root, Value(shape=file.kind)))
        for file in tree.files
    )
    return {path: _without_comments_on(gone, text) for path, text in written}


def truncated_tree(tree: Tree, revision: str) -> Tree:
    """Return the tree of the spec as it stood at a revision."""
    revisions = revisions_of(tree)
    cut = Cut(revisions[0], revision)
    roots = ((file, cut.root(file)) for file in tree.files)
    tree = _without_mentions(Tree(tuple(evolve(file, root=root) for file, root in roots if root)))
    use = _use(tree, [known for known in revisions if order(known) <= order(revision)])
    tree = Tree(tuple(evolve(file, root=_used_only(file.root, use)) for file in tree.files))
    return Tree(tuple(file for file in tree.files if not _describes_nothing(file)))


# ---------------------------------------------------------------------------------------- later dates


@frozen
class Cut:
    """Takes away what only the revisions after the last see."""

    first: str
    last: str

    def root(self, file: File) -> Mapping | None:
        """Return what is left of a file."""
        root = self.node(file.root, Place(Life(self.first), Value(shape=file.kind)))
        if not isinstance(root, Mapping):
            return None
        return _changed(root, "revisions", self._revisions) if file.kind == "klaviyo" else root

    def _revisions(self, listed: Mapping) -> Mapping:
        kept = [entry for entry in listed if not self._is_after(entry.key.text)]
        if not any(isinstance(entry.value, Mapping) and "default" in entry.value for entry in kept):
            latest = max(kept, key=lambda entry: "" if entry.key.text.endswith(BETA) else entry.key.text)
            flag = Entry(Scalar("default", NEW), Scalar("true", NEW))
            if isinstance(latest.value, Mapping):
                marked = evolve(latest.value, entries=(*latest.value, flag))
                kept = [Entry(latest.key, marked) if entry is latest else entry for entry in kept]
        return evolve(listed, entries=tuple(kept))

    def node(self, node: Node, place: Place) -> Node | None:
        """Return what is left of a node, or None; none of its dates is after the last revision then."""
        return self._parts(segments(node, place.life), place) if self._has_later_dates(node) else node

    def _item(self, item: Node, place: Place) -> Node | None:
        return self._parts(item_segments(item, place.life), place) if self._has_later_dates(item) else item

    def _parts(self, parts: list[Segment], place: Place) -> Node | None:
        kept: list[Segment] = []
        for part in parts:
            if not self._is_after(part.life.since):
                until = place.life.until if self._is_after(part.life.until) else part.life.until
                life = Life(part.life.since, until)
                kept.append(Segment(life, self._inside(part.node, evolve(place, life=life))))
        return place.written(kept)

    def _inside(self, node: Node, place: Place) -> Node:
        if isinstance(node, Sequence):
            inner = place.item(place.life)
            items = (self._item(item, inner) for item in node.items)
            return evolve(node, items=tuple(item for item in items if item is not None))
        if not isinstance(node, Mapping):
            return node
        entries: list[Entry] = []
        for entry in node:
            key, value = entry.key.text, entry.value
            left = value if key in _DATES else self.node(value, place.under(key, place.life))
            if left is not None and (left == value or not _says_nothing(key, left, place)):
                entries.append(Entry(entry.key, left))
        emptied = len(entries) < len(node.entries) and all(entry.key.text in _DATES for entry in entries)
        # Dates alone would stand for nothing at all.
        return evolve(node, entries=() if emptied else tuple(entries))

    def _has_later_dates(self, node: Node) -> bool:
        if isinstance(node, Sequence):
            return any(self._has_later_dates(item) for item in node.items)
        return isinstance(node, Mapping) and any(
            self._is_later(entry) or self._has_later_dates(entry.value) for entry in node
        )

    def _is_later(self, entry: Entry) -> bool:
        key, value = entry.key.text, entry.value
        if key == BY_REVISION and isinstance(value, Mapping):
            return any(self._is_after(choice.key.text) for choice in value)
        return key in _DATES and isinstance(value, Scalar) and self._is_after(value.text)

    def _is_after(self, date: str) -> bool:
        return order(date) > order(self.last)


def _says_nothing(key: str, value: Node, place: Place) -> bool:
    """Tell whether what is left of an entry is as good as no entry."""
    shape = SHAPES.get(place.value.shape) if place.value else None
    known = shape.key(key) if shape else None
    if place.value is None or (known and known.required):
        return False
    if isinstance(value, Sequence):
        return not value.items and key != _ON  # shown by no operation is not shown by all
    return isinstance(value, Mapping) and not value.entries and place.under(key, place.life).may_be_empty()


# ------------------------------------------------------------------------ operations that are not there


def _without_mentions(tree: Tree) -> Tree:
    """Return the tree without the mentions of operations that it does not have."""
    known = known_operations(tree)

    def composition(node: Mapping) -> Mapping | None:
        mentioned = (text for key in ("each", "list", "start", "result") for text in _texts(node.get(key)))
        return node if known.issuperset(mentioned) else None

    def operation(node: Mapping) -> Mapping:
        return _changed(
            node, "wait", lambda wait: wait if known.issuperset(_texts(wait.get("poll"))) else None
        )

    def attribute(node: Mapping) -> Mapping | None:
        shown = node.get(_ON)
        left = _known_items(shown, known) if isinstance(shown, Sequence) else shown
        if left == _NONE and "write" not in node:
            return None
        entries = (Entry(e.key, left) if left and e.key.text == _ON else e for e in node)
        return evolve(node, entries=tuple(entries))

    def resource(node: Mapping) -> Mapping:
        return _changed(node, "attributes", lambda attributes: _each(attributes, attribute))

    def root(root: Mapping) -> Mapping:
        root = _changed(root, "resources", lambda resources: _each(resources, resource))
        root = _changed(root, "operations", lambda operations: _each(operations, operation))
        return _changed(root, "compositions", lambda found: _each(found, composition))

    families = (evolve(file, root=root(file.root)) if file.kind == "family" else file for file in tree.files)
    return Tree(tuple(families))


def _known_items(node: Sequence, known: frozenset[str]) -> Sequence:
    return evolve(node, items=tuple(item for item in node.items if known.issuperset(_texts(item))))


def _texts(node: Node | None) -> Iterator[str]:
    """Yield the texts that a dated value has at one time or another."""
    if isinstance(node, Scalar):
        yield node.text
    elif isinstance(node, Mapping):
        for entry in node:
            if entry.key.text not in _DATES:
                yield from _texts(entry.value)


def _changed(node: Mapping, key: str, change: Callable[[Mapping], Mapping | None]) -> Mapping:
    """Return a mapping with the mapping of one key changed, if there is one; without that key for None."""
    entries: list[Entry] = []
    for entry in node:
        value = entry.value
        if entry.key.text != key or not isinstance(value, Mapping):
            entries.append(entry)
        elif (new := change(value)) is not None:
            entries.append(Entry(entry.key, new))
    return evolve(node, entries=tuple(entries))


def _each(node: Mapping, change: Callable[[Mapping], Mapping | None]) -> Mapping | None:
    """Return a mapping with all mappings in it changed, without those that are None then; None for none."""
    left = node
    for entry in node:
        left = _changed(left, entry.key.text, change)
    return left if left.entries or not node.entries else None


# ------------------------------------------------------------------------------------ what nothing uses


@frozen
class _Use:
    """The kinds and names of what some revision refers to, and the resources that answers of some show."""

    named: frozenset[tuple[str, str]]
    shown: frozenset[str]


def _use(tree: Tree, revisions: list[str]) -> _Use:
    known = known_operations(tree)
    parsed = [parse(at(tree, revision), revision, known, Problems()) for revision in revisions]
    return _Use(
        frozenset(name for _, usage in parsed for name in usage.used),
        frozenset(resource.type for api, _ in parsed for resource in api.resources),
    )


def _used_only(root: Mapping, use: _Use) -> Mapping:
    """Return a file without the declarations that nothing refers to and the attributes that nobody reads."""
    for section, kind in _SECTIONS.items():

        def used(found: Mapping, kind: str = kind) -> Mapping | None:
            kept = tuple(entry for entry in found if (kind, entry.key.text) in use.named)
            return evolve(found, entries=kept) if kept or not found.entries else None

        root = _changed(root, section, used)

    def resources(found: Mapping) -> Mapping:
        for entry in found:
            if entry.key.text not in use.shown:
                found = _changed(found, entry.key.text, _written_only)
        return found

    return _changed(root, "resources", resources)


def _written_only(resource: Mapping) -> Mapping:
    """Return a resource that no answer shows, which serves requests alone."""

    def written(found: Mapping) -> Mapping | None:
        kept = tuple(one for one in found if isinstance(one.value, Mapping) and "write" in one.value)
        return evolve(found, entries=kept) if kept else None

    return _changed(_changed(resource, "attributes", written), "relationships", written)


def _describes_nothing(file: File) -> bool:
    """Tell whether a family or a file of types has nothing left that could be used."""
    operations = file.root.get("operations")
    if file.kind not in {"family", "types"} or (isinstance(operations, Mapping) and operations.entries):
        return False
    return not any(section in file.root for section in _SECTIONS)


# ---------------------------------------------------------------------------------- names in comments


def _names(node: Node) -> set[str]:
    """Return the words that keys and values consist of, but those of prose."""
    if isinstance(node, Scalar):
        return set(_WORD.findall(node.text))
    if isinstance(node, Sequence):
        return {name for item in node.items for name in _names(item)}
    values = (entry.value for entry in node if entry.key.text not in _PROSE)
    return {name for inner in (*(entry.key for entry in node), *values) for name in _names(inner)}


def _without_comments_on(names: set[str], text: str) -> str:
    """Return a text without the comments that mention a name; lines of comments go together."""
    blocks: list[tuple[int, int]] = []
    for start, end in comments(text):
        continued = (
            blocks and text[blocks[-1][1] : start].strip(" ") == "\n" and _is_alone(text, blocks[-1][0])
        )
        blocks.append((blocks.pop()[0] if continued else start, end))
    for start, end in reversed(blocks):
        if names.intersection(_WORD.findall(text[start:end])):
            before, after = text[:start].rstrip(" "), text[end:]
            text = before + (after[1:] if _is_alone(text, start) else after)
    return text


def _is_alone(text: str, start: int) -> bool:
    """Tell whether the comment that begins there has its line for itself."""
    return not text[text.rfind("\n", 0, start) + 1 : start].strip()
