# Copied by "make generate" from codegen/runtime/policy.py. Edit that file, not this one.
"""What a client may not do, judged from the effect of each operation before anything is sent.

A policy guards against mistakes, such as those of an agent that was handed a client; it is no wall
against code that means to get around it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import get_args

from attrs import evolve, frozen

from .arguments import exact, is_listed, listed, shown
from .effects import Effect
from .errors import ArgumentError, PolicyRefused
from .operation import Operation
from .revision import Revision
from .routes import readings
from .suggest import suggestion

_EFFECTS: tuple[str, ...] = get_args(Effect)


@frozen
class Policy:
    """What is refused: with ``read_only`` all but reads, and the effects and operations of ``deny``."""

    read_only: bool = False
    deny: frozenset[str] = frozenset()

    def tightened(self, read_only: bool, deny: Iterable[str], known: Collection[str]) -> Policy:
        """Forbid more; ``known`` are the ids of the operations there are.

        Raises:
            ArgumentError: something in ``deny`` is neither an effect nor an operation, or ``read_only``
                would be taken back.
        """
        if self.read_only and not read_only:
            raise ArgumentError("read_only cannot be taken back by a view: make another client")
        if not is_listed(deny):
            raise ArgumentError(
                f"deny is a set of effects and operation ids, such as {{'delete'}}, not {shown(deny)}"
            )
        names = set[str]()
        for name in listed(deny, "deny"):
            word = exact(name) if isinstance(name, str) else ""
            if word not in _EFFECTS and word not in known:
                hint = suggestion(word, [*_EFFECTS, *known])
                what = "neither an effect nor an operation"
                raise ArgumentError(f"deny holds {shown(name)}, which is {what}{hint}")
            names.add(word)
        return evolve(self, read_only=read_only, deny=self.deny | names)

    def check(self, operation: Operation, path: str, revision: Revision) -> None:
        """Let an operation pass at its final path, or refuse it.

        Raises:
            PolicyRefused: the operation is forbidden, or one that a server could take the path for.
        """
        if not (self.read_only or self.deny):
            return
        for meant in (operation, *readings(revision, operation.method, path)):
            if reason := self._objection(meant):
                raise PolicyRefused(
                    f"{meant.id} ({operation.method} {path}) is refused, and nothing was sent: {reason}"
                )

    def _objection(self, operation: Operation) -> str:
        for name in (operation.effect, operation.id):
            if name in self.deny:
                what = "its effect" if name == operation.effect else "the operation"
                return f"deny holds {what}, {name!r}"
        if self.read_only and operation.effect != "read":
            return f"the client is read_only, and the operation's effect is {operation.effect!r}"
        return ""
