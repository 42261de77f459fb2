"""Specs that have nothing of a kind make packages that work as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import load_spec
from codegen.output import build
from codegen.writing import write
from tests.codegen.specs import MATON, write_spec
from tests.package.fresh import run

PLAIN = "title: Things\nsummary: Things.\n"
THING = f"{PLAIN}resources:\n  thing: {{summary: A thing., attributes: {{name: string}}}}\n"
OPERATION = "    summary: Does it.\n    scopes: []\n    limit: S\n"
LATE = f"    since: 2026-01-15\n{OPERATION}"
GET = "operations:\n  get:\n    id: get_thing\n    get: /api/things/{id}\n"
LIST = "  list:\n    id: get_things\n    get: /api/things\n    filter: {name: string equals}\n"
RESET = "operations:\n  reset:\n    id: reset\n    post: /api/reset\n    body: none\n    answer: none\n"
PROPERTIES = "    properties:\n      connection_id: string\n      url: {type: string, secret: true}\n"

FAMILIES = {
    "no filter": f"{THING}{GET}{OPERATION}",
    "a filter in one revision": f"{THING}{GET}{OPERATION}{LIST}{LATE}",
    "no field of a filter": f"{THING}{GET}{OPERATION}{LIST.replace('name: string equals', '')}{OPERATION}",
    "an operation in one revision": f"{THING}{GET}{LATE}",
    "no resource": f"{PLAIN}{RESET}{OPERATION}",
    "no attribute": f"{THING.replace('name: string', '')}{GET}{OPERATION}",
    "no operation": f"{PLAIN}operations: {{}}\n",
}
GATEWAYS = {
    "no operation of the gateway": f"{MATON[: MATON.index('types:')]}operations: {{}}\n",
    "no property of a type": MATON.replace(PROPERTIES, "    properties: {}\n"),
}
SPECS = {
    **{what: {"resources/profiles.yaml": text} for what, text in FAMILIES.items()},
    **{what: {"maton.yaml": text} for what, text in GATEWAYS.items()},
}

EVERYTHING = """
import importlib, pkgutil, warnings
warnings.filterwarnings("ignore", "revision 2024-10-15 was retired")
import shop
found = [one.name for one in pkgutil.walk_packages(shop.__path__, "shop.")]
for name in found:
    module = importlib.import_module(name)
    for public in getattr(module, "__all__", ()):
        getattr(module, public)
print(len(found))
"""


def quiet(_what: str, _count: int) -> None:
    """Take a step of the generator without a word."""


@pytest.mark.parametrize("what", SPECS)
def test_a_package_is_whole_where_its_spec_has_nothing_of_a_kind(what: str, tmp_path: Path) -> None:
    """Each of its modules can be imported, and has what it names."""
    spec = load_spec(write_spec(tmp_path, SPECS[what]))
    write(build(spec, spec.committed, "shop", quiet), tmp_path / "output")
    assert int(run(EVERYTHING, path=tmp_path / "output")) > 100


def test_a_spec_without_families_makes_a_package(tmp_path: Path) -> None:
    directory = write_spec(tmp_path)
    (directory / "resources/profiles.yaml").unlink()
    spec = load_spec(directory)
    write(build(spec, spec.committed, "shop", quiet), tmp_path / "output")
    assert int(run(EVERYTHING, path=tmp_path / "output")) > 100
