# Copied by "make generate" from codegen/runtime/testing/masking.py. Edit that file, not this one.
"""What a recording must not hold: keys, tokens, passwords and cookies, wherever they stand in an exchange.

A body is kept where it can be read whole: JSON, a form, and text in which nothing is called as secrets are.
In any other nobody can tell where a secret stands, so it is left out, and the exchange says how much and why.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

from attrs import evolve, frozen

from ..codec import decode, is_array, is_object, rewrite, without_mark
from ..errors import Undecodable
from ..redaction import Redaction, unescaped
from ..secret import MASK, masked
from ..secret_names import is_secret_name, is_secret_pair, is_value_of_secret
from ..transport import Reply, Request

_CONNECTIONS = re.compile(r"/connections(?:/[^/]++)?/?\Z")
_PAGE_NAME = re.compile(r"(?:url|uri|link|href)\Z", re.IGNORECASE)
_PAGE = re.compile(r"(https?:(?:\\?/){2}[\w.-]++(?::\d++)?+)\\?/[^\s\"'<>]*+", re.IGNORECASE)
_WORD = re.compile(r"[\w.$-]++")
_MASKED = re.compile(rf"[\w.$-]++\]?[\"']?\s*+[=:]\s*+[\"']?{re.escape(MASK)}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_IN_JSON = re.compile(r"\"\s*+:")
_FORM = "application/x-www-form-urlencoded"


@frozen
class Exchange:
    """A request and its answer, free of credentials; files that were uploaded are left out.

    Attributes:
        request_left_out: how many bytes of a body of the request were not kept, and why; empty where it was.
        reply_left_out: the same of the answer.
    """

    request: Request
    reply: Reply
    request_left_out: str = ""
    reply_left_out: str = ""


@frozen
class _Body:
    """What is kept of a body, and what is said of one that is not."""

    content: bytes
    left_out: str = ""


def recorded(request: Request, reply: Reply) -> Exchange:
    """Take the credentials out of an exchange, and the key that signed it out of every place."""
    mask = _Mask(request)
    headers = {name: mask.header(name, value) for name, value in reply.headers.items()}
    body = mask.body(reply.body, reply.headers.get("content-type", ""))
    kept, left_out = recorded_request(request)
    return Exchange(kept, evolve(reply, headers=headers, body=body.content), left_out, body.left_out)


def recorded_request(request: Request) -> tuple[Request, str]:
    """Take the credentials out of a request; tells why its body was left out, if it was."""
    mask = _Mask(request)
    headers = tuple((name, mask.header(name, value)) for name, value in request.headers)
    if request.body is None:
        return Request(request.method, mask.url(), headers), ""
    types = (value for name, value in request.headers if name.lower() == "content-type")
    body = mask.body(request.body, next(types, ""))
    return Request(request.method, mask.url(), headers, body.content), body.left_out


class _Unreadable(Exception):
    """Why a body cannot be read whole."""


class _Mask:
    """Masks all that belongs to one request; a page where Maton grants access is secret but for its host."""

    def __init__(self, request: Request) -> None:
        self._url = request.url
        self._key = request.key
        self._redaction = Redaction(request.key, queries=True)
        self._is_gateway = bool(_CONNECTIONS.search(urlsplit(request.url).path))

    def url(self) -> str:
        place, mark, query = self._url.partition("?")
        return self._redaction.text(place) + mark + self._query(query)

    def header(self, name: str, value: str) -> str:
        return MASK if is_secret_name(name) else self._text(value)

    def body(self, body: bytes, content_type: str) -> _Body:
        """Mask a body; one without a secret stays as it came, to the byte."""
        try:
            shown = self._shown(body, content_type.lower())
        except _Unreadable as reason:
            return _Body(b"", f"{len(body)} bytes, {reason}")
        except RecursionError:
            return _Body(b"", f"{len(body)} bytes, nested too deeply")
        return _Body(masked(shown.decode("latin-1"), self._key).encode("latin-1"))

    def _shown(self, body: bytes, content_type: str) -> bytes:
        if not body:
            return body
        if content_type.startswith(_FORM):
            return self._query(_plain_text(body)).encode()
        try:
            value = decode(body)
        except Undecodable:
            return self._page(body, content_type)
        return self._rewritten(body, value)

    def _rewritten(self, text: bytes, value: Any) -> bytes:
        """Mask JSON that was read; a text without a secret stays as it came, to the byte."""
        shown = self._json(value)
        return text if shown == value and not _repeats_names(text) else rewrite(shown)

    def _page(self, body: bytes, content_type: str) -> bytes:
        text = _plain_text(body)
        is_meant_so = "json" in content_type or without_mark(body).lstrip()[:1] in {b"{", b"[", b'"'}
        if is_meant_so or _IN_JSON.search(text):
            raise _Unreadable("which are no single, complete JSON")
        shown = self._redaction.text(text)
        rest = _MASKED.sub("", shown)
        words = (word for form in (rest, *unescaped(rest)) for word in _WORD.findall(form))
        if self._is_gateway or any(map(is_secret_name, words)):
            raise _Unreadable("which are text that may hold a secret")
        return shown.encode()

    def _query(self, query: str) -> str:
        return "&".join(map(self._pair, query.split("&")))

    def _pair(self, pair: str) -> str:
        name, mark, value = pair.partition("=")
        if is_secret_name(unquote_plus(name)):
            return f"{self._part(name)}{mark}{value and MASK}"
        return f"{self._part(name)}{mark}{self._part(value)}"

    def _part(self, part: str) -> str:
        """Mask a percent-encoded name or value."""
        plain = unquote_plus(part)
        shown = self._text(plain)
        return part if shown == plain else quote(shown, safe="*")

    def _json(self, value: Any, *, hidden: bool = False, listed: bool = False) -> Any:
        if is_object(value):
            return {
                self._text(name): self._member(name, item, hidden or is_value_of_secret(name, value))
                for name, item in value.items()
            }
        if is_array(value):
            is_pair = listed and is_secret_pair(value)
            return [
                self._json(item, hidden=hidden or (is_pair and place == 1), listed=True)
                for place, item in enumerate(value)
            ]
        if value is None or isinstance(value, bool):
            return value
        if hidden:
            return MASK
        return self._text(value) if isinstance(value, str) else value

    def _member(self, name: str, value: Any, hidden: bool) -> Any:
        if self._is_gateway and isinstance(value, str) and _PAGE_NAME.search(name):
            return _PAGE.sub(rf"\g<1>/{MASK}", value) if _PAGE.fullmatch(value) else MASK
        return self._json(value, hidden=hidden or is_secret_name(name))

    def _text(self, text: str) -> str:
        """Mask a text, which may itself be JSON."""
        if text[:1] in {"{", "["}:
            with suppress(Undecodable, UnicodeEncodeError, RecursionError):
                encoded = text.encode()
                return self._rewritten(encoded, decode(encoded)).decode()
        if self._is_gateway:
            text = _PAGE.sub(rf"\g<1>/{MASK}", text)
        return self._redaction.text(text)


def _plain_text(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise _Unreadable("which are no UTF-8") from None
    if _CONTROL.search(text):
        raise _Unreadable("which are no text")
    return text


def _repeats_names(body: bytes) -> bool:
    """Whether an object in JSON names a member twice, of which reading gives the last alone."""
    repeated = False

    def check(pairs: list[tuple[str, object]]) -> None:
        nonlocal repeated
        repeated = repeated or len({name for name, _ in pairs}) < len(pairs)

    json.loads(without_mark(body), object_pairs_hook=check, parse_int=str, parse_float=str)
    return repeated
