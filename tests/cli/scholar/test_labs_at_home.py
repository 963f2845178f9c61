"""A scholar's own machine: labs begun, checked and watched, without an installation and without a network."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tremplin.cli.main import main
from tremplin.cli.scholar import checking, place, words
from tremplin.cli.scholar.words import Tongue
from tremplin.curriculum import loader
from tremplin.grader import Report

SOLUTION = loader.lab("softmax").solution


@pytest.fixture(autouse=True)
def at_home(tmp_path, monkeypatch):
    """An empty folder, a system in English, and nothing kept from before."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TREMPLIN_LABS_DIR", str(tmp_path / ".kept"))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    umask = os.umask(0o022)
    yield
    os.umask(umask)


def labs(*given):
    return main(["labs", *given])


def wrong_value(code=SOLUTION):
    return code.replace("axis=-1", "axis=0")


def test_labs_are_listed_week_by_week_in_the_language_of_the_system(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert labs("list") == 0
    shown = capsys.readouterr().out
    assert "Semaine 1\n" in shown
    assert "Softmax et entropie croisée" in shown
    assert labs("list", "--json", "--week", "4") == 0
    assert {entry["week"] for entry in json.loads(capsys.readouterr().out)} == {4}


def test_a_lab_begins_with_its_file_its_notes_and_their_drawings(capsys):
    assert labs("start", "softmax", "--lang", "fr") == 0
    folder = Path("softmax")
    assert "raise NotImplementedError" in (folder / "lab.py").read_text()
    assert (folder / "notes.fr.md").is_file()
    assert (folder / "figures" / "shift.fr.svg").is_file()
    assert "cd softmax" in capsys.readouterr().out


def test_beginning_again_never_overwrites_work(capsys):
    labs("start", "softmax")
    Path("softmax/lab.py").write_text("mine = 1\n")
    Path("softmax/notes.en.md").unlink()
    capsys.readouterr()
    assert labs("start", "softmax") == 0
    assert Path("softmax/lab.py").read_text() == "mine = 1\n"
    assert "left softmax/lab.py as it is" in capsys.readouterr().out
    assert Path("softmax/notes.en.md").is_file()


def test_another_lab_does_not_move_into_its_folder(capsys):
    labs("start", "softmax")
    assert labs("start", "attention", "--folder", "softmax") == 1
    assert "holds another lab (softmax)" in capsys.readouterr().err


def test_an_unknown_lab_is_met_with_the_one_that_was_meant(capsys):
    assert labs("start", "sofmax") == 1
    assert "Did you mean softmax?" in capsys.readouterr().err


def test_a_check_says_what_holds_and_what_does_not(capsys):
    labs("start", "softmax")
    capsys.readouterr()
    assert labs("check", "softmax") == 1
    shown = capsys.readouterr().out
    assert "✗ softmax keeps the shape" in shown
    assert "is not written yet (line 22)" in shown
    Path("softmax/lab.py").write_text(SOLUTION)
    assert labs("check", "softmax") == 0
    assert "9 of 9 checks" in capsys.readouterr().out
    assert "[passed]" in (labs("list"), capsys.readouterr().out)[1]


def test_a_check_can_be_repeated_exactly_and_read_by_programs(capsys):
    Path("mine.py").write_text(wrong_value())
    found = []
    for _ in range(2):
        assert labs("check", "mine.py", "--lab", "softmax", "--json", "--seed", "5") == 1
        told = json.loads(capsys.readouterr().out)
        found.append([(check["id"], check["actual"]) for check in told["checks"]])
        assert (told["lab"], told["seed"], told["passed"]) == ("softmax", 5, False)
    assert found[0] == found[1]


def test_a_hint_opens_after_three_different_tries(capsys):
    labs("start", "softmax")
    for number, more in enumerate(("", "", "# 2\n", "# 3\n")):
        Path("softmax/lab.py").write_text(wrong_value() + more)
        capsys.readouterr()
        labs("check", "softmax")
        shown = capsys.readouterr().out
        assert ("hint: One row is one example" in shown) is (number == 3), number
    assert place.memory(Path("softmax"), Tongue("en")).failures["softmax-rows"] == 3


def test_a_notebook_is_checked_and_its_lines_are_told_by_cell(capsys):
    assert labs("start", "softmax", "--notebook") == 0
    capsys.readouterr()
    assert labs("check", "softmax/lab.ipynb") == 1
    shown = capsys.readouterr().out
    assert "(cell 3, line 9)" in shown


def test_of_a_file_and_a_notebook_the_one_saved_last_is_checked(capsys):
    labs("start", "softmax")
    labs("start", "softmax", "--notebook")
    Path("softmax/lab.py").write_text(SOLUTION)
    os.utime("softmax/lab.ipynb", (1, 1))
    capsys.readouterr()
    assert labs("check", "softmax") == 0
    assert "saved last" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("make", "given", "says"),
    [
        (None, [], "There is no lab in"),
        (None, ["softmax"], "There is no lab in softmax"),
        (None, ["gone.py"], "There is no file gone.py"),
        (b"x = 1\n", ["what.py"], "Which lab is what.py?"),
        (b"\xff\xfe", ["softmax.py"], "not a text file"),
        (b"\n", ["softmax.py"], "is empty"),
        (b"x" * 300_000, ["softmax.py"], "larger than 256 kB"),
        (b"{}", ["softmax.ipynb"], "not one"),
    ],
)
def test_what_cannot_be_checked_is_said_with_what_to_do(make, given, says, capsys):
    if make is not None:
        Path(given[0]).write_bytes(make)
    assert labs("check", *given) == 1
    told = capsys.readouterr().err.splitlines()
    assert says in told[0]
    assert len(told) == 2


def test_without_a_sealed_box_their_own_code_runs_and_they_are_told_so(capsys, monkeypatch):
    monkeypatch.setattr(checking.shutil, "which", lambda name: None)
    Path("softmax.py").write_text(SOLUTION)
    assert labs("check", "softmax.py") == 0
    assert "Run nobody else’s this way." in capsys.readouterr().out


def test_a_box_that_cannot_be_sealed_is_no_obstacle_either(capsys, monkeypatch):
    real = checking.grade
    refused = Report("softmax", 1, "refused", (), detail="no namespaces")
    monkeypatch.setattr(checking, "grade", lambda *a, **k: real(*a, **k) if "sandbox" in k else refused)
    monkeypatch.setattr(checking.shutil, "which", lambda name: "/usr/bin/bwrap")
    Path("softmax.py").write_text(SOLUTION)
    assert labs("check", "softmax.py") == 0
    assert "No sealed box" in capsys.readouterr().out


def test_a_library_that_is_missing_is_named_with_how_to_get_it(capsys, monkeypatch):
    real = place.read_lab
    lacking = lambda folder: replace(real(folder), libraries=("numpy", "no_such_library"))  # noqa: E731
    monkeypatch.setattr(place, "read_lab", lacking)
    labs("start", "softmax")
    assert "pip install 'tremplin[labs]'" in capsys.readouterr().out
    assert labs("check", "softmax") == 1
    assert "This lab needs no_such_library" in capsys.readouterr().out


def test_a_damaged_memory_is_named_and_not_overwritten(capsys):
    labs("start", "softmax")
    Path("softmax/.tremplin-lab.json").write_text("{")
    assert labs("check", "softmax") == 1
    assert ".tremplin-lab.json cannot be read" in capsys.readouterr().err
    assert Path("softmax/.tremplin-lab.json").read_text() == "{"


def test_watching_checks_at_once_and_after_a_save_and_survives_a_missing_file(capsys):
    labs("start", "softmax")
    file = Path("softmax/lab.py")
    steps = iter([lambda: file.write_text(SOLUTION), file.unlink, lambda: file.write_text("\n")])

    def sleep(_seconds):
        step = next(steps, None)
        if step is not None:
            step()

    args = type("Args", (), {"lang": "en", "file": "softmax", "lab": ""})()
    assert checking.watch(args, sleep=sleep, rounds=5) == 0
    shown = capsys.readouterr().out
    assert shown.index("0 of 9 checks") < shown.index("9 of 9 checks") < shown.index("is gone")
    assert "is empty" in shown


def test_a_save_is_checked_within_a_moment_and_control_c_ends_it():
    labs("start", "softmax")
    command = [sys.executable, "-m", "tremplin.cli.main", "labs", "watch", "softmax", "--lang", "en"]
    heard = {
        "preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    }  # a test in the background is deaf
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **heard) as watching:
        try:
            _until(watching, "0 of 9 checks")
            began = time.monotonic()
            Path("softmax/lab.py").write_text(SOLUTION)
            _until(watching, "9 of 9 checks")
            assert time.monotonic() - began < 20  # under a second on a machine that does nothing else
            watching.send_signal(signal.SIGINT)
            assert "No longer watching" in watching.stdout.read()
            assert watching.wait(20) == 0
        finally:
            watching.kill()


def _until(process, words):
    for line in process.stdout:
        if words in line:
            return
    raise AssertionError(words)


def test_it_needs_no_django_and_no_settings():
    code = (
        "import sys; from tremplin.cli.main import main; main(['labs', 'list']); main(['labs', 'status']); "
        "sys.exit(int(any(name.split('.')[0] in {'django', 'pydantic'} for name in sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_every_sentence_is_there_in_both_languages_with_the_same_blanks():
    blanks = {
        code: {language: sorted(part for part in _fields(text[language])) for language in ("en", "fr")}
        for code, text in words.codes().items()
    }
    assert {code: found for code, found in blanks.items() if found["en"] != found["fr"]} == {}
    for text in words.codes().values():
        assert "'" not in text["fr"].replace("'tremplin[labs]'", "")


def _fields(text):
    return {part.split("}")[0] for part in text.split("{")[1:]}
