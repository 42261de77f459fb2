"""Decides what a named type is to be where a vendor's document says different things where it is mentioned.

Every mention votes for what the document says there. The meaning that most mentions want wins; the mentions
of the others are told that they lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import define, field

from codegen.openapi_schemas import Schema
from codegen.vendor.catalogue import Catalogue

Lost = Callable[[], None]


@define
class _Meaning:
    """One thing that a named type may have to be, and what the mentions that want it do if they lose."""

    schema: Schema
    mentions: list[Lost] = field(factory=list[Lost])


class Votes:
    """The votes on the named types of the spec; ``chosen`` is what has been decided so far."""

    def __init__(self, catalogue: Catalogue, foreseen: Mapping[str, Schema]) -> None:
        """``foreseen`` are decisions that are known before anybody votes."""
        self._catalogue = catalogue
        self._awaited = {*foreseen} & {*catalogue.places}
        self._open: dict[str, dict[str, _Meaning]] = {}
        self.chosen = {name: schema for name, schema in foreseen.items() if name in catalogue.places}
        for name, schema in self.chosen.items():
            catalogue.decide(name, catalogue.wanted(schema))

    def cast(self, name: str, schema: Schema, lost: Lost) -> None:
        """Vote for what a type is to be; ``lost`` is called if it will be something else."""
        signature = self._catalogue.wanted(schema)
        decided = self._catalogue.decided(name)
        if decided is not None and name not in self._awaited:
            if decided != signature:
                lost()
            return
        meanings = self._open.setdefault(name, {})
        meanings.setdefault(signature, _Meaning(schema)).mentions.append(lost)
        if decided is None:
            self._catalogue.pending[name] = frozenset(meanings)

    def count(self, can_be: Callable[[str, Schema], bool], become: Callable[[str, Schema], None]) -> None:
        """Decide what every type with votes is; making it so may bring votes on others."""
        while self._open:
            name = self._next()
            meanings = self._open.pop(name)
            self._catalogue.pending.pop(name, None)
            if name not in self._awaited:
                self._elect(name, {key: one for key, one in meanings.items() if can_be(name, one.schema)})
            self._awaited.discard(name)
            if name in self.chosen:
                become(name, self.chosen[name])
            for signature, meaning in meanings.items():
                if signature != self._catalogue.decided(name):
                    for lost in meaning.mentions:
                        lost()

    def _next(self) -> str:
        """Return a type to decide on; what it extends goes first, as it may bring what it lacks."""
        first, *_ = self._open
        return next((name for name in self._open if not self._catalogue.bases(name) & {*self._open}), first)

    def _elect(self, name: str, fit: Mapping[str, _Meaning]) -> None:
        if fit:
            current = self._catalogue.before.get(name, "")
            signature = max(fit, key=lambda key: (len(fit[key].mentions), key == current))
            self._catalogue.decide(name, signature)
            self.chosen[name] = fit[signature].schema
