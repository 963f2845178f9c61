"""Installations for the tests of commands."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.installation import Installation

from tests.once import made_once

REAL = "tremplin.web.settings"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """Settings, and nothing else."""
    made = Installation(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A whole Tremplin, migrated, which takes a while; to copy, not to change."""
    if os.environ.get("TREMPLIN_DATABASE_URL"):  # who made a database on a server drops it
        made = migrated(tmp_path_factory.mktemp("house"))
        yield made
        made.close()
    else:
        yield Installation(made_once(tmp_path_factory, "house", migrated), settings=REAL)


def migrated(folder: Path) -> Installation:
    folder.mkdir(exist_ok=True)
    made = Installation(folder, settings=REAL)
    done = made.run("migrate")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Migrated, with three submissions and two files; to copy, not to change."""
    made = Installation(tmp_path_factory.mktemp("filled"))
    assert made.run("migrate").returncode == 0
    fill(made)
    yield made
    made.close()


@pytest.fixture
def site(tmp_path: Path, filled: Installation) -> Iterator[Installation]:
    """A copy of `filled` of its own."""
    made = Installation(tmp_path, like=filled)
    yield made
    made.close()


@pytest.fixture
def whole(tmp_path: Path, house: Installation) -> Iterator[tuple[Installation, Installation]]:
    """Two installations of the real site: one at work, one empty."""
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    sites = (Installation(folders[0], settings=REAL, like=house), Installation(folders[1], settings=REAL))
    yield sites
    for made in sites:
        made.close()


FILL = """
from bench.site.models import Submission
from tremplin.core import clock
for number in range(3):
    Submission.objects.create(key=f"k{number}", text="Née à Orléans — ✓", at=clock.now())
"""


def fill(site: Installation) -> None:
    """Work of people: rows and files."""
    done = site.run("manage", "shell", "-v", "0", "-c", FILL)
    assert done.returncode == 0, done.stderr
    folder = site.data / "files" / "2027" / "01"
    folder.mkdir(parents=True)
    (folder / "essay.pdf").write_bytes(b"%PDF-1.7 essay")
    (folder / "empty.txt").write_bytes(b"")
