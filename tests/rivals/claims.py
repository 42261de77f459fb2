"""The sentences of README about ``klaviyo-api``, each the docstring of a check that tells whether it is true.

The checks run where that package is installed, which is an environment of its own, against a server on
this machine. The sentences can be read anywhere.
"""

from __future__ import annotations

import inspect
import json
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from threading import Thread
from typing import Any
from unittest.mock import patch

_DICTIONARIES = {"USE_DICTIONARY_FOR_RESPONSE_DATA": True}
_RETRIES = 3
_LINKS = {"self": "https://a.klaviyo.com/api/x", "next": None, "prev": None}


class _Server(ThreadingHTTPServer):
    """Gives one answer to everything, and keeps what it was sent."""

    status = 200
    document: object = None
    headers: dict[str, str]
    bodies: list[bytes]

    def answers(self, status: int, document: object = None, **headers: str) -> None:
        """Give this from now on."""
        self.status, self.document, self.headers, self.bodies = status, document, headers, []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        server.bodies.append(self.rfile.read(int(self.headers.get("content-length") or 0)))
        content = json.dumps(server.document).encode()
        self.send_response(server.status)
        for name, value in server.headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-type", "application/vnd.api+json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def _serving() -> Generator[tuple[_Server, Any]]:
    """Serve, and give the vendor's client for it; its waits take no time."""
    sdk: Any = import_module("klaviyo_api")
    with _Server(("127.0.0.1", 0), _Handler) as server, patch.object(time, "sleep"):
        Thread(target=server.serve_forever, daemon=True).start()
        host = f"http://127.0.0.1:{server.server_port}"
        yield server, sdk.KlaviyoAPI("pk_of_nobody", max_retries=_RETRIES, test_host=host)
        server.shutdown()


def _flow(**attributes: object) -> dict[str, object]:
    return {"type": "flow", "id": "1", "attributes": attributes, "links": {"self": "https://a.klaviyo.com/x"}}


def _event(**attributes: object) -> dict[str, object]:
    metric = {"data": {"type": "metric", "attributes": {"name": "Placed Order"}}}
    profile = {"data": {"type": "profile", "attributes": {"email": "ada@example.com"}}}
    required = {"properties": {}, "metric": metric, "profile": profile}
    return {"data": {"type": "event", "attributes": required | attributes}}


def _fails(call: Callable[[], object]) -> bool:
    with suppress(Exception):
        call()
        return False
    return True


def one_odd_value_loses_the_page() -> bool:
    """One enum value or null that the document does not name makes its whole page unreadable there,
    unless results are asked for as dictionaries.
    """
    well = _flow(name="Welcome", status="live")
    odd = [_flow(name="New", status="live", trigger_type="Something New"), {**well, "type": None}]
    with _serving() as (server, client):
        verdicts: list[bool] = []
        for flow in odd:
            server.answers(200, {"data": [well, flow], "links": _LINKS})
            verdicts.append(_fails(client.Flows.get_flows))
            verdicts.append(len(client.Flows.get_flows(options=_DICTIONARIES)["data"]) == len(odd))
    return all(verdicts)


def unknown_members_are_dropped() -> bool:
    """Members that it does not know are dropped from requests and results without a word,
    and a model that is read and written back turns absent members into nulls.
    """
    shown = {"type": "profile", "id": "01", "attributes": {"email": "ada@example.com", "shoe_size": 38}}
    with _serving() as (server, client):
        server.answers(202)
        client.Events.create_event(_event(shoe_size=38))
        sent = b"".join(server.bodies)
        server.answers(200, {"data": {**shown, "links": {"self": "https://a.klaviyo.com/x"}}})
        read = client.Profiles.get_profile("01").to_dict()["data"]["attributes"]
    return b"shoe_size" not in sent and "shoe_size" not in read and read.get("phone_number", "absent") is None


def writes_are_repeated_and_retries_nested() -> bool:
    """It repeats a POST after a 503, whose outcome is unknown, and nests its retries with those of its
    HTTP library: with `max_retries=3`, a constant 429 is asked 12 times.
    """
    with _serving() as (server, client):
        server.answers(503)
        _fails(lambda: client.Events.create_event(_event()))
        posts = len(server.bodies)
        server.answers(429, None, retry_after="0")
        _fails(client.Accounts.get_accounts)
        reads = len(server.bodies)
    return posts > 1 and reads == 4 * _RETRIES


def what_it_does_not_have() -> bool:
    """It has no async, waits without an end unless a call is given a time-out,
    and its filters take any field and lose the spaces within a value.
    """
    builder = import_module("klaviyo_api.filter_builder").FilterBuilder
    with _serving() as (_, client):
        method = client.Profiles.get_profiles
        undecorated = inspect.unwrap(client.Profiles.__class__.get_profiles)
        timeout = inspect.signature(undecorated).parameters["_request_timeout"].default
        filters = builder()
        filters.equals("no_such_field", "Van der Berg")
    is_async = inspect.iscoroutinefunction(method)
    return not is_async and timeout is None and filters.build() == 'equals(no_such_field,"VanderBerg")'


CHECKS: tuple[Callable[[], bool], ...] = (
    one_odd_value_loses_the_page,
    unknown_members_are_dropped,
    writes_are_repeated_and_retries_nested,
    what_it_does_not_have,
)


def sentence(check: Callable[[], bool]) -> str:
    """What README says."""
    return " ".join((check.__doc__ or "").split())


if __name__ == "__main__":
    untrue = [sentence(check) for check in CHECKS if not check()]
    sys.stdout.write("".join(f"no longer true: {claim}\n" for claim in untrue) or "every claim holds\n")
    sys.exit(bool(untrue))
