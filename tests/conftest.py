"""What holds for every test: no network, no key from the environment, none skipped where all could run.

``HYPOTHESIS_PROFILE`` chooses how many examples the laws are tried with: fast, default or thorough.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Generator, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

SHARED = Path(__file__).parents[2] / "shared"

_VARIABLES = ("KLAVIYO_", "MATON_")
_HARMLESS = {"KLAVIYO_DOCUMENTS", "KLAVIYO_MATON_EAGER"}
_SETTINGS = "_hypothesis_internal_use_settings"
_EXAMPLES = {"fast": 10, "default": 60, "thorough": 1000}


for _name, _examples in _EXAMPLES.items():
    settings.register_profile(
        _name,
        max_examples=_examples,
        deadline=None,
        derandomize="CI" in os.environ,
        suppress_health_check=[HealthCheck.too_slow],  # how slow drawing is depends on who else is computing
    )
_PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "default")
settings.load_profile(_PROFILE)

for _variable in [name for name in os.environ if name.startswith(_VARIABLES) and name not in _HARMLESS]:
    del os.environ[_variable]


@pytest.fixture(scope="session", autouse=True)
def network_is_blocked() -> Iterator[None]:
    """Let sockets connect to this machine only."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _to_loopback_only(getattr(socket.socket, name)))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The facts that stand beside the project and are no part of it; without them the test is skipped."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the directory {SHARED.name} beside the project")
    return SHARED


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests marked as slow out of the fast profile."""
    if _PROFILE != "fast":
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Keep the settings of a law as they are: Hypothesis derives those of each case from the case before.

    After a thousand cases they would be nested deeper than Python goes.
    """
    law = getattr(item, "obj", None)
    kept = getattr(law, _SETTINGS, None)
    try:
        return (yield)
    finally:
        if kept is not None:
            setattr(law, _SETTINGS, kept)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a session that skipped tests although everything they could need is there."""
    if _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say why such a session failed."""
    if skipped := _skipped(config):
        terminalreporter.write_line(
            f"{skipped} tests were skipped although {SHARED.name} is there: none may be", red=True
        )


def _skipped(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not SHARED.is_dir() or not isinstance(reporter, pytest.TerminalReporter):
        return 0
    return len(reporter.stats.get("skipped", []))


def _to_loopback_only(connect: Any) -> Any:
    def checked(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
            self.close()
            raise RuntimeError(f"a test tried to connect to {address[0]}: tests have no network")
        return connect(self, address)

    return checked


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
