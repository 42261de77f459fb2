# Copied by "make generate" from codegen/runtime/model.py. Edit that file, not this one.
"""The base of all models: typed, tolerant and lossless views of the JSON they were read from.

A model that was read keeps the bytes of its JSON and nothing else. The first access to a member decodes
the scalars into their slots; arrays, objects and instants are decoded one by one when they are asked
for. A value that does not fit its annotation is handed out as it came. :func:`dump` starts from the
bytes and puts in what was assigned or changed in place, so nothing that was received is ever lost.

A model that was constructed has no bytes: it consists of the members that were given to it.

Models have no public name but the members of the API; what else one wants from them are functions, here,
in :mod:`.misfit` and in :mod:`.linked`. To change a copy, use :func:`copy.copy` and assign:
:func:`attrs.evolve` passes every member to the constructor, so that absent ones become None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from attrs import define, evolve, frozen
from msgspec import Struct

from .answer import Answer
from .codec import checked, decode, is_object, items, rewrite, shown, undecodable, values
from .encode import Write, to_jsonable
from .errors import ArgumentError, Undecodable
from .layout import LAYOUTS
from .shape import Shape, pick, plain_value
from .suggest import suggestion
from .unset import UNSET, UnsetType

M = TypeVar("M", bound="Model")

absent: Any = UNSET
"""The default of every member: not there, which reads as None and is not written."""

_BRACE, _BRACKET = b"{["

_REPR_LENGTH = 200
_REPR_TEXT = 40


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

    def find(self, kind: str, identifier: str) -> Resource | None:
        """Find an included resource."""
        ...


# ----------------------------------------------------------------------------- access to the members


def _unset(model: Model, name: str) -> Any:
    """Give a member whose slot is empty: nobody asked for it before, or it is absent."""
    plan = LAYOUTS[type(model)]
    if name not in plan.members:
        return object.__getattribute__(model, name)  # raises once more what brought us here
    parts = model.__parts__
    if parts is None:
        source = model.__source__
        if source is None:
            return type(model).__type__ if name == "type" and isinstance(model, Resource) else None
        _read(model, source)
        return getattr(model, name)
    if name not in plan.late:
        return None
    text: bytes | UnsetType = getattr(parts, name)
    if text is UNSET:
        return None
    value = _value(plan.late[name], text)
    object.__setattr__(model, name, value)
    return value


def _assign(model: Model, name: str, value: object) -> None:
    """Set a member; UNSET makes it absent."""
    source = model.__source__
    if source is not None and model.__parts__ is None:
        _read(model, source)
    if value is not UNSET:
        object.__setattr__(model, name, value)
        return
    try:
        object.__delattr__(model, name)
    except AttributeError:
        if name not in LAYOUTS[type(model)].members:
            raise
    if model.__parts__ is not None and name in LAYOUTS[type(model)].late:
        setattr(model.__parts__, name, UNSET)


def _remove(model: Model, name: str) -> None:
    _assign(model, name, UNSET)


def _read(model: Model, source: bytes) -> None:
    """Decode scalars and instants into their slots, and remember where the rest stands."""
    plan = LAYOUTS[type(model)]
    for put, value in zip(plan.setters, plan.read(source), strict=False):
        if value is not UNSET:
            put(model, value)


def _value(shape: Shape, text: bytes) -> Any:
    """Read JSON as what the annotation says, or as it comes where it is something else."""
    if shape.plain:
        return decode(text)
    first = memoryview(text)[0]
    if first == _BRACE and shape.models:
        model = shape.models[0] if len(shape.models) == 1 else pick(shape.models, decode(text))
        if model is None:
            return decode(text)
        made = make(model, text)
        _read(made, text)
        return made
    if first == _BRACE and shape.values:
        return {key: _value(shape.values, value) for key, value in values(text).items()}
    if first == _BRACKET and shape.items:
        return [_value(shape.items, item) for item in items(text)]
    return plain_value(shape, decode(text))


def _slot(model: Model, name: str, default: object = UNSET) -> Any:
    try:
        return object.__getattribute__(model, name)
    except AttributeError:
        return default


# ----------------------------------------------------------------------------------------- the models


class Model:
    """What value objects and resources have in common.

    ``__source__`` is the JSON that the model was read from, None when it was constructed;
    ``__parts__`` what that was cut into, None before the first access. ``__context__``, only there in
    models of a document, is what they share and no part of their value.
    """

    __slots__ = ("__context__", "__parts__", "__source__", "__weakref__")

    __source__: bytes | None
    __parts__: Struct | None
    __context__: Context

    __keys__: ClassVar[Mapping[str, str]] = {}
    """The keys in JSON that differ from the name in Python, by the latter."""
    __flat__: ClassVar[bool] = True
    """Whether all members stand at the top of the JSON."""

    if not TYPE_CHECKING:  # checkers would take any name for a member
        __getattr__ = _unset
        __setattr__ = _assign
        __delattr__ = _remove
        __hash__ = None

    def __attrs_pre_init__(self) -> None:
        _set_source(self, None)
        _set_parts(self, None)

    @property
    def __answer__(self) -> Answer | None:
        """The answer that the model came with, showing only the bytes of this model."""
        context = context_of(self)
        answer = context.answer if context else None
        return answer and evolve(answer, content=source_of(self) or b"")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or type(other) is not type(self):
            return NotImplemented
        return dump(self) == dump(other)

    def __reduce__(self) -> tuple[Any, ...]:
        source = self.__source__
        return _restore, (type(self), None if source is None else bytes(source), _changes(self))

    def __repr__(self) -> str:
        name = type(self).__name__
        try:
            inside = ", ".join(_shown(self))
        except Undecodable:
            inside = "…"
        room = _REPR_LENGTH - len(name) - 2
        return f"{name}({inside if len(inside) <= room else inside[: room - 1] + '…'})"

    def __jsonable__(self, write: Write) -> Any:
        source = self.__source__
        if source is None:
            return _overlaid(self, {}, write)
        document = decode(source)
        return document if self.__parts__ is None else _overlaid(self, document, write)


class ValueObject(Model):
    """An object that is no resource: what stands in the attributes of one, or in a request."""

    __slots__ = ()


class Resource(Model):
    """A JSON:API resource, its attributes flattened onto it."""

    __slots__ = ()

    __flat__: ClassVar[bool] = False
    __type__: ClassVar[str] = ""
    __links__: ClassVar[Mapping[str, Link]] = {}

    def __jsonable__(self, write: Write) -> Any:
        if self.__source__ is None:
            return _overlaid(self, {"type": self.__type__}, write)
        return super().__jsonable__(write)


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


_set_source: Callable[[Model, bytes | None], None] = Model.__dict__["__source__"].__set__
_set_parts: Callable[[Model, Struct | None], None] = Model.__dict__["__parts__"].__set__
_set_context: Callable[[Model, Context], None] = Model.__dict__["__context__"].__set__


# ---------------------------------------------------------------------------- making and taking apart


def make(model: type[M], source: bytes, context: Context | None = None) -> M:
    """Make a model of the JSON of an object (or of whatever stands in its place), without looking at it."""
    made = model.__new__(model)
    _set_source(made, source)
    _set_parts(made, None)
    if context:
        _set_context(made, context)
    return made


def load(model: type[M], data: bytes | str | Mapping[str, Any]) -> M:
    """Make a model of the JSON that :func:`dump` gave, or that the API sent.

    Raises:
        Undecodable: the data is not the JSON of an object.
        ArgumentError: the mapping holds something that JSON has not.
    """
    match data:
        case bytes():
            text = checked(data)
        case str():
            text = checked(data.encode(errors="surrogatepass"))
        case _:
            text = rewrite(to_jsonable(data, "data", received=True))
    if not text.lstrip().startswith(b"{"):
        raise undecodable("$", "a JSON object", shown(text))
    made = make(model, text.strip())
    _read(made, text)
    return made


def dump(model: Model) -> dict[str, Any]:
    """Give the JSON of a model, decoded, members that nobody documented included.

    It equals what the model was read from but for what was assigned or changed since. Decimals that
    were assigned stay decimals, for the sake of their digits.

    Raises:
        ArgumentError: something was assigned that JSON has not.
    """
    dumped: dict[str, Any] = to_jsonable(model, type(model).__name__, received=True)
    return dumped


def is_set(model: Model, name: str) -> bool:
    """Tell whether a member is there: null is, absent is not, and both read as None.

    Raises:
        ArgumentError: the model has no such member.
    """
    plan = LAYOUTS[type(model)]
    if name not in plan.members:
        raise ArgumentError(f"{type(model).__name__} has no member {name!r}{suggestion(name, plan.members)}")
    if model.__parts__ is None and model.__source__ is not None:
        _read(model, model.__source__)
    waits = name in plan.late and getattr(model.__parts__, name, UNSET) is not UNSET
    return waits or _slot(model, name) is not UNSET


def context_of(model: Model) -> Context | None:
    """What a model shares with the rest of the document it came in; None when it came in none."""
    context: Context | None = _slot(model, "__context__", None)
    return context


def source_of(model: Model) -> bytes | None:
    """The JSON that a model was read from; None when it was constructed."""
    return None if model.__source__ is None else bytes(model.__source__)


def _overlaid(model: Model, document: Any, write: Write) -> Any:
    """Put the members that were assigned or handed out into the JSON that the model was read from."""
    plan = LAYOUTS[type(model)]
    parts = model.__parts__
    outer = document if is_object(document) else {}
    attributes = outer if plan.flat else outer.get("attributes")
    inner = attributes if is_object(attributes) else {}
    for name, member in plan.members.items():
        home = outer if member.beside else inner
        value = _slot(model, name)
        if value is not UNSET:
            home[member.key] = write(name, value, home.get(member.key, UNSET))
        elif parts is not None and (name not in plan.late or getattr(parts, name) is UNSET):
            home.pop(member.key, None)
    if inner and not plan.flat:
        outer["attributes"] = inner
    return outer or document


def _changes(model: Model) -> dict[str, Any]:
    """What a copy needs beside the source: the members that hold something else than came."""
    parts = model.__parts__
    if parts is None and model.__source__ is not None:
        return {}
    plan = LAYOUTS[type(model)]
    found = {name: (_slot(model, name), getattr(parts, name, UNSET)) for name in plan.members}
    return {
        name: value
        for name, (value, part) in found.items()
        if value is not part and not (value is UNSET and name in plan.late)
    } | {name: UNSET for name, (value, part) in found.items() if value is part is UNSET}


def _restore(model: type[Model], source: bytes | None, changes: Mapping[str, Any]) -> Model:
    made = model.__new__(model)
    _set_source(made, source)
    _set_parts(made, None)
    for name, value in changes.items():
        _assign(made, name, value)
    return made


def _shown(model: Model) -> Iterator[str]:
    """The scalars of a model, and of the rest that it is there."""
    for name, member in LAYOUTS[type(model)].members.items():
        if not is_set(model, name) or name == "type":
            continue
        value: Any = getattr(model, name) if member.shape.scalar or member.shape.instant else ...
        match value:
            case None:
                continue
            case str() if len(value) > _REPR_TEXT:
                yield f"{name}={value[:_REPR_TEXT]!r}…"
            case str() | int() | float():
                yield f"{name}={value!r}"
            case date():
                yield f"{name}={value.isoformat()}"
            case _:
                yield f"{name}=…"
