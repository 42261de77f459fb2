"""Models are tolerant and lossless: nothing that was received is ever lost, and no access raises."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen.runtime.codec import is_array, is_object
from codegen.runtime.encode import encode
from codegen.runtime.errors import ArgumentError, Undecodable
from codegen.runtime.misfit import misfits
from codegen.runtime.model import Model, UnknownResource, absent, dump, is_set, load
from codegen.runtime.shape import members
from codegen.runtime.unset import UNSET
from tests.runtime.json_values import ANYTHING, OBJECTS, documents
from tests.runtime.models_by_hand import (
    EmailChannel,
    EmailMarketing,
    Location,
    Picture,
    Profile,
    RollingDate,
    StaticDate,
    Text,
    Zoo,
)

NAMES = [field.name for field in attrs.fields(Zoo)]
FITTING = documents(Zoo)
ODD = documents(Zoo, odd=True)

FULL = {
    "type": "profile",
    "id": "01H",
    "attributes": {
        "email": "a@b.c",
        "created": "2024-01-02T03:04:05Z",
        "location": {"city": "Rome", "latitude": 41.9, "new": 1},
        "properties": {"tier": "gold", "tags": ["a"]},
        "subscriptions": {"email": {"marketing": {"suppression": [{"reason": "X"}]}}},
        "first_name": None,
        "unheard-of": {"of": [1]},
    },
    "relationships": {"lists": {"links": {"self": "…"}}},
    "links": {"self": "…"},
}


def touch(model: Model) -> None:
    """Read every member, at any depth."""
    for member in members(type(model)):
        _touch(getattr(model, member.name))


def _touch(value: object) -> None:
    if isinstance(value, Model):
        touch(value)
    for item in value if is_array(value) else value.values() if is_object(value) else ():
        _touch(item)


def same(first: object, second: object) -> bool:
    """Whether two pieces of JSON are equal, to the type and order of everything in them."""
    return json.dumps(first) == json.dumps(second)


# ----------------------------------------------------------------------------------------------- laws


@given(ODD | FITTING | OBJECTS)
@example(FULL)
@example({"attributes": {"whole": 10**400, "real": float("inf"), "bag": {"x": float("nan"), "y": "\ud800"}}})
def test_dump_is_what_was_loaded(document: dict[str, Any]) -> None:
    """Touched or not, from text, bytes or a mapping; unknown members and order included."""
    text = json.dumps(document)
    for data in (text, text.encode(), "\ufeff" + text, document):
        zoo = load(Zoo, data)
        assert same(dump(zoo), json.loads(text))
        touch(zoo)
        assert same(dump(zoo), json.loads(text))


@given(ODD)
def test_loading_a_dump_gives_an_equal_model(document: dict[str, Any]) -> None:
    zoo = load(Zoo, document)
    assert load(Zoo, dump(zoo)) == zoo


@given(ODD, st.booleans())
def test_copies_are_equal(document: dict[str, Any], touched: bool) -> None:
    zoo = load(Zoo, document)
    if touched:
        touch(zoo)
    assert copy.copy(zoo) == copy.deepcopy(zoo) == pickle.loads(pickle.dumps(zoo)) == zoo
    assert same(dump(copy.deepcopy(zoo)), dump(zoo))


@given(FITTING, st.sampled_from([name for name in NAMES if name not in {"id", "type"}]), ANYTHING)
def test_what_does_not_fit_reads_as_it_came(document: dict[str, Any], name: str, junk: Any) -> None:
    """A scalar's place taken by anything; and a container's by any scalar."""
    key = Zoo.__keys__.get(name, name)
    document["attributes"][key] = junk
    zoo = load(Zoo, document)
    read = getattr(zoo, name)
    touch(zoo)
    if not isinstance(read, datetime | date | dict | list | Model):
        assert same(read, junk)
    for other in NAMES:
        assert other == name or getattr(zoo, other) == getattr(load(Zoo, document), other)


@given(ODD)
def test_a_representation_is_short(document: dict[str, Any]) -> None:
    zoo = load(Zoo, document)
    assert repr(zoo).startswith("Zoo(")
    assert len(repr(zoo)) <= 200


def test_a_representation_shows_scalars_and_that_the_rest_is_there() -> None:
    shown = Zoo(
        text="a" * 41,
        whole=10**5000,
        real=0.5,
        flag=True,
        color=None,
        day=date(2024, 1, 1),
        bag={"x": 1},
        texts=[],
    )
    text = f"text='{'a' * 40}'…, whole=…, real=0.5, flag=True, day=2024-01-01, bag=…, texts=…"
    assert repr(shown) == f"Zoo({text})"
    assert repr(load(Profile, FULL)).startswith(
        "Profile(id='01H', email='a@b.c', created=2024-01-02T03:04:05+00:00, "
    )
    assert (
        repr(Zoo(text="é" * 40, dashed_name="\n" * 40, hidden=Location(), id="i" * 40, color="red"))[-2:]
        == "…)"
    )


@given(ODD, st.sampled_from(NAMES), ANYTHING)
def test_an_assignment_shows_and_nothing_else_changes(
    document: dict[str, Any], name: str, value: Any
) -> None:
    zoo = load(Zoo, document)
    setattr(zoo, name, value)
    assert getattr(zoo, name) == value
    assert is_set(zoo, name)
    expected = json.loads(json.dumps(document))
    home = expected
    if name not in {"id", "type"}:
        if not isinstance(expected.get("attributes"), dict):
            expected["attributes"] = {}
        home = expected["attributes"]
    home[Zoo.__keys__.get(name, name)] = value
    assert same(dump(zoo), expected)
    assert same(dump(copy.deepcopy(zoo)), expected)


@given(ODD, st.sampled_from(NAMES))
def test_taking_a_member_away_shows(document: dict[str, Any], name: str) -> None:
    zoo = load(Zoo, document)
    setattr(zoo, name, UNSET)
    assert not is_set(zoo, name)
    home: Any = dump(zoo) if name in {"id", "type"} else dump(zoo).get("attributes")
    assert not isinstance(home, dict) or Zoo.__keys__.get(name, name) not in home
    assert not is_set(pickle.loads(pickle.dumps(zoo)), name)


@given(ODD, st.sampled_from(NAMES))
def test_is_set_tells_absent_from_null(document: dict[str, Any], name: str) -> None:
    zoo = load(Zoo, document)
    home = document if name in {"id", "type"} else document.get("attributes")
    there = isinstance(home, dict) and Zoo.__keys__.get(name, name) in home
    assert is_set(zoo, name) is there
    touch(zoo)
    assert is_set(zoo, name) is there


# ----------------------------------------------------------------------------------- reading, one by one


def test_members_read_as_their_annotations_say() -> None:
    profile = load(Profile, FULL)
    assert profile.id == "01H"
    assert profile.created == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert profile.location
    assert profile.location.city == "Rome"
    assert profile.properties == {"tier": "gold", "tags": ["a"]}
    assert profile.first_name is None
    assert profile.last_name is None
    assert profile.subscriptions
    assert profile.subscriptions.email
    assert profile.subscriptions.email.marketing
    suppression = profile.subscriptions.email.marketing.suppression
    assert suppression
    assert suppression[0].reason == "X"
    assert profile.location is profile.location


def test_containers_read_item_by_item() -> None:
    zoo = load(
        Zoo,
        {
            "attributes": {
                "day": "2024-02-29",
                "instants": ["2024-01-01T00:00:00Z", "soon", None],
                "places": [{"city": "A"}, 5],
                "by_name": {"x": {"city": "B"}, "y": None},
                "dashed-name": "d",
                "_hidden": {"city": "C"},
                "either": "2024-01-01T00:00:00Z",
                "instant_or_text": "2024-01-01T00:00:00Z",
            }
        },
    )
    new_year = datetime(2024, 1, 1, tzinfo=UTC)
    assert zoo.day == date(2024, 2, 29)
    assert zoo.instants == [new_year, "soon", None]
    assert zoo.places == [Location(city="A"), 5]
    assert zoo.by_name == {"x": Location(city="B"), "y": None}
    assert zoo.dashed_name == "d"
    assert zoo.hidden == Location(city="C")
    assert zoo.either == "2024-01-01T00:00:00Z"
    assert zoo.instant_or_text == new_year


@pytest.mark.parametrize(
    "text", ["2024-01-01", "2024-01-01T00:00:00", "2024-13-01T00:00:00Z", "2024-01-01T00:00:60Z", ""]
)
def test_text_that_is_no_instant_stays_text(text: str) -> None:
    read: Any = load(Zoo, {"attributes": {"instant": text, "instants": [text]}})
    assert (read.instant, read.instants) == (text, [text])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"type": "static", "day": "2024-01-01"}, StaticDate),
        ({"type": "rolling", "days": 3}, RollingDate),
        ({"type": "relative"}, RollingDate),
        ({"days": 3}, RollingDate),
        ({"type": "lunar", "days": 3}, dict),
        ({"type": None, "days": 3}, RollingDate),
        ({}, StaticDate),
        ("static", str),
    ],
)
def test_a_tag_tells_the_classes_of_a_union_apart(value: Any, expected: type) -> None:
    zoo = load(Zoo, {"attributes": {"when": value, "whens": [value, value]}})
    assert type(zoo.when) is expected
    assert [type(item) for item in zoo.whens or []] == [expected, expected]
    assert dump(zoo)["attributes"] == {"when": value, "whens": [value, value]}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"body": "x"}, Text),
        ({"url": "x", "new": 1}, Picture),
        ({"body": "x", "url": "y", "width": 1}, Picture),
        ({"new": 1}, dict),
    ],
)
def test_names_tell_the_classes_of_an_untagged_union_apart(value: Any, expected: type) -> None:
    assert type(load(Zoo, {"attributes": {"content": value}}).content) is expected


def test_a_union_may_mix_scalars_arrays_and_objects() -> None:
    for value, expected in (
        ("a", str),
        (1, int),
        ({"body": "x"}, Text),
        ([{"city": "A"}], list),
        (True, bool),
    ):
        assert type(load(Zoo, {"attributes": {"mixed": value}}).mixed) is expected


# ------------------------------------------------------------------------------------ changing, one by one


def test_changes_in_place_show() -> None:
    profile = load(Profile, FULL)
    assert profile.properties
    assert profile.location
    assert profile.subscriptions
    assert profile.subscriptions.email
    profile.properties["tags"].append("b")
    profile.location.city = None
    profile.subscriptions.email.marketing = EmailMarketing(consent="SUBSCRIBED")
    expected: Any = copy.deepcopy(FULL)
    expected["attributes"]["properties"]["tags"] = ["a", "b"]
    expected["attributes"]["location"]["city"] = None
    expected["attributes"]["subscriptions"] = {"email": {"marketing": {"consent": "SUBSCRIBED"}}}
    assert same(dump(profile), expected)
    assert profile != load(Profile, FULL)


def test_an_instant_keeps_its_text_until_it_changes() -> None:
    zoo = load(
        Zoo, {"attributes": {"instant": "2024-01-01T00:00:00.10Z", "instants": ["2024-01-01T00:00:00Z"]}}
    )
    instant = zoo.instant
    assert instant
    assert zoo.instants
    zoo.instant = instant.replace()
    zoo.instants.append(instant)
    assert dump(zoo)["attributes"] == {
        "instant": "2024-01-01T00:00:00.10Z",
        "instants": ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.100000+00:00"],
    }
    zoo.instant = instant.astimezone(timezone(timedelta(hours=1)))
    assert dump(zoo)["attributes"]["instant"] == "2024-01-01T01:00:00.100000+01:00"


def test_attributes_that_were_no_object_make_room_for_assignments() -> None:
    zoo = load(Zoo, {"attributes": [1], "links": {}})
    assert dump(zoo) == {"attributes": [1], "links": {}}
    zoo.text = "x"
    assert dump(zoo) == {"attributes": {"text": "x"}, "links": {}}


def test_a_copy_is_shallow_and_a_deep_copy_is_deep() -> None:
    profile = load(Profile, FULL)
    assert profile.location is not None
    assert copy.copy(profile).location is profile.location
    deep = copy.deepcopy(profile)
    assert deep.location is not profile.location
    assert deep.location
    deep.location.city = "Oslo"
    assert profile.location.city == "Rome"


# ------------------------------------------------------------------------------------------- constructing


def test_a_constructed_model_consists_of_what_was_given() -> None:
    profile = Profile(email="a@b.c", first_name=None, location=Location(city="Rome"))
    expected = {
        "type": "profile",
        "attributes": {"email": "a@b.c", "first_name": None, "location": {"city": "Rome"}},
    }
    assert dump(profile) == expected
    assert json.loads(encode(profile)) == expected
    assert load(Profile, dump(profile)) == profile
    assert profile.type == "profile"
    assert profile.last_name is None
    assert is_set(profile, "first_name")
    assert not is_set(profile, "last_name")
    assert pickle.loads(pickle.dumps(profile)) == profile
    assert repr(profile) == "Profile(email='a@b.c', location=…)"


def test_a_value_object_dumps_as_a_plain_object() -> None:
    assert dump(StaticDate(type="static", day=date(2024, 1, 1))) == {"type": "static", "day": "2024-01-01"}
    assert dump(Zoo(dashed_name="x", hidden=Location()))["attributes"] == {"dashed-name": "x", "_hidden": {}}
    zoo = Zoo(anything=Decimal("1.10"))
    assert dump(zoo)["attributes"] == {"anything": Decimal("1.10")}
    assert load(Zoo, dump(zoo)).anything == 1.1


def test_what_json_has_not_is_refused_by_its_place() -> None:
    zoo = Zoo(bag={"when": [datetime.fromisoformat("2024-01-01T00:00:00")]})
    with pytest.raises(ArgumentError, match=r"^Zoo\.bag\.when\[0\]: 2024-01-01T00:00:00 names no time zone"):
        dump(zoo)


# --------------------------------------------------------------------------------------------- attrs's view


def test_attrs_sees_public_names_and_decoded_values() -> None:
    location = load(Location, {"city": "Rome", "latitude": 1})
    assert attrs.has(Location)
    assert [field.name for field in attrs.fields(Location)][:3] == ["address1", "address2", "city"]
    assert attrs.asdict(location)["city"] == "Rome"
    assert attrs.asdict(load(Profile, FULL))["location"]["latitude"] == 41.9
    moved = attrs.evolve(location, city="Oslo")
    assert (moved.city, moved.latitude) == ("Oslo", 1)


def test_a_model_has_no_public_name_but_its_members() -> None:
    public = {name for name in dir(Zoo) if not name.startswith("_")}
    assert public == set(NAMES)


def test_a_model_is_compared_by_value_and_has_no_hash() -> None:
    assert Location(city="Rome") == load(Location, '{"city": "Rome"}')
    assert Location() != Text()
    assert Location() != {}
    with pytest.raises(TypeError, match="unhashable"):
        hash(Location())


def test_unset_takes_a_member_away() -> None:
    profile = load(Profile, FULL)
    for name in ("id", "email", "location"):
        setattr(profile, name, UNSET)
    assert "id" not in dump(profile)
    assert {"email", "location"}.isdisjoint(dump(profile)["attributes"])
    for other in (copy.copy(profile), pickle.loads(pickle.dumps(profile))):
        assert other == profile
        assert (other.id, other.email, other.location) == (None, None, None)
    constructed = Profile(email="a@b.c")
    constructed.email = absent
    assert dump(constructed) == {"type": "profile"}


def test_a_name_nobody_knows_is_an_error() -> None:
    profile = load(Profile, FULL)
    misspelled: dict[str, Any] = {"emial": "x"}
    for name, value in misspelled.items():
        with pytest.raises(AttributeError, match="no attribute 'emial'"):
            getattr(profile, name)
        with pytest.raises(AttributeError):
            setattr(profile, name, value)
        with pytest.raises(ArgumentError, match="did you mean 'email'"):
            is_set(profile, name)
    with pytest.raises(TypeError):
        Profile(**misspelled)


# -------------------------------------------------------------------------------------------------- loading


@pytest.mark.parametrize("data", ["", "null", "[]", "5", '{"a":', "<html>", b"\xff{}", b'{"a": "\xff"}'])
def test_only_the_json_of_an_object_is_loaded(data: bytes | str) -> None:
    with pytest.raises(Undecodable):
        load(Location, data)


def test_a_mapping_of_something_else_than_json_is_not_loaded() -> None:
    with pytest.raises(ArgumentError, match=r"data\.city: JSON has no object"):
        load(Location, {"city": object()})


def test_an_unknown_resource_shows_all_of_its_members() -> None:
    unknown = load(UnknownResource, {**FULL, "type": "hologram", "meta": {"a": 1}})
    assert (unknown.type, unknown.id, unknown.meta) == ("hologram", "01H", {"a": 1})
    assert unknown.attributes
    assert unknown.attributes["email"] == "a@b.c"
    assert dump(unknown) == {**FULL, "type": "hologram", "meta": {"a": 1}}


def test_the_last_of_two_members_of_one_name_counts() -> None:
    assert load(Location, '{"city": "A", "city": "B"}').city == "B"


def test_a_channel_without_anything_is_empty() -> None:
    assert load(EmailChannel, {"marketing": None}).marketing is None


@pytest.mark.parametrize(
    ("document", "remedy"),
    [
        ({"data": {"type": "zoo"}, "included": []}, 'load(Zoo, document["data"])'),
        ({"data": [{"type": "zoo"}], "links": {}}, '[load(Zoo, item) for item in document["data"]]'),
        ({"data": None}, "a whole document"),
        ({"errors": []}, "a whole document"),
        ({"included": []}, "a whole document"),
        ({"jsonapi": {}}, "a whole document"),
        ({"type": "zoo", "data": {"type": "zoo"}}, 'load(Zoo, document["data"])'),
    ],
)
def test_a_whole_document_is_no_resource(document: dict[str, Any], remedy: str) -> None:
    """All its members would read as absent: what to load instead is told, whatever it is given as."""
    for data in (document, json.dumps(document), json.dumps(document).encode()):
        with pytest.raises(ArgumentError) as caught:
            load(Zoo, data)
        assert remedy in str(caught.value)
        with pytest.raises(ArgumentError, match="a whole document, not one Location"):
            load(Location, data)
    assert load(Zoo, {"type": "zoo", "data": 1}).type == "zoo"
    assert load(Zoo, {"id": "1", "data": {}}).id == "1"
    assert load(Location, {"data": 1}).city is None
    assert load(Location, {"city": "A", "data": {}}).city == "A"
    assert dump(load(Zoo, {"links": {}, "meta": {}})) == {"links": {}, "meta": {}}


def test_long_whole_numbers_fit_and_stay() -> None:
    """Where Python converts no more digits, a decimal holds them all, and is dumped and pickled as it is."""
    text = '{"type":"zoo","attributes":{"whole":%s,"real":-%s,"bag":{"x":[%s]}}}'.replace("%s", "7" * 5000)
    zoo = load(Zoo, text)
    touch(zoo)
    assert misfits(zoo) == []
    others = (zoo, copy.deepcopy(zoo), pickle.loads(pickle.dumps(zoo)), load(Zoo, dump(zoo)))
    for other in others:
        assert (other.whole, other.real) == (Decimal("7" * 5000), Decimal("-" + "7" * 5000))
        assert encode(dump(other)).decode() == text
    assert [misfit.path for misfit in misfits(load(Zoo, text.replace("whole", "text")))] == [
        "$.attributes.text"
    ]
