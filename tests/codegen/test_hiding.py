"""No name of the spec hides what the generated code needs, wherever the spec can name something."""

from __future__ import annotations

import ast
import builtins
import json
import os
import re
import subprocess
import sys
import typing
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codegen import load_spec, names
from codegen.hiding import unhidden
from codegen.output import build
from codegen.problems import Position, SpecError
from codegen.spec import Spec
from codegen.writing import write
from tests.codegen.specs import NEW, write_spec
from tests.package.fresh import GENERATED, run

TYPES = [
    *("string", "integer", "number", "boolean", "date-time", "date", "object", "any"),
    *("{items: string}", "{items: Value}", "{items: {items: integer}}", "Value", "{enum: [a, b, a | b]}"),
    *(
        "{items: {enum: ['x | None', 'Sequence[str]', 1]}}",
        "{oneOf: [Value, {items: Other}, {items: number}]}",
    ),
]
"""Types of members, so that each annotation that we know stands beside some name."""

COMPARED = ("string", "date-time", "number", "boolean")


def imported() -> set[str]:
    """All names that generated modules import from elsewhere."""
    found: set[str] = set()
    for path in (GENERATED / "klaviyo_maton").glob("[vc]*/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (not node.level or "runtime" in (node.module or "")):
                found |= {name for alias in node.names for name in (alias.name, alias.asname) if name}
    return found


OURS = {"attach", "builtins", "cls", "extra", "models", "operations", "result", "self"}
NAMES = sorted(
    name
    for name in {*dir(builtins), *dir(typing), *imported(), *OURS}
    if re.fullmatch(r"[A-Za-z]\w*", name) and len(name) <= 30
)
SMALL = [name for name in NAMES if re.fullmatch(r"[a-z]+(_[a-z]+)*", name)]
CAPITAL = [name for name in NAMES if name[0].isupper() and "_" not in name]
PLURAL = ("s", "x")


def test_the_names_are_those_that_modules_need() -> None:
    needed = {"Any", "ClassVar", "Literal", "Sequence", "UNSET", "absent", "annotations", "cached_property"}
    needed |= {
        "Decimal",
        "Family",
        "Pages",
        "datetime",
        "date",
        "define",
        "dict",
        "get_args",
        "int",
        "linked",
    }
    needed |= {"Filter", "Link", "Raw", "UnsetType", "Wait", "list", "property", "str", "tuple", "type"}
    assert needed <= set(NAMES)


USE = """
import importlib, inspect, json, pkgutil, typing
import shop
from shop import Direct, InMemory, Klaviyo, Reply, dump, filters, is_set, models

MEMBERS = [name for name in typing.get_type_hints(models.Thing) if name[0] != "_"]
MEMBERS = [name for name in MEMBERS if name not in {"id", "type"}]
TEXT = "2026-01-02T03:04:05+00:00"
THING = {"type": "thing", "id": "1", "attributes": {name: TEXT for name in MEMBERS}}
LINKS = [name for name in models.Bound.__links__]
BOUND = {
    "type": "bound", "id": "1", "attributes": {},
    "relationships": {
        name: {"data": [{"type": "thing", "id": "1"}] if link.many else {"type": "thing", "id": "1"}}
        for name, link in models.Bound.__links__.items()
    },
}
asked = []

def answer(request):
    asked.append(request)
    if request.method == "POST":
        return Reply(201, {}, json.dumps({"data": {"type": "tied", "id": "1"}}).encode())
    items = [BOUND] if "bound" in request.url else [THING]
    return Reply(200, {}, json.dumps({"data": items, "included": [THING]}).encode())

klaviyo = Klaviyo(Direct("pk_1"), http_client=InMemory(answer))
(thing,) = klaviyo.profiles.list()
assert [name for name in MEMBERS if not is_set(thing, name) or getattr(thing, name) is None] == []
assert dump(thing) == THING and dump(models.Thing(**{name: TEXT for name in MEMBERS}))
(bound,) = klaviyo.profiles.find()
for name, link in models.Bound.__links__.items():
    found = getattr(bound, name)
    assert (found[0] if link.many else found).id == "1"
klaviyo.ties.make(**{name: TEXT for name in ARGUMENTS})
assert set(json.loads(asked[-1].body)["data"]["attributes"]) == set(ARGUMENTS)
for name in FILTERS:
    (thing,) = klaviyo.profiles.list(filter=getattr(filters.profiles.list, name).equals(SAMPLES[name]))
for name in METHODS:
    entry = getattr(filters.ways, name)
    (thing,) = getattr(klaviyo.ways, name)(filter=getattr(entry, name).equals("a") & entry.of.str.any(["b"]))
for name in FAMILIES:
    (thing,) = getattr(klaviyo, name).list()

def functions(owner):
    for name, found in vars(owner).items():
        found = getattr(found, "fget", getattr(found, "func", found))
        if inspect.isfunction(found) and (name == "__init__" or name[0] != "_"):
            yield found

modules = [found.name for found in pkgutil.walk_packages(shop.__path__, "shop.")]
modules = [name for name in modules if ".v2026_01_15" in name]
classes = {
    one
    for module in map(importlib.import_module, modules)
    for one in vars(module).values()
    if isinstance(one, type) and one.__module__.startswith("shop.v")
}
for owner in classes:
    typing.get_type_hints(owner)
    for function in functions(owner):
        typing.get_type_hints(function)
        inspect.signature(function, eval_str=True)
print(len(classes))
"""


class Names:
    """A spec that gives some names to everything: which of them it leaves out, and its files."""

    def __init__(self) -> None:
        self.refused: dict[str, set[str]] = {}

    def kept(self, kind: str, names: Iterable[str]) -> list[str]:
        return [name for name in names if name not in self.refused.get(kind, set())]

    def files(self) -> dict[str, str]:
        members = [
            f"      {name}?: {TYPES[number % len(TYPES)]}  # member {name}"
            for number, name in enumerate(self.kept("member", NAMES))
        ]
        written = [
            f"      {name}?: {{type: string, write: [create, update]}}  # argument {name}"
            for name in self.kept("argument", NAMES)
        ]
        links = [
            f"      {name}: {{{'one' if name.endswith(PLURAL) else 'many'}: thing}}  # relationship {name}"
            for name in self.kept("relationship", NAMES)
        ]
        filters = [
            f"      {name}: {COMPARED[number % 4]} equals  # filter {name}"
            for number, name in enumerate(self.kept("filter", NAMES))
        ]
        inner = [f"      of.{name}: string any  # inner {name}" for name in self.kept("inner", NAMES)]
        methods = [line for name in self.kept("method", SMALL) for line in method(name)]
        values = [f"      {name}?: {{items: {name}}}  # type {name}" for name in self.kept("type", CAPITAL)]
        classes = [
            f"  {name}:  # type {name}\n    summary: A value.\n    properties:\n"
            f"      {name}?: {name}  # type {name}\n      str?: {{items: {name}}}  # type {name}"
            for name in self.kept("type", CAPITAL)
        ]
        things = "\n".join(
            [
                "title: Things\nsummary: All there is.\nresources:",
                "  thing:\n    summary: A thing.\n    attributes:",
                *members,
                "  bound:\n    summary: Has links.\n    attributes: {name: string}\n    relationships:",
                *links,
                "  box:\n    summary: A box of values.\n    attributes:\n      any_of_them: string",
                *values,
                "types:",
                "  Value:\n    summary: A value.\n    properties:\n      x?: Other",
                "  Other:\n    summary: Another.\n    properties:\n      x?: {items: Other}",
                *classes,
                "operations:",
                *operation("list", "get", "things", "thing", many=True),
                "    pages: {default: 20, maximum: 100}",
                "    sort: [name]",
                "    filter:",
                *filters,
                *operation("find", "get", "bound", "bound", many=True),
                "    include: [str]",
                *operation("boxes", "get", "boxes", "box", many=True),
                "    filter:",
                *inner,
            ]
        )
        tied = "\n".join(
            [
                "title: Ties\nsummary: Ties.\nresources:\n  tied:\n    summary: A tie.\n    attributes:",
                *written,
                "operations:",
                *operation("make", "post", "tied", "tied", many=False),
            ]
        )
        ways = "title: Ways\nsummary: Ways to things.\noperations:\n" + "\n".join(methods)
        return {
            "resources/profiles.yaml": f"{things}\n",
            "resources/ties.yaml": f"{tied}\n",
            "resources/ways.yaml": f"{ways}\n",
            **{f"resources/{name}.yaml": family(name) for name in self.kept("family", SMALL)},
        }


def operation(name: str, verb: str, path: str, resource: str, *, many: bool) -> list[str]:
    answer = f"{{{'many' if many else 'one'}: {resource}}}"
    return [
        f"  {name}:  # method {name}",
        f"    id: do_{name}_{path}",
        f"    {verb}: /api/{path}",
        "    summary: Does something.",
        "    scopes: [things:read]",
        "    limit: S",
        f"    answer: {answer}",
    ]


def method(name: str) -> list[str]:
    return [
        *operation(name, "get", f"ways/{name}", "thing", many=True),
        f"    filter: {{{name}: string any equals, of.str: string any}}",
        "    pages: {default: 20, maximum: 100}",
    ]


def family(name: str) -> str:
    head = f"title: A family  # family {name}\nsummary: A family.\noperations:\n"
    return head + "\n".join(operation("list", "get", f"families/{name}", "thing", many=True)) + "\n"


def spec_of(folder: Path) -> tuple[Spec, Names]:
    """The spec of all names but those that are refused, each at its place."""
    named = Names()
    with pytest.raises(SpecError) as caught:
        load_spec(write_spec(folder, named.files()))
    for problem in caught.value.problems:
        kind, name = place_of(folder, problem.position)
        named.refused.setdefault(kind, set()).add(name)
    return load_spec(write_spec(folder, named.files())), named


def place_of(folder: Path, where: Position) -> tuple[str, str]:
    """The kind and the name that the line of a problem is about, which its comment tells."""
    line = (folder / where.file).read_text(encoding="utf-8").splitlines()[where.line - 1]
    mark = re.search(r"# (\w+) (\w+)$", line)
    assert mark, f"{where}: {line}"
    return mark[1], mark[2]


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> tuple[Spec, Names]:
    """The spec of all names."""
    return spec_of(tmp_path_factory.mktemp("spec"))


@pytest.fixture(scope="module")
def output(spec: tuple[Spec, Names], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with its package, called shop."""
    folder = tmp_path_factory.mktemp("output")
    write(build(spec[0], [NEW], "shop", lambda _what, _count: None), folder)
    return folder


def test_few_names_are_refused_and_each_at_its_place(spec: tuple[Spec, Names]) -> None:
    """Keywords of Python, and what every model and method has beside; a class can be called otherwise."""
    refused = spec[1].refused
    keywords = {"False", "None", "True"}
    classes = refused.pop("type")
    assert {name for name in classes if name not in dir(builtins)} <= names.TAKEN_CLASSES
    assert refused == {
        "argument": keywords | {"extra", "id", "self", "type"},  # id and type are members of all resources
        "filter": keywords,
        "inner": keywords,
        "member": keywords | {"id", "self", "type"},
        "relationship": keywords | {"id", "linked_ids", "self", "type"},  # linked has linked_ids
    }


def test_what_is_rendered_works_and_its_hints_are_types(spec: tuple[Spec, Names], output: Path) -> None:
    named = spec[1]
    samples = ("a", datetime(2026, 1, 1, tzinfo=UTC), 1, True)
    kept = named.kept("filter", NAMES)
    given = {
        "ARGUMENTS": named.kept("argument", NAMES),
        "FILTERS": kept,
        "SAMPLES": {name: samples[number % 4] for number, name in enumerate(kept)},
        "METHODS": named.kept("method", SMALL),
        "FAMILIES": named.kept("family", SMALL),
    }
    set_up = "\n".join(f"{name} = {value!r}" for name, value in given.items())
    assert int(run(f"import datetime\n{set_up}\n{USE}", path=output)) > len(SMALL)


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_what_is_rendered_is_checked(checker: str, output: Path) -> None:
    package = f"shop/v{NEW.replace('-', '_')}"
    if checker == "pyright":
        options = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "include": [package]}
        (output / "pyrightconfig.json").write_text(json.dumps(options), encoding="utf-8")
        command = ["pyright", "--pythonpath", sys.executable]
    else:
        command = ["mypy", "--strict", "--explicit-package-bases", "--cache-dir", os.devnull, package]
    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=False, cwd=output
    )
    assert done.returncode == 0, done.stdout + done.stderr


# -------------------------------------------------------------------------------- classes of models

HEAD = "from attrs import define\n\nabsent = None\n\n\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("    list: str = absent", "    list: str = absent"),
        ("    str: str = absent", "    str: _str = absent"),
        (
            '    str: Literal["str", "list"] | list["str"] = absent',
            '    str: Literal["str", "list"] | list["_str"] = absent',
        ),
        (
            '    a: "list[Other] | None" = absent\n    list: int = absent',
            '    a: "_list[Other] | None" = absent\n    list: int = absent',
        ),
        ('    Other: "Other" = absent', '    Other: "_Other" = absent'),
        ("    absent: dict[str, str] = absent", "    absent: dict[str, str] = _absent"),
        (
            "    @property\n    def property(self) -> int:\n        return property",
            "    @_property\n    def property(self) -> int:\n        return property",
        ),
        (
            '    é: Literal["é"] | int = absent\n    int: Literal["é"] | int = absent',
            '    é: Literal["é"] | _int = absent\n    int: Literal["é"] | _int = absent',
        ),
    ],
)
def test_only_what_a_member_hides_gets_another_name(body: str, expected: str) -> None:
    rendered = unhidden(f"{HEAD}class Other:\n{body}\n")
    assert expected in rendered
    hidden = set(re.findall(r"\b_(\w+)", expected))
    defined = {f"from builtins import {name} as _{name}" for name in hidden - {"Other"}}
    assert defined <= {*rendered.splitlines()}
    assert ("\n_Other = Other" in rendered) == ("Other" in hidden)
