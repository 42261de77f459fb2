"""Reads operations and the methods composed of them; what a rule derives, the spec does not repeat."""

from __future__ import annotations

import re
from typing import get_args

from attrs import frozen

from codegen import ir
from codegen.names import METHOD_ARGUMENTS, Scope, parameter_name, singular
from codegen.parse_answers import Envelope, Method, route, target
from codegen.parse_forms import Forms, finished
from codegen.parse_nodes import as_mapping, entries, flag, scalar, scalars, summary, text, texts
from codegen.parse_queries import Fieldsets, Queries
from codegen.parse_resources import Resources
from codegen.parse_types import Types
from codegen.problems import Problems
from codegen.runtime.effects import Effect, effect_of
from codegen.tree import Entry, File, Mapping, Scalar

EFFECTS: tuple[Effect, ...] = get_args(Effect)
_IDS = frozenset({"id", "job_id"})


@frozen
class Parts:
    """The readers of one revision."""

    types: Types
    resources: Resources
    forms: Forms
    queries: Queries
    envelope: Envelope
    problems: Problems


def path_parameters(
    path: Scalar, summaries: Mapping, scope: Scope, problems: Problems
) -> tuple[ir.PathParameter, ...]:
    """Return the variables of a path; a single ``{id}`` or ``{job_id}`` needs no definition."""
    variables: list[str] = re.findall(r"\{([^{}]*)\}", path.text)
    if not re.fullmatch(r"(/([A-Za-z0-9_-]+|\{[^{}]+\}))+", path.text):
        problems.add(path.position, f"{path.text!r} is no path", "write it as /api/things/{id}")
    defined = {entry.key.text: entry for entry in summaries}
    for name, entry in defined.items():
        if name not in variables:
            problems.unknown(entry.key.position, "path variable", name, variables)
    found: list[ir.PathParameter] = []
    for variable in variables:
        alone = variable in _IDS and len(variables) == 1
        if variable not in defined and not alone:
            problems.add(path.position, f"path variable {variable!r} has no definition", "add it to 'path'")
        name = scope.name("id" if alone else variable, path.position)
        summary = text(summaries, variable) or f"The id of the {_owner(path.text, variable)}."
        found.append(ir.PathParameter(variable, name, summary))
    return tuple(found)


def _owner(path: str, variable: str) -> str:
    """Return what the variable identifies, as a reader would call it: ``/lists/{id}`` gives ``list``."""
    before = path.split(f"/{{{variable}}}", maxsplit=1)[0]
    return singular(before.rsplit("/", 1)[-1]).replace("-", " ")


class Operations:
    """Reads the operations of one family."""

    def __init__(self, parts: Parts, file: File, default: Scalar | None) -> None:
        self._parts = parts
        self._family = file.stem
        self._scope = text(file.root, "scope")
        self._default = default
        self._fieldsets = Fieldsets(parts.types)

    def read(self, entry: Entry, name: str) -> ir.Operation | None:
        """Return the operation of an entry; None where it has no route."""
        node = as_mapping(entry.value, entry.key.position)
        found = route(node)
        if found is None:
            return None
        method, path = found
        id_ = text(node, "id")
        parts = self._parts
        scope = Scope(f"the arguments of {id_}", parts.problems, reserved=METHOD_ARGUMENTS)
        paths = path_parameters(path, as_mapping(node.get("path"), node.position), scope, parts.problems)
        body = self._body(node, method, scope)
        data = target(node, self._default, parts.problems)
        resource = parts.resources.show(data.type) if data else None
        if resource:
            self._known_relationships(node, resource)
        answer = parts.envelope.answer(node, method, data, resource)
        sparse, additional = self._sparse(method, id_, resource, answer)
        effect = effect_said(node, method, path.text)
        operation = ir.Operation(
            id=id_,
            family=self._family,
            name=name,
            summary=summary(node, id_),
            method=method,
            path=path.text,
            effect=effect,
            repeatable=flag(node, "repeatable", default=effect == "read" or _ends_one(method, path, body)),
            repeat_key=self._repeat_key(node, body),
            scopes=self._scopes(node, effect),
            limit=parts.queries.limit(node),
            notes=texts(node, "notes"),
            path_parameters=paths,
            query_parameters=parts.types.parameters(node, scope),
            fieldsets=sparse,
            additional_fieldsets=additional,
            filtering=parts.queries.filtering(node, id_),
            include=tuple(sorted(texts(node, "include"))),
            sort=parts.queries.sort(node),
            paging=parts.queries.paging(node, fixed_sizes=parts.envelope.fixed_sizes),
            body=body,
            answer=answer,
        )
        _take_keywords(operation, scope, entry.key)
        return operation

    def _scopes(self, node: Mapping, effect: Effect) -> tuple[str, ...]:
        if "scopes" in node or not self._scope:
            return tuple(sorted(texts(node, "scopes")))
        return (usual_scope(self._scope, effect),)

    def _body(self, node: Mapping, method: Method, scope: Scope) -> ir.Body | None:
        identifiers = as_mapping(node.get("identifiers"), node.position)
        many = scalar(identifiers, "many")
        related = many or scalar(identifiers, "one")
        if related:
            return ir.IdentifierBody(related.text, many=many is not None)
        if "upload" in node:
            upload = as_mapping(node.get("upload"), node.position)
            fields = [self._parts.types.member(entry, scope) for entry in entries(upload, "fields")]
            return ir.MultipartBody(
                scope.name(text(upload, "file"), upload.position),
                tuple(sorted(fields, key=lambda field: field.key)),
            )
        said = node.get("body")
        if text(node, "body") == "none" or (said is None and method in {"GET", "DELETE"}):
            return None
        draft = self._parts.forms.body(said, self._default, "update" if method == "PATCH" else "create")
        if draft is None:
            return None
        if said is None and not (draft.attributes or draft.linkages):
            what = f"no request of this kind writes anything of {draft.resource.text!r}"
            self._parts.problems.add(node.position, what, "mark attributes with 'write', or write 'body'")
        return ir.FormBody(finished(draft, scope, self._family))

    def _known_relationships(self, node: Mapping, resource: ir.Resource) -> None:
        known = [relationship.key for relationship in resource.relationships]
        for key in ("include", "linked"):
            for wanted in scalars(node, key):
                if wanted.text not in known:
                    owner = f"resource {resource.type!r}"
                    self._parts.problems.unknown(wanted.position, "relationship", wanted.text, known, owner)

    def _sparse(
        self, method: Method, id_: str, resource: ir.Resource | None, answer: ir.Answer
    ) -> tuple[tuple[ir.Fieldset, ...], tuple[ir.Fieldset, ...]]:
        """Return the members that ``fields`` and those that ``additional-fields`` of each type name."""
        if resource is None or answer.identifiers:
            return (), ()
        hidden = "attributes" in answer.hidden
        primary = [] if hidden else self._fieldsets.shown(resource, id_, primary=True)
        shown = {resource.type: primary}
        for type_ in answer.included:
            included = self._parts.resources.get(type_)
            if included:
                below = self._fieldsets.shown(included, id_, primary=False)
                shown[type_] = [*shown.get(type_, []), *below]
        envelope = self._parts.envelope
        sparse = sorted(shown) if envelope.sparse(method) else []
        fieldsets = (
            ir.Fieldset(type_, envelope.members(self._fieldsets.paths(shown[type_]))) for type_ in sparse
        )
        additional = tuple(attribute.property.key for attribute in primary if attribute.additional)
        return (
            tuple(fieldset for fieldset in fieldsets if fieldset.values),
            (ir.Fieldset(resource.type, additional),) if additional else (),
        )

    def _repeat_key(self, node: Mapping, body: ir.Body | None) -> str:
        key = scalar(node, "repeat-key")
        if key is None:
            return ""
        members = body.form.attributes if isinstance(body, ir.FormBody) else ()
        owner = "the body"
        for step in key.text.split("."):
            types = {member.key: member.type for member in members}
            if step not in types:
                self._parts.problems.unknown(key.position, "attribute", step, types, owner)
            match types.get(step):
                case ir.Nested(form):
                    members, owner = (
                        self._parts.forms.attributes(Scalar(form, key.position)),
                        f"form {form!r}",
                    )
                case _:
                    members, owner = (), f"attribute {step!r}"
        return key.text


def effect_said(node: Mapping, method: Method, path: str) -> Effect:
    """Return what an operation does to the account: what it says, or what its method and names mean."""
    said = text(node, "effect")
    for effect in EFFECTS:
        if said == effect:
            return effect
    return effect_of(method, text(node, "id"), path)


def usual_scope(scope: str, effect: str) -> str:
    """Return what an operation of a family needs that says no scopes, by the ``scope`` of the family."""
    return f"{scope}:{'read' if effect == 'read' else 'write'}"


def _ends_one(method: Method, path: Scalar, body: ir.Body | None) -> bool:
    """Tell whether the operation deletes one thing by its id, which is as gone after the second time."""
    return method == "DELETE" and body is None and path.text.endswith("}")


def _take_keywords(operation: ir.Operation, scope: Scope, key: Scalar) -> None:
    """Take the keywords of an operation that rules derive."""
    keys = [
        "filter" if operation.filtering else "",
        "include" if operation.include else "",
        "sort" if operation.sort else "",
        "page[cursor]" if operation.paging and operation.paging.cursor else "",
        "page[size]" if operation.paging and operation.paging.maximum else "",
        *(f"fields[{fieldset.type}]" for fieldset in operation.fieldsets),
        *(f"additional-fields[{fieldset.type}]" for fieldset in operation.additional_fieldsets),
    ]
    if isinstance(operation.body, ir.IdentifierBody):
        keys.append("ids" if operation.body.many else "related_id")
    for derived in filter(None, keys):
        scope.name(derived, key.position, parameter_name)
    has_id = any(parameter.name == "id" for parameter in operation.path_parameters)
    if isinstance(operation.body, ir.FormBody) and operation.body.form.id != "absent" and not has_id:
        scope.take("id", "id", key.position)
