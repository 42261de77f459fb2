"""What tools read at run time: the hints of everything public have a meaning, and cost nothing before."""

from __future__ import annotations

import copy
import importlib
import inspect
import json
import pickle
import typing
from collections.abc import Callable, Iterator
from functools import cached_property, wraps
from types import FunctionType, ModuleType
from typing import Any

import pytest

from klaviyo_maton import Direct, InMemory, Klaviyo, Reply, models
from klaviyo_maton.runtime.filters import Fields
from klaviyo_maton.runtime.lazy import preload
from tests.package.fresh import GENERATED, run

PACKAGE = "klaviyo_maton"
REVISIONS = sorted(path.name for path in (GENERATED / PACKAGE).glob("v*_*_*/"))
FOLDERS = [
    folder.relative_to(GENERATED).as_posix().replace("/", ".")
    for pattern in ("v*_*_*/*/", "connections/*/")
    for folder in sorted((GENERATED / PACKAGE).glob(pattern))
    if folder.name != "__pycache__"
]
PACKAGES = [
    *(PACKAGE, f"{PACKAGE}.testing", f"{PACKAGE}.webhooks", f"{PACKAGE}.connections"),
    *(f"{PACKAGE}.{revision}" for revision in REVISIONS),
    *FOLDERS,
]

WHAT_A_HINT_LOADS = """
import inspect, json, sys, typing
from klaviyo_maton import Direct, InMemory, Klaviyo, Reply
client = Klaviyo(Direct("pk_1"), http_client=InMemory(lambda request: Reply(204)))
method = type(client.tags).list
before = {name for name in sys.modules if ".models." in name}
hints = typing.get_type_hints(method)
print(json.dumps([sorted(before), [str(hints["return"]), str(inspect.signature(method, eval_str=True))]]))
"""


def public(package: str) -> Iterator[tuple[str, Any]]:
    """The public functions and classes of a lazy package, and of the modules that it consists of."""
    module = importlib.import_module(package)
    for name in module.__all__:
        value = getattr(module, name)
        if isinstance(value, ModuleType):
            yield from ((f"{name}.{inner}", one) for inner, one in own(value))
        else:
            yield name, value


def own(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """What a module defines itself."""
    for name, value in vars(module).items():
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__:
            yield name, value


def functions(value: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    """A function; of a class or a value its methods and what its properties call, also those of its bases."""
    if isinstance(value, FunctionType):
        yield "", value
        return
    owner = value if isinstance(value, type) else type(value)
    if owner.__module__.startswith(PACKAGE):
        for name in (name for name in dir(owner) if not name.startswith("_") or name == "__init__"):
            found = inspect.getattr_static(owner, name)
            match found:
                case property():
                    yield from ((name, one) for one in (found.fget, found.fset) if one)
                case cached_property():
                    yield name, found.func
                case classmethod():
                    yield name, getattr(owner, name)
                case FunctionType() if found.__module__.startswith(PACKAGE) or name == "__init__":
                    yield name, found
                case Fields():
                    yield from functions(found)
                case _:
                    pass


@pytest.mark.parametrize("package", PACKAGES)
def test_the_hints_of_everything_public_are_types(package: str) -> None:
    """Of functions, classes, methods and properties; a text that means nothing would be an error."""
    wrong: list[str] = []
    count = 0
    for name, value in public(package):
        for inner, function in functions(value):
            count += 1
            try:
                hints = typing.get_type_hints(function)
                inspect.signature(function, eval_str=True)
            except NameError as error:
                wrong.append(f"{name}.{inner}: {error}")
                continue
            unfit = [hint for hint in hints.values() if isinstance(hint, str | typing.ForwardRef)]
            wrong += [f"{name}.{inner}: {hint}" for hint in unfit]
        if isinstance(value, type):
            typing.get_type_hints(value)
    assert wrong == []
    assert count or package.endswith("operations") or package == f"{PACKAGE}.connections"


def test_models_are_imported_when_hints_are_read_and_not_before() -> None:
    before, shown = json.loads(run(WHAT_A_HINT_LOADS))
    assert before == []
    assert "models.tags.Tag]" in shown[0]
    assert "models.tags.Tag]" in shown[1]


def test_hints_survive_wrapping_copying_and_pickling() -> None:
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(lambda _request: Reply(204)))
    method = client.profiles.get

    @wraps(method)
    def wrapped(*given: Any, **keywords: Any) -> Any:
        return method(*given, **keywords)

    for function in (method, wrapped, inspect.unwrap(method), copy.copy(type(client.profiles).get)):
        assert typing.get_type_hints(function)["return"] is models.Profile
        assert inspect.signature(function, eval_str=True).return_annotation is models.Profile
    assert pickle.loads(pickle.dumps(type(client.profiles).get)) is type(client.profiles).get


def test_families_of_a_client_have_their_classes_for_hints() -> None:
    preload()
    hints = typing.get_type_hints(inspect.getattr_static(Klaviyo, "profiles").func)
    client = Klaviyo(Direct("pk_1"), http_client=InMemory(lambda _request: Reply(204)))
    assert hints["return"] is type(client.profiles)
