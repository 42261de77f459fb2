"""Operations and forms as the Python expressions that the generated tables hold."""

from __future__ import annotations

from typing import assert_never

from . import ir
from .annotations import Names
from .text import literal

_RUNTIME = "...runtime.operation"


def call(name: str, arguments: dict[str, str]) -> str:
    """Write a call with keyword arguments, those with an empty text left out."""
    given = ", ".join(f"{key}={value}" for key, value in arguments.items() if value)
    return f"{name}({given})"


def form_constant(form: ir.Form) -> str:
    """The name of the constant that holds a named form."""
    words = "".join(f"_{c}" if c.isupper() else c for c in form.name)
    return words.strip("_").upper()


def form(item: ir.Form, forms: dict[str, ir.Form], names: Names, module: str) -> str:
    """Write a form; the named forms nested in it are mentioned by their constants."""
    nested: dict[str, str] = {}
    for attribute in item.attributes:
        kind = ir.plain(attribute.type)
        if isinstance(kind, ir.Nested):
            constant = form_constant(forms[kind.form])
            names.use(module, constant)
            names.use(_RUNTIME, "Nested")
            nested[attribute.key] = call("Nested", {"form": constant, "many": "True" if kind.many else ""})
    linkages = "".join(f"{_linkage(linkage, names)}, " for linkage in item.linkages)
    required = {attribute.name for attribute in item.attributes if attribute.required}
    required |= {linkage.name for linkage in item.linkages if linkage.required}
    required |= {"id"} if item.id == "required" else set()
    names.use(_RUNTIME, "Form")
    return call(
        "Form",
        {
            "type": literal(item.type),
            "attributes": _keys(item.attributes),
            "required": f"frozenset({sorted(required)!r})" if required else "",
            "linkages": f"({linkages})" if linkages else "",
            "nested": f"{{{', '.join(f'{literal(k)}: {v}' for k, v in nested.items())}}}" if nested else "",
            "id": "True" if item.id != "absent" else "",
            "meta": "True" if item.meta is not None else "",
        },
    )


def _linkage(item: ir.Linkage, names: Names) -> str:
    names.use(_RUNTIME, "Linkage")
    many = ", many=True" if item.many else ""
    return f"Linkage({literal(item.name)}, {literal(item.key)}, {literal(item.target)}{many})"


def _keys(properties: tuple[ir.Property, ...]) -> str:
    return literal({item.name: item.key for item in properties}) if properties else ""


def operation(
    item: ir.Operation, forms: dict[str, ir.Form], uses: dict[tuple[str, str], str], names: Names
) -> str:
    """Write an operation; its lists of choices are those of the Literal aliases in ``uses``."""
    names.use(_RUNTIME, "Operation")
    return call(
        "Operation",
        {
            "id": literal(item.id),
            "method": literal(item.method),
            "path": literal(item.path),
            "effect": literal(item.effect) if item.effect != "read" else "",
            "repeatable": "True" if item.repeatable else "",
            "repeat_key": literal(item.repeat_key) if item.repeat_key else "",
            "statuses": literal(item.answer.statuses),
            "scopes": literal(item.scopes) if item.scopes else "",
            "limit": _limit(item.limit, names),
            "variables": literal(tuple((p.name, p.key) for p in item.path_parameters))
            if item.path_parameters
            else "",
            "fields": _fieldsets(item, "fields", item.fieldsets, uses, names),
            "additional_fields": _fieldsets(
                item, "additional_fields", item.additional_fieldsets, uses, names
            ),
            "filters": _filters(item.filtering),
            "filter_required": "True" if item.filtering and item.filtering.required else "",
            "filter_header": literal(item.filtering.header)
            if item.filtering and item.filtering.header
            else "",
            "include": _alias(uses[item.id, "include"], names) if item.include else "",
            "sort": _alias(uses[item.id, "sort"], names) if item.sort else "",
            "paging": _paging(item.paging, names),
            "query": _query(item.query_parameters, names),
            "body": _body(item.body, forms, names),
            "returns": _returns(item, names),
        },
    )


def _alias(alias: str, names: Names) -> str:
    names.use("typing", "get_args")
    names.use("..literals", alias)
    return f"get_args({alias})"


def _fieldsets(
    item: ir.Operation,
    prefix: str,
    sets: tuple[ir.Fieldset, ...],
    uses: dict[tuple[str, str], str],
    names: Names,
) -> str:
    keywords = {one.type: f"{prefix}_{one.type.replace('-', '_')}" for one in sets}
    parts = [
        f"{literal(kind)}: {_alias(uses[item.id, keyword], names)}" for kind, keyword in keywords.items()
    ]
    return f"{{{', '.join(parts)}}}" if parts else ""


def _filters(filtering: ir.Filtering | None) -> str:
    return literal({item.key: item.operators for item in filtering.fields}) if filtering else ""


def _limit(limit: ir.RateLimit | None, names: Names) -> str:
    if limit is None:
        return ""
    names.use(_RUNTIME, "RateLimit")
    numbers = [limit.burst, limit.steady] + ([limit.daily] if limit.daily else [])
    return f"RateLimit({', '.join(map(str, numbers))})"


def _paging(paging: ir.Paging | None, names: Names) -> str:
    if paging is None:
        return ""
    names.use(_RUNTIME, "Paging")
    numbers = {key: getattr(paging, key) for key in ("default", "minimum", "maximum")}
    given = {key: str(value) for key, value in numbers.items() if value is not None}
    return call("Paging", {"cursor": "" if paging.cursor else "False", **given})


def _query(parameters: tuple[ir.QueryParameter, ...], names: Names) -> str:
    if not parameters:
        return ""
    names.use(_RUNTIME, "QueryParameter")
    made = [
        f"QueryParameter({literal(item.name)}, {literal(item.key)}, required={item.required})"
        for item in parameters
    ]
    return f"({''.join(f'{one}, ' for one in made)})"


def _body(body: ir.Body | None, forms: dict[str, ir.Form], names: Names) -> str:
    match body:
        case None:
            return ""
        case ir.FormBody(item):
            return form(item, forms, names, "..forms")
        case ir.IdentifierBody(target, many):
            names.use(_RUNTIME, "Identifiers")
            return call("Identifiers", {"type": literal(target), "many": "" if many else "False"})
        case ir.JsonBody(properties):
            names.use(_RUNTIME, "Members")
            required = [item.name for item in properties if item.required]
            return call("Members", {"attributes": _keys(properties), "required": f"frozenset({required!r})"})
        case ir.MultipartBody(file, fields):
            names.use(_RUNTIME, "Upload")
            return call("Upload", {"file": literal(file), "attributes": _keys(fields)})
        case _:
            assert_never(body)


def _returns(operation: ir.Operation, names: Names) -> str:
    match operation.answer:
        case ir.Answer(type=""):
            return ""
        case ir.Answer() as answer:
            names.use(_RUNTIME, "Returns")
            return call(
                "Returns",
                {
                    "type": literal(answer.type),
                    "many": "True" if answer.many else "",
                    "identifiers": "True" if answer.identifiers else "",
                    "nullable": "True" if operation.may_answer_null else "",
                },
            )
        case ir.JsonAnswer(_, value, member):
            names.use(_RUNTIME, "ReturnsJson")
            kind = value.item if isinstance(value, ir.ListOf) else value
            return call(
                "ReturnsJson",
                {
                    "model": literal(kind.name) if isinstance(kind, ir.Ref) else "",
                    "member": literal(member) if member else "",
                    "many": "True" if isinstance(value, ir.ListOf) else "",
                },
            )
        case _:
            assert_never(operation.answer)
