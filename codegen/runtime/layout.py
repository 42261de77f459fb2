"""How the JSON of one model class is cut into its members.

Each class gets, when its first instance is read, a msgspec Struct: scalar members come decoded, as
whatever scalar or container stands there, all others as :class:`msgspec.Raw`, the bytes of their JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import frozen
from msgspec import Raw, Struct, defstruct
from msgspec.json import Decoder
from msgspec.structs import astuple

from .codec import REFUSED, decode, is_object, rewrite
from .shape import Member, members
from .unset import UNSET


@frozen(eq=False)
class Layout:
    """How to read one model class.

    ``setters`` put the scalars into their slots, in the order in which `read` gives them; ``late`` are
    the names of the other members.
    """

    members: Mapping[str, Member]
    late: frozenset[str]
    setters: tuple[Callable[[Any, Any], None], ...]
    parts: type[Struct]
    decode: Callable[[bytes], Any]
    flat: bool

    def read(self, text: bytes) -> tuple[Struct, Iterable[Any]]:
        """Give what to take the late members from, and the scalars; UNSET stands for what is absent."""
        try:
            read = self.decode(text)
        except REFUSED:
            return self._read_odd(decode(text))
        if self.flat:
            return read, astuple(read)
        *beside, parts = astuple(read)
        if parts is None:
            parts = self.parts()
        return parts, (*beside, *astuple(parts))

    def _read_odd(self, value: Any) -> tuple[Struct, Iterable[Any]]:
        """Read what msgspec refuses: a value out of the ordinary somewhere, or another kind of JSON."""
        outer = value if is_object(value) else {}
        inner = outer if self.flat else outer.get("attributes")
        beside: list[Any] = []
        found: dict[str, Any] = {}
        for name, member in self.members.items():
            if member.beside and not self.flat:
                beside.append(outer.get(member.key, UNSET))
            elif is_object(inner) and member.key in inner:
                item = inner[member.key]
                found[name] = Raw(rewrite(item)) if name in self.late else item
        parts = self.parts(**found)
        return parts, (*beside, *astuple(parts))


_layouts: dict[type[Any], Layout] = {}


def layout(model: type[Any]) -> Layout:
    """Give the layout of a model class."""
    try:
        return _layouts[model]
    except KeyError:
        return _layouts.setdefault(model, _made_layout(model))


def _made_layout(model: type[Any]) -> Layout:
    flat: bool = model.__flat__
    all_members = members(model)
    beside = [] if flat else [member for member in all_members if member.beside]
    scalars = [member for member in all_members if member.shape.scalar and member not in beside]
    late = [member for member in all_members if not member.shape.scalar and member not in beside]
    parts = defstruct(
        model.__name__,
        [*((member.name, Any, UNSET) for member in scalars), *((member.name, Raw, UNSET) for member in late)],
        rename={member.name: member.key for member in (*scalars, *late)},
        gc=False,
    )
    whole: Any = parts
    if not flat:
        outer = [*((member.name, Any, UNSET) for member in beside), ("attributes", parts | None, None)]
        whole = defstruct(model.__name__, outer, gc=False)
    return Layout(
        {member.name: member for member in all_members},
        frozenset(member.name for member in late),
        tuple(getattr(model, member.name).__set__ for member in (*beside, *scalars)),
        parts,
        Decoder(whole).decode,
        flat,
    )
