"""A short tour through both clients and both roads, against the sandbox on this machine: ``make demo``.

It needs no key and no network. Each step is shown with the requests that it made and what came of it.
"""

from __future__ import annotations

import asyncio
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import unquote

from attrs import define

from klaviyo_maton import (
    AsyncKlaviyo,
    Direct,
    Klaviyo,
    KlaviyoError,
    Maton,
    MatonConnections,
    filters,
    misfits,
)
from klaviyo_maton.runtime.sandbox import API_KEY, MATON_KEY, Sandbox, serve
from klaviyo_maton.v2024_10_15.revision import REVISION as OLD
from klaviyo_maton.v2026_01_15.revision import REVISION as NEW

Step = Callable[[str, Callable[[], object]], Any]
_WIDTH = 130


@define
class Tour:
    """Takes steps and shows them; ``shown`` counts the requests that were shown already."""

    sandbox: Sandbox
    shown: int = 0

    def step(self, title: str, act: Callable[[], object]) -> Any:
        """Take a step: what it gives is shown, an error of the library as well."""
        try:
            result = act()
        except KlaviyoError as error:
            result = error
        self.show(title, result)
        return result

    def show(self, title: str, result: object) -> None:
        """Show the requests since the last step, and what came."""
        requests = self.sandbox.requests[self.shown :]
        self.shown += len(requests)
        say(f"\n{title}")
        for request in requests:
            target = unquote(request.url).partition("//")[2].partition("/")[2]
            say(f"   {request.method:6} /{target}")
        is_error = isinstance(result, KlaviyoError)
        say(f"   → {type(result).__name__}: {result}" if is_error else f"   → {result!r}")


def main() -> None:
    """Walk the tour."""
    tour = Tour(sandbox := Sandbox(NEW, OLD))
    with serve(sandbox) as url:
        say(f"A small Klaviyo and Maton listen on {url}")
        with Klaviyo(Direct(API_KEY, base_url=url)) as klaviyo:
            _profiles(tour.step, klaviyo)
            _collections(tour.step, klaviyo)
            _trouble(tour.step, klaviyo, sandbox)
        asyncio.run(_async(tour, url))
        _maton(tour.step, url)
        _old(tour.step, url)
    say(f"\n{len(sandbox.requests)} requests, none of which left this machine.")


def _profiles(step: Step, klaviyo: Klaviyo) -> None:
    given: Any = {"email": "ada@example.com", "first_name": "Ada", "location": {"city": "London"}}
    ada = step("Create a profile", lambda: klaviyo.profiles.create(**given))
    conflict = step("Create it again: an error", lambda: klaviyo.profiles.create(**given))
    say(f"   conflict.duplicate_profile_id → {conflict.duplicate_profile_id!r}")
    step("Upsert it instead", lambda: klaviyo.profiles.upsert(email=given["email"], title="Countess"))
    changed = step("None clears, the rest stays", lambda: klaviyo.profiles.update(ada.id, title=None))
    say(f"   title, first_name → {changed.title!r}, {changed.first_name!r}")
    news = step("Create a list", lambda: klaviyo.lists.create(name="News"))
    step("Add the profile to it", lambda: klaviyo.lists.add_profiles(news.id, [ada.id]))
    step("Included resources are linked", lambda: klaviyo.profiles.get(ada.id, include=["lists"]).lists)


def _collections(step: Step, klaviyo: Klaviyo) -> None:
    readers = [{"email": f"reader{number:02}@example.com"} for number in range(24)]
    step("Import 24 more", lambda: klaviyo.bulk_import_jobs.create(profiles=readers))
    wanted = filters.profiles.list.email.any(["ada@example.com", "reader07@example.com"])
    some = klaviyo.profiles.list(filter=wanted, fields_profile=["email", "location.city"])
    step("Find by a filter, two fields only", lambda: list(some))
    everybody = klaviyo.profiles.list(page_size=10)
    step("Iterate: pages follow by themselves", lambda: sum(1 for _ in everybody))
    step("Or take the pages", lambda: [len(page) for page in everybody.pages()])


def _trouble(step: Step, klaviyo: Klaviyo, sandbox: Sandbox) -> None:
    sandbox.fail_next(429, headers={"Retry-After": "0"}, times=2)
    step("Too many requests: tried again", lambda: klaviyo.lists.list().first())
    sandbox.add("profile", {"email": 7, "mood": "odd"}, id="ODD")
    odd = step("An odd answer is read all the same", lambda: klaviyo.profiles.get("ODD"))
    say(f"   its misfits → {misfits(odd)}")
    step("Unless it is read strictly", lambda: klaviyo.with_options(strict=True).profiles.get("ODD"))


async def _async(tour: Tour, url: str) -> None:
    async with AsyncKlaviyo(Direct(API_KEY, base_url=url)) as klaviyo:
        about: Any = {"metric": {"name": "Ordered"}, "profile": {"email": "ada@example.com"}}
        orders = (klaviyo.events.create(properties={"n": n}, unique_id=str(n), **about) for n in range(3))
        tour.show("Three events at once, with asyncio", await asyncio.gather(*orders))
        found: list[Any] = [one async for one in klaviyo.events.list(include=["metric", "profile"])]
        tour.show("What they are about", [(one.metric.name, one.profile.email) for one in found])


def _maton(step: Step, url: str) -> None:
    with MatonConnections(MATON_KEY, base_url=url) as maton:
        step("The connections that Maton keeps", lambda: maton.list(status="ACTIVE"))
        made = step("Begin one", lambda: maton.create("klaviyo"))
        step("Read it", lambda: maton.get(made.connection_id))
        step("End it", lambda: maton.delete(made.connection_id))
        road = step("Or begin one and wait for access", lambda: maton.connect("klaviyo"))
    with Klaviyo(road) as klaviyo:
        step("The same account through Maton", lambda: klaviyo.profiles.list(page_size=1).first())
        unknown = klaviyo.with_connection(Maton(MATON_KEY, connection_id="unknown", base_url=url))
        step("A connection that Maton does not know", lambda: unknown.lists.list().first())


def _old(step: Step, url: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        old: Any = import_module("klaviyo_maton.v2024_10_15")
        with old.Klaviyo(Direct(API_KEY, base_url=url)) as klaviyo:
            step("An older revision is another import", lambda: klaviyo.lists.list().first())
    for warning in caught:
        say(f"   {type(warning.message).__name__}: {warning.message}")


def say(text: str) -> None:
    """Write a line, cut to a width that terminals have."""
    sys.stdout.write((text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…") + "\n")


if __name__ == "__main__":
    main()
