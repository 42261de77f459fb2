"""An endpoint costs a few lines of YAML and not one line of code."""

from __future__ import annotations

import asyncio
import importlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from codegen.__main__ import main
from tests.codegen.specs import NEW, SPEC

WIDGETS = """\
title: Widgets
summary: Things that nobody sells.
resources:
  widget:
    summary: A thing.
    attributes: {name: {type: string, write: [create!, update]}, made_at?: {type: date-time, write: create}}
    relationships: {tags: {many: tag}}
operations:
  list:
    {id: get_widgets, get: /api/widgets, summary: Lists the widgets., limit: S, scopes: [widgets:read],
     pages: {default: 5, maximum: 50}, filter: {name: string equals any}, include: [tags], sort: [name]}
  create:
    {id: create_widget, post: /api/widgets, summary: Makes a widget., limit: S, scopes: [widgets:write]}
"""


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The tree that the real spec renders to when the file above stands in it."""
    folder = tmp_path_factory.mktemp("made_up")
    shutil.copytree(SPEC, folder / "spec")
    (folder / "spec/resources/widgets.yaml").write_text(WIDGETS, encoding="utf-8")
    spec, tree = str(folder / "spec"), folder / "out"
    assert main(["--spec", spec, "--output", str(tree), "--package", "made_up", "--revision", NEW]) == 0
    sys.path.insert(0, str(tree))
    yield tree
    sys.path.remove(str(tree))
    for name in [name for name in sys.modules if name.partition(".")[0] == "made_up"]:
        del sys.modules[name]


@pytest.mark.usefixtures("output")
def test_it_works_in_both_colours() -> None:
    """Fifteen lines at most give calls, filters, includes, pages and models, typed as the spec says."""
    assert len(WIDGETS.splitlines()) <= 15
    made_up = importlib.import_module("made_up")
    requests: list[Any] = []

    def handler(request: Any) -> Any:
        requests.append(request)
        if request.method == "POST":
            return made_up.Reply(
                201, {}, json.dumps({"data": {**json.loads(request.body)["data"], "id": "w2"}}).encode()
            )
        widget = {
            "type": "widget",
            "id": "w1",
            "attributes": {"name": "cog", "made_at": "2026-01-02T03:04:05+00:00"},
            "relationships": {"tags": {"data": [{"type": "tag", "id": "t1"}]}},
        }
        tag = {"type": "tag", "id": "t1", "attributes": {"name": "metal"}}
        document = {"data": [widget], "included": [tag], "links": {"next": None}}
        return made_up.Reply(200, {}, json.dumps(document).encode())

    chosen = made_up.filters.widgets.list.name.equals('a "cog"') & made_up.filters.widgets.list.name.any(
        ["b"]
    )
    direct = made_up.Direct("pk_1")
    client = made_up.Klaviyo(direct, http_client=made_up.InMemory(handler))
    (widget,) = client.widgets.list(filter=chosen, include=["tags"], sort="-name", fields_widget=["name"])
    made = client.widgets.create(name="nut", made_at=widget.made_at)

    async def run() -> Any:
        async with made_up.AsyncKlaviyo(direct, http_client=made_up.InMemory(handler)) as another:
            listed = [item async for item in another.widgets.list(filter=chosen)]
            return listed, await another.call("create_widget", name="nut", made_at=widget.made_at)

    assert asyncio.run(run()) == ([widget], made)
    assert isinstance(widget, made_up.models.Widget)
    assert (widget.made_at.year, widget.tag_ids, widget.tags[0].name) == (2026, ["t1"], "metal")
    url: str = requests[0].url
    assert parse_qs(urlsplit(url).query) == {
        "fields[widget]": ["name"],
        "filter": ['and(equals(name,"a \\"cog\\""),any(name,["b"]))'],
        "include": ["tags"],
        "page[size]": ["50"],
        "sort": ["-name"],
    }
    assert json.loads(requests[1].body) == {
        "data": {"type": "widget", "attributes": {"name": "nut", "made_at": "2026-01-02T03:04:05+00:00"}}
    }
    with pytest.raises(made_up.ArgumentError, match="did you mean 'made_at'"):
        client.widgets.create(name="nut", made_a=None)


def test_it_is_documented(output: Path) -> None:
    """The OpenAPI document and the docstrings tell of it."""
    document = json.loads((output / f"openapi/{NEW}.json").read_text(encoding="utf-8"))
    item = document["paths"]["/api/widgets"]
    assert (item["get"]["operationId"], item["post"]["operationId"]) == ("get_widgets", "create_widget")
    told = json.dumps(item["get"]) + json.dumps(document["components"].get("parameters", {}))
    assert all(json.dumps(name) in told for name in ("filter", "include", "sort", "page[size]"))
    family = importlib.import_module("made_up.v2026_01_15.sync.widgets").Widgets
    for text in ("Lists the widgets.", "``get_widgets``: ``GET /api/widgets``", "widgets:read", "3 a second"):
        assert text in family.list.__doc__
