"""Plausible values for what nobody gave, made from the annotations of the models.

An annotation does not tell which members an answer always has, so that those are made up, too; made up
values are the same every time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from ..codec import is_array, is_object
from ..shape import Shape, members, pick

_INSTANT = "2026-01-15T00:00:00+00:00"
_DAY = "2026-01-15"
_DEPTH = 8
_SERIES = frozenset({"measurements"})
"""The open objects of reports that hold a number a row; others hold one number."""

_TEXTS: Mapping[str, str] = {
    "address1": "1 Main Street",
    "address2": "Suite 100",
    "background": "AVAILABLE",
    "city": "Boston",
    "country": "United States",
    "currency": "USD",
    "description": "",
    "email": "person@example.com",
    "html": "<p>Hello</p>",
    "ip": "192.0.2.1",
    "latitude": "42.35",
    "locale": "en-US",
    "longitude": "-71.06",
    "phone_number": "+15005550006",
    "preferred_currency": "USD",
    "region": "MA",
    "timezone": "America/New_York",
    "zip": "02110",
}


@frozen
class Filler:
    """Completes values.

    ``rows`` is how many items a made up array has; an open object that is made up gets the keys which
    ``keys`` names for it.
    """

    rows: int = 0
    keys: Mapping[str, Sequence[str]] = {}

    def completed(self, shape: Shape, value: Any) -> Any:
        """Complete what was given: its objects get the members that they lack.

        Objects and whole numbers stay absent, as most that may be left out are never null.
        """
        if is_object(value) and shape.models and (model := pick(shape.models, value)):
            known = {member.key: member.shape for member in members(model)}
            whole = {
                key: self.completed(inner, value[key]) if key in value else self._left_out(inner)
                for key, inner in known.items()
                if key in value or not (inner.models or inner.values or int in inner.scalars)
            }
            return {**value, **whole}
        if is_array(value) and shape.items:
            return [self.completed(shape.items, item) for item in value]
        return value

    def made_up(self, shape: Shape, name: str, depth: int = 0) -> Any:
        """Make up the value of a member of that name."""
        if shape.constants:
            return shape.constants[0]
        if shape.models and depth < _DEPTH:
            return {
                member.key: self.made_up(member.shape, member.key, depth + 1)
                for member in members(shape.models[0])
            }
        if shape.values:
            inner, keys = shape.values, self.keys.get(name, ())
            if inner.anything:
                return dict.fromkeys(keys, [0] * self.rows if name in _SERIES else 0)
            return {key: self.made_up(inner, key, depth + 1) for key in keys}
        if shape.items:
            return [self.made_up(shape.items, name, depth + 1) for _ in range(self.rows)]
        if shape.instant:
            return _INSTANT
        if shape.day:
            return _DAY
        return _scalar(shape, name)

    @staticmethod
    def _left_out(shape: Shape) -> Any:
        """What stands for a member that was left out of an object that was given."""
        if shape.constants:
            return shape.constants[0]
        if shape.scalars == (bool,):
            return False
        return [] if shape.items else None


def _scalar(shape: Shape, name: str) -> Any:
    if str in shape.scalars:
        is_address = name.endswith(("url", "link", "image"))
        return _TEXTS.get(name, f"https://example.com/{name}" if is_address else name.replace("_", " "))
    if bool in shape.scalars:
        return False
    if shape.scalars:
        return 0
    return {} if shape.anything else None
