"""A folder of one's own, and the commands in it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tremplin.cli.main import main

PUBLIC = "EuroMillions 2027-01-29=3 14 15 35 42 + 2 7"


@dataclass(frozen=True)
class Said:
    """How a command ended: its status, what it said, and what it complained about."""

    status: int
    out: str
    err: str


Tremplin = Callable[..., Said]


@pytest.fixture
def tremplin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tremplin:
    """Runs a command in the test's own folder, without a terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TREMPLIN_DEBUG", raising=False)

    def run(*words: str) -> Said:
        try:
            status = main(words)
        except SystemExit as ended:
            status = int(ended.code or 0)
        told = capsys.readouterr()
        return Said(status, told.out, told.err)

    return run
