"""What others sent, made fit to be shown: without keys, session tokens and passwords, wherever they stand.

Every text of an answer, and of an exception that is not ours, comes through here on its way into an error,
a message or a recording. Nothing here takes longer than in proportion to the text, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html import unescape
from typing import Any
from urllib.parse import unquote

from .codec import is_array, is_object
from .secret import MASK, SHORTEST, Secret, Spellings
from .secret_names import MENTION, is_secret_name, is_secret_pair, is_value_of_secret, may_name_secret

_DEEPEST = 20
_REACH = 4096
_MOST = 400

# Each pattern takes what it looked at or fails at once (possessive, and bound to where a word begins): the
# search never comes back to a place, so that no text takes longer than its length.
_SUSPECT = re.compile(r"[=:?%&\\@\[]|pk_|eyJ|bearer|basic|klaviyo-api-key", re.IGNORECASE)
_ASSIGNMENT = re.compile(
    rf"(?<![\w.$-])(?<!fields\[)(?=(?:(?!{MENTION})[\w.$-])*+(?:{MENTION}))(?P<name>[\w.$-]++)(?:\[\w*+\])*+\]?+"
    r"(?P<quote>(?:\\{0,8}[\"'])?+)\s*+(?:=>|[=:])(?P<gap>\s*+)",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"((?:[\[,]\s*+\[\s*+\"(?P<first>[\w.-]++)\"\s*+,"
    r"|\"(?:name|key)\"\s*+:\s*+\"(?P<named>[\w.-]++)\"\s*+,\s*+\"value\"\s*+:)\s*+\")(?:[^\"\\]|\\.)++",
    re.DOTALL,
)
_WORD = re.compile(r"[^\s&\"'<>\\]*+")
_LINE = re.compile(r"[^\r\n]*+")
_LONE_WORD = re.compile(r"[^\s,;]++(?=[ \t]*+(?:[\r\n,;]|\Z))")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*+|'(?:[^'\\]|\\.)*+", re.DOTALL)
_CONSTANT = re.compile(r"(?:null|true|false|none)(?![\w.-])", re.IGNORECASE)
_KEY = re.compile(
    r"(?<![0-9A-Za-z_])pk_[0-9A-Za-z_]{16,}+|(?<![\w-])eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+)?+"
)
_SIGNED = re.compile(
    r"((?<!\w)(?:bearer|basic|klaviyo-api-key)\s++)(?=[^\s\d]*+\d)[^\s\"'<>]{8,}+", re.IGNORECASE
)
_USER = re.compile(r"(://)[^\s/?#@\"'<>]*+@")
_QUERY = re.compile(
    r"(/[^\s\"'<>?/]*+\?)[^\s\"'<>]++|(%2F(?:(?!%2F|%3F)[^\s\"'<>?/])*+%3F)[^\s\"'<>]++", re.IGNORECASE
)
_JSON_ESCAPE = re.compile(r"(?<!\\)\\++u([0-9a-fA-F]{4})")


class Redaction:
    """Takes secrets out of what belongs to a request: ``key`` signed it.

    Args:
        queries: whether to leave the queries of URLs, but for what is called as secrets are in them.
        sent: further secrets, which the request itself carried.
    """

    def __init__(self, key: Secret, *, queries: bool = False, sent: Iterable[Secret] = ()) -> None:
        self._key = Spellings(key, *sent)
        self._queries = queries

    def text(self, text: str) -> str:
        """Put asterisks in the place of the secrets in a text, escaped ones included."""
        if len(text) < SHORTEST:
            return text
        shown = self._cleaned(text)
        for plain in unescaped(shown):
            cleaned = self._cleaned(plain)
            if cleaned != plain:
                shown = cleaned
        return shown

    def excerpt(self, text: str, length: int) -> str:
        """Give the start of a text, without secrets: one short line, and nothing that a terminal obeys."""
        reach = _REACH + 4 * length
        shown = self.text(text[:reach].replace("\0", ""))
        if len(text) > reach:  # what is cut in two would not be found
            shown = shown[: -max(self._key.longest, length)]
        printable = shown if shown.isprintable() else "".join(map(_printable, shown))
        line = " ".join(printable.split())
        return f"{line[: length - 1]}…" if len(line) > length or len(text) > reach else line

    def json(self, value: Any) -> Any:
        """Take the secrets out of JSON, and what is nested so deeply that pickles and copies would fail."""
        return self._json(value, 0, hidden=False)

    def _json(self, value: Any, depth: int, *, hidden: bool, listed: bool = False) -> Any:
        if isinstance(value, str):
            return MASK if hidden else self.text(value)
        if depth == _DEEPEST and isinstance(value, (dict, list)):
            return "…"
        if is_object(value):
            return {
                self.text(name): self._json(
                    item,
                    depth + 1,
                    hidden=hidden or is_secret_name(name) or is_value_of_secret(name, value),
                )
                for name, item in value.items()
            }
        if is_array(value):
            is_pair = listed and is_secret_pair(value)
            return [
                self._json(item, depth + 1, hidden=hidden or (is_pair and place == 1), listed=True)
                for place, item in enumerate(value)
            ]
        return MASK if hidden and value is not None and not isinstance(value, bool) else value

    def _cleaned(self, text: str) -> str:
        text = self._key.masked(text)
        if not _SUSPECT.search(text):
            return text
        text = _SIGNED.sub(rf"\g<1>{MASK}", _KEY.sub(MASK, text))
        text = _USER.sub(rf"\g<1>{MASK}@", text)
        if not self._queries:
            text = _QUERY.sub(rf"\g<1>\g<2>{MASK}", text)
        return _without_assigned(text)


def redacted(text: str, key: Secret) -> str:
    """Put asterisks where a text that came from others shows a key, a password or the query of a URL."""
    return Redaction(key).text(text)


def excerpt(text: str, key: Secret, length: int) -> str:
    """Give the start of a text that came from others, without secrets, fit to stand in a message."""
    return Redaction(key).excerpt(text, length)


def unescaped(text: str) -> Iterator[str]:
    """Give what a text means as part of a URL, of JSON and of HTML, as far as that is another text."""
    if "%" in text and (plain := unquote(text)) != text:
        yield plain
    if "\\u" in text and (plain := _JSON_ESCAPE.sub(_character, text)) != text:
        yield plain
    if "&" in text:
        with suppress(ValueError):  # a reference by a number of more digits than Python converts
            if (plain := unescape(text)) != text:
                yield plain


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))


def _printable(character: str) -> str:
    return character if character.isprintable() else " "


def _without_value(pair: re.Match[str]) -> str:
    return f"{pair[1]}{MASK}" if is_secret_name(pair["first"] or pair["named"]) else pair[0]


def _without_assigned(text: str) -> str:
    if not may_name_secret(text):
        return text
    text = _PAIR.sub(_without_value, text)
    parts: list[str] = []
    done = 0
    for match in _ASSIGNMENT.finditer(text):
        if match.start() < done or not is_secret_name(match["name"]):
            continue
        end, shown = _assigned(text, match)
        parts += [text[done : match.end()], shown]
        if len(parts) > _MOST:  # what is made up of secrets is none to be read
            return "".join(parts)
        done = end
    return "".join(parts) + text[done:]


def _assigned(text: str, assignment: re.Match[str]) -> tuple[int, str]:
    """Where the value ends that is assigned to a name, and what to show of it."""
    start = assignment.end()
    begin = text[start : start + 1]
    found: re.Match[str] | None
    if _CONSTANT.match(text, start):
        found = None
    elif quoted := _QUOTED.match(text, start):
        return quoted.end(), begin + MASK
    elif begin in {"\\", "[", "{", "(", "<"}:
        return len(text), MASK
    elif text[max(0, assignment.start() - 1)] in {"?", "&"}:
        found = _WORD.match(text, start)
    elif assignment["name"].lower().endswith(("cookie", "cookies", "authorization")):
        found = _LINE.match(text, start)
    elif assignment["quote"] or "=" in assignment[0] or not assignment["gap"]:
        found = _WORD.match(text, start)
    else:  # ``password: abc``, but not ``password: may not be blank``
        found = _LONE_WORD.match(text, start)
    return (found.end(), MASK) if found and found[0] else (start, "")
