"""Runs the Python of the README, in order and in one namespace: ``python -m tests.readme.play``.

What it says over httpx is answered by the sandbox; nothing in the code knows. The environment's keys are
those of the last shell block that exports some.
"""

from __future__ import annotations

import os
import re
import warnings
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from runpy import run_path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import httpx
from attrs import evolve
from hypothesis import HealthCheck, settings

from klaviyo_maton import Request
from klaviyo_maton.runtime.sandbox import API_KEY, MATON_KEY, Sandbox
from klaviyo_maton.runtime.sandbox.uploads import MULTIPART, read_multipart
from klaviyo_maton.v2024_10_15.revision import REVISION as OLD
from klaviyo_maton.v2026_01_15.revision import REVISION as NEW
from tests.readme.blocks import Block, blocks

_EXPORT = re.compile(r"export (\w+)=", re.MULTILINE)


def furnish(sandbox: Sandbox) -> None:
    """Put into the account what the README's reader is supposed to have there."""
    sandbox.add("account", {"timezone": "Europe/Vienna"})
    ada = sandbox.add(
        "profile",
        {"email": "ada@example.com", "location": {"city": "London"}},
        id="01GDDKASAP8TKDDA2GRZDSVP4H",
    )
    sandbox.add("profile", {"email": "grace@example.com"})
    sandbox.add("profile", {"email": "mary@example.com"})
    newsletter = sandbox.add("list", {"name": "Newsletter"}, id="Y6nRLr")
    sandbox.link("list", newsletter, "profiles", "profile", ada)
    metric = sandbox.add("metric", {"name": "Opened Email"}, id="VJ9aBc")
    for moment in ("2025-12-31T23:59:59+00:00", "2026-01-12T09:30:00+00:00"):
        event = sandbox.add("event", {"datetime": moment})
        sandbox.link("event", event, "metric", "metric", metric)


def export(block: Block, sandbox: Sandbox) -> None:
    """Set the variables that a shell block exports, and no others, to what the sandbox takes."""
    keys = {
        "KLAVIYO_API_KEY": API_KEY,
        "MATON_API_KEY": MATON_KEY,
        "MATON_CONNECTION_ID": sandbox.connection_id,
    }
    names: list[str] = _EXPORT.findall(block.code)
    if names:
        for name in keys:
            os.environ.pop(name, None)
        os.environ.update({name: keys[name] for name in names})


def play(block: Block, namespace: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Run a block of Python, compare what it prints with its comments, and return the names it leaves."""
    place = folder / "README.md"
    place.write_text("\n" * (block.line - 1) + block.code, encoding="utf-8")
    printed = StringIO()
    with redirect_stdout(printed):
        known = run_path(str(place), namespace, "__main__")
    said, expected = printed.getvalue(), block.printed
    assert said == expected, f"README.md:{block.line} prints\n{said}\nand says that it prints\n{expected}"
    return known


def main() -> None:
    """Run all blocks."""
    settings.register_profile(
        "readme", max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    settings.load_profile("readme")
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", "revision 2024-10-15 was retired")
    sandbox = Sandbox(NEW, OLD)
    furnish(sandbox)

    def answer(_transport: object, message: httpx.Request) -> httpx.Response:
        request = Request(
            message.method, str(message.url), tuple(message.headers.items()), message.read() or None
        )
        content_type = message.headers.get("content-type", "")
        if request.body and content_type.startswith(MULTIPART):
            request = evolve(request, body=None, upload=read_multipart(content_type, request.body))
        reply = sandbox.handle(request)
        return httpx.Response(reply.status, headers=reply.headers, content=reply.body)

    async def answer_later(transport: object, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return answer(transport, request)

    known: dict[str, Any] = {}
    with (
        TemporaryDirectory() as folder,
        chdir(folder),
        patch.object(httpx.HTTPTransport, "handle_request", answer),
        patch.object(httpx.AsyncHTTPTransport, "handle_async_request", answer_later),
    ):
        for block in blocks():
            if block.language == "shell":
                export(block, sandbox)
            elif block.language == "python":
                known = play(block, known, Path(folder))


if __name__ == "__main__":
    main()
