"""The command that compares: what it prints, how it ends, and that it leaves the spec alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.openapi_schemas import Schema
from codegen.vendor.__main__ import main
from tests.codegen.specs import NEW, write_spec
from tests.vendor.documents import REVISIONS, vendor_path
from tests.vendor.small import changed, document

EMAIL = "/components/schemas/Profile/properties/attributes/properties/email"


def _written(path: Path, content: Schema) -> str:
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def _texts(directory: Path) -> dict[str, bytes]:
    files = [path for path in directory.rglob("*") if path.is_file()]
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


def test_a_document_equals_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _written(tmp_path / "stable.json", document())

    assert main(["diff", path, "--base", path]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2026-01-15 against the document of 2026-01-15",
        "2026-01-15: operations 2/2, fields 28/28, deviations 0 (0 facts)",
        "",
        "No difference beyond spec/deviations.yaml.",
    ]


def test_differences_make_it_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = _written(tmp_path / "base.json", document())
    upstream = _written(tmp_path / "stable.json", changed(EMAIL, None))

    assert main(["diff", upstream, "--base", base]) == 1
    assert "  profile: email gone · create_profile, get_profiles" in capsys.readouterr().out


def test_programs_get_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = _written(tmp_path / "base.json", document())
    upstream = _written(tmp_path / "stable.json", changed(EMAIL, None))

    assert main(["diff", upstream, "--base", base, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["operations"] == [2, 2]
    assert told["differences"][0] == {
        "operation": "get_profiles",
        "route": "GET /api/profiles",
        "place": "answer.data[].attributes.email",
        "kind": "extra member",
        "component": "Profile",
        "below": "attributes.email",
        "ours": "string | null",
        "vendors": "absent",
        "changes": [{"verdict": "breaking", "subject": "profile.email", "what": "gone"}],
    }


def test_the_spec_is_compared_at_the_latest_revision_it_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = write_spec(tmp_path)
    path = _written(tmp_path / "stable.json", changed("/info/version", "2026-07-15.pre"))

    assert main(["diff", path, "--spec", str(spec)]) == 1
    captured = capsys.readouterr()
    assert captured.err == f"the spec has no revision 2026-07-15.pre; the latest before it is {NEW}\n"
    assert captured.out.startswith(f"2026-07-15.pre against the spec at {NEW}\n")


@pytest.mark.parametrize(
    ("content", "base", "told"),
    [
        ("{", [], "this is no JSON"),
        (json.dumps(changed("/paths", {})), [], "no path begins with /api/ or /client/"),
        (json.dumps(document()), ["--base", "2020-01-15"], "'2020-01-15' is no file and no revision"),
        (
            json.dumps(changed("/info/version", "2020-01-15")),
            [],
            "no revision 2020-01-15 and none before",
        ),
    ],
)
def test_what_cannot_be_compared_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, base: list[str], told: str
) -> None:
    spec = write_spec(tmp_path)
    before = _texts(spec)
    path = tmp_path / "stable.json"
    path.write_text(content, encoding="utf-8")

    assert main(["diff", str(path), "--spec", str(spec), *base]) == 2
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.out == ""
    assert _texts(spec) == before


def test_a_base_may_be_a_revision_of_the_spec(capsys: pytest.CaptureFixture[str]) -> None:
    """Against an older revision, what came since is told as additions."""
    path = vendor_path(REVISIONS[-2])

    assert main(["diff", str(path), "--base", REVISIONS[0]]) == 1
    out = capsys.readouterr().out
    assert out.startswith(f"{REVISIONS[-2]} against the spec at {REVISIONS[0]}\n")
    assert "\nAdds\n" in out


def test_the_spec_says_what_the_vendor_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(vendor_path(REVISIONS[0]))]) == 0
    assert capsys.readouterr().out.endswith("\nNo difference beyond spec/deviations.yaml.\n")
