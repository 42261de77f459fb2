"""``make adopt``: edits the spec so that it covers a document that the vendor published.

What older revisions see stays as it was; what the document has that the spec has not gets ``since``, what it
no longer has gets ``until``. A summary that somebody has yet to write is ``~``. Where the spec says something
else on purpose (``deviations.yaml``), it goes on saying it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from attrs import frozen

from codegen.openapi import document as rendered
from codegen.openapi_schemas import Schema
from codegen.parse_nodes import entries
from codegen.problems import Problems, SpecError
from codegen.revise import BETA, order
from codegen.spec import Spec, spec_of
from codegen.tree import Mapping, Node, Scalar, Sequence
from codegen.vendor.adopt_forms import Forms
from codegen.vendor.adopt_operations import Operations
from codegen.vendor.adopt_resources import Resources
from codegen.vendor.adopt_rules import Rules
from codegen.vendor.adopt_types import Member, Types
from codegen.vendor.catalogue import Foreseen
from codegen.vendor.compare import Difference, differences
from codegen.vendor.deviations import Deviation, admitted
from codegen.vendor.documents import revision_of
from codegen.vendor.edits import SpecText
from codegen.vendor.endpoints import Endpoints
from codegen.vendor.sketch import Place, Sketch

_ROUNDS = 8
_KLAVIYO = "klaviyo"
_YEARS_STABLE = 1
_YEARS_ALIVE = 2


class AdoptError(Exception):
    """A document cannot be adopted; the spec is left as it was."""


@frozen
class Adopted:
    """What an adoption came to.

    ``left`` are the differences to the document that the spec has no word for, ``unwritten`` is how many
    summaries wait for somebody.
    """

    revision: str
    edits: int
    files: tuple[str, ...]
    left: tuple[Difference, ...]
    unwritten: int


def adopt(spec: SpecText, document: Schema, deviations: Iterable[Deviation]) -> Adopted:
    """Edit the texts of a spec so that they cover a document.

    AdoptError where the document is older than the spec, or where edits would change another revision.
    """
    revision = revision_of(document)
    before = _spec(spec)
    if order(revision) < order(before.revisions[0]):
        raise AdoptError(f"the document is of {revision}; the spec begins with {before.revisions[0]}")
    admitted_here = [*deviations]
    until_now = max((one for one in before.revisions if order(one) <= order(revision)), key=order)
    kept = _kept(rendered(before.at(until_now)), document, admitted_here)
    _list_revision(spec, revision, before)
    edits = _edit(spec, revision, Endpoints(document), admitted_here, kept)
    try:
        after = _spec(spec)
    except SpecError as error:
        raise AdoptError(f"edits for {revision} would be mistakes; nothing was written:\n{error}") from error
    for other in (known for known in before.revisions if known != revision):
        if after.at(other) != before.at(other):
            raise AdoptError(f"edits for {revision} would change {other}, too; nothing was written")
    left, _ = admitted(differences(rendered(after.at(revision)), document), admitted_here)
    return Adopted(revision, edits, tuple(sorted(spec.changed())), tuple(left), len(after.warnings))


def _spec(spec: SpecText) -> Spec:
    return spec_of(spec.tree(), Problems())


def _years_after(day: date, years: int) -> str:
    """The same day some years later; of a 29th of February the 28th, where there is no other."""
    is_leap_day = (day.month, day.day) == (2, 29)
    later = day.replace(year=day.year + years, day=28 if is_leap_day else day.day)
    return later.isoformat()


def _list_revision(spec: SpecText, revision: str, before: Spec) -> None:
    """Add a revision that is new to those of ``klaviyo.yaml``."""
    if revision in before.revisions:
        return
    file = next(file.path for file in spec.tree().files if file.kind == _KLAVIYO)
    day = date.fromisoformat(revision.removesuffix(BETA))
    dates = {
        "deprecated": _years_after(day, _YEARS_STABLE),
        "retired": _years_after(day, _YEARS_ALIVE),
    }
    spec.add(file, ("revisions",), revision, {**dates}, spec.first)


def _kept(ours: Schema, vendors: Schema, deviations: list[Deviation]) -> set[Member]:
    """Return the members of value objects that say something else everywhere, and on purpose."""
    others, covered = admitted(differences(ours, vendors), deviations)
    return {*_members(one for found in covered.values() for one in found)} - {*_members(others)}


def _members(found: Iterable[Difference]) -> Iterator[Member]:
    for one in found:
        if one.component:
            yield one.component, re.split(r"[.\[]", one.below)[0]


def _edit(
    spec: SpecText,
    revision: str,
    endpoints: Endpoints,
    deviations: list[Deviation],
    kept: Collection[Member],
) -> int:
    """Edit until nothing is left to edit, because one edit may show what another can share.

    What is new refers to types that may be about to change; a first round, whose edits are thrown away,
    finds out what they become.
    """
    before = {name for _, name in _types(spec)}
    foreseen = _round(Sketch(spec.copy(), revision, set()), endpoints, deviations, kept, None)
    fresh: set[Place] = set()
    count = 0
    for _ in range(_ROUNDS):
        sketch = Sketch(spec, revision, fresh)
        _round(sketch, endpoints, deviations, kept, foreseen)
        if not sketch.count:
            _sweep(spec, before)
            return count
        count += sketch.count
    raise AdoptError(f"after {_ROUNDS} rounds there would still be something to edit for {revision}")


def _round(
    sketch: Sketch,
    endpoints: Endpoints,
    deviations: list[Deviation],
    kept: Collection[Member],
    foreseen: Foreseen | None,
) -> Foreseen:
    """Edit what differs; returns what is worth knowing before one edits it."""
    Rules(sketch, endpoints).settle()
    types = Types(sketch, endpoints, kept, foreseen)
    resources = Resources(sketch, endpoints, types, deviations)
    forms = Forms(sketch, endpoints, types, resources, deviations)
    operations = Operations(sketch, endpoints, types, resources, forms, deviations)
    operations.begin()
    resources.settle()
    types.finish()
    operations.begin_forms()
    operations.settle()
    types.finish()
    return types.foresee()


def _types(spec: SpecText) -> Iterator[tuple[str, str]]:
    """Yield the named types of all revisions, each with its file."""
    for file in spec.tree().files:
        for entry in entries(file.root, "types") if file.kind in {"family", "types"} else ():
            yield file.path, entry.key.text


def _sweep(spec: SpecText, before: set[str]) -> None:
    """Remove the types that were declared on the way and that nothing refers to any more."""
    while True:
        mentioned = {word for file in spec.tree().files for word in _scalars(file.root)}
        idle = [(file, name) for file, name in _types(spec) if name not in before | mentioned]
        if not idle:
            return
        for file, name in idle:
            spec.end(file, ("types",), name, spec.first)


def _scalars(node: Node) -> Iterator[str]:
    match node:
        case Scalar(text):
            yield text
        case Sequence(items):
            for item in items:
                yield from _scalars(item)
        case Mapping(listed):
            for entry in listed:
                yield from _scalars(entry.value)
