# Copied by "make generate" from codegen/runtime/client.py. Edit that file, not this one.
"""What the generated clients have in common.

A client is a cheap view: :meth:`View.with_options` and :meth:`View.with_connection` make another over
the same pool of connections.
"""

from __future__ import annotations

import platform
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Generic, Self, TypeAlias, TypeVar

from attrs import evolve

from .answer import Answer
from .arguments import Reading
from .caller import AsyncCaller, SyncCaller
from .connection import Connection, from_environment
from .drive import arun, run
from .errors import ArgumentError
from .events import Hook
from .flow import Options, Session
from .frames import without_locals, without_locals_async
from .gate import AsyncGated, Gated
from .policy import Policy
from .prepare import Extra
from .revision import Revision
from .transport import AsyncTransport, HttpClient, Timeouts, Transport
from .unset import UNSET, UnsetType
from .version import __version__

CallerT = TypeVar("CallerT", SyncCaller, AsyncCaller)

AnyClient: TypeAlias = Transport | AsyncTransport | HttpClient


def sync_transport(client: AnyClient | None) -> Gated:
    """The transport of a sync client: the one given, or httpx, which is imported only now."""
    _refuse_class(client)
    if isinstance(client, Transport):
        return Gated(client, owned=False)
    from .httpx_transport import HttpxTransport

    return Gated(HttpxTransport(client))


def async_transport(client: AnyClient | None) -> AsyncGated:
    """The transport of an async client: the one given, or httpx, which is imported only now."""
    _refuse_class(client)
    if isinstance(client, AsyncTransport):
        return AsyncGated(client, owned=False)
    from .httpx_transport import AsyncHttpxTransport

    return AsyncGated(AsyncHttpxTransport(client))


def _refuse_class(client: object) -> None:
    if isinstance(client, type):
        raise ArgumentError(f"http_client is an object, such as {client.__name__}(…), and no class")


def user_agent(library: str) -> str:
    """How requests name this library, Python and the HTTP library."""
    return f"klaviyo-maton/{__version__} (python/{platform.python_version()}; {library})"


class View(ABC, Generic[CallerT]):
    """The half of a client that does no I/O.

    Args:
        connection: `Direct`, `Bearer` or `Maton`; without it the environment decides.
        timeout: seconds for each of connecting, reading, writing and waiting for a place in the pool.
        max_retries: how often a call may be sent again.
        max_wait: seconds that the waits of one call may take together.
        strict: refuse answers that do not fit the spec, instead of giving them as they came.
        on_event: a function that is told of each attempt, answer, wait, retry and giving up; see `CallEvent`.
        read_only: refuse every operation that is no read.
        deny: effects (``"read"``, ``"write"``, ``"delete"``) and ids of operations to refuse.
        http_client: a client of httpx, or a transport of your own; closing it stays your business.

    Raises:
        ArgumentError: an option is out of range.
        CredentialMissing: no connection is given, and the environment names no key or two.
    """

    _revision: ClassVar[Revision]
    _caller: CallerT

    def __init__(
        self,
        connection: Connection | None = None,
        *,
        timeout: float | Timeouts = 30.0,
        max_retries: int = 2,
        max_wait: float = 60.0,
        strict: bool = False,
        on_event: Hook | None = None,
        read_only: bool = False,
        deny: Iterable[str] = (),
        http_client: AnyClient | None = None,
    ) -> None:
        if connection is not None and not _is_connection(connection):
            connection = None  # it may be a key, and tracebacks may show the locals of this frame
            raise _no_connection()
        with Reading("an option of the client"):
            policy = Policy().tightened(read_only, deny, self._revision.operations)
            options = Options(Timeouts.of(timeout), max_retries, max_wait, strict, on_event, policy)
            self._caller = self._opened(connection or from_environment(), options, http_client)

    @abstractmethod
    def _opened(self, connection: Connection, options: Options, http_client: AnyClient | None) -> CallerT:
        """Make the caller of this colour, and the transport that all views will share."""

    def _session(self, connection: Connection, library: str) -> Session:
        return Session(connection, self.revision, user_agent(library))

    @property
    def revision(self) -> str:
        """The revision that every request asks for."""
        return self._revision.name

    def __repr__(self) -> str:
        caller = getattr(self, "_caller", None)  # not yet there while arguments are refused
        connection = f" {caller.session.connection!r}" if caller else ""
        return f"<{type(self).__name__} {self.revision}{connection}>"

    def __copy__(self) -> Self:
        return self._view(self._caller)

    def __deepcopy__(self, _: dict[int, object]) -> Self:
        return self._view(self._caller)

    def __reduce__(self) -> tuple[Any, ...]:
        options = self._caller.options
        kept = {name: getattr(options, name) for name in ("timeout", "max_retries", "max_wait", "strict")}
        kept |= {"read_only": options.policy.read_only, "deny": options.policy.deny}
        return _restored, (type(self), self._caller.session.connection, kept)

    @without_locals
    @Reading("an option of the client")
    def with_options(
        self,
        *,
        timeout: float | Timeouts | UnsetType = UNSET,
        max_retries: int | UnsetType = UNSET,
        max_wait: float | UnsetType = UNSET,
        strict: bool | UnsetType = UNSET,
        on_event: Hook | UnsetType | None = UNSET,
        read_only: bool | UnsetType = UNSET,
        deny: Iterable[str] = (),
    ) -> Self:
        """The same client with other options; seconds for ``timeout`` and ``max_wait``.

        Policies only get tighter: ``deny`` adds to what is denied already.

        Raises:
            ArgumentError: an option is out of range, or ``read_only`` would be taken back.
        """
        options = self._caller.options
        given: dict[str, Any] = {
            "max_retries": max_retries,
            "max_wait": max_wait,
            "strict": strict,
            "on_event": on_event,
        }
        changes = {name: value for name, value in given.items() if value is not UNSET}
        if not isinstance(timeout, UnsetType):
            changes["timeout"] = Timeouts.of(timeout)
        stays = options.policy.read_only if isinstance(read_only, UnsetType) else read_only
        changes["policy"] = options.policy.tightened(stays, deny, self._revision.operations)
        return self._view(evolve(self._caller, options=evolve(options, **changes)))

    def with_connection(self, connection: Connection) -> Self:
        """The same client for another account, over the same pool.

        Raises:
            ArgumentError: it is no connection, but perhaps a key.
        """
        if not _is_connection(connection):
            del connection  # as above
            raise _no_connection()
        return self._view(evolve(self._caller, session=evolve(self._caller.session, connection=connection)))

    @property
    def with_answer(self) -> Any:
        """The same client, whose methods give ``(result, answer)`` instead of the result.

        Collections stay as they are: each of their pages has its ``answer``.
        """
        return self._view(evolve(self._caller, answers=True))

    def _view(self, caller: CallerT) -> Self:
        view = object.__new__(type(self))
        view._caller = caller
        return view

    @without_locals
    def call(self, operation_id: str, *, extra: Extra | None = None, **arguments: Any) -> Any:
        """Run any operation by the vendor's id, with the keywords and checks of its method.

        Raises:
            ArgumentError: there is no such operation or argument.
            PolicyRefused: the client may not do this.
        """
        with Reading("call"):
            operation = self._revision.operation(operation_id)
        return self._caller.call(operation, arguments, extra)


def _is_connection(value: object) -> bool:
    with Reading("connection"):
        return isinstance(value, Connection) and not isinstance(value, type)


def _no_connection() -> ArgumentError:
    return ArgumentError("connection is Direct(…), Bearer(…) or Maton(…), which take the key")


def _restored(client: type[View[Any]], connection: Connection, options: Mapping[str, Any]) -> View[Any]:
    return client(connection, **options)


class Client(View[SyncCaller]):
    """The base of the sync clients, which threads may share; each process needs its own."""

    def _opened(self, connection: Connection, options: Options, http_client: AnyClient | None) -> SyncCaller:
        transport = sync_transport(http_client)
        session = self._session(connection, transport.name)
        return SyncCaller(revision=self._revision, session=session, options=options, transport=transport)

    @without_locals
    def request(
        self, method: str, path: str, *, json: object = UNSET, query: Mapping[str, object] | None = None
    ) -> Answer:
        """Send any request below ``/api/`` or ``/client/`` as it is given, and return the answer.

        Raises:
            ArgumentError: the path leads elsewhere, or ``json`` cannot be written as JSON.
            PolicyRefused: the client may not do this.
            ApiError: the server refused the request.
        """
        return run(self._caller.raw(method, path, json, query), self._caller.transport)

    def close(self) -> None:
        """Close the pool that all views of this client share, once no call is under way.

        Later calls are refused; closing twice is fine.
        """
        self._caller.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(View[AsyncCaller]):
    """The base of the async clients; each belongs to the event loop that uses it first."""

    def _opened(self, connection: Connection, options: Options, http_client: AnyClient | None) -> AsyncCaller:
        transport = async_transport(http_client)
        session = self._session(connection, transport.name)
        return AsyncCaller(revision=self._revision, session=session, options=options, transport=transport)

    @without_locals_async
    async def request(
        self, method: str, path: str, *, json: object = UNSET, query: Mapping[str, object] | None = None
    ) -> Answer:
        """Send any request below ``/api/`` or ``/client/`` as it is given, and return the answer.

        Raises:
            ArgumentError: the path leads elsewhere, or ``json`` cannot be written as JSON.
            PolicyRefused: the client may not do this.
            ApiError: the server refused the request.
        """
        return await arun(self._caller.raw(method, path, json, query), self._caller.transport)

    async def aclose(self) -> None:
        """Close the pool that all views of this client share, once no call is under way.

        Later calls are refused; closing twice is fine.
        """
        await self._caller.transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
