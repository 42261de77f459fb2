"""A job is waited for as long as it takes and no longer, and its result is fetched once."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from codegen import ir
from klaviyo_maton import JobFailed, Reply, Request
from tests.laws.playing import Case, answer_type, async_client, cases, stopped_clock, sync_client

each_job = cases(
    lambda revision: [
        (item.name, item)
        for family in revision.api.families
        for item in family.compositions
        if isinstance(item, ir.JobResult)
    ]
)


@each_job
@given(
    polls=st.integers(0, 12),
    end=st.sampled_from(["done", "failed", "never"]),
    deadline=st.sampled_from([0.5, 1.0, 10.0, 300.0]),
)
def test_jobs_end_in_their_result_or_an_error(
    case: Case[ir.JobResult], polls: int, end: str, deadline: float
) -> None:
    """Both colours ask for the state in growing intervals within the deadline, and fetch what is done."""
    job = case.item
    operations = {item.id: item for item in case.revision.operations}
    last = {"done": job.done[0], "failed": [*job.failed, "?"][0], "never": "processing"}[end]
    asked: list[str] = []

    def handler(request: Request) -> Reply:
        path = urlsplit(request.url).path
        (operation,) = [
            item
            for item in (operations[job.start], operations[job.poll], operations[job.result])
            if (item.method, item.path.replace("{id}", "j1")) == (request.method, path)
        ]
        asked.append(operation.id)
        state = last if asked.count(job.poll) > polls else "queued"
        data = {"type": answer_type(operation), "id": "j1", "attributes": {job.attribute: state}}
        return Reply(operation.answer.statuses[0], {}, json.dumps({"data": data}).encode())

    def play() -> Any:
        return getattr(getattr(sync_client(case.revision, handler), job.family), job.name)(
            "j1", deadline=deadline
        )

    def play_async() -> Any:
        client = async_client(case.revision, handler)
        return asyncio.run(getattr(getattr(client, job.family), job.name)("j1", deadline=deadline))

    played: list[tuple[Any, list[str], list[float]]] = []
    for run in (play, play_async):
        with stopped_clock() as waits:
            try:
                outcome = run().type
            except JobFailed as error:
                outcome = error.state
        played.append((outcome, [*asked], waits))
        asked.clear()
    assert played[0] == played[1]
    outcome, requests, waits = played[0]
    assert requests[0] == job.start
    assert requests[1 : len(waits) + 2] == [job.poll] * (len(waits) + 1)
    assert sum(waits) <= deadline
    assert all(one <= other <= 10 for one, other in pairwise(waits))
    if requests[-1] == job.result:
        assert end == "done"
        assert outcome == answer_type(operations[job.result])
        assert len(requests) == polls + 3
    else:
        assert outcome in {last, "queued"}
        assert len(requests) <= polls + 2 or end == "never"
