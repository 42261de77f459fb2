"""A name of the spec becomes one name in Python, or none."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen import load_spec
from codegen.names import (
    MAXIMUM,
    Name,
    Scope,
    UnfitNameError,
    class_name,
    filter_name,
    identifier,
    linkage_name,
    names,
    own_name,
    parameter_name,
    singular,
)
from codegen.problems import Position, Problems
from tests.codegen.specs import NEW, write_spec

CONVERSIONS: list[Callable[[str], str]] = [identifier, own_name, class_name, parameter_name, filter_name]

alike = st.sampled_from(["a-b", "a_b", "_a_b", "A-b", "A_B", "a.b", "a[b]", "ab", "aB"])
words = st.from_regex(r"_?[A-Za-z][A-Za-z0-9_-]{0,6}(\[[a-z-]{1,3}\])?", fullmatch=True) | st.text(max_size=6)


@pytest.mark.parametrize(
    ("convert", "word", "expected"),
    [
        (identifier, "email", "email"),
        (identifier, "push-tokens", "push_tokens"),
        (identifier, "_kx", "kx"),
        (identifier, "address1", "address1"),
        (own_name, "coupon_codes", "coupon_codes"),
        (class_name, "coupon-code", "CouponCode"),
        (class_name, "list", "List"),
        (class_name, "EmailMarketing", "EmailMarketing"),
        (parameter_name, "page[size]", "page_size"),
        (parameter_name, "additional-fields[coupon-code]", "additional_fields_coupon_code"),
        (parameter_name, "filter", "filter"),
        (
            filter_name,
            "subscriptions.email.marketing.list_suppressions.reason",
            "subscriptions_email_marketing_list_suppressions_reason",
        ),
        (filter_name, "_kx", "kx"),
    ],
)
def test_names_in_python(convert: Callable[[str], str], word: str, expected: str) -> None:
    """The rules, by example."""
    assert convert(word) == expected


@pytest.mark.parametrize(
    ("convert", "word"),
    [
        (identifier, "class"),
        (identifier, "1st"),
        (identifier, "a.b"),
        (identifier, "naïve"),
        (identifier, "__dunder__"),
        (identifier, "line\nbreak"),
        (identifier, "trailing\n"),
        (identifier, ""),
        (identifier, "x" * (MAXIMUM + 1)),
        (own_name, "Lists"),
        (own_name, "lists2"),
        (own_name, "../lists"),
        (own_name, "aux"),
        (own_name, "import"),
        (own_name, "_private"),
        (class_name, "Attributes232"),
        (class_name, "any"),
        (class_name, "ImportError"),
        (class_name, "link"),
        (class_name, "none"),
        (class_name, "a_b"),
        (parameter_name, "page[size"),
        (parameter_name, "page[]"),
        (parameter_name, "a[b][c]"),
    ],
)
def test_names_that_are_refused(convert: Callable[[str], str], word: str) -> None:
    """What is no identifier, is a keyword, is too long, or would mean something else is no name."""
    with pytest.raises(UnfitNameError):
        convert(word)


@given(st.sampled_from(CONVERSIONS), words)
def test_a_name_is_a_name_or_refused(convert: Callable[[str], str], word: str) -> None:
    """Nothing but an identifier that is no keyword and begins with no underscore ever comes out."""
    try:
        name = convert(word)
    except UnfitNameError:
        return
    assert name.isidentifier()
    assert name.isascii()
    assert not keyword.iskeyword(name)
    assert not name.startswith("_")


@given(st.sampled_from(CONVERSIONS), st.lists(words | alike, max_size=8), st.booleans())
def test_names_of_a_scope_differ_or_are_problems(
    convert: Callable[[str], str], given_words: list[str], folded: bool
) -> None:
    """In one scope, no two words have the same name unless it is reported."""
    problems = Problems()
    scope = Scope("a scope", problems, folded=folded)
    taken: list[str] = []
    for word in given_words:
        before = len(problems.found)
        name = scope.name(word, Position("f", 1, 1), convert)
        if len(problems.found) == before:
            taken.append(name.lower() if folded else name)
    assert len(set(taken)) == len(taken)


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("lists", "list"),
        ("categories", "category"),
        ("campaign-messages", "campaign-message"),
        ("catalog-series", "catalog-series"),
        ("statuses", "status"),
        ("boxes", "box"),
        ("address", "address"),
        ("template-universal-content", "template-universal-content"),
        ("images", "image"),
    ],
)
def test_the_singular(many: str, one: str) -> None:
    """One of what a plural names."""
    assert singular(many) == one


def test_the_names_of_ids() -> None:
    """Ids are of many or of one."""
    assert linkage_name("campaign-messages", many=True) == "campaign_message_ids"
    assert linkage_name("metric", many=False) == "metric_id"


def test_the_names_of_a_package(tmp_path: Path) -> None:
    """Families, methods, classes and members are listed, sorted and short."""
    listed = names(load_spec(write_spec(tmp_path)).at(NEW))
    assert listed == sorted(listed)
    assert all(len(name.name) <= MAXIMUM for name in listed)
    assert {
        Name("client", "profiles", "family"),
        Name("client", "connections", "family"),
        Name("profiles", "import_many", "method"),
        Name("models", "ImportedProfile", "class"),
        Name("models", "Location", "class"),
        Name("Profile", "list_ids", "member"),
        Name("Profile", "kx", "member"),
        Name("Location", "city", "member"),
    } <= set(listed)
