"""Lazy packages: a part is imported when it is first used, or at once when asked to."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from codegen.runtime import lazy

INDEX = """
from codegen.runtime.lazy import attach
names = {"Red": ".colours", "shapes": ".shapes", "Missing": ".colours"}
__getattr__, __dir__, __all__ = attach(__name__, names)
"""
INNER = """
from codegen.runtime.lazy import attach
__getattr__, __dir__, __all__ = attach(__name__, {"Circle": ".round"})
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a package where ``Red`` is a class, ``shapes`` a lazy package and ``Missing`` a mistake."""
    (tmp_path / "lazybox" / "shapes").mkdir(parents=True)
    (tmp_path / "lazybox" / "__init__.py").write_text(INDEX)
    (tmp_path / "lazybox" / "colours.py").write_text("class Red: pass\n")
    (tmp_path / "lazybox" / "shapes" / "__init__.py").write_text(INNER)
    (tmp_path / "lazybox" / "shapes" / "round.py").write_text("class Circle: pass\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(lazy, "_attached", {})
    yield "lazybox"
    for name in [name for name in sys.modules if name.partition(".")[0] == "lazybox"]:
        del sys.modules[name]


def mend(package: str) -> None:
    path = Path(str(importlib.import_module(package).__file__)).with_name("colours.py")
    path.write_text("class Red: pass\nclass Missing: pass\n")


def test_a_part_is_imported_on_first_use_and_kept(package: str) -> None:
    module = importlib.import_module(package)
    assert f"{package}.colours" not in sys.modules
    assert module.Red.__module__ == f"{package}.colours"
    assert "Red" in vars(module)
    assert isinstance(module.shapes, ModuleType)
    assert module.shapes.Circle is module.shapes.Circle


def test_all_names_are_listed(package: str) -> None:
    module = importlib.import_module(package)
    assert {"Red", "shapes", "Missing", "__name__"} <= set(dir(module))
    assert dir(module) == sorted(dir(module))


def test_an_unknown_name_is_an_attribute_error_with_a_suggestion(package: str) -> None:
    module = importlib.import_module(package)
    with pytest.raises(AttributeError, match=r"lazybox has no 'Rad'; did you mean 'Red'\?") as caught:
        _ = module.Rad
    assert caught.value.name == "Rad"
    assert caught.value.obj is module
    assert not hasattr(module, "__path_of_nothing__")
    with pytest.raises(ImportError):
        importlib.import_module(f"{package}.Rad")


def test_a_broken_index_shows_when_its_part_is_used(package: str) -> None:
    module = importlib.import_module(package)
    with pytest.raises(AttributeError, match="Missing"):
        _ = module.Missing


def test_preload_imports_everything_through_and_through(package: str) -> None:
    mend(package)
    lazy.preload()
    assert f"{package}.shapes.round" in sys.modules
    assert "Circle" in vars(sys.modules[f"{package}.shapes"])


def test_eagerness_imports_everything_and_finds_mistakes(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(lazy.EAGER, "1")
    with pytest.raises(AttributeError, match="Missing"):
        importlib.import_module(package)
    assert f"{package}.shapes.round" in sys.modules or f"{package}.colours" in sys.modules
