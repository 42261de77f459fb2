"""From JSON to models: how each class is cut into its members, and what its members are read as.

Each class gets, when it is first needed, a msgspec Struct that decodes scalars and instants (and whatever
stands in place of a scalar) at once, and leaves arrays and objects as :class:`msgspec.Raw`, the bytes of
their JSON. A value object is read whole; a resource's arrays and objects wait until they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from attrs import frozen
from msgspec import Raw, Struct, defstruct
from msgspec.json import Decoder
from msgspec.structs import astuple

from .codec import FEW, INSTANT, REFUSED, decode, is_crowded, is_object, items, rewrite, values
from .shape import Member, Shape, members, pick, plain_value
from .unset import UNSET

T = TypeVar("T")
Put = Callable[[Any, Any], None]

MODEL_DEPTH = 32
"""How many models may stand in one another where a class may hold itself."""

_BRACE, _BRACKET = b"{["
_LEAST_OBJECT = len(b'{"a":1},')


@frozen(eq=False)
class Layout:
    """How to read one model class.

    ``setters`` fill the slots of a model; the first of a resource takes what holds the members that wait,
    whose shapes are ``waiting``. ``readers`` fill the rest of a value object's, after reading them.
    """

    members: Mapping[str, Member]
    waiting: Mapping[str, Shape]
    setters: tuple[Put, ...]
    readers: tuple[tuple[Put, Shape], ...]
    put_source: Put
    put_context: Put
    parts: type[Struct]
    decode: Callable[[bytes], Any]
    flat: bool

    def cut(self, text: bytes) -> tuple[Any, ...]:
        """Cut a text into what the setters put; UNSET stands for absent.

        What msgspec refuses is read value by value, and what is no object as if it were empty.
        """
        try:
            read = self.decode(text)
        except REFUSED:
            value = decode(text)
            return self._cut_odd(value if is_object(value) else {})
        if self.flat:
            return astuple(read)
        if read.attributes is None:
            read.attributes = self.parts()
        return *astuple(read), *astuple(read.attributes)

    def _cut_odd(self, value: Mapping[str, Any]) -> tuple[Any, ...]:
        inner = value if self.flat else value.get("attributes")
        beside: list[Any] = []
        found: dict[str, Any] = {}
        for name, member in self.members.items():
            if member.beside and not self.flat:
                beside.append(value.get(member.key, UNSET))
            elif is_object(inner) and member.key in inner:
                item = inner[member.key]
                prompt = _is_prompt(member.shape)
                found[name] = plain_value(member.shape, item) if prompt else Raw(rewrite(item))
        parts = self.parts(**found)
        return astuple(parts) if self.flat else (parts, *beside, *astuple(parts))


class _Layouts(dict[type[Any], Layout]):
    """The layout of each model class, made when it is first asked for."""

    def __missing__(self, model: type[Any]) -> Layout:
        return self.setdefault(model, _layout(model))


LAYOUTS = _Layouts()


def make(model: type[T], source: bytes, context: object = None, depth: int = 0) -> T:
    """Make a model of its JSON; ``context`` is what it shares with the others of its document.

    What is no object makes a model without members. ``depth`` tells how many models are around it.
    """
    layout = LAYOUTS[model]
    made = model.__new__(model)
    layout.put_source(made, source)
    if context is not None:
        layout.put_context(made, context)
    cut = layout.cut(source)
    for put, value in zip(layout.setters, cut, strict=False):
        if value is not UNSET:
            put(made, value)
    if layout.readers:
        for (put, shape), text in zip(layout.readers, cut[len(layout.setters) :], strict=False):
            if text is not UNSET:
                put(made, read(shape, text, depth + 1))
    return made


def read(shape: Shape, text: bytes, depth: int = 1) -> Any:
    """Read JSON as what an annotation says, or as it comes where it is something else.

    It comes plain as well below as many models as `MODEL_DEPTH`, and where a list or a dict of models has
    more of them than its text has room for: making models of nothing takes too much memory.
    """
    if shape.plain or depth > MODEL_DEPTH:
        return decode(text)
    first = memoryview(text)[0]
    if first == _BRACE and shape.models:
        model = shape.models[0] if len(shape.models) == 1 else pick(shape.models, decode(text))
        return make(model, text, depth=depth) if model else decode(text)
    if first == _BRACE and shape.values:
        by_key = values(text)
        if len(by_key) > FEW and is_crowded(len(by_key), len(text), _LEAST_OBJECT):
            return decode(text)
        return {key: read(shape.values, value, depth) for key, value in by_key.items()}
    if first == _BRACKET and shape.items:
        texts = items(text)
        if len(texts) > FEW and is_crowded(len(texts), len(text), _LEAST_OBJECT):
            return decode(text)
        return [read(shape.items, item, depth) for item in texts]
    return plain_value(shape, decode(text))


def _layout(model: type[Any]) -> Layout:
    flat: bool = model.__flat__
    all_members = members(model)
    beside = [member for member in all_members if member.beside and not flat]
    prompt = [member for member in all_members if member not in beside and _is_prompt(member.shape)]
    others = [member for member in all_members if member not in beside and member not in prompt]
    parts = defstruct(
        model.__name__,
        [
            *((member.name, _PROMPT.get(member.shape, Any), UNSET) for member in prompt),
            *((member.name, Raw, UNSET) for member in others),
        ],
        rename={member.name: member.key for member in (*prompt, *others)},
        gc=False,
    )
    document = parts
    if not flat:
        around = [("attributes", parts | None, None), *((member.name, Any, UNSET) for member in beside)]
        document = defstruct(model.__name__, around, gc=False)
    put: dict[str, Put] = {
        name: getattr(model, name).__set__
        for name in ("__source__", "__parts__", "__context__", *(member.name for member in all_members))
    }
    setters = [] if flat else [put["__parts__"]]
    setters += [put[member.name] for member in (*beside, *prompt)]
    return Layout(
        members={member.name: member for member in all_members},
        waiting={} if flat else {member.name: member.shape for member in others},
        setters=tuple(setters),
        readers=tuple((put[member.name], member.shape) for member in others) if flat else (),
        put_source=put["__source__"],
        put_context=put["__context__"],
        parts=parts,
        decode=Decoder(document).decode,
        flat=flat,
    )


def _is_prompt(shape: Shape) -> bool:
    return shape.scalar or shape in _PROMPT


_PROMPT: Mapping[Shape, Any] = {
    Shape(instant=True): INSTANT | None,
    Shape(instant=True, null=True): INSTANT | None,
    Shape(day=True): date | None,
    Shape(day=True, null=True): date | None,
}
"""What is decoded at once although it is no scalar: msgspec reads it as fast, and checks it."""
