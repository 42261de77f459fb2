"""Names for what a vendor's document adds: families, methods and classes as a person would call them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from codegen.names import MAXIMUM, UnfitNameError, class_name, singular

_ECHOES = (
    *("ResourceObjectAttributes", "ResourceObject", "ObjectResource", "SubObject", "Subobject", "DTO"),
    *("Attributes", "Resource", "Enum"),
)
_PREFIXES = ("/api/", "/client/")
_DISTINCTIONS = (
    *("Value", "Part", "Detail", "Kind", "Variant", "Other", "Further", "Second", "Third", "Fourth", "Fifth"),
    *("Sixth", "Seventh", "Eighth", "Ninth", "Tenth"),
)
_JOBS = re.compile(r"-jobs?$")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[0-9]+")
_VERB_LAST = re.compile(r"(?P<thing>.+?)-(?P<bulk>bulk-)?(?P<verb>create|update|delete|import)")


def cleaned(name: str) -> str:
    """Return a vendor's name without what its generator and its versions added to it."""
    while True:
        shorter = re.sub(r"V?\d+$", "", name)
        for echo in _ECHOES:
            shorter = shorter.removesuffix(echo)
        if shorter in {"", name}:
            return name
        name = shorter


def camel(*words: str) -> str:
    """Return some words as one class name."""
    parts = [part for word in words for part in re.split(r"[^A-Za-z0-9]+", word)]
    return "".join(part[:1].upper() + part[1:] for part in parts)


def class_for(wanted: Iterable[str], taken: set[str]) -> str:
    """Return the first of some names that can be a class and is not taken; long ones are shortened."""
    names = [shortened(name, MAXIMUM) for name in wanted if name]
    others = [f"{shortened(names[0], MAXIMUM - len(word))}{word}" for word in _DISTINCTIONS]
    for name in [*names, *others]:
        try:
            if name.lower() not in taken and class_name(name) == name:
                return name
        except UnfitNameError:
            continue
    raise ValueError(f"no name is left for {names[0]!r}: write its type into the spec by hand")


def shortened(name: str, maximum: int) -> str:
    """Return a class name of a length that people can read, without words that it says twice in a row."""
    parts = _WORDS.findall(camel(name))
    kept = [part for index, part in enumerate(parts) if parts[index + 1 : index + 2] != [part]]
    if len("".join(kept)) > maximum:
        kept = [part for index, part in enumerate(kept) if part not in kept[index + 1 :]]
    while len("".join(kept)) > maximum and len(kept) > 1:
        del kept[len(kept) // 2]
    return "".join(kept).rstrip("0123456789")


def collection(path: str) -> str:
    """Return the first word of a path below its prefix: ``/api/lists/{id}`` gives ``lists``."""
    for prefix in _PREFIXES:
        path = path.removeprefix(prefix)
    return path.partition("/")[0]


def family_for(path: str, families: Iterable[str]) -> str:
    """Return the family that an operation belongs to: one that is there, else a new one."""
    if path.startswith("/client/"):
        return "client_side"
    word = collection(path)
    own = word.replace("-", "_")
    known = sorted(families, key=len, reverse=True)
    if own in known:
        return own
    for family in known:
        stem = singular(family.replace("_", "-"))
        if word.startswith(f"{stem}-") and (_JOBS.search(word) or not word.endswith("s")):
            return family
    if word.endswith("-reports"):
        return "reports"
    return re.sub(r"[^a-z]+", "_", word)


def method_for(method: str, path: str, family: str, own: str, *, many: bool, taken: Iterable[str]) -> str:
    """Return what a method is called on its family; ``own`` is the collection that the family is about."""
    stem = singular(own)
    parts = path.split("/")[3:]
    word = collection(path)
    base = "" if word == own else _JOBS.sub("", word.removeprefix(f"{stem}-"))
    is_job = bool(_JOBS.search(word))
    if family in {"client_side", "reports"}:
        thing = word.removesuffix("-reports") if family == "reports" else word
        name = f"create-{singular(word)}" if family == "client_side" and method == "POST" else thing
        return re.sub(r"[^a-z]+", "_", name)
    name = _method(method, parts, base, stem, is_job=is_job, many=many)
    name = re.sub(r"[^a-z]+", "_", name).strip("_")
    return name if name not in {*taken} else re.sub(r"[^a-z]+", "_", f"{name}_{word}")


def _method(method: str, parts: list[str], base: str, stem: str, *, is_job: bool, many: bool) -> str:
    if not parts:
        if method == "POST":
            found = _VERB_LAST.fullmatch(base)
            if not found:
                return base or "create"
            return f"{found['verb']}-{found['thing']}{'s' if found['bulk'] else ''}"
        return (f"{base}-jobs" if is_job else base) or "list"
    if len(parts) == 1:
        verb = {"GET": "get", "PATCH": "update", "DELETE": "delete", "POST": "post"}[method]
        thing = f"{base}-job" if is_job else singular(base)
        return (thing if method == "GET" else f"{verb}-{thing}") if base else verb
    lead = f"{base}-job-" if is_job else f"{singular(base)}-" if base else ""
    target = parts[-1].removeprefix(f"{stem}-")
    if parts[1] != "relationships":
        return lead + target
    if method == "GET":
        return f"{lead}{singular(target)}-ids" if many else f"{lead}{target}-id"
    verb = {"POST": "add", "DELETE": "remove", "PATCH": "replace"}[method]
    return f"{verb}-{lead}{target}"
