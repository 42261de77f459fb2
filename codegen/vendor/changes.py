"""What a difference means for those who use the API, taking ours for what was and the vendor's for what is.

A change *breaks* when a call or a reader that worked before may fail: something is gone, narrower, or
newly required. It is an *addition* when nothing has to change and something more can be done. What only
follows from a rule, or only promises more, is *noise*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from attrs import frozen

from codegen.vendor.compare import Difference
from codegen.vendor.shapes import ABSENT

Verdict = Literal["breaking", "addition", "noise"]

_BOUND = re.compile(r"(default|minimum|maximum|burst|steady|daily) (\S+)")
_ENVELOPE = re.compile(r"answer\.(links(?:\..*)?|included|data)(?:\[\])?(?:\.\([^)]*\))?")
_AROUND = re.compile(
    r"answer\.(?:data|included)(?:\[\])?(?:\.\([^)]*\))?\.((?:links|relationships)(?:\..*)?)"
)
_RELATIONSHIP = re.compile(r"relationships\.[^.]+(?=\.)")
_INCLUDED = re.compile(r"answer\.included\[\]\.\(([^)]*)\)\.?")
_DATA = re.compile(r"(?:answer|body)\.data(?:\[\])?\.?")


@frozen
class Change:
    """One consequence: of what (in words of the API), and what happened to it."""

    verdict: Verdict
    subject: str
    what: str


def changes(difference: Difference) -> Iterator[Change]:
    """Yield what a difference means; one difference may both take and give."""
    subject = _envelope(difference) or _subject(difference)
    sent = difference.place.startswith("body")
    match difference.kind:
        case "missing operation":
            yield Change("addition", difference.route, "new")
        case "extra operation":
            yield Change("breaking", difference.route, "gone")
        case "fact":
            yield from _of_fact(difference)
        case "parameter" | "filter":
            yield from _of_parameter(difference)
        case "missing member" if _envelope(difference):
            yield Change("noise", subject, "gained")
        case "missing member":
            breaks = sent and difference.required
            what = f"new, {difference.vendors}{', required' if breaks else ''}"
            yield Change("breaking" if breaks else "addition", subject, what)
        case "extra member":
            yield Change("breaking", subject, "gone")
        case "union member missing" if _envelope(difference):
            yield Change("noise", subject, "one more type")
        case "union member missing":
            yield Change("addition", subject, f"one more alternative, {difference.vendors}")
        case "union member extra":
            yield Change("breaking", subject, f"one alternative fewer, {difference.ours}")
        case "nullness" if {} in difference.schemas:  # the difference of types tells the rest
            yield Change("noise", "any value", "includes null")
        case "necessity" | "nullness":
            yield _of_promise(difference, subject)
        case "enum":
            yield from _of_values(subject, *difference.values)
        case "type":
            wider = sent and difference.vendors == "any value"
            what = f"{difference.ours} became {difference.vendors}"
            yield Change("addition" if wider else "breaking", subject, what)


def _of_promise(difference: Difference, subject: str) -> Change:
    """Tell what it means that a member is required, or never null, on one side only."""
    strict = difference.vendors in ("required", "never null")
    if difference.place.startswith("body"):
        return Change("breaking" if strict else "addition", subject, difference.vendors)
    what = {"required": "always there", "optional": "may be absent"}.get(
        difference.vendors, difference.vendors
    )
    if strict:
        return Change("noise", _envelope(difference) or "members of answers", what)
    return Change("breaking", subject, what)


# ------------------------------------------------------------------------------- words of the API


def _envelope(difference: Difference) -> str:
    """Return the part of the envelope that differs, the same for all resources; nothing if it is none."""
    if around := _AROUND.fullmatch(difference.place):
        part = _RELATIONSHIP.sub("relationships.*", around[1])
        return "" if re.fullmatch(r"relationships\.[^.*]+", part) else part
    found = _ENVELOPE.fullmatch(difference.place)
    return found[1] if found else ""


def _subject(difference: Difference) -> str:
    """Return the name of what differs: of a value object with its member, or of a resource with its own."""
    if difference.component and not re.match(r"(attributes|relationships|data|id|type)\b", difference.below):
        return f"{difference.component}.{difference.below}".removesuffix(".")
    place = _INCLUDED.sub(r"\1.", difference.place)
    place = _DATA.sub(f"{difference.resource}.", place) if difference.resource else place
    return place.replace(".attributes.", ".").removesuffix(".")


# -------------------------------------------------------------------------- facts and parameters


def _of_fact(difference: Difference) -> Iterator[Change]:
    before, after = difference.values
    was, now = ", ".join(before) or "nothing", ", ".join(after) or "nothing"
    match difference.place:
        case "id":
            yield Change("noise", "operation ids", "renamed")
        case "limit":
            yield from _of_bounds("rate limit", before, after)
        case "scopes":
            if after:
                yield Change("breaking", "scopes", f"also needs {now}")
            if before:
                yield Change("addition", "scopes", f"no longer needs {was}")
        case "statuses" if not before:
            yield Change("addition", "statuses", f"also answers {now}")
        case _:
            yield Change("breaking", difference.place, f"{now}, before {was}")


def _of_parameter(difference: Difference) -> Iterator[Change]:
    subject = difference.place.partition(".")[2]
    before, after = difference.values
    derived = "fields[" in subject
    rule = f"{subject.partition('[')[0]}[…]"
    if difference.ours == ABSENT:
        breaks = difference.required
        what = f"new{', required' if breaks else ''}"
        if derived and not breaks:
            yield Change("noise", rule, "offered")
        else:
            yield Change("breaking" if breaks else "addition", subject, what)
    elif difference.vendors == ABSENT:
        yield Change("breaking", subject, "gone")
    elif derived:
        yield Change("noise", rule, "follows the attributes")
    else:
        yield from _of_bounds(subject, before, after)
        words = ("required", "optional")
        lost, gained = (tuple(w for w in side if not _BOUND.fullmatch(w)) for side in difference.values)
        if words[0] in gained:
            yield Change("breaking", subject, "required, was optional")
        elif words[0] in lost:
            yield Change("addition", subject, "optional, was required")
        yield from _of_values(subject, *(tuple(w for w in side if w not in words) for side in (lost, gained)))


def _of_bounds(subject: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Change]:
    was, now = _bounds(before), _bounds(after)
    for name in [*dict.fromkeys([*was, *now])]:
        old, new = was.get(name), now.get(name)
        looser = new is None if old is None or new is None else _looser(name, old, new)
        what = f"{name} {new or 'none'}, was {old or 'none'}"
        yield Change("addition" if looser else "breaking", subject, what)


def _bounds(words: tuple[str, ...]) -> dict[str, str]:
    return {found[1]: found[2] for word in words if (found := _BOUND.fullmatch(word))}


def _looser(name: str, old: str, new: str) -> bool:
    if name == "default" or not (old.isdigit() and new.isdigit()):
        return False
    return int(new) < int(old) if name == "minimum" else int(new) > int(old)


def _of_values(subject: str, lost: tuple[str, ...], gained: tuple[str, ...]) -> Iterator[Change]:
    if lost:
        yield Change("breaking", subject, f"no longer {', '.join(lost)}")
    if gained:
        yield Change("addition", subject, f"also {', '.join(gained)}")
