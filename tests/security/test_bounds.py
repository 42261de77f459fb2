"""What a hook of a user's client reads is bounded as what we read: in what comes, and in what that holds."""

from __future__ import annotations

import asyncio
import gzip
import re
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from attrs import define, field

from klaviyo_maton import AsyncKlaviyo, Direct, Klaviyo, KlaviyoError, TransportFailed, Undecodable
from klaviyo_maton.runtime.httpx_transport import AsyncHttpxTransport, HttpxTransport
from tests.laws.playing import stopped_clock

LIMIT = 100_000
ANSWER = b'{"data": {"type": "profile", "id": "1"}}'
BOMB = gzip.compress(bytes(50_000_000))
EMPTY = gzip.compress(b"")
ROOM = 3_000_000


@define
class Served(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in chunks, as a server sends it; ``sent`` counts those that were asked for."""

    chunks: list[bytes]
    headers: dict[str, str] = field(factory=dict[str, str])
    sent: int = 0

    def answer(self, _: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=self.headers, stream=self)

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            self.sent += 1
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


GZIP = {"content-encoding": "gzip"}


def read(response: httpx.Response) -> None:
    response.read()


def read_quietly(response: httpx.Response) -> None:
    with suppress(Exception):
        response.read()


def read_in_part(response: httpx.Response) -> None:
    for _ in response.iter_bytes():
        return


def read_anew(response: httpx.Response) -> None:
    try:
        response.read()
    except Exception as error:
        raise RuntimeError("reading failed") from error


def close(response: httpx.Response) -> None:
    response.close()


async def aread(response: httpx.Response) -> None:
    await response.aread()


async def aread_quietly(response: httpx.Response) -> None:
    with suppress(Exception):
        await response.aread()


async def aread_in_part(response: httpx.Response) -> None:
    async for _ in response.aiter_bytes():
        return


async def aread_anew(response: httpx.Response) -> None:
    try:
        await response.aread()
    except Exception as error:
        raise RuntimeError("reading failed") from error


async def aclose(response: httpx.Response) -> None:
    await response.aclose()


def nothing(_: httpx.Response) -> None:
    pass


async def anothing(_: httpx.Response) -> None:
    pass


HOOKS: dict[str, Any] = {
    "reads": (read, aread),
    "reads quietly": (read_quietly, aread_quietly),
    "reads in part": (read_in_part, aread_in_part),
    "reads anew": (read_anew, aread_anew),
    "closes": (close, aclose),
    "reads nothing": (nothing, anothing),
}


def outcome(served: Served, hook: str, *, is_async: bool) -> Any:
    """The profile that a call gives, or its error; no retry is allowed for."""
    made, (sync_hook, async_hook) = Direct("pk_1"), HOOKS[hook]

    def act() -> Any:
        mock = httpx.MockTransport(served.answer)
        with httpx.Client(transport=mock, event_hooks={"response": [sync_hook]}) as client:
            transport = HttpxTransport(client, max_answer_bytes=LIMIT)
            return Klaviyo(made, http_client=transport, max_retries=0).profiles.get("1")

    async def aact() -> Any:
        mock = httpx.MockTransport(served.answer)
        async with httpx.AsyncClient(transport=mock, event_hooks={"response": [async_hook]}) as client:
            transport = AsyncHttpxTransport(client, max_answer_bytes=LIMIT)
            return await AsyncKlaviyo(made, http_client=transport, max_retries=0).profiles.get("1")

    with stopped_clock():
        try:
            return asyncio.run(aact()) if is_async else act()
        except KlaviyoError as error:
            return error


colours = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


@colours
@pytest.mark.parametrize("hook", ["reads", "reads quietly", "reads anew", "reads nothing"])
@pytest.mark.parametrize(
    ("chunks", "headers"),
    [
        ([BOMB], GZIP),
        ([bytes(10_000)] * 5000, {}),
        ([gzip.compress(bytes(10_000))] * 5000, GZIP),
        ([EMPTY * 50] * 5000, GZIP),
        ([gzip.compress(ANSWER)[:10] + b"a" * 10_000, *[b"a" * 10_000] * 5000], {"content-encoding": "gzip"}),
    ],
    ids=["a bomb", "without end", "member after member", "empty members", "damage"],
)
def test_whoever_reads_the_bound_holds(
    is_async: bool, hook: str, chunks: list[bytes], headers: dict[str, str]
) -> None:
    """Memory and chunks stay within it, and the error comes even if the hook keeps it to itself."""
    served = Served(chunks, headers)
    tracemalloc.start()
    error = outcome(served, hook, is_async=is_async)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < ROOM
    assert served.sent < 200
    assert isinstance(error, (Undecodable, TransportFailed))
    assert error.status == 200
    expected = "max_answer_bytes|damaged" if hook != "reads anew" else "a hook of it, raised RuntimeError"
    assert re.search(expected, str(error))


@colours
@pytest.mark.parametrize("hook", ["reads", "reads quietly", "reads anew", "reads nothing"])
@pytest.mark.parametrize("members", [[ANSWER], [ANSWER[:9], ANSWER[9:]], [b"", ANSWER, b""]])
def test_a_hook_that_reads_takes_nothing_away(is_async: bool, hook: str, members: list[bytes]) -> None:
    """All members of a gzip body count, though httpx shows a hook the first alone."""
    body = b"".join(map(gzip.compress, members))
    for chunks in ([body], [body[:20], body[20:]], [bytes([byte]) for byte in body]):
        assert outcome(Served(chunks, GZIP), hook, is_async=is_async).id == "1"
    assert outcome(Served([ANSWER]), hook, is_async=is_async).id == "1"


@colours
@pytest.mark.parametrize("hook", ["reads in part", "closes"])
def test_a_hook_that_leaves_less_than_all_is_told_of(is_async: bool, hook: str) -> None:
    error = outcome(Served([ANSWER[:9], ANSWER[9:]]), hook, is_async=is_async)
    assert isinstance(error, TransportFailed)
    assert (error.sent, error.status) == (True, 200)
    assert "hook" in str(error)
