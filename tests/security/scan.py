"""Looking for secrets in everything that a program may show of an object or an error."""

from __future__ import annotations

import copy
import io
import logging
import pickle
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from klaviyo_maton import KlaviyoError

MARK = "S3CR3T"
"""Stands in every secret of these tests, so that a part of one is found as well."""


def leaks(*shown: str) -> list[str]:
    """Give what of the texts holds a secret, from a little before it to a little after."""
    found = ((text, text.find(MARK)) for text in shown)
    return [text[max(0, at - 80) : at + 40] for text, at in found if at >= 0]


def shown_of(thing: object) -> list[str]:
    """What a program may show of an object: its texts, pickle, copies and public attributes."""
    texts = [repr(thing), str(thing), f"{thing}", repr([thing]), repr(getattr(thing, "__dict__", None))]
    return [*texts, *_travelled(thing), *_public(thing, 3)]


def _travelled(thing: object) -> Iterator[str]:
    """A pickle and copies, as far as there are any: iterables and what has locks has none."""
    ways: list[Callable[[Any], object]] = [pickle.dumps, copy.copy, copy.deepcopy]
    for way in ways:
        try:
            yield repr(way(thing))
        except (TypeError, AttributeError) as error:
            yield f"{error!r} {error}"


def _public(thing: object, depth: int) -> Iterator[str]:
    for name in dir(thing) if depth else ():
        if name.startswith("_"):
            continue
        try:
            value = getattr(thing, name)
        except (KlaviyoError, RuntimeError, AttributeError) as error:
            yield f"{error!r} {error}"
            continue
        yield repr(value)
        if hasattr(value, "__attrs_attrs__"):
            yield from _public(value, depth - 1)


def shown_of_error(error: BaseException) -> list[str]:
    """What a report of an error may show: the whole chain, with the locals of all frames but the tests'."""
    texts: list[str] = []
    for link in chain(error):
        texts += [repr(link), str(link), repr(link.args), repr(getattr(link, "__notes__", None))]
        texts += [repr(value) for value in vars(link).values()]
        texts += [repr(getattr(link, name, None)) for name in ("doc", "object", "reason", "strerror")]
        texts += list(_public(link, 2))
        texts += list(_of_httpx(link))
    return [*texts, *_travelled(error), report(error)]


def _of_httpx(error: BaseException) -> Iterator[str]:
    """What stands in the requests and the response that an error of httpx keeps; its reprs show little."""
    requests: list[object] = [getattr(error, "_request", None)]
    if isinstance(error, httpx.HTTPStatusError):
        requests += [error.response.request, error.response.next_request]
        yield repr(vars(error.response))
    for request in requests:
        if isinstance(request, httpx.Request):
            yield f"{request.url} {request.headers.raw!r} {request.extensions!r}"


def chain(error: BaseException) -> Iterator[BaseException]:
    """An error, its causes, contexts and, of groups, members."""
    waiting, seen = [error], set[int]()
    while waiting:
        link = waiting.pop()
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        members: tuple[BaseException, ...] = getattr(link, "exceptions", ())
        waiting += [one for one in (link.__cause__, link.__context__, *members) if one is not None]


def report(error: BaseException) -> str:
    """The traceback as tools for error reports render it, with locals."""
    found = traceback.TracebackException.from_exception(error, capture_locals=True)
    waiting = [found]
    while waiting:
        link = waiting.pop()
        for frame in link.stack:
            if "tests" in Path(frame.filename).parts:
                frame.locals = None
        waiting += [one for one in (link.__cause__, link.__context__, *(link.exceptions or ())) if one]
    text = io.StringIO()
    found.print(file=text)
    return text.getvalue()


@contextmanager
def logged() -> Generator[io.StringIO]:
    """Record everything that any logger says, however unimportant."""
    text = io.StringIO()
    handler, root = logging.StreamHandler(text), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
