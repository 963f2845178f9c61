"""Commands that need no data make no data folder where somebody happens to stand."""

from pathlib import Path

import pytest
from bench.installation import Installation

from tests.cli.conftest import REAL

TEMPLATE = "openai-scholars-2019"


def folder_of(tmp_path: Path) -> Installation:
    """Settings as they come: no secret key, data in the current folder."""
    site = Installation(tmp_path, settings=REAL)
    for name in ("TREMPLIN_DATA_DIR", "TREMPLIN_SECRET_KEY"):
        del site.environment[name]
    return site


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["serve", "--help"],
        ["programme", "templates"],
        ["programme", "keys"],
        ["programme", "new", TEMPLATE],
        ["user", "add", "--help"],
    ],
)
def test_what_only_tells_something_writes_nothing(tmp_path: Path, words: list[str]) -> None:
    site = folder_of(tmp_path)
    done = site.run(*words)
    site.close()
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_programme_file_is_checked_without_leaving_anything(tmp_path: Path) -> None:
    site = folder_of(tmp_path)
    assert site.run("programme", "new", TEMPLATE, "--output", "plan.toml").returncode == 0
    done = site.run("programme", "check", "plan.toml")
    site.close()
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["plan.toml"]


def test_a_secret_key_is_there_once_something_is_signed_and_stays(tmp_path: Path) -> None:
    site = folder_of(tmp_path)
    sign = ("manage", "shell", "-v", "0", "-c", "from django.core import signing; print(signing.dumps(1))")
    signed = site.run(*sign).stdout.strip()
    kept = tmp_path / "tremplin-data" / "secret-key"
    assert kept.stat().st_mode & 0o077 == 0
    code = f"from django.core import signing; print(signing.loads({signed!r}))"
    read = site.run("manage", "shell", "-v", "0", "-c", code)
    site.close()
    assert read.stdout.strip() == "1", read.stderr
