"""Documents as the vendor would publish them of the minimal spec, had it gone on in some way."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import ndiff

from codegen.load import tree_of
from codegen.openapi import document
from codegen.openapi_schemas import Schema
from codegen.problems import Problems
from codegen.spec import Spec, spec_of
from codegen.vendor.adopt import Adopted, adopt
from codegen.vendor.deviations import Deviation
from codegen.vendor.edits import SpecText
from codegen.vendor.normalise import mapping, sequence
from codegen.vendor.wellformed import check
from tests.codegen.specs import MINIMAL

NEWER = "2026-04-15"
_UNITS = {"burst": "s", "steady": "m", "daily": "d"}
Change = tuple[str, str]


def files(*changes: Change) -> dict[str, str]:
    """Return the files of the minimal spec with some texts replaced."""
    found = {f"spec/{path}": content for path, content in MINIMAL.items()}
    for old, new in changes:
        (path,) = [path for path, content in found.items() if content.count(old) == 1]
        found[path] = found[path].replace(old, new)
    return found


def spec_at(texts: dict[str, str]) -> Spec:
    """Return the spec that some texts are."""
    return spec_of(tree_of(texts, Problems()), Problems())


def published(*changes: Change, revision: str = NEWER, more: Mapping[str, str] | None = None) -> Schema:
    """Return the document of a revision of the spec with changes and files, in the vendor's notation."""
    listed = ("revisions:\n", f"revisions:\n  {revision}: {{deprecated: 2027-04-15, retired: 2028-04-15}}\n")
    found = document(spec_at({**files(listed, *changes), **(more or {})}).at(revision))
    for item in mapping(found["paths"]).values():
        for operation in map(mapping, mapping(item).values()):
            parameters = map(mapping, sequence(operation["parameters"]))
            operation["parameters"] = [one for one in parameters if "$ref" not in one]
            operation["x-klaviyo-scopes"] = operation.pop("x-scopes", [])
            limits = mapping(operation.pop("x-rate-limit", {}))
            said: Schema = {name: f"{count}/{_UNITS[name]}" for name, count in limits.items() if count}
            operation["x-klaviyo-ratelimit"] = said
    return check(found)


def adopted(upstream: Schema, *deviations: Deviation, onto: dict[str, str]) -> tuple[Adopted, str]:
    """Adopt a document; return what it came to, and the lines that differ but those of the revision."""
    spec = SpecText.of(onto)
    done = adopt(spec, upstream, deviations)
    lines: list[str] = []
    for path in (file.path for file in spec.tree().files):
        if path not in onto:
            lines += [path, *spec.text(path).splitlines()]
            continue
        compared = ndiff(onto[path].splitlines(), spec.text(path).splitlines())
        lines += [line.rstrip() for line in compared if line[:1] in "+-" and "retired" not in line]
    return done, "\n".join(lines)
