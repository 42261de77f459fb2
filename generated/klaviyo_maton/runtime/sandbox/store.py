# Copied by "make generate" from codegen/runtime/sandbox/store.py. Edit that file, not this one.
"""What the sandbox remembers: resources by type and id, and what links them.

Attributes are kept as they came, under the names that answers use, so that every revision shows the
same account in its own way. Time is counted, not measured: each write takes one second.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from attrs import define, field

Identity: TypeAlias = tuple[str, str]
"""A resource's type and id."""

_BEGIN = datetime(2026, 1, 15, tzinfo=UTC)
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_ID_SHAPES: Mapping[str, tuple[str, int]] = {
    "profile": ("01K", 26),
    "campaign": ("01K", 26),
    "campaign-message": ("01K", 26),
    "webhook": ("01K", 26),
    "event": ("7", 11),
}
_CATALOG = ("catalog-item", "catalog-variant", "catalog-category")


@define(eq=False)
class Stored:
    """A resource; ``unfinished`` counts the questions until a job is complete (0: it is)."""

    type: str
    id: str
    attributes: dict[str, Any]
    unfinished: int = 0

    @property
    def identity(self) -> Identity:
        """Type and id."""
        return self.type, self.id


@define(eq=False)
class Store:
    """Resources and links of one account."""

    _resources: dict[str, dict[str, Stored]] = field(factory=dict[str, dict[str, Stored]], init=False)
    _links: dict[tuple[Identity, str], dict[Identity, str]] = field(
        factory=dict[tuple[Identity, str], dict[Identity, str]], init=False
    )
    _count: int = field(default=0, init=False)
    _seconds: int = field(default=0, init=False)

    def now(self) -> str:
        """The time, as answers write it."""
        return (_BEGIN + timedelta(seconds=self._seconds)).isoformat()

    def tick(self) -> str:
        """Let a second pass, and tell the time."""
        self._seconds += 1
        return self.now()

    def all(self, kind: str) -> list[Stored]:
        """The resources of a type, the oldest first."""
        return list(self._resources.get(kind, {}).values())

    def find(self, identity: Identity) -> Stored | None:
        """A resource by type and id."""
        return self._resources.get(identity[0], {}).get(identity[1])

    def add(self, stored: Stored) -> Stored:
        """Put a resource in, instead of one that has the same id."""
        self._resources.setdefault(stored.type, {})[stored.id] = stored
        return stored

    def remove(self, identity: Identity) -> None:
        """Take a resource out, with all links from and to it."""
        del self._resources[identity[0]][identity[1]]
        self._links = {key: targets for key, targets in self._links.items() if key[0] != identity}
        for targets in self._links.values():
            targets.pop(identity, None)

    def linked(self, source: Identity, key: str) -> dict[Identity, str]:
        """What a relationship links to, and since when, the oldest link first."""
        return dict(self._links.get((source, key), {}))

    def link(self, source: Identity, key: str, target: Identity) -> None:
        """Link two resources; a link that is there already keeps its time."""
        self._links.setdefault((source, key), {}).setdefault(target, self.now())

    def unlink(self, source: Identity, key: str, target: Identity) -> None:
        """Take a link away, if it is there."""
        self._links.get((source, key), {}).pop(target, None)

    def new_id(self, kind: str, attributes: Mapping[str, Any]) -> str:
        """Make an id of the shape that a type's ids have."""
        external = attributes.get("external_id")
        if isinstance(external, str) and kind in _CATALOG:
            return f"$custom:::$default:::{external}"
        if isinstance(external, str) and kind == "coupon":
            return external
        self._count += 1
        prefix, length = _ID_SHAPES.get(kind, ("R", 6))
        rest, text = self._count, ""
        while rest:
            rest, digit = divmod(rest, len(_DIGITS))
            text = _DIGITS[digit] + text
        return prefix + text.zfill(length - len(prefix))
