"""Which operation a method and a path mean: for requests written by hand, and for policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import unquote

from .operation import Operation
from .revision import Revision

_Segments = tuple[str, ...]


def operation_at(revision: Revision, method: str, path: str) -> Operation | None:
    """Find the operation of exactly this path, nothing decoded; None where the revision has none."""
    return next(_fitting(revision, method, _segments(path)), None)


def readings(revision: Revision, method: str, path: str) -> Iterator[Operation]:
    """Give every operation that a server could take a path for, one perhaps twice.

    Servers differ in whether they decode before they split, and in what they make of case and of empty
    segments; a gateway may decode once more.
    """
    split_first = map(_decoded, path.split("/"))
    decoded_first = _decoded(path).split("/")
    for segments in (split_first, decoded_first):
        yield from _fitting(revision, method, tuple(segment.lower() for segment in segments if segment))


def _fitting(revision: Revision, method: str, segments: _Segments) -> Iterator[Operation]:
    for own, operation in _routes(revision).get((method, len(segments)), ()):
        if all(a == b or (a.startswith("{") and b) for a, b in zip(own, segments, strict=True)):
            yield operation


@cache
def _routes(revision: Revision) -> Mapping[tuple[str, int], list[tuple[_Segments, Operation]]]:
    routes: dict[tuple[str, int], list[tuple[_Segments, Operation]]] = {}
    for operation in map(revision.operation, revision.operations):
        segments = _segments(operation.path)
        routes.setdefault((operation.method, len(segments)), []).append((segments, operation))
    return routes


def _segments(path: str) -> _Segments:
    return tuple(path.removeprefix("/").split("/"))


def _decoded(text: str) -> str:
    while (decoded := unquote(text)) != text:
        text = decoded
    return text
