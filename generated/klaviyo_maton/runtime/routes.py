# Copied by "make generate" from codegen/runtime/routes.py. Edit that file, not this one.
"""Which operation a method and a path mean: for requests written by hand, and for policies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from .operation import Operation
from .revision import Revision
from .urls import CUT, decoded

_Segments = tuple[str, ...]

_PARAMETERS = r"(?:;[^\n/]*)?"
_BETWEEN = rf"(?:[\n/]{_PARAMETERS})+"
_END = rf"(?:{_BETWEEN})?(?:[{CUT}].*)?"


def operation_at(revision: Revision, method: str, path: str) -> Operation | None:
    """Find the operation of exactly this path, nothing decoded; None where the revision has none."""
    segments = _segments(path)
    for own, operation in _routes(revision).get((method, len(segments)), ()):
        if all(a == b or (a.startswith("{") and b) for a, b in zip(own, segments, strict=True)):
            return operation
    return None


def readings(revision: Revision, method: str, path: str) -> Iterator[Operation]:
    """Give every operation that a server could take a path for.

    Servers, and gateways before them, differ in how often they decode and whether before they split, in
    where they end a path, and in what they make of backslashes, case, parameters and empty segments. So
    an encoded separator may split or not, and all else counts as what is most like the operation.
    """
    text = "\n".join(re.sub(r"[/\\]+", "/", decoded(segment)) for segment in path.split("/"))
    texts = {text.replace("\0", ""), text.partition("\0")[0]}
    for pattern, operation in _patterns(revision, "GET" if method == "HEAD" else method):
        if any(map(pattern.fullmatch, texts)):
            yield operation


@cache
def _routes(revision: Revision) -> Mapping[tuple[str, int], list[tuple[_Segments, Operation]]]:
    routes: dict[tuple[str, int], list[tuple[_Segments, Operation]]] = {}
    for operation in map(revision.operation, revision.operations):
        segments = _segments(operation.path)
        routes.setdefault((operation.method, len(segments)), []).append((segments, operation))
    return routes


@cache
def _patterns(revision: Revision, method: str) -> list[tuple[re.Pattern[str], Operation]]:
    operations = map(revision.operation, revision.operations)
    return [(_pattern(operation.path), operation) for operation in operations if operation.method == method]


def _pattern(path: str) -> re.Pattern[str]:
    """Make the pattern of all that could be taken for a path; a line is what nobody can split otherwise."""
    parts = (
        r"[^\n]+" if segment.startswith("{") else rf"{re.escape(segment)}[. ]*{_PARAMETERS}"
        for segment in _segments(path)
    )
    return re.compile(_BETWEEN + _BETWEEN.join(parts) + _END, re.DOTALL)


def _segments(path: str) -> _Segments:
    return tuple(path.removeprefix("/").split("/"))
