"""Files in requests: paths, bytes and open files, streamed, and sent again only where that is possible."""

from __future__ import annotations

import asyncio
import io
import tracemalloc
from email import message_from_bytes
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaviyo_maton import ArgumentError, AsyncKlaviyo, Direct, InMemory, Klaviyo, RateLimited, Reply, Request
from klaviyo_maton.runtime.upload import File

KEY = Direct("pk_upload")
IMAGE = b'{"data": {"type": "image", "id": "7", "attributes": {"name": "Logo"}}}'
PICTURE = b"\x89PNG\r\n\x1a\n--boundary\r\n\x00"
MEGABYTE = 1024 * 1024


class Drain(io.BytesIO):
    """A file that can be read once, from front to back, and is as long as it says."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.left = length

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1) -> bytes:
        size = -1 if size is None else size
        size = self.left if size < 0 else min(size, self.left)
        self.left -= size
        return b"x" * size


class Counting(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Counts the bytes of bodies without keeping them, and what the pieces weigh at the most."""

    def __init__(self) -> None:
        self.count = 0
        self.largest = 0

    def _take(self, piece: bytes) -> None:
        self.count += len(piece)
        self.largest = max(self.largest, len(piece))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        for piece in request.stream:
            self._take(piece)
        return httpx.Response(201, content=IMAGE)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        async for piece in request.stream:
            self._take(piece)
        return httpx.Response(201, content=IMAGE)


def parts(request: httpx.Request) -> dict[str, tuple[str | None, str, bytes]]:
    """Take a multipart body apart, with another parser: name to file name, type and content."""
    head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + request.read())
    found: dict[str, tuple[str | None, str, bytes]] = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = (part.get_filename(), part.get_content_type(), content)
    return found


def sent(file: Any, **arguments: Any) -> dict[str, tuple[str | None, str, bytes]]:
    """Upload through httpx, once with each client; gives what arrived, which is the same."""
    arrived: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        arrived.append(request)
        return httpx.Response(201, content=IMAGE)

    async def answer_later(request: httpx.Request) -> httpx.Response:
        await request.aread()
        arrived.append(request)
        return httpx.Response(201, content=IMAGE)

    async def upload() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer_later)) as own:
            image = await AsyncKlaviyo(KEY, http_client=own).images.upload(file, **arguments)
            assert image.name == "Logo"

    with httpx.Client(transport=httpx.MockTransport(answer)) as own:
        assert Klaviyo(KEY, http_client=own).images.upload(file, **arguments).id == "7"
    asyncio.run(upload())
    first, second = map(parts, arrived)
    assert first == second
    return first


@given(content=st.binary(max_size=200), name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_bytes_arrive_as_they_are(content: bytes, name: str) -> None:
    """The bytes of the file and the text of the fields are what was passed, whatever they hold."""
    arrived = sent(content, name=name, hidden=True)
    assert arrived["file"] == ("file", "application/octet-stream", content)
    assert arrived["name"][2].decode() == name
    assert arrived["hidden"][2] == b"true"
    assert arrived.keys() == {"file", "name", "hidden"}


@pytest.mark.parametrize("kind", [str, Path], ids=["text", "path"])
def test_a_path_tells_name_and_type(tmp_path: Path, kind: type[Any]) -> None:
    """A file of the disk arrives with its name, without its folder, and with its type."""
    place = tmp_path / "logo.png"
    place.write_bytes(PICTURE)
    assert sent(kind(place)) == {"file": ("logo.png", "image/png", PICTURE)}


def test_an_open_file_is_read_from_where_it_stands(tmp_path: Path) -> None:
    """What was read before is not sent, and the file stays open."""
    place = tmp_path / "logo.gif"
    place.write_bytes(b"skip" + PICTURE)
    with place.open("rb") as file:
        file.seek(4)
        assert sent_once(file) == {"file": ("logo.gif", "image/gif", PICTURE)}
        assert not file.closed


def sent_once(file: Any) -> dict[str, tuple[str | None, str, bytes]]:
    arrived: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        arrived.append(request)
        request.read()
        return httpx.Response(201, content=IMAGE)

    with httpx.Client(transport=httpx.MockTransport(answer)) as own:
        Klaviyo(KEY, http_client=own).images.upload(file)
    return parts(arrived[0])


def test_a_large_file_needs_little_memory() -> None:
    """A file is read a piece at a time: memory does not grow with it."""
    tracemalloc.start()
    try:
        counting = Counting()
        with httpx.Client(transport=counting) as own:
            Klaviyo(KEY, http_client=own).images.upload(Drain(12 * MEGABYTE))

        async def upload() -> None:
            async with httpx.AsyncClient(transport=counting) as other:
                await AsyncKlaviyo(KEY, http_client=other).images.upload(Drain(12 * MEGABYTE))

        asyncio.run(upload())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert counting.count > 24 * MEGABYTE
    assert counting.largest <= MEGABYTE
    assert peak < 4 * MEGABYTE


@pytest.mark.parametrize("kind", ["bytes", "path", "file"])
def test_what_can_be_read_again_is_sent_again(tmp_path: Path, kind: str) -> None:
    """After a 429 the same bytes go out once more."""
    place = tmp_path / "logo.png"
    place.write_bytes(PICTURE)
    contents: list[bytes] = []

    def answer(request: Request) -> Reply:
        contents.append(content_of(request))
        return Reply(429, {"retry-after": "0"}) if len(contents) == 1 else Reply(201, {}, IMAGE)

    with place.open("rb") as file:
        files: dict[str, File] = {"bytes": PICTURE, "path": place, "file": file}
        Klaviyo(KEY, http_client=InMemory(answer)).images.upload(files[kind])
    assert contents == [PICTURE, PICTURE]


def content_of(request: Request) -> bytes:
    assert request.upload is not None
    with request.upload.open() as file:
        return file.read()


def test_what_cannot_be_read_again_is_sent_once() -> None:
    """A stream that cannot be rewound is never sent a second time, not even after a 429."""
    requests: list[Request] = []

    def answer(request: Request) -> Reply:
        requests.append(request)
        return Reply(429, {"retry-after": "0"})

    with pytest.raises(RateLimited) as caught:
        Klaviyo(KEY, http_client=InMemory(answer)).images.upload(Drain(3))
    assert len(requests) == 1
    assert "/api/image-upload" in str(caught.value)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("no/such/file.png", "there is no file 'file.png'"),
        (io.StringIO("text"), "open for reading bytes"),
        (7, "open for reading bytes"),
        (None, "open for reading bytes"),
    ],
    ids=["missing", "text", "number", "none"],
)
def test_what_is_no_file_is_refused(file: Any, said: str) -> None:
    """Nothing is sent when there is no file to send."""

    def answer(_: Request) -> Reply:
        raise AssertionError("nothing was to be sent")

    with pytest.raises(ArgumentError, match=said):
        Klaviyo(KEY, http_client=InMemory(answer)).images.upload(file)


def test_a_file_that_has_gone_meanwhile_is_told(tmp_path: Path) -> None:
    """It was there when the method was called, and is not when its turn to be sent has come."""
    path = tmp_path / "logo.gif"
    path.write_bytes(PICTURE)
    with httpx.Client(transport=Counting()) as own:
        client = Klaviyo(KEY, http_client=own, on_event=lambda _: path.unlink(missing_ok=True))
        with pytest.raises(ArgumentError, match="cannot be read: No such file"):
            client.images.upload(path)
