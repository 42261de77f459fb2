"""The minimal spec as the parser reads it, and ways to find one thing in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from codegen import ir, load_api
from tests.codegen.specs import NEW, PROFILES, write_spec


@cache
def minimal(revision: str) -> ir.Api:
    """Return a revision of the minimal spec."""
    with TemporaryDirectory() as directory:
        return load_api(write_spec(Path(directory)), revision)


def changed(directory: Path, *changes: tuple[str, str]) -> ir.Api:
    """Return the new revision of the minimal spec with some texts replaced in its family."""
    text = PROFILES
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return load_api(write_spec(directory, {"resources/profiles.yaml": text}), NEW)


def operation(api: ir.Api, name: str) -> ir.Operation:
    """Return the operation of the family that has a name."""
    return next(found for found in api.families[0].operations if found.name == name)


def answer(api: ir.Api, name: str) -> ir.Answer:
    """Return what an operation answers."""
    found = operation(api, name).answer
    assert isinstance(found, ir.Answer)
    return found


def form(api: ir.Api, name: str) -> ir.Form:
    """Return the form that is the body of an operation."""
    body = operation(api, name).body
    assert isinstance(body, ir.FormBody)
    return body.form


def resource(api: ir.Api, type_: str) -> ir.Resource:
    """Return the resource of a type."""
    return next(found for found in api.resources if found.type == type_)


def types_of(properties: tuple[ir.Property, ...]) -> dict[str, tuple[ir.Type, bool]]:
    """Return the type of each property, and whether it is required."""
    return {found.key: (found.type, found.required) for found in properties}
