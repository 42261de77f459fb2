"""The exceptions of others are our causes, and nothing in them holds the key, wherever they keep it."""

from __future__ import annotations

import errno
import pickle
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
import pytest

from codegen.runtime.foreign import stripped
from codegen.runtime.secret import Secret
from tests.security.scan import MARK, chain, leaks, shown_of_error

NOTHING = "nothing"
KEY = f"pk_{MARK}/&0123456789"
REQUEST = httpx.Request(
    "GET", "https://a.klaviyo.com/api/x", headers={"authorization": f"Klaviyo-API-Key {KEY}"}
)


class Slotted(Exception):
    __slots__ = ("request", "text")

    def __init__(self, text: str, request: object) -> None:
        super().__init__()
        self.text, self.request = text, request

    def __str__(self) -> str:
        return f"slotted {self.text}"


class Stubborn(Exception):
    @property
    def said(self) -> str:
        return KEY

    def __str__(self) -> str:
        return self.said


class Broken(Exception):
    def __str__(self) -> str:
        raise ValueError(KEY)


E = TypeVar("E", bound=BaseException)


def noted(error: E, *notes: str) -> E:
    for note in notes:
        error.add_note(note)
    return error


def caused(error: E, cause: BaseException) -> E:
    error.__cause__ = cause
    return error


def with_attribute(error: E, value: object) -> E:
    vars(error)["held"] = value
    return error


def raised(use: Callable[[], object]) -> BaseException:
    with pytest.raises((AttributeError, UnicodeDecodeError)) as caught:
        use()
    return caught.value


def circle() -> BaseException:
    one, other = ValueError(KEY), KeyError(KEY)
    one.__cause__, other.__cause__ = other, one
    return one


def long_chain() -> BaseException:
    error: BaseException = ValueError(KEY)
    for _ in range(3000):
        error = caused(ValueError(KEY), error)
    return error


def deep_group() -> BaseException:
    error: ValueError | ExceptionGroup[Any] = ValueError(KEY)
    for _ in range(300):
        error = ExceptionGroup(KEY, [error])
    return error


ERRORS: dict[str, Callable[[], BaseException]] = {
    "text": lambda: ValueError(f"no {KEY}"),
    "bytes": lambda: ValueError(KEY.encode()),
    "arguments": lambda: ValueError("x", [KEY, (KEY, {"a": KEY})], {KEY}),
    "note": lambda: noted(ValueError("x"), "kept", KEY),
    "group": lambda: ExceptionGroup("x", [ValueError(KEY), noted(KeyError("x"), KEY)]),
    "message of a group": lambda: ExceptionGroup(KEY, [ValueError("x")]),
    "note of a group": lambda: noted(ExceptionGroup("x", [ValueError("x")]), KEY),
    "group in a group": lambda: ExceptionGroup(
        "x", [ExceptionGroup("y", [caused(ValueError("x"), KeyError(KEY))])]
    ),
    "group of all": lambda: BaseExceptionGroup("x", [KeyboardInterrupt(KEY)]),
    "file": lambda: FileNotFoundError(errno.ENOENT, "No such file", KEY),
    "two files": lambda: OSError(errno.EXDEV, "No", "a", None, KEY),
    "no UTF-8": lambda: raised(lambda: f"\xff{KEY}".encode("latin-1").decode()),
    "import": lambda: ImportError("x", name=KEY, path=KEY),
    "attribute": lambda: raised(lambda: getattr(REQUEST, NOTHING)),
    "stop": lambda: StopIteration(KEY),
    "cause": lambda: caused(ValueError("x"), caused(KeyError("y"), ValueError(KEY))),
    "in an argument": lambda: ValueError(ValueError(KEY)),
    "a request": lambda: with_attribute(ValueError("x"), REQUEST),
    "requests": lambda: with_attribute(ValueError("x"), [{"a": REQUEST}]),
    "headers": lambda: with_attribute(ValueError("x"), dict(REQUEST.headers)),
    "a function": lambda: with_attribute(ValueError("x"), lambda: KEY),
    "slots": lambda: Slotted(KEY, REQUEST),
    "computed": Stubborn,
    "broken": Broken,
    "circle": circle,
    "long chain": long_chain,
    "deep group": deep_group,
}


def held(error: BaseException) -> list[str]:
    """What tools see that walk attributes and slots."""
    found: list[str] = []
    for link in chain(error):
        names = {name for kind in type(link).__mro__ for name in vars(kind)} | set(vars(link))
        for name in names - {"__doc__", "__dict__"}:
            value: Any = getattr(link, name, None)
            found += [repr(value), *(repr(getattr(value, "headers", "")) for _ in (1,))]
            if isinstance(value, httpx.Request):
                found.append(repr(value.headers.raw))
    return found


@pytest.mark.parametrize("name", ERRORS)
def test_nothing_in_the_exception_of_another_holds_the_key(name: str) -> None:
    """Wherever it is kept: in texts, notes, groups, causes, attributes, slots and file names."""
    error = stripped(ERRORS[name](), Secret(KEY), lambda _: ())
    assert leaks(*shown_of_error(error), *held(error)) == []


def test_the_rest_of_it_stays() -> None:
    error = FileNotFoundError(errno.ENOENT, "No such file", "a.pem")
    error.add_note("see the manual")
    with_attribute(error, ("text", 7, [1.5, None]))
    clean = stripped(error, Secret(KEY), lambda _: ())
    assert clean is error
    assert str(clean) == "[Errno 2] No such file: 'a.pem'"
    assert (clean.__notes__, vars(clean)["held"]) == (["see the manual"], ("text", 7, [1.5, None]))
    assert isinstance(pickle.loads(pickle.dumps(error)), FileNotFoundError)


def test_what_holds_the_key_is_masked_in_its_place() -> None:
    error = noted(ValueError("x", f"no {KEY}"), "kept", KEY)
    clean = stripped(error, Secret(KEY), lambda _: ())
    assert clean is error
    assert (clean.args, clean.__notes__) == (("x", "no ********"), ["kept", "********"])


def test_what_only_its_library_knows_stays() -> None:
    error = with_attribute(ValueError("x"), REQUEST)
    assert vars(stripped(error, Secret(KEY), lambda _: ("held",)))["held"] is REQUEST
