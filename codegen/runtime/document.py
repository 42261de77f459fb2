"""JSON:API documents: from the bytes of an answer to models.

The envelope is read at once; every resource in it is only cut out, and keeps its own bytes, so that one
item does not keep its page in memory and an odd one does not lose it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from attrs import define, evolve, field, frozen
from msgspec import Raw, Struct
from msgspec.json import Decoder

from .answer import Answer
from .codec import REFUSED, checked, decode, is_object, items, rewrite, shown, undecodable, values
from .linked import identity
from .links import OF_PAGES, OF_REPORTS, cursor_of, link_of
from .misfit import check
from .model import M, Resource, UnknownResource
from .reading import make

Find: TypeAlias = Callable[[str], type[Resource] | None]
"""Gives the class of a resource type, None where this revision knows no such type."""


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

    The included resources are made when the first of them is asked for.
    """

    texts: list[bytes]
    find_class: Find
    answer: Answer | None
    links: Any = field(default=None, repr=False)

    @cached_property
    def resources(self) -> list[Resource]:
        """All included resources, as they came."""
        return [make(_class_of(text, self.find_class), text, self) for text in self.texts]

    @cached_property
    def index(self) -> dict[tuple[str, str] | None, Resource]:
        """The included resources by type and id."""
        identities = (identity(_identity(text)) for text in self.texts)
        return dict(zip(identities, self.resources, strict=True))

    def find(self, kind: str, identifier: str) -> Resource | None:
        """Find an included resource by its type and id."""
        return self.index.get((kind, identifier))


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
    strict: bool = False,
) -> Document:
    """Read an answer.

    ``model`` is the class of the primary data, None to tell it by each resource's type, as is done with
    included resources. ``answer`` is what :func:`~.answer.answer_of` will tell of each resource.

    Raises:
        Undecodable: the body is no JSON:API document, or, with ``strict``, something in it is a misfit.
    """
    body = checked(body)
    try:
        read = _read_collection(body)
        parts = _Parts(False, read.data, read.included, read.links, read.meta)
    except REFUSED:
        parts = _read_other(body)
    compound = Compound(_texts(parts.included), find_class, _without_content(answer), parts.links)
    resources = [
        make(model or _class_of(text, find_class), text, compound) for text in map(bytes, parts.data)
    ]
    if strict:
        for index, resource in enumerate(resources):
            check(resource, "$.data" if parts.single else f"$.data[{index}]")
        for index, resource in enumerate(compound.resources):
            check(resource, f"$.included[{index}]")
        for name in ("next", "prev"):
            found = link_of(parts.links, name)
            if found is not None and cursor_of(parts.links, name, OF_PAGES, OF_REPORTS) is None:
                raise undecodable(f"$.links.{name}", "a link with page[cursor]", repr(found))
    return Document(resources, parts.links, parts.meta, compound)


def read_plain(
    body: bytes, model: type[M], member: str = "", *, answer: Answer | None = None, strict: bool = False
) -> list[M]:
    """Read an answer that is plain JSON: the objects, or the one object, under a member (empty: the body).

    A body without the member is the one object itself.

    Raises:
        Undecodable: there is no such thing, or, with ``strict``, something in it is a misfit.
    """
    text, links = checked(body).strip(), None
    if member and text.startswith(b"{"):
        members = values(text)
        text, links = bytes(members.get(member, text)), decode(members.get("links", b"null"))
    place = f"$.{member}" if member else "$"
    single = text.startswith(b"{")
    if not single and not text.startswith(b"["):
        raise undecodable(place, "an object or an array", shown(text))
    context = Compound([], _unknown, _without_content(answer), links)
    made = [make(model, bytes(item), context) for item in ([text] if single else items(text))]
    rest = None if single else link_of(links, "next")
    if rest is not None:
        raise undecodable("$.links.next", "a list that comes whole", shown(rewrite(rest)))
    for index, item in enumerate(made if strict else []):
        check(item, place if single else f"{place}[{index}]")
    return made


@frozen
class _Parts:
    """A document cut up: the JSON of its resources, and what stands beside them."""

    single: bool
    data: Sequence[bytes]
    included: bytes | None
    links: Any
    meta: Any


def _read_other(body: bytes) -> _Parts:
    """Read a document with a single resource, with none, or with a value that msgspec refuses."""
    members = values(body)
    data = bytes(members.get("data", b""))
    single = data.startswith(b"{")
    if data.startswith(b"["):
        texts = items(data)
    elif single or data == b"null":
        texts = [data] * single
    else:
        raise undecodable(
            "$.data", "a resource, an array of them, or null", shown(data) if data else "nothing"
        )
    links, meta = (decode(members.get(name, b"null")) for name in ("links", "meta"))
    return _Parts(single, texts, members.get("included"), links, meta)


def _texts(included: bytes | None) -> list[bytes]:
    """The JSON of each included resource, copied so that it does not keep the page in memory."""
    if included is None or not bytes(included).startswith(b"["):
        return []
    return [bytes(text) for text in items(included)]


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
    return answer and evolve(answer, content=b"")
