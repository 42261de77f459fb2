"""The codec reads what msgspec reads, as fast, and what only the standard library reads as well."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.runtime.codec import checked, decode, items, quoted, rewrite, shown, values
from codegen.runtime.errors import Undecodable
from tests.runtime.json_values import ANYTHING

ODD = ["NaN", "[Infinity, -Infinity]", '"\\ud800"', '{"\\udc00": 1e999}', "-0", "1.0", "1e2"]


def same(first: object, second: object) -> bool:
    """Whether two pieces of JSON are equal, NaN equal to itself."""
    return json.dumps(first) == json.dumps(second)


@given(ANYTHING)
def test_decoding_is_what_the_standard_library_does(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert same(decode(text.encode()), json.loads(text))


@pytest.mark.parametrize("text", ODD)
def test_what_msgspec_refuses_is_read_all_the_same(text: str) -> None:
    assert same(decode(text.encode()), json.loads(text))
    assert same(decode(rewrite(decode(text.encode()))), decode(text.encode()))


@given(
    st.integers(4_301, 6_000).map("7".__mul__),
    st.sampled_from(["", "-"]),
    st.sampled_from(["%s", '{"a":[%s,NaN,"\\ud800"],"\\udfff":{"b":%s}}', "[[],{},%s,%s]"]),
)
def test_whole_numbers_of_any_length_are_read_exactly(digits: str, sign: str, form: str) -> None:
    """However many digits, beside what else is odd: what is written is what was read."""
    text = form.replace("%s", sign + digits)
    value = decode(text.encode())
    assert rewrite(value).decode() == text
    assert rewrite(decode(rewrite(value))) == rewrite(value)
    if form == "%s":
        assert value == Decimal(text)


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
    for give, frame in ((quoted, repr), (shown, str)):
        assert give(b"a" * 60) == frame("a" * 60)
        assert give(b"a" * 61) == frame("a" * 60) + "…"
        assert give(("é" * 61).encode()) == frame("é" * 60) + "…"
        assert give(b"a\nb\x1b\xff").isprintable()


@pytest.mark.parametrize("value", [1, -0.5, None, True, "1", {"a": [1]}, [], "\u2028"])
def test_json_is_shown_as_json(value: Any) -> None:
    """A number is bare and text is in quotes, so that messages tell one from the other."""
    assert shown(rewrite(value)) == json.dumps(value, separators=(",", ":"))
