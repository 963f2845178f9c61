import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.grader.helpers import SOLUTION, make_lab
from tremplin.grader import Report, cli, doctor


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, Path, Path]:
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text(SOLUTION)
    bad.write_text("print('seen')\ndef target(x):\n    return x\n")
    return str(make_lab(tmp_path).folder), good, bad


def test_a_pass_is_0_and_a_failure_1(
    files: tuple[str, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    lab, good, bad = files
    assert cli.main([lab, str(good)]) == 0
    assert "Every check passed" in capsys.readouterr().out
    assert cli.main([lab, str(bad), "--seed", "4"]) == 1
    out = capsys.readouterr().out
    assert "✗ the target" in out
    assert "hint: No hint." in out
    assert "· waits" in out
    assert "seed 4" in out
    assert "  seen" in out


def test_the_report_speaks_french(files: tuple[str, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    lab, _, bad = files
    assert cli.main([lab, str(bad), "--lang", "fr"]) == 1
    out = capsys.readouterr().out
    assert "✗ la cible" in out
    assert "attendu" in out
    assert "indice" in out


def test_json_is_a_whole_report(files: tuple[str, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    lab, good, _ = files
    assert cli.main([lab, str(good), "--json"]) == 0
    assert Report.from_json(capsys.readouterr().out).passed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "usage"),
        (["softmax"], "usage"),
        (["no-such-lab", "x.py"], "softmax"),
        (["softmax", "/no/such/file.py"], "No such file"),
    ],
)
def test_nothing_to_grade_is_2(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 2
    assert words in capsys.readouterr().err


def test_a_broken_lab_is_2_and_says_where(
    files: tuple[str, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    lab, good, _ = files
    (Path(lab) / "lab.toml").write_text("code = 1")
    assert cli.main([lab, str(good)]) == 2
    assert "lab.toml" in capsys.readouterr().err


def test_every_layer_is_in_force_here_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    findings = doctor()
    assert all(finding.ok for finding in findings), findings
    layers = {finding.layer for finding in findings}
    assert {"bubblewrap", "system calls", "box", "seccomp", "own files", "resource limits"} <= layers
    assert cli.main(["--doctor", "--lang", "fr"]) == 0
    assert "En vigueur" in capsys.readouterr().out


def test_a_machine_without_bubblewrap_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    findings = {finding.layer: finding for finding in doctor()}
    assert not findings["bubblewrap"].ok
    assert "apt install bubblewrap" in findings["bubblewrap"].remedy["en"]
    assert cli.main(["--doctor"]) == 1


def test_a_machine_without_user_namespaces_is_told_what_to_allow(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo bubblewrap 0.11.0 && exit 0\n'
        "echo 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    box = next(finding for finding in doctor() if finding.layer == "box")
    assert not box.ok
    assert "uid map" in box.detail["en"]
    assert "AppArmor" in box.remedy["en"]
    assert "AppArmor" in box.remedy["fr"]


def test_json_and_the_printed_report_agree(
    files: tuple[str, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    lab, _, bad = files
    cli.main([lab, str(bad), "--json", "--seed", "9"])
    data = json.loads(capsys.readouterr().out)
    cli.main([lab, str(bad), "--seed", "9"])
    assert data["checks"][1]["message"]["en"] in capsys.readouterr().out


def test_it_runs_as_a_module_on_a_shipped_lab() -> None:
    solution = cli.SHIPPED / "softmax" / "solution.py"
    command = [sys.executable, "-m", "tremplin.grader", "softmax", str(solution)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every check passed" in done.stdout
