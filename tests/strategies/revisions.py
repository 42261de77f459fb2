"""The committed revisions: what the spec says of each, beside the package that was rendered from it."""

from __future__ import annotations

import re
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from codegen import ir
from codegen.output import folder
from codegen.spec import Spec, load_spec

SPEC = Path(__file__).parents[2] / "spec"
# What stands around an endpoint without changing what a client does: its limits, scopes, prose and links.
_AROUND = re.compile(
    r"(limit=RateLimit\([^)]*\)|(summary|deprecated)=('[^']*'|\"[^\"]*\")|(notes|scopes|links|linked)=\([^)]*\)"
    r"|included_relationships=\w+|nullable=\w+), "
)


class Revision:
    """One revision: its IR, and its rendered package, whose modules are imported when they are needed."""

    def __init__(self, api: ir.Api, package: str) -> None:
        self.api = api
        self.package = package

    def __repr__(self) -> str:
        return self.api.revision

    @cached_property
    def models(self) -> Any:
        return import_module(f"{self.package}.models")

    @cached_property
    def filters(self) -> Any:
        return import_module(f"{self.package}.filters")

    @cached_property
    def clients(self) -> Any:
        """The module with Klaviyo and AsyncKlaviyo."""
        return import_module(f"{self.package}.client")

    @cached_property
    def operations(self) -> tuple[ir.Operation, ...]:
        return tuple(operation for family in self.api.families for operation in family.operations)

    @cached_property
    def resources(self) -> dict[str, ir.Resource]:
        return {resource.type: resource for resource in self.api.resources}

    @cached_property
    def values(self) -> dict[str, ir.ValueObject]:
        return {value.name: value for value in self.api.values}

    @cached_property
    def forms(self) -> dict[str, ir.Form]:
        return {form.name: form for form in self.api.forms}

    def shape(self, item: object) -> str:
        """Return a text that is the same for what another revision has with the same facts of its own.

        What it refers to is tried on its own.
        """
        return _AROUND.sub("", repr(self._named.get(item.__name__, item) if isinstance(item, type) else item))

    @cached_property
    def _named(self) -> dict[str, object]:
        """Everything that has a class, by its name."""
        return {**self.values, **self.forms, **{one.name: one for one in self.api.resources}}


@cache
def our_spec() -> Spec:
    """Return the spec of this project."""
    return load_spec(SPEC)


@cache
def committed() -> tuple[Revision, ...]:
    """Return the revisions whose packages are kept in the repository, oldest first."""
    spec = our_spec()
    return tuple(
        Revision(spec.at(revision), f"klaviyo_maton.{folder(revision)}") for revision in spec.committed
    )
