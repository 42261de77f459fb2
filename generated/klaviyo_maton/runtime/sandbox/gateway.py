# Copied by "make generate" from codegen/runtime/sandbox/gateway.py. Edit that file, not this one.
"""The sandbox's Maton: keys, connections, and errors in the gateway's four shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from attrs import define, field

from ..codec import decode, is_object
from ..connection import KLAVIYO_APP
from ..encode import encode
from ..errors import Undecodable
from ..transport import Reply
from .store import Store

_TYPE = {"content-type": "application/json"}
_APP_PREFIX = f"/{KLAVIYO_APP}"
_CONNECTIONS = "/connections"


@define(eq=False)
class SandboxGateway:
    """Keeps connections; ``polls`` questions find a new one not granted yet."""

    key: str
    store: Store
    polls: int
    _connections: dict[str, dict[str, Any]] = field(factory=dict[str, dict[str, Any]], init=False)
    _unfinished: dict[str, int] = field(factory=dict[str, int], init=False)

    def begin(self, app: str, *, polls: int) -> str:
        """Begin a connection; gives its id."""
        number = len(self._unfinished) + 1
        identifier = f"00000000-0000-4000-8000-{number:012d}"
        now = self.store.now().replace("+00:00", ".000000Z")
        self._connections[identifier] = {
            "connection_id": identifier,
            "status": "PENDING" if polls else "ACTIVE",
            "creation_time": now,
            "last_updated_time": now,
            "url": f"https://connect.maton.ai/?session_token=sandbox-{number}",
            "app": app,
            "method": "OAUTH2",
            "metadata": {},
        }
        self._unfinished[identifier] = polls + 1 if polls else 0
        return identifier

    def is_passthrough(self, path: str) -> bool:
        """Whether a path is one that the gateway forwards."""
        return path.startswith(f"{_APP_PREFIX}/")

    def forwarded(self, headers: Mapping[str, str]) -> Reply | None:
        """Check what signs a request that is to be forwarded; gives the gateway's refusal, if any."""
        if refusal := self._unknown_key(headers):
            return refusal
        chosen = headers.get("maton-connection")
        active = [one for one in self._connections.values() if one["status"] == "ACTIVE"]
        if chosen is None:
            return (
                None if active else _handler_error(400, f"No connection for app {KLAVIYO_APP}", "Bad Request")
            )
        if chosen not in self._connections:
            return _handler_error(404, f"Connection `{chosen}` not found", "Not Found")
        if self._connections[chosen] not in active:
            return _handler_error(400, f"Connection `{chosen}` is not active", "Bad Request")
        return None

    def answer(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
    ) -> Reply:
        """Answer a request for the gateway's own API."""
        if refusal := self._unknown_key(headers):
            return refusal
        rest = path.removeprefix(_CONNECTIONS)
        if not path.startswith(_CONNECTIONS) or rest.count("/") > 1 or rest[:1] not in {"", "/"}:
            return _json(404, {"detail": "Not Found"})
        identifier = unquote(rest.removeprefix("/"))
        match method, bool(identifier):
            case "GET", False:
                return self._listed(dict(parse_qsl(query)))
            case "POST", False:
                return self._begun(body)
            case "GET" | "DELETE", True:
                if identifier not in self._connections:
                    return _handler_error(404, f"Connection `{identifier}` not found", "Not Found")
                return self._read(identifier) if method == "GET" else self._ended(identifier)
            case _:
                return _json(405, {"detail": "Method Not Allowed"})

    def _listed(self, wanted: Mapping[str, str]) -> Reply:
        found = [
            connection
            for connection in self._connections.values()
            if all(connection[key] == wanted[key] for key in ("app", "status", "method") if key in wanted)
        ]
        return _json(200, {"connections": found})

    def _begun(self, body: bytes | None) -> Reply:
        try:
            members = decode(body or b"")
        except Undecodable:
            members = None
        app = members.get("app") if is_object(members) else None
        if not isinstance(app, str):
            detail = [{"loc": ["body", "app"], "msg": "Field required", "type": "missing"}]
            return _json(422, {"detail": detail})
        return _json(200, {"connection_id": self.begin(app, polls=self.polls)})

    def _read(self, identifier: str) -> Reply:
        connection = self._connections[identifier]
        if connection["status"] == "PENDING":
            self._unfinished[identifier] -= 1
            if not self._unfinished[identifier]:
                connection["status"] = "ACTIVE"
        return _json(200, {"connection": connection})

    def _ended(self, identifier: str) -> Reply:
        del self._connections[identifier]
        return _json(200, {})

    def _unknown_key(self, headers: Mapping[str, str]) -> Reply | None:
        if headers.get("authorization") == f"Bearer {self.key}":
            return None
        return _json(401, {"error": {"message": "Invalid or missing API key", "code": 401}})


def _handler_error(status: int, message: str, kind: str) -> Reply:
    return _json(status, {"message": message, "type": kind, "code": status})


def _json(status: int, document: Mapping[str, Any]) -> Reply:
    return Reply(status, _TYPE, encode(document))
