"""`tremplin` itself: help that is quick, usage that is told, faults in a sentence."""

import argparse
import io
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from tremplin import __version__
from tremplin.cli import main as entry
from tremplin.core.errors import UserError


def fresh(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_help_names_every_command_and_imports_no_framework() -> None:
    """Django takes most of a second to load; `--help` and a typing mistake must not wait for it."""
    code = "import sys; from tremplin.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    done = fresh(code + "print('django' in sys.modules, 'pydantic' in sys.modules)")
    assert done.stdout.strip().endswith("False False")
    for name in entry.COMMANDS:
        assert name in done.stdout


def test_help_of_a_command_imports_no_framework_either() -> None:
    code = "import sys; from tremplin.cli.main import main\ntry: main(['serve', '--help'])\nexcept SystemExit: pass\n"
    done = fresh(code + "print('django' in sys.modules)")
    assert "--port" in done.stdout
    assert done.stdout.strip().endswith("False")


@pytest.mark.parametrize("name", entry.COMMANDS)
def test_every_command_says_what_it_is_for_in_one_line(name: str) -> None:
    line = entry.help_of(name)
    assert line == import_module(f"tremplin.cli.{name}").HELP
    assert 10 < len(line) <= 90
    assert line[0].isupper()
    assert not line.endswith(".")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        entry.main(["--version"])
    assert ended.value.code == 0
    assert __version__ in capsys.readouterr().out


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        entry.main(["sevre"])
    assert ended.value.code == 2
    assert "serve" in capsys.readouterr().err


def test_without_words_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.main([]) == 0
    assert "migrate" in capsys.readouterr().out


class Stub:
    """A command that ends as told."""

    HELP = "Stub"

    def __init__(self, end: BaseException | int) -> None:
        self.end = end

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        pass

    def run(self, args: argparse.Namespace) -> int:
        if isinstance(self.end, BaseException):
            raise self.end
        return self.end


def run(monkeypatch: pytest.MonkeyPatch, end: BaseException | int) -> int:
    monkeypatch.setattr(entry, "import_module", lambda name: Stub(end))
    monkeypatch.delenv("TREMPLIN_DEBUG", raising=False)
    return entry.main(["serve"])


def test_a_fault_is_a_sentence_and_a_remedy_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, UserError("The port is taken.", "Choose another.")) == 1
    assert capsys.readouterr().err == "tremplin: The port is taken.\n  Choose another.\n"


def test_a_bug_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError):
        run(monkeypatch, ZeroDivisionError())


def test_for_developers_faults_keep_their_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry, "import_module", lambda name: Stub(UserError("x")))
    monkeypatch.setenv("TREMPLIN_DEBUG", "1")
    with pytest.raises(UserError):
        entry.main(["serve"])


@pytest.mark.parametrize(("end", "status"), [(0, 0), (1, 1), (KeyboardInterrupt(), 130)])
def test_the_exit_status_says_how_it_went(
    monkeypatch: pytest.MonkeyPatch, end: BaseException | int, status: int
) -> None:
    assert run(monkeypatch, end) == status


def test_what_is_left_for_a_reader_that_has_gone_goes_nowhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (tmp_path / "screen").open("w") as screen:
        monkeypatch.setattr(sys, "stdout", screen)
        assert run(monkeypatch, BrokenPipeError()) == 0
        print("the rest")
    assert (tmp_path / "screen").read_text() == ""


def test_a_terminal_of_another_encoding_gets_every_sign(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(written, encoding="ascii"))
    assert run(monkeypatch, UserError("There is no cohort “été”.")) == 1
    sys.stderr.flush()
    assert written.getvalue().decode() == "tremplin: There is no cohort “été”.\n"


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    command = f"{sys.executable} -m tremplin.cli.main manage help | true"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
