"""Whatever stands in ids, cursors and lists comes out of the URL as it went in."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import example, given

from klaviyo_maton import ArgumentError, Direct, InMemory, Klaviyo, Maton, Raw, Reply, Request
from tests.laws.playing import KEY
from tests.strategies import from_ids, from_text

ID = "$custom:::$default:::SKU"
ROADS: dict[str, Direct | Maton] = {
    "https://a.klaviyo.com": Direct(KEY),
    "https://api.maton.ai/klaviyo": Maton("m4t0n", connection_id="c1"),
    "http://localhost:8080/a/b": Direct(KEY, base_url="http://localhost:8080/a/b/"),
}


@given(identifier=from_ids(), text=from_text())
@example(identifier=ID, text="+1 555 0100")
@example(identifier="a/..b/?c#d", text="100%25 & a=b;c")
@example(identifier="50%2e%2e", text="a,b,c")
def test_ids_and_texts_survive(identifier: str, text: str) -> None:
    """Slashes, percent signs, pluses, commas and any other character arrive, by either road."""
    for base, connection in ROADS.items():
        request = sent(connection, identifier, text)
        assert request.url.startswith(f"{base}/api/catalog-items/")
        assert request.url.isascii()
        parts = urlsplit(request.url)
        assert unquote(parts.path.removeprefix(urlsplit(base).path), errors="strict").startswith("/api/")
        assert unquote(parts.path.rpartition("/")[2], errors="strict") == identifier
        assert parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True) == [("include", text)]


@pytest.mark.parametrize("identifier", ["", ".", "..", "a/../b", "%2e%2e", "a\nb", "\x00", "\x7f", "\ud800"])
def test_ids_that_would_lead_elsewhere_are_refused(identifier: str) -> None:
    """An id that is no segment of a path is an error, and nothing is sent."""
    requests: list[Request] = []

    def handler(request: Request) -> Reply:
        requests.append(request)
        return Reply(200)

    with pytest.raises(ArgumentError):
        Klaviyo(Direct(KEY), http_client=InMemory(handler)).catalog_items.get(identifier)
    assert requests == []


def sent(connection: Direct | Maton, identifier: str, text: str) -> Request:
    requests: list[Request] = []

    def handler(request: Request) -> Reply:
        requests.append(request)
        return Reply(200, {}, b'{"data": {"type": "catalog-item", "id": "1"}}')

    Klaviyo(connection, http_client=InMemory(handler)).catalog_items.get(identifier, include=Raw(text))
    (request,) = requests
    return request
