"""``with_answer`` gives the answer beside the result of every method, of those without a result as well."""

from __future__ import annotations

import ast
import asyncio
from pathlib import Path
from typing import Any

import pytest

from klaviyo_maton import Answer, AsyncKlaviyo, Direct, InMemory, Klaviyo, Reply, Request, answer_of
from tests.package.fresh import GENERATED

FAMILIES = sorted(
    path
    for path in GENERATED.glob("klaviyo_maton/v*/*/*.py")
    if path.parent.name in {"sync", "aio"} and path.stem != "__init__"
)

CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("profiles", "get", {"id": "1"}),
    ("profiles", "create", {"email": "a@b.example"}),
    ("tags", "update", {"id": "1", "name": "X"}),
    ("tags", "delete", {"id": "1"}),
    ("lists", "add_profiles", {"id": "1", "ids": ["2"]}),
    ("events", "create", {"metric": {"name": "X"}, "profile": {"email": "a@b.example"}, "properties": {}}),
]


def answer(request: Request) -> Reply:
    if "/api/profiles" not in request.url or "relationships" in request.url:
        return Reply(204, {"x-klaviyo-req-id": "7"})
    return Reply(200, {"x-klaviyo-req-id": "7"}, b'{"data": {"type": "profile", "id": "1"}}')


def methods(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The public methods of a generated family."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    (family,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return [node for node in family.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize(("family", "method", "arguments"), CALLS)
def test_both_colours_give_pairs(family: str, method: str, arguments: dict[str, Any]) -> None:
    sync = Klaviyo(Direct("pk_1"), http_client=InMemory(answer))
    later = AsyncKlaviyo(Direct("pk_1"), http_client=InMemory(answer))
    pairs = [
        getattr(getattr(sync.with_answer, family), method)(**arguments),
        asyncio.run(getattr(getattr(later.with_answer, family), method)(**arguments)),
    ]
    for result, answered in pairs:
        assert isinstance(answered, Answer)
        assert answered.request_id == "7"
        assert (result is None) is (answered.status == 204)


@pytest.mark.parametrize(
    "path", FAMILIES, ids=lambda path: f"{path.parts[-3]}.{path.parent.name}.{path.stem}"
)
def test_every_method_hands_on_what_the_call_gave(path: Path) -> None:
    found = methods(path)
    assert found
    assert [method.name for method in found if not isinstance(method.body[-1], ast.Return)] == []


def test_the_client_itself_goes_on_as_before() -> None:
    klaviyo = Klaviyo(Direct("pk_1"), http_client=InMemory(answer))
    assert klaviyo.with_answer is not klaviyo
    profile = klaviyo.profiles.get("1")
    assert profile.id == "1"
    assert answer_of(profile).request_id == "7"
