# Copied by "make generate" from codegen/runtime/upload.py. Edit that file, not this one.
"""Files in requests: what people may pass, and how a transport gets at the bytes.

A file is read while it is sent, a piece at a time. A path or bytes can be sent again when a request has
to be repeated, and so can an open file that can be rewound; anything else is sent once.
"""

from __future__ import annotations

import mimetypes
from contextlib import AbstractContextManager
from io import SEEK_SET, BufferedReader, BytesIO, RawIOBase, TextIOBase, UnsupportedOperation
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, TypeGuard

from attrs import frozen

from .arguments import Reading, shown
from .errors import ArgumentError

File: TypeAlias = str | PathLike[str] | bytes | BinaryIO
"""A path, the bytes themselves, or a file that is open for reading bytes."""

_ANY_TYPE = "application/octet-stream"


@frozen
class Multipart:
    """A ``multipart/form-data`` body: text fields and one file; ``start`` is where an open file is read from.

    ``start`` is None where the file cannot be rewound.
    """

    fields: tuple[tuple[str, str], ...]
    key: str
    filename: str
    content_type: str
    source: Path | bytes | BinaryIO
    start: int | None = 0

    @property
    def replayable(self) -> bool:
        """Whether the same bytes can be sent a second time."""
        return self.start is not None

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Give the file from its beginning; one that the caller opened stays open.

        Raises:
            ArgumentError: the file has gone or cannot be read.
        """
        match self.source:
            case bytes():
                return BytesIO(self.source)
            case Path():
                try:
                    return self.source.open("rb")
                except OSError as error:
                    raise ArgumentError(f"{self.filename} cannot be read: {error.strerror}") from error
            case _:
                with Reading(self.filename):
                    return BufferedReader(_Rest(self.source, self.start))


class _Rest(RawIOBase):
    """An open file from where it stood, which is its beginning here; closing this leaves the file open."""

    def __init__(self, file: BinaryIO, start: int | None) -> None:
        self._file = file
        self._start = start
        if start is not None:
            file.seek(start)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._start is not None

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer)
        piece = self._file.read(len(view))
        view[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        if self._start is None:
            raise UnsupportedOperation("this file cannot be rewound")
        moved = self._file.seek(offset + self._start if whence == SEEK_SET else offset, whence)
        return moved - self._start


def multipart(key: str, file: object, fields: tuple[tuple[str, str], ...]) -> Multipart:
    """Describe an upload of one file; its name and type are told by its path, as far as it has one.

    Raises:
        ArgumentError: there is no such file, or it is open for text.
    """
    match file:
        case bytes() | bytearray():
            return Multipart(fields, key, key, _ANY_TYPE, bytes(file))
        case _ if is_path(file):
            path = Path(file)
            if not path.is_file():
                raise ArgumentError(f"{key}: there is no file {path.name!r} at the given path")
            return Multipart(fields, key, path.name, _type_of(path.name), path)
        case _ if is_binary(file):
            if file.closed:
                raise ArgumentError(f"{key} is a file that is closed already")
            named = getattr(file, "name", None)
            name = Path(named).name if isinstance(named, str) else key
            start = file.tell() if file.seekable() else None
            return Multipart(fields, key, name, _type_of(name), file, start)
        case _:
            raise ArgumentError(f"{key} is a path, bytes or a file open for reading bytes, not {shown(file)}")


def is_path(file: object) -> TypeGuard[str | PathLike[str]]:
    """Tell a path from anything else."""
    return isinstance(file, (str, PathLike))


def is_binary(file: object) -> TypeGuard[BinaryIO]:
    """Tell an open file of bytes from anything else."""
    return hasattr(file, "read") and hasattr(file, "seekable") and not isinstance(file, TextIOBase)


def _type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or _ANY_TYPE
