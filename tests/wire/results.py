"""Looking at results by paths such as ``items.0.location.city``."""

from __future__ import annotations

from datetime import date
from typing import Any

from klaviyo_maton.runtime.codec import is_array, is_object
from klaviyo_maton.runtime.model import Model, dump


def at(result: object, path: str) -> Any:
    """Give what stands at a path: members of objects, keys of mappings, items of lists."""
    found: Any = result
    for step in path.split(".") if path else []:
        if step.isdigit():
            found = found[int(step)]
        else:
            found = found[step] if is_object(found) else getattr(found, step)
    return found


def plain(value: Any) -> Any:
    """Turn a result into JSON: models as they dump, instants as text."""
    if isinstance(value, Model):
        return dump(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_object(value):
        return {key: plain(item) for key, item in value.items()}
    if is_array(value):
        return [plain(item) for item in value]
    return value
