# Copied by "make generate" from codegen/runtime/idempotency.py. Edit that file, not this one.
"""Whether sending a write twice does no more than sending it once: what it carries decides.

The body is judged as it is sent, so that arguments, extra members and requests written by hand are one case.
It is read only after trouble; a call that goes well costs nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .codec import decode, is_array, is_object
from .errors import Undecodable
from .operation import Call

_ADDING = ("append", "unappend")
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # they count as printable, and show nothing
_CUSTOM = "properties"  # an account's own names, which mean nothing to the server


def is_idempotent(call: Call) -> bool:
    """Tell whether a call may arrive twice; its body counts, where its operation alone does not decide."""
    operation = call.operation
    if not (operation.repeatable or operation.repeat_key):
        return False
    if call.body is None:
        return operation.body is None
    try:
        document = decode(call.body)
    except Undecodable:
        return False
    is_known_again = operation.repeatable or _is_keyed(document, operation.repeat_key.split("."))
    return is_known_again and _has_data(document) and not _adds(document)


def _has_data(document: Any) -> bool:
    data = document.get("data") if is_object(document) else None
    return is_object(data) or is_array(data)


def _is_keyed(document: Any, path: Sequence[str]) -> bool:
    """Tell whether all resources that a path leads to carry their key."""
    key, *below = path
    resources = document.get("data") if is_object(document) else None
    for resource in resources if is_array(resources) else [resources]:
        attributes = resource.get("attributes") if is_object(resource) else None
        value = attributes.get(key) if is_object(attributes) else None
        if not (_is_keyed(value, below) if below else _is_key(value)):
            return False
    return True


def _is_key(value: object) -> bool:
    if isinstance(value, str):
        return any(map(_is_visible, value))
    return isinstance(value, int) and not isinstance(value, bool) and value != 0


def _is_visible(character: str) -> bool:
    is_blank = character.isspace() or character in _BLANK_LETTERS
    return character.isprintable() and not is_blank


def _adds(document: Any) -> bool:
    """Tell whether some ``meta`` appends to what is there, or takes a part away: twice is not once."""
    rest: list[tuple[Any, bool]] = [(document, False)]
    while rest:
        value, is_meta = rest.pop()
        if is_array(value):
            rest += [(item, is_meta) for item in value]
        elif is_object(value):
            if is_meta and any(value.get(name) for name in _ADDING):
                return True
            rest += [(item, is_meta or name == "meta") for name, item in value.items() if name != _CUSTOM]
    return False
