"""Modules of models: what they may mention of one another, and what does not depend on when they are made."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import class_sources, ir, load_api, models
from codegen.annotations import Names, argument
from codegen.class_sources import Part
from codegen.openapi_schemas import Schema
from tests.codegen.specs import NEW, PROFILES, write_spec

PLACES = """\
types:
  Place:
    summary: A place, and whoever lives there.
    properties: {owner?: OWNER}
  Person:
    summary: Somebody.
    properties: {name?: string, neighbour?: Person}
"""


def rendered(directory: Path, owner: str) -> dict[str, str]:
    """Render the minimal spec with a place of another file that mentions its owner."""
    files = {
        "resources/profiles.yaml": PROFILES.replace("city?: string", "city?: string\n      place?: Place"),
        "types/places.yaml": PLACES.replace("OWNER", owner),
    }
    if owner != "Person":
        files["types/places.yaml"] = files["types/places.yaml"].partition("  Person:")[0]
    return models.render(load_api(write_spec(directory, files), NEW))


def test_modules_mention_one_another_in_one_direction(tmp_path: Path) -> None:
    modules = rendered(tmp_path, "Person")
    assert "place: places.Place | None = absent" in modules["profiles"]
    assert "from . import places" in modules["profiles"]
    assert "profiles" not in modules["places"]
    assert modules["places"].count("class ") == len(["Place", "Person"])


def test_modules_that_would_import_one_another_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"in a circle \((places -> profiles|profiles -> places) -> p\w+\)"):
        rendered(tmp_path, "Location")


# ------------------------------------------------------------------------------ constants

A, B = ir.Choice(("a",)), ir.Choice(("b",))


@pytest.mark.parametrize(
    ("kind", "annotation"),
    [
        (A, "Literal['a']"),
        (ir.Choice(("a", "b")), "Literal['a', 'b'] | str"),
        (ir.OneOf((A, B)), "Literal['a', 'b'] | str"),
        (ir.Nullable(ir.Choice(("a", "b"))), "Literal['a', 'b'] | str | None"),
        (ir.ListOf(ir.Choice(("a", "b"))), "Sequence[Literal['a', 'b'] | str]"),
        (ir.Choice((1, 2)), "Literal[1, 2] | int"),
        (ir.Choice((False, True)), "Literal[False, True]"),
        (ir.OneOf((ir.Choice((0,)), ir.Choice((False,)))), "Literal[0, False]"),
        (ir.OneOf((A, B, ir.Day())), "Literal['a', 'b'] | date | str"),
        (ir.OneOf((A, ir.Whole())), "Literal['a'] | int"),
        (ir.OneOf((A, B, ir.Text())), "str"),
        (
            ir.OneOf((ir.Choice(("a", "b")), ir.Ref("Place"))),
            "Literal['a', 'b'] | models.Place | Mapping[str, Any] | str",
        ),
    ],
)
def test_lists_of_constants_may_grow(kind: ir.Type, annotation: str) -> None:
    """Beside several constants stands their type; a single one tells what something is, and stays alone."""
    assert argument(kind, Names()) == annotation


def test_models_say_that_lists_of_constants_may_grow(tmp_path: Path) -> None:
    modules = models.render(load_api(write_spec(tmp_path), NEW))
    assert "state: Literal['closed', 'open'] | str | None = absent" in modules["profiles"]
    assert "type: Literal['profile'] = absent" in modules["profiles"]


# -------------------------------------------------------------------------------- sources


def part(name: str, **properties: object) -> Part:
    """Return a class with these members, those that are names of classes in the same module included."""
    schemas: dict[str, Schema] = {
        key: {"$ref": f"#/components/schemas/m.{kind}"}
        if isinstance(kind, str)
        else {"type": "string", "format": "date-time"}
        for key, kind in properties.items()
    }
    extra = {
        "base": "ValueObject",
        "docstring": f'"""{name}."""',
        "tables": (),
        "links": (),
        "derived": "property",
        "member_docstrings": dict.fromkeys(properties, ""),
    }
    return Part(name, {"type": "object", "properties": {**schemas}}, extra)


def source(*parts: Part) -> str:
    """Return the source of a module, its classes made if they were not made before."""
    named = {one.name: one for one in parts}
    class_sources.make([{"m": named}])
    return class_sources.module_source("m", named)


def order(text: str) -> list[str]:
    """Return the names of the classes in a source."""
    return [line.split()[1].partition("(")[0] for line in text.splitlines() if line.startswith("class ")]


def test_classes_stand_behind_those_that_they_mention() -> None:
    """And otherwise in the order in which they are given; those in a circle stand together."""
    a, b, c = part("A", one="C", two="D"), part("B"), part("C", back="D")
    d, e = part("D", back="C"), part("E", own="E")
    assert order(source(a, b, c, d, e)) in (["C", "D", "A", "B", "E"], ["D", "C", "A", "B", "E"])
    assert order(source(e, b, a, c, d)) in (["E", "B", "C", "D", "A"], ["E", "B", "D", "C", "A"])
    assert '"E"' in source(e).partition("own: ")[2]
    assert '"D"' in source(c, d) or '"C"' in source(c, d)


def test_a_class_does_not_depend_on_what_is_made_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member called `datetime` hides the type, which the generator renames for all that it makes then."""
    hiding, plain = part("Hiding", datetime=1, other=1), part("Plain", created=1)
    found: set[str] = set()
    for first in ([hiding, plain], [plain, hiding], [plain], [hiding]):
        monkeypatch.setattr(class_sources, "_made", {})
        source(*first)
        found.add(source(hiding, plain))
    assert len(found) == 1
    assert "created: datetime | None" in found.pop()


def test_processes_make_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [part("A", one="B"), part("B", datetime=1), part("C", created=1)]
    found: set[str] = set()
    for worth in (1, 100):
        monkeypatch.setattr(class_sources, "_made", {})
        monkeypatch.setattr(class_sources, "_WORTH_PROCESSES", worth)
        found.add(source(*parts))
    assert len(found) == 1
