"""Which layer imports which, as the README tells it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.package.fresh import GENERATED, ROOT

CODEGEN = ROOT / "codegen"
RUNTIME = CODEGEN / "runtime"
RENDERERS = sorted(
    [
        *(CODEGEN / name for name in ("class_sources.py", "models.py", "render.py")),
        *CODEGEN.glob("openapi*.py"),
    ]
)
OF_THE_YAML = {"lint", "load", "revise", "schema", "tree"} | {path.stem for path in CODEGEN.glob("parse*.py")}


def imported(path: Path) -> set[str]:
    """The modules that a file names in its imports, wherever they stand; relative ones begin with a dot."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            parts = {f"{module.rstrip('.')}.{alias.name}" for alias in node.names}
            found |= parts if module in {".", "codegen"} else {module}
    return found


def parts_of_codegen(path: Path) -> set[str]:
    """The modules of the generator that one of its modules imports."""
    names = {name for name in imported(path) if name.startswith((".", "codegen."))}
    return {name.removeprefix("codegen").strip(".").partition(".")[0] for name in names}


def users_of(library: str, *folders: Path) -> set[str]:
    """The names of the files that import a library."""
    files = [path for folder in folders for path in folder.rglob("*.py")]
    return {path.name for path in files if any(name.split(".")[0] == library for name in imported(path))}


@pytest.mark.parametrize("path", sorted(RUNTIME.rglob("*.py")), ids=lambda path: path.stem)
def test_the_runtime_imports_itself_and_its_dependencies_alone(path: Path) -> None:
    absolute = {name.split(".")[0] for name in imported(path) if not name.startswith(".")}
    assert "codegen" not in absolute
    assert "klaviyo_maton" not in absolute
    deepest = max((len(name) - len(name.lstrip(".")) for name in imported(path)), default=0)
    assert deepest <= len(path.relative_to(RUNTIME).parts)


def test_the_ir_imports_no_part_of_the_generator() -> None:
    assert parts_of_codegen(CODEGEN / "ir.py") == set()


@pytest.mark.parametrize("path", RENDERERS, ids=lambda path: path.stem)
def test_renderers_know_the_ir_and_not_the_yaml(path: Path) -> None:
    assert parts_of_codegen(path) & OF_THE_YAML == set()


def test_each_library_is_known_in_one_place() -> None:
    assert users_of("httpx", RUNTIME, GENERATED) == {"httpx_transport.py"}
    assert users_of("datamodel_code_generator", CODEGEN) == {"class_sources.py"}
    assert users_of("yaml", CODEGEN) <= {"cases.py", "documents.py", "load.py", "yaml_text.py"}
    assert users_of("jinja2", CODEGEN) == {"render.py"}
