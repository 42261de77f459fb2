"""Reads an OpenAPI document of the vendor from a file of JSON or YAML, and refuses what is none.

Nothing is fetched: a document is one file. YAML is a notation of JSON here: dates and ``on`` stay text,
and aliases are followed as far as a document can sensibly be large.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from attrs import frozen

from codegen.openapi_schemas import Json, Schema
from codegen.vendor.normalise import mapping, text
from codegen.vendor.wellformed import MalformedError, check

_Loader: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_VALUES = 2_000_000
_DEPTH = 200
_CONSTANTS: dict[str, Json] = {"": None, "~": None, "null": None, "true": True, "false": False}
_WHOLE = re.compile(r"-?(0|[1-9]\d*)")
_REAL = re.compile(r"-?(0|[1-9]\d*)\.\d+([eE][+-]?\d+)?")
_TEXT_TAG = "tag:yaml.org,2002:str"
_TRUNCATED = "was it saved whole?"


class DocumentError(Exception):
    """A file is no document to compare with: one line with the file, the place, what is wrong, a remedy.

    ``place`` is a JSON pointer, or a line of the file where it cannot even be parsed.
    """

    def __init__(self, file: Path, place: str, what: str, remedy: str) -> None:
        self.file = file
        self.place = place
        super().__init__(f"{file}: {place}: {what}; {remedy}")


def read(path: Path) -> Schema:
    """Return the document in a file, sound enough to be compared; DocumentError tells why it is not."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DocumentError(path, "file", error.strerror or "it cannot be read", "name another") from None
    except UnicodeDecodeError as error:
        raise DocumentError(path, f"byte {error.start}", "this is not UTF-8", "convert the file") from None
    try:
        return check(_json(content) if content.lstrip().startswith("{") else _yaml(content))
    except MalformedError as error:
        raise DocumentError(path, error.place, error.what, error.remedy) from None
    except RecursionError:
        raise DocumentError(path, "/", "the document is nested too deep", "name another") from None


def revision_of(document: Schema) -> str:
    """Return the revision that a document describes."""
    return text(mapping(document["info"])["version"])


def _json(content: str) -> Json:
    try:
        value: Json = json.loads(content)
    except json.JSONDecodeError as error:
        raise MalformedError(f"line {error.lineno}", f"this is no JSON ({error.msg})", _TRUNCATED) from None
    return value


def _yaml(content: str) -> Json:
    try:
        return _Builder(yaml.parse(content, Loader=_Loader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise MalformedError(f"line {line}", f"this is no YAML ({error.problem})", _TRUNCATED) from None
    except yaml.YAMLError as error:
        raise MalformedError(
            "line 1", f"this is no YAML ({str(error).splitlines()[0]})", _TRUNCATED
        ) from None


@frozen
class _Value:
    """A value, and how many it would be if every alias in it were written out."""

    json: Json
    size: int


class _Builder:
    """Makes values of the events of PyYAML, whose own composer trusts in the depth of what it reads."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._anchored: dict[str, _Value] = {}

    def document(self) -> Json:
        """Return the value of the only document in the stream."""
        for event in self._events:
            if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
                return self._value(event, 0).json
        return None

    def _value(self, event: yaml.Event, depth: int) -> _Value:
        if depth > _DEPTH:
            raise MalformedError(_line(event), f"values are nested deeper than {_DEPTH} levels")
        match event:
            case yaml.AliasEvent():
                return self._aliased(event)
            case yaml.ScalarEvent():
                value = _Value(_scalar(event), 1)
            case yaml.SequenceStartEvent():
                value = self._array(depth)
            case yaml.MappingStartEvent():
                value = self._object(depth)
            case _:
                raise MalformedError(_line(event), "the file has no content", _TRUNCATED)
        if value.size > _VALUES:
            what = f"YAML aliases make more than {_VALUES} values of the file"
            raise MalformedError(_line(event), what, "write them out, or name another file")
        if event.anchor:
            self._anchored[event.anchor] = value
        return value

    def _aliased(self, event: yaml.AliasEvent) -> _Value:
        if event.anchor not in self._anchored:
            what = f"the alias *{event.anchor} refers to nothing that stands whole before it"
            raise MalformedError(_line(event), what, "write out what is meant")
        return self._anchored[event.anchor]

    def _array(self, depth: int) -> _Value:
        items: list[Json] = []
        size = 1
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            value = self._value(event, depth + 1)
            items.append(value.json)
            size += value.size
        return _Value(items, size)

    def _object(self, depth: int) -> _Value:
        members: dict[str, Json] = {}
        size = 1
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise MalformedError(_line(event), "a key is no text", "write one")
            value = self._value(next(self._events), depth + 1)
            members[event.value] = value.json
            size += value.size
        return _Value(members, size)


def _scalar(event: yaml.ScalarEvent) -> Json:
    content: str = event.value
    if event.style or event.tag == _TEXT_TAG:
        return content
    if content in _CONSTANTS:
        return _CONSTANTS[content]
    if _WHOLE.fullmatch(content):
        return int(content)
    return float(content) if _REAL.fullmatch(content) else content


def _line(event: yaml.Event) -> str:
    return f"line {event.start_mark.line + 1}" if event.start_mark else "line 1"
