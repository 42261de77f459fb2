"""``make bench``: CPU time of this library as a ratio to plain httpx and json, in the same run.

Each line is the best of several rounds, and rounds of both rivals take turns, so that what else the
machine does touches both alike. Compare ratios, not milliseconds.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import httpx

from klaviyo_maton import Direct, Klaviyo
from klaviyo_maton.runtime.codec import is_array, is_object
from klaviyo_maton.runtime.model import Model
from klaviyo_maton.runtime.prepare import Extra
from klaviyo_maton.runtime.reading import LAYOUTS

_ROUNDS = 7
_KEY = "pk_benchmark"
_HEADERS = {"authorization": f"Klaviyo-API-Key {_KEY}", "revision": "2026-01-15"}


@contextmanager
def _server() -> Generator[str]:
    command = [sys.executable, "-m", "tests.benchmarks.server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield f"http://127.0.0.1:{process.stdout.readline().strip() if process.stdout else ''}"
        process.kill()


def _cpu(run: Callable[[], object], times: int) -> float:
    gc.collect()
    start = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - start) / times * 1000


def _compare(what: str, ours: Callable[[], object], plain: Callable[[], object], times: int) -> None:
    ours()
    plain()
    pairs = [(_cpu(ours, times), _cpu(plain, times)) for _ in range(_ROUNDS)]
    mine, theirs = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
    print(f"{what:44s} {mine:8.3f} ms {theirs:8.3f} ms {mine / theirs:6.2f} x", flush=True)


def _fresh(code: str) -> float:
    """Milliseconds that a fresh process takes for some code, the best of many."""
    best = float("inf")
    for _ in range(12):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        best = min(best, time.perf_counter() - start)
    return best * 1000


def _touch(value: object) -> None:
    """Read every member of a model, and of all models in it."""
    if is_array(value):
        for item in value:
            _touch(item)
    elif isinstance(value, Model):
        for name in LAYOUTS[type(value)].members:
            _touch(getattr(value, name))


def _walk(value: object) -> None:
    """Read every value of decoded JSON, which is what `_touch` does with models."""
    if is_array(value):
        for item in value:
            _walk(item)
    elif is_object(value):
        for key in value:
            _walk(value[key])


def main() -> None:
    """Print a line a figure."""
    print(f"{'':44s} {'this':>11s} {'plain':>11s}   ratio")
    with _server() as url:
        with httpx.Client(headers=_HEADERS) as plain, Klaviyo(Direct(_KEY, base_url=url)) as ours:
            _requests(ours, plain, url)
        _imports(url)


def _requests(ours: Klaviyo, plain: httpx.Client, url: str) -> None:
    def plain_items(query: str = "") -> list[Any]:
        text = plain.get(f"{url}/api/profiles?page[size]=100{query}").content
        items: list[Any] = json.loads(text)["data"]
        return items

    def plain_page(query: str = "") -> list[tuple[str, str]]:
        return [(item["id"], item["attributes"]["email"]) for item in plain_items(query)]

    def page(extra: Extra | None = None) -> list[tuple[str, str | None]]:
        return [(item.id, item.email) for item in ours.profiles.list(extra=extra)]

    def event() -> None:
        ours.events.create(
            metric={"name": "Viewed Product"}, profile={"email": "a@b.example"}, properties={"sku": "A-1"}
        )

    profile = {"data": {"type": "profile", "attributes": {"email": "a@b.example"}}}
    metric = {"data": {"type": "metric", "attributes": {"name": "Viewed Product"}}}
    attributes = {"metric": metric, "profile": profile, "properties": {"sku": "A-1"}}
    body = {"data": {"type": "event", "attributes": attributes}}
    odd: Extra = {"query": {"odd": "1"}}

    _compare("page of 100 profiles, ids and emails read", page, plain_page, 30)
    _compare("page of 100 odd profiles, the same", lambda: page(odd), lambda: plain_page("&odd=1"), 30)
    _compare(
        "page of 100 profiles, every member read",
        lambda: _touch(list(ours.profiles.list())),
        lambda: _walk(plain_items()),
        20,
    )
    _compare(
        "one profile, its email read",
        lambda: ours.profiles.get("01").email,
        lambda: json.loads(plain.get(f"{url}/api/profiles/01").content)["data"]["attributes"]["email"],
        300,
    )
    _compare("one event posted", event, lambda: plain.post(f"{url}/api/events", json=body), 300)


def _imports(url: str) -> None:
    bare = _fresh("pass")
    package = _fresh("import klaviyo_maton")
    print(f"{'import klaviyo_maton, over bare Python':44s} {package - bare:8.1f} ms")
    plain = _fresh(
        "import httpx\n"
        f"with httpx.Client(headers={_HEADERS}) as client: client.get('{url}/api/profiles/01').json()"
    )
    ours = _fresh(
        "import httpx\nfrom klaviyo_maton import Direct, Klaviyo\n"
        f"with Klaviyo(Direct('{_KEY}', base_url='{url}')) as client: client.profiles.get('01').email"
    )
    print(f"{'fresh process, one profile read':44s} {ours:8.1f} ms {plain:8.1f} ms {ours - plain:+6.1f} ms")


if __name__ == "__main__":
    main()
