"""A model of the servers on the way: what each may make of a path, and how people may disguise one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import unquote

from codegen import ir
from tests.strategies import Revision

Segments = list[str]
Liberty = Callable[[Segments], Segments]

OVERLONG = {"%c0%ae": ".", "%c0%af": "/", "%e0%80%ae": ".", "%e0%80%af": "/"}


def each(change: Callable[[str], str]) -> Liberty:
    """A liberty taken with each segment."""
    return lambda segments: [change(segment) for segment in segments]


def split_again(segments: Segments) -> Segments:
    return "/".join(segments).split("/")


def without_empty(segments: Segments) -> Segments:
    return [segment for segment in segments if segment]


def without_dots(segments: Segments) -> Segments:
    kept: Segments = []
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    return kept


def cut_off(segments: Segments) -> Segments:
    return re.split(r"[?#\0]", "/".join(segments))[0].split("/")


def utf8_with_overlong(text: str) -> str:
    for escape, character in OVERLONG.items():
        text = re.sub(escape, character, text, flags=re.IGNORECASE)
    return text


LIBERTIES: dict[str, Liberty] = {
    "decodes overlong forms": each(utf8_with_overlong),
    "decodes": each(unquote),
    "decodes wide escapes": each(lambda text: re.sub("%u00(..)", r"%\1", text)),
    "splits again": split_again,
    "takes backslashes": each(lambda text: text.replace("\\", "/")),
    "drops parameters": each(lambda text: text.partition(";")[0]),
    "ends early": cut_off,
    "drops what is not seen": each(lambda text: re.sub("[\0\t\r\n\u200b\xad]", "", text)),
    "drops trailing dots": each(lambda text: text if text in {".", ".."} else text.rstrip(". ")),
    "knows no width": each(lambda text: unicodedata.normalize("NFKC", text)),
    "knows no case": each(lambda text: text.upper().lower()),
    "resolves dots": without_dots,
    "drops empty segments": without_empty,
}
ALL_LIBERTIES = [*LIBERTIES] * 3


def meant(revision: Revision, method: str, path: str, taken: list[str]) -> set[str]:
    """Give the ids of the operations that a path means to a server that takes these liberties."""
    segments = path.split("/")[1:]
    for liberty in taken:
        segments = LIBERTIES[liberty](segments)
    templates = {item.id: item.path.split("/")[1:] for item in revision.operations if item.method == method}
    return {
        id_
        for id_, own in templates.items()
        if len(own) == len(segments)
        and all(a == b or (a.startswith("{") and b) for a, b in zip(own, segments, strict=True))
    }


def below(change: Callable[[str], str]) -> Callable[[str], str]:
    """Change a path below its root, which is needed to get anywhere."""

    def changed(path: str) -> str:
        root, _, rest = path[1:].partition("/")
        return f"/{root}/{change(rest)}"

    return changed


OBFUSCATIONS: dict[str, Callable[[str], str]] = {
    "slashes": below(lambda text: text.replace("/", "%2f")),
    "backslashes": below(lambda text: text.replace("/", "%5C")),
    "overlong slashes": below(lambda text: text.replace("/", "%C0%af")),
    "wide slashes": below(lambda text: text.replace("/", "%u002F")),
    "letters": below(lambda text: text.replace("s", "%73")),
    "hyphens": below(lambda text: text.replace("-", "%2D")),
    "escapes": below(lambda text: text.replace("%", "%25")),
    "all": below(lambda text: "".join(f"%{ord(character):02x}" for character in text)),
    "capitals": below(str.upper),
    "empty segments": below(lambda text: f"/{text.replace('/', '//')}/"),
    "parameters": below(lambda text: ";a=b/".join([*text.split("/"), ""])),
    "empty parameters": below(lambda text: text.replace("/", ";/;/")),
    "a detour": below(lambda text: f"x/../{text}"),
    "an encoded detour": below(lambda text: f"x/%2e%2E/{text}"),
    "an overlong detour": below(lambda text: f"x/%c0%ae%c0%ae/{text}"),
    "a detour with parameters": below(lambda text: f"x/..;a/{text}"),
    "a wide detour": below(lambda text: f"x/%EF%BC%8E%ef%bc%8e/{text}"),
    "a hidden detour": below(lambda text: f"x/.%09./{text}"),
    "a dot": below(lambda text: f"./{text}/%2e"),
    "a trailing dot": below(lambda text: f"{text}."),
    "trailing spaces": below(lambda text: text.replace("/", "%20/") + "%20"),
    "an early end": below(lambda text: f"{text}%3Fa/b"),
    "an early fragment": below(lambda text: f"{text}%23/relationships/b"),
    "an early NUL": below(lambda text: f"{text}%00/b"),
    "tabs": below(lambda text: text.replace("e", "%09e")),
    "nothing to see": below(lambda text: text.replace("a", "%E2%80%8ba")),
    "wide letters": below(lambda text: text.replace("l", "%EF%BD%8C")),
    "old letters": below(lambda text: text.replace("s", "%C5%BF")),
}


def path_of(operation: ir.Operation) -> str:
    return re.sub(r"\{\w+\}", "X1", operation.path)
