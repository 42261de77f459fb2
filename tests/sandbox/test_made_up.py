"""An endpoint that is added to the spec is served as it stands."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from codegen.output import build
from codegen.spec import load_spec
from codegen.writing import write
from tests.codegen.specs import KLAVIYO, MATON

PACKAGE = "made_up_api"

GADGETS = """\
title: Gadgets
summary: Things that nobody sells.
resources:
  gadget:
    summary: One thing.
    attributes:
      name: {type: string, write: [create!, update]}
      colour?: {enum: [red, blue], write: [create, update]}
      created: date-time
    relationships:
      makers: {many: maker, write: create}
  maker:
    summary: Who makes them.
    attributes:
      name?: string
    relationships:
      gadgets: {many: gadget}
operations:
  list:
    id: get_gadgets
    get: /api/gadgets
    summary: Lists the gadgets.
    scopes: [gadgets:read]
    limit: L
    pages: {default: 2, maximum: 5}
    filter: {name: string equals contains, colour: string equals}
    include: [makers]
    sort: [name]
  get: {id: get_gadget, get: "/api/gadgets/{id}", summary: Reads one., scopes: [gadgets:r], limit: L}
  create: {id: create_gadget, post: /api/gadgets, summary: Makes one., scopes: [gadgets:w], limit: S}
  update: {id: update_gadget, patch: "/api/gadgets/{id}", summary: Edits it., scopes: [gadgets:w], limit: S}
  delete: {id: delete_gadget, delete: "/api/gadgets/{id}", summary: Ends it., scopes: [gadgets:w], limit: S}
"""


def test_a_made_up_family_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Created, listed by filter and order, included, changed and deleted, without a line of code."""
    spec = tmp_path / "spec"
    (spec / "resources").mkdir(parents=True)
    (spec / "klaviyo.yaml").write_text(KLAVIYO, encoding="utf-8")
    (spec / "maton.yaml").write_text(MATON, encoding="utf-8")
    (spec / "resources" / "gadgets.yaml").write_text(GADGETS, encoding="utf-8")
    files = build(load_spec(spec), ["2026-01-15"], PACKAGE, lambda _name, _count: None)
    write(files, tmp_path / "out")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "out"), *sys.path])
    try:
        _play()
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
            del sys.modules[name]


def _play() -> None:
    top = import_module(PACKAGE)
    sandboxes = import_module(f"{PACKAGE}.runtime.sandbox")
    sandbox = sandboxes.Sandbox(import_module(f"{PACKAGE}.v2026_01_15.revision").REVISION)
    maker = sandbox.add("maker", {"name": "Acme"})
    client = top.Klaviyo(top.Direct(sandboxes.API_KEY), http_client=sandbox.transport(), strict=True)
    made = [client.gadgets.create(name=name, maker_ids=[maker]) for name in ("b", "c", "a")]
    assert [item.name for item in client.gadgets.list(sort="-name", page_size=2)] == ["c", "b", "a"]
    (found,) = client.gadgets.list(filter=top.filters.gadgets.list.name.equals("b"), include=["makers"])
    assert [one.name for one in found.makers] == ["Acme"]
    assert client.gadgets.update(made[0].id, colour="blue").colour == "blue"
    client.gadgets.delete(made[0].id)
    with pytest.raises(top.NotFound):
        client.gadgets.get(made[0].id)
