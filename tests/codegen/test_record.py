"""What was rendered is not rendered again, and whatever changed is noticed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen import __main__ as cli
from codegen import record, writing
from tests.codegen.specs import NEW, PROFILES, write_spec
from tests.package.fresh import ROOT


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the minimal spec that was rendered already, by a copy of the generator."""
    write_spec(tmp_path)
    shutil.copytree(ROOT / "codegen", tmp_path / "codegen", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(record, "_CODEGEN", tmp_path / "codegen")
    assert run(tmp_path) == 0
    return tmp_path


def run(project: Path, *options: str) -> int:
    return cli.main(["--spec", str(project / "spec"), "--output", str(project / "output"), *options])


def is_current(project: Path, *options: str) -> bool:
    """Whether a run would render nothing."""
    with pytest.MonkeyPatch.context() as patch:
        rendered: list[str] = []

        def load_nothing(_spec: Path) -> None:
            rendered.append("")
            raise writing.ForeignFileError

        patch.setattr(cli, "load_spec", load_nothing)
        run(project, *options)
    return not rendered


def test_nothing_is_rendered_twice_and_one_line_says_so(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert is_current(project)
    (line,) = capsys.readouterr().out.splitlines()
    count = len(writing.existing(project / "output", ("MANIFEST", "changelog", "openapi", "klaviyo_maton")))
    assert line.split()[:-2] == [str(count), "files", "are", "current,", "nothing", "changed"]


def append(place: Path) -> None:
    place.write_text(place.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def add(place: Path) -> None:
    place.write_text("", encoding="utf-8")


INPUTS: list[tuple[Callable[[Path], None], str]] = [
    (append, "spec/klaviyo.yaml"),
    (append, "spec/resources/profiles.yaml"),
    (add, "spec/resources/new.yaml"),
    (append, "codegen/render.py"),
    (append, "codegen/runtime/flow.py"),
    (append, "codegen/templates/client.py.jinja"),
    (append, "codegen/templates/models/dataclass.jinja2"),
]
OUTPUTS: list[tuple[Callable[[Path], None], str]] = [
    (append, "output/klaviyo_maton/v2026_01_15/client.py"),
    (append, "output/MANIFEST"),
    (Path.unlink, "output/klaviyo_maton/py.typed"),
    (add, "output/klaviyo_maton/more.py"),
    (add, "output/openapi/more.json"),
]


@pytest.mark.parametrize(
    ("change", "place"), INPUTS + OUTPUTS, ids=lambda value: getattr(value, "__name__", value)
)
def test_each_change_of_what_is_read_or_written_is_noticed(
    change: Callable[[Path], None], place: str, project: Path
) -> None:
    change(project / place)
    assert not is_current(project)


@pytest.mark.parametrize("options", [("--revision", NEW), ("--package", "shop")], ids=" ".join)
def test_other_options_are_another_rendering(options: tuple[str, str], project: Path) -> None:
    assert not is_current(project, *options)


def test_another_version_of_a_tool_is_another_rendering(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(tool: str) -> str:
        return f"{tool}, the newest"

    monkeypatch.setattr(record, "version", version)
    assert not is_current(project)


def test_a_check_never_asks_the_record(project: Path) -> None:
    assert not is_current(project, "--check")


def test_a_rendering_that_fails_leaves_no_record_of_itself(project: Path) -> None:
    wrong = PROFILES.replace("limit: S", "limit: XXS", 1)
    write_spec(project, {"resources/profiles.yaml": wrong})
    assert run(project) == 2
    assert not is_current(project)
    write_spec(project)
    assert is_current(project)


@pytest.mark.parametrize("text", ["", "?", "a\nb\n", f"{'0' * 64}\n{'0' * 64}\n../spec\n"], ids=repr)
def test_what_is_no_record_of_ours_is_refused_and_left_alone(
    text: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = project / "output" / record.RECORD
    place.write_text(text, encoding="utf-8")
    assert not is_current(project)
    client = project / "output/klaviyo_maton/v2026_01_15/client.py"
    append(client)
    before = client.read_bytes()
    capsys.readouterr()
    assert run(project) == 2
    told = capsys.readouterr().err
    assert told == f"{place} was not made by the generator: remove it, or write elsewhere\n"
    assert (place.read_text(encoding="utf-8"), client.read_bytes()) == (text, before)
    place.unlink()
    assert run(project) == 0
    assert is_current(project)


def test_a_link_for_the_record_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place, elsewhere = project / "output" / record.RECORD, project / "elsewhere"
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    append(project / "spec/klaviyo.yaml")
    assert run(project) == 2
    assert f"{place} is a link" in capsys.readouterr().err
    assert elsewhere.read_bytes() == before


def test_other_names_of_a_record_keep_what_it_held(project: Path) -> None:
    place, elsewhere = project / "output" / record.RECORD, project / "elsewhere"
    elsewhere.hardlink_to(place)
    before = elsewhere.read_bytes()
    append(project / "spec/klaviyo.yaml")
    assert run(project) == 0
    assert place.read_bytes() != before
    assert elsewhere.read_bytes() == before
