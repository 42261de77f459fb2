"""Names for lists of choices: sparse fields, includes and sort keys, each list named once."""

from __future__ import annotations

from collections import Counter

from attrs import frozen

from . import ir
from .names import MAXIMUM, camel
from .problems import UnrenderableError


@frozen
class Choices:
    """The Literal aliases of a revision, and which one each parameter uses.

    ``values`` maps an alias to its values; ``uses`` maps an operation id and a keyword to an alias.
    """

    values: dict[str, tuple[str, ...]]
    uses: dict[tuple[str, str], str]


def choices(api: ir.Api) -> Choices:
    """Name every list of choices.

    The list that most operations share for a type has the plain name (``ProfileField``); others are
    named after the method that first uses them.
    """
    wanted = [
        use for family in api.families for operation in family.operations for use in _uses(operation, api)
    ]
    counts = Counter((use.plain, use.values) for use in wanted)
    common: dict[str, tuple[str, ...]] = {}
    for (plain, values), _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        common.setdefault(plain, values)
    named: dict[str, tuple[str, ...]] = {}
    uses: dict[tuple[str, str], str] = {}
    rare: dict[tuple[str, tuple[str, ...]], str] = {}
    for use in wanted:
        alias = use.plain
        if len(alias) > MAXIMUM:
            raise UnrenderableError(
                f"a list of choices would be called {alias!r}, which is longer than {MAXIMUM} characters; "
                "give the resource a shorter 'class' in the spec"
            )
        if common[use.plain] != use.values:
            alias = rare.setdefault((use.plain, use.values), use.own)
        if named.get(alias, use.values) != use.values:
            raise UnrenderableError(
                f"two lists of choices would be called {alias!r}; rename a method in the spec"
            )
        named[alias] = use.values
        uses[use.operation, use.keyword] = alias
    return Choices(dict(sorted(named.items())), uses)


@frozen
class _Use:
    """One parameter that takes choices: ``plain`` is the name that all uses of a list may share."""

    operation: str
    keyword: str
    plain: str
    own: str
    values: tuple[str, ...]


def _uses(operation: ir.Operation, api: ir.Api) -> list[_Use]:
    names = {resource.type: resource.name for resource in api.resources}
    found: list[_Use] = []
    for prefix, word, sets in (
        ("fields", "Field", operation.fieldsets),
        ("additional_fields", "AdditionalField", operation.additional_fieldsets),
    ):
        for item in sets:
            keyword = f"{prefix}_{item.type.replace('-', '_')}"
            found.append(_use(operation, keyword, names[item.type], word, item.values))
    primary = names.get(operation.answer.type, "") if isinstance(operation.answer, ir.Answer) else ""
    if operation.include:
        found.append(_use(operation, "include", primary, "Include", operation.include))
    if operation.sort:
        found.append(_use(operation, "sort", primary, "Sort", operation.sort))
    return found


def _use(operation: ir.Operation, keyword: str, resource: str, word: str, values: tuple[str, ...]) -> _Use:
    """Return a use; its own name begins with the family and the method, as far as that is not too long."""
    family, method = camel(operation.family), camel(operation.name)
    owned = (f"{family}{method}{resource}{word}", f"{method}{resource}{word}", f"{family}{method}{word}")
    own = next((name for name in owned if len(name) <= MAXIMUM), f"{method}{word}")
    return _Use(operation.id, keyword, f"{resource}{word}", own, values)
