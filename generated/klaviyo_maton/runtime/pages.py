# Copied by "make generate" from codegen/runtime/pages.py. Edit that file, not this one.
"""Collections that are walked page by page.

:func:`walk` decides which page to ask for next and is driven by both colours; the iterators themselves
are the only code that exists twice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from typing import Any, Generic, TypeVar

from attrs import evolve, field, frozen

from .answer import Answer
from .arguments import Reading, exact, is_read_once, listed
from .codec import is_object, rewrite, shown, undecodable
from .errors import ArgumentError, CursorLoop, Undecodable
from .frames import forget_locals, without_locals, without_locals_async
from .links import OF_PAGES, OF_REPORTS, cursor_of, link_of
from .model import Model, Resource, context_of
from .operation import Call, Operation
from .prepare import Extra, prepare
from .redaction import excerpt
from .unreadable import located
from .unset import UNSET

T = TypeVar("T")

_SHOWN = 60


@frozen
class Page(Generic[T]):
    """One page: its items, the cursor of the next page (None: it is the last), and what came along.

    ``included`` holds the resources that ``include`` asked for, ``answer`` status, headers and bytes.
    ``lost`` is a link to a next page that names no cursor, which ends a walk with an error.
    """

    items: list[T]
    cursor: str | None
    included: list[Resource] = field(repr=False)
    answer: Answer = field(repr=False)
    lost: str = field(default="", repr=False)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@frozen
class Fetch:
    """Ask for a page; one that is ``shown`` belongs to what people walk over."""

    call: Call
    shown: bool


Walk = Generator[Fetch, Page[Any], None]


@frozen
class Listing:
    """A collection that can be asked for, its arguments checked already.

    Walking asks for the largest page the operation allows, unless a size is given.
    """

    operation: Operation
    arguments: Mapping[str, object]
    extra: Extra | None

    def call(self, cursor: str | None = None, size: int | None = None) -> Call:
        """The request for one page.

        Raises:
            ArgumentError: an argument is wrong.
        """
        paging = self.operation.paging
        arguments, extra = dict(self.arguments), self.extra
        if cursor is not None and paging and paging.cursor:
            arguments["page_cursor"] = cursor
        elif cursor is not None:  # nobody documents it here, and yet the server names it
            extra = _with_query(extra, OF_PAGES, cursor)
        largest = paging.maximum if paging else None
        if largest is not None and arguments.get("page_size", UNSET) is UNSET:
            arguments["page_size"] = size or largest
        return prepare(self.operation, arguments, extra)


def settled(arguments: Mapping[str, object]) -> Mapping[str, object]:
    """Turn what can be read once only into lists, because every page reads the arguments again."""
    return {name: listed(value, name) if is_read_once(value) else value for name, value in arguments.items()}


def settled_extra(extra: Extra | None) -> Extra | None:
    """The same for extra parameters of the query; what can be none is refused later."""
    query: object = extra.get("query") if isinstance(extra, dict) else None
    return {**extra, "query": settled(query)} if extra and is_object(query) else extra


def _with_query(extra: Extra | None, key: str, value: str) -> Extra:
    given = extra or Extra()
    return {**given, "query": {**given.get("query", {}), key: value}}


def walk(listing: Listing, *, shown: bool = True, size: int | None = None) -> Walk:
    """Ask for page after page until one names no next.

    Raises:
        CursorLoop: the server names a cursor a second time.
        Undecodable: a page leads to a next one, but by no cursor: the rest would be lost in silence.
    """
    cursor = listing.arguments.get("page_cursor")
    seen = {exact(cursor)} if isinstance(cursor, str) else set[str]()
    page = yield Fetch(listing.call(size=size), shown)
    while page.cursor is not None:
        if page.cursor in seen:
            named = excerpt(page.cursor, page.answer.key, _SHOWN)
            raise CursorLoop(
                f"{listing.operation.id} names the cursor {named!r} a second time; walking on would never end"
            )
        seen.add(page.cursor)
        page = yield Fetch(listing.call(page.cursor, size), shown)
    if page.lost:
        raise _lost(page.lost, page.answer)


@without_locals
@Reading("next_cursor")
def next_cursor(result: object) -> str | None:
    """Give what to pass as ``page_cursor`` to get what follows an answer; None where nothing does.

    A page, an item of one and a single resource, such as a report, tell it. An endpoint that documents no
    ``page_cursor`` takes it as ``extra={"query": {"page_cursor": …}}``.

    Raises:
        ArgumentError: the result did not come from a call.
        Undecodable: something follows, but the answer's link names no cursor.
    """
    if isinstance(result, Page):
        if result.lost:
            raise _lost(result.lost, result.answer)
        return result.cursor
    context = context_of(result) if isinstance(result, Model) else None
    if context is None or context.answer is None:
        raise ArgumentError(
            f"this {type(result).__name__} tells no cursor; a page, an item or a report of a call does"
        )
    found = cursor_of(context.links, "next", OF_PAGES, OF_REPORTS)
    rest = None if found else link_of(context.links, "next")
    if rest is not None:
        content = rewrite(rest)
        raise _lost(shown(content), evolve(context.answer, content=content))
    return found


def _lost(rest: str, answer: Answer) -> Undecodable:
    return located(undecodable("$.links.next", "a link with page[cursor]", rest), answer)


def walk_each(parents: Listing, children: Callable[[str], Listing], size: int | None = None) -> Walk:
    """Walk over the children of every item of another collection, in order; the parents are not shown."""
    outer = walk(parents, shown=False)
    step = next(outer, None)
    while step is not None:
        page = yield step
        for parent in page.items:
            yield from walk(children(parent.id), size=size)
        try:
            step = outer.send(page)
        except StopIteration:
            return


class Pages(Generic[T]):
    """An iterable over all items of a collection, page after page; iterating twice asks twice.

    Errors of a call are raised while iterating, where the page is fetched.
    """

    def __init__(self, walks: Callable[[int | None], Walk], fetch: Callable[[Call], Page[T]]) -> None:
        self._walks = walks
        self._fetch = fetch

    def __iter__(self) -> Iterator[T]:
        page: Page[T] | None = None
        try:
            for page in self.pages():
                yield from page.items
        except BaseException as error:
            page = None
            forget_locals(error)
            raise

    def pages(self) -> Iterator[Page[T]]:
        """The pages themselves, each fetched when it is asked for."""
        return self._iterate(None)

    @without_locals
    def first(self) -> T | None:
        """The first item, asked for alone where the operation allows that; None when there is none."""
        return next((item for page in self._iterate(1) for item in page.items), None)

    def _iterate(self, size: int | None) -> Iterator[Page[T]]:
        page: Page[T] | None = None
        step: Fetch | None = None
        try:
            steps = self._walks(size)
            step = next(steps, None)
            while step is not None:
                page = self._fetch(step.call)
                if step.shown:
                    yield page
                step = _after(steps, page)
        except BaseException as error:
            page = step = None
            forget_locals(error)
            raise


class AsyncPages(Generic[T]):
    """What :class:`Pages` is, for ``async for``."""

    def __init__(
        self, walks: Callable[[int | None], Walk], fetch: Callable[[Call], Awaitable[Page[T]]]
    ) -> None:
        self._walks = walks
        self._fetch = fetch

    async def __aiter__(self) -> AsyncIterator[T]:
        page: Page[T] | None = None
        item: T | None = None
        try:
            async for page in self.pages():
                for item in page.items:
                    yield item
        except BaseException as error:
            page = item = None
            forget_locals(error)
            raise

    def pages(self) -> AsyncIterator[Page[T]]:
        """The pages themselves, each fetched when it is asked for."""
        return self._iterate(None)

    @without_locals_async
    async def first(self) -> T | None:
        """The first item, asked for alone where the operation allows that; None when there is none."""
        async for page in self._iterate(1):
            for item in page.items:
                return item
        return None

    async def _iterate(self, size: int | None) -> AsyncIterator[Page[T]]:
        page: Page[T] | None = None
        step: Fetch | None = None
        try:
            steps = self._walks(size)
            step = next(steps, None)
            while step is not None:
                page = await self._fetch(step.call)
                if step.shown:
                    yield page
                step = _after(steps, page)
        except BaseException as error:
            page = step = None
            forget_locals(error)
            raise


def _after(steps: Walk, page: Page[Any]) -> Fetch | None:
    try:
        return steps.send(page)
    except StopIteration:
        return None
