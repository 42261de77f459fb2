"""``python -m codegen`` as people call it: what it prints, what it writes, and its exit status."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from packaging.requirements import Requirement

from codegen import __main__ as cli
from codegen import load_spec, output
from tests.codegen.specs import KLAVIYO, NEW, OLD, PROFILES, write_spec
from tests.package.fresh import ROOT, environment, run

YOUNG = "2026-04-15"
WITH_YOUNG = KLAVIYO.replace(
    "tiers:", f"  {YOUNG}: {{deprecated: 2027-04-15, retired: 2028-04-15}}\ntiers:", 1
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose spec is the minimal one, with a revision that is not kept in the repository."""
    write_spec(tmp_path, {"klaviyo.yaml": WITH_YOUNG})
    monkeypatch.setattr(cli, "_ROOT", tmp_path)
    return tmp_path


def paths(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_it_renders_what_is_kept_and_says_in_which_steps(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([]) == 0
    revisions = {path.name for path in (project / "generated/klaviyo_maton").glob("v*/")}
    assert revisions == {"v2024_10_15", "v2026_01_15"}
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "   3 revisions of the spec read " in printed.out
    assert printed.out.splitlines()[-1].split()[1:3] == ["files", "made,"]


def test_a_check_writes_nothing_and_tells_what_differs(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main([])
    generated = project / "generated"
    assert cli.main(["--check"]) == 0
    (generated / "klaviyo_maton/py.typed").unlink()
    (generated / "klaviyo_maton/v2026_01_15/client.py").write_text("mine", encoding="utf-8")
    (generated / "openapi/other.json").write_text("{}", encoding="utf-8")
    before = paths(generated)
    capsys.readouterr()
    assert cli.main(["--check"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "generated/klaviyo_maton/py.typed is missing",
        "generated/klaviyo_maton/v2026_01_15/client.py differs from what the spec makes",
        "generated/openapi/other.json is not made from the spec",
        'run "make generate" and commit what it changes',
    ]
    assert paths(generated) == before


def test_where_nothing_is_a_check_finds_everything_missing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--check", "--output", str(project / "empty")]) == 1
    *missing, _ = capsys.readouterr().err.splitlines()
    assert all(line.endswith(" is missing") for line in missing)
    assert not (project / "empty").exists()


def test_another_revision_is_rendered_beside_those_that_are_kept_and_changes_no_other_file(
    project: Path,
) -> None:
    generated = project / "generated"
    assert cli.main([]) == 0
    before = paths(generated)
    manifest = (generated / "MANIFEST").read_bytes()
    assert cli.main(["--revision", YOUNG]) == 0
    added = paths(generated) - before
    assert {"klaviyo_maton/v2026_04_15/client.py", "openapi/2026-04-15.json"} <= added
    assert all(path.startswith(("klaviyo_maton/v2026_04_15/", "openapi/2026-04-15")) for path in added)
    assert before <= paths(generated)
    assert (generated / "MANIFEST").read_bytes() == manifest
    assert cli.main(["--check"]) == cli.main(["--check", "--revision", YOUNG]) == 0
    (generated / "klaviyo_maton/v2026_04_15/client.py").write_text("mine", encoding="utf-8")
    assert (cli.main(["--check"]), cli.main(["--check", "--revision", YOUNG])) == (0, 1)


def test_what_was_rendered_beside_goes_when_it_is_not_asked_for_again(project: Path) -> None:
    cli.main([])
    before = paths(project / "generated")
    cli.main(["--revision", YOUNG])
    assert cli.main([]) == 0
    assert paths(project / "generated") == before


def test_a_revision_is_imported_once_it_is_rendered_and_else_tells_how_that_is_done(project: Path) -> None:
    generated = project / "generated"
    cli.main([])
    for code in ("from klaviyo_maton.v2026_04_15 import Klaviyo", "from klaviyo_maton import v2026_04_15"):
        told = run(f"try:\n    {code}\nexcept ImportError as error:\n    print(error)", path=generated)
        assert 'make generate REVISIONS="2026-04-15"' in told
    cli.main(["--revision", YOUNG])
    use = "from klaviyo_maton import Direct, v2026_04_15; print(v2026_04_15.Klaviyo(Direct('pk_1')).revision)"
    assert run(use, path=generated) == f"{YOUNG}\n"


def test_make_passes_revisions_on() -> None:
    command = ["make", "--dry-run", "generate", f"REVISIONS={OLD} {YOUNG}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert f"-m codegen --revision={OLD} --revision={YOUNG}\n" in done.stdout


def test_git_ignores_exactly_the_revisions_that_are_not_kept() -> None:
    spec = load_spec(ROOT / "spec")
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/generated/klaviyo_maton/v*/", "/generated/openapi/*", "/generated/.rendered"} <= set(ignored)
    kept = [f"!/generated/{place}" for place in output.places(spec.committed, "klaviyo_maton")]
    assert [line for line in ignored if line.startswith("!")] == kept


def test_all_kept_revisions_by_name_are_what_is_committed(project: Path) -> None:
    assert cli.main(["--revision", NEW, "--revision", OLD, "--revision", NEW]) == 0
    named = paths(project / "generated")
    assert cli.main([]) == 0
    assert paths(project / "generated") == named


def test_spec_package_and_output_can_be_ones_own(tmp_path: Path) -> None:
    spec, output = write_spec(tmp_path), tmp_path / "deep/output"
    options = ["--spec", str(spec), "--output", str(output), "--package", "shop", "--revision", NEW]
    assert cli.main(options) == 0
    assert {path.name for path in output.iterdir()} == {
        ".rendered",
        "MANIFEST",
        "changelog",
        "openapi",
        "shop",
    }
    assert {path.name for path in (output / "shop").glob("v*/")} == {"v2026_01_15"}


@pytest.mark.parametrize("name", ["", "a-b", "../evil", "class", "a.b", "a/b", "1a", "_a", "é", "aux"])
def test_a_package_has_the_name_of_one(name: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["--package", name, "--output", str(project / "output")])
    assert caught.value.code == 2
    assert f"{name!r} is no name of a package" in capsys.readouterr().err
    assert not (project / "output").exists()


def needed() -> set[str]:
    """The packages that clients import here: our dependencies', and those of what they need in turn."""
    seen: set[str] = set()
    todo = {canonical(one) for one in dependencies("klaviyo-maton", {"", "testing"})}
    while todo:
        seen |= (done := todo)
        todo = {canonical(one) for name in done for one in dependencies(name, {""})} - seen
    packages = metadata.packages_distributions().items()
    names = {name for name, owners in packages if seen & {canonical(one) for one in owners}}
    return {name for name in names if not name.startswith("_")}


def canonical(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


def dependencies(name: str, extras: set[str]) -> list[str]:
    """The names of what an installed distribution requires, also on other versions of Python."""
    told = [Requirement(one) for one in metadata.requires(name) or []]
    return [one.name for one in told if any(marked(one, extra) for extra in extras)]


def marked(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


STANDARD = ["json", "typing"]
DEPENDENCIES = ["HTTPX", "brotli", "exceptiongroup", "h2", "sniffio", "trio", *sorted(needed())]


def test_dependencies_of_dependencies_are_needed() -> None:
    assert needed() >= {"anyio", "attr", "attrs", "certifi", "h11", "httpcore", "httpx", "idna", "msgspec"}


@pytest.mark.parametrize(
    "name", ["openapi", "OpenAPI", "changelog", "MANIFEST", "manifest", *STANDARD, *DEPENDENCIES]
)
def test_a_package_takes_no_name_that_stands_for_something_else(
    name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["--package", name, "--output", str(project / "output")])
    assert caught.value.code == 2
    assert re.search(rf"'{name}' (stands beside|is a package that)", capsys.readouterr().err)
    assert not (project / "output").exists()


def test_an_unknown_revision_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["--revision", "1999-01-01"])
    assert caught.value.code == 2
    assert f"unknown revision 1999-01-01; the spec has {OLD}, {NEW}, {YOUNG}" in capsys.readouterr().err
    assert not (project / "generated").exists()


def test_mistakes_of_the_spec_are_told_all_at_once_and_nothing_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = PROFILES.replace("created: date-time", "created: datetime").replace("limit: S", "limit: XXS", 1)
    write_spec(project, {"klaviyo.yaml": WITH_YOUNG, "resources/profiles.yaml": wrong})
    assert cli.main([]) == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[0].rpartition(":")[0].rpartition(":")[0] for line in told] == [
        "spec/resources/profiles.yaml"
    ] * len(told)
    assert any("unknown type 'datetime'; did you mean 'date-time'?" in line for line in told)
    assert any("'XXS'" in line for line in told)
    assert not (project / "generated").exists()


def test_what_no_package_can_be_is_told_and_nothing_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each part of the spec is right, and together they are not."""
    circle = {
        "resources/profiles.yaml": PROFILES.replace("city?: string", "city?: Elsewhere"),
        "types/other.yaml": "types:\n  Elsewhere: {summary: A place., properties: {back: Location}}\n",
    }
    name = f"L{'o' * 35}ng"
    long = {"resources/profiles.yaml": PROFILES.replace("  list:\n", f"  list:\n    class: {name}\n", 1)}
    for files, what in (
        (circle, "in a circle"),
        (long, f"'{name}Field', which is longer than 40 characters"),
    ):
        write_spec(project, {"types/other.yaml": "types: {}\n", **files})
        assert cli.main([]) == 2
        assert what in capsys.readouterr().err
        assert not (project / "generated").exists()


def test_a_spec_that_keeps_no_revision_needs_one_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_spec(project, {"klaviyo.yaml": KLAVIYO.replace(", committed: true", "")})
    options = ["--output", str(project / "output")]
    assert cli.main(options) == 2
    assert "no revision is committed: mark one with 'committed: true', or name" in capsys.readouterr().err
    assert not (project / "output").exists()
    assert cli.main([*options, "--revision", NEW]) == 0


def test_a_file_in_the_way_is_left_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = project / "output/klaviyo_maton/mine.py"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    assert cli.main(["--output", str(project / "output")]) == 2
    assert "mine.py was not made by the generator" in capsys.readouterr().err
    assert paths(project / "output") == {"klaviyo_maton/mine.py"}


def test_the_names_are_listed_and_nothing_else_happens(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--names", "--revision", NEW]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"{NEW} profiles add_lists method" in lines
    assert {line.split()[-1] for line in lines} == {"class", "family", "member", "method"}
    assert all(len(line.split()) == 4 for line in lines)
    assert not (project / "generated").exists()


def test_what_a_revision_changes_is_printed_and_stands_in_a_file_where_they_are_neighbours(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--changelog", OLD, NEW]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"# Revision {NEW} compared with {OLD}\n")
    assert not (project / "generated").exists()
    cli.main([])
    pages = project / "generated/changelog"
    assert {page.name for page in pages.iterdir()} == {f"{OLD}_{NEW}.md", f"{NEW}_{YOUNG}.md"}
    assert (pages / f"{OLD}_{NEW}.md").read_text(encoding="utf-8").endswith(f"-->\n\n{printed}")
    with pytest.raises(SystemExit) as caught:
        cli.main(["--changelog", OLD, "1999-01-01"])
    assert caught.value.code == 2


def test_the_schema_of_the_spec_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--schema"]) == 0
    Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))


def test_the_module_runs_from_a_copy_of_the_project_and_tells_its_options(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "codegen", tmp_path / "codegen", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "codegen", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(None),
        cwd=tmp_path,
    )
    for option in (
        "--check",
        "--revision",
        "--spec",
        "--output",
        "--package",
        "--names",
        "--schema",
        "--changelog",
    ):
        assert option in done.stdout
