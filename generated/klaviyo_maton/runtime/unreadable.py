# Copied by "make generate" from codegen/runtime/unreadable.py. Edit that file, not this one.
"""Errors about answers that cannot be read: they say whose answer it was, and show no secret of it."""

from __future__ import annotations

from collections.abc import Sequence

from .answer import Answer, request_id
from .errors import Undecodable
from .redaction import Redaction
from .secret import Secret, Spellings

_SAID = 500
_GOT = 100


def located(error: Undecodable, answer: Answer, sent: Sequence[Secret] = ()) -> Undecodable:
    """Say which request's answer cannot be read, and leave out what of it may be secret.

    That is the key, where the server repeats it, the query of any link, which may be a session token, and
    what is called as secrets are. So is what else was ``sent`` in secret.
    The cause keeps its message, but not the body; the frames that saw the body are left out.
    """
    error.request = f"{answer.method} {answer.path}"
    redaction = Redaction(answer.key, sent=sent)
    error.status, error.request_id = answer.status, request_id(answer.headers, redaction)
    said, got = str(error.args[0]), redaction.excerpt(error.got, _GOT)
    if Spellings(answer.key, *sent).stand_in(answer.content.decode(errors="replace")):
        got = "something with a secret in it"  # which may be cut off, so that nobody would find it again
    said = said.replace(error.got, got) if error.got else said
    error.args = (redaction.excerpt(said, _SAID),)
    error.path, error.got = redaction.text(error.path), got
    cause = error.__cause__
    error.__cause__ = None if cause is None else ValueError(redaction.excerpt(str(cause), _SAID))
    error.__context__ = None
    return error.with_traceback(None)
