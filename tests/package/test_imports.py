"""Importing the package costs next to nothing, and everything it is lazy about is there all the same."""

from __future__ import annotations

import ast
import importlib
import json
import re
import sys
from operator import attrgetter
from pathlib import Path
from types import ModuleType

import pytest

from tests.package.fresh import GENERATED, run

PACKAGE = "klaviyo_maton"
REVISIONS = sorted(path.name for path in (GENERATED / PACKAGE).glob("v*_*_*/"))
DEFAULT = "v2026_01_15"
OF_HTTPX = r"runtime\.(httpx_transport|trace|foreign|cancelling)"
SELDOM_USED = re.compile(rf"\.({OF_HTTPX}|runtime\.sandbox|connections\.models|testing)\b")
USED_BY_MSGSPEC = {"typing_extensions"}  # where it is installed

NEWLY_LOADED = """
import json, sys
before = set(sys.modules)
{code}
print(json.dumps(sorted(set(sys.modules) - before)))
"""

A_CLIENT = """
from klaviyo_maton import Direct, InMemory, Klaviyo, Reply
client = Klaviyo(Direct("pk_1"), http_client=InMemory(lambda request: Reply(204)))
"""

EVERYTHING = r"""
import importlib, json, pkgutil, re, sys, warnings
warnings.filterwarnings("ignore", "revision 2024-10-15 was retired")
import klaviyo_maton

def modules():
    for found in pkgutil.walk_packages(klaviyo_maton.__path__, "klaviyo_maton."):
        if found.ispkg or not re.fullmatch(r"klaviyo_maton\.v[\d_]+(pre)?", found.name):
            yield found.name

{then}
print(json.dumps([name for name in modules() if name not in sys.modules]))
"""

EACH_MODULE = """
for name in modules():
    importlib.import_module(name)
"""


def loaded(code: str) -> set[str]:
    """What a program loads by this code; modules are told from what Python had at its start."""
    names: list[str] = json.loads(run(NEWLY_LOADED.format(code=code)))
    return set(names)


def foreign(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {PACKAGE}


def lazy_packages() -> list[str]:
    """The names of all packages whose parts are imported when they are used."""
    indexes = sorted((GENERATED / PACKAGE).rglob("__init__.py"))
    lazy = [index.parent for index in indexes if "attach(" in index.read_text(encoding="utf-8")]
    return [".".join(folder.relative_to(GENERATED).parts) for folder in lazy]


def seen_by_checkers(module: ModuleType) -> set[str]:
    """The names that a lazy package imports for type checkers."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    blocks = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [line for block in blocks for line in block.body if isinstance(line, ast.ImportFrom)]
    return {str(alias.asname) for line in imports for alias in line.names}


def test_the_bare_import_loads_three_small_modules_and_not_even_typing() -> None:
    names = loaded(f"import {PACKAGE}")
    assert {name for name in names if name.startswith(PACKAGE)} == {
        PACKAGE,
        f"{PACKAGE}.runtime",
        f"{PACKAGE}.runtime.lazy",
    }
    assert foreign(names) == set()
    assert "typing" not in names


def test_a_client_loads_neither_models_nor_families_nor_an_http_library_that_it_is_not_to_use() -> None:
    names = loaded(A_CLIENT)
    assert foreign(names) - USED_BY_MSGSPEC == {"attr", "attrs", "msgspec"}
    assert {name for name in names if f"{PACKAGE}.v" in name} == {
        f"{PACKAGE}.{DEFAULT}",
        *(f"{PACKAGE}.{DEFAULT}.{name}" for name in ("aio", "sync")),  # without a family in them
        f"{PACKAGE}.{DEFAULT}.client",
        f"{PACKAGE}.{DEFAULT}.revision",
    }


def test_a_family_loads_its_own_endpoints_alone() -> None:
    families = {name.rpartition(".")[2] for name in loaded(f"{A_CLIENT}client.tags") if ".sync." in name}
    assert families == {"tags"}


@pytest.mark.parametrize("then", ["", "klaviyo_maton.preload()"], ids=["by the switch", "by preload"])
def test_everything_can_be_imported_at_once(then: str) -> None:
    switch = "" if then else "1"
    revisions = "".join(f"import klaviyo_maton.{revision}\n" for revision in REVISIONS)
    left: list[str] = json.loads(run(EVERYTHING.format(then=revisions + then), KLAVIYO_MATON_EAGER=switch))
    assert [name for name in left if not SELDOM_USED.search(name)] == []


def test_every_module_can_be_imported() -> None:
    assert json.loads(run(EVERYTHING.format(then=EACH_MODULE))) == []


@pytest.mark.parametrize("package", lazy_packages())
def test_a_package_has_and_lists_exactly_the_names_that_checkers_see(package: str) -> None:
    module = importlib.import_module(package)
    names: list[str] = module.__all__
    assert seen_by_checkers(module) == set(names)
    assert len(names) == len(set(names))
    assert set(names) <= set(dir(module))
    assert [name for name in names if not hasattr(module, name)] == []


@pytest.mark.parametrize(
    ("package", "wrong", "meant"),
    [
        (PACKAGE, "Klavyio", "Klaviyo"),
        (f"{PACKAGE}.{REVISIONS[0]}", "AsyncKlavio", "AsyncKlaviyo"),
        (f"{PACKAGE}.{REVISIONS[-1]}.models", "Profil", "Profile"),
        (f"{PACKAGE}.{REVISIONS[-1]}.filters", "event", "events"),
    ],
)
def test_an_unknown_name_is_refused_with_a_suggestion(package: str, wrong: str, meant: str) -> None:
    module = importlib.import_module(package)
    assert not hasattr(module, wrong)
    with pytest.raises(AttributeError, match=f"^{package} has no '{wrong}'; did you mean '{meant}'\\?$"):
        getattr(module, wrong)


def test_revisions_stand_side_by_side() -> None:
    top = importlib.import_module(PACKAGE)
    packages = [importlib.import_module(f"{PACKAGE}.{revision}") for revision in REVISIONS]
    assert len(packages) > 1
    for name in ("Klaviyo", "AsyncKlaviyo", "models.Profile", "filters.profiles.ListFields"):
        assert len({attrgetter(name)(package) for package in packages}) == len(packages)
    default = importlib.import_module(f"{PACKAGE}.{DEFAULT}")
    assert top.Klaviyo is default.Klaviyo
    assert top.models is default.models
    assert [package.Klaviyo(top.Direct("pk_1")).revision for package in packages] == [
        revision.removeprefix("v").replace("_", "-") for revision in REVISIONS
    ]
