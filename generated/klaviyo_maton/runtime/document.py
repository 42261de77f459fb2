# Copied by "make generate" from codegen/runtime/document.py. Edit that file, not this one.
"""JSON:API documents: from the bytes of an answer to models.

The envelope is read at once; every resource in it is only cut out, and keeps its own bytes, so that one
item does not keep its page in memory and an odd one does not lose it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import RLock
from typing import Any, TypeAlias

from attrs import define, field, frozen
from msgspec import Raw, Struct
from msgspec.json import Decoder

from .answer import Answer
from .codec import (
    FEW,
    REFUSED,
    checked,
    decode,
    is_crowded,
    is_deep,
    is_object,
    items,
    rewrite,
    shown,
    too_deep,
    undecodable,
    values,
)
from .errors import Undecodable
from .linked import identity
from .links import OF_PAGES, OF_REPORTS, cursor_of, link_of
from .misfit import check
from .model import M, Resource, UnknownResource
from .reading import make

Find: TypeAlias = Callable[[str], type[Resource] | None]
"""Gives the class of a resource type, None where this revision knows no such type."""


_BRACKET = b"["[0]
_LEAST_RESOURCE = len(b'{"type":"a","id":"1"},')


@frozen
class Inclusion:
    """What a request could ask to be included (None: nobody knows), and what it asked for."""

    operation: str = ""
    offered: tuple[str, ...] | None = None
    asked: frozenset[str] = frozenset()


UNKNOWN = Inclusion()


@frozen
class Data:
    """What the primary data of a document has to be: an array, or one resource, which may be null."""

    many: bool
    nullable: bool = False


class _Collection(Struct):
    """A document as most are, its resources uncut."""

    data: list[Raw]
    included: Raw | None = None
    links: Any = None
    meta: Any = None


class _Identity(Struct):
    """What tells an included resource from others."""

    type: Any = None
    id: Any = None


_read_collection = Decoder(_Collection).decode
_read_identity = Decoder(_Identity).decode


@define(eq=False)
class Compound:
    """What the resources of one document share: the included ones, its links, the answer without its bytes.

    The included resources are made when the first of them is asked for, once for all threads.
    """

    texts: list[bytes]
    find_class: Find
    answer: Answer | None
    inclusion: Inclusion = UNKNOWN
    links: Any = field(default=None, repr=False)
    _made: list[Resource] | None = field(default=None, init=False)
    _index: Mapping[tuple[str, str] | None, Resource] | None = field(default=None, init=False)
    _making: RLock = field(factory=RLock, init=False)

    @property
    def resources(self) -> list[Resource]:
        """All included resources, as they came."""
        with self._making:
            if self._made is None:
                self._made = [make(_class_of(text, self.find_class), text, self) for text in self.texts]
            return self._made

    def find(self, kind: str, identifier: str) -> Resource | None:
        """Find an included resource by its type and id."""
        with self._making:
            if self._index is None:
                identities = (identity(_identity(text)) for text in self.texts)
                self._index = dict(zip(identities, self.resources, strict=True))
            return self._index.get((kind, identifier))

    def absence(self, relationship: str) -> str:
        """Say why resources of a relationship are not among the included ones, and what to do."""
        inclusion = self.inclusion
        if relationship in inclusion.asked:
            return f"include=[{relationship!r}] asked for it and it did not come: it may be deleted"
        if inclusion.offered is None or relationship in inclusion.offered:
            return f"ask for include=[{relationship!r}]"
        return f"{inclusion.operation} cannot include it: get it by its id"


@define(eq=False)
class Document:
    """An answer's content.

    Attributes:
        resources: the primary data, a single resource or none included.
        links: of the document, as they came.
        meta: of the document, as it came.
    """

    resources: list[Any]
    links: Any
    meta: Any
    compound: Compound = field(repr=False)

    @property
    def resource(self) -> Any:
        """The first resource, None where there is none."""
        return self.resources[0] if self.resources else None

    @property
    def included(self) -> list[Resource]:
        """The resources that came beside the primary data."""
        return self.compound.resources

    @property
    def next_cursor(self) -> str | None:
        """What to pass as ``page_cursor`` to get the next page; None on the last."""
        return cursor_of(self.links, "next", OF_PAGES)

    @property
    def lost_next(self) -> str:
        """A link to the next page that names no cursor, shortened; empty where there is none."""
        lost = None if self.next_cursor is not None else link_of(self.links, "next")
        return "" if lost is None else shown(rewrite(lost))

    @property
    def previous_cursor(self) -> str | None:
        """What to pass as ``page_cursor`` to get the previous page; None on the first."""
        return cursor_of(self.links, "prev", OF_PAGES)


def read_document(
    body: bytes,
    model: type[Resource] | None,
    find_class: Find,
    *,
    answer: Answer | None = None,
    data: Data | None = None,
    inclusion: Inclusion = UNKNOWN,
    strict: bool = False,
) -> Document:
    """Read an answer.

    ``model`` is the class of the primary data, None to tell it by each resource's type, as is done with
    included resources. ``answer`` is what :func:`~.answer.answer_of` will tell of each resource, ``data``
    what the primary data has to be (None: anything), ``inclusion`` what the request asked for.

    Raises:
        Undecodable: the body is no JSON:API document, or, with ``strict``, something in it is a misfit.
    """
    body = checked(body)
    try:
        read = _read_collection(body)
        parts = _Parts(True, read.data, read.included, read.links, read.meta)
    except REFUSED:
        parts = _read_other(body)
    _check_data(parts, data, body)
    included = _included(parts.included, body)
    compound = Compound(included, find_class, _without_content(answer), inclusion, parts.links)
    texts = [bytes(text) for text in parts.data]
    _check_depth("$.data", texts, many=parts.many)
    resources = [make(model or _class_of(text, find_class), text, compound) for text in texts]
    if strict:
        for index, resource in enumerate(resources):
            check(resource, f"$.data[{index}]" if parts.many else "$.data")
        for index, resource in enumerate(compound.resources):
            check(resource, f"$.included[{index}]")
        for name in ("next", "prev"):
            found = link_of(parts.links, name)
            if found is not None and cursor_of(parts.links, name, OF_PAGES, OF_REPORTS) is None:
                raise undecodable(f"$.links.{name}", "a link with page[cursor]", shown(rewrite(found)))
    return Document(resources, parts.links, parts.meta, compound)


def read_plain(
    body: bytes,
    model: type[M],
    member: str = "",
    *,
    many: bool,
    answer: Answer | None = None,
    strict: bool = False,
) -> list[M]:
    """Read an answer that is plain JSON: the objects, or the one object, under a member (empty: the body).

    A body without the member is the one object itself, or the array of them.

    Raises:
        Undecodable: there is no such thing, or, with ``strict``, something in it is a misfit.
    """
    text, links = checked(body).strip(), None
    place = f"$.{member}" if member else "$"
    if member and text.startswith(b"{"):
        members = values(text)
        text, links = bytes(members.get(member, text)), decode(members.get("links", b"null"))
    if not text.startswith(b"[" if many else b"{"):
        raise undecodable(place, "an array of objects" if many else "an object", shown(text))
    texts = [bytes(item) for item in items(text)] if many else [text]
    _check_count(place, len(texts), body)
    _check_depth(place, texts, many=many)
    context = Compound([], _unknown, _without_content(answer), links=links)
    made = [make(model, text, context) for text in texts]
    rest = link_of(links, "next") if many else None
    if rest is not None:
        raise undecodable("$.links.next", "a list that comes whole", shown(rewrite(rest)))
    for index, item in enumerate(made if strict else []):
        check(item, f"{place}[{index}]" if many else place)
    return made


@frozen
class _Parts:
    """A document cut up: the JSON of its resources, and what stands beside them."""

    many: bool
    data: Sequence[bytes]
    included: bytes | None
    links: Any
    meta: Any


def _read_other(body: bytes) -> _Parts:
    """Read a document with a single resource, with none, or with a value that msgspec refuses."""
    members = values(body)
    data = bytes(members.get("data", b""))
    many = data.startswith(b"[")
    if many:
        texts = items(data)
    elif data.startswith(b"{") or data == b"null":
        texts = [data] * (data != b"null")
    else:
        raise _odd_data("a resource, an array of them, or null", data)
    links, meta = (decode(members.get(name, b"null")) for name in ("links", "meta"))
    return _Parts(many, texts, members.get("included"), links, meta)


def _check_data(parts: _Parts, data: Data | None, body: bytes) -> None:
    """Refuse primary data of another kind than the operation declares, and more of it than there can be."""
    fits = data is None or (parts.many == data.many and (data.many or data.nullable or bool(parts.data)))
    if data and not fits:
        one = "one resource, or null" if data.nullable else "one resource"
        raise _odd_data("an array of resources" if data.many else one, bytes(values(body)["data"]))
    _check_count("$.data", len(parts.data), body)


def _odd_data(expected: str, data: bytes) -> Undecodable:
    return undecodable("$.data", expected, shown(data) if data else "nothing")


def _check_count(path: str, count: int, body: bytes) -> None:
    """Refuse an array whose items are so small that they can be no resources: each would be made a model."""
    if count > FEW and is_crowded(count, len(body), _LEAST_RESOURCE):
        raise undecodable(path, "resources", f"{count} items in {len(body)} bytes, too small to be any")


def _included(array: bytes | None, body: bytes) -> list[bytes]:
    """The JSON of each included resource, copied so that it does not keep the page in memory."""
    if array is None or memoryview(array)[0] != _BRACKET:
        return []
    texts = items(array)
    _check_count("$.included", len(texts), body)
    copies = [bytes(text) for text in texts]
    _check_depth("$.included", copies)
    return copies


def _check_depth(path: str, texts: Sequence[bytes], *, many: bool = True) -> None:
    if any(map(is_deep, texts)):
        index = next(index for index, text in enumerate(texts) if is_deep(text))
        raise too_deep(f"{path}[{index}]" if many else path, texts[index])


def _identity(text: bytes) -> dict[str, Any]:
    """Read no more of a resource than its type and id."""
    try:
        read = _read_identity(text)
    except REFUSED:
        value = decode(text)
        return value if is_object(value) else {}
    return {"type": read.type, "id": read.id}


def _class_of(text: bytes, find_class: Find) -> type[Resource]:
    kind = _identity(text).get("type")
    return (find_class(kind) if isinstance(kind, str) else None) or UnknownResource


def _unknown(_: str) -> None:
    """A plain answer has no included resources whose class could be asked for."""


def _without_content(answer: Answer | None) -> Answer | None:
    return answer and answer.carrying(b"")
