"""Telling that work goes on: what is said when, and that it never costs the work."""

import io
import threading
import time

import pytest

from tremplin.cli.progress import Working


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Gone(Terminal):
    """A terminal whose window was closed: every write fails, as the system says it."""

    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Working, "PATIENCE", 0.02)


def test_short_work_says_nothing() -> None:
    out = Terminal()
    with Working("Adding", out):
        pass
    assert out.getvalue() == ""


def test_a_terminal_sees_it_move_and_is_left_clean() -> None:
    out = Terminal()
    with Working("Adding", out):
        time.sleep(0.35)
    frames = out.getvalue().split("\r")
    assert sum("Adding [" in frame for frame in frames) >= 2
    assert frames[-2].strip() == ""


def test_without_a_terminal_it_is_said_once() -> None:
    out = io.StringIO()
    with Working("Adding", out):
        time.sleep(0.35)
    assert out.getvalue() == "Adding …\n"


@pytest.mark.parametrize("screen", [Terminal, io.StringIO, Gone])
@pytest.mark.parametrize("when", [0.0, 0.25])
def test_a_screen_that_goes_away_costs_the_telling_and_not_the_work(
    screen: type[io.StringIO], when: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standard error closed in the middle once ended a command whose work was done."""
    unforeseen: list[object] = []
    monkeypatch.setattr(threading, "excepthook", unforeseen.append)
    out = screen()
    done = False
    with Working("Adding", out):
        time.sleep(when)
        out.close()
        time.sleep(0.15)
        done = True
    assert done
    assert not unforeseen
