# Copied by "make generate" from codegen/runtime/sandbox/uploads.py. Edit that file, not this one.
"""Files that are sent: reading them off the wire, and the resources that they become."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
from typing import Any

from ..operation import Form, Upload
from ..shape import Member
from ..upload import Multipart
from .body import Given
from .refusals import RefusedError

MULTIPART = "multipart/form-data"


def read_multipart(content_type: str, body: bytes) -> Multipart | None:
    """Read a multipart body; None where it holds no file."""
    head = f"content-type: {content_type}\r\n\r\n".encode()
    fields: list[tuple[str, str]] = []
    found: Message | None = None
    for part in BytesParser().parsebytes(head + body).walk():
        if part.get_filename():
            found = part
        elif name := part.get_param("name", header="content-disposition"):
            fields.append((str(name), _content(part).decode()))
    if found is None:
        return None
    key = str(found.get_param("name", header="content-disposition"))
    return Multipart(tuple(fields), key, str(found.get_filename()), found.get_content_type(), _content(found))


def read_upload(upload: Upload, sent: Multipart | None, kind: str, known: tuple[Member, ...]) -> Given:
    """Take the resource out of an upload; ``known`` are the attributes of its type.

    Raises:
        RefusedError: there is no file, or a field that the operation does not take.
    """
    if sent is None or sent.key != upload.file:
        raise RefusedError(400, f"'{upload.file}' is a required field.", pointer=f"/data/{upload.file}")
    flags = {member.key for member in known if bool in member.shape.scalars}
    attributes: dict[str, Any] = {"name": sent.filename}
    for key, text in sent.fields:
        if key not in upload.attributes.values():
            raise RefusedError(400, f"'{key}' is not a valid field.", pointer=f"/data/{key}")
        attributes[key] = text == "true" if key in flags else text
    with sent.open() as file:
        attributes["size"] = len(file.read())
    attributes["format"] = sent.filename.rpartition(".")[2]
    return Given(Form(kind), "", attributes)


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
