"""The two colours of the generated clients: all that differs between sync and async."""

from __future__ import annotations

from attrs import frozen


@frozen
class Colour:
    """The words by which one flavour of the client differs from the other."""

    package: str
    prefix: str
    pages: str
    define: str
    wait: str
    is_async: bool

    @property
    def client(self) -> str:
        """The name of the client class."""
        return f"{self.prefix}Klaviyo"


SYNC = Colour("sync", "", "Pages", "def", "", is_async=False)
ASYNC = Colour("aio", "Async", "AsyncPages", "async def", "await ", is_async=True)
COLOURS = (SYNC, ASYNC)
