# Copied by "make generate" from codegen/runtime/family.py. Edit that file, not this one.
"""The families of a client: what ``client.profiles`` and its like are made of.

Each method of a generated family is one statement: it names its operation and hands over its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import iscoroutinefunction, isfunction, signature
from typing import Any

from .caller import Caller
from .errors import ArgumentError
from .frames import awaited, forget_locals
from .suggest import argument_hint


class Family:
    """A group of methods around one kind of resource; it belongs to the client whose attribute it is."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def __init_subclass__(cls) -> None:
        for name, method in vars(cls).items():
            if isfunction(method) and not name.startswith("_"):
                setattr(cls, name, _suggesting(method))

    def __repr__(self) -> str:
        caller: Caller | None = getattr(self, "_caller", None)  # None while its making fails
        return f"<{type(self).__name__} of {caller and caller.session.connection!r}>"


def _suggesting(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turn Python's complaint about an unknown keyword into one that says what was probably meant.

    No error takes the arguments along, which may be secrets.
    """
    is_async = iscoroutinefunction(method)

    @wraps(method)
    def call(*given: Any, **keywords: Any) -> Any:
        try:
            result = method(*given, **keywords)
            return awaited(result) if is_async else result
        except BaseException as error:
            complaint = _complaint(error, method, keywords)
            del given, keywords
            forget_locals(error)
            if not complaint:
                raise
            raise ArgumentError(complaint) from None

    return call


def _complaint(error: BaseException, method: Callable[..., Any], keywords: Mapping[str, Any]) -> str:
    """What is wrong with the keywords; empty where the error came from within the method."""
    if not isinstance(error, TypeError) or error.__traceback__ is None or error.__traceback__.tb_next:
        return ""
    known = [name for name in signature(method).parameters if name != "self"]
    unknown = next((name for name in keywords if name not in known), None)
    return f"{error}{'' if unknown is None else argument_hint(unknown, known)}"
