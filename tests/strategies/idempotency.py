"""What makes a write twice the same as once, told of bodies that are formed well."""

from __future__ import annotations

import unicodedata
from typing import Any

from codegen import ir
from tests.strategies.values import is_array, is_object

BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols that show nothing."""


def is_once(operation: ir.Operation, body: Any) -> bool:
    """Tell whether an operation that arrives twice with this body does no more than arriving once."""
    if operation.repeat_key:
        return all(map(is_key, keys(operation, body))) and not adds(body)
    return operation.repeatable and not adds(body)


def keys(operation: ir.Operation, body: Any) -> list[Any]:
    """Give what stands in the place of each key, None where nothing does."""
    key = operation.repeat_key.rpartition(".")[2]
    return [attributes.get(key) for attributes in keyed(operation, body)]


def keyed(operation: ir.Operation, body: Any) -> list[dict[str, Any]]:
    """Give the attributes of each resource that should carry a key."""
    found = _resources(body)
    for step in operation.repeat_key.split(".")[:-1]:
        found = [inner for outer in found for inner in _resources(outer["attributes"][step])]
    return [resource["attributes"] for resource in found]


def is_key(value: Any) -> bool:
    """Tell a text or a number by which a server can know something again."""
    if isinstance(value, str):
        return any(unicodedata.category(one)[0] not in "CZ" and one not in BLANKS for one in value)
    return type(value) is int and value != 0


def adds(value: Any, *, is_meta: bool = False) -> bool:
    """Tell whether a member ``meta`` appends anywhere, or takes away; custom properties mean nothing."""
    if is_array(value):
        return any(adds(item, is_meta=is_meta) for item in value)
    if not is_object(value):
        return False
    here = is_meta and (value.get("append") or value.get("unappend"))
    inner = {key: item for key, item in value.items() if key != "properties"}
    return bool(here) or any(adds(item, is_meta=is_meta or key == "meta") for key, item in inner.items())


def _resources(document: Any) -> list[Any]:
    data = document["data"]
    return data if is_array(data) else [data]
