"""The validators made of the vendor's documents."""

from __future__ import annotations

import pytest

from codegen.openapi_schemas import Json, Schema
from tests.vendor.schemas import answer_validator, request_validator

REVISION = "2026-01-15"


def _profile(**attributes: Json) -> Schema:
    return {"data": {"type": "profile", "attributes": attributes}}


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"email": None},
        {"properties": {"anything": [1]}},
        {"location": {"latitude": "51.1", "longitude": 9}},
    ],
    ids=str,
)
def test_requests_that_fit(attributes: dict[str, Json]) -> None:
    assert request_validator(REVISION, "create_profile").is_valid(_profile(**attributes))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": {"type": "profile"}},
        {"data": {"type": "list", "attributes": {}}},
        {**_profile(), "meta": {}},
        _profile(email=1),
        _profile(e_mail="a@b.c"),
        _profile(location={"town": "Ulm"}),
    ],
    ids=str,
)
def test_requests_that_do_not_fit(body: Schema) -> None:
    assert not request_validator(REVISION, "create_profile").is_valid(body)


def test_answers_may_have_more_members() -> None:
    links: Schema = {"self": "https://a.klaviyo.com/api/lists/1", "more": 1}
    attributes: Schema = {"name": "A", "created": None, "updated": None, "opt_in_process": None, "more": 1}
    data: Schema = {"type": "list", "id": "1", "attributes": attributes, "links": links, "more": 1}
    validator = answer_validator(REVISION, "create_list", 201)

    assert not [*validator.iter_errors({"data": data, "more": 1})]
    assert [*validator.iter_errors({"data": {**data, "type": "profile"}})]


def test_what_has_no_schema() -> None:
    with pytest.raises(KeyError):
        request_validator(REVISION, "get_profiles")
    with pytest.raises(KeyError):
        answer_validator(REVISION, "create_event", 202)
