# Copied by "make generate" from codegen/runtime/layout.py. Edit that file, not this one.
"""How the JSON of one model class is cut into its members.

Each class gets, when it is first needed, a msgspec Struct: scalars and instants come decoded (as whatever
stands in place of a scalar), all others as :class:`msgspec.Raw`, the bytes of their JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from attrs import frozen
from msgspec import Raw, Struct, defstruct
from msgspec.json import Decoder
from msgspec.structs import astuple

from .codec import INSTANT, REFUSED, decode, is_object, rewrite
from .shape import Member, Shape, members, plain_value
from .unset import UNSET


@frozen(eq=False)
class Layout:
    """How to read one model class.

    ``setters`` put what `read` gives into the slots of a model: what holds the late members first, then
    the members that were decoded at once. ``late`` has the shapes of the others.
    """

    members: Mapping[str, Member]
    late: Mapping[str, Shape]
    setters: tuple[Callable[[Any, Any], None], ...]
    parts: type[Struct]
    decode: Callable[[bytes], Any]
    flat: bool

    def read(self, text: bytes) -> Iterable[Any]:
        """Cut a text into what the setters put; UNSET stands for absent.

        What msgspec refuses is read value by value, and what is no object as if it were empty.
        """
        try:
            read = self.decode(text)
        except REFUSED:
            value = decode(text)
            return self._read_odd(value if is_object(value) else {})
        if self.flat:
            return read, *astuple(read)
        if read.attributes is None:
            read.attributes = self.parts()
        return *astuple(read), *astuple(read.attributes)

    def _read_odd(self, value: Mapping[str, Any]) -> Iterable[Any]:
        inner = value if self.flat else value.get("attributes")
        beside: list[Any] = []
        found: dict[str, Any] = {}
        for name, member in self.members.items():
            if member.beside and not self.flat:
                beside.append(value.get(member.key, UNSET))
            elif is_object(inner) and member.key in inner:
                item = inner[member.key]
                found[name] = Raw(rewrite(item)) if name in self.late else plain_value(member.shape, item)
        parts = self.parts(**found)
        return parts, *beside, *astuple(parts)


class _Layouts(dict[type[Any], Layout]):
    """The layout of each model class, made when it is first asked for."""

    def __missing__(self, model: type[Any]) -> Layout:
        return self.setdefault(model, _layout(model))


LAYOUTS = _Layouts()


def _layout(model: type[Any]) -> Layout:
    flat: bool = model.__flat__
    all_members = members(model)
    beside = [member for member in all_members if member.beside and not flat]
    others = [member for member in all_members if member not in beside]
    late = {member.name: member.shape for member in others if not _is_prompt(member.shape)}
    prompt = [member for member in others if member.name not in late]
    parts = defstruct(
        model.__name__,
        [
            *((member.name, _prompt_type(member.shape), UNSET) for member in prompt),
            *((name, Raw, UNSET) for name in late),
        ],
        rename={member.name: member.key for member in others},
        gc=False,
    )
    whole = parts
    if not flat:
        around = [("attributes", parts | None, None), *((member.name, Any, UNSET) for member in beside)]
        whole = defstruct(model.__name__, around, gc=False)
    names = [member.name for member in (*beside, *prompt)]
    return Layout(
        {member.name: member for member in all_members},
        late,
        tuple(getattr(model, name).__set__ for name in ("__parts__", *names)),
        parts,
        Decoder(whole).decode,
        flat,
    )


def _is_prompt(shape: Shape) -> bool:
    return shape.scalar or shape in _PROMPT


def _prompt_type(shape: Shape) -> Any:
    return _PROMPT.get(shape, Any)


_PROMPT: Mapping[Shape, Any] = {
    Shape(instant=True): INSTANT | None,
    Shape(instant=True, null=True): INSTANT | None,
    Shape(day=True): date | None,
    Shape(day=True, null=True): date | None,
}
"""What else is decoded at once: its text differs from its value, but msgspec reads it as fast."""
