"""What is distributed: the import package alone, which works where nothing of this project is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from codegen.runtime.version import __version__
from tests.package.fresh import GENERATED, ROOT, environment, run

pytestmark = pytest.mark.slow

METADATA = f"klaviyo_maton-{__version__}.dist-info"

A_CALL = """
import json
import sys
import klaviyo_maton
from klaviyo_maton import Direct, InMemory, Klaviyo, Reply, Request

def answer(request: Request) -> Reply:
    document = {"data": {"type": "profile", "id": "01", "attributes": {"email": "a@b.example"}}}
    return Reply(200, {}, json.dumps(document).encode())

with Klaviyo(Direct("pk_1"), http_client=InMemory(answer)) as klaviyo:
    profile = klaviyo.profiles.get("01")
    print(json.dumps([klaviyo_maton.__file__, klaviyo_maton.__version__, profile.email]))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and with the wheel that is built from that."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment(None))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """The wheel."""
    (found,) = built.glob("*.whl")
    return found


def test_the_wheel_holds_the_import_package_and_its_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    listed = (GENERATED / "MANIFEST").read_text(encoding="utf-8").splitlines()
    ours = {path for line in listed if (path := line.split()[-1]).startswith("klaviyo_maton/")}
    assert "klaviyo_maton/py.typed" in ours
    assert names == ours | {
        f"{METADATA}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "licenses/LICENSE")
    }


def test_the_metadata_says_what_the_package_needs_and_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = Parser().parsestr(archive.read(f"{METADATA}/METADATA").decode())
    required = [need for need in metadata.get_all("Requires-Dist", []) if "extra ==" not in need]
    assert sorted(re.split("[<>=]", need)[0] for need in required) == ["attrs", "httpx", "msgspec"]
    assert metadata["Name"] == "klaviyo-maton"
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert str(metadata.get_payload()).strip() == (ROOT / "README.md").read_text(encoding="utf-8").strip()


def test_the_source_distribution_holds_what_the_generated_code_is_made_from(built: Path) -> None:
    (found,) = built.glob("*.tar.gz")
    with tarfile.open(found) as archive:
        tops = {name.split("/")[1] for name in archive.getnames()}
    assert tops == {
        *("codegen", "generated", "spec", "tests"),
        *(".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "PKG-INFO", "README.md", "pyproject.toml"),
    }


def test_the_wheel_works_alone_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    python = next(path for path in home.glob("*/python*") if path.stem == "python")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run(
        [*pip, "install", "--no-index", "--no-deps", str(wheel)], check=True, env=environment(None)
    )
    packages = Path(
        run("import sysconfig; print(sysconfig.get_path('purelib'))", python=python, path=None).strip()
    )
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    place, version, email = json.loads(run(A_CALL, python=python, path=None))
    assert Path(place).is_relative_to(packages)
    assert (version, email) == (__version__, "a@b.example")
