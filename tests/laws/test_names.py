"""Names are short, tell things apart, and never meet."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from inspect import signature
from keyword import iskeyword

import pytest

from codegen import ir
from codegen.__main__ import main
from klaviyo_maton import Klaviyo
from tests.laws.playing import Case, by_revision, cases
from tests.strategies import Model, Revision, models

each_model = cases(lambda revision: [(model.name, model) for model in models(revision)])
each_family = cases(lambda revision: [(family.name, family) for family in revision.api.families])


def test_listed_names_are_short_and_unique(capsys: pytest.CaptureFixture[str]) -> None:
    """No scope has a name twice, none is longer than 40, and none is told from another by a number."""
    assert main(["--names"]) == 0
    lines = [tuple(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert [name for name, count in Counter(line[:3] for line in lines).items() if count > 1] == []
    assert [
        line for line in lines if len(line[2]) > 40 or not line[2].isidentifier() or iskeyword(line[2])
    ] == []
    assert {name for *_, name, kind in lines if name[-1].isdigit() and kind != "member"} == set()


@by_revision
def test_aliases_are_short(revision: Revision) -> None:
    """The names of lists of choices are as short, and no number ends them either."""
    aliases = [name for name in vars(import_module(f"{revision.package}.literals")) if name[0].isupper()]
    assert len(aliases) > 50
    assert [name for name in aliases if len(name) > 40 or name[-1].isdigit()] == []


@each_model
def test_members_have_names_of_their_own(case: Case[Model]) -> None:
    """Two members of a class never share a name, and a name ends with a number only where the key does."""
    members = case.item.members
    resource = case.item.resource
    linked = [] if resource is None else [(item.name, item.ids_name) for item in resource.relationships]
    names = [member.name for member in members] + [name for pair in linked for name in pair]
    names += [] if resource is None else ["id", "type"]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [item.name for item in members if item.name[-1].isdigit() != item.key[-1].isdigit()] == []


@each_family
def test_methods_and_keywords_have_names_of_their_own(case: Case[ir.Family]) -> None:
    """A family meets no member of the client, and the keywords of each method are all it takes."""
    assert not hasattr(Klaviyo.__mro__[1], case.item.name)
    module = import_module(f"{case.revision.package}.sync.{case.item.name}")
    made = getattr(module, "".join(word.title() for word in case.item.name.split("_")))
    for operation in case.item.operations:
        keywords = keywords_of(operation)
        assert [word for word, count in Counter(keywords).items() if count > 1] == []
        parameters = signature(getattr(made, operation.name)).parameters
        assert sorted(parameters) == sorted([*keywords, "self", "extra"])


def keywords_of(operation: ir.Operation) -> list[str]:
    """Give the keywords that a method must have."""
    found = [item.name for item in operation.path_parameters]
    found += [item.name for item in operation.query_parameters]
    for prefix, sets in (
        ("fields", operation.fieldsets),
        ("additional_fields", operation.additional_fieldsets),
    ):
        found += [f"{prefix}_{item.type.replace('-', '_')}" for item in sets]
    found += ["filter"] if operation.filtering else []
    found += ["include"] if operation.include else []
    found += ["sort"] if operation.sort else []
    if operation.paging:
        found += ["page_cursor"] if operation.paging.cursor else []
        found += ["page_size"] if operation.paging.maximum is not None else []
    match operation.body:
        case ir.FormBody(form):
            found += [item.name for item in form.attributes]
            found += [item.name for item in form.linkages]
            found += ["id"] if form.id != "absent" and "id" not in found else []
            found += [] if form.meta is None else ["meta"]
        case ir.IdentifierBody(_, many):
            found += ["ids" if many else "related_id"]
        case ir.JsonBody(properties):
            found += [item.name for item in properties]
        case ir.MultipartBody(file, fields):
            found += [file, *(item.name for item in fields)]
        case None:
            pass
    return found
