"""Whatever a server answers, reading it costs in proportion to its size: steps are counted, and bytes."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable

import pytest

from codegen.runtime.error_reader import read_error
from codegen.runtime.secret import Secret
from codegen.runtime.transport import Reply
from tests.runtime.trouble import NOW, READ

KEY = Secret("pk_" + "a1b2c3d4e5" * 2)
SMALL, MANY = 20_000, 3
STEPS_A_BYTE = 5
BYTES_A_BYTE = 100
ALWAYS = 500_000

Shape = Callable[[int], bytes]


def repeated(before: str, part: str, after: str) -> Shape:
    return lambda size: f"{before}{part * (size // len(part))}{after}".encode()


SHAPES: dict[str, Shape] = {
    **{
        f"text of {part!r}": repeated("", part, "")
        for part in ("http://", "/x?", "%2F", "eyJ-", "bearer ", "://", "\\", "&#1;", "a[", "token: ", "x\0")
    },
    **{
        f"detail of {part!r}": repeated('{"errors": [{"detail": "token=a', part, '"}]}')
        for part in ("http://", "/x?", "%2F", "eyJ-", "bearer ", "token=a ", "token: ", "a=", "\\\\", "a[")
    },
    "quotes": repeated('{"errors": [{"detail": "token:\'', "\\\\'", '"}]}'),
    "empty texts": repeated('{"errors": [""', ',""', "]}"),
    "empty objects": repeated('{"errors": [{}', ",{}", "]}"),
    "numbers": repeated('{"errors": [1', ",1", "]}"),
    "texts": repeated('{"errors": [1', ',"token=abcd"', "]}"),
    "errors": repeated('{"errors": [{}', ',{"detail":"a"}', "]}"),
    "lists": repeated('{"errors": [[]', ",[[[[[[[]]]]]]]", "]}"),
    "deep": lambda size: b'{"errors": ' + b"[" * (size // 2) + b"]" * (size // 2) + b"}",
    "members": lambda size: f'{{"errors": [{{"meta": {{{members(size)}}}}}]}}'.encode(),
    "validation": repeated('{"detail": [""', ',""', "]}"),
    "location": repeated('{"detail": [{"loc": [""', ',""', "]}]}"),
    "message": repeated('{"message": "', "http://", '"}'),
    "cut": repeated('{"errors": [""', ',""', ""),
    "a mark": repeated("\ufeff", '{"errors": []}', ""),
}


def members(size: int) -> str:
    return ",".join(f'"secret{number}":"a=b=c=d="' for number in range(size // 25))


def read(body: bytes) -> str:
    headers = {"content-type": "x" * 1000}
    return str(read_error(READ, Reply(400, headers, body), "maton", 0, lambda: NOW, KEY))


def steps(body: bytes) -> int:
    """How many functions are called, those of C included."""
    count = 0

    def called(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        read(body)
    finally:
        sys.setprofile(before)
    return count


def peak(body: bytes) -> int:
    """How many bytes are held at most while the body is read, beside its own."""
    tracemalloc.start()
    try:
        read(body)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_an_error_costs_in_proportion_to_its_size(shape: str) -> None:
    """So many steps and bytes a byte at most, and a body three times as long takes three times as much."""
    small, large = (SHAPES[shape](size) for size in (SMALL, MANY * SMALL))
    few, many = steps(small), steps(large)
    assert few <= STEPS_A_BYTE * len(small)
    assert many <= MANY * few * 1.1 + 1000
    assert peak(large) <= BYTES_A_BYTE * len(large) + ALWAYS


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_large_error_is_read_to_its_end(shape: str) -> None:
    """Steps inside of a pattern are not counted: one that comes back to a place would not end here."""
    assert read(SHAPES[shape](1_000_000)).startswith("400 Bad Request on GET ")
