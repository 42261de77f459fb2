# Copied by "make generate" from codegen/runtime/results.py. Edit that file, not this one.
"""From an answer to what a method gives: nothing, a resource, a page of them, or a plain value."""

from __future__ import annotations

from itertools import chain
from typing import Any

from .answer import Answer
from .document import Data, Inclusion, read_document, read_plain
from .errors import Undecodable
from .operation import Call, Returns, ReturnsJson
from .pages import Page
from .revision import Revision
from .sent_secrets import sent_secrets
from .unreadable import located


def result_of(call: Call, answer: Answer, revision: Revision, *, strict: bool) -> Any:
    """Read the result of a call; whatever stands in an answer that declares none is fine.

    Raises:
        Undecodable: there is no document where the operation declares one or, with ``strict``,
            something in it does not fit. The message names the request and its id.
    """
    try:
        match call.operation.returns:
            case Returns(type=""):
                return None
            case Returns() as returns:
                return _document(call, returns, answer, revision, strict=strict)
            case ReturnsJson(model=""):
                return None
            case ReturnsJson() as returns:
                return _plain(returns, answer, revision, strict=strict)
    except Undecodable as error:
        raise located(error, answer, sent_secrets(call)) from error.__cause__


def _document(call: Call, returns: Returns, answer: Answer, revision: Revision, *, strict: bool) -> Any:
    document = read_document(
        answer.content,
        revision.resource(returns.type),
        revision.resource,
        answer=answer,
        data=Data(returns.many, returns.nullable),
        inclusion=_inclusion(call),
        strict=strict,
    )
    if not returns.many:
        return document.resource
    return Page(document.resources, document.next_cursor, document.included, answer, document.lost_next)


def _inclusion(call: Call) -> Inclusion:
    asked = [value.split(",") for key, value in call.query if key == "include"]
    return Inclusion(call.operation.id, call.operation.include, frozenset(chain.from_iterable(asked)))


def _plain(returns: ReturnsJson, answer: Answer, revision: Revision, *, strict: bool) -> Any:
    model = revision.value(returns.model)
    made = read_plain(answer.content, model, returns.member, many=returns.many, answer=answer, strict=strict)
    return made if returns.many else made[0]
