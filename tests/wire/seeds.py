"""The seeds: documents of others whose every example must have a case. They are no part of this project.

They are looked for in ``../shared/seeds`` beside the project; tests that need one skip where it is missing.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from attrs import frozen

from codegen.cases import RequestCase
from tests.wire.roads import SHARED

_SCRIPT = re.compile(r"^python <<'EOF'\n(.*?)\nEOF$", re.DOTALL | re.MULTILINE)
_ENDPOINT = re.compile(
    r"^(GET|POST|PATCH|DELETE) (?:/klaviyo|https://a\.klaviyo\.com)(/\S+)\n(?:Content-Type: \S+\n)?",
    re.MULTILINE,
)
_GLUED = re.compile(r"(?<=[/)}])(?=[A-Z])")


@frozen
class Example:
    """A request as a seed shows it; a part of the path in braces stands for any."""

    revision: str
    method: str
    path: str
    query: dict[str, str]
    body: Any = None

    def is_of(self, case: RequestCase) -> bool:
        """Tell whether a case is about this request."""
        parts = self.path.rstrip("/").split("/")
        pattern = "/".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts)
        return (
            re.fullmatch(pattern, case.path) is not None
            and (case.method, case.query, case.body) == (self.method, self.query, self.body)
            and case.revision in {"", self.revision}
        )


def seed(number: str) -> str:
    """Return the text of a seed, or skip the test."""
    found = sorted((SHARED / "seeds").glob(f"{number}_*.txt"))
    if not found:
        pytest.skip(f"needs seed {number} in ../shared/seeds")
    return found[0].read_text(encoding="utf-8")


def scripts(text: str) -> Iterator[Example]:
    """Read the requests that the Python scripts of a seed make with urllib."""
    for script in _SCRIPT.findall(text):
        calls = [node for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Call)]
        method, body, revision, target = "GET", None, "", ""
        for call in calls:
            match ast.unparse(call.func), call.args:
                case "json.dumps", [ast.Dict() as literal]:
                    body = ast.literal_eval(literal)
                case "urllib.request.Request", [ast.Constant(value=str(url))]:
                    target = url
                    given = {keyword.arg: keyword.value for keyword in call.keywords}
                    method = ast.literal_eval(given.get("method", ast.Constant("GET")))
                case "req.add_header", [ast.Constant(value="revision"), ast.Constant(value=str(value))]:
                    revision = value
                case _:
                    pass
        yield _example(revision, method, target.removeprefix("https://api.maton.ai"), body)


def endpoints(text: str, revision: str) -> Iterator[Example]:
    """Read the endpoints that stand alone in a line, with the JSON below them where there is some."""
    text = _SCRIPT.sub("", text)
    for match in _ENDPOINT.finditer(text):
        rest = text[match.end() :]
        body = json.JSONDecoder().raw_decode(rest)[0] if rest.startswith("{") else None
        yield _example(revision, match[1], match[2], body)


def unglued(text: str) -> str:
    """Break the lines of a seed whose headings follow the endpoint before them without a break."""
    return _GLUED.sub("\n", text)


def filters(text: str) -> Iterator[str]:
    """Read the filters that stand anywhere in a seed, but for those with an ellipsis."""
    for match in re.finditer(r"filter=(?=[a-z-]+\()", text):
        depth, end = 0, match.end()
        while True:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
            if depth == 0 and text[end - 1] == ")":
                break
        if "..." not in text[match.end() : end]:
            yield text[match.end() : end]


def queries(text: str) -> Iterator[dict[str, str]]:
    """Read the query strings that stand anywhere in a seed, but for those with an ellipsis."""
    for found in re.findall(r"\?((?:fields|include|page)[^\s'\"]*)", text):
        if "..." not in found:
            yield dict(parse_qsl(found))


def _example(revision: str, method: str, target: str, body: Any) -> Example:
    url = urlsplit(target)
    return Example(revision, method, url.path.removeprefix("/klaviyo"), dict(parse_qsl(url.query)), body)
