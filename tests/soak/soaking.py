"""Calls of every kind and with every end, again and again, and what the process holds meanwhile.

One sync client, which threads share, and one async client make all of them.
"""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from attrs import frozen

from klaviyo_maton import AsyncKlaviyo, Direct, Klaviyo, KlaviyoError

ROUND = 100
"""So many calls are made between two chances to stop."""

_THREADS = 4
_USES: list[Callable[[Any, str], Any]] = [
    lambda client, _: client.profiles.get("ok"),
    lambda client, _: client.profiles.get("pieces"),
    lambda client, name: client.with_options(max_retries=1).profiles.get(f"busy-{name}"),
    lambda client, _: client.profiles.get("bye"),
    lambda client, _: client.profiles.get("gone"),
    lambda client, _: client.profiles.get("reset"),
    lambda client, _: client.profiles.get("cut"),
    lambda client, _: client.with_options(timeout=0.002).profiles.get("mute"),
    lambda client, _: client.with_options(strict=True).request("GET", "/api/profiles"),
    lambda client, _: client.profiles.list().first(),
    lambda client, _: client.profiles.get(""),
    lambda client, name: client.events.create(metric={"name": name}, profile={"id": "1"}, properties={}),
    lambda client, _: client.images.upload(file=b"picture" * 5000),
]


@frozen
class Sample:
    """What the process holds after so many calls; ``memory`` in kB, 0 where the system does not tell."""

    calls: int
    descriptors: int
    threads: int
    tasks: int
    objects: int
    memory: int


def soak(url: str, calls: int, every: int = ROUND) -> Generator[Sample]:
    """Make calls; give a sample before, after every so many of them, and after the clients are closed."""
    connection = Direct("pk_soak", base_url=url)
    with asyncio.Runner() as runner, ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(threading.Barrier(_THREADS).wait, [None] * _THREADS))  # start them all
        yield _sample(0, runner.run(_tasks()))
        sync = Klaviyo(connection, max_retries=0, on_event=str)
        aio = AsyncKlaviyo(connection, max_retries=0, on_event=str)
        for done in range(0, calls, ROUND):
            futures = [threads.submit(_use, sync, number) for number in range(done, done + ROUND // 4)]
            runner.run(_round(aio, range(done + ROUND // 4, done + ROUND)))
            for future in futures:
                future.result()
            if (done + ROUND) % every == 0:
                yield _sample(done + ROUND, runner.run(_tasks()))
        sync.close()
        runner.run(aio.aclose())
        yield _sample(calls, runner.run(_tasks()))


def growth(samples: Sequence[Sample]) -> list[str]:
    """Tell what was not given back, or grew after the first quarter."""
    start, *during, end = samples
    settled, last = during[len(during) // 4], during[-1]
    found = [
        f"{name} were {before}, and are {after}"
        for name, before, after in [
            ("descriptors", start.descriptors, end.descriptors),
            ("tasks", start.tasks, end.tasks),
            ("threads", start.threads, end.threads),
        ]
        if after > before
    ]
    for name, before, after, play in [
        ("objects", settled.objects, last.objects, 1000),
        ("kB of memory", settled.memory, last.memory, 4096),
    ]:
        if after > before + play:
            found.append(f"{name} were {before} after {settled.calls} calls, and are {after}")
    return found


async def _tasks() -> int:
    return len(asyncio.all_tasks())


def _sample(calls: int, tasks: int) -> Sample:
    gc.collect()
    return Sample(
        calls,
        descriptors=len(list(Path("/dev/fd").iterdir())),
        threads=threading.active_count(),
        tasks=tasks,
        objects=len(gc.get_objects()),
        memory=_memory(),
    )


def _memory() -> int:
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024 if statm.exists() else 0


def _use(client: Any, number: int) -> Any:
    with suppress(KlaviyoError):
        return _USES[number % len(_USES)](client, str(number))


async def _ause(client: Any, number: int) -> None:
    with suppress(KlaviyoError):
        await _USES[number % len(_USES)](client, str(number))


async def _round(client: AsyncKlaviyo, numbers: range) -> None:
    """Use the client many times at once, and cut every third use short, each after another while."""
    tasks = [asyncio.create_task(_ause(client, number)) for number in numbers]
    for turn in range(len(tasks) // 3):
        await asyncio.sleep(0)
        tasks[3 * turn].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
