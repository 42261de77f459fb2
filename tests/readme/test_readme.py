"""What the README says in code is true: its Python runs, its commands exist, its spec is rendered."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from inspect import isclass
from pathlib import Path

import pytest

import klaviyo_maton
from codegen.__main__ import main
from klaviyo_maton import KlaviyoError
from klaviyo_maton.runtime import connection
from tests.package.fresh import ROOT, environment
from tests.readme.blocks import README, Block, blocks, commands, extend
from tests.rivals.claims import CHECKS, sentence
from tests.vendor.documents import vendor_path

TEXT = README.read_text(encoding="utf-8")
PYTHON = (sys.executable, "-m")
DISTRIBUTED = ("codegen", "generated", "spec", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")
PAGE = "Breaks what worked\n"
WRONG = "# type checkers report this line"

_ERROR = re.compile(r"^\| (?P<arrows>(↳ )*)`(?P<name>\w+)` \|", re.MULTILINE)
_PATH = re.compile(r"(?<![\w/.])(?:codegen|spec|tests|generated)/[\w./-]*\w")
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)


def run(*command: str | Path, path: str = "", cwd: Path = ROOT, accepted: Sequence[int] = (0,)) -> str:
    """Run a command that must end with one of some statuses; return what it printed."""
    env = environment(Path(path)) if path else environment(None)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=env)
    assert done.returncode in accepted, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is distributed, for commands that write."""
    folder = tmp_path_factory.mktemp("copy")
    for name in DISTRIBUTED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    return folder


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package, with the endpoints in it that the README adds to the spec."""
    folder = tmp_path_factory.mktemp("extended")
    shutil.copytree(ROOT / "spec", folder / "spec")
    assert extend(folder)
    assert main(["--spec", str(folder / "spec"), "--output", str(folder / "output")]) == 0
    return folder / "output"


def test_every_block_is_of_a_language_that_is_tested_here() -> None:
    assert {block.language for block in blocks()} == {"python", "shell", "text", "yaml"}
    assert 2 * len(blocks()) == len(re.findall("^```", TEXT, re.MULTILINE))


def test_the_python_runs_and_prints_what_it_says(extended: Path) -> None:
    run(*PYTHON, "tests.readme.play", path=f"{extended}")


def test_the_python_is_typed_but_for_what_is_said_to_be_wrong(extended: Path, tmp_path: Path) -> None:
    code = "\n".join(block.code for block in blocks() if block.language == "python")
    program = tmp_path / "readme.py"
    program.write_text(code, encoding="utf-8")
    options = ["--strict", "--config-file=", f"--cache-dir={tmp_path}"]
    said = run(*PYTHON, "mypy", *options, program, path=f"{extended}", cwd=tmp_path, accepted=(1,))
    reported = {int(line.split(":")[1]) for line in said.splitlines() if ": error: " in line}
    assert {number for number, line in enumerate(code.splitlines(), 1) if WRONG in line} == reported, said


@pytest.mark.parametrize("command", commands())
def test_a_command_is_one(command: str, copy: Path) -> None:
    match shlex.split(command):
        case ["make", target, *variables]:
            assert run("make", "--dry-run", target, *variables)
        case ["python", "-m", "codegen", *options]:
            assert run(*PYTHON, "codegen", *options, cwd=copy)
        case ["pip", "install", "."]:
            options = ["--dry-run", "--no-index", "--no-deps", "--no-build-isolation"]
            assert "klaviyo-maton" in run(*PYTHON, "pip", "install", *options, ".", cwd=copy)
        case ["export", assignment]:
            name, _, value = assignment.partition("=")
            assert name in {
                connection.KLAVIYO_API_KEY,
                connection.MATON_API_KEY,
                connection.MATON_CONNECTION_ID,
            }
            assert value
        case _:
            pytest.fail(f"nobody knows how to test {command!r}")


def test_the_targets_are_those_of_the_makefile() -> None:
    told = {line.split()[0] for line in run("make", "help").splitlines()}
    mentioned = set(re.findall(r"(?:^|`)make ([a-z]+)(?:$|`)", TEXT, re.MULTILINE))
    assert mentioned <= told
    assert mentioned >= {"generate", "check", "test", "demo", "bench", "help"}


def paths() -> list[str]:
    """The paths of the project that the README names, in pictures as well."""
    added = {match[1] for block in blocks() if (match := re.match(r"# (spec/\S+)", block.code))}
    return sorted(set(_PATH.findall(TEXT)) - added)


@pytest.mark.parametrize("path", paths())
def test_a_path_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    "block",
    [block for block in blocks() if block.language == "text" and not block.code.startswith(PAGE)],
    ids=lambda block: block.line,
)
def test_functions_in_a_picture_exist(block: Block) -> None:
    defined = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "codegen").rglob("*.py"))
    names = re.findall(r"(\w+)\(\w+[,)]", block.code)
    assert names
    assert [name for name in names if f"def {name}(" not in defined] == []


def test_an_excerpt_of_a_page_is_on_that_page() -> None:
    (excerpt,) = [block.code for block in blocks() if block.code.startswith(PAGE)]
    path = vendor_path("2026-04-15")
    page = run(*PYTHON, "codegen.vendor", "diff", path, "--base", "2026-01-15", accepted=(1,)).splitlines()
    assert [line for line in excerpt.splitlines() if line not in page] == []


def test_links_lead_somewhere() -> None:
    titles = [match["title"].lower() for match in _HEADING.finditer(TEXT)]
    anchors = {"#" + re.sub(r"[^\w -]", "", title).replace(" ", "-") for title in titles}
    targets = [match["target"] for match in _LINK.finditer(TEXT)]
    for target in targets:
        assert target.startswith("https://") or target in anchors or (ROOT / target).is_file(), target


def test_what_is_said_of_the_vendors_sdk_is_tried_on_it() -> None:
    """The section's points are the claims of ``make rivals``, each before what is said of this one."""
    section = TEXT.partition("## Why not the vendor's SDK")[2].partition("What it costs")[0]
    points = re.findall(r"^\* (.+)\n  \S", section, re.MULTILINE)
    assert points == [sentence(check) for check in CHECKS]
    (requirement,) = (ROOT / "tests/rivals/requirements.txt").read_text(encoding="utf-8").split()
    assert requirement.replace("==", "` ") in section


def errors() -> Iterator[type[KlaviyoError]]:
    """The classes of errors that the package exports, but the root."""
    for name in dir(klaviyo_maton):
        value = getattr(klaviyo_maton, name)
        if isclass(value) and issubclass(value, KlaviyoError) and value is not KlaviyoError:
            yield value


def test_the_table_of_errors_is_the_tree_of_errors() -> None:
    told = {match["name"]: match["arrows"].count("↳") for match in _ERROR.finditer(TEXT)}
    depths = {
        error: sum(issubclass(parent, KlaviyoError) for parent in error.mro()) - 2 for error in errors()
    }
    assert told == {error.__name__: depth for error, depth in depths.items()}
