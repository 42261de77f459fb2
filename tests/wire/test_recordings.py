"""Answers that somebody recorded on the wire: they decode, keep everything, and say what does not fit.

The recordings are no part of this project. They are looked for in ``../shared/recordings`` beside it, and
the tests skip where they are missing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import frozen

import klaviyo_maton
from klaviyo_maton import ApiError, Reply, Undecodable, misfits, unknown_members
from klaviyo_maton.runtime.codec import is_array, is_object
from klaviyo_maton.runtime.model import Model, Resource, UnknownResource
from tests.wire.results import plain
from tests.wire.roads import REVISIONS, SHARED, WAYS, Colour, Road, Wire

pytestmark = pytest.mark.filterwarnings("ignore::klaviyo_maton.RevisionWarning")

_ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "create_profile": {"email": "ada@example.com"},
    "create_segment": {"name": "New", "definition": {"condition_groups": []}},
    "create_tag": {"name": "sale"},
    "get_campaigns": {"filter": 'equals(messages.channel,"email")'},
    "get_events": {"include": ["metric", "profile"]},
    "get_lists": {},
    "get_metrics": {},
    "get_profiles": {},
    "merge_profiles": {"id": "01ADA", "profile_ids": ["01BOB"]},
    "query_metric_aggregates": {
        "metric_id": "M3triC",
        "measurements": ["count"],
        "filter": ["greater-or-equal(datetime,2025-01-01)", "less-than(datetime,2025-01-03)"],
    },
    "update_profile": {"id": "invalid"},
}
_ERRORS = {401: "Unauthorized", 404: "NotFound", 409: "Conflict", 429: "RateLimited"}


@frozen
class Recording:
    """An answer to an operation, by the name of its file."""

    name: str
    operation: str
    status: int
    headers: Mapping[str, str]
    body: Any

    @classmethod
    def of(cls, path: Path) -> Recording:
        """Read a file."""
        recorded = json.loads(path.read_text(encoding="utf-8"))
        response = recorded["response"]
        return cls(
            path.stem, recorded["operation"], response["status"], response["headers"], response["body"]
        )

    def call(self, revision: str, colour: Colour, road: Road, *, strict: bool = False) -> Any:
        """Let a client get this answer."""
        reply = Reply(self.status, self.headers, json.dumps(self.body).encode())
        wire = Wire(revision, colour, road, lambda _: reply, strict=strict)
        return wire.call(self.operation, _ARGUMENTS[self.operation])


_ALL = [Recording.of(path) for path in sorted((SHARED / "recordings").glob("*.json"))]


def _runs(chosen: list[Recording]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("recording", "revision", "colour", "road"),
        [
            pytest.param(recording, revision, colour, road, id=f"{recording.name}-{revision}-{colour}-{road}")
            for recording in chosen
            for revision in REVISIONS
            for colour, road in WAYS
        ],
    )


_succeeded = _runs([recording for recording in _ALL if recording.status < 300])
_failed = _runs([recording for recording in _ALL if recording.status >= 300])


@_succeeded
def test_every_member_is_reachable(recording: Recording, revision: str, colour: Colour, road: Road) -> None:
    """By its name, or among those that nobody documented; each relationship by its ids."""
    for resource, document in _resources(recording, recording.call(revision, colour, road)):
        if isinstance(resource, UnknownResource):
            assert resource.attributes == document["attributes"]
            continue
        _check_members(resource, document["attributes"])
        for key, relationship in document.get("relationships", {}).items():
            if "data" in relationship and key in type(resource).__links__:
                assert _ids(resource, key) == _ids_of(relationship["data"])


@_succeeded
def test_everything_is_kept(recording: Recording, revision: str, colour: Colour, road: Road) -> None:
    """Each resource dumps equal to what came, and the cursor is the one of the link."""
    result = recording.call(revision, colour, road)
    for resource, document in _resources(recording, result):
        assert plain(resource) == document
    if isinstance(recording.body["data"], list):
        following = parse_qs(urlsplit(recording.body["links"]["next"] or "").query)
        assert result.cursor == following.get("page[cursor]", [None])[0]


@_succeeded
def test_what_does_not_fit_is_told(recording: Recording, revision: str, colour: Colour, road: Road) -> None:
    """One recording has a number where text is due; strict clients refuse it, and nothing else."""
    result = recording.call(revision, colour, road)
    found = {misfit.path for resource, _ in _resources(recording, result) for misfit in misfits(resource)}
    if recording.name == "spree_create-profile-success-with-additional-data":
        assert found == {"$.attributes.external_id"}
        with pytest.raises(Undecodable, match=r"\$\.data\.attributes\.external_id: expected text"):
            recording.call(revision, colour, road, strict=True)
    else:
        assert found == set()
        recording.call(revision, colour, road, strict=True)


@_failed
def test_a_refusal_tells_its_facts(recording: Recording, revision: str, colour: Colour, road: Road) -> None:
    """The class follows the status, and every error says what the body says."""
    with pytest.raises(ApiError) as raised:
        recording.call(revision, colour, road)
    error = raised.value
    assert type(error) is getattr(klaviyo_maton, _ERRORS[recording.status])
    assert [
        (one.id, one.code, one.title, one.detail, one.pointer, dict(one.meta)) for one in error.errors
    ] == [
        (one["id"], one["code"], one["title"], one["detail"], one["source"]["pointer"], one.get("meta", {}))
        for one in recording.body["errors"]
    ]
    assert error.request_id == recording.headers.get("x-klaviyo-req-id")
    waits = recording.headers.get("retry-after")
    assert error.retry_after == (None if waits is None else float(waits))


def test_there_are_recordings() -> None:
    """None is left out: every one is of an operation that the spec has."""
    if not _ALL:
        pytest.skip("needs the recordings in ../shared/recordings")
    assert {recording.operation for recording in _ALL} == {*_ARGUMENTS}


def _resources(recording: Recording, result: Any) -> list[tuple[Resource, dict[str, Any]]]:
    """Pair the resources of a result with what they were read from."""
    data, included = recording.body["data"], recording.body.get("included", [])
    if not is_array(data):
        return [(result, data)]
    return [*zip(result.items, data, strict=True), *zip(result.included, included, strict=True)]


def _check_members(model: Model, members: Mapping[str, Any]) -> None:
    unknown = unknown_members(model)
    for key, value in members.items():
        if key in unknown:
            assert unknown[key] == value
            continue
        read = getattr(model, _name(key))
        assert plain(read) == value
        if isinstance(read, Model) and is_object(value):
            _check_members(read, value)


def _name(key: str) -> str:
    return key.replace("-", "_").lstrip("_")


def _ids(resource: Resource, key: str) -> Any:
    name = _name(key)
    return getattr(resource, f"{name.removesuffix('s')}_ids" if name.endswith("s") else f"{name}_id")


def _ids_of(data: Any) -> Any:
    if is_array(data):
        return [identifier["id"] for identifier in data]
    return data and data["id"]
