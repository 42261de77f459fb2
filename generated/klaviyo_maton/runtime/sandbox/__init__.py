# Copied by "make generate" from codegen/runtime/sandbox/__init__.py. Edit that file, not this one.
"""A sandbox for tests and first steps: Klaviyo and Maton, small, in memory, and keeping state.

    sandbox = Sandbox(REVISION)
    client = Klaviyo(Direct(API_KEY), http_client=sandbox.transport())

:func:`serve` puts the same behind a socket of this machine.
"""

from __future__ import annotations

from .sandbox import API_KEY, MATON_KEY, Sandbox
from .server import serve

__all__ = ["API_KEY", "MATON_KEY", "Sandbox", "serve"]
