# Copied by "make generate" from codegen/runtime/suggest.py. Edit that file, not this one.
"""Naming the likely meaning of a misspelled word."""

from __future__ import annotations

from collections.abc import Iterable

_SHOWN = 12


def suggestion(word: str, known: Iterable[str]) -> str:
    """Tell what ``word`` was probably meant to be: ``; did you mean 'email'?``, or which words there are.

    The text starts with punctuation, to be put behind a sentence about the mistake. It is empty when
    nothing is known.
    """
    import difflib  # only needed once something is wrong

    words = sorted(set(known))
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    if not words:
        return ""
    more = ", …" if len(words) > _SHOWN else ""
    return f"; there is {', '.join(words[:_SHOWN])}{more}"
