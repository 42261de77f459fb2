"""The demo runs through, quickly, and shows what it promises."""

from __future__ import annotations

import time

import pytest

from codegen import demo
from klaviyo_maton.runtime.sandbox import API_KEY


def test_the_tour_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """Over a real socket, without a key, without waiting."""
    begin = time.monotonic()
    demo.main()
    assert time.monotonic() - begin < 5
    shown = capsys.readouterr().out
    for text in (
        "Conflict: 409",
        "conflict.duplicate_profile_id → '01K",
        "→ [10, 10, 5]",
        "its misfits → [Misfit",
        "Undecodable: ",
        "/klaviyo/api/profiles",
        "GatewayError: ",
        "none of which left this machine",
    ):
        assert text in shown
    assert API_KEY not in shown
