"""What the two colours of the connection helper share: Maton's own API, and the wait for access.

The generated half lists, begins, reads and ends connections; :meth:`BaseGateway.connect` here puts them
together, by flows that both colours drive.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import partial
from typing import ClassVar, Literal, Self

from .answer import Answer
from .arguments import Reading
from .caller import AsyncCaller, Caller, SyncCaller
from .client import AnyClient, async_transport, sync_transport, user_agent
from .connection import MATON_URL, Maton, MatonAccount, hidden
from .events import Hook
from .flow import Flow, Options, Session, exchange
from .maton import check_take, choose, connect, show_page
from .policy import Policy
from .revision import Revision
from .secret import Secret
from .transport import Timeouts


class BaseGateway(ABC):
    """The half of the connection helper that does no I/O.

    Args:
        api_key: of Maton; without it the environment's ``MATON_API_KEY`` is used.
        base_url: where Maton answers.
        insecure: allow plain http to another machine.
        timeout: seconds for each of connecting, reading, writing and waiting for a place in the pool.
        max_retries: how often a call may be sent again.
        max_wait: seconds that the waits of one call may take together.
        strict: refuse answers that do not fit the spec, instead of giving them as they came.
        on_event: a function that is told of each attempt, answer, wait, retry and giving up; see `CallEvent`.
        read_only: refuse every operation that is no read.
        deny: effects (``"read"``, ``"write"``, ``"delete"``) and ids of operations to refuse.
        http_client: a client of httpx, or a transport of your own; closing it stays your business.

    Raises:
        ArgumentError: an option is out of range, or the key is one of Klaviyo's.
        CredentialMissing: there is no key.
    """

    _revision: ClassVar[Revision]

    def __init__(
        self,
        api_key: str | Secret | None = None,
        *,
        base_url: str = MATON_URL,
        insecure: bool = False,
        timeout: float | Timeouts = 30.0,
        max_retries: int = 2,
        max_wait: float = 60.0,
        strict: bool = False,
        on_event: Hook | None = None,
        read_only: bool = False,
        deny: Iterable[str] = (),
        http_client: AnyClient | None = None,
    ) -> None:
        key = hidden(api_key)
        del api_key  # tracebacks may show the locals of this frame
        self._account = MatonAccount(key, base_url=base_url, insecure=insecure)
        with Reading("an option of the client"):
            policy = Policy().tightened(read_only, deny, self._revision.operations)
            options = Options(Timeouts.of(timeout), max_retries, max_wait, strict, on_event, policy)
            self._caller: Caller = self._opened(options, http_client)

    @abstractmethod
    def _opened(self, options: Options, http_client: AnyClient | None) -> Caller:
        """Make the caller of this colour."""

    def _session(self, library: str) -> Session:
        return Session(self._account, None, user_agent(library))

    def _answer(self, operation: str, **arguments: object) -> Flow[Answer]:
        call = self._caller.prepared(self._revision.operation(f"connections.{operation}"), arguments)
        return exchange(call, self._caller.session, self._caller.options)

    def _connecting(self, app: str, deadline: float, *, open_browser: bool) -> Flow[Maton]:
        return connect(
            self._account,
            self._answer("create", app=app),
            lambda connection_id: self._answer("get", id=connection_id),
            partial(show_page, open_browser=open_browser),
            deadline=deadline,
        )

    def _choosing(self, app: str, take: Literal["oldest", "newest"] | None) -> Flow[Maton]:
        check_take(take)
        return choose(self._account, self._answer("list", app=app, status="ACTIVE"), take=take)


class Gateway(BaseGateway):
    """The base of the sync connection helper."""

    def _opened(self, options: Options, http_client: AnyClient | None) -> SyncCaller:
        self._transport = sync_transport(http_client)
        session = self._session(self._transport.name)
        return SyncCaller(
            revision=self._revision, session=session, options=options, transport=self._transport
        )

    def connect(self, app: str = "klaviyo", *, open_browser: bool = False, deadline: float = 300.0) -> Maton:
        """Begin a connection, tell where access is granted, and wait until it is.

        The page's address is written to standard error; ``open_browser`` opens it as well. ``deadline``
        bounds the seconds of the whole.

        Raises:
            ArgumentError: the deadline is no number of seconds above 0.
            JobFailed: access was refused or did not come in time, or the page could be shown nowhere.
            GatewayError: Maton refused.
        """
        flow = self._connecting(app, deadline, open_browser=open_browser)
        connection: Maton = self._caller.run(flow)
        return connection

    def active(self, app: str = "klaviyo", *, take: Literal["oldest", "newest"] | None = None) -> Maton:
        """Find the active connection to a service; ``take`` chooses where there are several.

        Raises:
            ArgumentError: there are several, which the message lists, and ``take`` does not say which.
            CredentialMissing: there is none.
        """
        connection: Maton = self._caller.run(self._choosing(app, take))
        return connection

    def close(self) -> None:
        """Close the pool; closing twice is fine."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncGateway(BaseGateway):
    """The base of the async connection helper."""

    def _opened(self, options: Options, http_client: AnyClient | None) -> AsyncCaller:
        self._transport = async_transport(http_client)
        session = self._session(self._transport.name)
        return AsyncCaller(
            revision=self._revision, session=session, options=options, transport=self._transport
        )

    async def connect(
        self, app: str = "klaviyo", *, open_browser: bool = False, deadline: float = 300.0
    ) -> Maton:
        """Begin a connection, tell where access is granted, and wait until it is.

        The page's address is written to standard error; ``open_browser`` opens it as well. ``deadline``
        bounds the seconds of the whole.

        Raises:
            ArgumentError: the deadline is no number of seconds above 0.
            JobFailed: access was refused or did not come in time, or the page could be shown nowhere.
            GatewayError: Maton refused.
        """
        flow = self._connecting(app, deadline, open_browser=open_browser)
        connection: Maton = await self._caller.run(flow)
        return connection

    async def active(self, app: str = "klaviyo", *, take: Literal["oldest", "newest"] | None = None) -> Maton:
        """Find the active connection to a service; ``take`` chooses where there are several.

        Raises:
            ArgumentError: there are several, which the message lists, and ``take`` does not say which.
            CredentialMissing: there is none.
        """
        connection: Maton = await self._caller.run(self._choosing(app, take))
        return connection

    async def aclose(self) -> None:
        """Close the pool; closing twice is fine."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
