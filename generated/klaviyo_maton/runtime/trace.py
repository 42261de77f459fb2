# Copied by "make generate" from codegen/runtime/trace.py. Edit that file, not this one.
"""How far a message came: what httpcore tells of it while it sends, whatever is raised in the end.

An exception says little: hooks and transports of a user may raise any. A request was certainly not sent when
none of its bytes was about to be written, and the connection that it waited for is what failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import ArgumentError

_CONNECT = b"CONNECT"
_OK = range(200, 300)


class Trace:
    """Is told the events of one message; its methods are the ``trace`` extension of both colours.

    With ``stays_here``, a message in plain http goes to no proxy.

    Attributes:
        is_sent: whether the message began to be written.
        refusal: why it must not be written.
    """

    def __init__(self, *, is_plain: bool, stays_here: bool) -> None:
        self.is_sent = False
        self.refusal: ArgumentError | None = None
        self._is_plain = is_plain
        self._stays_here = stays_here
        self._is_tunnel = False
        self._is_tunnel_refused = False
        self._failure: object = None

    def tell(self, event: str, info: Mapping[str, Any]) -> None:
        """Take an event, such as ``http11.send_request_headers.started``.

        Raises:
            ArgumentError: the message would go to a proxy and must not.
        """
        part, _, step = event.partition(".")
        if part == "socks" and self._is_plain and self._stays_here:
            raise self._refused()
        if step == "send_request_headers.started":
            self._begin(info.get("request"))
            if self.is_sent:  # no later event tells more, and httpcore takes its time for each
                getattr(info.get("request"), "extensions", {}).pop("trace", None)
        elif step.endswith(".failed"):
            self._failure = info.get("exception")
        elif step == "receive_response_headers.complete" and self._is_tunnel:
            self._is_tunnel_refused = _status(info) not in _OK

    async def atell(self, event: str, info: Mapping[str, Any]) -> None:
        """Take an event, from asyncio."""
        self.tell(event, info)

    def is_unsent_by(self, error: BaseException) -> bool:
        """Tell whether an error is known to mean that nothing of the message was sent."""
        return not self.is_sent and (self._is_tunnel_refused or is_caused(error, self._failure))

    def _begin(self, message: Any) -> None:
        # What opens a tunnel through a proxy is httpcore's own, and holds nothing of the message.
        self._is_tunnel = getattr(message, "method", b"") == _CONNECT
        if self._is_tunnel:
            return
        target = getattr(getattr(message, "url", None), "target", b"")
        if self._stays_here and target.startswith(b"http:"):  # whole URLs are for proxies
            raise self._refused()
        self.is_sent = True

    def _refused(self) -> ArgumentError:
        self.refusal = ArgumentError(
            "the http_client would send plain http to a proxy, which sees the API key; make it "
            "with trust_env=False, name this machine in NO_PROXY, or mount None for its host; "
            "insecure=True allows it"
        )
        return self.refusal


def is_caused(error: BaseException, cause: object) -> bool:
    """Tell whether an error is another, or was raised from it."""
    link: BaseException | None = error
    while link is not None and link is not cause:
        link = link.__cause__
    return link is not None


def _status(info: Mapping[str, Any]) -> object:
    """The status among what an event of httpcore's returns: the second member, of HTTP/2 the first."""
    returned = info.get("return_value") or (None,)
    return next((member for member in returned if isinstance(member, int)), None)
