# Copied by "make generate" from codegen/runtime/sandbox/interface.py. Edit that file, not this one.
"""One revision, arranged for answering: which operation a request means, and what types look like.

Everything is read from the generated tables and models; nothing here knows an endpoint by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from urllib.parse import unquote

from attrs import define, field, frozen

from ..model import Link, Resource
from ..operation import Form, Operation, Returns
from ..revision import Revision
from ..shape import Member, members
from .refusals import RefusedError

_ROOT = 2  # "", "api"


@frozen
class Route:
    """An operation and the segments of its path; ``key`` is the relationship that the path ends in.

    ``kind`` is ``collection`` (``/api/lists``), ``resource`` (``/api/lists/{id}``), ``related``
    (``/api/lists/{id}/profiles``) or ``linkage`` (``/api/lists/{id}/relationships/profiles``).
    """

    operation: Operation
    segments: tuple[str, ...]

    @property
    def collection(self) -> str:
        """The word that the path begins with."""
        return self.segments[_ROOT]

    @property
    def kind(self) -> str:
        """The kind of the path."""
        if len(self.segments) == _ROOT + 4:
            return "linkage"
        return ("collection", "resource", "related")[len(self.segments) - _ROOT - 1]

    @property
    def key(self) -> str:
        """The last word of the path."""
        return self.segments[-1]

    def match(self, segments: tuple[str, ...]) -> str | None:
        """Give the id in a path (empty where there is none), None when the path is another one."""
        identifier = ""
        if len(segments) != len(self.segments):
            return None
        for given, own in zip(segments, self.segments, strict=True):
            if own.startswith("{"):
                identifier = unquote(given)
            elif given != own:
                return None
        return identifier


@define(eq=False)
class Interface:
    """What one revision offers."""

    revision: Revision
    _members: dict[str, tuple[Member, ...]] = field(factory=dict[str, tuple[Member, ...]], init=False)

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """All operations with their paths."""
        operations = map(self.revision.operation, sorted(self.revision.operations))
        return tuple(Route(operation, tuple(operation.path.split("/"))) for operation in operations)

    def find(self, method: str, path: str) -> tuple[Route, str]:
        """Give the route that a request means, and the id in its path.

        Raises:
            RefusedError: there is no such path, or it has no such method.
        """
        segments = tuple(path.rstrip("/").split("/"))
        found = [(route, matched) for route in self.routes if (matched := route.match(segments)) is not None]
        for route, identifier in found:
            if route.operation.method == method:
                return route, identifier
        if found:
            raise RefusedError(405, f'Method "{method}" not allowed.')
        raise RefusedError(404, f"There is no endpoint {path}.")

    # ------------------------------------------------------------------------------------- types

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """The type of the resources whose paths begin with a word: ``lists`` → ``list``."""
        owners = {f"{_plural(kind)}": kind for kind in self.revision.models}
        for route in self.routes:
            returns = route.operation.returns
            if route.operation.method == "GET" and route.kind in {"collection", "resource"}:
                owners[route.collection] = returns.type if isinstance(returns, Returns) else ""
        return owners

    @cached_property
    def collections(self) -> Mapping[str, str]:
        """The word that the paths of a type begin with: ``list`` → ``lists``."""
        return {kind: collection for collection, kind in self.owners.items()}

    def model(self, kind: str) -> type[Resource] | None:
        """The model of a type, None where this revision knows none."""
        return self.revision.resource(kind)

    def attributes(self, kind: str) -> tuple[Member, ...]:
        """The attributes that a type can have."""
        if kind not in self._members:
            model = self.model(kind)
            found = members(model) if model else ()
            self._members[kind] = tuple(member for member in found if not member.beside)
        return self._members[kind]

    def keys(self, kind: str) -> frozenset[str]:
        """The names that answers give to the attributes of a type."""
        return frozenset(member.key for member in self.attributes(kind))

    def links(self, kind: str) -> Mapping[str, Link]:
        """The relationships that answers of a type show."""
        model = self.model(kind)
        return model.__links__ if model else {}

    def inverse(self, kind: str, target: str) -> tuple[str, bool] | None:
        """The relationship that leads back from a type, and whether to many; None where none clearly does."""
        back = [(key, link.many) for key, link in self.links(target).items() if link.type == kind]
        return back[0] if len(back) == 1 else None

    @cached_property
    def optional(self) -> Mapping[str, frozenset[str]]:
        """The attributes of each type that one may leave out when creating."""
        found: dict[str, frozenset[str]] = {}
        for route in self.routes:
            form = route.operation.body
            if isinstance(form, Form) and route.operation.method == "POST":
                free = frozenset(key for name, key in form.attributes.items() if name not in form.required)
                found[form.type] = found.get(form.type, frozenset()) | free
        return found

    def shown(self, operation: Operation, kind: str) -> frozenset[str]:
        """The attributes of a type that an operation shows; empty where it does not tell."""
        choices = operation.fields.get(kind) or self._usual.get(kind, ())
        extra = operation.additional_fields.get(kind, ())
        return frozenset(choice.partition(".")[0] for choice in (*choices, *extra))

    @cached_property
    def _usual(self) -> Mapping[str, tuple[str, ...]]:
        """The sparse fields of each type where a single resource of it is read."""
        return {
            kind: choices
            for route in self.routes
            for kind, choices in route.operation.fields.items()
            if route.kind == "resource" and self.owners.get(route.collection) == kind
        }


def _plural(kind: str) -> str:
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
