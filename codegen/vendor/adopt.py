"""``make adopt``: edits the spec so that it covers a document that the vendor published.

Whatever an older revision sees stays as it was; what the document has that the spec has not gets ``since``,
what it no longer has gets ``until``. What wants a human word is marked with ``summary: ~``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as AbstractMapping

from codegen.openapi_schemas import Schema
from codegen.parse_nodes import entries
from codegen.tree import Mapping, Node, Scalar, Sequence
from codegen.vendor.adopt_forms import Forms
from codegen.vendor.adopt_operations import Names, Operations
from codegen.vendor.adopt_resources import Resources
from codegen.vendor.adopt_rules import Rules
from codegen.vendor.adopt_types import Types
from codegen.vendor.deviations import Deviation
from codegen.vendor.edits import SpecText
from codegen.vendor.endpoints import Endpoints
from codegen.vendor.normalise import mapping, text
from codegen.vendor.sketch import Place, Sketch

_ROUNDS = 6


def adopt(
    spec: SpecText,
    document: Schema,
    deviations: Iterable[Deviation],
    names: Names | None = None,
    homes: AbstractMapping[tuple[str, str], str] | None = None,
) -> int:
    """Edit the texts of a spec so that they cover a document; the number of edits is returned."""
    revision = text(mapping(document["info"])["version"])
    endpoints = Endpoints(document)
    before = {name for _, name in _types(spec)}
    fresh: set[Place] = set()
    count = 0
    for _ in range(_ROUNDS):
        sketch = Sketch(spec, revision, fresh)
        _round(sketch, endpoints, [*deviations], names or {}, homes or {})
        if not sketch.count:
            _sweep(spec, before)
            return count
        count += sketch.count
    raise RuntimeError(f"after {_ROUNDS} rounds there is still something to edit for {revision}")


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


def _round(
    sketch: Sketch,
    endpoints: Endpoints,
    deviations: list[Deviation],
    names: Names,
    homes: AbstractMapping[tuple[str, str], str],
) -> None:
    Rules(sketch, endpoints).settle()
    types = Types(sketch, endpoints, homes)
    resources = Resources(sketch, endpoints, types, deviations)
    forms = Forms(sketch, endpoints, types, resources, deviations)
    operations = Operations(sketch, endpoints, types, resources, forms, names, deviations)
    operations.begin()
    resources.settle()
    types.finish()
    operations.begin_forms()
    operations.settle()
    types.finish()
