"""A handler that answers every operation of a revision with the least that its answer may be."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote, urlsplit

from klaviyo_maton import Reply, Request
from klaviyo_maton.runtime.operation import Operation, Returns
from tests.wire.roads import Handler, revision_of

_ID = "x1"


def answering(revision: str, base: str) -> Handler:
    """Answer with one resource of the type that the operation gives, or with nothing where it gives none."""
    known = revision_of(revision)
    operations = [known.operation(name) for name in known.operations]
    templates = [(one, re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(one.path)))) for one in operations]

    def handler(request: Request) -> Reply:
        path = unquote(urlsplit(request.url.removeprefix(base)).path)
        for operation, template in templates:
            if operation.method == request.method and template.fullmatch(path):
                return _reply(operation)
        return Reply(200, {}, b"{}")

    return handler


def _reply(operation: Operation) -> Reply:
    returns = operation.returns
    if not isinstance(returns, Returns) or not returns.type:
        return Reply(204)
    resource: dict[str, Any] = {"type": returns.type, "id": _ID, "attributes": {"status": "complete"}}
    document: dict[str, Any] = {"data": resource}
    if returns.many:
        document = {
            "data": [resource],
            "links": {"self": "https://a.klaviyo.com/", "next": None, "prev": None},
        }
    return Reply(200, {"content-type": "application/vnd.api+json"}, json.dumps(document).encode())
