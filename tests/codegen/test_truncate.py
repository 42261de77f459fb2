"""The spec as it stood at a revision: older revisions see no difference, and nothing tells of later ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import attrs
import pytest
from hypothesis import given

from codegen.load import texts, tree_of
from codegen.problems import Problems, SpecError
from codegen.revise import node_at
from codegen.schema import SHAPES
from codegen.spec import Spec, load_spec
from codegen.tree import Mapping, Node, Scalar, Sequence
from codegen.truncate import Cut, truncated
from codegen.vendor.dating import Life, Place
from tests.codegen.specs import KLAVIYO, MINIMAL, NEW, OLD, PROFILES, SPEC, write_spec
from tests.codegen.written import DATES, dated_nodes, dates
from tests.strategies import is_array, is_object

WHOLE = load_spec(SPEC)
SOME = WHOLE.revisions[::2]
NOTATION = {
    word
    for shape in SHAPES.values()
    for key in shape.keys
    for word in (key.name, *(key.value.scalar.words if key.value.scalar else ()))
}
WORD = re.compile(r"[\w.-]*\w")
PROSE = {"summary", "title", "notes"}
UNTOLD = {
    *("summary", "title", "notes", "source", "server", "example"),
    *("revision", "deprecated", "retired"),
}


@cache
def at(revision: str) -> dict[str, str]:
    """The texts of the whole spec, truncated."""
    return truncated(texts(SPEC, Problems()), revision)


def written(directory: Path, files: dict[str, str]) -> Spec:
    """Write the files of a spec, and load it."""
    for path, text in files.items():
        place = directory / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return load_spec(directory / "spec")


def told(value: object) -> Iterator[str]:
    """The words of all names and values that the IR has, as plain objects, but prose."""
    if isinstance(value, str):
        yield from WORD.findall(value)
    elif is_array(value):
        for item in value:
            yield from told(item)
    elif is_object(value):
        for key, item in value.items():
            yield from told(item) if key not in UNTOLD else ()


@cache
def names(revision: str) -> frozenset[str]:
    plain = json.dumps(attrs.asdict(WHOLE.at(revision)), default=sorted)
    return frozenset(told(json.loads(plain)))


@pytest.mark.parametrize("revision", SOME)
def test_older_revisions_see_what_they_see_in_the_whole_spec(revision: str, tmp_path: Path) -> None:
    spec = written(tmp_path, at(revision))
    assert spec.revisions == tuple(known for known in WHOLE.revisions if known <= revision)
    for known in spec.revisions:
        assert spec.at(known) == WHOLE.at(known)


@pytest.mark.parametrize("revision", SOME)
def test_no_name_of_later_revisions_is_left(revision: str) -> None:
    older = {word for known in WHOLE.revisions if known <= revision for word in names(known)}
    gone = {word for known in WHOLE.revisions for word in names(known)} - older - NOTATION
    assert gone or revision == WHOLE.revisions[-1]
    for file in tree_of(at(revision), Problems()).files:
        assert gone.intersection(written_in(file.root)) == set(), file.path
    for path, text in at(revision).items():
        assert gone.intersection(WORD.findall(" ".join(re.findall("#.*", text)))) == set(), path


def test_truncating_twice_is_truncating_once_to_the_older() -> None:
    older, newer, newest = SOME[:3]
    assert truncated(at(newer), older) == at(older)
    assert truncated(at(newer), newest) == at(newer)


def test_at_the_newest_revision_not_a_line_changes() -> None:
    assert at(WHOLE.revisions[-1]) == texts(SPEC, Problems())


def test_the_default_stays_or_is_the_newest_that_is_left(tmp_path: Path) -> None:
    files = {f"spec/{name}": text for name, text in MINIMAL.items()}
    assert written(tmp_path / "new", truncated(files, NEW)).default_revision == NEW
    old = written(tmp_path / "old", truncated(files, OLD))
    assert (old.default_revision, old.committed) == (OLD, (OLD,))


def test_operations_that_come_later_are_not_mentioned(tmp_path: Path) -> None:
    later = (
        PROFILES.replace("  delete:\n", "  delete:\n    since: 2026-01-15\n", 1).replace(
            "on: primary", "on: [get_profile, delete_profile]"
        )
        + """\
compositions:
  delete_each: {summary: Deletes., each: get_profiles, list: delete_profile}
"""
    )
    files = {f"spec/{name}": text for name, text in {**MINIMAL, "resources/profiles.yaml": later}.items()}
    left = truncated(files, OLD)["spec/resources/profiles.yaml"]
    assert "delete_profile" in later
    assert "delete_" not in left
    assert "on: [get_profile]" in left
    whole = load_spec(write_spec(tmp_path / "whole", {"resources/profiles.yaml": later}))
    assert written(tmp_path / "left", truncated(files, OLD)).at(OLD) == whole.at(OLD)


def test_files_that_only_later_revisions_need_go() -> None:
    family = """\
title: Tags
summary: Words.
operations:
  list: {id: get_tags, get: /api/tags, since: 2026-01-15, summary: Lists., limit: S, answer: {many: list}}
"""
    files = {f"spec/{name}": text for name, text in MINIMAL.items()}
    assert truncated({**files, "spec/resources/tags.yaml": family}, OLD).keys() == files.keys()


def test_comments_go_where_they_mention_what_is_gone() -> None:
    klaviyo = KLAVIYO.replace("tiers:\n", "# Two lines about\n# the revision 2026-01-15.\ntiers:  # of all\n")
    klaviyo = klaviyo.replace("  S: 3", "  # Nothing about it.\n  S: 3").replace(
        "60/m", "60/m  # until 2026-01-15"
    )
    files = {f"spec/{name}": text for name, text in {**MINIMAL, "klaviyo.yaml": klaviyo}.items()}
    left = truncated(files, "2025-10-15")["spec/klaviyo.yaml"]
    assert re.findall("#.*", left) == ["# of all", "# Nothing about it."]
    assert "  S: 3/s 60/m\n" in left


def test_what_is_no_yaml_is_refused() -> None:
    files = {f"spec/{name}": text for name, text in MINIMAL.items()}
    with pytest.raises(SpecError, match=r"spec/klaviyo\.yaml:\d+:\d+: YAML"):
        truncated({**files, "spec/klaviyo.yaml": "a: ]"}, OLD)


@given(dated_nodes, dates)
def test_in_any_tree_nothing_before_changes_and_no_date_after_is_left(node: Node, last: str) -> None:
    left = Cut(DATES[0], last).node(node, Place(Life(DATES[0]), None))
    for revision in DATES:
        if revision <= last:
            assert (left and node_at(left, revision)) == node_at(node, revision)
    assert left is None or max(mentioned(left), default="") <= last


def written_in(node: Node) -> Iterator[str]:
    """The words of the keys and values of a tree, but those of prose."""
    if isinstance(node, Scalar):
        yield from WORD.findall(node.text)
    for inner in node.items if isinstance(node, Sequence) else ():
        yield from written_in(inner)
    for entry in node if isinstance(node, Mapping) else ():
        yield from written_in(entry.key)
        yield from written_in(entry.value) if entry.key.text not in PROSE else ()


def mentioned(node: Node) -> Iterator[str]:
    """The dates anywhere in a tree."""
    if isinstance(node, Scalar):
        yield from {node.text}.intersection(DATES)
    for inner in node.items if isinstance(node, Sequence) else ():
        yield from mentioned(inner)
    for entry in node if isinstance(node, Mapping) else ():
        yield from (*mentioned(entry.key), *mentioned(entry.value))
