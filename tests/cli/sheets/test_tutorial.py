"""The tutorial does what it says: each of its commands is run as printed, in its order, and says what is printed."""

import io
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tremplin.cli.main import main

DOCS = Path(__file__).parents[3] / "docs"
STEP = re.compile(r"```sh\n(.*?)```\n```text\n(.*?)```", re.DOTALL)
STEPS = STEP.findall((DOCS / "spreadsheets.md").read_text("utf-8"))


class Terminal(io.StringIO):
    """Somebody who says yes."""

    def isatty(self) -> bool:
        return True


def said(command: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a command says to somebody at a terminal, complaints included."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stderr", screen)
    words = shlex.split(command)
    assert words[0] == "tremplin"
    main(words[1:])
    monkeypatch.undo()
    return screen.getvalue()


def pattern(line: str) -> "re.Pattern[str]":
    """A printed line; “…” stands for whatever is another's own, such as a secret."""
    return re.compile(".*".join(re.escape(part) for part in line.split("…")))


def missing(printed: str, output: str) -> list[str]:
    """The printed lines that the command does not say, or not in that order."""
    lines = output.replace("KEY=HEADING] ", "KEY=HEADING] y\n").splitlines()
    place, lacking = 0, []
    for line in printed.splitlines():
        found = next((at for at in range(place, len(lines)) if pattern(line).fullmatch(lines[at])), None)
        if found is None:
            lacking.append(line)
        else:
            place = found + 1
    return lacking


def test_every_command_of_the_tutorial_says_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for example in (DOCS / "examples").glob("*.csv"):
        shutil.copy(example, tmp_path)
    assert len(STEPS) == 6
    for command, printed in STEPS:
        monkeypatch.chdir(tmp_path)
        output = said(command.strip(), monkeypatch)
        assert not missing(printed, output), output


def test_the_seal_of_the_tutorial_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first step to the last: what was published before is what the draw is checked against."""
    for example in (DOCS / "examples").glob("*.csv"):
        shutil.copy(example, tmp_path)
    outputs = []
    for command, _printed in STEPS:
        monkeypatch.chdir(tmp_path)
        outputs.append(said(command.strip(), monkeypatch))
    (seal,) = re.findall(r"^  ([0-9a-f]{64})$", outputs[0], re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    checked = said(f"tremplin verify marks-draw.json --sealed {seal}", monkeypatch)
    assert "The seal is the one that was published before." in checked
    monkeypatch.chdir(tmp_path)
    assert "does not hold" in said(f"tremplin verify marks-draw.json --sealed {'0' * 64}", monkeypatch)
