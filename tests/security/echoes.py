"""Servers that repeat the key they were sent, in every form that web servers, proxies and gateways know."""

from __future__ import annotations

import gzip
import html
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from attrs import frozen
from hypothesis import strategies as st

from tests.security.origins import Arrival, Served

Form = Callable[[str], bytes]


def _json(document: Callable[[str], Any]) -> Form:
    return lambda said: json.dumps(document(said)).encode()


FORMS: dict[str, Form] = {
    "klaviyo": _json(lambda said: {"errors": [{"id": said, "detail": said, "source": {"pointer": said}}]}),
    "klaviyo, odd": _json(lambda said: {"errors": [said, {"detail": None, "meta": {said: [{"x": said}]}}]}),
    "auth middleware": _json(lambda said: {"error": {"message": said, "code": 401}}),
    "route handler": _json(lambda said: {"message": said, "type": said, "code": said}),
    "framework": _json(lambda said: {"detail": said}),
    "validation": _json(lambda said: {"detail": [{"loc": ["header", said], "msg": said, "type": said}]}),
    "slashes escaped": lambda said: json.dumps({"detail": said}).replace("/", "\\/").encode(),
    "text": lambda said: said.encode(),
    "page": lambda said: f"<!DOCTYPE html><p>{html.escape(said)}".encode(),
    "link": lambda said: f"<html><a href='https://a.example/?k={quote(said, safe='')}'>".encode(),
    "cut JSON": lambda said: json.dumps({"data": {"type": "profile", "id": said}}).encode()[:-2],
    "no UTF-8": lambda said: b'{"data": "\xff' + said.encode() + b'"}',
    "no document": _json(lambda said: {"data": said}),
    "misfit": _json(lambda said: {"data": {"type": said, "id": said, "attributes": {"email": [said]}}}),
    "number": _json(lambda said: {"data": {"type": "profile", "id": "1", "attributes": {"created": said}}}),
    "array": _json(lambda said: [said]),
}


@frozen
class Echo:
    """How a server repeats the key: in a form, after some other text, with a status."""

    status: int
    form: str
    before: int
    content_type: str
    headers: bool
    cut: bool
    damaged: bool

    def answer(self, arrival: Arrival) -> Served:
        key = arrival.headers["authorization"].partition(" ")[2]
        body = FORMS[self.form](f"{'x' * self.before}Authorization: {key}")
        headers = {"content-type": self.content_type}
        if self.headers:
            headers |= {"x-request-id": key, "x-klaviyo-req-id": key, "x-klaviyo-api-revision": key}
            headers |= {"location": f"/login?next={quote(key, safe='')}", "retry-after": key, "date": key}
        if self.damaged:
            headers["content-encoding"] = "gzip"
            body = gzip.compress(body)[:-9] + body
        return Served(self.status, headers, body, self.cut)


def echoes() -> st.SearchStrategy[Echo]:
    """Echoes of every form; how much comes before decides where an excerpt would cut the key in two."""
    return st.builds(
        Echo,
        status=st.sampled_from([200, 201, 202, 302, 400, 401, 403, 404, 409, 429, 500, 503]),
        form=st.sampled_from(sorted(FORMS)),
        before=st.integers(0, 70) | st.integers(130, 230) | st.integers(700, 820),
        content_type=st.sampled_from(["application/json", "text/html", "application/vnd.api+json", "x"]),
        headers=st.booleans(),
        cut=st.sampled_from([False, False, True]),
        damaged=st.sampled_from([False, False, False, True]),
    )
