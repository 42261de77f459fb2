"""The sandbox keeps what is written, and finds it again as Klaviyo would."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from klaviyo_maton import (
    Answer,
    BadRequest,
    Conflict,
    Direct,
    Klaviyo,
    NotFound,
    Raw,
    dump,
    filters,
    is_set,
    misfits,
)
from klaviyo_maton.runtime.sandbox import API_KEY, Sandbox
from klaviyo_maton.v2026_01_15.revision import REVISION


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(REVISION)


@pytest.fixture
def klaviyo(sandbox: Sandbox) -> Klaviyo:
    return Klaviyo(Direct(API_KEY), http_client=sandbox.transport(), strict=True)


def _events(klaviyo: Klaviyo, **arguments: Any) -> list[Any]:
    """All events with what they are about."""
    return list(klaviyo.events.list(include=["profile", "metric"], **arguments))


def test_what_was_created_is_read_changed_and_deleted(klaviyo: Klaviyo) -> None:
    """A profile keeps what it was given, null clears, and absent members stay."""
    made = klaviyo.profiles.create(
        email="ada@example.com", first_name="Ada", location={"city": "London"}, properties={"a": 1}
    )
    klaviyo.profiles.update(made.id, first_name=None, location={"zip": "W1"}, properties={"b": 2})
    read = klaviyo.profiles.get(made.id)
    assert (read.email, read.first_name, read.properties) == ("ada@example.com", None, {"a": 1, "b": 2})
    assert read.location
    assert (read.location.city, read.location.zip, read.location.region) == ("London", "W1", None)
    assert made.created == read.created
    assert read.updated
    assert made.updated
    assert read.updated > made.updated
    tag = klaviyo.tags.create(name="new")
    klaviyo.tags.delete(tag.id)
    with pytest.raises(NotFound):
        klaviyo.tags.update(tag.id, name="newer")


def test_properties_are_patched(klaviyo: Klaviyo) -> None:
    """Appending, taking out of lists, and taking properties away."""
    made = klaviyo.profiles.create(email="ada@example.com", properties={"tags": ["a", "b"], "gone": 1})
    patch = {"append": {"tags": "c"}, "unappend": {"tags": ["a"]}, "unset": ["gone"]}
    changed = klaviyo.profiles.update(made.id, meta={"patch_properties": patch})
    assert changed.properties == {"tags": ["b", "c"]}


def test_a_second_profile_with_one_address_is_a_conflict_or_an_update(klaviyo: Klaviyo) -> None:
    """Creating names the first one, upserting changes it."""
    first = klaviyo.profiles.create(email="ada@example.com")
    with pytest.raises(Conflict) as caught:
        klaviyo.profiles.create(email="ada@example.com")
    assert caught.value.duplicate_profile_id == first.id
    second = klaviyo.profiles.create(email="bob@example.com")
    with pytest.raises(Conflict):
        klaviyo.profiles.update(second.id, email="ada@example.com")
    again, answer = klaviyo.with_answer.profiles.upsert(email="ada@example.com", title="Countess")
    assert (again.id, again.title, answer.status) == (first.id, "Countess", 200)
    new, answer = klaviyo.with_answer.profiles.upsert(email="cy@example.com")
    assert (new.email, answer.status) == ("cy@example.com", 201)


def test_filters_find_by_every_operator(sandbox: Sandbox, klaviyo: Klaviyo) -> None:
    """Text, instants, lists, truth values, parts of text, and what relationships lead to."""
    for number, name in enumerate(["Alpha", "Beta", "Gamma"], 1):
        sandbox.add(
            "flow", {"name": name, "archived": number == 1, "created": f"2026-02-0{number}T00:00:00Z"}
        )
    by = filters.flows.list

    def names(text: object) -> list[str | None]:
        return [flow.name for flow in klaviyo.flows.list(filter=Raw(str(text)))]

    assert names(by.name.equals("Beta")) == ["Beta"]
    assert names(by.name.contains("a") & by.name.starts_with("G")) == ["Gamma"]
    assert names(by.name.ends_with("pha")) == ["Alpha"]
    assert names(by.archived.equals(False)) == ["Beta", "Gamma"]
    assert names("greater-than(created,2026-02-01T00:00:00+00:00)") == ["Beta", "Gamma"]
    assert names("less-or-equal(created,2026-02-02)") == ["Alpha", "Beta"]
    assert names("greater-or-equal(created,2026-02-02T00:00:00Z)") == ["Beta", "Gamma"]
    assert names("less-than(created,2026-02-02T00:00:00Z)") == ["Alpha"]
    assert names("equals(created,2026-02-02T01:00:00+01:00)") == ["Beta"]
    klaviyo.profiles.create(email="ada@example.com")
    found = klaviyo.profiles.list(filter=filters.profiles.list.email.any(["x@y.z", "ada@example.com"]))
    assert len(list(found)) == 1
    klaviyo.events.create(profile={"email": "ada@example.com"}, metric={"name": "Seen"}, properties={})
    (event,) = _events(klaviyo, filter="has(profile)")
    assert event.profile.email == "ada@example.com"
    metric = klaviyo.metrics.list().first()
    assert metric
    of_metric = filters.events.list.metric_id
    assert len(list(klaviyo.events.list(filter=of_metric.equals(metric.id)))) == 1
    assert list(klaviyo.events.list(filter=of_metric.equals("other"))) == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"filter": "equals(mood,'x')"}, "filter"),
        ({"filter": "contains(email,'x')"}, "filter"),
        ({"filter": "equals(email,'x'"}, "filter"),
        ({"sort": "email,created"}, "sort"),
        ({"include": "friends"}, "include"),
        ({"fields[profile]": "mood"}, "fields[profile]"),
        ({"page[size]": "101"}, "page[size]"),
        ({"page[cursor]": "nonsense"}, "page[cursor]"),
        ({"mood": "x"}, "mood"),
    ],
)
def test_what_is_not_offered_is_refused_by_its_parameter(
    klaviyo: Klaviyo, query: dict[str, str], parameter: str
) -> None:
    """A wrong query is a 400 that names the parameter."""
    with pytest.raises(BadRequest) as caught:
        klaviyo.request("GET", "/api/profiles", query=query)
    assert caught.value.errors[0].parameter == parameter


def test_wrong_bodies_are_refused_by_their_pointer(klaviyo: Klaviyo) -> None:
    """Unknown and missing members, and links to nothing."""
    with pytest.raises(BadRequest) as caught:
        klaviyo.profiles.create(email="a@example.com", extra={"attributes": {"mood": "good"}})
    assert caught.value.errors[0].pointer == "/data/attributes/mood"
    with pytest.raises(BadRequest) as caught:
        klaviyo.request("POST", "/api/lists", json={"data": {"type": "list", "attributes": {}}})
    assert caught.value.errors[0].pointer == "/data/attributes"
    with pytest.raises(BadRequest) as caught:
        klaviyo.profiles.suppress(profiles=[{"email": "a@example.com"}], list_id="NOLIST")
    assert caught.value.errors[0].pointer == "/data/relationships/list/data/id"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_pages_put_together_are_the_collection(sandbox: Sandbox, klaviyo: Klaviyo, size: int) -> None:
    """Whatever the size, sorted or not; and each page knows its neighbours."""
    for number in range(7):
        sandbox.add(
            "profile", {"email": f"{number}@example.com", "created": f"2026-01-0{number + 1}T00:00:00Z"}
        )
    for sort, expected in {"created": range(7), "-created": range(6, -1, -1)}.items():
        items = klaviyo.profiles.list(sort=Raw(sort), page_size=size)
        assert [item.email for item in items] == [f"{number}@example.com" for number in expected]
    pages = list(klaviyo.profiles.list(page_size=size).pages())
    assert [len(page) for page in pages] == [size] * (7 // size) + [7 % size] * (7 % size > 0)
    seen: list[str | None] = []
    for page in pages:
        link: str | None = json.loads(page.answer.content)["links"]["prev"]
        assert (link is None) == (not seen)
        if link:
            query = dict(parse_qsl(urlsplit(link).query))
            assert ids_of(klaviyo.request("GET", "/api/profiles", query=query)) == seen[-size:]
            larger = query | {"page[size]": str(len(seen) + 1)}
            assert ids_of(klaviyo.request("GET", "/api/profiles", query=larger)) == seen
        seen += [item.id for item in page]
        if page.cursor:
            resumed = klaviyo.profiles.list(page_size=size, page_cursor=page.cursor)
            assert seen + [item.id for item in resumed] == [item.id for page in pages for item in page]


def ids_of(answer: Answer) -> list[str]:
    return [item["id"] for item in json.loads(answer.content)["data"]]


def test_links_lead_both_ways(klaviyo: Klaviyo) -> None:
    """Who is added to a list has it, is found in it with the day, and is gone when taken out."""
    made = klaviyo.lists.create(name="News")
    ids = [klaviyo.profiles.create(email=f"{number}@example.com").id for number in range(3)]
    klaviyo.lists.add_profiles(made.id, ids)
    klaviyo.lists.remove_profiles(made.id, ids[:1])
    members = list(klaviyo.lists.profiles(made.id))
    assert [member.id for member in members] == ids[1:]
    assert all(member.joined_group_at for member in members)
    read = klaviyo.profiles.get(ids[1], include=["lists"])
    assert [one.name for one in read.lists] == ["News"]
    assert not is_set(read, "joined_group_at")
    assert klaviyo.profiles.get(ids[0], include=["lists"]).list_ids == []
    klaviyo.lists.delete(made.id)
    assert list(klaviyo.profiles.lists(ids[1])) == []


def test_who_can_have_one_only_moves(sandbox: Sandbox, klaviyo: Klaviyo) -> None:
    """A variant that is linked to another item leaves the first."""
    for kind, identifier in (("catalog-item", "I1"), ("catalog-item", "I2"), ("catalog-variant", "V")):
        sandbox.add(kind, id=identifier)
    sandbox.link("catalog-variant", "V", "item", "catalog-item", "I1")
    sandbox.link("catalog-item", "I2", "variants", "catalog-variant", "V")
    items = klaviyo.catalog_items.list(include=["variants"])
    assert [(item.id, item.variant_ids) for item in items] == [("I1", []), ("I2", ["V"])]


def test_only_what_was_asked_for_is_shown(klaviyo: Klaviyo) -> None:
    """Sparse fields, also of nested members, and additional fields."""
    made = klaviyo.profiles.create(email="ada@example.com", location={"city": "London"})
    assert not is_set(made, "subscriptions")
    sparse = klaviyo.profiles.get(made.id, fields_profile=["email", "location.city"])
    assert dump(sparse)["attributes"] == {"email": "ada@example.com", "location": {"city": "London"}}
    whole = klaviyo.profiles.get(made.id, additional_fields_profile=["subscriptions"])
    assert whole.subscriptions
    assert not misfits(whole)


def test_events_bring_their_profile_and_metric(klaviyo: Klaviyo) -> None:
    """Both are made when they are new; the sender's own id makes an event one of a kind."""
    for _ in range(2):
        klaviyo.events.create(
            profile={"email": "ada@example.com"},
            metric={"name": "Ordered"},
            properties={"sku": "A"},
            value=9.5,
            unique_id="order-1",
        )
    (event,) = _events(klaviyo)
    assert (event.profile.email, event.metric.name) == ("ada@example.com", "Ordered")
    assert event.event_properties == {"sku": "A", "$value": 9.5, "$event_id": "order-1"}


def test_many_at_once(klaviyo: Klaviyo) -> None:
    """Imports and subscriptions write profiles and put them on their lists."""
    made = klaviyo.lists.create(name="News")
    job = klaviyo.bulk_import_jobs.create(
        profiles=[{"email": "a@example.com", "first_name": "A"}, {"email": "b@example.com"}],
        list_ids=[made.id],
    )
    assert (job.status, job.total_count, job.list_ids) == ("complete", 2, [made.id])
    klaviyo.profiles.subscribe(
        profiles=[
            {"email": "c@example.com", "subscriptions": {"email": {"marketing": {"consent": "SUBSCRIBED"}}}}
        ],
        list_id=made.id,
    )
    assert [member.email for member in klaviyo.lists.profiles(made.id)] == [f"{c}@example.com" for c in "abc"]
    klaviyo.profiles.unsubscribe(
        profiles=[
            {"email": "a@example.com", "subscriptions": {"email": {"marketing": {"consent": "UNSUBSCRIBED"}}}}
        ],
        list_id=made.id,
    )
    assert [member.email for member in klaviyo.lists.profiles(made.id)] == ["b@example.com", "c@example.com"]
    klaviyo.events.bulk_create(
        events_bulk_create=[
            {
                "profile": {"email": "d@example.com"},
                "events": [{"metric": {"name": "Seen"}, "properties": {"n": n}} for n in (1, 2)],
            }
        ]
    )
    assert [event.profile.email for event in _events(klaviyo)] == ["d@example.com"] * 2


def test_what_web_pages_send_arrives(klaviyo: Klaviyo) -> None:
    """A visitor who subscribes is on the list, and the events are the visitor's."""
    made = klaviyo.lists.create(name="News")
    visitor = {"email": "ada@example.com"}
    klaviyo.client_side.create_subscription(company_id="ABC123", profile=visitor, list_id=made.id)
    assert [member.email for member in klaviyo.lists.profiles(made.id)] == ["ada@example.com"]
    seen = [{"metric": {"name": "Seen"}, "properties": {"n": n}} for n in (1, 2)]
    klaviyo.client_side.bulk_create_events(company_id="ABC123", profile=visitor, events=seen)
    assert [event.profile.email for event in _events(klaviyo)] == ["ada@example.com"] * 2


def test_a_job_takes_as_many_questions_as_it_is_told() -> None:
    """It is under way until then."""
    sandbox = Sandbox(REVISION, polls=2)
    klaviyo = Klaviyo(Direct(API_KEY), http_client=sandbox.transport())
    job = klaviyo.bulk_import_jobs.create(profiles=[{"email": "a@example.com"}])
    states = [klaviyo.bulk_import_jobs.get(job.id).status for _ in range(3)]
    assert [job.status, *states] == ["processing", "processing", "processing", "complete"]


def test_profiles_are_merged_and_templates_cloned(klaviyo: Klaviyo) -> None:
    """The source is gone and what it had is kept; a clone is another one with the same content."""
    kept = klaviyo.profiles.create(email="ada@example.com")
    source = klaviyo.profiles.create(phone_number="+15005550006")
    made = klaviyo.lists.create(name="News")
    klaviyo.lists.add_profiles(made.id, [source.id])
    klaviyo.profiles.merge(kept.id, profile_ids=[source.id])
    assert klaviyo.profiles.get(kept.id).phone_number == "+15005550006"
    assert [one.name for one in klaviyo.profiles.lists(kept.id)] == ["News"]
    with pytest.raises(NotFound):
        klaviyo.profiles.get(source.id)
    template = klaviyo.templates.create(name="One", editor_type="CODE", html="<p>1</p>")
    clone = klaviyo.templates.clone(template.id, name="Two")
    assert (clone.name, clone.html) == ("Two", "<p>1</p>")
    assert clone.id != template.id


def test_a_campaign_brings_its_messages_and_is_found_by_their_channel(klaviyo: Klaviyo) -> None:
    """The required filter looks into what the campaign is linked with; estimating has a result."""
    message = {"definition": {"channel": "email", "content": {"subject": "Hello"}}}
    made = klaviyo.campaigns.create(
        name="Spring", audiences={"included": ["LIST01"]}, campaign_messages=[message]
    )
    channel = filters.campaigns.list.messages.channel
    (found,) = klaviyo.campaigns.list(filter=channel.equals("email"), include=["campaign-messages"])
    assert [
        dump(one)["attributes"]["definition"]["content"]["subject"] for one in found.campaign_messages
    ] == ["Hello"]
    assert list(klaviyo.campaigns.list(filter=channel.equals("sms"))) == []
    assert klaviyo.campaigns.estimate_recipients(made.id).id == made.id
    with pytest.raises(NotFound):
        klaviyo.campaigns.send("NOCAMPAIGN")


def test_reports_have_rows(klaviyo: Klaviyo) -> None:
    """A row holds what was to be measured."""
    report = klaviyo.metrics.aggregate(
        metric_id="M", measurements=["count"], filter=["greater-or-equal(datetime,2026-01-01)"]
    )
    assert report.data
    assert report.data[0].measurements == {"count": [0]}
