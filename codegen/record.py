"""What a tree was last rendered from, so that nothing is rendered where nothing changed.

The record is a file that git ignores. In a committed file, a hash of everything that is read would make any
two edits of the spec conflict. It is a claim and no proof, so ``--check`` does not ask it.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from . import writing

RECORD = ".rendered"

_CODEGEN = Path(__file__).parent
_OURS = re.compile(r"[0-9a-f]{64}\n[0-9a-f]{64}\n(?:\w+\n)*")
_SHAPING = ("attrs", "datamodel-code-generator", "jinja2", "msgspec", "pyyaml", "ruff")


def inputs(spec: Path, options: Iterable[str]) -> str:
    """Return a hash of all that shapes the output: the spec, the generator, its tools and options."""
    told = [*options, platform.python_version(), *(f"{tool} {version(tool)}" for tool in _SHAPING)]
    folders = (writing.existing(folder, ("",)) for folder in (spec, _CODEGEN))
    return _hash([*((line, b"") for line in told), *(item for found in folders for item in _contents(found))])


def unchanged(folder: Path, hash_of_inputs: str) -> int:
    """Return how many files a folder has if they are what these inputs made, and else 0."""
    match _read(folder / RECORD).splitlines():
        case [known, outputs, *tops] if known == hash_of_inputs:
            files = writing.existing(folder, tops)
            return len(files) if outputs == _hash(_contents(files)) else 0
        case _:
            return 0


def refuse_foreign(folder: Path) -> None:
    """Refuse to note anything in a file that is not ours.

    Raises:
        ForeignFileError: what stands in the place of the record is a link, or no record.
    """
    record = folder / RECORD
    writing.refuse_link(record)
    if record.exists() and not _read(record):
        raise writing.foreign(record)


def keep(folder: Path, hash_of_inputs: str, files: dict[str, str]) -> None:
    """Note that these inputs made these files, which are all there now."""
    outputs = _hash((path, text.encode()) for path, text in sorted(files.items()))
    lines = [hash_of_inputs, outputs, *sorted({path.partition("/")[0] for path in files})]
    writing.replace(folder / RECORD, "\n".join([*lines, ""]))


def _read(record: Path) -> str:
    """The text of a record; empty where there is none, or something else."""
    text = record.read_bytes().decode("utf-8", "replace") if record.is_file() else ""
    return text if _OURS.fullmatch(text) else ""


def _contents(files: dict[str, Path]) -> Iterable[tuple[str, bytes]]:
    return ((path, place.read_bytes()) for path, place in sorted(files.items()))


def _hash(items: Iterable[tuple[str, bytes]]) -> str:
    found = hashlib.sha256()
    for name, content in items:
        found.update(f"{len(name)} {len(content)} {name}".encode())
        found.update(content)
    return found.hexdigest()
