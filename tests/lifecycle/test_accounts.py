"""Several accounts over one pool: whatever happens at once, each request carries its own account's key."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock
from typing import Any

from attrs import define, field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from klaviyo_maton import AsyncKlaviyo, Direct, InMemory, Klaviyo, Maton, Reply, Request
from tests.laws.playing import stopped_clock

FEW = settings(max_examples=max(10, settings().max_examples // 3))
"""For laws whose examples are whole crowds of calls."""


@frozen
class Account:
    """An account and the headers that sign its requests; its number stands in the ids it asks for."""

    number: int
    connection: Direct | Maton
    signature: frozenset[tuple[str, str]]


def account(number: int, through_maton: bool) -> Account:
    if not through_maton:
        key = f"pk_{number}"
        return Account(number, Direct(key), frozenset({("authorization", f"Klaviyo-API-Key {key}")}))
    connection = Maton("shared-key", connection_id=f"c{number}")
    signed = {("authorization", "Bearer shared-key"), ("maton-connection", f"c{number}")}
    return Account(number, connection, frozenset(signed))


ACCOUNTS = st.lists(st.booleans(), min_size=2, max_size=6).map(
    lambda drawn: [account(number, through_maton) for number, through_maton in enumerate(drawn)]
)


@define
class Server:
    """Refuses each call a drawn number of times, and keeps who signed what for which account."""

    refusals: list[int]
    seen: list[tuple[int, frozenset[tuple[str, str]]]] = field(
        factory=list[tuple[int, frozenset[tuple[str, str]]]]
    )
    asked: Counter[str] = field(factory=Counter[str])
    lock: Lock = field(factory=Lock)

    def answer(self, request: Request) -> Reply:
        """An id such as ``3-8`` belongs to account 3 and is asked for by its call 8."""
        name = request.url.rpartition("/")[2]
        number, _, call = name.partition("-")
        signed = {
            (name, value) for name, value in request.headers if name in {"authorization", "maton-connection"}
        }
        with self.lock:
            self.seen.append((int(number), frozenset(signed)))
            self.asked[name] += 1
            is_refused = self.asked[name] <= self.refusals[int(call) % len(self.refusals)]
        if is_refused:
            return Reply(429, {"retry-after": "1"})
        return Reply(200, {}, json.dumps({"data": {"type": "profile", "id": name}}).encode())

    def check(self, accounts: list[Account]) -> None:
        assert {number for number, _ in self.seen} == {one.number for one in accounts}
        for number, signed in self.seen:
            assert signed == accounts[number].signature


REFUSALS = st.lists(st.integers(0, 2), min_size=1, max_size=4)


@FEW
@given(ACCOUNTS, REFUSALS, st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_interleaved_tasks_never_mix_accounts(
    accounts: list[Account], refusals: list[int], pauses: list[int]
) -> None:
    """Tasks take turns at every request, views are made while others are under way, and all are repeated."""
    server = Server(refusals)

    async def handler(request: Request) -> Reply:
        for _ in range(pauses[len(server.seen) % len(pauses)]):
            await asyncio.sleep(0)
        return server.answer(request)

    async def work(client: AsyncKlaviyo, one: Account, call: int) -> None:
        view = client.with_connection(one.connection).with_options(max_retries=2)
        await asyncio.sleep(0)
        assert (await view.profiles.get(f"{one.number}-{call}")).id == f"{one.number}-{call}"

    async def main() -> None:
        client = AsyncKlaviyo(accounts[0].connection, http_client=InMemory(handler))
        async with asyncio.TaskGroup() as tasks:
            for call in range(4):
                for one in accounts:
                    tasks.create_task(work(client, one, call))

    with stopped_clock():
        asyncio.run(main())
    server.check(accounts)


@FEW
@given(ACCOUNTS, REFUSALS)
def test_threads_never_mix_accounts(accounts: list[Account], refusals: list[int]) -> None:
    """Threads that start together share a client, and each has a view for its account."""
    server = Server(refusals)
    start = Barrier(len(accounts))
    client = Klaviyo(accounts[0].connection, http_client=InMemory(server.answer))

    def work(one: Account) -> list[str | None]:
        start.wait()
        view = client.with_connection(one.connection)
        return [view.profiles.get(f"{one.number}-{call}").id for call in range(4)]

    with stopped_clock(), ThreadPoolExecutor(len(accounts)) as threads:
        got: list[Any] = list(threads.map(work, accounts))
    assert got == [[f"{one.number}-{call}" for call in range(4)] for one in accounts]
    server.check(accounts)
