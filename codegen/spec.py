"""The spec as a whole: loaded, checked at every revision that it lists, and ready to be rendered."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from attrs import frozen

from codegen import ir, revise
from codegen.lint import lint, revisions_of, unwritten
from codegen.load import load
from codegen.parse import Usage, known_operations, parse
from codegen.parse_nodes import as_mapping, entries, flag
from codegen.problems import Problem, Problems, SpecError
from codegen.tree import Tree


@frozen
class Spec:
    """A spec without mistakes: its revisions, oldest first, and the API at each.

    ``committed`` are the revisions whose package is kept in the repository, ``warnings`` what somebody has
    yet to write.
    """

    revisions: tuple[str, ...]
    committed: tuple[str, ...]
    default_revision: str
    warnings: tuple[Problem, ...]
    _apis: Mapping[str, ir.Api]

    def at(self, revision: str) -> ir.Api:
        """Return the API at a revision; ValueError where the spec does not list it."""
        if revision not in self._apis:
            raise ValueError(f"the spec has no revision {revision!r}; it has {', '.join(self.revisions)}")
        return self._apis[revision]


def load_spec(directory: Path) -> Spec:
    """Return the spec in a directory; SpecError tells everything that is wrong with it."""
    problems = Problems()
    return spec_of(load(directory, problems), problems)


def spec_of(tree: Tree, problems: Problems) -> Spec:
    """Return the spec of a tree; SpecError tells what is wrong with it, and what was found before."""
    lint(tree, problems)
    known = known_operations(tree)
    parsed = {
        revision: parse(revise.at(tree, revision), revision, known, problems)
        for revision in revisions_of(tree)
    }
    _report_unused([usage for _, usage in parsed.values()], problems)
    marked = partial(_revisions_marked, tree)
    default, committed = marked("default"), marked("committed")
    if len(default) != 1:
        for file in tree.of_kind("klaviyo"):
            what = f"{len(default) or 'none'} of the revisions is the default"
            problems.add(file.root.position, what, "mark one with 'default: true'")
    if problems.found:
        raise SpecError(problems.found)
    apis = {revision: api for revision, (api, _) in parsed.items()}
    return Spec(tuple(parsed), committed, default[0], unwritten(tree), apis)


def load_api(directory: Path, revision: str) -> ir.Api:
    """Return one revision of the API from the spec in a directory."""
    return load_spec(directory).at(revision)


def _report_unused(usages: list[Usage], problems: Problems) -> None:
    used = {name for usage in usages for name in usage.used}
    for usage in usages:
        for kind, name, position in usage.declared:
            if (kind, name) not in used:
                problems.add(position, f"unused {kind} {name!r}", "remove it, or refer to it")


def _revisions_marked(tree: Tree, key: str) -> tuple[str, ...]:
    return tuple(
        entry.key.text
        for file in tree.of_kind("klaviyo")
        for entry in entries(file.root, "revisions")
        if flag(as_mapping(entry.value, entry.key.position), key)
    )
