"""Scripts of trouble as an HTTP library meets it, and what the contract makes of each script."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

import httpx
from attrs import frozen
from hypothesis import strategies as st

from codegen.runtime.errors import ApiError, KlaviyoError, Timeout, TransportFailed
from codegen.runtime.events import Answered, CallEvent, GaveUp, Retrying, Sending, Waiting
from codegen.runtime.flow import Options
from codegen.runtime.operation import Call
from tests.runtime.trouble import CALLS, DATE, DELETE, REMOVE, RETRY_AFTER, WRITE, finish

BODY = b'{"data": {"type": "profile", "id": "1"}}'


class Breaking(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body whose first half comes, and then an error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __iter__(self) -> Iterator[bytes]:
        yield BODY[:20]
        raise self._error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


@frozen
class Step:
    """What comes of one attempt: how httpx plays it, and what it has to be taken for.

    ``status`` is None where no whole answer comes; ``certain`` tells that nothing reached the server, which
    httpcore's events prove.
    ``wait`` is what the answer asks for, in seconds.
    """

    name: str
    play: Callable[[httpx.Request], httpx.Response]
    status: int | None = None
    certain: bool = False
    slow: bool = False
    wait: float | None = None

    def __repr__(self) -> str:
        return self.name


def _raising(name: str, kind: type[httpx.TransportError], text: str, *, certain: bool = False) -> Step:
    def play(request: httpx.Request) -> httpx.Response:
        cause = OSError(text)
        for event in ("connect_tcp.started", "connect_tcp.failed" if certain else "connect_tcp.complete"):
            tell(request, f"connection.{event}", {"exception": cause})
        if not certain:
            tell(request, "http11.send_request_headers.started", {"request": request})
        raise kind(text) from cause

    return Step(name, play, certain=certain, slow=issubclass(kind, httpx.TimeoutException))


def _nobody_knows(name: str, kind: type[httpx.TransportError]) -> Step:
    """A transport that is not httpcore's says nothing on the way: what it raises proves nothing."""

    def play(_: httpx.Request) -> httpx.Response:
        raise kind("of another library")

    return Step(name, play, slow=issubclass(kind, httpx.TimeoutException))


def tell(request: httpx.Request, event: str, info: dict[str, object]) -> None:
    """Tell a request's trace what happens, in either colour."""
    told = request.extensions["trace"](event, info)
    if told is not None:
        finish(told)


def _breaking(name: str, error: httpx.TransportError) -> Step:
    slow = isinstance(error, httpx.TimeoutException)
    return Step(name, lambda _: httpx.Response(200, stream=Breaking(error)), slow=slow)


def answering(status: int, retry_after: str = "") -> Step:
    headers = {"Date": DATE} | ({"Retry-After": retry_after} if retry_after else {})
    body = BODY if status == 200 else b'{"errors": [{"detail": "no"}]}'
    return Step(
        f"{status} {retry_after[:40]}",
        lambda _: httpx.Response(status, headers=headers, content=body),
        status,
        wait=RETRY_AFTER[retry_after],
    )


FAILURES = [
    _raising("refused", httpx.ConnectError, "[Errno 111] Connection refused", certain=True),
    _raising("no such host", httpx.ConnectError, "[Errno -2] Name or service not known", certain=True),
    _raising("TLS", httpx.ConnectError, "[SSL: CERTIFICATE_VERIFY_FAILED]", certain=True),
    _raising("slow to connect", httpx.ConnectTimeout, "", certain=True),
    _nobody_knows("no place in another pool", httpx.PoolTimeout),
    _nobody_knows("refused elsewhere", httpx.ConnectError),
    _nobody_knows("slow elsewhere", httpx.ConnectTimeout),
    _breaking("refused within the body", httpx.ConnectError("[Errno 111] Connection refused")),
    _raising("proxy", httpx.ProxyError, "407 Proxy Authentication Required", certain=True),
    _raising("broken pipe", httpx.WriteError, "[Errno 32] Broken pipe"),
    _raising("slow to write", httpx.WriteTimeout, ""),
    _raising("reset before the answer", httpx.ReadError, "[Errno 104] Connection reset by peer"),
    _raising("hung up", httpx.RemoteProtocolError, "Server disconnected without sending a response."),
    _raising("slow to answer", httpx.ReadTimeout, ""),
    _breaking("reset within the body", httpx.ReadError("[Errno 104] Connection reset by peer")),
    _breaking("cut off", httpx.RemoteProtocolError("peer closed connection without sending complete body")),
    Step(
        "slow within the body",
        lambda _: httpx.Response(200, stream=Breaking(httpx.ReadTimeout(""))),
        slow=True,
    ),
    Step(
        "cut off, compressed",
        lambda _: httpx.Response(
            200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(gzip.compress(BODY)[:-9])
        ),
    ),
]
ANSWERS = [answering(status) for status in (200, 302, 400, 401, 403, 404, 409, 410, 418, 500)]
PASSING = [answering(status, text) for status in (429, 502, 503, 504, 520, 524) for text in RETRY_AFTER]

STEPS = st.sampled_from(FAILURES) | st.sampled_from(PASSING) | st.sampled_from(ANSWERS)
SCRIPTS = st.lists(STEPS, max_size=6)
OPTIONS = st.builds(
    Options,
    max_retries=st.integers(0, 4),
    max_wait=st.sampled_from([0.0, 0.3, 3.0, 60.0, 100_000.0]),
)
KINDS_OF_CALLS = st.sampled_from(CALLS)


@frozen
class Course:
    """How a call has to go: the waits between its sends, its end (None: a success), and its events."""

    waits: tuple[float, ...]
    error: type[KlaviyoError] | None
    events: tuple[CallEvent, ...]

    @property
    def sends(self) -> int:
        return len(self.waits) + 1


def course(call: Call, script: Sequence[Step], options: Options, elapsed: float = 0.0) -> Course:
    """Work out a course from section 6 of the contract; jitter is always half of its bound."""
    place = (call.operation.id, call.operation.method, call.path)
    waits: list[float] = []
    events: list[CallEvent] = []
    maybe_done = False
    for position, step in enumerate([*script, answering(200)]):
        attempt = position + 1
        events += [Retrying(*place, attempt)] if position else []
        events.append(Sending(*place, attempt))
        if step.status is not None:
            events.append(Answered(*place, attempt, step.status, elapsed))
        if step.status == 200 or (step.status == 404 and call is DELETE and maybe_done):
            return Course(tuple(waits), None, tuple(events))
        maybe_done = maybe_done or not step.certain
        wait = min(8.0, 0.5 * 2**position) / 2 if step.wait is None else step.wait
        error = error_of(step)
        may_repeat = is_sure(step) or (is_passing(step) and call not in {WRITE, REMOVE})
        if not may_repeat or position == options.max_retries or sum(waits) + wait > options.max_wait:
            events.append(GaveUp(*place, attempt, error_name(step), step.status))
            return Course(tuple(waits), error, tuple(events))
        waits.append(wait)
        events.append(Waiting(*place, attempt, wait, error_name(step), step.status))
    raise AssertionError("the last step of every script is a success")


def is_sure(step: Step) -> bool:
    """Tell whether a request certainly did nothing, and may do better next time."""
    return step.certain or step.status == 429


def is_passing(step: Step) -> bool:
    return step.status in {None, 429, 502, 503, 504, 520, 521, 522, 523, 524}


def error_of(step: Step) -> type[KlaviyoError]:
    if step.status is not None:
        return ApiError
    return Timeout if step.slow else TransportFailed


_NAMES = {
    302: "ApiError",
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    410: "Gone",
    418: "ApiError",
    429: "RateLimited",
}


def error_name(step: Step) -> str:
    if step.status is None:
        return error_of(step).__name__
    if step.status == 429 and step.wait is not None and step.wait > 3600:
        return "DailyQuotaExceeded"
    return _NAMES.get(step.status, "ServerError")
