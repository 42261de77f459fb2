"""A filter that was read is written as it was read, whatever it says and however deep it goes."""

from __future__ import annotations

import copy
import pickle
import re
import sys
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from klaviyo_maton import ArgumentError, filters, parse
from tests.strategies.filter_texts import Pieces, from_filter_pieces, spaced

SENT = [
    'equals($attributed_flow,"Ab12Cd")',
    'not(equals($attributed_flow,""))',
    "greater-than(datetime,2023-08-15 12:30:00Z)",
    "greater-or-equal(datetime,2025-01-01T00:00:00)",
    "less-than(datetime,2025-01-01T00:00:00.123456789Z)",
    "equals(number,007)",
    "equals(number,1e9999)",
    'or(equals(a,"b"),not(and(has(c),equals(d,[]))))',
    "equals(a,'b'),has(c)",
]


@given(pieces=from_filter_pieces(), space=st.sampled_from([" ", "\n  ", "\u3000"]))
@example(pieces=SENT[:1], space=" ")
@example(pieces=SENT[1:2], space=" ")
@example(pieces=SENT[2:3], space=" ")
@example(pieces=SENT[3:4], space=" ")
@example(pieces=SENT[4:5], space=" ")
@example(pieces=SENT[5:6], space=" ")
@example(pieces=SENT[6:7], space=" ")
@example(pieces=SENT[7:8], space=" ")
@example(pieces=SENT[8:9], space=" ")
def test_a_filter_is_written_as_it_was_read(pieces: Pieces, space: str) -> None:
    """Every spelling of a literal and every nesting stays; only white space between the pieces goes."""
    text = "".join(pieces)
    assert str(parse(text)) == text
    assert parse(spaced(pieces, space)) == parse(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2023-08-15 12:30:00Z", datetime(2023, 8, 15, 12, 30, tzinfo=UTC)),
        ("2023-08-15t12:30:00z", datetime(2023, 8, 15, 12, 30, tzinfo=UTC)),
        ("2025-01-01T00:00:00", datetime.fromisoformat("2025-01-01T00:00:00")),
        ("2025-01-01", date(2025, 1, 1)),
        ("007", 7),
        ("1.50", Decimal("1.50")),
        ("1e9999", Decimal("1e9999")),
        ("9" * 5000, Decimal("9" * 5000)),
        ("1e99999999999999999999", "1e99999999999999999999"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z"),
        ("2016-12-31 23:59:60.5+00:00", "2016-12-31 23:59:60.5+00:00"),
        ("'it\\'s'", "it's"),
        ("[1,'a']", (1, "a")),
    ],
)
def test_literals_mean_values(text: str, value: object) -> None:
    """What a comparison holds is a value of Python, and how it is written stays beside it."""
    (comparison,) = parse(f"equals(a,{text})").comparisons
    assert comparison.values == (value,)
    assert [type(one) for one in comparison.values] == [type(value)]


def test_combinations_tell_how_filters_combine() -> None:
    """Terms stand in the order of the text; comparisons alone are given only where all must hold."""
    read = parse("and(equals(a,1),or(has(b),not(has(c))))")
    assert [(one.operator, getattr(one, "count", "")) for one in read.terms] == [
        *(("and", 2), ("equals", ""), ("or", 2), ("has", ""), ("not", 1), ("has", "")),
    ]
    with pytest.raises(ArgumentError, match="terms"):
        _ = read.comparisons
    assert [one.field for one in parse("and(has(a),and(has(b))),has(c)").comparisons] == ["a", "b", "c"]


@given(left=from_filter_pieces(), right=from_filter_pieces())
def test_joining_keeps_both_sides(left: Pieces, right: Pieces) -> None:
    """What is joined with ``&`` stands in one ``and``, each side as it was read."""
    first, second = "".join(left), "".join(right)
    joined = parse(first) & parse(second)
    assert str(joined) == f"and({inside(first)},{inside(second)})"
    assert parse(str(joined)) == joined


def test_a_pasted_filter_is_joined_to_those_of_the_operation_it_is_read_for() -> None:
    built: Any = filters.profiles.list.email.equals("a@b.c")
    pasted: Any = parse("has(name)")
    assert str(parse("has(name)", "get_profiles") & built) == 'and(has(name),equals(email,"a@b.c"))'
    for left, right in ((pasted, built), (built, pasted)):
        with pytest.raises(ArgumentError, match=r"parse\(text, 'get_profiles'\)"):
            _ = left & right


@pytest.mark.parametrize("word", ["and", "or", "not"])
def test_depth_has_no_limit(word: str) -> None:
    """A filter of any depth is read, written, compared, hashed, pickled and copied, or refused as such."""
    depth = 20 * sys.getrecursionlimit()
    text = f"{word}(" * depth + "has(a)" + ")" * depth
    read = parse(text)
    assert str(read) == text
    assert {read} == {parse(text), pickle.loads(pickle.dumps(read)), copy.deepcopy(read)}
    assert str(read & read).startswith("and(")
    assert repr(read) == f"<Filter {text}>"
    with pytest.raises(ArgumentError, match=f"position {len(text) - 1}"):
        parse(text[:-1])


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("equals(a,2023-W01-1)", 9),
        ("equals(a,2023-08-15T12:61:60Z)", 9),
        ("equals(a,1", 10),
        ("not(has(a),has(b))", 10),
        ("equals(a,[1,])", 12),
        ("equals(a,2026-02-30)", 9),
        ("equals(a,٣)", 9),
        ("equals(a,'b", 9),
        ("has(a)has(b)", 6),
        ("and()", 4),
        ("", 0),
    ],
)
def test_refusals_name_the_position(text: str, position: int) -> None:
    """What is no filter is refused where it stops being one."""
    with pytest.raises(ArgumentError, match=f"this is no filter: .* at position {position},"):
        parse(text)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ada", r"a value is missing at .*; text needs quotes$"),
        ("01GDDKASAP8TKDDA2GRZDSVP4H", r"a value is missing at .*; text needs quotes$"),
        ("2023-W01-1", r"a date or an instant of RFC 3339 is missing at .*; text needs quotes$"),
        ("2023-02-29", r"a date or an instant of RFC 3339 is missing at .*; text needs quotes$"),
    ],
)
def test_the_hint_fits_the_word(word: str, expected: str) -> None:
    """What looks like a date is told to be none."""
    with pytest.raises(ArgumentError, match=f"^this is no filter: {expected}"):
        parse(f"equals(a,{word})")


LARGE: list[Callable[[int], str]] = [
    lambda n: "and(" * n + "has(a)" + ")" * n,
    lambda n: ",".join(["equals(a,'b')"] * n),
    lambda n: f"any(a,[{','.join(['1'] * n)}])",
    lambda n: f"equals(a,'{'x' * n}')",
    lambda n: f"equals(a,'{'x' * n}",
    lambda n: "equals(a,'" + "\\'" * n,
    lambda n: f"equals(a,{'9' * n})",
    lambda n: f"equals(a,1e{'9' * n})",
    lambda n: f"equals(a,1.{'9' * n})",
    lambda n: f"equals({'a ' * n}",
    lambda n: "equals" * n,
    lambda n: " " * n,
]


@pytest.mark.parametrize("made", LARGE)
def test_reading_takes_work_and_room_in_proportion(made: Callable[[int], str]) -> None:
    """Ten times the text takes at most about ten times the calls and the memory."""
    (little, less), (much, more) = (effort(made(size)) for size in (800, 8_000))
    assert much <= 12 * little + 100
    assert more <= 12 * less + 100_000


@pytest.mark.parametrize("text", ["equals(a,1e9999999)", "equals(a,1e-999999999)"])
def test_exponents_are_not_written_out(text: str) -> None:
    """A short number stays short in memory, however large it is."""
    assert effort(text)[1] < 50_000


def test_filters_in_the_wild_are_read(shared: Path) -> None:
    """Every complete filter in documents, examples and recordings is written as it was read."""
    named = "and|or|not|any|has|equals|contains|starts-with|ends-with|(?:greater|less)-(?:than|or-equal)"
    literal = r"""(?:'[^']*'|"[^"]*"|[0-9T:.+Z-]+)"""
    listed = rf"\[{literal}(?:,{literal})*\]"
    comparison = rf"(?:{named})\([\w.$]+,(?:{literal}|{listed})\)"
    pattern = re.compile(rf"(?:and|or)\({comparison}(?:,{comparison})*\)|not\({comparison}\)|{comparison}")
    files = [*shared.glob("seeds/*.txt"), *shared.glob("upstream/*.json"), *shared.glob("recordings/*.json")]
    files += shared.glob("facts/*")
    texts = {text.replace('\\"', '"') for path in files for text in pattern.findall(sources(path))}
    assert len(texts) > 40
    assert [text for text in texts if str(parse(text)) != text] == []


def sources(path: Path) -> str:
    return path.read_text().replace('\\"', '"')


def inside(text: str) -> str:
    """Give what must hold of a filter, without the ``and`` around it."""
    return text[4:-1] if getattr(parse(text).terms[0], "operator", "") == "and" else text


def effort(text: str) -> tuple[int, int]:
    """Count the calls that reading a text takes, and the bytes that it needs at most."""
    calls = length = 0

    def count(_frame: object, _event: str, _argument: object) -> None:
        nonlocal calls
        calls += 1

    tracemalloc.start()
    sys.setprofile(count)
    try:
        str(parse(text))
    except ArgumentError as error:
        length = len(str(error))
    finally:
        sys.setprofile(None)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert length < 200
    return calls, peak


def test_built_filters_are_read_alike() -> None:
    """A filter that was built equals the one that is read from its text."""
    made = filters.events.list.metric_id.equals("a") & filters.events.list.timestamp.less_than(5)
    assert parse(str(made), "get_events") == made
