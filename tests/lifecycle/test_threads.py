"""Many threads share one client: nothing is lost, doubled or mixed up, and closing ends it for all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock, Semaphore

from attrs import define, field

from klaviyo_maton import ClientClosed, Direct, InMemory, Klaviyo, Reply, Request
from klaviyo_maton.runtime.events import CallEvent
from tests.lifecycle.loopback import connections

THREADS = 16


@define
class Crowd:
    """Counts how many requests are in it at once."""

    inside: int = 0
    most: int = 0
    lock: Lock = field(factory=Lock)

    def answer(self, request: Request) -> Reply:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        name = request.url.rpartition("/")[2]
        with self.lock:
            self.inside -= 1
        return Reply(200, {}, f'{{"data": {{"type": "profile", "id": "{name}"}}}}'.encode())


def test_threads_share_a_client_in_memory() -> None:
    crowd, start = Crowd(), Barrier(THREADS)
    told: list[CallEvent] = []
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(crowd.answer), on_event=told.append)

    def work(thread: int) -> list[str | None]:
        start.wait()
        return [client.profiles.get(f"{thread}-{call}").id for call in range(50)]

    with ThreadPoolExecutor(THREADS) as threads:
        got = list(threads.map(work, range(THREADS)))
    assert got == [[f"{thread}-{call}" for call in range(50)] for thread in range(THREADS)]
    assert 1 <= crowd.most <= THREADS
    assert len(told) == THREADS * 50 * 2
    assert crowd.inside == 0


def test_threads_share_a_client_over_sockets(url: str) -> None:
    """Each thread gets the answers to its own requests, over no more connections than threads."""
    before, start = connections(url), Barrier(THREADS)
    with Klaviyo(Direct("pk_1", base_url=url), max_retries=1) as client:

        def work(thread: int) -> list[str | None]:
            start.wait()
            kinds = ["ok", "pieces", "busy", "bye", "ok"]
            return [client.profiles.get(f"{kind}-{thread}").id for kind in kinds]

        with ThreadPoolExecutor(THREADS) as threads:
            got = list(threads.map(work, range(THREADS)))
        assert connections(url).open <= before.open + THREADS
    assert got == [
        [f"{kind}-{thread}" for kind in ("ok", "pieces", "busy", "bye", "ok")] for thread in range(THREADS)
    ]
    assert connections(url).open == before.open
    assert connections(url).accepted <= before.accepted + 2 * THREADS


def test_closing_lets_the_calls_of_all_threads_end(url: str) -> None:
    """Whoever is under way gets the answer, whoever comes later is told; then all connections are closed."""
    before, begun = connections(url), Semaphore(0)
    client = Klaviyo(Direct("pk_1", base_url=url), on_event=lambda _: begun.release())

    def work(thread: int) -> list[str | None]:
        answers: list[str | None] = []
        while True:
            try:
                answers.append(client.profiles.get(f"ok-{thread}").id)
            except ClientClosed:
                return answers

    with ThreadPoolExecutor(THREADS) as threads:
        working = [threads.submit(work, thread) for thread in range(THREADS)]
        for _ in range(THREADS * 10):
            begun.acquire()
        client.close()
        for thread, future in enumerate(working):
            assert set(future.result(timeout=20)) <= {f"ok-{thread}"}
    assert connections(url).open == before.open
