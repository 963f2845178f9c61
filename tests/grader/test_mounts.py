"""What is shown to a box, on interpreters installed in different ways."""

from pathlib import Path

import numpy as np
import pytest

from tests.grader.helpers import loot
from tremplin.grader import Limits, mounts


@pytest.fixture(autouse=True)
def fresh() -> None:
    for cached in (mounts.interpreter, mounts._python, mounts.library_folders, mounts._shared_libraries):
        cached.cache_clear()


def places(option: str) -> list[str]:
    words = mounts.arguments(Limits(), ("numpy",))
    width = 1 if option == "--tmpfs" else 2
    return [words[i + width] for i, word in enumerate(words) if word == option]


def test_nothing_is_mounted_writable_but_scratch() -> None:
    words = mounts.arguments(Limits(), ("numpy",))
    assert "--bind" not in words
    assert places("--tmpfs")[-2:] == ["/tmp", "/dev/shm"]
    assert words[words.index("--remount-ro", words.index("/dev/shm")) + 1] == "/"


def test_whole_folders_of_installed_packages_are_never_mounted() -> None:
    site = str(Path(np.__file__).parents[1])
    shown = places("--ro-bind")
    assert site not in shown
    assert not any(site.startswith(place + "/") for place in shown if place != "/box/site/numpy")


def test_a_folder_of_packages_below_the_interpreter_gets_a_lid(tmp_path: Path) -> None:
    packages = tmp_path / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (tmp_path / "python3" / "dist-packages").mkdir(parents=True)
    assert mounts._lids([str(tmp_path)]) == {str(packages), str(tmp_path / "python3" / "dist-packages")}


def test_tremplin_itself_gets_a_lid_wherever_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "odd" / "place" / "tremplin"
    package.mkdir(parents=True)
    monkeypatch.setattr(mounts, "HERE", package / "grader")
    assert str(package) in mounts._lids([str(tmp_path)])


def test_a_lid_below_another_is_not_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "python3.11" / "site-packages" / "tremplin"
    package.mkdir(parents=True)
    monkeypatch.setattr(mounts, "HERE", package / "grader")
    assert mounts._lids([str(tmp_path)]) == {str(package.parent)}


def test_only_the_allowed_library_can_be_imported() -> None:
    body = """
loot = []
for name in ("django", "pytest", "pip", "setuptools", "tremplin"):
    try:
        __import__(name)
        loot.append(name)
    except ImportError:
        pass
"""
    assert loot(body) == []


def test_the_standard_library_is_there_after_the_user_has_changed() -> None:
    body = "import decimal, sqlite3, email.mime.text, xml.etree.ElementTree, random, unittest\nloot = 'all'"
    assert loot(body) == "all"
