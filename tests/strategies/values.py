"""Values of every type of the IR: what people may pass, and beside it the JSON that must arrive.

The two are drawn together, so that no code under test has a say in what is expected.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, TypeGuard, assert_never

from attrs import field, frozen
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton.runtime.urls import has_dots
from tests.strategies.revisions import Revision


@frozen
class Sample:
    """A value that people may pass, and the JSON that must arrive."""

    given: Any
    arrives: Any


@frozen
class Filled:
    """The members of a form by keyword, their keys on the wire, and the resource that they must make."""

    arguments: dict[str, Any]
    keys: dict[str, str] = field(repr=False)
    arrives: dict[str, Any]


AWKWARD = (
    "",
    " ",
    "Van der Berg",
    "O'Brien",
    'the "best"',
    "back\\slash",
    "$custom:::$default:::SKU/1",
    "100%25",
    "+1 555 0100",
    "a,b;c=d&e",
    "../..",
    "{{ 7 * 7 }}",
    "null",
    "2024-02-30T25:00:00Z",
    "\x00\x1f\x7f",
    "Zo\u00eb \U0001f600",
    "e\u0301 \u202eoverride\u2028",
)

_CONTROLS = [*map(chr, [*range(0x20), 0x7F])]
_EARLIEST, _LATEST = map(datetime.fromisoformat, ("1970-01-01", "2100-01-01"))


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Tell decoded JSON that is an object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Tell decoded JSON that is an array."""
    return isinstance(value, list)


def from_text() -> st.SearchStrategy[str]:
    """Text of any kind, now and then a very long one."""
    drawn = st.text(max_size=40)
    times = st.sampled_from([1] * 19 + [999])
    return drawn | st.sampled_from(AWKWARD) | st.tuples(drawn, times).map(lambda it: it[0] * it[1])


def from_ids() -> st.SearchStrategy[str]:
    """Text that can be an id: not empty, without a dot segment, however encoded, or a control character."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters=_CONTROLS)
    drawn = st.text(characters, min_size=1, max_size=20)
    known = st.sampled_from(
        ["01J0000000000000000000000Z", "$custom:::$default:::SKU/1", "a/..b/c", "100%25+1", "v1.2", "50%2e"]
    )
    return st.one_of(known, drawn).filter(lambda text: not has_dots(text))


def from_instants() -> st.SearchStrategy[datetime]:
    """Aware datetimes with offsets in whole minutes, as RFC 3339 writes them."""
    minutes = st.integers(-23 * 60 - 59, 23 * 60 + 59)
    zones = st.just(UTC) | minutes.map(lambda offset: timezone(timedelta(minutes=offset)))
    return st.datetimes(_EARLIEST, _LATEST, timezones=zones)


def from_numbers() -> st.SearchStrategy[int | float | Decimal]:
    """Finite numbers, decimals with their digits among them."""
    decimals = st.decimals(allow_nan=False, allow_infinity=False, places=4)
    return st.one_of(from_wholes(), st.floats(allow_nan=False, allow_infinity=False), decimals)


def from_wholes() -> st.SearchStrategy[int]:
    return st.integers(-(2**63), 2**63 - 1)


def from_json(*, max_leaves: int = 8) -> st.SearchStrategy[Any]:
    """Any JSON, decoded: nested, with any text as keys, with numbers of any size."""
    leaves = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        from_text(),
    )
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=max_leaves,
    )


@cache
def from_open_json() -> st.SearchStrategy[Sample]:
    """JSON as people pass it where anything goes: tuples, decimals, dates and read-only mappings in it."""
    leaves = from_json(max_leaves=2).map(_verbatim) | from_numbers().map(_verbatim) | _instants() | _days()
    return st.recursive(leaves, lambda inner: _arrays(inner) | _objects(inner), max_leaves=5)


def _verbatim(value: Any) -> Sample:
    return Sample(value, value)


def _instants() -> st.SearchStrategy[Sample]:
    return from_instants().map(lambda instant: Sample(instant, instant.isoformat()))


def _days() -> st.SearchStrategy[Sample]:
    return st.dates().map(lambda day: Sample(day, day.isoformat()))


def _texts_of(samples: st.SearchStrategy[Sample]) -> st.SearchStrategy[Sample]:
    """The same instants or days, given as text."""
    return samples.map(lambda sample: _verbatim(sample.arrives))


def _arrays(items: st.SearchStrategy[Sample]) -> st.SearchStrategy[Sample]:
    drawn = st.tuples(st.lists(items, max_size=3), st.booleans())
    return drawn.map(lambda it: _array(*it))


def _array(items: list[Sample], as_tuple: bool) -> Sample:
    given = [item.given for item in items]
    return Sample(tuple(given) if as_tuple else given, [item.arrives for item in items])


def _objects(members: st.SearchStrategy[Sample]) -> st.SearchStrategy[Sample]:
    drawn = st.tuples(st.dictionaries(from_text(), members, max_size=3), st.booleans())
    return drawn.map(lambda it: _open_object(*it))


def _open_object(members: dict[str, Sample], as_proxy: bool) -> Sample:
    given = {key: member.given for key, member in members.items()}
    arrives = {key: member.arrives for key, member in members.items()}
    return Sample(MappingProxyType(given) if as_proxy else given, arrives)


# -------------------------------------------------------------------------------------------- the IR


@cache
def from_type(kind: ir.Type, revision: Revision) -> st.SearchStrategy[Sample]:
    """Values of a type: models and plain mappings, and None where null is allowed."""
    match kind:
        case ir.Text():
            return from_text().map(_verbatim)
        case ir.Whole():
            return from_wholes().map(_verbatim)
        case ir.Real():
            return from_numbers().map(_verbatim)
        case ir.Flag():
            return st.booleans().map(_verbatim)
        case ir.Instant():
            return _instants() | _texts_of(_instants())
        case ir.Day():
            return _days() | _texts_of(_days())
        case ir.Json():
            return from_open_json()
        case ir.JsonObject():
            return _objects(from_open_json())
        case ir.Choice(values):
            return st.sampled_from([*values]).map(_verbatim)  # tuples are cached, and (0,) is (False,)
        case ir.ListOf(item):
            return _arrays(from_type(item, revision))
        case ir.Ref(name):
            return st.deferred(lambda: _from_value(name, revision))
        case ir.OneOf(members):
            return st.one_of([from_type(member, revision) for member in members])
        case ir.Nullable(inner):
            return st.just(Sample(None, None)) | from_type(inner, revision)
        case ir.Nested(form, many):
            one = st.deferred(lambda: _from_nested(form, revision))
            return (_arrays(one) if many else one).map(lambda it: Sample(it.given, {"data": it.arrives}))
        case _:
            assert_never(kind)


@cache
def _from_value(name: str, revision: Revision) -> st.SearchStrategy[Sample]:
    properties = revision.values[name].properties
    keys = {item.name: item.key for item in properties}
    drawn = st.tuples(from_properties(properties, revision), st.sampled_from([name, ""]))
    return drawn.map(lambda it: _object(*it, keys, revision))


def _object(members: dict[str, Sample], model: str, keys: dict[str, str], revision: Revision) -> Sample:
    """Make an object of its members: a model by the name of its class, else a mapping."""
    given = {name: sample.given for name, sample in members.items()}
    arrives = {keys[name]: sample.arrives for name, sample in members.items()}
    if model:
        return Sample(getattr(revision.models, model)(**given), arrives)
    return Sample({keys[name]: value for name, value in given.items()}, arrives)


@cache
def from_properties(
    properties: tuple[ir.Property, ...], revision: Revision
) -> st.SearchStrategy[dict[str, Sample]]:
    """Members of an object by their Python names: all that are required, some of the others."""
    drawn = {item.name: from_property(item, revision) for item in properties}
    return st.fixed_dictionaries(
        {item.name: drawn[item.name] for item in properties if item.required},
        optional={item.name: drawn[item.name] for item in properties if not item.required},
    )


def from_property(item: ir.Property, revision: Revision) -> st.SearchStrategy[Sample]:
    """Values of a member; an open one of which the spec holds an example has that as its value."""
    if item.example:
        return st.just(_verbatim(json.loads(item.example)))
    return from_type(item.type, revision)


@cache
def _from_nested(form: str, revision: Revision) -> st.SearchStrategy[Sample]:
    drawn = st.tuples(from_form(revision.forms[form], revision), st.sampled_from([form, ""]))
    return drawn.map(lambda it: Sample(_given_form(*it, revision), it[0].arrives))


def _given_form(filled: Filled, model: str, revision: Revision) -> Any:
    if model:
        return getattr(revision.models, model)(**filled.arguments)
    return {filled.keys[name]: value for name, value in filled.arguments.items()}


@cache
def from_form(form: ir.Form, revision: Revision, *, identified: bool = False) -> st.SearchStrategy[Filled]:
    """Forms, filled in; an ``identified`` one gets its id from the path, and is made without."""
    meta = () if form.meta is None else (ir.Property("meta", "meta", form.meta, required=False, summary=""),)
    identifier = from_ids() if form.id == "required" else st.none() | from_ids()
    return st.builds(
        _filled,
        st.just(form),
        st.just(None) if identified or form.id == "absent" else identifier,
        from_properties(form.attributes, revision),
        st.fixed_dictionaries(
            {item.name: _from_linkage(item) for item in form.linkages if item.required},
            optional={item.name: _from_linkage(item) for item in form.linkages if not item.required},
        ),
        from_properties(meta, revision),
    )


def _from_linkage(linkage: ir.Linkage) -> st.SearchStrategy[Sample]:
    def identified(identifier: str) -> Sample:
        return Sample(identifier, {"type": linkage.target, "id": identifier})

    one = from_ids().map(identified)
    return _arrays(one) if linkage.many else one


def _filled(
    form: ir.Form,
    identifier: str | None,
    attributes: dict[str, Sample],
    linkages: dict[str, Sample],
    meta: dict[str, Sample],
) -> Filled:
    keys = {item.name: item.key for item in form.attributes}
    relations = {item.name: item.key for item in form.linkages}
    arrives: dict[str, Any] = {"type": form.type}
    if identifier is not None:
        arrives["id"] = identifier
    if form.has_attributes:
        arrives["attributes"] = {keys[name]: sample.arrives for name, sample in attributes.items()}
    if linkages:
        data = {relations[name]: {"data": sample.arrives} for name, sample in linkages.items()}
        arrives["relationships"] = data
    arrives |= {name: sample.arrives for name, sample in meta.items()}
    own = {} if identifier is None else {"id": identifier}
    given = {name: sample.given for part in (attributes, linkages, meta) for name, sample in part.items()}
    return Filled(own | given, _same(own, linkages, meta) | keys, arrives)


def _same(*parts: Iterable[str]) -> dict[str, str]:
    return {name: name for part in parts for name in part}
