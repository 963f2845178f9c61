"""What an installation from the wheel alone would miss is missing in the wheel."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
BUILT = {".pyc", ".po", ".mo"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_every_file_of_the_package_travels(wheel: zipfile.ZipFile) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "tremplin"],
        cwd=SOURCE,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    wanted = {
        name for name in tracked if name and Path(name).suffix not in BUILT and (SOURCE / name).exists()
    }
    assert wanted - set(wheel.namelist()) == set()


def test_each_catalogue_travels_compiled_and_only_so(wheel: zipfile.ZipFile) -> None:
    sources = {
        path.relative_to(SOURCE).with_suffix(".mo").as_posix() for path in SOURCE.glob("**/locale/**/*.po")
    }
    names = set(wheel.namelist())
    assert sources
    assert sources <= names
    assert not [name for name in names if name.endswith((".po", ".pyc"))]
    assert not [name for name in names if name.startswith(("tests/", "bench/"))]
