"""What a learner reads, and what the caller may rely on."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.grader.helpers import QUICK, SOLUTION, TOML, as_ordinary_user, make_lab
from tremplin.grader import Lab, Report, bwrap, grade
from tremplin.grader.sandbox import BoxSpec, Unavailable


def graded(lab: Lab, source: str | bytes, seed: int = 1) -> Report:
    return grade(lab, source, seed=seed, limits=QUICK)


def said(lab: Lab, body: str, check: str = "target") -> str:
    """The English message of one check, when `target` has this body."""
    return graded(lab, f"import numpy as np\ndef target(x):\n    {body}\n").check(check).message["en"]


def test_a_right_submission_passes_every_check(tiny: Lab) -> None:
    report = graded(tiny, SOLUTION)
    assert report.status == "passed"
    assert report.score == 1.0
    assert [check.id for check in report.checks] == ["loads", "target", "honest", "after"]
    assert report.cpu_ms > 0
    assert "seccomp" in report.layers
    assert report.lab_digest == tiny.digest


def test_a_grading_takes_less_than_a_second_and_a_half(tiny: Lab) -> None:
    assert min(graded(tiny, SOLUTION).wall_ms for _ in range(3)) < 1500


def test_gradings_side_by_side_do_not_disturb_one_another(tiny: Lab) -> None:
    sources = [SOLUTION, "import os\ndef target(x): os._exit(1)\n", "def target(x): return x\n"] * 3
    with ThreadPoolExecutor(4) as threads:
        reports = list(threads.map(lambda source: graded(tiny, source), sources))
    assert [report.passed for report in reports] == [True, False, False] * 3
    assert all(report.check("loads").passed for report in reports)


def test_a_grading_leaves_no_descriptor_thread_or_memory_group(tiny: Lab, tmp_path: Path) -> None:
    sandbox = bwrap.BwrapSandbox()
    place = sandbox.memory_place

    def held() -> tuple[int, int, int]:
        groups = len(list(place.folder.glob(f"tremplin-box-{os.getpid()}-*"))) if place else 0
        return len(os.listdir("/proc/self/fd")), threading.active_count(), groups

    before = held()
    for source in (
        SOLUTION,
        "import os\nos._exit(1)\n",
        "def target(x):\n    import os\n    os.kill(1, 9)\n",
    ):
        grade(tiny, source, seed=1, limits=QUICK, sandbox=sandbox)
    for program in ("/bin/false", "/nonexistent"):
        grade(tiny, SOLUTION, seed=1, sandbox=bwrap.BwrapSandbox(bwrap=program))
    assert held() == before


def test_the_same_seed_gives_the_same_report(tiny: Lab) -> None:
    first, second = (graded(tiny, "def target(x): return x\n", seed=5) for _ in range(2))
    assert first.checks == second.checks


def test_a_syntax_error_names_its_line(tiny: Lab) -> None:
    report = graded(tiny, "x = 1\ny = (2\nz = 3\n")
    loads = report.check("loads")
    assert loads.line == 2
    assert "line 2" in loads.message["en"]
    assert "ligne 2" in loads.message["fr"]
    assert report.check("target").skipped
    assert "Your file can be read and run" in report.check("target").message["en"]
    assert report.points == 0


def test_an_error_while_loading_names_its_line_and_says_what_python_said(tiny: Lab) -> None:
    loads = graded(tiny, "import numpy as np\nx = 1 / 0\n").check("loads")
    assert "ZeroDivisionError at line 2" in loads.message["en"]
    assert "division by zero" in loads.message["en"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise NotImplementedError", "“target” is not written yet (line 3)"),
        ("pass", "returned nothing (None)"),
        ("return [1.0, 2.0]", "type list"),
        ("return x[:2]", "has shape (2,); it should have shape (5,)"),
        ("return x.astype(str)", "type ndarray of str"),
        ("return x * np.nan", "contains NaN (“not a number”), first at index [0]"),
        ("return x + np.inf", "infinite value"),
        ("return x * 7", "differs from the expected value"),
        ("return undefined", "NameError at line 3"),
        ("return target(x)", "calls itself without end"),
        ("return np.ones(10**12)", "more memory"),
        ("return input()", "remove input()"),
        ("exit_now = 1; raise SystemExit", "it must return"),
        ("while True: pass", "still running after 1.5 seconds"),
        ("import torch", "a library that is not there"),
        ("return {'a': {'b': object()}}", "type dict"),
    ],
)
def test_a_mistake_gets_a_sentence_about_itself(tiny: Lab, body: str, words: str) -> None:
    assert words in said(tiny, body)


def test_a_missing_function_is_named(tiny: Lab) -> None:
    message = graded(tiny, "def tagret(x): return x\n").check("target").message
    assert "does not define “target”" in message["en"]
    assert "ne définit pas «\u00a0target\u00a0»" in message["fr"]


def test_only_public_checks_repeat_what_an_exception_said(tiny: Lab) -> None:
    source = "def target(x): raise ValueError('told')\ndef double(x): raise ValueError('told')\n"
    report = graded(tiny, source)
    assert "told" not in report.check("target").message["en"]
    assert "told" in report.check("honest").message["en"]


def test_a_check_that_waits_says_for_what(tiny: Lab) -> None:
    report = graded(tiny, "def target(x): return x\n")
    after = report.check("after")
    assert after.skipped
    assert after.message["en"] == "Waits until “the target” passes."
    assert after.message["fr"] == "Attend que «\u00a0la cible\u00a0» soit réussie."


def test_what_was_printed_is_shown_and_shortened(tiny: Lab) -> None:
    report = graded(tiny, "print('héllo')\nfor i in range(4000): print(i)\n" + SOLUTION)
    assert report.status == "passed"
    assert report.output.startswith("héllo\n0\n1")
    assert len(report.output) <= 8000


def test_a_file_in_another_encoding_is_read_as_python_reads_it(tiny: Lab) -> None:
    latin = "# -*- coding: latin-1 -*-\n# é\n".encode("latin-1") + SOLUTION.encode()
    assert graded(tiny, latin).passed
    broken = graded(tiny, b"word = '\xe9'\n" + SOLUTION.encode())
    assert "Python cannot read" in broken.check("loads").message["en"]


@pytest.mark.parametrize(
    "source", [b"", b"\x00\x01\x02", b"\xff\xfe\x00", "\ud800", "x" * 1000, "\n" * 100_000]
)
def test_no_file_makes_the_grader_stumble(tiny: Lab, source: str | bytes) -> None:
    report = graded(tiny, source)
    assert report.status == "failed"
    assert report.points == 0


def test_a_file_that_is_too_large_is_refused_unread(tiny: Lab) -> None:
    report = graded(tiny, "#" * (QUICK.submission_kb * 1024 + 1))
    assert report.status == "refused"
    assert "257 kB" in report.message["en"]


def test_without_bubblewrap_nothing_runs_and_the_report_says_so(
    tiny: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tremplin.grader.bwrap.shutil.which", lambda name: None)
    report = grade(tiny, SOLUTION, seed=1, sandbox=bwrap.BwrapSandbox())
    assert report.status == "refused"
    assert report.score == 0
    assert "bubblewrap is not installed" in report.detail
    assert "bubblewrap" not in report.message["en"]
    assert all(check.skipped for check in report.checks)


@pytest.mark.parametrize("program", ["/bin/false", "/bin/true", "/nonexistent"])
def test_a_sandbox_that_does_not_start_runs_nothing(tiny: Lab, program: str) -> None:
    report = grade(tiny, SOLUTION, seed=1, sandbox=bwrap.BwrapSandbox(bwrap=program))
    assert report.status == "refused"
    assert report.detail


def test_a_box_that_is_not_closed_is_not_used(tiny: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the filter lost on the way, the box would say so, and nothing would be sent into it."""
    allow_all = b"".join([bwrap.seccomp._step(0x06, bwrap.seccomp.ALLOW)])
    monkeypatch.setattr("tremplin.grader.bwrap.seccomp.program", lambda: allow_all)
    with pytest.raises(Unavailable, match="no network"):
        bwrap.BwrapSandbox().open(BoxSpec(QUICK), 10)


def test_a_missing_library_is_the_machines_fault(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)
    object.__setattr__(lab, "libraries", ("no-such-library",))
    report = graded(lab, SOLUTION)
    assert report.status == "refused"
    assert "no-such-library" in report.detail


def test_a_fault_in_the_lab_counts_for_nothing(tmp_path: Path) -> None:
    report = graded(make_lab(tmp_path, checks="import nothing_of_that_name\n"), SOLUTION)
    assert report.status == "error"
    assert report.score == 0
    assert "nothing_of_that_name" in report.detail


def test_a_check_that_stumbles_gives_no_mark_and_a_note(tmp_path: Path) -> None:
    checks = (
        "def check_target(box, rng): box.call('target', rng.normal(size=3)).frobnicate()\n"
        "def check_honest(box, rng): pass\ndef check_after(box, rng): pass\n"
    )
    report = graded(make_lab(tmp_path, checks=checks), SOLUTION)
    assert not report.check("target").passed
    assert "could not make sense" in report.check("target").message["en"]
    assert "frobnicate" in report.detail
    assert report.check("honest").passed


def test_the_box_is_opened_once_for_an_honest_submission(tiny: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    real = bwrap.BwrapSandbox.open

    def counted(self: bwrap.BwrapSandbox, spec: BoxSpec, seconds: float) -> object:
        opened.append(seconds)
        return real(self, spec, seconds)

    monkeypatch.setattr(bwrap.BwrapSandbox, "open", counted)
    assert grade(tiny, SOLUTION, seed=1, sandbox=bwrap.BwrapSandbox()).passed
    assert len(opened) == 1


def test_a_submission_that_keeps_crashing_is_not_restarted_for_ever(tmp_path: Path) -> None:
    names = [f"c{n}" for n in range(5)]
    base = make_lab(tmp_path / "base")
    toml = (base.folder / "lab.toml").read_text().split("[[checks]]")[0]
    for name in names:
        toml += (
            f'[[checks]]\nid = "{name}"\ntitle = {{ en = "a", fr = "b" }}\nhint = {{ en = "a", fr = "b" }}\n'
        )
    toml += '[[wrong]]\nfile = "zero.py"\nfails = "c0"\nsays = "x"\nwhy = "x"\n'
    checks = "".join(f"def check_{name}(box, rng): box.call('target', 1)\n" for name in names)
    report = graded(make_lab(tmp_path / "lab", toml, checks), "import os\ndef target(x): os._exit(3)\n")
    messages = [report.check(name).message["en"] for name in names]
    assert all("ended the Python process" in message for message in messages[:3])
    assert all("broke Python 3 times" in message for message in messages[3:])


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter; those of pytest are closed."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_it_works_for_an_ordinary_user(open_folder: Path) -> None:
    """With no privilege at all: user namespaces, and a watchdog or a group for the memory."""
    lab = make_lab(open_folder, TOML.replace("[[checks]]", "[limits]\ncall_s = 5\n\n[[checks]]", 1))
    good, bad = open_folder / "good.py", open_folder / "bad.py"
    good.write_text(SOLUTION)
    bad.write_text(
        "import os\ndef target(x):\n    while True:\n        try: os.fork()\n        except OSError: pass\n"
    )
    source = Path(bwrap.__file__).parents[2]
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(source)!r}); "
               "from tremplin.grader.cli import main; sys.exit(main(sys.argv[1:]))"]  # fmt: skip
    for file, code in ((good, 0), (bad, 1)):
        done = subprocess.run(
            as_ordinary_user(*command, str(lab.folder), str(file), "--json"),
            capture_output=True, text=True, timeout=60, check=False, cwd=open_folder,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        report = Report.from_json(done.stdout)
        assert report.layers[1:2] == ("user namespace",), report.detail
        assert "seccomp" in report.layers
    assert os.geteuid() != 0 or report.layers[-2] == "memory watchdog"
