# Copied by "make generate" from codegen/runtime/connection.py. Edit that file, not this one.
"""Where requests go, and what they carry to be let in: straight to Klaviyo, or through Maton.

A connection's key goes to its own origin only. It shows in no repr and travels in no pickle: a
connection that was pickled reads the environment when it is next used. No function here raises while
it holds a key as plain text, because tracebacks may show the locals of their frames.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from inspect import isawaitable, iscoroutine, iscoroutinefunction
from typing import ClassVar, Literal, Protocol, runtime_checkable
from urllib.parse import urlsplit

from attrs import field, frozen

from .arguments import Reading, exact
from .errors import ArgumentError, CredentialMissing
from .headers import flaw
from .secret import Secret

KLAVIYO_API_KEY = "KLAVIYO_API_KEY"
MATON_API_KEY = "MATON_API_KEY"
MATON_CONNECTION_ID = "MATON_CONNECTION_ID"

KLAVIYO_URL = "https://a.klaviyo.com"
MATON_URL = "https://api.maton.ai"
KLAVIYO_APP = "klaviyo"

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
"""This machine, as it stands in URLs: the only hosts that plain http may go to unasked, past any proxy."""

Road = Literal["direct", "maton"]

_KLAVIYO_PREFIX = "pk_"
_NETLOC = re.compile(
    r"(\[[0-9A-Fa-f:.]++\]|[^\[\]:]++)(:[0-9]++)?"
)  # urlsplit forgives more behind a bracket
_PLAIN_URL = re.compile(r"[!-\[\]-~]++")  # visible ASCII but for the backslash


@runtime_checkable
class Connection(Protocol):
    """Anything that says where requests go and signs them."""

    road: ClassVar[Road]
    """Whether Klaviyo answers itself, or Maton stands between."""

    @property
    def base(self) -> str:
        """What stands before the path of an endpoint, without a slash at its end."""
        ...

    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that sign a request; raises `CredentialMissing`."""
        ...


def _without_slash(url: object) -> str:
    # Whatever was given: a converter that raises leaves an object behind whose repr raises as well.
    with Reading("base_url"):
        return exact(url).rstrip("/") if isinstance(url, str) else ""


def hidden(api_key: str | Secret | None) -> Secret | None:
    """Wrap a key, whatever it is; None stays None."""
    with Reading("the API key"):
        if api_key is None or isinstance(api_key, Secret):
            return api_key
        return Secret(exact(api_key) if _is_text(api_key) else api_key)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


@frozen
class _Signed:
    """What all connections share: a key (None: the environment's), and the origin it may go to."""

    variable: ClassVar[str]
    example: ClassVar[str]
    scheme: ClassVar[str]
    credential: ClassVar[str] = "API key"

    _key: Secret | None = field(alias="key", repr=False)
    base_url: str = field(converter=_without_slash)
    insecure: bool

    def __attrs_post_init__(self) -> None:
        with Reading(f"the {self.credential}"):
            if self._key is not None and not self._key:
                raise ArgumentError(f"the {self.credential} is empty")
        if problem := url_flaw(self.base_url, insecure=self.insecure):
            raise ArgumentError(f"base_url {problem}")
        self._check_key()

    @property
    def base(self) -> str:
        """What stands before the path of an endpoint."""
        return self.base_url

    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that sign a request; raises `CredentialMissing`."""
        return (("authorization", f"{self.scheme} {self._current_key().reveal()}"),)

    def _check_key(self) -> None:
        self._checked(self._key or self._of_environment())

    def _current_key(self) -> Secret:
        return self._key or self._checked(self._of_environment())  # one that was given was checked then

    def _of_environment(self) -> Secret:
        key = Secret(os.environ.get(self.variable, ""))
        if not key:
            raise CredentialMissing(
                f"there is no API key: export {self.variable}={self.example}, or give the connection its key "
                "(keys do not travel in pickles)"
            )
        return key

    def _checked(self, key: Secret) -> Secret:
        if problem := self._key_flaw(key):
            raise ArgumentError(problem)
        return key

    def _key_flaw(self, key: Secret) -> str:
        problem = flaw(key.reveal())
        return f"the {self.credential} {problem}; check how it was copied" if problem else ""


@frozen(init=False)
class Direct(_Signed):
    """Klaviyo itself, with a private API key.

    Without ``api_key`` the environment's ``KLAVIYO_API_KEY`` signs. ``base_url`` may carry a path; it is
    https, unless it is this machine or ``insecure`` is set. With ``insecure``, whoever is on the way sees
    the key: a proxy of the environment or of your own httpx client as well.

    Raises:
        ArgumentError: the key or the URL cannot be used.
        CredentialMissing: there is no key.
    """

    variable: ClassVar[str] = KLAVIYO_API_KEY
    example: ClassVar[str] = "pk_…"
    scheme: ClassVar[str] = "Klaviyo-API-Key"
    road: ClassVar[Road] = "direct"

    def __init__(
        self, api_key: str | Secret | None = None, *, base_url: str = KLAVIYO_URL, insecure: bool = False
    ) -> None:
        key = hidden(api_key)
        del api_key
        super().__init__(key=key, base_url=base_url, insecure=insecure)

    def _key_flaw(self, key: Secret) -> str:
        if problem := super()._key_flaw(key):
            return problem
        if not key.reveal().startswith(_KLAVIYO_PREFIX):
            return (
                "a private API key of Klaviyo starts with 'pk_' and this one does not; "
                "a key of Maton belongs to Maton(…), an OAuth access token to Bearer(…), "
                "and a company id is no key"
            )
        return ""


@frozen(init=False)
class Bearer(_Signed):
    """Klaviyo itself, with an OAuth access token.

    ``token`` is the token, or a function that gives the current one: it is called before each request, in the
    thread or event loop of the request. ``base_url`` and ``insecure`` are as with `Direct`. Tokens travel in
    no pickle; a function does, where it can be pickled.

    Raises:
        ArgumentError: the token or the URL cannot be used.
        CredentialMissing: when a call is made, the function raised, or a pickle left the token behind.
    """

    scheme: ClassVar[str] = "Bearer"
    credential: ClassVar[str] = "access token"
    road: ClassVar[Road] = "direct"

    _current: Callable[[], object] | None = field(alias="current", repr=False)

    def __init__(
        self,
        token: str | Secret | Callable[[], str | Secret],
        *,
        base_url: str = KLAVIYO_URL,
        insecure: bool = False,
    ) -> None:
        with Reading("the access token"):
            key = Secret(exact(token)) if isinstance(token, str) else None
            key = token if isinstance(token, Secret) else key
            current, kind = token if key is None and callable(token) else None, type(token).__name__
            is_late = iscoroutinefunction(current)
        del token
        object.__setattr__(self, "_current", current)
        super().__init__(key=key, base_url=base_url, insecure=insecure)
        if key is None and current is None:
            raise ArgumentError(
                f"token is text, a Secret, or a function that gives the current one, not {kind}"
            )
        if is_late:
            raise _not_awaited()

    def _check_key(self) -> None:
        if self._key is not None:
            super()._check_key()

    def _current_key(self) -> Secret:
        token = self._key if self._current is None else _token_of(self._current)
        if not token:
            raise CredentialMissing(
                "there is no access token: give Bearer(…) one, or a function that gives the current one "
                "(tokens do not travel in pickles)"
            )
        if problem := self._key_flaw(token):
            raise ArgumentError(problem)
        return token

    def _key_flaw(self, key: Secret) -> str:
        if problem := super()._key_flaw(key):
            return problem
        if key.reveal().startswith(_KLAVIYO_PREFIX):
            return (
                "what starts with 'pk_' is a private API key: it belongs to Direct(…), and is no access token"
            )
        return ""


def _token_of(current: Callable[[], object]) -> Secret:
    """Ask for the current token; what a function raises may hold one, and is not passed on."""
    raised = ""
    try:
        token = current()
    except BaseException as error:
        if not isinstance(error, Exception):
            raise
        token, raised = None, type(error).__name__
    if raised:
        raise CredentialMissing(f"the function of Bearer(…) gave no access token: it raised {raised}")
    if isinstance(token, (str, Secret)):
        return token if isinstance(token, Secret) else Secret(token)
    if iscoroutine(token):
        token.close()
    is_late, kind = isawaitable(token), type(token).__name__
    del token  # tracebacks may show the locals of this frame
    if is_late:
        raise _not_awaited()
    raise ArgumentError(f"the function of Bearer(…) gives text or a Secret, not {kind}")


def _not_awaited() -> ArgumentError:
    return ArgumentError(
        "the function of Bearer(…) has to be awaited: await the token elsewhere, as in a task that keeps it "
        "fresh, and give a plain function that returns it"
    )


@frozen
class _SignedForMaton(_Signed):
    variable: ClassVar[str] = MATON_API_KEY
    example: ClassVar[str] = "…"
    scheme: ClassVar[str] = "Bearer"
    road: ClassVar[Road] = "maton"

    def _key_flaw(self, key: Secret) -> str:
        if problem := super()._key_flaw(key):
            return problem
        if key.reveal().startswith(_KLAVIYO_PREFIX):
            return "a key that starts with 'pk_' is Klaviyo's own: it belongs to Direct(…), not to Maton"
        return ""


@frozen(init=False)
class Maton(_SignedForMaton):
    """Klaviyo through the Maton gateway, with a Maton API key.

    Without ``api_key`` the environment's ``MATON_API_KEY`` signs, and ``MATON_CONNECTION_ID`` names the
    connection unless ``connection_id`` does; when neither does, Maton takes the oldest active one of the
    account. ``base_url`` and ``insecure`` are as with `Direct`.

    Raises:
        ArgumentError: the key, the connection's id or the URL cannot be used.
        CredentialMissing: there is no key.
    """

    connection_id: str | None

    def __init__(
        self,
        api_key: str | Secret | None = None,
        *,
        connection_id: str | None = None,
        base_url: str = MATON_URL,
        insecure: bool = False,
    ) -> None:
        key = hidden(api_key)
        del api_key
        if connection_id is None and key is None:
            connection_id = os.environ.get(MATON_CONNECTION_ID) or None
        object.__setattr__(self, "connection_id", connection_id)
        super().__init__(key=key, base_url=base_url, insecure=insecure)
        with Reading("connection_id"):
            if connection_id is not None and (problem := flaw(connection_id)):
                raise ArgumentError(f"connection_id {problem}")

    @property
    def base(self) -> str:
        """What stands before the path of an endpoint: Maton forwards what follows the name of the app."""
        return f"{self.base_url}/{KLAVIYO_APP}"

    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that sign a request and choose the connection; raises `CredentialMissing`."""
        chosen = () if self.connection_id is None else (("maton-connection", self.connection_id),)
        return super().headers() + chosen

    @property
    def account(self) -> MatonAccount:
        """Maton's own API, signed with the same key."""
        return MatonAccount(self._key, base_url=self.base_url, insecure=self.insecure)


@frozen(init=False)
class MatonAccount(_SignedForMaton):
    """Maton's own API, which manages the connections of an account; arguments as with `Maton`."""

    def __init__(
        self, api_key: str | Secret | None = None, *, base_url: str = MATON_URL, insecure: bool = False
    ) -> None:
        key = hidden(api_key)
        del api_key
        super().__init__(key=key, base_url=base_url, insecure=insecure)

    def connection(self, connection_id: str) -> Maton:
        """Give the way to Klaviyo over one connection of this account."""
        return Maton(self._key, connection_id=connection_id, base_url=self.base_url, insecure=self.insecure)


def is_insecure(connection: Connection) -> bool:
    """Tell whether a connection may show its key to whoever is on the way."""
    return isinstance(connection, _Signed) and connection.insecure


def from_environment() -> Direct | Maton:
    """Make the connection that the environment describes.

    Raises:
        CredentialMissing: it names no key, or one of Klaviyo and one of Maton.
    """
    klaviyo, maton = (bool(os.environ.get(name)) for name in (KLAVIYO_API_KEY, MATON_API_KEY))
    if klaviyo and maton:
        raise CredentialMissing(
            f"{KLAVIYO_API_KEY} and {MATON_API_KEY} are both set: unset one, or choose Direct() or Maton()"
        )
    if klaviyo:
        return Direct()
    if maton:
        return Maton()
    raise CredentialMissing(
        f"there is no API key: export {KLAVIYO_API_KEY}=pk_… to reach Klaviyo directly, or {MATON_API_KEY}=… "
        f"and {MATON_CONNECTION_ID}=… to reach it through Maton"
    )


def url_flaw(url: str, *, insecure: bool, query: bool = False) -> str:
    """Tell why a URL is not to be used, without showing it; empty when it is fine.

    ``insecure`` allows plain http to other machines, ``query`` a query.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no URL"
    if parts.scheme not in {"https", "http"} or not host or not _PLAIN_URL.fullmatch(url):
        return "is no URL such as https://a.klaviyo.com"
    if parts.username is not None or parts.password is not None:
        return "holds a user or password, which would be sent along"
    if not _NETLOC.fullmatch(parts.netloc):
        return "names no host such as a.klaviyo.com"
    if "#" in url or ("?" in url and not query):
        return "holds a query or fragment; give the origin, and a path where there is one"
    if {".", ".."} & set(parts.path.split("/")):
        return "has dot segments in its path"
    if parts.scheme == "http" and not insecure and not is_loopback(host):
        return "is plain http, which shows the key on its way; use https, or allow it with insecure=True"
    return ""


def is_loopback(host: str) -> bool:
    """Tell whether a host, an IPv6 address without its brackets, is this machine."""
    return host in LOOPBACK_HOSTS or f"[{host}]" in LOOPBACK_HOSTS
