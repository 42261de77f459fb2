"""The base of all models: typed, tolerant and lossless views of the JSON they were read from.

A model that was read keeps the bytes of its JSON; a resource's arrays and objects are read when they are
asked for. A value that does not fit its annotation is handed out as it came. :func:`dump` starts from
the bytes and puts in what was assigned or changed in place, so nothing that was received is ever lost.

A model that was constructed has no bytes: it consists of the members that were given to it.

Models have no public name but the members of the API; what else one wants from them are functions, here,
in :mod:`.misfit` and in :mod:`.linked`. To change a copy, use :func:`copy.copy` and assign:
:func:`attrs.evolve` passes every member to the constructor, so that absent ones become None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeVar

from attrs import define, frozen
from msgspec import Struct

from .answer import Answer
from .arguments import Reading
from .arguments import shown as shown_argument
from .codec import checked, decode, is_deep, is_object, rewrite, shown, too_deep, undecodable, values
from .encode import Write, to_jsonable
from .errors import ArgumentError
from .packing import packed, unpacked
from .reading import LAYOUTS, Layout, make, read
from .secret import MASK
from .suggest import suggestion
from .unset import UNSET

M = TypeVar("M", bound="Model")

absent: Any = UNSET
"""The default of every member: not there, which reads as None and is not written."""

_EMPTY = object()
"""Stands for the content of an empty slot; UNSET may have been put into one, to take a member away."""

_PUBLISHING = RLock()
"""Held while a value that was read becomes the member of a model."""

_OF_DOCUMENTS = frozenset({"data", "errors", "included", "jsonapi"})
_OF_RESOURCES = frozenset({"id", "attributes", "relationships"})

_REPR_LENGTH = 200
_REPR_TEXT = 40
_REPR_NUMBER = 10**40


@frozen
class Link:
    """A relationship of a resource: the JSON:API type it points to, and whether to many of them."""

    type: str
    many: bool


class Context(Protocol):
    """What the resources of one document share.

    ``answer`` is the answer without its bytes, so that one item does not keep a page in memory.
    """

    @property
    def answer(self) -> Answer | None:
        """The answer they came with."""

    @property
    def links(self) -> Any:
        """The links of the document, as they came."""

    def find(self, kind: str, identifier: str) -> Resource | None:
        """Find an included resource."""
        ...

    def absence(self, relationship: str) -> str:
        """Say why resources of a relationship are not among the included ones, and what to do."""
        ...


# ----------------------------------------------------------------------------- access to the members


def _unset(model: Model, name: str) -> Any:
    """Give a member whose slot is empty: nobody asked for it before, or it is absent."""
    layout = LAYOUTS[type(model)]
    shape = layout.waiting.get(name)
    if shape is None:
        # what is no member raises once more what brought us here
        return None if name in layout.members else object.__getattribute__(model, name)
    parts = model.__parts__
    text: Any = getattr(parts, name, UNSET)
    if text is UNSET:
        return _slot(model, name, None)  # absent, unless another thread was faster
    value = read(shape, text)
    with _PUBLISHING:
        if getattr(parts, name) is text:
            object.__setattr__(model, name, value)
            setattr(parts, name, UNSET)
            return value
    return _slot(model, name, None)  # what was read or assigned meanwhile


def _assign(model: Resource, name: str, value: object) -> None:
    """Assign a member; what was read of it, or is being read by another thread, counts no more."""
    if name not in LAYOUTS[type(model)].waiting or model.__parts__ is None:
        object.__setattr__(model, name, value)
        return
    with _PUBLISHING:
        object.__setattr__(model, name, value)
        setattr(model.__parts__, name, UNSET)


def _waits(model: Model, name: str, layout: Layout) -> bool:
    return name in layout.waiting and getattr(model.__parts__, name, UNSET) is not UNSET


def _remove(model: Model, name: str) -> None:
    if _slot(model, name) is not _EMPTY:
        delattr(model, name)
    if _waits(model, name, LAYOUTS[type(model)]):
        setattr(model.__parts__, name, UNSET)


def _slot(model: Model, name: str, default: object = _EMPTY) -> Any:
    try:
        return object.__getattribute__(model, name)
    except AttributeError:
        return default


# ----------------------------------------------------------------------------------------- the models


class Model:
    """What value objects and resources have in common.

    The slot of an absent member is empty. ``__source__`` is the JSON that the model was read from and
    ``__parts__`` holds what of it was not asked for yet; both are None when the model was constructed.
    ``__context__``, which only models of a document have, is what they share and no part of their value.
    """

    __slots__ = ("__context__", "__parts__", "__source__", "__weakref__")

    __source__: bytes | None
    __parts__: Struct | None
    __context__: Context

    __keys__: ClassVar[Mapping[str, str]] = {}
    """The keys in JSON that differ from the name in Python, by the latter."""
    __flat__: ClassVar[bool] = True
    """Whether all members stand at the top of the JSON."""
    __secrets__: ClassVar[frozenset[str]] = frozenset()
    """The members that neither a repr nor a pickle shows."""

    if not TYPE_CHECKING:  # checkers would take any name for a member
        __getattr__ = _unset
        __hash__ = None

    def __attrs_pre_init__(self) -> None:
        self.__source__ = None
        self.__parts__ = None

    def __attrs_post_init__(self) -> None:
        for name in LAYOUTS[type(self)].members:
            if getattr(self, name) is UNSET:
                delattr(self, name)

    @property
    def __answer__(self) -> Answer | None:
        """The answer that the model came with, showing only the bytes of this model."""
        context = context_of(self)
        answer = context.answer if context else None
        return answer and answer.carrying(source_of(self) or b"")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or type(other) is not type(self):
            return NotImplemented
        return dump(self) == dump(other)

    def __reduce__(self) -> tuple[Any, ...]:
        slots = {name: packed(value) for name, value in _slots(self).items() if name not in self.__secrets__}
        return _unpack, (type(self), _portable(self), slots)

    def __copy__(self) -> Self:
        return _restore(type(self), source_of(self), _slots(self), context_of(self))

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        slots = {name: deepcopy(packed(value), memo) for name, value in _slots(self).items()}
        return _unpack(type(self), source_of(self), slots, context_of(self))

    def __repr__(self) -> str:
        name = type(self).__name__
        inside = ", ".join(_shown(self))
        room = _REPR_LENGTH - len(name) - 2
        return f"{name}({inside if len(inside) <= room else inside[: room - 1] + '…'})"

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        """What rich shows: the members that are there, and of secrets that they are."""
        for name in LAYOUTS[type(self)].members:
            if is_set(self, name):
                value = getattr(self, name)
                # Nobody wrote down the names in a free object, and beside a secret it may hold another.
                is_free = bool(self.__secrets__) and isinstance(value, dict)
                yield name, MASK if is_free or name in self.__secrets__ else value

    def __jsonable__(self, write: Write) -> Any:
        document: Any = {} if self.__source__ is None else decode(self.__source__)
        return _overlaid(self, document, write)


class ValueObject(Model):
    """An object that is no resource: what stands in the attributes of one, or in a request."""

    __slots__ = ()


class Resource(Model):
    """A JSON:API resource, its attributes flattened onto it."""

    __slots__ = ()

    __flat__: ClassVar[bool] = False
    __type__: ClassVar[str] = ""
    __links__: ClassVar[Mapping[str, Link]] = {}

    if not TYPE_CHECKING:  # checkers would let any name be assigned; value objects have nothing that waits
        __setattr__ = _assign

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if _slot(self, "type") is _EMPTY and self.__type__:
            object.__setattr__(self, "type", self.__type__)


@define(eq=False, repr=False, kw_only=True)
class UnknownResource(Resource):
    """A resource of a type that this revision does not know, its members as they came."""

    __flat__: ClassVar[bool] = True

    id: str | None = absent
    type: str | None = absent
    attributes: dict[str, Any] | None = absent
    relationships: dict[str, Any] | None = absent
    links: dict[str, Any] | None = absent
    meta: dict[str, Any] | None = absent


# ---------------------------------------------------------------------------- making and taking apart


@Reading("load")
def load(model: type[M], data: bytes | str | Mapping[str, Any]) -> M:
    """Make a model of the JSON that :func:`dump` gave, or that the API sent for one resource.

    Raises:
        Undecodable: the data is not the JSON of an object.
        ArgumentError: the mapping holds something that JSON has not, or the data is a whole document.
    """
    match data:
        case bytes():
            text = checked(data)
        case str():
            text = checked(data.encode(errors="surrogatepass"))
        case _:
            text = rewrite(to_jsonable(data, "data", received=True))
    text = text.strip()
    if not text.startswith(b"{"):
        raise undecodable("$", "a JSON object", shown(text))
    if is_deep(text):
        raise too_deep("$", text)
    _refuse_document(model, values(text))
    return make(model, text)


def _refuse_document(model: type[Model], members: Mapping[str, bytes]) -> None:
    """Refuse what holds resources, and is none: each of its members would read as absent."""
    keys = {member.key for member in LAYOUTS[model].members.values()}
    own = keys if model.__flat__ else _OF_RESOURCES
    found = _OF_DOCUMENTS & members.keys()
    data = bytes(members.get("data", b""))
    if not found or not keys or own & members.keys() or (not found - {"data"} and data[:1] not in b"[{n"):
        return
    name = model.__name__
    if data.startswith(b"["):
        remedy = f'; load its items: [load({name}, item) for item in document["data"]]'
    else:
        remedy = f'; load its data: load({name}, document["data"])' if data.startswith(b"{") else ""
    raise ArgumentError(f"data is a whole document, not one {name}{remedy}")


@Reading("dump")
def dump(model: Model) -> dict[str, Any]:
    """Give the JSON of a model, decoded, members that nobody documented included.

    It equals what the model was read from but for what was assigned or changed since. Decimals that
    were assigned stay decimals, for the sake of their digits, and so do whole numbers that are longer than
    Python converts.

    Raises:
        ArgumentError: something was assigned that JSON has not.
    """
    dumped: dict[str, Any] = to_jsonable(model, type(model).__name__, received=True)
    return dumped


@Reading("is_set")
def is_set(model: Model, name: str) -> bool:
    """Tell whether a member is there: null is, absent is not, and both read as None.

    Raises:
        ArgumentError: the model has no such member.
    """
    layout = LAYOUTS[type(model)]
    if name not in layout.members:
        raise ArgumentError(
            f"{type(model).__name__} has no member {shown_argument(name)}{suggestion(name, layout.members)}"
        )
    value = _slot(model, name)
    return _waits(model, name, layout) if value is _EMPTY else value is not UNSET


def context_of(model: Model) -> Context | None:
    """What a model shares with the rest of the document it came in; None when it came in none."""
    context: Context | None = _slot(model, "__context__", None)
    return context


def source_of(model: Model) -> bytes | None:
    """The JSON that a model was read from; None when it was constructed."""
    return None if model.__source__ is None else bytes(model.__source__)


def _slots(model: Model) -> dict[str, Any]:
    """The members that were read, assigned or removed; UNSET stands for the last."""
    layout = LAYOUTS[type(model)]
    slots = {name: _slot(model, name) for name in layout.members}
    return {
        name: UNSET if value is _EMPTY else value
        for name, value in slots.items()
        if value is not _EMPTY or not _waits(model, name, layout)
    }


def _portable(model: Model) -> bytes | None:
    """The JSON that a model was read from, as it may travel: without secrets."""
    source = source_of(model)
    if source is None or not model.__secrets__:
        return source
    keys = {LAYOUTS[type(model)].members[name].key for name in model.__secrets__}
    value = decode(source)
    known = value if is_object(value) else {}  # what is no object may be the secret itself
    return rewrite({key: item for key, item in known.items() if key not in keys})


def _overlaid(model: Model, document: Any, write: Write) -> Any:
    """Put the members that were assigned or handed out into the JSON that the model was read from."""
    layout = LAYOUTS[type(model)]
    outer = document if is_object(document) else {}
    attributes = outer if layout.flat else outer.get("attributes")
    inner = attributes if is_object(attributes) else {}
    for name, member in layout.members.items():
        home = outer if member.beside else inner
        value = _slot(model, name)
        if value is _EMPTY and (model.__source__ is None or _waits(model, name, layout)):
            continue
        if value is _EMPTY or value is UNSET:
            home.pop(member.key, None)
        else:
            home[member.key] = write(name, value, home.get(member.key, UNSET))
    if inner and not layout.flat:
        outer["attributes"] = inner
    return outer or document


def _unpack(
    model: type[M], source: bytes | None, slots: Mapping[str, Any], context: Context | None = None
) -> M:
    return _restore(model, source, {name: unpacked(value) for name, value in slots.items()}, context)


def _restore(
    model: type[M], source: bytes | None, slots: Mapping[str, Any], context: Context | None = None
) -> M:
    made = model() if source is None else make(model, source, context)
    for name, value in slots.items():
        if value is UNSET:
            _remove(made, name)
        else:
            setattr(made, name, value)
    return made


def _shown(model: Model) -> Iterator[str]:
    """The scalars of a model, and of the rest that it is there."""
    for name in LAYOUTS[type(model)].members:
        if not is_set(model, name) or name == "type":
            continue
        if name in model.__secrets__:
            yield f"{name}={MASK!r}"
            continue
        match _slot(model, name):
            case None:
                continue
            case str() as text:
                yield f"{name}={text[:_REPR_TEXT]!r}" + "…" * (len(text) > _REPR_TEXT)
            case float() | int() as number if abs(number) < _REPR_NUMBER:
                yield f"{name}={number!r}"
            case date() as moment:
                yield f"{name}={moment.isoformat()}"
            case _:
                yield f"{name}=…"
