"""What removes something is a delete, by whatever method it is asked for, at every revision."""

from __future__ import annotations

import re

import pytest

from codegen import ir
from codegen.runtime.effects import effect_of
from klaviyo_maton import PolicyRefused, Reply
from tests.laws.playing import Server, by_revision, sync_client
from tests.strategies import Revision
from tests.strategies.revisions import our_spec
from tests.vendor.documents import REVISIONS, vendor_document

REMOVING = re.compile(
    r"(?<![a-z])(abandon|archiv|cancel|clear|delet|destroy|detach|disabl|disconnect|discard|drop|eras|expir|"
    r"forget|kill|merg|opt-?out|purg|remov|replac|reset|revert|revok|suppress|terminat|trash|truncat|un(?!ivers)|"
    r"wipe|withdraw)"
)

NO_DELETES = {
    "bulk_suppress_profiles": "it adds a suppression; the profile and its consent stay",
    "cancel_campaign_send": "the campaign stays, as a draft or cancelled; only its sending stops",
    "update_categories_for_catalog_item": "the item stays, and what it is in is written anew",
    "update_image_for_campaign_message": "the message stays, with another image",
    "update_items_for_catalog_category": "the category stays, and what is in it is written anew",
}
"""Operations with such a word that remove nothing, and why."""

DELETES_BY_POST = {
    "bulk_delete_catalog_categories",
    "bulk_delete_catalog_items",
    "bulk_delete_catalog_variants",
    "bulk_unsubscribe_profiles",
    "bulk_unsuppress_profiles",
    "merge_profiles",
    "request_profile_deletion",
    "unregister_client_push_token",
}


def said(operation: ir.Operation) -> bool:
    """Whether an operation says that it removes something, by its method or by one of its names."""
    words = re.sub(r"\{\w+\}", "", f"{operation.id} {operation.name} {operation.path}").replace("_", "-")
    return operation.method == "DELETE" or (operation.method != "GET" and bool(REMOVING.search(words)))


@pytest.mark.parametrize("revision", our_spec().revisions)
def test_what_says_that_it_removes_something_is_a_delete(revision: str) -> None:
    """Each operation whose method, id, path or name says so, with few exceptions that have a reason."""
    operations = [item for family in our_spec().at(revision).families for item in family.operations]
    assert {item.id for item in operations if said(item)} - NO_DELETES.keys() == {
        item.id for item in operations if item.effect == "delete"
    }
    assert {item.id for item in operations if item.effect == "delete" and item.method != "DELETE"} == (
        DELETES_BY_POST
    )
    assert all(item.effect == "read" for item in operations if item.method == "GET")


@pytest.mark.parametrize("revision", [*REVISIONS, "2026-07-15"])
def test_operations_of_the_vendor_are_judged_alike(revision: str) -> None:
    """The names alone tell it, also those of operations that the spec has yet to adopt."""
    paths = vendor_document(revision)["paths"]
    assert isinstance(paths, dict)
    found: set[str] = set()
    for path, item in paths.items():
        assert isinstance(item, dict)
        for method, operation in item.items():
            if method in {"post", "patch"} and isinstance(operation, dict):
                id_ = str(operation["operationId"])
                if effect_of(method.upper(), id_, path) == "delete":
                    found.add(id_)
    new = {"bulk_delete_object_records"} if revision == "2026-07-15" else set[str]()
    assert found == DELETES_BY_POST | new


@pytest.mark.parametrize(
    ("method", "id_", "path", "effect"),
    [
        ("GET", "get_bulk_delete_catalog_items_job", "/api/catalog-item-bulk-delete-jobs/{job_id}", "read"),
        ("POST", "request", "/api/x-purge", "delete"),
        ("PUT", "x", "/api/REMOVAL/x", "delete"),
        ("POST", "create_undeleted", "/api/undeleted/{delete_id}", "write"),
        ("PATCH", "update_emerge", "/api/emergencies", "write"),
    ],
)
def test_a_word_tells_it_and_no_part_of_one(method: str, id_: str, path: str, effect: str) -> None:
    assert effect_of(method, id_.replace("_", "-"), path) == effect_of(method, id_, path) == effect


@by_revision
def test_deletes_by_post_are_refused_where_deletes_are(revision: Revision) -> None:
    """By hand as well, while what they begin may be looked at."""
    server = Server(Reply(200))
    client = sync_client(revision, server, deny={"delete"})
    for operation in revision.operations:
        if operation.id in DELETES_BY_POST:
            with pytest.raises(PolicyRefused, match=operation.id):
                client.request("POST", operation.path)
    assert server.requests == []
    client.request("GET", "/api/catalog-item-bulk-delete-jobs")
    assert len(server.requests) == 1
