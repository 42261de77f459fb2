"""JSON as text on its way through pickle and deepcopy, which recurse where what was read may nest deeply."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import frozen

from .codec import decode, is_array, is_object, rewrite

_LEVELS = 4
"""How deeply lists and dicts of models stand in one another."""


@frozen
class Packed:
    """A list or a dict that holds JSON only, as its text."""

    text: bytes

    def __deepcopy__(self, memo: dict[int, Any]) -> Packed:
        return self


def packed(value: Any, levels: int = _LEVELS) -> Any:
    """Pack lists and dicts of JSON, also those beside models; what holds one of them twice stays as it is."""
    if value.__class__ not in {list, dict} or not levels:
        return value
    match _is_json(value):
        case True:
            return Packed(rewrite(value))
        case None:
            return value
        case False:
            if is_object(value):
                return {key: packed(item, levels - 1) for key, item in value.items()}
            return [packed(item, levels - 1) for item in value]


def unpacked(value: Any, levels: int = _LEVELS) -> Any:
    """Give what was packed, put back into the lists and dicts around it."""
    if isinstance(value, Packed):
        return decode(value.text)
    if is_object(value) and levels:
        for key, item in value.items():
            value[key] = unpacked(item, levels - 1)
    elif is_array(value) and levels:
        value[:] = [unpacked(item, levels - 1) for item in value]
    return value


def _is_json(value: object) -> bool | None:
    """Tell what reads the same again once it was written; None where a list or dict is met twice."""
    waiting, met, is_json = [value], set[int](), True
    while waiting:
        item = waiting.pop()
        kind = item.__class__
        if kind is not dict and kind is not list:
            is_json &= item is None or kind in {str, bool, int, float} or _is_long(item)
            continue
        if id(item) in met:
            return None
        met.add(id(item))
        if is_object(item):
            is_json &= all(key.__class__ is str for key in item)
            waiting += item.values()
        elif is_array(item):
            waiting += item
    return is_json


def _is_long(item: object) -> bool:
    """Tell a whole number that was read as a decimal."""
    return item.__class__ is Decimal and decode(rewrite(item)).__class__ is Decimal
