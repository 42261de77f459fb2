# Copied by "make generate" from codegen/runtime/testing/masking.py. Edit that file, not this one.
"""What a recording must not hold: keys, tokens, passwords and cookies, wherever they stand in an exchange."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from attrs import evolve, frozen

from ..codec import decode, is_array, is_object, rewrite
from ..errors import Undecodable
from ..redaction import Redaction
from ..secret import MASK, masked
from ..secret_names import is_secret_name
from ..transport import Reply, Request

_ORIGIN = re.compile(r"https?://[\w.-]++(?::\d++)?+(?=[/?#]|\Z)")
_CONNECTIONS = re.compile(r"/connections(?:/[^/]++)?/?\Z")


@frozen
class Exchange:
    """A request and its answer, free of credentials; files that were uploaded are left out."""

    request: Request
    reply: Reply


def recorded(request: Request, reply: Reply) -> Exchange:
    """Take the credentials out of an exchange, and the key that signed it out of every place."""
    mask = _Mask(request)
    headers = {name: mask.header(name, value) for name, value in reply.headers.items()}
    return Exchange(mask.request(), evolve(reply, headers=headers, body=mask.body(reply.body)))


def recorded_request(request: Request) -> Request:
    """Take the credentials out of a request."""
    return _Mask(request).request()


class _Mask:
    """Masks all that belongs to one request; a page where Maton grants access is secret but for its host."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._key = request.key
        self._redaction = Redaction(request.key, queries=True)
        self._is_gateway = bool(_CONNECTIONS.search(urlsplit(request.url).path))

    def request(self) -> Request:
        request = self._request
        return Request(
            request.method,
            self._text(request.url),
            tuple((name, self.header(name, value)) for name, value in request.headers),
            None if request.body is None else self.body(request.body),
        )

    def header(self, name: str, value: str) -> str:
        return MASK if is_secret_name(name) else self._text(value)

    def body(self, body: bytes) -> bytes:
        """Mask a body; one without a secret stays as it came, to the byte."""
        try:
            value = decode(body)
            shown = self._json(value)
            text = body if shown == value else rewrite(shown)
        except (Undecodable, RecursionError):
            return self._text(body.decode("latin-1")).encode("latin-1")
        return masked(text.decode("latin-1"), self._key).encode("latin-1")

    def _json(self, value: Any, *, hidden: bool = False) -> Any:
        if is_object(value):
            return {self._text(name): self._member(name, item, hidden) for name, item in value.items()}
        if is_array(value):
            return [self._json(item, hidden=hidden) for item in value]
        if value is None or isinstance(value, bool):
            return value
        if hidden:
            return MASK
        return self._text(value) if isinstance(value, str) else value

    def _member(self, name: str, value: Any, hidden: bool) -> Any:
        if self._is_gateway and name == "url" and isinstance(value, str):
            origin = _ORIGIN.match(value)
            return f"{origin[0]}/{MASK}" if origin else MASK
        return self._json(value, hidden=hidden or is_secret_name(name))

    def _text(self, text: str) -> str:
        return self._redaction.text(text)
