# Copied by "make generate" from codegen/runtime/foreign.py. Edit that file, not this one.
"""Exceptions of others, from hooks and HTTP libraries, made fit to be the cause of ours.

They keep their class, texts and numbers. What else they hold (requests, clients, frames) may lead to the key,
so it is left out, in notes, members of groups and causes too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any, TypeGuard

from .codec import is_array
from .errors import KlaviyoError
from .redaction import Redaction
from .secret import Secret, shows

_DEEPEST = 20
_DESCRIPTORS = (MemberDescriptorType, GetSetDescriptorType)


def stripped(
    error: BaseException, key: Secret, prepare: Callable[[BaseException], Collection[str]]
) -> BaseException:
    """Take out of an exception what may hold the key; gives another one where that cannot be done.

    ``prepare`` is called with each exception in it, to do what only its library knows, and names the
    attributes that may stay.
    """
    return _Stripping(key, prepare).error(error, 0)


class _Stripping:
    def __init__(self, key: Secret, prepare: Callable[[BaseException], Collection[str]]) -> None:
        self._key = key
        self._redaction = Redaction(key)
        self._prepare = prepare
        self._seen: set[int] = set()

    def error(self, error: BaseException, depth: int) -> BaseException:
        if depth > _DEEPEST or id(error) in self._seen:
            return _stand_in(error)
        self._seen.add(id(error))
        cause = error.__cause__
        error.__cause__ = None if cause is None else self.error(cause, depth + 1)
        error.__traceback__ = error.__context__ = None
        self._strip(error, depth)
        if _is_group(error):
            error = self._group(error, depth)
        if self._still_shows(error):
            cause = error.__cause__
            error = _stand_in(error)
            error.__cause__ = cause
        return error

    def _strip(self, error: BaseException, depth: int) -> None:
        kept = self._prepare(error)
        notes: object = getattr(error, "__notes__", None)
        if is_array(notes):
            error.__notes__ = [self._redaction.text(note) for note in _texts(notes)]
        if isinstance(error, (BaseExceptionGroup, KlaviyoError)):  # the members follow; ours hold no secret
            return
        error.args = tuple(self._value(value, depth) for value in error.args)
        for name in _attributes(error):
            if name not in kept:
                self._attribute(error, name, depth)

    def _group(self, group: BaseExceptionGroup[BaseException], depth: int) -> BaseException:
        members = [self.error(one, depth + 1) for one in group.exceptions]
        made = BaseExceptionGroup(self._redaction.text(group.message), members)
        made.__cause__ = group.__cause__
        for note in _texts(getattr(group, "__notes__", [])):
            made.add_note(note)
        return made

    def _attribute(self, error: BaseException, name: str, depth: int) -> None:
        with suppress(
            Exception
        ):  # computed, unset or not to be set; whether it shows the key is looked at last
            value = getattr(error, name)
            shown = self._value(value, depth)
            if shown is not value:
                setattr(error, name, shown)

    def _value(self, value: Any, depth: int) -> Any:
        match value:
            case None | bool() | int() | float():
                return value
            case str():
                shown = self._redaction.text(value)
                return value if shown == value else shown
            case bytes():
                text = value.decode("latin-1")
                shown = self._redaction.text(text)
                return value if shown == text else shown.encode("latin-1", "replace")
            case BaseException():
                return self.error(value, depth + 1)
            case _ if _is_sequence(value) and depth < _DEEPEST:
                items = [self._value(item, depth + 1) for item in value]
                return tuple(items) if isinstance(value, tuple) else items
            case _:
                return f"<{type(value).__name__}, left out>"

    def _still_shows(self, error: BaseException) -> bool:
        shown = True
        with suppress(Exception):  # the texts of others may raise
            shown = any(shows(text, self._key) for text in (str(error), repr(error), repr(vars(error))))
        return shown


def _attributes(error: BaseException) -> list[str]:
    """The names of all that an exception holds: in its dictionary, in slots, and in what C made."""
    slots = [
        name
        for kind in type(error).__mro__
        for name, value in vars(kind).items()
        if isinstance(value, _DESCRIPTORS) and not name.startswith("__")
    ]
    return [*(name for name in vars(error) if name != "__notes__"), *slots]


def _is_group(error: BaseException) -> TypeGuard[BaseExceptionGroup[BaseException]]:
    return isinstance(error, BaseExceptionGroup)


def _is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, (tuple, list))


def _texts(values: list[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _stand_in(error: BaseException) -> BaseException:
    return RuntimeError(f"a {type(error).__name__}, left out as it may hold the key")
