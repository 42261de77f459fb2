"""How a name of the spec becomes a name in Python, in one place and checked.

A name that Python, the file system or a reader would stumble over is refused, never bent; within one
:class:`Scope` two names of the spec never become the same name.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Callable

from attrs import define, field, frozen

from codegen import ir
from codegen.problems import Position, Problems

MAXIMUM = 40

# What every client has beside its families, and every family beside its methods.
CLIENT_MEMBERS = frozenset(
    {
        *("aclose", "call", "close", "connection", "preload", "request", "revision"),
        *("with_answer", "with_connection", "with_options"),
    }
)

# What a method has beside its keywords.
METHOD_ARGUMENTS = frozenset({"extra", "self"})

# What the constructor of a model has beside its members.
MODEL_ARGUMENTS = frozenset({"self"})

# What the generated modules import, or what a reader would take for something else.
TAKEN_CLASSES = frozenset(
    {
        *dir(builtins),
        *("Any", "ClassVar", "Iterator", "Literal", "Mapping", "Sequence"),
        *(
            "Answer",
            "AsyncFamily",
            "AsyncKlaviyo",
            "AsyncPages",
            "Bearer",
            "Comparison",
            "Direct",
            "Extra",
            "Family",
        ),
        *("Fields", "Filter", "Klaviyo", "Link", "Maton", "Page", "Pages", "Raw", "Resource", "Returns"),
        *("Revision", "Timeout", "UNSET", "UnsetType", "ValueObject", "Wait"),
    }
)

# Names of devices that some file systems keep for themselves.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)

_INVARIANT = frozenset({"series", "content"})


class UnfitNameError(ValueError):
    """A name of the spec has no name in Python; the message says why."""


def is_device(name: str) -> bool:
    """Tell whether some file systems keep a name for themselves, and have no file that is called so."""
    return name.lower() in _DEVICES


def identifier(word: str) -> str:
    """Return the Python name of a member or an argument: ``_kx`` gives ``kx``, hyphens underscores."""
    return _short(_identifier(word))


def parameter_name(key: str) -> str:
    """Return the keyword of a query parameter: ``page[size]`` gives ``page_size``.

    It may be longer than other names, because no spec can shorten it.
    """
    found = re.fullmatch(r"([^\[\]]+)(?:\[([^\[\]]+)\])?", key)
    if found is None:
        raise UnfitNameError("a parameter is a name, or a name with another in brackets")
    return "_".join(_identifier(part) for part in found.groups() if part)


def filter_name(path: str) -> str:
    """Return the Python name of a filter field: ``metric.id`` gives ``metric_id``.

    A path may be longer than other names, because no spec can shorten it.
    """
    return "_".join(_identifier(part) for part in path.split("."))


def own_name(word: str) -> str:
    """Return the Python name of a family, a method or a module, which the spec chooses freely."""
    if not re.fullmatch(r"[a-z]+(_[a-z]+)*", word):
        raise UnfitNameError("such a name has small letters only, with underscores between words")
    if is_device(word):
        raise UnfitNameError("some systems cannot have a file of that name")
    return identifier(word)


def class_name(word: str) -> str:
    """Return the class of a JSON:API type or of a named type: ``coupon-code`` gives ``CouponCode``."""
    name = "".join(part[:1].upper() + part[1:] for part in word.split("-"))
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
        raise UnfitNameError("a class has letters and digits, and begins with a letter")
    if name[-1].isdigit():
        raise UnfitNameError("a digit at the end tells nobody what it is")
    if name in TAKEN_CLASSES or keyword.iskeyword(name):
        raise UnfitNameError("Python or the package means something else by it")
    return _short(name)


def type_name(word: str) -> str:
    """Return the class of a named type or a form, which is called as its class is."""
    name = class_name(word)
    if name != word:
        raise UnfitNameError(f"a type is called as its class is, {name!r}")
    return name


def camel(name: str) -> str:
    """Return the class of a family or of a method: ``coupon_codes`` gives ``CouponCodes``."""
    return "".join(word.capitalize() for word in name.split("_"))


def linkage_name(relationship: str, *, many: bool) -> str:
    """Return the name under which the ids of a relationship are read and written: ``list_ids``."""
    return identifier(f"{singular(relationship)}-ids" if many else f"{relationship}-id")


def singular(word: str) -> str:
    """Return the word for one of what a plural names: ``categories`` gives ``category``."""
    if word.rsplit("-", maxsplit=1)[-1] in _INVARIANT or word.endswith(("ss", "us", "is")):
        return word
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("uses", "us"), ("xes", "x"), ("s", "")):
        if word.endswith(ending):
            return word.removesuffix(ending) + replacement
    return word


def _identifier(word: str) -> str:
    if not re.fullmatch(r"_?[A-Za-z][A-Za-z0-9_-]*", word):
        raise UnfitNameError("a name has letters, digits, hyphens and underscores, and begins with a letter")
    name = word.replace("-", "_").lstrip("_")
    if keyword.iskeyword(name):
        raise UnfitNameError("it is a keyword of Python")
    return name


def _short(name: str) -> str:
    if len(name) > MAXIMUM:
        raise UnfitNameError(f"it is longer than {MAXIMUM} characters")
    return name


@define
class Scope:
    """Names that must differ from one another, as those of one class or of one call.

    ``reserved`` are taken before the spec is read. ``folded`` scopes tell no small letters from capitals,
    because the names become files.
    """

    what: str
    problems: Problems
    reserved: frozenset[str] = frozenset()
    folded: bool = False
    _taken: dict[str, str] = field(factory=dict[str, str], init=False)

    def name(self, word: str, position: Position, convert: Callable[[str], str] = identifier) -> str:
        """Return the Python name of a word and take it; what is refused or taken becomes a problem."""
        try:
            name = convert(word)
        except UnfitNameError as error:
            self.problems.add(position, f"{word!r} can be no name in {self.what}: {error}")
            return word
        self.take(name, word, position)
        return name

    def take(self, name: str, word: str, position: Position) -> None:
        """Take a Python name that a word of the spec leads to."""
        if name in self.reserved:
            self.problems.add(position, f"{name!r} is taken in {self.what}", "choose another name")
            return
        key = name.lower() if self.folded else name
        other = self._taken.get(key)
        if other is None:
            self._taken[key] = word
            return
        both = f"{word!r} stands twice" if other == word else f"{other!r} and {word!r} are both {name!r}"
        self.problems.add(position, f"{both} in {self.what}")


@frozen(order=True)
class Name:
    """A public name of the package: where it lives, the name itself, the kind of thing it names."""

    scope: str
    name: str
    kind: str


def names(api: ir.Api) -> list[Name]:
    """Return the names that one revision of the package has because of the spec, sorted."""
    found = [Name("models", value.name, "class") for value in api.values]
    found += [Name("models", form.name, "class") for form in api.forms]
    for resource in api.resources:
        found.append(Name("models", resource.name, "class"))
        found += [Name(resource.name, shown.property.name, "member") for shown in resource.attributes]
        for relationship in resource.relationships:
            found += [
                Name(resource.name, name, "member") for name in (relationship.name, relationship.ids_name)
            ]
    for value in api.values:
        found += [Name(value.name, member.name, "member") for member in value.properties]
    for family in (*api.families, api.gateway.family):
        found.append(Name("client", family.name, "family"))
        found += [Name(family.name, operation.name, "method") for operation in family.operations]
        found += [Name(family.name, composition.name, "method") for composition in family.compositions]
    return sorted(found)
