"""Naming the likely meaning of a misspelled word."""

from __future__ import annotations

from collections.abc import Iterable

ENVELOPE = frozenset({"data", "attributes", "relationships"})
"""What JSON:API puts around the members of a resource, which are arguments of their own here."""

_SHOWN = 12
_EXAMPLES = 3


def suggestion(word: str, known: Iterable[str]) -> str:
    """Tell what ``word`` was probably meant to be: ``; did you mean 'email'?``, or which words there are.

    Words that are one letter off are named before any others. The text starts with punctuation, to be put
    behind a sentence about the mistake. It is empty when nothing is known.
    """
    import difflib  # only needed once something is wrong

    words = sorted(set(known))
    close = [one for one in words if _is_one_letter_off(word, one)] or difflib.get_close_matches(
        word, words, n=1, cutoff=0.6
    )
    if close:
        return f"; did you mean {' or '.join(map(repr, close[:_SHOWN]))}?"
    if not words:
        return ""
    more = ", …" if len(words) > _SHOWN else ""
    return f"; there is {', '.join(words[:_SHOWN])}{more}"


def argument_hint(name: str, known: Iterable[str]) -> str:
    """Tell what an unknown argument was probably meant to be."""
    known = list(known)
    if name not in ENVELOPE or not known:
        return suggestion(name, known)
    examples = ", ".join(known[:_EXAMPLES])
    return f"; attributes and relationships are arguments of their own, such as {examples}"


def _is_one_letter_off(word: str, other: str) -> bool:
    """Whether a letter is wrong, missing or too many, or two neighbours changed places."""
    pairs = enumerate(zip(word, other, strict=False))
    start = next((index for index, (left, right) in pairs if left != right), min(len(word), len(other)))
    rest, meant = word[start:], other[start:]
    is_swapped = rest[1::-1] == meant[:2] and rest[2:] == meant[2:]
    return is_swapped or rest[1:] in {meant, meant[1:]} or rest == meant[1:]
