"""The end of a client: closing, other event loops and other processes; each has one clear error."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

import klaviyo_maton.runtime
from klaviyo_maton import (
    AsyncKlaviyo,
    AsyncMatonConnections,
    ClientClosed,
    Direct,
    InMemory,
    Klaviyo,
    MatonConnections,
    Reply,
    Request,
)
from tests.lifecycle.loopback import connections
from tests.wire.roads import run

PROFILE = b'{"data": {"type": "profile", "id": "1"}}'


class Closing(InMemory):
    """A transport that counts how often it is closed."""

    closed = 0

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1


def answering(_: Request) -> Reply:
    return Reply(200, {}, PROFILE)


USES: list[Callable[[Any], Any]] = [
    lambda client: client.profiles.get("1"),
    lambda client: client.profiles.list(),
    lambda client: client.events.create(metric={"name": "M"}, profile={"email": "a@b.c"}, properties={}),
    lambda client: client.campaigns.estimate_recipients("1"),
    lambda client: client.call("get_profile", id="1"),
    lambda client: client.request("GET", "/api/profiles"),
    lambda client: client.with_options(strict=True).profiles.get("1"),
    lambda client: client.with_connection(Direct("pk_2")).profiles.get("1"),
]


@pytest.mark.parametrize("use", USES)
def test_every_use_of_a_closed_client_says_so(use: Callable[[Any], Any]) -> None:
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(answering))
    client.close()
    with pytest.raises(ClientClosed, match="this client is closed; make a new one"):
        run(client, use, whole=True)
    aio = AsyncKlaviyo(Direct("pk_1"), http_client=InMemory(answering))
    asyncio.run(aio.aclose())
    with pytest.raises(ClientClosed, match="this client is closed; make a new one"):
        run(aio, use, whole=True)


def test_views_are_closed_with_their_client() -> None:
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(answering))
    view = client.with_options(max_retries=0)
    with view:
        assert view.profiles.get("1").id == client.profiles.get("1").id == "1"
    with pytest.raises(ClientClosed):
        client.profiles.get("1")


def test_what_was_given_is_closed_by_who_gave_it() -> None:
    transport = Closing(answering)
    with Klaviyo(Direct("pk_1"), http_client=transport), MatonConnections("k", http_client=transport):
        pass
    asyncio.run(close_twice(AsyncKlaviyo(Direct("pk_1"), http_client=transport)))
    asyncio.run(close_twice(AsyncMatonConnections("k", http_client=transport)))
    assert transport.closed == 0
    with httpx.Client() as http:
        Klaviyo(Direct("pk_1"), http_client=http).close()
        assert not http.is_closed


async def close_twice(client: Any) -> None:
    async with client:
        pass
    await client.aclose()


def test_closing_hangs_up(url: str) -> None:
    before = connections(url).open

    async def use_async() -> None:
        async with AsyncKlaviyo(Direct("pk_1", base_url=url)) as aio:
            await asyncio.gather(*(aio.profiles.get(f"ok-{number}") for number in range(5)))
            assert connections(url).open > before

    asyncio.run(use_async())
    with Klaviyo(Direct("pk_1", base_url=url)) as client:
        client.profiles.get("ok")
        assert connections(url).open == before + 1
    assert connections(url).open == before


def test_a_call_that_waited_for_its_place_finds_the_client_closed() -> None:
    async def main() -> None:
        is_full, leave = asyncio.Event(), asyncio.Event()
        under_way: list[Request] = []

        async def handler(request: Request) -> Reply:
            under_way.append(request)
            if len(under_way) == 40:
                is_full.set()
            await leave.wait()
            return Reply(200, {}, PROFILE)

        client = AsyncKlaviyo(Direct("pk_1"), http_client=InMemory(handler))
        tasks = [asyncio.create_task(client.profiles.get("1")) for _ in range(41)]
        await is_full.wait()
        await client.aclose()
        leave.set()
        *others, last = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(getattr(result, "id", "") == "1" for result in others)
        assert isinstance(last, ClientClosed)
        assert len(under_way) == 40

    asyncio.run(main())


def test_dropping_a_client_does_nothing() -> None:
    """No class has a finalizer, which would run at any time, in any thread."""
    transport = Closing(answering)
    client = Klaviyo(Direct("pk_1"), http_client=transport)
    client.profiles.get("1")
    del client
    gc.collect()
    assert transport.closed == 0
    for name in sorted(path.stem for path in Path(klaviyo_maton.runtime.__path__[0]).glob("*.py")):
        module = import_module(f"klaviyo_maton.runtime.{name}")
        classes = [found for found in vars(module).values() if isinstance(found, type)]
        own = [found for found in classes if found.__module__ == module.__name__]
        assert not [found for found in own if "__del__" in vars(found)]


# ---------------------------------------------------------------------------------------- event loops


def test_a_client_stays_in_the_event_loop_that_used_it(url: str) -> None:
    client = AsyncKlaviyo(Direct("pk_1", base_url=url))

    async def use() -> None:
        await client.profiles.get("bye")

    asyncio.run(use())
    with pytest.raises(ClientClosed, match="belongs to another event loop; make one in each loop"):
        asyncio.run(use())
    with pytest.raises(ClientClosed, match="belongs to another event loop"):
        asyncio.run(client.aclose())


def test_a_client_that_no_event_loop_used_is_closed_in_any() -> None:
    client = AsyncKlaviyo(Direct("pk_1"))
    asyncio.run(client.aclose())
    asyncio.run(client.aclose())


# ------------------------------------------------------------------------------------------ processes

FORKED = """
import os, sys
from klaviyo_maton import ClientClosed, Direct, Klaviyo

def in_child(act):
    \"\"\"Say in a child process what becomes of something.\"\"\"
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            print(act(), flush=True)
        except ClientClosed as error:
            print(error, flush=True)
        finally:
            os._exit(0)
    os.waitpid(child, 0)

used, unused = (Klaviyo(Direct("pk_1", base_url=sys.argv[1])) for _ in range(2))
used.profiles.get("ok-1")
in_child(lambda: used.profiles.get("ok-2").id)
in_child(lambda: used.close())
in_child(lambda: unused.profiles.get("ok-3").id)
in_child(lambda: unused.profiles.get("ok-4").id)
print(used.profiles.get("ok-5").id, unused.profiles.get("ok-6").id)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_client_stays_in_the_process_that_used_it(url: str) -> None:
    """A child neither talks into its parent's connections nor hangs them up; unused clients are free."""
    before = connections(url).accepted
    run_in_fresh = [sys.executable, "-c", FORKED, url]
    said = subprocess.run(run_in_fresh, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said == [
        "this client was in use before the process forked; make one in each process",
        "None",
        "ok-3",
        "ok-4",
        "ok-5 ok-6",
    ]
    # one of the used client, and one of the unused client in each of three processes
    assert connections(url).accepted == before + 1 + 3
