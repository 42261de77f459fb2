"""A filter built is a filter parsed: build, write and parse again, and the same comparisons are there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, TypeGuard

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import ArgumentError, parse
from tests.laws.playing import EACH, Case, Server, by_revision, cases, least_reply, sync_client
from tests.strategies import (
    Condition,
    Revision,
    built,
    committed,
    from_condition,
    from_filters,
    from_json,
    from_spellings,
    spelling,
)


def from_pieces() -> st.SearchStrategy[str]:
    """Texts that are filters but for what they compare with, which may be anything or nothing."""
    pieces = st.sampled_from([*"[],()'\"\\ -1ax", "true", "2024-01-01", "T00:00Z", "and("])
    return st.lists(pieces, max_size=5).map(lambda drawn: f"equals(a,{''.join(drawn)})")


def fields(revision: Revision) -> list[tuple[str, tuple[ir.Operation, ir.FilterField, str]]]:
    """Give every operator of every field of every operation that filters."""
    return [
        (f"{operation.id}-{field.key}-{operator}", (operation, field, operator))
        for operation in revision.operations
        if operation.filtering
        for field in operation.filtering.fields
        for operator in field.operators
    ]


each_field = cases(fields)
each_filtering = cases(lambda revision: [(item.id, item) for item in revision.operations if item.filtering])


@each_field
@EACH
@given(data=st.data())
def test_every_operator_is_written_and_read(
    case: Case[tuple[ir.Operation, ir.FilterField, str]], data: st.DataObject
) -> None:
    """Any value of any field survives being written and parsed, with its type and every character."""
    operation, field, operator = case.item
    condition = data.draw(from_condition(field, operator))
    made = built(condition, operation, case.revision)
    assert str(made) == spelling([condition])
    assert comparisons(parse(str(made))) == expected([condition])


@each_filtering
@EACH
@given(data=st.data())
def test_filters_read_however_they_are_spelled(case: Case[ir.Operation], data: st.DataObject) -> None:
    """Either quotes, spaces, nested ``and`` and plain lists mean what the filter means that we write."""
    filtered = data.draw(from_filters(case.item, case.revision))
    assert str(filtered.built) == spelling(filtered.tree)
    text = data.draw(from_spellings(filtered.tree))
    parsed = parse(text, case.item.id)
    assert comparisons(parsed) == comparisons(filtered.built) == expected(filtered.tree)
    assert str(parse(str(parsed))) == str(parsed)


@each_filtering
@EACH
@given(data=st.data())
def test_filters_belong_to_their_operation(case: Case[ir.Operation], data: st.DataObject) -> None:
    """A filter is refused by every other operation, beside a filter of another, and as a truth value."""
    others = [item for item in case.revision.operations if item.filtering and item.id != case.item.id]
    other = data.draw(st.sampled_from(others))
    mine = data.draw(from_filters(case.item, case.revision)).built
    theirs = data.draw(from_filters(other, case.revision)).built
    with pytest.raises(ArgumentError, match=other.id):
        _ = mine & theirs
    with pytest.raises(ArgumentError, match="truth"):
        bool(mine)
    server = Server(least_reply(other))
    ids = {item.name: "1" for item in other.path_parameters}
    with pytest.raises(ArgumentError, match=other.id):
        sync_client(case.revision, server).call(other.id, **ids, filter=mine)
    assert server.requests == []


@by_revision
@given(data=st.data(), value=from_json() | st.just(datetime.fromisoformat("2024-01-01")))
def test_values_of_another_type_are_refused(revision: Revision, data: st.DataObject, value: Any) -> None:
    """What cannot be compared with a field is an error where it is passed, never another filter."""
    operation, field, operator = data.draw(st.sampled_from([item for _, item in fields(revision)]))
    if operator == "has" or fits(value, field.type):
        return
    with pytest.raises(ArgumentError):
        built(Condition(operator, field.key, (value,), listed=operator == "any"), operation, revision)


@given(text=st.text() | from_pieces())
@example(text="equals(email,'a@b.c'")
@example(text="and()")
@example(text="equals(email,null)")
@example(text="equals(a,[])")
@example(text='equals(a,"\\")')
def test_any_text_is_a_filter_or_an_error(text: str) -> None:
    """What is no filter is refused as such, and what is one is written and read alike."""
    try:
        parsed = parse(text)
    except ArgumentError:
        return
    assert comparisons(parse(str(parsed))) == comparisons(parsed)


def test_instants_keep_their_moment_when_offsets_have_seconds() -> None:
    """An offset that RFC 3339 cannot write becomes UTC, at the same moment."""
    revision = committed()[0]
    (operation,) = [item for item in revision.operations if item.id == "get_profiles"]
    moment = datetime(1900, 1, 1, 12, tzinfo=timezone(timedelta(minutes=65, seconds=20)))
    made = built(Condition("greater-than", "created", (moment,)), operation, revision)
    assert comparisons(parse(str(made)))[0][2] == [moment.astimezone(UTC)]


def fits(value: Any, kind: ir.Type | None) -> bool:
    """Tell whether a value of JSON can be compared with a field."""
    match kind:
        case ir.Text() | ir.Choice():
            return isinstance(value, str)
        case ir.Flag():
            return isinstance(value, bool)
        case ir.Whole():
            return isinstance(value, int) and not isinstance(value, bool)
        case ir.Real():
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return False


def comparisons(found: Any) -> list[Any]:
    """Give the comparisons of a filter as plain lists."""
    return [[one.operator, one.field, [plain(value) for value in one.values]] for one in found.comparisons]


def expected(tree: Any) -> list[Any]:
    return [[one.operator, one.field, [plain(value) for value in one.arguments]] for one in tree]


def plain(value: Any) -> Any:
    """Give a value so that truth values, texts and dates differ from all that merely equals them."""
    if is_listed(value):
        return [plain(item) for item in value]
    match value:
        case datetime():
            return value
        case bool() | str():
            return type(value), value
        case int() | float() | Decimal():
            return "number", Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        case _:
            return type(value), value


def is_listed(value: Any) -> TypeGuard[tuple[Any, ...]]:
    return isinstance(value, tuple)
