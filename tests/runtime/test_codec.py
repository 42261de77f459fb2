"""The codec reads what msgspec reads, as fast, and what only the standard library reads as well."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from codegen.runtime.codec import checked, decode, items, rewrite, shown, values
from codegen.runtime.errors import Undecodable
from tests.runtime.json_values import ANYTHING

ODD = ["NaN", "[Infinity, -Infinity]", '"\\ud800"', '{"\\udc00": 1e999}', "1" * 5000, "-0", "1.0", "1e2"]


def same(first: object, second: object) -> bool:
    """Whether two pieces of JSON are equal, NaN equal to itself."""
    return json.dumps(first) == json.dumps(second)


@given(ANYTHING)
def test_decoding_is_what_the_standard_library_does(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert same(decode(text.encode()), json.loads(text))


@pytest.mark.parametrize("text", ODD)
def test_what_msgspec_refuses_is_read_all_the_same(text: str) -> None:
    expected: Any = float("inf") if len(text) == 5000 else json.loads(text)
    assert same(decode(text.encode()), expected) or decode(text.encode()) == expected
    assert same(decode(rewrite(decode(text.encode()))), decode(text.encode()))


@pytest.mark.parametrize("text", ["", "<html>", "{", '{"a" 1}', "[1,]", "nul", '"\\x"', "01", "1 2"])
def test_what_is_no_json_is_refused_with_its_beginning(text: str) -> None:
    with pytest.raises(Undecodable) as caught:
        decode(text.encode())
    assert caught.value.path == "$"
    assert caught.value.got == repr(text)


def test_json_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(Undecodable, match="nested less deeply"):
        decode(b"[" * 100_000 + b"]" * 100_000)


@pytest.mark.parametrize("value", [[1, [2], None, "é"], [], [float("nan"), "\ud800", [3]]])
def test_an_array_is_cut_into_its_items(value: list[Any]) -> None:
    assert same([decode(item) for item in items(json.dumps(value).encode())], value)


@pytest.mark.parametrize("value", [{"a": [1], "é": None}, {}, {"a": float("inf"), "b": {"\ud800": 1}}])
def test_an_object_is_cut_into_its_members(value: dict[str, Any]) -> None:
    assert same({key: decode(item) for key, item in values(json.dumps(value).encode()).items()}, value)


@pytest.mark.parametrize("text", ["[]", "null", "[NaN]"])
def test_only_an_object_has_members(text: str) -> None:
    with pytest.raises(Undecodable, match="a JSON object"):
        values(text.encode())


def test_a_byte_order_mark_is_taken_off() -> None:
    assert checked(b"\xef\xbb\xbf{}") == b"{}"
    assert checked("é".encode()) == "é".encode()
    with pytest.raises(Undecodable, match="UTF-8"):
        checked(b'{"a": "\xe9"}')


def test_only_the_beginning_of_a_text_is_shown() -> None:
    assert shown(b"a" * 60) == repr("a" * 60)
    assert shown(b"a" * 61) == repr("a" * 60) + "…"
    assert "\n" not in shown(b"a\nb\x1b\xff")
