"""From the plain tree of one revision to :class:`codegen.ir.Api`.

Everything without an order of its own is sorted here, so that the order of the spec never reaches the
package. What a revision does not use is left out of it, and named in :class:`Usage`.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from codegen import ir
from codegen.names import CLIENT_MEMBERS, Scope, own_name
from codegen.parse_answers import Envelope, target
from codegen.parse_compositions import Compositions
from codegen.parse_forms import Forms
from codegen.parse_gateway import FAMILY, gateway
from codegen.parse_nodes import as_mapping, entries, summary, text, texts
from codegen.parse_operations import Operations, Parts
from codegen.parse_queries import Queries
from codegen.parse_resources import OperationIds, Resources
from codegen.parse_types import Types
from codegen.problems import Position, Problems
from codegen.tree import Entry, File, Mapping, Node, Scalar, Tree


@frozen
class Usage:
    """What one revision declares, with places, and what of it something refers to, by kind and name."""

    declared: frozenset[tuple[str, str, Position]]
    used: frozenset[tuple[str, str]]


def known_operations(tree: Tree) -> frozenset[str]:
    """Return the ids that the operations of any revision have, from the tree with its dates."""
    return frozenset(
        id_.text
        for file in tree.of_kind("family")
        for entry in entries(file.root, "operations")
        for id_ in _scalars(as_mapping(entry.value, entry.key.position).get("id"))
    )


def parse(tree: Tree, revision: str, known: frozenset[str], problems: Problems) -> tuple[ir.Api, Usage]:
    """Return one revision of the API, from its plain tree, and what it uses.

    ``known`` are the operation ids of all revisions. Mistakes are added to the problems; with any of them,
    what is returned serves only to find more.
    """
    return _Parser(tree, revision, known, problems).api()


class _Parser:
    """Puts the readers of one revision together."""

    def __init__(self, tree: Tree, revision: str, known: frozenset[str], problems: Problems) -> None:
        self._tree = tree
        self._revision = revision
        self._known = known
        self._problems = problems
        roots = {file.kind: file.root for file in tree.files}
        self._klaviyo = roots.get("klaviyo", _nothing())
        classes = Scope("the classes of the package", problems, folded=True)
        types = Types((*tree.of_kind("family"), *tree.of_kind("types")), classes, problems)
        resources = Resources(tree, types, classes, self._operation_ids(), problems)
        self._parts = Parts(
            types=types,
            resources=resources,
            forms=Forms(tree, types, resources, classes, problems),
            queries=Queries(types, self._under("tiers"), problems),
            envelope=Envelope(self._under("envelope")),
            problems=problems,
        )
        self._maton = File("maton", FAMILY, "", _nothing())
        for file in tree.of_kind("maton"):
            self._maton = evolve(file, stem=FAMILY)
        self._gateway_types = Types((self._maton,), classes, problems)
        self._operations: dict[str, tuple[Mapping, ir.Operation]] = {}
        self._routes: dict[tuple[str, str], str] = {}

    def api(self) -> tuple[ir.Api, Usage]:
        parts = self._parts
        self._check_modules()
        methods = [self._methods(file) for file in self._tree.of_kind("family")]
        families = self._families(methods)
        forms = parts.forms.nested()
        dates = as_mapping(self._under("revisions").get(self._revision), self._klaviyo.position)
        api = ir.Api(
            title=text(self._klaviyo, "title"),
            summary=text(self._klaviyo, "summary"),
            revision=self._revision,
            deprecated=text(dates, "deprecated"),
            retired=text(dates, "retired"),
            server=text(self._klaviyo, "server"),
            families=families,
            resources=parts.resources.shown,
            forms=forms,
            values=parts.types.values,
            gateway=gateway(self._maton, self._gateway_types, self._problems),
        )
        return api, self._usage()

    def _check_modules(self) -> None:
        """Add the mistakes in how files are called: each is a module, and a family a member of clients."""
        modules = Scope("the modules of the models", self._problems, folded=True)
        members = Scope("the client", self._problems, reserved=CLIENT_MEMBERS)
        for file in (*self._tree.of_kind("family"), *self._tree.of_kind("types")):
            modules.name(file.stem, file.root.position, own_name)
        for file in self._tree.of_kind("family"):
            members.take(file.stem, file.stem, file.root.position)

    def _methods(self, file: File) -> _Methods:
        """Read the operations of a family."""
        scope = Scope(f"the methods of {file.stem}", self._problems)
        reader = Operations(self._parts, file, _default(file))
        operations: list[ir.Operation] = []
        for entry in entries(file.root, "operations"):
            operation = reader.read(entry, scope.name(entry.key.text, entry.key.position, own_name))
            if operation is not None:
                operations.append(operation)
                self._keep(entry, operation)
        return _Methods(file, scope, tuple(sorted(operations, key=lambda operation: operation.name)))

    def _keep(self, entry: Entry, operation: ir.Operation) -> None:
        position = entry.key.position
        if operation.id in self._operations:
            self._problems.add(position, f"operation id {operation.id!r} stands twice")
        same = self._routes.setdefault((operation.method, operation.path), operation.id)
        if same != operation.id:
            self._problems.add(position, f"{operation.method} {operation.path} is {same!r} already")
        self._operations[operation.id] = (as_mapping(entry.value, position), operation)

    def _families(self, methods: list[_Methods]) -> tuple[ir.Family, ...]:
        """Return the families that have operations, with their compositions."""
        resources = {resource.type: resource for resource in self._parts.resources.shown}
        reader = Compositions(self._operations, self._known, resources, self._problems)
        reader.check_waits()
        families: list[ir.Family] = []
        for known in methods:
            compositions: list[ir.Composition] = []
            for entry in entries(known.file.root, "compositions"):
                name = known.scope.name(entry.key.text, entry.key.position, own_name)
                composition = reader.read(entry, known.file.stem, name)
                if composition is not None:
                    compositions.append(composition)
            family = ir.Family(
                name=known.file.stem,
                title=text(known.file.root, "title"),
                summary=summary(known.file.root, known.file.stem),
                source=known.file.path,
                operations=known.operations,
                compositions=tuple(sorted(compositions, key=lambda composition: composition.name)),
            )
            if family.operations:
                families.append(family)
        return tuple(sorted(families, key=lambda family: family.name))

    def _operation_ids(self) -> OperationIds:
        alive: set[str] = set()
        answering: dict[str, set[str]] = {}
        for file in self._tree.of_kind("family"):
            for entry in entries(file.root, "operations"):
                node = as_mapping(entry.value, entry.key.position)
                id_ = text(node, "id")
                alive.add(id_)
                found = target(node, _default(file), self._problems)
                if found and not found.identifiers and "attributes" not in texts(node, "hidden"):
                    answering.setdefault(found.type.text, set()).add(id_)
        frozen_ids = {type_: frozenset(ids) for type_, ids in answering.items()}
        return OperationIds(self._known, frozenset(alive), frozen_ids)

    def _under(self, key: str) -> Mapping:
        return as_mapping(self._klaviyo.get(key), self._klaviyo.position)

    def _usage(self) -> Usage:
        parts = self._parts
        readers = [
            ("type", parts.types.declared, parts.types.used),
            ("type", self._gateway_types.declared, self._gateway_types.used),
            ("form", parts.forms.declared, parts.forms.used),
            ("resource", parts.resources.declared, parts.resources.used),
        ]
        return Usage(
            frozenset(
                (kind, name, place) for kind, declared, _ in readers for name, place in declared.items()
            ),
            frozenset((kind, name) for kind, _, used in readers for name in used),
        )


@frozen
class _Methods:
    """A family whose operations have been read, and its compositions not yet."""

    file: File
    scope: Scope
    operations: tuple[ir.Operation, ...]


def _nothing() -> Mapping:
    return Mapping((), Position("", 1, 1))


def _default(file: File) -> Scalar | None:
    """Return the resource that the operations of a family answer and write unless they say another."""
    resources = entries(file.root, "resources")
    return resources[0].key if resources else None


def _scalars(node: Node | None) -> Iterator[Scalar]:
    """Yield the value of a key, or its values by revision."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for entry in node:
            yield from _scalars(entry.value)
