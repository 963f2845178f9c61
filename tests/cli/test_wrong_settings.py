"""Settings and key files that are wrong, as a newcomer meets them on the command line: words, no traceback."""

import json
from pathlib import Path
from typing import Any

import pytest
from bench.installation import Installation

from tests.cli.conftest import REAL
from tremplin.cli import names


def told(done: Any, *words: str) -> None:
    """It ended with 1, in words and without a traceback."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


@pytest.fixture
def site(tmp_path: Path, house: Installation) -> Any:
    """Migrated, and with keys in its folder."""
    made = Installation(tmp_path, settings=REAL, like=house)
    del made.environment["TREMPLIN_SECRET_KEY"]
    (made.data / "secret-key").write_text("k" * 50)
    yield made
    made.close()


@pytest.mark.parametrize(
    "command", [["migrate"], ["user", "list"], ["serve", "--port", "1"], ["worker", "--once"]]
)
def test_every_command_tells_a_wrong_setting_in_words(site: Installation, command: list[str]) -> None:
    site.environment["TREMPLIN_UPLOAD_LIMIT_MB"] = "lots"
    told(
        site.run(*command),
        "tremplin: TREMPLIN_UPLOAD_LIMIT_MB (“lots”) is not a whole number.",
        "tremplin.env",
    )


def test_a_file_of_settings_that_is_no_text_is_told(site: Installation) -> None:
    (site.folder / "tremplin.env").write_bytes(b"TREMPLIN_SITE_NAME=\xff\xfe\n")
    told(site.run("user", "list"), "tremplin.env holds something that is no text", "UTF-8")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "should be a file with a key in it"),
        (None, "should be a file with a key"),
    ],
)
def test_a_secret_key_that_is_none_is_told(site: Installation, content: bytes | None, words: str) -> None:
    key = site.data / "secret-key"
    key.unlink()
    key.mkdir() if content is None else key.write_bytes(content)
    code = "from django.core.signing import dumps; dumps(1)"
    told(site.run("manage", "shell", "-v", "0", "-c", code), str(key), words, "backup")


def test_seal_keys_that_are_none_are_told(site: Installation) -> None:
    (site.data / "seal-keys").write_text("not a key\n")
    code = "from tremplin.core.sealed import seal; seal('x', context='y')"
    told(site.run("manage", "shell", "-v", "0", "-c", code), "holds something that is no key", "backup")


@pytest.mark.parametrize("command", [["migrate"], ["serve"], ["doctor"]])
def test_a_data_folder_that_cannot_be_is_told(tmp_path: Path, command: list[str]) -> None:
    site = Installation(tmp_path, settings=REAL)
    (tmp_path / "file").write_text("in the way")
    site.environment["TREMPLIN_DATA_DIR"] = str(tmp_path / "file" / "data")
    done = site.run(*command)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "TREMPLIN_DATA_DIR" in done.stdout + done.stderr
    site.close()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("TREMPLIN_SITENAME", "TREMPLIN_SITE_NAME"),
        ("TREMPLIN_SMTPURL", "TREMPLIN_SMTP_URL"),
        ("TREMPLIN_BASEURL", "TREMPLIN_BASE_URL"),
    ],
)
def test_the_doctor_names_a_setting_that_nothing_reads_and_the_one_that_was_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str, meant: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(written, "top secret")
    [found] = [one for one in names.unknown_names() if one.detail.startswith(written)]
    assert (found.name, found.state) == ("Settings", "warn")
    assert f"Did you mean {meant}?" in found.remedy
    assert "top secret" not in found.detail + found.remedy


def test_names_in_the_file_are_looked_at_too_and_known_ones_pass(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [
        "# TREMPLIN_NOTE=x",
        "export TREMPLIN_ODDITY=1",
        "tremplin_mail=file",
        "OTHER=1",
        "TREMPLIN_DEMO_DIR=x",
    ]
    (tmp_path / "tremplin.env").write_text("\n".join(lines), "utf-8")
    assert [one.detail.split()[0] for one in names.unknown_names()] == ["TREMPLIN_ODDITY"]
    (tmp_path / "tremplin.env").write_bytes(b"\xff")
    assert list(names.unknown_names()) == []


def test_the_doctor_tells_it_also_where_settings_are_broken(site: Installation) -> None:
    site.environment.update(TREMPLIN_MAIL="pigeon", TREMPLIN_SITENAME="x")
    done = site.run("doctor", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)["findings"]
    assert {one["state"] for one in found if one["name"] == "Settings"} == {"warn", "fail"}
