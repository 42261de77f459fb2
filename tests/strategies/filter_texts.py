"""Texts of filters as people write them, in pieces, so that white space can stand between the pieces."""

from __future__ import annotations

from itertools import chain

from hypothesis import strategies as st

from tests.strategies.values import from_text

FIELDS = ("email", "datetime", "messages.channel", "$attributed_flow", "_kx", "Email Domain", "list-id")
OPERATORS = ("equals", "any", "contains", "contains-any", "greater-or-equal", "less-than", "starts-with")
LITERALS = (
    *("007", "-0", "1.50", "1e9999", "-12E-3", "0" * 5000, "9" * 5000, "1e999999999"),
    *("true", "false", "null"),
    *("2025-01-01", "2025-01-01T00:00:00", "2023-08-15 12:30:00Z", "2023-08-15t12:30:00z"),
    *("2025-01-01T00:00:00.123456789Z", "2025-01-01T00:00:00.000+00:00", "2025-01-01T00:00:00-05:30"),
    *('"it\'s"', "'say \"so\"'", "'it\\'s'", '"\\\\"', '"a,b)]"', '"and("', "''"),
)

Pieces = list[str]


def from_literals() -> st.SearchStrategy[str]:
    """Literals in every spelling that the grammar knows."""
    quoted = st.builds(_quoted, from_text(), st.sampled_from("\"'"))
    instants = st.datetimes().map(lambda moment: moment.isoformat(sep=" ") + "Z")
    return st.one_of(st.sampled_from(LITERALS), quoted, instants, st.integers().map(str))


def from_comparison_pieces() -> st.SearchStrategy[Pieces]:
    """One comparison with a value, with a list of them, or with none."""
    values = st.one_of(
        from_literals().map(lambda literal: [",", literal]),
        st.lists(from_literals(), max_size=3).map(lambda drawn: [",", "[", *_with_commas(drawn), "]"]),
    )
    compared = st.builds(_compared, st.sampled_from(OPERATORS), st.sampled_from(FIELDS), values)
    return compared | st.sampled_from(FIELDS).map(lambda field: ["has", "(", field, ")"])


def from_filter_pieces() -> st.SearchStrategy[Pieces]:
    """Filters combined by ``and``, ``or``, ``not`` and plain lists."""
    nested = st.recursive(from_comparison_pieces(), _combined, max_leaves=8)
    return nested | st.lists(nested, min_size=2, max_size=3).map(_listed)


def spaced(pieces: Pieces, space: str) -> str:
    """Put white space between all pieces."""
    return space.join(["", *pieces, ""])


def _combined(inner: st.SearchStrategy[Pieces]) -> st.SearchStrategy[Pieces]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(_combination, st.sampled_from(["and", "or"]), several),
        inner.map(lambda drawn: _combination("not", [drawn])),
    )


def _compared(operator: str, field: str, value: Pieces) -> Pieces:
    return [operator, "(", field, *value, ")"]


def _combination(word: str, drawn: list[Pieces]) -> Pieces:
    return [word, "(", *_listed(drawn), ")"]


def _listed(drawn: list[Pieces]) -> Pieces:
    return list(chain.from_iterable([*([","] if index else []), *one] for index, one in enumerate(drawn)))


def _with_commas(literals: list[str]) -> Pieces:
    return _listed([[literal] for literal in literals])


def _quoted(text: str, quote: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"
