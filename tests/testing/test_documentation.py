"""The examples in the docstrings of the helpers run as they stand there."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from klaviyo_maton import testing, webhooks
from tests.webhooks.signing import signed


def arrived() -> dict[str, Any]:
    """What a web framework hands over: a delivery that was made just now."""
    delivery = signed(
        {
            "data": [{"topic": "event:klaviyo.opened_email", "payload": {"id": "1"}}],
            "meta": {"klaviyo_webhook_id": "01WEBHOOK"},
        },
        moment=datetime.now(UTC),
        webhook_id="01WEBHOOK",
    )
    return {"body": delivery.body, "headers": delivery.headers, "secret": delivery.secret}


@pytest.mark.parametrize(("module", "names"), [(testing, dict[str, Any]), (webhooks, arrived)])
def test_the_examples_run(
    module: ModuleType, names: Callable[[], dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    example = doctest.DocTestParser().get_doctest(module.__doc__ or "", names(), module.__name__, None, None)
    assert example.examples
    said: list[str] = []
    result = doctest.DocTestRunner().run(example, out=said.append)
    assert result.failed == 0, "".join(said)
