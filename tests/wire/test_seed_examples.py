"""No example of the seeds is without its case."""

from __future__ import annotations

from codegen.cases import RequestCase
from tests.wire.roads import cases
from tests.wire.seeds import Example, endpoints, filters, queries, scripts, seed, unglued

_CASES = cases().requests


def _without_case(examples: list[Example], chosen: tuple[RequestCase, ...]) -> list[Example]:
    return [example for example in examples if not any(example.is_of(case) for case in chosen)]


def test_every_script_of_the_first_seed_has_its_case() -> None:
    """Its scripts call Klaviyo and Maton itself."""
    examples = [*scripts(seed("000"))]
    assert len(examples) == 42
    assert _without_case(examples, _CASES + cases().gateway) == []


def test_every_body_of_the_first_seed_has_its_case() -> None:
    """One body stands below its endpoint, not in a script."""
    examples = [example for example in endpoints(seed("000"), "2026-01-15") if example.body is not None]
    assert len(examples) == 1
    assert _without_case(examples, _CASES) == []


def test_every_filter_of_the_first_seed_has_its_case() -> None:
    """The table of operators, the combination, and the filters of notes and examples."""
    found = {*filters(seed("000"))}
    assert len(found) == 11
    assert found - {case.query.get("filter") for case in _CASES} == set()


def test_every_query_string_of_the_first_seed_has_its_case() -> None:
    """Sparse fields, includes and pages."""
    found = [*queries(seed("000"))]
    assert len(found) == 10
    assert [query for query in found if query not in [case.query for case in _CASES]] == []
    assert "2024-10-15" in {
        case.revision for case in _CASES if case.query == {"fields[profile]": "email,first_name"}
    }


def test_every_endpoint_of_the_second_seed_has_its_case() -> None:
    """It shows endpoints and bodies, and asks for one revision."""
    examples = [*endpoints(seed("001"), "2024-10-15")]
    assert len(examples) == 17
    assert _without_case(examples, _CASES) == []
    assert {*filters(seed("001"))} - {case.query.get("filter") for case in _CASES} == set()


def test_every_endpoint_of_the_third_seed_has_its_case() -> None:
    """It goes to Klaviyo itself, with a slash at the end of its paths."""
    examples = [*endpoints(unglued(seed("002")), "2024-10-15")]
    assert len(examples) == 13
    assert _without_case(examples, _CASES) == []
