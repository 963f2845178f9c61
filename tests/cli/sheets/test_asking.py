"""What a person at a terminal is asked before anything is done, and what they can answer."""

import io
import sys
from pathlib import Path

import pytest

from tests.cli.sheets.tables import put
from tremplin.cli.main import main


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def asked(monkeypatch: pytest.MonkeyPatch, folder: Path, answers: str, *words: str) -> tuple[int, str]:
    """A command at a terminal at which these lines are typed: its status and all that it said."""
    screen = Terminal()
    with monkeypatch.context() as here:
        here.chdir(folder)
        here.setattr(sys, "stdin", Terminal(answers))
        here.setattr(sys, "stdout", screen)
        here.setattr(sys, "stderr", screen)
        status = main(words)
    return status, screen.getvalue()


@pytest.fixture(autouse=True)
def scores(tmp_path: Path) -> None:
    put(tmp_path, "code;Mean;Other;low;high\na;7;1;6;8\nb;5;2;4;6\nc;3;3;2;4\n", "scores.csv")


SELECT = ("select", "scores.csv", "--places", "1")


def test_yes_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, said = asked(monkeypatch, tmp_path, "y\n", *SELECT)
    assert status == 0
    assert "Are these the right columns?" in said
    assert (tmp_path / "scores-selection.csv").exists()


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_anything_else_ends_it_with_nothing_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    status, said = asked(monkeypatch, tmp_path, answer, *SELECT)
    assert status == 1
    assert "Nothing was written." in said
    assert [path.name for path in tmp_path.iterdir()] == ["scores.csv"]


def test_a_better_column_can_be_named_and_is_shown_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, said = asked(monkeypatch, tmp_path, "score=Best\nscore=Other\ny\n", *SELECT, "--rule", "top")
    assert status == 1  # the interval does not hold that score
    assert "has no column “Best”" in said
    assert said.count("Are these the right columns?") == 3
    assert "score  C “Other”" in said
    assert "does not hold the score 1" in said


def test_who_has_named_every_column_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, said = asked(
        monkeypatch, tmp_path, "", *SELECT, "--columns", "code=code,score=Mean,low=low,high=high"
    )
    assert status == 0
    assert "Are these" not in said
