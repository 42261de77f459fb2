"""The JSON Schema that editors use says what the loader says."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from codegen.lint import revisions_of
from codegen.load import load
from codegen.problems import Problems
from codegen.schema import SHAPES, Json, json_schema
from codegen.schema_help import EVERYWHERE, HELP
from codegen.tree import Mapping, Node, Scalar, Sequence
from tests.codegen.mistakes import FORM, Mistake
from tests.codegen.specs import MINIMAL, SPEC, write_spec


def as_json(node: Node) -> Json:
    """Return a node as an editor's YAML reads it."""
    match node:
        case Mapping():
            return {entry.key.text: as_json(entry.value) for entry in node}
        case Sequence(items):
            return [as_json(item) for item in items]
        case Scalar("true" | "false"):
            return node.text == "true"
        case Scalar(text):
            return int(text) if text.isdecimal() else text or None


def validator() -> Validator:
    """Return a validator of the files of a spec."""
    return Draft202012Validator(json_schema())


def accepted(spec: Path) -> dict[str, bool]:
    """Return which files of a spec the JSON Schema accepts."""
    accepting = validator()
    return {file.path: accepting.is_valid(as_json(file.root)) for file in load(spec, Problems()).files}


def test_the_json_schema_is_one() -> None:
    """Editors can use it."""
    Draft202012Validator.check_schema(json_schema())


def test_the_json_schema_accepts_what_the_loader_accepts(tmp_path: Path) -> None:
    """A right spec has no red lines."""
    assert accepted(write_spec(tmp_path)) == {
        "spec/klaviyo.yaml": True,
        "spec/maton.yaml": True,
        "spec/resources/profiles.yaml": True,
    }


def test_every_key_says_what_it_is_for() -> None:
    """And nothing is said of keys that there are not."""
    of_shapes = {name: {key.name for key in shape.keys} for name, shape in SHAPES.items()}
    assert {*HELP} <= {EVERYWHERE, *SHAPES}
    assert {name: {*told} - of_shapes[name] for name, told in HELP.items() if name in SHAPES} == {
        name: set[str]() for name in HELP if name in SHAPES
    }
    assert {*HELP[EVERYWHERE]} <= {"since", "until"}.union(*of_shapes.values())
    for name, keys in of_shapes.items():
        assert keys <= {*HELP[EVERYWHERE], *HELP.get(name, {})}, name


@pytest.mark.parametrize("mistake", FORM, ids=lambda mistake: mistake.what)
def test_the_json_schema_refuses_what_the_loader_refuses(mistake: Mistake, tmp_path: Path) -> None:
    """Every mistake of form is a red line in the editor too."""
    changed = MINIMAL[mistake.file].replace(mistake.old, mistake.new.replace("«", ""))
    assert not accepted(write_spec(tmp_path, {mistake.file: changed}))[f"spec/{mistake.file}"]


def test_the_json_schema_accepts_the_spec() -> None:
    """The spec of this project has no red lines."""
    assert [path for path, right in accepted(SPEC).items() if not right] == []


def test_the_spec_is_short() -> None:
    """At most 50 KB a revision, in lines that are easy to compare."""
    texts = {path: path.read_text(encoding="utf-8") for path in SPEC.rglob("*.yaml")}
    revisions = revisions_of(load(SPEC, Problems()))
    assert sum(len(text.encode()) for text in texts.values()) <= 50_000 * len(revisions)
    long = [(path, line) for path, text in texts.items() for line in text.splitlines() if len(line) > 120]
    assert long == []
