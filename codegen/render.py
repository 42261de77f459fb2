"""One revision as Python source: tables, models, filters and both clients, by path below its package."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from . import constants, filtering, indexes, ir, models
from .annotations import Names
from .choices import Choices, choices
from .colours import ASYNC, COLOURS, Colour
from .names import camel
from .signatures import Method, composed, method
from .text import docstring, literal

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    autoescape=select_autoescape(()),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.filters |= {"docstring": docstring, "literal": literal}


@frozen
class Module:
    """A module's source, and the spec files that it is made from."""

    text: str
    source: str


@frozen
class _Rendering:
    """What rendering one revision needs again and again."""

    api: ir.Api
    choices: Choices
    homes: dict[str, str]
    forms: dict[str, ir.Form]


def package(api: ir.Api) -> dict[str, Module]:
    """Make every module of a revision's package but its index, by path; unformatted, without banners."""
    return {**surface(api), **model_modules(api)}


def model_modules(api: ir.Api) -> dict[str, Module]:
    """Make the modules of models."""
    return {
        f"models/{name}.py": Module(text, _source(name, api)) for name, text in models.render(api).items()
    }


def surface(api: ir.Api) -> dict[str, Module]:
    """Make the other modules of the package."""
    made = _Rendering(api, choices(api), models.class_modules(api), {form.name: form for form in api.forms})
    modules = {
        "literals.py": Module(
            _template("literals.py", aliases=made.choices.values.items()), "spec/resources"
        ),
        "forms.py": Module(_forms(made), "spec/resources"),
        "client.py": Module(_client(made), "spec/resources"),
        "revision.py": Module(_revision(made), "spec/klaviyo.yaml"),
        "filters/fields.py": Module(
            _template("filter_fields.py", combinations=filtering.combinations(api).items()), "spec/resources"
        ),
    }
    for family in api.families:
        for path, text in _family_modules(family, made):
            modules[path] = Module(text, family.source)
    for folder, (description, names) in _folders(api).items():
        text = index(docstring(description, 0), names, dots="...")
        modules[f"{folder}/__init__.py"] = Module(text, "spec/resources")
    return modules


def gateway(api: ir.Api) -> dict[str, Module]:
    """Make the package of Maton's own connections API, which is built like a revision's and has no date."""
    family = api.gateway.family
    alone = evolve(
        api, revision="", retired="", families=(family,), resources=(), forms=(), values=api.gateway.values
    )
    made = _Rendering(alone, Choices({}, {}), models.class_modules(alone), {})
    modules = dict(_family_modules(family, made))
    modules["revision.py"] = _revision(made)
    modules["client.py"] = _template("gateway.py", family=family, class_name=_title(family), colours=COLOURS)
    modules |= {f"models/{name}.py": text for name, text in models.render(alone).items()}
    for folder, (description, names) in _folders(alone).items():
        if folder != "filters":
            modules[f"{folder}/__init__.py"] = index(docstring(description, 0), names, dots="...")
    description = "Maton's own API: the connections of an account."
    modules["__init__.py"] = index(docstring(description, 0), indexes.CONNECTIONS, dots="..")
    return {path: Module(text, family.source) for path, text in modules.items()}


def _folders(api: ir.Api) -> dict[str, tuple[str, dict[str, str]]]:
    families = indexes.families(api)
    return {
        "aio": ("The families of the async client.", families),
        "filters": ("Filters: an object for each method that takes ``filter``.", indexes.filters(api)),
        "models": ("Resources, the values below them, and the forms of requests.", indexes.model_names(api)),
        "operations": ("The endpoints as values.", families),
        "sync": ("The families of the sync client.", families),
    }


def _source(module: str, api: ir.Api) -> str:
    families = {family.name: family.source for family in api.families}
    return families.get(module, f"spec/types/{module}.yaml")


def _template(name: str, **context: Any) -> str:
    return _ENVIRONMENT.get_template(f"{name}.jinja").render(**context)


def _family_modules(family: ir.Family, made: _Rendering) -> Iterable[tuple[str, str]]:
    yield f"operations/{family.name}.py", _operations(family, made)
    for colour in COLOURS:
        yield f"{colour.package}/{family.name}.py", _clients(family, made, colour)
    if any(operation.filtering for operation in family.operations):
        yield f"filters/{family.name}.py", _filters(family)


# ---------------------------------------------------------------------------------------- the modules


def _forms(made: _Rendering) -> str:
    names = Names()
    ordered = _in_order(made.forms)
    lines = [(constants.form_constant(form), constants.form(form, made.forms, names, "")) for form in ordered]
    names.imported = {
        (module.removeprefix("."), name, alias) for module, name, alias in names.imported if module
    }
    return _template("forms.py", imports="\n".join(names.lines), constants=lines)


def _in_order(forms: dict[str, ir.Form]) -> list[ir.Form]:
    """Forms after those that they nest."""
    ordered: dict[str, ir.Form] = {}

    def visit(form: ir.Form) -> None:
        for attribute in form.attributes:
            kind = ir.plain(attribute.type)
            if isinstance(kind, ir.Nested):
                visit(forms[kind.form])
        ordered.setdefault(form.name, form)

    for form in forms.values():
        visit(form)
    return list(ordered.values())


def _operations(family: ir.Family, made: _Rendering) -> str:
    names = Names()
    lines = [
        (operation.name.upper(), constants.operation(operation, made.forms, made.choices.uses, names))
        for operation in family.operations
    ]
    return _template(
        "operations.py",
        family=family,
        imports="\n".join(names.lines),
        constants=lines,
    )


def _clients(family: ir.Family, made: _Rendering, colour: Colour) -> str:
    """Make the class of a family; what a name of the spec would hide in it is imported by another."""
    class_name = f"{colour.prefix}{_title(family)}"
    methods = _methods(family, made, Names(), "operations")
    arguments = {argument.name for method in methods for argument in method.arguments}
    methods_named = {one.name for one in (*family.operations, *family.compositions)}
    names = _annotated(arguments | methods_named | {class_name})
    operations = names.use("..operations", family.name, "operations")
    eaches, jobs = composed(family, made.api, names, operations)
    return _template(
        "family.py",
        family=family,
        class_name=class_name,
        colour=colour,
        gateway=any(isinstance(operation.answer, ir.JsonAnswer) for operation in family.operations),
        methods=_methods(family, made, names, operations),
        eaches=eaches,
        jobs=jobs,
        docstring=docstring(family.summary),
        names=names,
        result=names.own("result"),
        text=names.builtin("str"),
    )


def _annotated(hidden: Iterable[str]) -> Names:
    """The names of a module whose annotations are not evaluated before somebody asks for them."""
    names = Names(frozenset(hidden))
    names.use("__future__", "annotations")
    return names


def _methods(family: ir.Family, made: _Rendering, names: Names, operations: str) -> list[Method]:
    return [
        method(operation, made.api, made.choices.uses, names, operations) for operation in family.operations
    ]


def _title(family: ir.Family) -> str:
    return camel(family.name)


def _filters(family: ir.Family) -> str:
    names = _annotated(filtering.hidden(family.operations))
    spaces: dict[str, filtering.Namespace] = {}
    for operation in family.operations:
        if operation.filtering:
            space_name = f"{camel(operation.name)}Fields"
            spaces[operation.name] = filtering.namespace(operation, operation.filtering, space_name, names)
    base = names.use("...runtime.filters", "Fields")
    return _template("filters.py", family=family, spaces=spaces, base=base, names=names)


def _client(made: _Rendering) -> str:
    families = [
        {"name": family.name, "class_name": _title(family), "docstring": docstring(family.summary, 8)}
        for family in made.api.families
    ]
    docs = {
        colour.package: docstring(
            [
                f"The {'async ' if colour is ASYNC else ''}client of revision {made.api.revision}.",
                *_CLIENT_NOTES,
            ]
        )
        for colour in COLOURS
    }
    names = _annotated(family.name for family in made.api.families)
    return _template(
        "client.py",
        api=made.api,
        families=families,
        colours=COLOURS,
        docstrings=docs,
        names=names,
        revision=names.use(".revision", "REVISION"),
    )


_CLIENT_NOTES = [
    "The families of the API are its attributes; without a connection the environment decides.",
    "Raises: CredentialMissing where the environment names no key, or two.",
]


def _revision(made: _Rendering) -> str:
    operations = {
        operation.id: (family.name, operation.name.upper())
        for family in made.api.families
        for operation in family.operations
    }
    homes = {resource.type: (resource.family, resource.name) for resource in made.api.resources}
    if not made.api.resources:
        homes = {name: (module, name) for name, module in made.homes.items()}
    return _template(
        "revision.py", api=made.api, operations=sorted(operations.items()), models=sorted(homes.items())
    )


def index(description: str, names: dict[str, str], *, dots: str) -> str:
    """Make the ``__init__`` of a lazy package; ``dots`` lead from it to the import package."""
    return _template("index.py", docstring=description, names=names.items(), dots=dots)
