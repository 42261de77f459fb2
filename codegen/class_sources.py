"""Sources of attrs classes, made by datamodel-code-generator with a template of ours.

This is the only module that knows the generator. Revisions have most of their classes in common, so each
class is made once, by itself or with those that it needs in a circle, and modules are put together here.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeAlias

from attrs import frozen

from .openapi_schemas import Schema

_TEMPLATES = Path(__file__).parent / "templates" / "models"

_CLASS = re.compile(r"^class (\w+)", re.MULTILINE)
_MENTION = re.compile(r'"#/components/schemas/(\w+)\.(\w+)"')

_HIDING = frozenset({"date", "datetime"})
"""Members that hide the type of their name, which the generator renames for all classes of a batch then."""

_WORTH_PROCESSES = 100
"""As many classes take as long as it takes to start processes and to import the generator there."""

_NO_EXTRA: dict[str, Any] = {"member_docstrings": {}}


@frozen
class Part:
    """A class as the generator is told of it: its schema, and what only the template needs to know.

    A schema mentions others as ``#/components/schemas/<module>.<name>``.
    """

    name: str
    schema: Schema
    extra: dict[str, Any]

    @cached_property
    def text(self) -> str:
        """All of it, as JSON."""
        return json.dumps([self.name, self.schema, self.extra])


Parts: TypeAlias = Mapping[str, Mapping[str, Part]]
"""Classes by module and name, in the order in which they are to be read."""


@frozen
class Source:
    """The source of a class, and the imports of those that were made with it."""

    imports: tuple[str, ...]
    text: str


_Unit: TypeAlias = tuple[str, ...]
"""The names of classes that mention one another in a circle: a single one, as a rule."""

_made: dict[str, tuple[Source, ...]] = {}
"""What the generator made so far, by what it was told."""


def make(revisions: Iterable[Parts]) -> int:
    """Let the generator make all classes that it has not made yet; returns how many that are."""
    with making(revisions) as count:
        return count


@contextmanager
def making(revisions: Iterable[Parts]) -> Generator[int]:
    """Let the generator make all classes that it has not made yet, while something else is done.

    Where they are many, other processes make them. All are made when the context ends; it gives their number.
    """
    batches: list[_Batch] = []
    planned = {*_made}
    for parts in revisions:
        for module in (_Module(name, found) for name, found in parts.items()):
            fresh = [unit for unit in module.units if module.key(unit) not in planned]
            planned.update(map(module.key, fresh))
            batches += module.batches(fresh)
    batches.sort(key=lambda batch: -len(batch.parts))
    count = sum(len(batch.parts) for batch in batches)
    with _mapped(batches, count) as found:
        yield count
        for batch, sources in zip(batches, found, strict=True):
            for key, unit in batch.units.items():
                _made[key] = tuple(source for name, source in sources.items() if name in unit)


def module_source(name: str, parts: Mapping[str, Part]) -> str:
    """Return the source of a module whose classes were made, each behind those that it mentions."""
    module = _Module(name, parts)
    sources = [source for unit in module.ordered() for source in _made[module.key(unit)]]
    imports = dict.fromkeys(line for source in sources for line in source.imports)
    return "\n".join([*imports, *(source.text for source in sources)])


def mentioned(part: Part) -> list[tuple[str, str]]:
    """Return the module and the name of every class that a class mentions."""
    return _MENTION.findall(part.text)


# --------------------------------------------------------------------------------- modules and units


@frozen
class _Batch:
    """Classes of a module that the generator makes in one go, and the units they are, by their keys."""

    module: str
    parts: tuple[Part, ...]
    units: dict[str, _Unit]


@frozen
class _Module:
    """The classes of a module, and what they mention of one another."""

    name: str
    parts: Mapping[str, Part]

    @cached_property
    def mentions(self) -> dict[str, set[str]]:
        """The classes of the module that each class mentions."""
        return {
            name: {other for module, other in mentioned(part) if module == self.name}
            for name, part in self.parts.items()
        }

    @cached_property
    def units(self) -> list[_Unit]:
        """The units, in the order of the classes."""
        return [*dict.fromkeys(self.unit_of.values())]

    @cached_property
    def unit_of(self) -> dict[str, _Unit]:
        """The unit of each class: the class, and those that it mentions and that mention it."""
        reached = {name: _reached(name, self.mentions) for name in self.parts}
        return {
            name: tuple(sorted({name} | {other for other in found if name in reached[other]}))
            for name, found in reached.items()
        }

    def key(self, unit: _Unit) -> str:
        """All that the source of a unit depends on."""
        return self.name + "".join(self.parts[name].text for name in unit)

    def batches(self, units: Sequence[_Unit]) -> Iterator[_Batch]:
        """Yield what to make of some units, those apart that hide other types than the rest."""
        alike: dict[frozenset[str], list[_Unit]] = {}
        for unit in units:
            members = {member for name in unit for member in _members(self.parts[name])}
            alike.setdefault(_HIDING & members, []).append(unit)
        for found in alike.values():
            parts = tuple(self.parts[name] for unit in found for name in unit)
            yield _Batch(self.name, parts, {self.key(unit): unit for unit in found})

    def ordered(self) -> list[_Unit]:
        """Return the units in the order of the classes, but what one mentions before it."""
        ordered: dict[_Unit, None] = {}

        def add(unit: _Unit) -> None:
            others = {self.unit_of[other] for name in unit for other in self.mentions[name]}
            for other in sorted(others - {unit}):
                add(other)
            ordered.setdefault(unit)

        for unit in self.units:
            add(unit)
        return [*ordered]


def _reached(name: str, mentions: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = mentions[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _members(part: Part) -> Iterable[str]:
    properties = part.schema["properties"]
    return properties if isinstance(properties, dict) else ()


# -------------------------------------------------------------------------------------- the generator


@contextmanager
def _mapped(batches: list[_Batch], count: int) -> Generator[Iterator[dict[str, Source]]]:
    """Give what is made of every batch, by other processes where that is worth it."""
    if count < _WORTH_PROCESSES:
        yield map(_generated, batches)
        return
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield pool.map(_generated, batches)


def _generated(batch: _Batch) -> dict[str, Source]:
    """Let the generator make a batch; other classes that are mentioned have a single member then."""
    from datamodel_code_generator import InputFileType, LiteralType, generate
    from datamodel_code_generator.enums import DataModelType
    from datamodel_code_generator.format import DatetimeClassType, PythonVersion

    schemas: dict[str, Schema] = {f"{batch.module}.{part.name}": part.schema for part in batch.parts}
    extra = {f"{batch.module}.{part.name}": part.extra for part in batch.parts}
    mentions = {f"{module}.{name}" for part in batch.parts for module, name in mentioned(part)}
    elsewhere: dict[str, Schema] = {
        name: {"type": "object", "properties": {"id": {"type": "string"}}}
        for name in sorted(mentions - {*schemas})
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "models", "version": "1"},
        "paths": {},
        "components": {"schemas": {**elsewhere, **schemas}},
    }
    modules = generate(
        json.dumps(document),
        input_file_type=InputFileType.OpenAPI,
        output=None,
        output_model_type=DataModelType.DataclassesDataclass,
        custom_template_dir=_TEMPLATES,
        extra_template_data=defaultdict(dict, {**dict.fromkeys(elsewhere, _NO_EXTRA), **extra}),
        enum_field_as_literal=LiteralType.All,
        strict_nullable=True,
        use_standard_collections=True,
        use_union_operator=True,
        target_python_version=PythonVersion.PY_311,
        output_datetime_class=DatetimeClassType.Datetime,
        disable_future_imports=True,
        keyword_only=True,
        formatters=[],
        disable_timestamp=True,
    )
    if isinstance(modules, str) or modules is None:
        raise TypeError("the generator was expected to give modules")
    header, *texts = re.split(r"^(?=@define\()", modules[f"{batch.module}.py",], flags=re.MULTILINE)
    imports = tuple(line for line in header.splitlines() if line.startswith(("from ", "import ")))
    sources = {_CLASS.findall(text)[0]: Source(imports, text) for text in texts}
    return {part.name: sources[part.name] for part in batch.parts}
