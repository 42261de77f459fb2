"""Values that nobody should pass: each class of them as a function that makes a new one."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any, NoReturn

from hypothesis import strategies as st

from klaviyo_maton import UNSET, InMemory, models


class MistakeError(Exception):
    """What hostile values raise; no library error."""


SAID = "what hostile values say"


def _fail(*_: object, **__: object) -> NoReturn:
    raise MistakeError(SAID)


_SPECIAL = (
    *("__repr__", "__str__", "__eq__", "__hash__", "__bool__", "__len__", "__iter__", "__format__"),
    *(
        "__getattr__",
        "__contains__",
        "__getitem__",
        "__int__",
        "__index__",
        "__float__",
        "__lt__",
        "__call__",
    ),
    *("__fspath__", "__await__", "__and__"),
)
_FAILING: dict[str, Any] = dict.fromkeys(_SPECIAL, _fail)

Everything = type("Everything", (), {**_FAILING, "__class__": property(_fail)})
"""An object all of whose methods fail, its class included."""
Thing = type("Thing", (), _FAILING)
Text = type("Text", (str,), {**_FAILING, "encode": _fail, "replace": _fail, "isascii": _fail})
Number = type("Number", (int,), _FAILING)
Fraction = type("Fraction", (float,), _FAILING)
Listed = type("Listed", (list,), _FAILING)
Dictionary = type("Dictionary", (dict,), {**_FAILING, "items": _fail, "keys": _fail})


class Failing(Mapping[str, object]):
    """A mapping whose values cannot be read."""

    def __getitem__(self, _: str) -> NoReturn:
        _fail()

    def __iter__(self) -> Iterator[str]:
        return iter(["query", "attributes", "name", "email"])

    def __len__(self) -> int:
        return 4


class Zone(tzinfo):
    """A time zone that knows nothing."""

    def utcoffset(self, _: datetime | None, /) -> timedelta:
        _fail()

    def dst(self, _: datetime | None, /) -> timedelta:
        _fail()

    def tzname(self, _: datetime | None, /) -> str:
        _fail()


class Letter(StrEnum):
    A = "a"


class Digit(IntEnum):
    ONE = 1


class Colour(Enum):
    RED = 1


def _generator() -> Iterator[object]:
    yield "a"
    _fail()


def _endless() -> Iterator[str]:
    return repeat("a")


def _closed() -> object:
    file = io.BytesIO(b"a")
    file.close()
    return file


def _same(value: object) -> object:
    return value


def _loop() -> list[object]:
    made: list[object] = []
    made.append(made)
    return made


def _deep() -> list[object]:
    made: list[object] = []
    for _ in range(100_000):
        made = [made]
    return made


CONSTANTS: list[Any] = [
    *(None, True, 0, -1, 1.5, "", "a", "\ud800", "a\r\nb: c", "\0", b"a", bytearray(b"a"), UNSET),
    *(float("nan"), float("inf"), Decimal("sNaN"), Decimal("1e999999999"), 1j, 10**5000, "9" * 5000),
    *([], {}, (), {1}, {1: 2}, {"a": object()}, ["\ud800"], [[]], range(3), Path("\0"), Path("/")),
    *(InMemory, Exception, len, lambda: None, Letter.A, Digit.ONE, Colour.RED, NotImplemented),
    *(models.Profile, models.Profile(), datetime.max.replace(tzinfo=UTC)),
    *(datetime.fromisoformat("2026-01-01"), datetime(2026, 1, 1, tzinfo=Zone())),
]

MAKERS: list[Callable[[], Any]] = [
    *(Everything, Thing, Text, Number, Fraction, Listed, Dictionary, object, Failing),
    *(_generator, _endless, _closed, io.StringIO, _loop, _deep),
    *(partial(_same, value) for value in CONSTANTS),
]


def from_hostile() -> st.SearchStrategy[Callable[[], Any]]:
    """Makers of values that are wrong nearly everywhere; alone, in a list, or in an object."""
    makers = st.sampled_from(MAKERS)
    return st.one_of(
        makers,
        makers.map(lambda make: lambda: [make()]),
        makers.map(lambda make: lambda: {"name": make()}),
    )
