"""What tools for error reports do: walk over the frames of an error and everything that their locals hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType, MethodType, ModuleType, TracebackType
from typing import Any, TypeGuard

from tests.security.scan import MARK

_MOST = 200_000


def holders(start: object, *, mark: str = MARK) -> list[str]:
    """Where a mark is found below an object: steps such as ``error.__traceback__[2 run].request._body``.

    Everything is looked at that has a name or a position: fields whatever their ``repr`` says, slots,
    containers, arguments of partial functions, and of errors their chain and the locals of their frames.
    Frames and objects of tests are not, as they are the user's own here, nor are closures and generators,
    which no tool shows.
    """
    waiting: deque[tuple[str, object]] = deque([("error", start)])
    seen: dict[int, object] = {}
    found: list[str] = []
    while waiting:
        path, thing = waiting.popleft()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing  # kept, so that no other object gets its id
        assert len(seen) < _MOST, path
        if _holds(thing, mark):
            found.append(path)
        waiting += [(f"{path}{step}", below) for step, below in _steps(thing)]
    return found


def _holds(thing: object, mark: str) -> bool:
    if isinstance(thing, str):
        return mark in thing
    return isinstance(thing, (bytes, bytearray)) and mark.encode() in thing


def _steps(thing: Any) -> Iterator[tuple[str, object]]:
    if isinstance(thing, (str, bytes, bytearray, int, float, type, ModuleType)) or _is_of_tests(thing):
        return
    if is_mapping(thing):
        yield from (("{key}", key) for key in [*thing])
        yield from ((f"[{str(key)[:20]!r}]", thing[key]) for key in [*thing])
    elif is_collection(thing):
        yield from ((f"[{index}]", item) for index, item in enumerate([*thing]))
    if _is_partial(thing):
        yield from ((f".{name}", getattr(thing, name)) for name in ("func", "args", "keywords"))
    if isinstance(thing, MethodType):
        yield ".__self__", thing.__self__
    if isinstance(thing, BaseException):
        yield from _steps_of_error(thing)
    yield from ((f".{name}", value) for name, value in _fields(thing))


def _is_partial(thing: object) -> bool:
    return isinstance(thing, partial)


def is_mapping(thing: object) -> TypeGuard[Mapping[object, object]]:
    """Tell a mapping from anything else."""
    return isinstance(thing, Mapping)


def is_collection(thing: object) -> TypeGuard[Collection[object]]:
    """Tell what holds items in any order from anything else."""
    return isinstance(thing, (list, tuple, set, frozenset, deque))


def _steps_of_error(error: BaseException) -> Iterator[tuple[str, object]]:
    for name in ("args", "__cause__", "__context__", "exceptions", "doc", "object", "reason", "filename"):
        yield f".{name}", getattr(error, name, None)
    for index, frame in enumerate(frames(error.__traceback__)):
        if not _is_own(frame):
            where = f".__traceback__[{index} {frame.f_code.co_name}]"
            yield from ((f"{where}.{name}", value) for name, value in frame.f_locals.items())


def frames(link: TracebackType | None) -> Iterator[FrameType]:
    """The frames of a traceback, from outside in."""
    while link is not None:
        yield link.tb_frame
        link = link.tb_next


def _fields(thing: Any) -> Iterator[tuple[str, object]]:
    """What an object holds, by name: read past any property, so that nothing is made while looking."""
    names: dict[str, None] = {}
    for kind in type(thing).__mro__:
        slots: str | Iterable[str] = kind.__dict__.get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            is_private = name.startswith("__") and not name.endswith("__")
            names[f"_{kind.__name__.lstrip('_')}{name}" if is_private else name] = None
    names |= dict.fromkeys(one.name for one in getattr(thing, "__attrs_attrs__", ()))
    names |= dict.fromkeys(getattr(thing, "__dataclass_fields__", ()))
    names |= dict.fromkeys(getattr(thing, "__dict__", {}))
    for name in names:
        with suppress(Exception):  # an empty slot, or a member that cannot be read
            yield name, object.__getattribute__(thing, name)


def _is_own(frame: FrameType) -> bool:
    return "tests" in Path(frame.f_code.co_filename).parts


def _is_of_tests(thing: object) -> bool:
    return type(thing).__module__.partition(".")[0] == "tests"
