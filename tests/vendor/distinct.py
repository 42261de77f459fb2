"""The bodies and answers of all revisions, those of the same shape once, and packages for those revisions."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Literal

from attrs import frozen

import klaviyo_maton
from codegen import ir, render
from codegen.openapi_schemas import Schema
from codegen.output import folder
from codegen.vendor.compare import contents, operations
from codegen.vendor.normalise import EXTENDS, Schemas, mapping, text
from tests.strategies import Revision, committed
from tests.strategies.revisions import our_spec
from tests.vendor.documents import REVISIONS, has_documents, our_document, vendor_document
from tests.vendor.instances import Instances

Role = Literal["body", "answer"]

_REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')
_EXTENDS = re.compile(rf', "{EXTENDS}": "[^"]*"')


@frozen(eq=False)
class Shaped:
    """An operation of a revision, and the vendor's schema, in normal form, of its body or of its answer."""

    revision: Revision
    operation: ir.Operation
    instances: Instances
    schema: Schema

    def __repr__(self) -> str:
        return f"{self.revision}-{self.operation.id}"


@cache
def every() -> tuple[Revision, ...]:
    """Return all revisions, those first that have a package in the repository."""
    kept = {revision.api.revision: revision for revision in committed()}
    others = [revision for revision in REVISIONS if revision not in kept]
    return (*kept.values(), *(Revision(our_spec().at(r), f"klaviyo_maton.{folder(r)}") for r in others))


def render_packages(directory: Path) -> None:
    """Make the packages of the revisions that have none in the repository, where they are found first."""
    for revision in every()[len(committed()) :]:
        modules = {path: module.text for path, module in render.package(revision.api).items()}
        for path, code in {"__init__.py": "", **modules}.items():
            place = directory / folder(revision.api.revision) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(code, encoding="utf-8")
    klaviyo_maton.__path__.insert(0, str(directory))


def distinct(role: Role) -> list[Shaped]:
    """Return the operations whose body or answer has a shape that none before has."""
    return [shaped for (role_, _), shaped in _distinct().items() if role_ == role]


@cache
def _distinct() -> dict[tuple[Role, str], Shaped]:
    found: dict[tuple[Role, str], Shaped] = {}
    for revision in every() if has_documents() else ():
        named = {operation.id: operation for operation in revision.operations}
        ours = _Side(our_document(revision.api.revision))
        vendors = _Side(vendor_document(revision.api.revision))
        for place, schema in ours.found.items():
            if place in vendors.found:
                role, route = place
                operation = named[text(ours.operations[route]["operationId"])]
                key = role, ours.digest(schema) + vendors.digest(vendors.found[place])
                found.setdefault(key, Shaped(revision, operation, vendors.instances, vendors.found[place]))
    return found


class _Side:
    """The schemas of the bodies and answers of a document, by role and route, and digests of their shapes."""

    def __init__(self, document: Schema) -> None:
        self.operations = operations(document)
        self.found: dict[tuple[Role, str], Schema] = {}
        self._schemas = Schemas(document)
        self.instances = Instances(self._schemas)
        self._digests: dict[str, str] = {}
        for route, operation in self.operations.items():
            for place, content in contents(operation).items():
                (media_type,) = content.values()
                role: Role = "body" if place == "body" else "answer"
                self.found[role, route] = self._schemas.normal(mapping(mapping(media_type)["schema"]))

    def digest(self, schema: Schema) -> str:
        """Return a text that only schemas of the same shape have, whatever their parts are called."""
        written = _EXTENDS.sub("", json.dumps(schema, sort_keys=True))
        return hashlib.sha256(_REFERENCE.sub(self._named, written).encode()).hexdigest()

    def _named(self, reference: re.Match[str]) -> str:
        name = reference[1]
        if name not in self._digests:
            self._digests[name] = name  # within itself
            self._digests[name] = self.digest(self._schemas.named[name])
        return self._digests[name]
