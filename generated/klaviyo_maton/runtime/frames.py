# Copied by "make generate" from codegen/runtime/frames.py. Edit that file, not this one.
"""Errors without the locals of our frames, which hold arguments, requests and answers.

Tools for error reports show what the frames of a traceback hold, field by field. The frames themselves stay,
with their lines, so that everybody sees where an error came from; so do the locals of everybody else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import wraps
from types import FrameType, TracebackType
from typing import Any, ParamSpec, TypeVar

from .errors import KlaviyoError

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_OURS = __name__.rpartition(".runtime.")[0]
_LIBRARIES = sys.stdlib_module_names | {"anyio", "attr", "attrs", "h11", "h2", "httpcore", "httpx", "msgspec"}
_GROUP: type[BaseException] = BaseExceptionGroup
_MADE_BY_ATTRS = "<attrs generated"


def forget_locals(error: BaseException) -> None:
    """Empty our frames, and those of libraries that we called, in an error and all that it came from."""
    waiting, seen = [error], set[int]()
    while waiting:
        link = waiting.pop()
        if id(link) in seen:
            continue
        seen.add(id(link))
        _empty(link.__traceback__)
        if isinstance(link, KlaviyoError) and link.__suppress_context__:
            link.__context__ = None  # nobody is shown it, and it may hold the value that was wrong
        members: tuple[BaseException, ...] = (
            getattr(link, "exceptions", ()) if isinstance(link, _GROUP) else ()
        )
        waiting += [one for one in (link.__cause__, link.__context__, *members) if one is not None]


def without_locals(method: Callable[P, R]) -> Callable[P, R]:
    """Let the errors of a function leave it without the locals of our frames."""

    @wraps(method)
    def call(*given: P.args, **keywords: P.kwargs) -> R:
        try:
            return method(*given, **keywords)
        except BaseException as error:
            del given, keywords
            forget_locals(error)
            raise

    return call


def without_locals_async(method: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Let the errors of a coroutine function leave it without the locals of our frames."""

    @wraps(method)
    async def call(*given: P.args, **keywords: P.kwargs) -> T:
        try:
            return await method(*given, **keywords)
        except BaseException as error:
            del given, keywords
            forget_locals(error)
            raise

    return call


async def awaited(running: Coroutine[Any, Any, T]) -> T:
    """Await what a coroutine function gave; its errors come without the locals of our frames."""
    try:
        return await running
    except BaseException as error:
        forget_locals(error)
        raise


def _empty(link: TracebackType | None) -> None:
    is_below_us = False
    while link is not None:
        frame = link.tb_frame
        is_below_us = _is_ours(frame) or (is_below_us and _is_of_a_library(frame))
        if is_below_us:
            with suppress(RuntimeError):  # it still runs, as the one that asks for this does
                frame.clear()
        link = link.tb_next


def _is_ours(frame: FrameType) -> bool:
    name = _module(frame)
    return name == _OURS or name.startswith(f"{_OURS}.")


def _is_of_a_library(frame: FrameType) -> bool:
    is_made = frame.f_code.co_filename.startswith(_MADE_BY_ATTRS)
    return is_made or _module(frame).partition(".")[0] in _LIBRARIES


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))
