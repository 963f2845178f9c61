"""The scripts of a source tree, where the machine lacks what they need: they name it, and say how to get it."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "scripts"
TOOLS = ("sh", "ls", "tail", "dirname", "mktemp", "cat", "rm", "chmod", "mkdir")
NOBODY = 65534
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Path]:
    """A folder to be the whole PATH: the least that a shell script needs; root is taken for somebody else."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(str(shutil.which(name)))
    provide(folder, "id", "echo 1000")
    return folder


def provide(folder: Path, name: str, does: str = ":") -> None:
    """A program that does no more than `does`."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def run(script: str, *words: str, path: Path | str, **environment: str) -> Done:
    return subprocess.run(
        [str(shutil.which("sh")), str(SCRIPTS / script), *words],
        env={"PATH": str(path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


ALL = {
    "chromium": "chromium",
    "bwrap": "bubblewrap",
    "xgettext": "gettext",
    "git": "git",
    "initdb": "postgresql",
}


def test_system_packages_are_silent_where_nothing_is_missing(programs: Path) -> None:
    for name in ALL:
        provide(programs, name)
    done = run("system-packages", path=programs)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("missing", ["chromium", "bwrap", "xgettext", "git"])
def test_a_missing_system_package_is_named_to_whoever_may_not_install_it(
    programs: Path, missing: str
) -> None:
    for name in ALL.keys() - {missing}:
        provide(programs, name)
    done = run("system-packages", path=programs)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"The tests need these packages, which are missing: {ALL[missing]}",
        f"Debian or Ubuntu: sudo apt-get install {ALL[missing]}",
    ]


def test_all_that_is_missing_is_named_at_once(programs: Path) -> None:
    done = run("system-packages", path=programs)
    assert done.returncode == 1
    assert "chromium bubblewrap gettext git" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_somebody_who_is_not_root_gets_the_list_and_nothing_is_installed(programs: Path) -> None:
    (programs / "id").unlink()
    (programs / "id").symlink_to(str(shutil.which("id")))
    provide(programs, "apt-get", "echo installing")
    for folder in (programs, *programs.parents):
        if folder.stat().st_uid == os.geteuid() and folder.is_relative_to("/tmp"):
            folder.chmod(0o755)
    done = subprocess.run(
        [str(shutil.which("sh")), "-s"],
        input=(SCRIPTS / "system-packages").read_text("utf-8"),
        env={"PATH": str(programs)},
        cwd="/",
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "bubblewrap" in done.stderr
    assert "installing" not in done.stdout


def test_root_on_debian_has_them_installed(programs: Path) -> None:
    provide(programs, "id", "echo 0")
    provide(programs, "apt-get", 'echo "$@" >&2')
    done = run("system-packages", path=programs)
    assert done.returncode == 0
    assert done.stdout.startswith("Installing for the tests: chromium bubblewrap gettext git")
    assert "install -y -qq --no-install-recommends chromium bubblewrap gettext git" in done.stderr


def test_root_without_apt_is_told_what_is_missing(programs: Path) -> None:
    provide(programs, "id", "echo 0")
    done = run("system-packages", path=programs)
    assert done.returncode == 1
    assert "missing: chromium" in done.stderr


def test_an_environment_needs_a_python(programs: Path, tmp_path: Path) -> None:
    done = run("venv", "python3", str(tmp_path / "venv"), path=programs)
    assert done.returncode == 1
    assert "Python is missing: install Python 3.11 or newer" in done.stderr


def test_an_environment_needs_a_python_that_is_new_enough(programs: Path, tmp_path: Path) -> None:
    provide(programs, "python3", '[ "$1" = --version ] && echo Python 3.9.2; [ "$1" = --version ]')
    done = run("venv", "python3", str(tmp_path / "venv"), path=programs)
    assert done.returncode == 1
    assert "Python 3.9.2 is too old. Use: make PYTHON=" in done.stderr


def test_an_environment_needs_the_module_that_makes_it(programs: Path, tmp_path: Path) -> None:
    provide(programs, "python3", 'case "$2" in *ensurepip*) exit 1;; esac')
    done = run("venv", "python3", str(tmp_path / "venv"), path=programs)
    assert done.returncode == 1
    assert "sudo apt-get install python3-venv" in done.stderr


def test_a_database_server_for_no_command_is_wrong_usage(programs: Path) -> None:
    done = run("postgres", "run", path=programs)
    assert done.returncode == 2
    assert "usage: scripts/postgres run COMMAND" in done.stderr


def test_texts_cannot_be_collected_without_gettext_and_no_catalogue_changes(
    programs: Path, tmp_path: Path
) -> None:
    """In a copy with one app: the fault names gettext, and the catalogue is what it was."""
    tree = tmp_path / "tree"
    app = tree / "src" / "tremplin" / "review"
    shutil.copytree(ROOT / "src" / "tremplin" / "review", app)
    (tree / "scripts").mkdir()
    shutil.copy(SCRIPTS / "messages", tree / "scripts")
    (tree / ".venv" / "bin").mkdir(parents=True)
    provide(tree / ".venv" / "bin", "python", f'exec {sys.executable} "$@"')
    catalogue = app / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    before = catalogue.read_bytes()
    done = subprocess.run(
        [str(shutil.which("sh")), str(tree / "scripts" / "messages")],
        env={"PATH": str(programs), "TREMPLIN_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "gettext" in done.stderr
    assert catalogue.read_bytes() == before
