"""At every revision answers of the vendor are read in full, and requests are those the vendor describes."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen import ir
from codegen.vendor.compare import Difference
from codegen.vendor.deviations import load_deviations
from klaviyo_maton import dump, is_set, misfits
from klaviyo_maton.runtime.document import read_document
from klaviyo_maton.runtime.model import Resource, ValueObject
from klaviyo_maton.runtime.revision import Revision as Table
from tests.laws.playing import EACH
from tests.strategies import committed, from_operation, is_array, is_object
from tests.strategies.revisions import SPEC
from tests.vendor.distinct import Shaped, distinct
from tests.vendor.schemas import request_validator

DEVIATIONS = load_deviations(SPEC)

pytestmark = pytest.mark.usefixtures("packages")


@pytest.mark.parametrize("answered", distinct("answer"), ids=repr)
@EACH
@given(data=st.data())
def test_answers_of_the_vendor_are_read_in_full(answered: Shaped, data: st.DataObject) -> None:
    """Every resource is dumped as it came, and each of its attributes is there and fits its type."""
    document = data.draw(answered.instances.from_schema(answered.schema))
    found = read_document(json.dumps(document).encode(), None, table(answered).resource)

    resources = [*as_list(document["data"]), *document.get("included", [])]
    models = [*found.resources, *found.included]
    for model, resource in zip(models, resources, strict=True):
        assert same(model, resource)
        assert [misfit.path for misfit in misfits(model) if not is_admitted(answered, misfit.path)] == []
        for key, value in resource.get("attributes", {}).items():
            name = {key: name for name, key in model.__keys__.items()}.get(key, key)
            assert is_set(model, name)
            assert same(getattr(model, name), value)


@pytest.mark.parametrize(
    "sent", [shaped for shaped in distinct("body") if shaped.revision not in committed()], ids=repr
)
@EACH
@given(data=st.data())
def test_bodies_fit_the_documents_of_the_vendor(sent: Shaped, data: st.DataObject) -> None:
    """What can be sent at a revision without a package in the repository is what the vendor describes."""
    body = data.draw(from_operation(sent.operation, sent.revision)).arrives.body
    if isinstance(sent.operation.body, ir.MultipartBody):  # in JSON Schema a file is text
        body[sent.operation.body.file] = ""
    validator = request_validator(sent.revision.api.revision, sent.operation.id)

    assert [error.message for error in validator.iter_errors(body)] == []


def table(shaped: Shaped) -> Table:
    """The generated tables of a revision."""
    found: Table = shaped.revision.clients.Klaviyo._revision
    return found


def as_list(value: Any) -> list[Any]:
    if is_array(value):
        return value
    return [] if value is None else [value]


def same(value: Any, document: Any) -> bool:
    """Read all there is in a model, at any depth, and compare it with the JSON that it was made of."""
    if isinstance(value, ValueObject | Resource):
        made = type(value)
        assert attrs.has(made)
        for item in attrs.fields(made):
            getattr(value, item.name)
        return canonical(dump(value)) == canonical(document)
    if is_array(value):
        return len(value) == len(document) and all(map(same, value, document))
    if is_object(value):
        return canonical(value) == canonical(document)
    return value == document or hasattr(value, "isoformat")


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def is_admitted(answered: Shaped, path: str) -> bool:
    """Tell whether a misfit stands where our spec differs from the vendor's document on purpose.

    To us a resource without an id is a misfit even where the document allows it.
    """
    if path == "$.id":
        return True
    place = path.replace("$", "answer.data", 1)
    difference = Difference(answered.operation.id, "", place, "", "", "type")
    return any(entry.covers(difference) for entry in DEVIATIONS)
