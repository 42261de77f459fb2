"""A populated sandbox, and one valid call of every operation, drawn simply from the IR of the spec."""

from __future__ import annotations

from typing import Any, assert_never

from attrs import frozen

from codegen import ir
from klaviyo_maton.runtime.revision import Revision as Table
from klaviyo_maton.runtime.sandbox import Sandbox
from klaviyo_maton.runtime.sandbox.interface import Interface
from tests.strategies.revisions import Revision

INSTANT = "2026-01-15T12:00:00+00:00"
DAY = "2026-01-15"
DEFINITIONS: dict[str, Any] = {
    "segment": {"condition_groups": []},
    "flow": {"triggers": [], "actions": [], "entry_action_id": None},
    "template-universal-content": {"content_type": "block", "type": "button", "data": None},
}
"""Definitions by the type of their resource: the spec leaves them open, the vendor's document does not."""


_LISTED_IDS = {"mapped-metric": ("revenue", "viewed_product")}
"""Ids of types for which the vendor lists all that there are."""


def ids_of(kind: str) -> tuple[str, str]:
    """The ids of the two resources of a type in a populated sandbox."""
    return _LISTED_IDS.get(kind, (f"{kind}-1", f"{kind}-2"))


def first_id(kind: str) -> str:
    """The id of the first resource of a type in a populated sandbox."""
    return ids_of(kind)[0]


def populated(revision: Revision, **options: Any) -> Sandbox:
    """Make a sandbox with two resources of every type, each linked by all of its relationships."""
    sandbox = Sandbox(table(revision), **options)
    kinds = revision.resources
    for kind in kinds:
        for identifier in ids_of(kind):
            sandbox.add(kind, id=identifier)
    for kind, resource in kinds.items():
        for link in resource.relationships:
            if link.target in kinds:
                sandbox.link(kind, first_id(kind), link.key, link.target, first_id(link.target))
    return sandbox


def table(revision: Revision) -> Table:
    """The generated tables of a revision."""
    found: Table = revision.clients.Klaviyo._revision
    return found


@frozen
class Example:
    """Draws arguments; ``whole`` gives optional ones as well."""

    revision: Revision
    whole: bool

    def arguments(self, operation: ir.Operation) -> dict[str, Any]:
        """Keywords for a call that a populated sandbox grants."""
        owners = Interface(table(self.revision)).owners
        word = operation.path.split("/")[2]
        given: dict[str, Any] = {item.name: first_id(owners[word]) for item in operation.path_parameters}
        given |= {item.name: self.value(item.type) for item in operation.query_parameters if item.required}
        match operation.body:
            case ir.FormBody(form):
                given = self._members(form) | given
                if form.id == "required" and "id" not in given:
                    given["id"] = first_id(self._subject(operation, form))
            case ir.IdentifierBody(target, many):
                given |= {"ids": [first_id(target)]} if many else {"related_id": first_id(target)}
            case None:
                given |= self._query(operation)
            case ir.MultipartBody(file, fields):
                given[file] = b"GIF89a"
                given |= {item.name: self.value(item.type) for item in fields if self.whole}
            case ir.JsonBody():
                raise TypeError(f"{operation.id} is one of the gateway's own")
            case _:
                assert_never(operation.body)
        return given

    def _subject(self, operation: ir.Operation, form: ir.Form) -> str:
        """The type whose id stands in a body: that of the answer, or for a job what it works on."""
        if form.type.endswith("-job"):
            return operation.scopes[0].partition(":")[0].removesuffix("s")
        return operation.answer.type if isinstance(operation.answer, ir.Answer) else form.type

    def _query(self, operation: ir.Operation) -> dict[str, Any]:
        given: dict[str, Any] = {}
        if operation.filtering and operation.filtering.required:
            given["filter"] = "".join(self._filter(operation.filtering.fields[-1]))
        if self.whole and operation.include:
            given["include"] = list(operation.include)
        if self.whole and operation.sort:
            given["sort"] = operation.sort[0]
        if self.whole:
            for fieldset in operation.additional_fieldsets:
                given[f"additional_fields_{fieldset.type.replace('-', '_')}"] = list(fieldset.values)
        return given

    def _filter(self, field: ir.FilterField) -> str:
        value = self.value(field.type) if field.type else ""
        text = f'"{value}"' if isinstance(value, str) else str(value).lower()
        return f"{field.operators[0]}({field.key},{text})"

    def _members(self, form: ir.Form) -> dict[str, Any]:
        given = {
            item.name: DEFINITIONS[form.type]
            if item.key == "definition" and form.type in DEFINITIONS
            else self.value(item.type)
            for item in form.attributes
            if item.required or self.whole
        }
        for linkage in form.linkages:
            if linkage.required or self.whole:
                ids = [first_id(linkage.target)]
                given[linkage.name] = ids if linkage.many else ids[0]
        return given

    def value(self, kind: ir.Type, within: frozenset[str] = frozenset()) -> Any:
        """A value of a type, the first choice or member of those that have several.

        ``within`` names the value objects around it: one in itself has its required members only.
        """
        match kind:
            case ir.Text():
                return "text"
            case ir.Whole() | ir.Real():
                return 1
            case ir.Flag():
                return True
            case ir.Instant():
                return INSTANT
            case ir.Day():
                return DAY
            case ir.Json() | ir.JsonObject():
                return {"key": "value"}
            case ir.Choice(values):
                return values[0]
            case ir.ListOf(item):
                return [self.value(item, within)]
            case ir.Ref(name):
                properties = self.revision.values[name].properties
                whole = self.whole and name not in within
                return {
                    item.key: self.value(item.type, within | {name})
                    for item in properties
                    if item.required or whole
                }
            case ir.OneOf(members):
                return self.value(members[0], within)
            case ir.Nullable(inner):
                return self.value(inner, within)
            case ir.Nested(form, many):
                nested = self._nested(self.revision.forms[form])
                return [nested] if many else nested
            case _:
                assert_never(kind)

    def _nested(self, form: ir.Form) -> dict[str, Any]:
        keys = {item.name: item.key for item in form.attributes}
        members = {keys.get(name, name): value for name, value in self._members(form).items()}
        if form.id == "required":
            members["id"] = first_id(form.type)
        return members
