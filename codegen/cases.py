"""Cases of the wire as data: what calls send, what answers give, and which method serves which endpoint.

Unlike the rest of the spec a case holds JSON, so its YAML reads as JSON does: bare numbers, ``true``,
``false`` and ``null`` are what JSON takes them for, and everything else is text. The ``revision`` of a file
is that of each case that says no other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from attrs import frozen

from codegen.load import sound_events
from codegen.problems import Position, Problems, SpecError

T = TypeVar("T")

_METHODS = ("GET", "POST", "PATCH", "DELETE")


@frozen
class RequestCase:
    """A call, and the one request that it sends.

    ``call`` is ``family.method``, or the vendor's id of an operation; it has no dot then. ``query`` holds
    what the arguments say and ``added`` what walking a collection adds. Where ``refused`` is not empty the
    call is refused, and the error names it: the vendor would refuse that request, which may be sent as it
    is all the same.
    """

    id: str
    revision: str
    call: str
    arguments: Mapping[str, Any]
    method: str
    path: str
    query: Mapping[str, str]
    added: Mapping[str, str]
    body: Any
    refused: str


@frozen
class AnswerCase:
    """An answer to a call, and what the call gives for it.

    The keys of ``gives`` and of what follows are paths into the result, such as ``items.0.email``:
    ``unknown`` are the members that nobody documented, ``misfits`` the paths of values that do not fit,
    ``absent`` members that are not there, ``missing`` relationships that were not included. ``raises``
    names an error, and is empty where there is none; ``gives`` then tells its facts.
    """

    id: str
    revision: str
    call: str
    arguments: Mapping[str, Any]
    status: int
    headers: Mapping[str, str]
    body: Any
    raises: str
    gives: Mapping[str, Any]
    unknown: Mapping[str, Any]
    misfits: Mapping[str, list[str]]
    absent: tuple[str, ...]
    missing: tuple[str, ...]


@frozen
class Row:
    """An endpoint that people know from elsewhere (``POST /klaviyo/api/profiles``), and how to call it.

    ``arguments`` are the least that it takes, by the first revision at which they are right. ``sends``
    are the requests that it makes, as ``GET /api/profiles``; ``exists`` tells that the endpoint is among
    them, as some exist in no revision. ``since`` is the first revision that has it, empty where all have.
    """

    section: str
    endpoint: str
    call: str
    arguments: Mapping[str, Mapping[str, Any]]
    sends: tuple[str, ...]
    exists: bool
    since: str

    def arguments_at(self, revision: str) -> Mapping[str, Any]:
        """Return the arguments for a revision."""
        return self.arguments[max(first for first in self.arguments if first <= revision)]


@frozen
class Cases:
    """All cases of a spec, in the order of its files."""

    requests: tuple[RequestCase, ...]
    gateway: tuple[RequestCase, ...]
    answers: tuple[AnswerCase, ...]
    rows: tuple[Row, ...]


def load_cases(spec: Path) -> Cases:
    """Return the cases of the spec in a directory; SpecError tells everything that is wrong with them."""
    problems = Problems()
    reader = _Reader(problems)
    for path in sorted((spec / "cases").glob("*.yaml")):
        reader.file(path.read_text(encoding="utf-8"), f"{spec.name}/cases/{path.name}")
    if problems.found:
        raise SpecError(problems.found)
    return Cases(tuple(reader.requests), tuple(reader.gateway), tuple(reader.answers), tuple(reader.rows))


def sections(rows: Iterable[Row]) -> str:
    """Render the rows as a table in Markdown: section, endpoint, method of the clients."""
    lines = ["| Section | Endpoint | Method |", "| --- | --- | --- |"]
    section = ""
    for row in rows:
        shown = "" if row.section == section else row.section
        section = row.section
        since = f", since {row.since}" if row.since else ""
        other = "" if row.exists else ", by other endpoints"
        lines.append(
            f"| {shown} | `{row.endpoint.replace('/klaviyo', '', 1)}` | `{row.call}`{since}{other} |"
        )
    return "\n".join(lines)


class _Reader:
    """Reads files of cases one after the other."""

    def __init__(self, problems: Problems) -> None:
        self.requests: list[RequestCase] = []
        self.gateway: list[RequestCase] = []
        self.answers: list[AnswerCase] = []
        self.rows: list[Row] = []
        self._problems = problems
        self._kinds: Mapping[str, Callable[[str, _Fields], None]] = {
            "requests": lambda name, fields: self.requests.append(
                _request(name, fields, self._dated(fields))
            ),
            "gateway": lambda name, fields: self.gateway.append(_request(name, fields, "")),
            "answers": lambda name, fields: self.answers.append(_answer(name, fields, self._dated(fields))),
            "rows": self._section,
        }
        self._seen: dict[str, Position] = {}
        self._revision = ""

    def file(self, text: str, file: str) -> None:
        before = len(self._problems.found)
        for _ in sound_events(text, file, self._problems, yaml.SafeLoader):
            pass
        if len(self._problems.found) > before:
            return
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        found = _Fields(root, Position(file, 1, 1), self._problems)
        self._revision = found.text("revision", "")
        for kind, cases in found.each():
            read = self._kinds.get(kind)
            if read is None:
                self._problems.unknown(cases.position, "kind of cases", kind, self._kinds)
                continue
            for name, fields in cases.each():
                if name in self._seen:
                    self._problems.add(fields.position, f"{name!r} stands in {self._seen[name]} already")
                self._seen[name] = fields.position
                read(name, fields)

    def _dated(self, fields: _Fields) -> str:
        return fields.text("revision", self._revision or None)

    def _section(self, section: str, fields: _Fields) -> None:
        for endpoint, inner in fields.each():
            method, path = inner.endpoint(endpoint)
            arguments: dict[str, Any] = inner.value("with", {})
            dated: dict[str, dict[str, Any]] = arguments.get("by-revision", {"": arguments})
            identifier = str(next(iter(dated.values())).get("id", ""))
            filled = "/".join(identifier if part.startswith("{") else part for part in path.split("/"))
            own = f"{method} {filled.removeprefix('/klaviyo')}"
            sends = inner.value("sends", [own])
            self.rows.append(
                Row(
                    section=section,
                    endpoint=endpoint,
                    call=inner.text("call"),
                    arguments=dated,
                    sends=tuple(sends),
                    exists=own in sends,
                    since=inner.text("since", ""),
                )
            )
            inner.finish()


def _request(name: str, fields: _Fields, revision: str) -> RequestCase:
    method, path = fields.endpoint(fields.text("sends"))
    case = RequestCase(
        id=name,
        revision=revision,
        call=fields.text("call"),
        arguments=fields.value("with", {}),
        method=method,
        path=path,
        query=fields.value("query", {}),
        added=fields.value("added", {}),
        body=fields.value("body", None),
        refused=fields.text("refused", ""),
    )
    fields.finish()
    return case


def _answer(name: str, fields: _Fields, revision: str) -> AnswerCase:
    case = AnswerCase(
        id=name,
        revision=revision,
        call=fields.text("call"),
        arguments=fields.value("with", {}),
        status=fields.value("status", 200),
        headers=fields.value("headers", {}),
        body=fields.value("body", None),
        raises=fields.text("raises", ""),
        gives=fields.value("gives", {}),
        unknown=fields.value("unknown", {}),
        misfits=fields.value("misfits", {}),
        absent=tuple(fields.value("absent", [])),
        missing=tuple(fields.value("missing", [])),
    )
    fields.finish()
    return case


class _Fields:
    """The keys of one case; what nobody took by the end is unknown."""

    def __init__(self, node: yaml.Node | None, position: Position, problems: Problems) -> None:
        self.position = position
        self._problems = problems
        self._nodes = {key: (place, value) for key, place, value in _entries(node, position.file, problems)}
        self._taken: set[str] = set()

    def each(self) -> Iterable[tuple[str, _Fields]]:
        """Give every key that nobody took, with the fields that stand there."""
        return [
            (key, _Fields(node, place, self._problems))
            for key, (place, node) in self._nodes.items()
            if key not in self._taken
        ]

    def value(self, key: str, default: T) -> T:
        """Take a value of the kind that the default is of; None stands for any JSON."""
        self._taken.add(key)
        if key not in self._nodes:
            return default
        place, node = self._nodes[key]
        found: T = _json(node, place.file, self._problems)
        if default is not None and not isinstance(found, type(default)):
            self._problems.add(place, f"{key} is of another kind than expected")
            return default
        return found

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text, which must be there unless there is a default."""
        if default is None and key not in self._nodes:
            self._problems.add(self.position, f"{key} is missing")
        return self.value(key, default or "")

    def endpoint(self, text: str) -> tuple[str, str]:
        """Split ``GET /api/profiles`` into its method and its path."""
        method, _, path = text.partition(" ")
        if method not in _METHODS or not path.startswith("/"):
            self._problems.add(self.position, f"{text!r} is no method with a path", "write 'GET /api/…'")
        return method, path

    def finish(self) -> None:
        """Report the keys that nobody took."""
        for key, (place, _) in self._nodes.items():
            if key not in self._taken:
                self._problems.unknown(place, "key", key, self._taken)


def _entries(
    node: yaml.Node | None, file: str, problems: Problems
) -> Iterable[tuple[str, Position, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        problems.add(_position(node, file), "a mapping is expected here")
        return []
    entries: dict[str, tuple[str, Position, yaml.Node]] = {}
    for key, value in node.value:
        position = _position(key, file)
        if key.value in entries:
            problems.add(position, f"duplicate key {key.value!r}")
        entries[key.value] = (key.value, position, value)
    return entries.values()


def _json(node: yaml.Node, file: str, problems: Problems) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key: _json(value, file, problems) for key, _, value in _entries(node, file, problems)}
    if isinstance(node, yaml.SequenceNode):
        return [_json(item, file, problems) for item in node.value]
    if isinstance(node, yaml.ScalarNode) and node.style is None:
        try:
            return json.loads(node.value, parse_constant=str)
        except ValueError:
            pass
    return node.value


def _position(node: yaml.Node | None, file: str) -> Position:
    if node is None:
        return Position(file, 1, 1)
    return Position(file, node.start_mark.line + 1, node.start_mark.column + 1)
