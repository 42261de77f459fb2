"""The examples in the docstrings of the helpers run as they stand there."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from klaviyo_maton import testing, webhooks
from tests.webhooks.signing import signed

DELIVERY = signed(
    {
        "data": [{"topic": "event:klaviyo.opened_email", "payload": {"id": "1"}}],
        "meta": {"klaviyo_webhook_id": "01WEBHOOK"},
    },
    moment=datetime.now(UTC),
    webhook_id="01WEBHOOK",
)
ARRIVED = {"body": DELIVERY.body, "headers": DELIVERY.headers, "secret": DELIVERY.secret}


@pytest.mark.parametrize(("module", "names"), [(testing, {}), (webhooks, ARRIVED)])
def test_the_examples_run(
    module: ModuleType, names: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    example = doctest.DocTestParser().get_doctest(module.__doc__ or "", names, module.__name__, None, None)
    assert example.examples
    said: list[str] = []
    result = doctest.DocTestRunner().run(example, out=said.append)
    assert result.failed == 0, "".join(said)
