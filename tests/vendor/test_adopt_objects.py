"""Adopting changes of objects that extend others, and scopes that a family says once."""

from __future__ import annotations

import pytest

from codegen.vendor.adopt import adopt
from codegen.vendor.edits import SpecText
from tests.vendor.adoptions import Adoption
from tests.vendor.publishing import Change, adopted, files, published, spec_at

_OBJECTS = """\
  Tag:
    summary: A word on a place.
    extends: [Named, Dated]
    properties:
      word: string
      kind: Kind
      label: Label
      plain: Word
  Label:
    extends: Word
    properties:
      text: =label
  Word:
    properties:
      text: string
  Kind:
    extends: Dated
    properties:
      number: =1
  Named:
    properties:
      name: string
      state~: State
  Dated:
    properties:
      begin?: date
      end?: {oneOf: [date, string]}
"""
_PLAIN = """\
  Tag:
    summary: A word on a place.
    properties:
      word: string
"""
_MORE: Change = ("      state: {type: State}\n", "      state: {type: State}\n      dated: Kind\n")
BASE: tuple[Change, ...] = ((_PLAIN, _OBJECTS), _MORE)


def _instead(*changes: Change) -> Change:
    objects = _OBJECTS
    for old, new in changes:
        assert objects.count(old) == 1
        objects = objects.replace(old, new)
    return _PLAIN, objects


CASES = (
    Adoption(
        "an inherited member that is another",
        (_instead(("      number: =1\n", "      number: =1\n      begin?: string\n")),),
        """\
+       begin?: {type: string, since: 2026-04-15}
""",
    ),
    Adoption(
        "an inherited member that is required",
        (_instead(("      number: =1\n", "      number: =1\n      end: {oneOf: [date, string]}\n")),),
        """\
+       end: {oneOf: [date, string], since: 2026-04-15}
""",
    ),
    Adoption(
        "an inherited member that vanished from one of two",
        (
            _instead(
                ("    extends: [Named, Dated]\n", "    extends: Dated\n"),
                ("      word: string\n", "      word: string\n      state~: State\n"),
                ("  Named:\n    properties:\n      name: string\n      state~: State\n", ""),
            ),
        ),
        """\
-     extends: [Named, Dated]
+     extends: [{value: Named, until: 2026-04-15}, Dated]
+       state~: {type: State, since: 2026-04-15}
""",
    ),
    Adoption(
        "an inherited member that vanished from the only one",
        (_instead(("    extends: Dated\n    properties:\n", "    properties:\n      begin?: date\n")),),
        """\
-     extends: Dated
+     extends: {by-revision: {2024-10-15: Dated}, until: 2026-04-15}
+       begin?: {type: date, since: 2026-04-15}
""",
    ),
    Adoption(
        "a member that is new for all that extend a base",
        (_instead(("      begin?: date\n", "      begin?: date\n      zone?: string\n")),),
        """\
+       zone?: {type: string, since: 2026-04-15}
+       zone?: {type: string, since: 2026-04-15}
""",
    ),
    Adoption(
        "a member that is new for a base that something mentions, and so for what extends it",
        (_instead(("      text: string\n", "      text: string\n      size?: integer\n")),),
        """\
+       size?: {type: integer, since: 2026-04-15}
""",
    ),
    Adoption(
        "a type that an inherited member mentions",
        (
            ("      state: {type: State}\n      dated: Kind\n", "      dated: Kind\n"),
            ("State: {enum: [open,", "State: {enum: [open, half,"),
        ),
        """\
-       state: {type: State}
+       state: {type: State, until: 2026-04-15}
-   State: {enum: [open, {value: closed, since: 2026-01-15}]}
+   State: {enum: [open, {value: closed, since: 2026-01-15}, {value: half, since: 2026-04-15}]}
""",
    ),
)

_SCOPE: Change = (
    "summary: The people of an account.\n",
    "summary: The people of an account.\nscope: profiles\n",
)
_DELETE = """\
    id: delete_profile
    delete: /api/profiles/{id}
    summary: Deletes a profile.
"""
_SAID: Change = (f"{_DELETE}    scopes: [profiles:write]\n", _DELETE)
_OTHER: Change = (_DELETE, f"{_DELETE}    scopes: [profiles:delete]\n")
_NONE: Change = (_DELETE, f"{_DELETE}    scopes: []\n")


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_a_change_of_an_object_that_extends_others(case: Adoption) -> None:
    """What differs from the base stands in the object itself; the base and older revisions stay."""
    before = files(*BASE)
    upstream = published(*_applied(case))
    done, lines = adopted(upstream, onto=before)
    assert (done.left, lines) == ((), case.lines.rstrip("\n"))

    spec = SpecText.of(files(*BASE))
    adopt(spec, upstream, ())
    after = {file.path: spec.text(file.path) for file in spec.tree().files}
    old, new = spec_at(before), spec_at(after)
    assert all(new.at(revision) == old.at(revision) for revision in old.revisions)
    assert adopt(SpecText.of(after), upstream, ()).edits == 0


def test_nothing_that_is_the_same_is_edited() -> None:
    done, lines = adopted(published(*BASE, _SCOPE, _SAID), onto=files(*BASE, _SCOPE, _SAID))
    assert (done.edits, lines) == (0, "")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (_OTHER, "+     scopes: {by-revision: {2026-04-15: [profiles:delete]}}"),
        (_NONE, "+     scopes: {by-revision: {2026-04-15: []}}"),
    ],
)
def test_an_operation_says_the_scopes_that_its_family_does_not_tell(change: Change, line: str) -> None:
    done, lines = adopted(published(_SCOPE, _SAID, change), onto=files(_SCOPE, _SAID))
    assert (done.left, lines) == ((), line)


def _applied(case: Adoption) -> list[Change]:
    """Return the changes of the minimal spec that make the published one: a case may say objects itself."""
    said = {old for old, _ in case.changes}
    return [*(change for change in BASE if change[0] not in said), *case.changes]
