"""What is read when it is first asked for is read once, however many threads ask at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Barrier, Event, RLock, Thread, current_thread
from typing import Any

import pytest

from codegen.runtime import document, model
from codegen.runtime.document import read_document
from codegen.runtime.model import Resource, dump, load
from codegen.runtime.reading import make, read
from tests.runtime.models_by_hand import List, Location, Profile

LATE = "late"
PROFILE = {"type": "profile", "id": "1", "attributes": {"location": {"city": "a"}, "properties": {"x": 1}}}


def together(*acts: Callable[[], object]) -> list[Any]:
    """Do things in a thread each; gives what they gave."""
    given: list[Any] = [None] * len(acts)

    def do(index: int) -> None:
        given[index] = acts[index]()

    threads = [Thread(target=do, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return given


@pytest.mark.parametrize("member", ["location", "properties"])
def test_a_member_is_one_object_for_all_threads(monkeypatch: pytest.MonkeyPatch, member: str) -> None:
    """Each thread has read it before the first of them hands it out, and yet no change is lost."""
    barrier = Barrier(3)

    def read_together(*given: Any) -> Any:
        value = read(*given)
        barrier.wait(20)
        return value

    monkeypatch.setattr(model, "read", read_together)
    profile: Any = load(Profile, PROFILE)
    first, second, third = together(*[lambda: getattr(profile, member)] * 3)
    assert first is second is third is getattr(profile, member)


def test_what_is_assigned_while_a_member_is_read_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    started, assigned = Event(), Event()

    def read_slowly(*given: Any) -> Any:
        started.set()
        assigned.wait(20)
        return read(*given)

    monkeypatch.setattr(model, "read", read_slowly)
    profile: Any = load(Profile, PROFILE)
    mine = Location(city="mine")

    def assign() -> None:
        started.wait(20)
        profile.location = mine
        assigned.set()

    found, _ = together(lambda: profile.location, assign)
    assert found is profile.location is mine
    assert dump(profile)["attributes"]["location"] == {"city": "mine"}


class Watched:
    """A lock that tells when a thread comes to it."""

    def __init__(self, comes: Event) -> None:
        self.lock = RLock()
        self.comes = comes

    def __enter__(self) -> None:
        if current_thread().name == LATE:
            self.comes.set()
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()


@pytest.mark.parametrize("link", [False, True])
def test_included_resources_are_made_once(monkeypatch: pytest.MonkeyPatch, link: bool) -> None:
    """Also where one thread is making them while another asks for them."""
    started, comes = Event(), Event()

    def make_slowly(kind: type[Resource], *given: Any) -> Any:
        if kind is List and current_thread().name != LATE:
            started.set()
            comes.wait(20)
        return make(kind, *given)

    monkeypatch.setattr(document, "make", make_slowly)
    linkage = {"lists": {"data": [{"type": "list", "id": "A"}]}}
    body = {"data": {**PROFILE, "relationships": linkage}, "included": [{"type": "list", "id": "A"}]}
    received = read_document(json.dumps(body).encode(), Profile, {"list": List}.get)
    object.__setattr__(received.compound, "_making", Watched(comes))

    def ask() -> Any:
        return received.resource.lists if link else received.included

    def ask_late() -> Any:
        current_thread().name = LATE
        started.wait(20)
        found = ask()
        comes.set()
        return found

    first, second = together(ask, ask_late)
    assert first[0] is second[0] is received.included[0] is received.resource.lists[0]
