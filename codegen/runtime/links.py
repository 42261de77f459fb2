"""Links of an answer: they are never followed, only the cursor is taken out of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from .codec import is_object

OF_PAGES = "page[cursor]"
OF_REPORTS = "page_cursor"


def link_of(links: Any, name: str) -> Any:
    """Give a link of an answer as it came, or the text in it; None where there is none.

    An object without such a text is still a link: it leads somewhere that nobody can tell.
    """
    found = links.get(name) if is_object(links) else None
    href = found.get("href") if is_object(found) else found
    return href if isinstance(href, str) else found


def cursor_of(links: Any, name: str, *keys: str) -> str | None:
    """Give the cursor that a link names by one of these query parameters; an empty one leads nowhere."""
    found = link_of(links, name)
    query = found.partition("?")[2].partition("#")[0] if isinstance(found, str) else ""
    pairs = (pair.partition("=") for pair in query.split("&"))
    return next((unquote(value) for key, _, value in pairs if value and unquote(key) in keys), None)
