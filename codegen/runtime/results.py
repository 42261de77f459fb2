"""From an answer to what a method gives: nothing, a resource, a page of them, or a plain value."""

from __future__ import annotations

from typing import Any

from .answer import Answer
from .codec import undecodable
from .document import read_document, read_plain
from .errors import Undecodable
from .operation import Operation, Returns, ReturnsJson
from .pages import Page
from .revision import Revision
from .unreadable import located


def result_of(operation: Operation, answer: Answer, revision: Revision, *, strict: bool) -> Any:
    """Read the result of an operation; whatever stands in an answer that declares none is fine.

    Raises:
        Undecodable: there is no document where the operation declares one or, with ``strict``,
            something in it does not fit. The message names the request and its id.
    """
    try:
        match operation.returns:
            case Returns(type=""):
                return None
            case Returns() as returns:
                return _document(returns, answer, revision, strict=strict)
            case ReturnsJson(model=""):
                return None
            case ReturnsJson() as returns:
                return _plain(returns, answer, revision, strict=strict)
    except Undecodable as error:
        raise located(error, answer) from error.__cause__


def _document(returns: Returns, answer: Answer, revision: Revision, *, strict: bool) -> Any:
    document = read_document(
        answer.content, revision.resource(returns.type), revision.resource, answer=answer, strict=strict
    )
    if not returns.many:
        return document.resource
    return Page(document.resources, document.next_cursor, document.included, answer, document.lost_next)


def _plain(returns: ReturnsJson, answer: Answer, revision: Revision, *, strict: bool) -> Any:
    made = read_plain(
        answer.content, revision.value(returns.model), returns.member, answer=answer, strict=strict
    )
    if returns.many:
        return made
    if len(made) != 1:
        raise undecodable(f"$.{returns.member}", "one object", f"{len(made)} of them")
    return made[0]
