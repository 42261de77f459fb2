"""Every endpoint of every revision answers as the vendor's document says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

import pytest

from codegen import ir
from klaviyo_maton import Direct, Reply, Request
from klaviyo_maton.runtime.sandbox import API_KEY
from tests.laws.playing import Case, cases, sync_client
from tests.sandbox.examples import Example, populated
from tests.strategies.revisions import Revision
from tests.vendor.schemas import Validator, answer_validator

NOT_SHOWN = {
    ("assign_template_to_campaign_message", f"$.data.attributes: '{key}' is a required property")
    for key in ("channel", "content", "label")
}
"""What the documents want and the sandbox has not: it answers with a message as reading shows it, these in
its definition. See that operation in spec/deviations.yaml."""


def _operations(revision: Revision) -> Iterator[tuple[str, ir.Operation]]:
    for operation in revision.operations:
        yield operation.id, operation


@pytest.mark.parametrize("whole", [False, True], ids=["least", "whole"])
@cases(_operations)
def test_an_answer_fits_the_vendors_schema(case: Case[ir.Operation], whole: bool) -> None:
    """With the least arguments and with all, statuses and bodies are those of the document."""
    operation = case.item
    reply = _answered(case, whole=whole)
    assert isinstance(operation.answer, ir.Answer)
    assert reply.status in operation.answer.statuses
    if not operation.answer.type:
        assert reply.body == b""
        return
    validator = _validator(case, reply.status)
    document = json.loads(reply.body)
    for name in ("next", "prev"):  # null on the first and the last page, which the document does not say
        if document["links"].get(name, "") is None:
            del document["links"][name]
    errors = {f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)}
    assert {error for error in errors if (operation.id, error) not in NOT_SHOWN} == set()


def _validator(case: Case[ir.Operation], status: int) -> Validator:
    """The schema of a status, or of the one that the document has instead of the wire's."""
    answer = case.item.answer
    for documented in (status, *answer.statuses):
        with suppress(KeyError):
            return answer_validator(case.revision.api.revision, case.item.id, documented)
    raise KeyError(status)


def _answered(case: Case[ir.Operation], *, whole: bool) -> Reply:
    """The answer to a call with example arguments."""
    sandbox = populated(case.revision)
    replies: list[Reply] = []

    def handler(request: Request) -> Reply:
        replies.append(sandbox.handle(request))
        return replies[-1]

    client = sync_client(case.revision, handler, Direct(API_KEY), strict=True)
    arguments = Example(case.revision, whole).arguments(case.item)
    result = client.call(case.item.id, **arguments)
    if isinstance(case.item.answer, ir.Answer) and case.item.answer.many:
        list(result)
    return replies[-1]
