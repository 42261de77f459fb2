# Copied by "make generate" from codegen/runtime/reading.py. Edit that file, not this one.
"""From JSON to models: how each class is cut into its members, and what its members are read as.

Each class gets, when it is first needed, a msgspec Struct that decodes scalars and instants (and whatever
stands in place of a scalar) at once, and leaves arrays and objects as :class:`msgspec.Raw`, the bytes of
their JSON. A value object is read whole; a resource's arrays and objects wait until they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from attrs import frozen
from msgspec import Raw, Struct, defstruct
from msgspec.json import Decoder
from msgspec.structs import astuple

from .codec import INSTANT, REFUSED, decode, is_object, items, rewrite, values
from .shape import Member, Shape, members, pick, plain_value
from .unset import UNSET

T = TypeVar("T")
Put = Callable[[Any, Any], None]

_BRACE, _BRACKET = b"{["


@frozen(eq=False)
class Layout:
    """How to read one model class.

    ``setters`` fill the slots of a model; the first of a resource takes what holds the members that wait,
    whose shapes are ``waiting``.
    """

    members: Mapping[str, Member]
    waiting: Mapping[str, Shape]
    setters: tuple[Put, ...]
    put_source: Put
    put_context: Put
    parts: type[Struct]
    decode: Callable[[bytes], Any]
    flat: bool

    def cut(self, text: bytes) -> Iterable[Any]:
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

    def _cut_odd(self, value: Mapping[str, Any]) -> Iterable[Any]:
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


def make(model: type[T], source: bytes, context: object = None) -> T:
    """Make a model of its JSON; ``context`` is what it shares with the others of its document.

    What is no object makes a model without members.
    """
    layout = LAYOUTS[model]
    made = model.__new__(model)
    layout.put_source(made, source)
    if context is not None:
        layout.put_context(made, context)
    for put, value in zip(layout.setters, layout.cut(source), strict=False):
        if value is not UNSET:
            put(made, value)
    return made


def read(shape: Shape, text: bytes) -> Any:
    """Read JSON as what an annotation says, or as it comes where it is something else."""
    if shape.plain:
        return decode(text)
    first = memoryview(text)[0]
    if first == _BRACE and shape.models:
        model = shape.models[0] if len(shape.models) == 1 else pick(shape.models, decode(text))
        return make(model, text) if model else decode(text)
    if first == _BRACE and shape.values:
        return {key: read(shape.values, value) for key, value in values(text).items()}
    if first == _BRACKET and shape.items:
        return [read(shape.items, item) for item in items(text)]
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
    if flat:
        setters += [_reader(put[member.name], member.shape) for member in others]
    return Layout(
        members={member.name: member for member in all_members},
        waiting={} if flat else {member.name: member.shape for member in others},
        setters=tuple(setters),
        put_source=put["__source__"],
        put_context=put["__context__"],
        parts=parts,
        decode=Decoder(document).decode,
        flat=flat,
    )


def _reader(put: Put, shape: Shape) -> Put:
    def put_read(model: object, text: bytes) -> None:
        put(model, read(shape, text))

    return put_read


def _is_prompt(shape: Shape) -> bool:
    return shape.scalar or shape in _PROMPT


_PROMPT: Mapping[Shape, Any] = {
    Shape(instant=True): INSTANT | None,
    Shape(instant=True, null=True): INSTANT | None,
    Shape(day=True): date | None,
    Shape(day=True, null=True): date | None,
}
"""What is decoded at once although it is no scalar: msgspec reads it as fast, and checks it."""
