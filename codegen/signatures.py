"""What a generated method looks like from outside: its arguments, its result, its docstring."""

from __future__ import annotations

from typing import assert_never

from attrs import evolve, frozen

from . import ir
from .annotations import Names, argument
from .text import docstring, literal

_UNSET = "...runtime.unset"


@frozen
class Argument:
    """A parameter of a method: positional ones come first, optional ones default to UNSET."""

    name: str
    annotation: str
    required: bool
    positional: bool
    summary: str

    def declared(self, names: Names) -> str:
        """The argument as the signature has it, with its default."""
        if self.required:
            return f"{self.name}: {self.annotation}"
        given = self.annotation.removesuffix(" | None")
        null = " | None" if given != self.annotation else ""
        unset, default = names.use(_UNSET, "UnsetType"), names.use(_UNSET, "UNSET")
        return f"{self.name}: {given} | {unset}{null} = {default}"


@frozen
class Method:
    """A method of a family, ready to be printed in both colours.

    ``declared`` are the arguments as the signature has them, and whether each is positional; ``handed_over``
    is what goes to the caller: the operation and the arguments. ``result`` is what one awaits or gets;
    ``walks`` tells that it is an iterable over pages.
    """

    name: str
    operation: ir.Operation
    arguments: tuple[Argument, ...]
    declared: tuple[tuple[str, bool], ...]
    handed_over: str
    result: str
    walks: bool
    docstring: str


def method(
    operation: ir.Operation, api: ir.Api, aliases: dict[tuple[str, str], str], names: Names, operations: str
) -> Method:
    """Describe the method of an operation.

    ``aliases`` names the Literal of each list of choices, ``operations`` the module of the operations.
    """
    arguments = sorted(
        _arguments(operation, aliases, names),
        key=lambda item: (not item.positional, not item.required),
    )
    result, walks = _result(operation, api, names)
    given = ", ".join(f"{literal(item.name)}: {item.name}" for item in arguments)
    return Method(
        operation.name,
        operation,
        tuple(arguments),
        tuple((item.declared(names), item.positional) for item in arguments),
        f"{operations}.{operation.name.upper()}, {{{given}}}",
        result,
        walks,
        docstring(_paragraphs(operation, arguments), 8),
    )


def _result(operation: ir.Operation, api: ir.Api, names: Names) -> tuple[str, bool]:
    match operation.answer:
        case ir.JsonAnswer(_, None, _):
            return "None", False
        case ir.JsonAnswer(_, ir.ListOf(ir.Ref(name)), _):
            return f"{names.use('collections.abc', 'Sequence')}[{names.model(name)}]", False
        case ir.JsonAnswer(_, ir.Ref(name), _):
            return names.model(name), False
        case ir.JsonAnswer(_, kind, _):
            raise TypeError(f"{kind} as an answer has no rendering")
        case ir.Answer(type=""):
            return "None", False
        case ir.Answer(type=kind, many=many):
            (resource,) = (item for item in api.resources if item.type == kind)
            model = names.model(resource.name)
            return f"{model} | None" if operation.may_answer_null else model, many
        case _:
            assert_never(operation.answer)


# ----------------------------------------------------------------------------------------- arguments


def _arguments(operation: ir.Operation, aliases: dict[tuple[str, str], str], names: Names) -> list[Argument]:
    found = [
        Argument(item.name, names.builtin("str"), True, True, item.summary)
        for item in operation.path_parameters
    ]
    found += _body_arguments(operation, names)
    found += _query_arguments(operation, aliases, names)
    return [_with_none(item) if item.name == "page_cursor" else item for item in found]


def _with_none(item: Argument) -> Argument:
    """Take None as well, which is the first page."""
    return evolve(item, annotation=f"{item.annotation} | None")


def _optional(name: str, annotation: str, summary: str = "") -> Argument:
    return Argument(name, annotation, False, False, summary)


def _body_arguments(operation: ir.Operation, names: Names) -> list[Argument]:
    match operation.body:
        case ir.FormBody(form):
            return _form_arguments(form, names, {item.name for item in operation.path_parameters})
        case ir.IdentifierBody(target, many):
            kind = _ids(names, many=many)
            said = f"Ids of {target} resources." if many else f"Id of a {target} resource."
            return [Argument("ids" if many else "related_id", kind, True, True, said)]
        case ir.JsonBody(properties):
            return [evolve(_property(item, names), positional=item.required) for item in properties]
        case ir.MultipartBody(file, fields):
            kind = names.use("...runtime.upload", "File")
            given = Argument(file, kind, True, True, "A path, bytes, or a file open for reading bytes.")
            return [given, *(_property(item, names) for item in fields)]
        case None:
            return []
        case _:
            assert_never(operation.body)


def _form_arguments(form: ir.Form, names: Names, variables: set[str]) -> list[Argument]:
    found: list[Argument] = []
    if form.id != "absent" and "id" not in variables:
        needed = form.id == "required"
        found.append(
            Argument(
                "id", _ids(names, many=False), needed, needed, f"Id of the {form.type}." if not needed else ""
            )
        )
    found += [_property(item, names) for item in form.attributes]
    for linkage in form.linkages:
        kind = _ids(names, many=linkage.many)
        found.append(Argument(linkage.name, kind, linkage.required, False, ""))
    if form.meta is not None:
        found.append(_optional("meta", argument(ir.Nullable(form.meta), names)))
    return found


def _ids(names: Names, *, many: bool) -> str:
    return argument(ir.ListOf(ir.Text()) if many else ir.Text(), names)


def _property(item: ir.Property, names: Names) -> Argument:
    return Argument(item.name, argument(item.type, names), item.required, False, item.summary)


def _query_arguments(
    operation: ir.Operation, aliases: dict[tuple[str, str], str], names: Names
) -> list[Argument]:
    found: list[Argument] = []
    if operation.filtering:
        owner = f"{names.use('typing', 'Literal')}[{literal(operation.id)}]"
        kind = f"{names.use('...runtime.filters', 'Filter')}[{owner}] | {names.builtin('str')}"
        found.append(Argument("filter", kind, operation.filtering.required, False, ""))
    for prefix, sets in (
        ("fields", operation.fieldsets),
        ("additional_fields", operation.additional_fieldsets),
    ):
        for fieldset in sets:
            name = f"{prefix}_{fieldset.type.replace('-', '_')}"
            found.append(_optional(name, _choices(aliases[operation.id, name], names)))
    if operation.include:
        found.append(_optional("include", _choices(aliases[operation.id, "include"], names)))
    if operation.sort:
        alias = names.use("..literals", aliases[operation.id, "sort"])
        found.append(_optional("sort", f"{alias} | {names.use('...runtime.queries', 'Raw')}"))
    if operation.paging and operation.paging.cursor:
        found.append(
            _optional("page_cursor", names.builtin("str"), "Where to resume: the ``cursor`` of a page.")
        )
    if operation.paging and operation.paging.maximum is not None:
        found.append(_optional("page_size", names.builtin("int"), _page_size(operation.paging)))
    for item in operation.query_parameters:
        annotation = argument(ir.plain(item.type), names)
        found.append(Argument(item.name, annotation, item.required, False, item.summary))
    return found


def _choices(alias: str, names: Names) -> str:
    shown = names.use("..literals", alias)
    sequence, raw = names.use("collections.abc", "Sequence"), names.use("...runtime.queries", "Raw")
    return f"{sequence}[{shown}] | {raw}"


def _page_size(paging: ir.Paging) -> str:
    return f"Items a page, {paging.minimum or 1} to {paging.maximum}; the largest unless given."


# ---------------------------------------------------------------------------------------- docstrings


def _paragraphs(operation: ir.Operation, arguments: list[Argument]) -> list[str]:
    paragraphs = [operation.summary, *operation.notes]
    told = [f"    {item.name}: {item.summary}" for item in arguments if item.summary]
    if told:
        paragraphs.append("\n".join(["Args:", *told]))
    paragraphs.append("\n".join(["Raises:", *_RAISES]))
    paragraphs.append(
        "\n".join([f"``{operation.id}``: ``{operation.method} {operation.path}``", *_facts(operation)])
    )
    return paragraphs


_RAISES = [
    "    ArgumentError: an argument is wrong; nothing was sent.",
    "    ApiError: the server refused, see its subclasses.",
    "    TransportFailed: no answer came.",
]


def _facts(operation: ir.Operation) -> list[str]:
    facts: list[str] = []
    if operation.limit:
        daily = f", {operation.limit.daily} a day" if operation.limit.daily else ""
        facts.append(f"Limits: {operation.limit.burst} a second, {operation.limit.steady} a minute{daily}")
    if operation.scopes:
        facts.append(f"Scopes: {', '.join(f'``{scope}``' for scope in operation.scopes)}")
    return facts


# -------------------------------------------------------------------------------------- compositions


@frozen
class Each:
    """A method that lists the children of every item of another list; constants of both operations."""

    name: str
    parents: str
    children: str
    result: str
    docstring: str


@frozen
class Job:
    """A method that starts a job, polls it and fetches its result; constants of the three operations."""

    name: str
    start: str
    poll: str
    fetch: str
    result: str
    attribute: str
    done: tuple[str, ...]
    failed: tuple[str, ...]
    docstring: str


def composed(
    family: ir.Family, api: ir.Api, names: Names, own_operations: str
) -> tuple[list[Each], list[Job]]:
    """Describe the methods of a family that combine several operations, some of which may be another's."""
    everything = (
        *family.operations,
        *(operation for other in api.families for operation in other.operations),
    )
    operations = {operation.id: operation for operation in everything}

    def constant(id_: str) -> str:
        operation = operations[id_]
        module = own_operations
        if operation.family != family.name:
            module = names.use("..operations", operation.family)
        return f"{module}.{operation.name.upper()}"

    eaches: list[Each] = []
    jobs: list[Job] = []
    for item in family.compositions:
        match item:
            case ir.EachOf(_, name, summary, parents, children):
                source = f"``{parents}``, then ``{children}`` for each"
                result, _ = _result(operations[children], api, names)
                text = docstring([summary, source], 8)
                constants = (constant(parents), constant(children))
                eaches.append(Each(name, *constants, result, text))
            case ir.JobResult(_, name, summary, start, poll, fetch, attribute, done, failed):
                source = f"``{start}``, then ``{poll}`` until the job ends, then ``{fetch}``"
                result, _ = _result(operations[fetch], api, names)
                text = docstring([summary, *_JOB_NOTES, source], 8)
                begun, polled, fetched = (constant(one) for one in (start, poll, fetch))
                jobs.append(Job(name, begun, polled, fetched, result, attribute, done, failed, text))
            case _:
                assert_never(item)
    return eaches, jobs


_JOB_NOTES = [
    "``deadline`` bounds the seconds of the whole; JobFailed is raised when it passes or the job fails."
]
