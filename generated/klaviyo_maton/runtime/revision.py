# Copied by "make generate" from codegen/runtime/revision.py. Edit that file, not this one.
"""A revision of the API, as the runtime sees it: its name, and where its operations and models are."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib import import_module

from attrs import field, frozen

from .arguments import shown
from .errors import ArgumentError, RevisionWarning
from .model import Resource, ValueObject
from .operation import Operation
from .suggest import suggestion
from .urls import text_of


@frozen(eq=False)
class Revision:
    """One dated revision and its generated package.

    ``operations`` maps an operation's id, ``models`` a JSON:API type (or the name of a value object), to
    a module below ``operations`` or ``models`` and a name in it; they are imported when they are first
    needed. ``retired`` is the date from which the server answers in another revision.
    """

    name: str
    retired: str
    package: str
    operations: Mapping[str, tuple[str, str]]
    models: Mapping[str, tuple[str, str]]
    _loaded: dict[tuple[str, str, str], object] = field(
        factory=dict[tuple[str, str, str], object], init=False
    )

    def operation(self, operation_id: str) -> Operation:
        """Find an operation by the vendor's id.

        Raises:
            ArgumentError: this revision has none of that id.
        """
        name = text_of(operation_id, "the id of an operation")
        if name not in self.operations:
            hint = suggestion(name, self.operations)
            raise ArgumentError(f"revision {self.name} has no operation {shown(name)}{hint}")
        found = self._load("operations", *self.operations[name])
        if not isinstance(found, Operation):
            raise TypeError(f"{name} is no operation but {found!r}")
        return found

    def resource(self, kind: str) -> type[Resource] | None:
        """Find the model of a JSON:API type; None for a type that this revision does not know."""
        found = self._load("models", *self.models[kind]) if kind in self.models else None
        return found if isinstance(found, type) and issubclass(found, Resource) else None

    def value(self, name: str) -> type[ValueObject]:
        """Find the class of a value object that an operation answers with."""
        found = self._load("models", *self.models[name])
        if not (isinstance(found, type) and issubclass(found, ValueObject)):
            raise TypeError(f"{name} is no value object but {found!r}")
        return found

    def _load(self, folder: str, module: str, name: str) -> object:
        place = folder, module, name
        if place not in self._loaded:  # asking Python for a module takes as long as reading a small answer
            self._loaded[place] = getattr(import_module(f"{self.package}.{folder}.{module}"), name)
        return self._loaded[place]


def warn_if_retired(revision: Revision, today: date | None = None) -> None:
    """Warn that the server no longer serves a revision, once its day has come."""
    if revision.retired and (today or datetime.now(UTC).date()) >= date.fromisoformat(revision.retired):
        warnings.warn(
            f"revision {revision.name} was retired on {revision.retired}: the server answers such requests "
            "in the oldest revision that it still serves; import the client of a newer one",
            RevisionWarning,
            stacklevel=2,
        )
