"""The generated tree: complete, the same in every process, and safe for what is not its own."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen import load_spec
from codegen import output as output_module
from codegen.output import build, places
from codegen.spec import Spec
from codegen.writing import ForeignFileError, differences, write
from tests.codegen.specs import KLAVIYO, NEW, OLD, SPEC, write_spec
from tests.package.fresh import GENERATED, ROOT, environment, run

BANNER = re.compile(
    r'# (Generated|Copied) by "make generate" from (?P<source>[\w./]+)'
    r"( at \d{4}-\d\d-\d\d)?\. Edit (the spec|that file), not this (file|one)\."
)

SHOP = """
import json, warnings
warnings.filterwarnings("ignore", "revision 2024-10-15 was retired")
from shop import Direct, InMemory, Klaviyo, NotIncluded, Reply, filters, models
from shop.v2024_10_15 import Klaviyo as Older

def answer(request):
    document = {"data": [{"type": "profile", "id": "1", "attributes": {"location": {"city": "Wien"}}}]}
    return Reply(200, {}, json.dumps(document).encode())

shop = Klaviyo(Direct("pk_1"), http_client=InMemory(answer))
(profile,) = shop.profiles.list(filter=filters.profiles.list.email.equals("a@b.example"), include=["lists"])
assert isinstance(profile, models.Profile)
print(type(profile).__module__, profile.location.city, Older(Direct("pk_1")).revision)
"""


def quiet(_what: str, _count: int) -> None:
    """Take a step of the generator without a word."""


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    """The minimal spec."""
    return load_spec(write_spec(tmp_path_factory.mktemp("minimal")))


@pytest.fixture(scope="module")
def files(spec: Spec) -> dict[str, str]:
    """All files that the minimal spec makes, in a package called shop."""
    return build(spec, [OLD, NEW], "shop", quiet)


@pytest.fixture
def output(files: dict[str, str], tmp_path: Path) -> Path:
    """A folder with these files."""
    write(files, tmp_path)
    return tmp_path


def test_a_spec_makes_a_package_of_any_name_that_works(output: Path) -> None:
    assert run(SHOP, path=output).split() == ["shop.v2026_01_15.models.profiles", "Wien", OLD]


def test_the_default_revision_is_at_the_top_and_else_the_newest(spec: Spec, files: dict[str, str]) -> None:
    assert '".v2026_01_15.client"' in files["shop/__init__.py"]
    assert '".v2024_10_15.client"' in build(spec, [OLD], "shop", quiet)["shop/__init__.py"]


def test_every_file_names_in_its_first_line_what_to_edit(files: dict[str, str]) -> None:
    for path, text in files.items():
        if path == "shop/py.typed":
            assert text == ""
            continue
        first = text.partition("\n")[0]
        if path.endswith(".json"):
            first = "# " + json.loads(text)["x-generated"]
        if path.endswith(".md"):
            first = first.replace("<!-- ", "# ").removesuffix(" -->")
        banner = BANNER.fullmatch(first)
        assert banner, path
        assert banner["source"] == "spec" or banner["source"].startswith(("spec/", "codegen/runtime/"))


def test_the_sources_that_files_name_exist() -> None:
    firsts = {path.read_text(encoding="utf-8").partition("\n")[0] for path in GENERATED.rglob("*.py")}
    banners = [BANNER.fullmatch(first) for first in firsts]
    sources = {banner["source"] for banner in banners if banner}
    assert len(sources) > 1
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_the_manifest_lists_every_other_file_with_its_hash(output: Path, files: dict[str, str]) -> None:
    _, *lines = (output / "MANIFEST").read_text(encoding="utf-8").splitlines()
    listed = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    assert list(listed) == sorted(files.keys() - {"MANIFEST"})
    assert listed == {path: hashlib.sha256((output / path).read_bytes()).hexdigest() for path in listed}


def test_no_two_paths_are_one_where_names_tell_no_capitals() -> None:
    paths = [path.relative_to(GENERATED).as_posix() for path in GENERATED.rglob("*")]
    assert len({path.lower() for path in paths}) == len(paths)
    stems = {part.partition(".")[0].lower() for path in paths for part in path.split("/")}
    reserved = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
    assert stems & reserved == set()


def test_two_paths_that_are_one_where_names_tell_no_capitals_are_refused(
    spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:

    def folder(_revision: str) -> str:
        return "Runtime"

    monkeypatch.setattr(output_module, "folder", folder)
    with pytest.raises(ValueError, match="are one file where names tell no capitals"):
        build(spec, [NEW], "shop", quiet)


def test_lines_end_alike_everywhere(output: Path) -> None:
    for path in output.rglob("*"):
        if path.is_file() and path.stat().st_size:
            content = path.read_bytes()
            assert b"\r" not in content
            assert content.endswith(b"\n")
            content.decode("utf-8")


def test_two_processes_make_the_same_files(tmp_path: Path) -> None:
    trees: list[dict[str, bytes]] = []
    for seed in ("1", "2"):
        output = tmp_path / seed
        subprocess.run(
            [sys.executable, "-m", "codegen", "--output", str(output)],
            check=True,
            capture_output=True,
            env=environment(ROOT, PYTHONHASHSEED=seed),
            cwd=ROOT,
        )
        found = (path for path in output.rglob("*") if path.is_file())
        trees.append({path.relative_to(output).as_posix(): path.read_bytes() for path in found})
    assert trees[0] == trees[1]


def test_what_is_committed_is_what_the_spec_makes() -> None:
    spec = load_spec(SPEC)
    made = build(spec, spec.committed, "klaviyo_maton", quiet)
    apart = places({*spec.revisions} - {*spec.committed}, "klaviyo_maton")
    assert differences(made, GENERATED, apart) == {}


# ------------------------------------------------------------------------- comparing and writing


def change(output: Path) -> None:
    path = output / "shop/v2026_01_15/client.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def lose(output: Path) -> None:
    (output / "shop/runtime/flow.py").unlink()


def add(output: Path) -> None:
    shutil.copy(output / "shop/runtime/flow.py", output / "shop/runtime/flows.py")


def break_lines(output: Path) -> None:
    path = output / "openapi/2026-01-15.json"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


BREAKS: list[tuple[Callable[[Path], None], dict[str, str]]] = [
    (change, {"shop/v2026_01_15/client.py": "differs from what the spec makes"}),
    (lose, {"shop/runtime/flow.py": "is missing"}),
    (add, {"shop/runtime/flows.py": "is not made from the spec"}),
    (break_lines, {"openapi/2026-01-15.json": "differs from what the spec makes"}),
]


@pytest.mark.parametrize(("break_it", "found"), BREAKS, ids=lambda value: getattr(value, "__name__", ""))
def test_whatever_differs_is_found_and_mended(
    break_it: Callable[[Path], None], found: dict[str, str], output: Path, files: dict[str, str]
) -> None:
    assert differences(files, output) == {}
    break_it(output)
    assert differences(files, output) == found
    assert write(files, output) == 1
    assert differences(files, output) == {}
    assert write(files, output) == 0


def test_what_python_leaves_behind_is_no_difference(output: Path, files: dict[str, str]) -> None:
    leftover = output / "shop/__pycache__/__init__.cpython-311.pyc"
    leftover.parent.mkdir()
    leftover.touch()
    assert differences(files, output) == {}


def test_files_of_a_revision_that_is_gone_are_removed_with_their_folders(
    output: Path, files: dict[str, str]
) -> None:
    left = {path: text for path, text in files.items() if "2024" not in path}
    write(left, output)
    assert differences(left, output) == {}
    assert not (output / "shop/v2024_10_15").exists()


@pytest.mark.parametrize("path", ["shop/runtime/mine.py", "openapi/mine.json"])
def test_a_file_that_the_generator_did_not_make_stops_it(
    path: str, output: Path, files: dict[str, str]
) -> None:
    (output / path).write_text("mine\n", encoding="utf-8")
    lose(output)
    with pytest.raises(ForeignFileError, match=f"{path} was not made by the generator"):
        write(files, output)
    assert (output / path).read_text(encoding="utf-8") == "mine\n"
    assert not (output / "shop/runtime/flow.py").exists()


def test_files_beside_the_generated_ones_stay(output: Path, files: dict[str, str]) -> None:
    (output / "README.md").write_text("mine\n", encoding="utf-8")
    assert write(files, output) == 0
    assert (output / "README.md").exists()


def test_limits_of_tiers_reach_the_package(tmp_path: Path) -> None:
    spec = load_spec(write_spec(tmp_path, {"klaviyo.yaml": KLAVIYO.replace("75/s 700/m", "74/s 701/m")}))
    files = build(spec, [OLD, NEW], "shop", quiet)
    assert "Limits: 74 a second, 701 a minute" in files["shop/v2024_10_15/sync/profiles.py"]
    assert "Limits: 75 a second, 750 a minute" in files["shop/v2026_01_15/sync/profiles.py"]
