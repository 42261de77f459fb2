"""What is rendered hangs neither on the order in which the spec is written nor on how its texts look."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen import openapi, render
from codegen.output import build
from codegen.spec import Spec, load_spec
from codegen.writing import write
from tests.codegen.specs import MINIMAL, NEW, OLD, SPEC, write_spec
from tests.strategies import is_array, is_object

REAL = {path.relative_to(SPEC).as_posix(): path.read_text(encoding="utf-8") for path in SPEC.rglob("*.yaml")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("specs")


@pytest.mark.parametrize("files", [MINIMAL, REAL], ids=["minimal", "real"])
@settings(max_examples=3)
@given(seed=st.integers())
def test_order_tells_nothing(files: dict[str, str], folder: Path, seed: int) -> None:
    """A spec whose mappings are written in another order is the same spec, and renders to the same text."""
    random = Random(seed)
    original = load_spec(write_spec(folder / "original", files))
    shuffled = load_spec(
        write_spec(folder / "shuffled", {name: mixed(text, random) for name, text in files.items()})
    )
    for revision in (OLD, NEW):
        assert shuffled.at(revision) == original.at(revision)
    if files is MINIMAL:
        assert texts(shuffled) == texts(original)


def mixed(text: str, random: Random) -> str:
    """Write YAML with the keys of its mappings in another order, where order is no part of the notation."""

    def mix(value: Any, key: str = "") -> Any:
        if is_array(value):
            return [mix(item) for item in value]
        if not is_object(value):
            return value
        keys = list(value)
        if key != "resources":  # its first is the default of the family
            random.shuffle(keys)
        return {name: mix(value[name], name) for name in keys}

    return yaml.safe_dump(mix(read(text)), sort_keys=False, allow_unicode=True)


def read(text: str) -> Any:
    """Read YAML with every scalar as text."""
    loader = yaml.BaseLoader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def texts(spec: Spec) -> list[Any]:
    api = spec.at(NEW)
    modules = {path: module.text for path, module in render.package(api).items()}
    return [modules, openapi.document(api)]


# ------------------------------------------------------------------------------------- hostile texts

OWNED = "klaviyo_maton_tests_owned"
HOSTILE = (
    f'"""; import sys; sys.{OWNED} = True; """',
    f"'''\nimport sys; sys.{OWNED} = True\n'''",
    f'\\"""\nimport sys; sys.{OWNED} = True #',
    "ends with a backslash \\",
    'ends with a quote "',
    'three quotes at the end"""',
    'and one more""""',
    'a backslash \\"',
    "{{ 7 * 7 }} {% raw %} {# gone #}",
    "{% include '/etc/passwd' %}",
    "\\N{BULLET} \\u0041 \\x41 %s {0}",
    "\x07 bell, \x1b escape, \u202e turned, \u2028 line \x85 next \ufeff",
    f"`` ``\n\n.. code:: \x0csys.{OWNED}",
    "# type: ignore\n# noqa",
)
TELLING = "\\\"'{}%#`\n\r\x0c\x1b"
NUMBERS = count()


@pytest.mark.slow
@settings(max_examples=5)
@given(
    drawn=st.lists(
        st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(TELLING), min_size=1),
        min_size=4,
        max_size=4,
        unique_by=str.strip,
    )
)
def test_drawn_texts_are_inert(drawn: list[str], folder: Path) -> None:
    """Any text in the spec is shown by a docstring, and does nothing else."""
    check_inert([text.strip() or "empty" for text in drawn], folder)


def test_hostile_texts_are_inert(folder: Path) -> None:
    """Quotes, backslashes, template marks, control characters and code in summaries stay text."""
    for start in range(0, len(HOSTILE), 4):
        check_inert([*HOSTILE[start:], *HOSTILE][:4], folder)


def check_inert(drawn: list[str], folder: Path) -> None:
    """Render a spec with texts everywhere where it takes some, import it, and look for them."""
    title, summary, member, note = drawn
    profiles = read(MINIMAL["resources/profiles.yaml"])
    profiles["title"] = " ".join(title.split()) or "title"
    profiles["summary"] = profiles["types"]["Location"]["summary"] = summary
    profiles["operations"]["list"]["summary"] = summary
    profiles["operations"]["list"]["notes"] = [note]
    profiles["resources"]["profile"]["summary"] = note
    profiles["resources"]["profile"]["attributes"]["email?"]["summary"] = member
    profiles["types"]["State"] = {"enum": drawn}
    text = yaml.safe_dump(profiles, sort_keys=False)
    spec = load_spec(write_spec(folder / "hostile", {"resources/profiles.yaml": text}))
    name = f"hostile_{next(NUMBERS)}"
    write(build(spec, [NEW], name, lambda _what, _count: None), folder / name)
    with importable(folder / name, name):
        models = importlib.import_module(f"{name}.v2026_01_15.models")
        clients = importlib.import_module(f"{name}.v2026_01_15.client")
        family = importlib.import_module(f"{name}.v2026_01_15.sync.profiles").Profiles
        importlib.import_module(f"{name}.v2026_01_15.aio.profiles")
        importlib.import_module(f"{name}.v2026_01_15.filters.profiles")
        for shown, holder in (
            (summary, models.Location),
            (note, models.Profile),
            (summary, family),
            (summary, family.list),
            (note, family.list),
            (member, family.create),
            (summary, clients.Klaviyo.profiles.func),
        ):
            assert words(shown) in words(holder.__doc__)
        hint = models.List.__annotations__["state"]
        assert set(drawn) <= {value for part in hint.__args__ for value in getattr(part, "__args__", ())}
    assert not hasattr(sys, OWNED)


@contextmanager
def importable(folder: Path, package: str) -> Generator[None]:
    """Let a package be imported from a folder, and forget it afterwards."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == package]:
            del sys.modules[name]


def words(text: str) -> str:
    """Give a text without its line breaks and margins, which a docstring may change."""
    return re.sub(r"\s+", " ", text).strip()
