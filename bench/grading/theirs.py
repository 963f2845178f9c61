"""The same submissions as notebooks, for nbgrader and otter as their manuals say to grade them."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

from bench.grading.submissions import TASKS, parts, submissions

_IMPORTS = "import numpy as np\nimport torch"
Verdicts = dict[int, tuple[bool, ...]]


def environment(packages: Path) -> dict[str, str]:
    """Ours with their packages in front, one thread as for us, and a home of its own."""
    share = packages / "share" / "jupyter"
    beside = str(Path(sys.executable).parent)
    return {
        "PATH": f"{packages / 'bin'}:{beside}:/usr/bin:/bin", "PYTHONPATH": str(packages),
        "JUPYTER_PATH": str(share), "HOME": str(packages), "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore",
    }  # fmt: skip


def test_text(task: str, folder: Path) -> str:
    """The body of one task's test as a cell, with a generator drawn by itself as ours are."""
    body = parts((folder / "tests.py").read_text("utf-8"))[f"test_{task}"]
    return f"{_IMPORTS}\n{body}\ntest_{task}({task}, np.random.default_rng())"


def notebook(source: str, *, tests_of: Path | None) -> str:
    """A submission as a notebook: imports, a cell for each task, and for nbgrader the cells of its tests."""
    pieces = parts(source)
    cells = [_cell("imports", _IMPORTS)]
    for task in TASKS:
        solution = _marks(task, solution=True) if tests_of else {}
        cells.append(_cell(task, pieces[task], solution))
        if tests_of:
            cells.append(
                _cell(f"test-{task}", test_text(task, tests_of), _marks(f"test-{task}", solution=False))
            )
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def _cell(name: str, source: str, marks: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code", "id": name, "metadata": marks or {}, "outputs": [], "execution_count": None,
        "source": source,
    }  # fmt: skip


def _marks(name: str, *, solution: bool) -> dict[str, Any]:
    marks: dict[str, Any] = {
        "grade": not solution, "grade_id": name, "locked": not solution, "schema_version": 3,
        "solution": solution, "task": False,
    }  # fmt: skip
    return {"nbgrader": marks if solution else marks | {"points": 1}}


class Nbgrader:
    """A course folder; `grade` runs `nbgrader autograde` on some of the twenty in one batch."""

    def __init__(self, folder: Path, packages: Path, assignment: Path) -> None:
        self.folder, self.environment = folder / "nbgrader", environment(packages)
        self.assignment = assignment
        texts = [source for source, _ in submissions(assignment)]
        self._write("source", "", texts[0])
        for number, source in enumerate(texts):
            self._write("submitted", _name(number), source)
        (self.folder / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'bench'\nc.ExecutePreprocessor.timeout = 120\n"
        )
        self._run("generate_assignment", "ps1", "--force")

    def _write(self, kind: str, student: str, source: str) -> None:
        place = self.folder / kind / student / "ps1"
        place.mkdir(parents=True)
        (place / "ps1.ipynb").write_text(notebook(source, tests_of=self.assignment))

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *words], cwd=self.folder, env=self.environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])

    def grade(self, numbers: range) -> float:
        """Seconds for these submissions."""
        began = time.perf_counter()
        self._run("autograde", "ps1", "--force", f"--student=s{numbers.start // 5}*")
        return time.perf_counter() - began

    def verdicts(self) -> Verdicts:
        """From its gradebook: which tasks of each submission got their point."""
        query = """
            select student.id, grade_cell.name, grade.auto_score from grade
            join base_cell grade_cell on grade_cell.id = grade.cell_id
            join submitted_notebook on submitted_notebook.id = grade.notebook_id
            join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
            join student on student.id = submitted_assignment.student_id
        """
        with sqlite3.connect(self.folder / "gradebook.db") as book:
            rows = {(student, cell): bool(score) for student, cell, score in book.execute(query)}
        return {n: tuple(rows[_name(n), f"test-{task}"] for task in TASKS) for n in range(20)}


class Otter:
    """`otter run` on one submission after another, with the tests in its autograder's archive."""

    def __init__(self, folder: Path, packages: Path, assignment: Path) -> None:
        self.folder, self.environment = folder / "otter", environment(packages)
        tests = self.folder / "tests"
        tests.mkdir(parents=True)
        for task in TASKS:
            (tests / f"{task}.py").write_text(_otter_test(task, assignment))
        archive = self.folder / "autograder.zip"
        with zipfile.ZipFile(archive, "w") as made:
            made.writestr("otter_config.json", json.dumps({"points_possible": 4}))
            for path in tests.iterdir():
                made.write(path, f"tests/{path.name}")
        for number, (source, _) in enumerate(submissions(assignment)):
            (self.folder / f"{_name(number)}.ipynb").write_text(notebook(source, tests_of=None))
        self.found: Verdicts = {}

    def grade(self, numbers: range) -> float:
        seconds = 0.0
        for number in numbers:
            out = self.folder / "out"
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
            command = [
                sys.executable, "-m", "otter", "run", "-a", "autograder.zip", "-o", str(out),
                f"{_name(number)}.ipynb",
            ]  # fmt: skip
            began = time.perf_counter()
            done = subprocess.run(
                command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
            )
            seconds += time.perf_counter() - began
            if not (out / "results.json").exists():
                raise RuntimeError((done.stdout + done.stderr)[-2000:])
            tests = json.loads((out / "results.json").read_text())["tests"]
            scores = {test["name"]: test.get("score", 0) > 0 for test in tests}
            self.found[number] = tuple(scores[task] for task in TASKS)
        return seconds

    def verdicts(self) -> Verdicts:
        return self.found


def _otter_test(task: str, folder: Path) -> str:
    lines = test_text(task, folder).splitlines()
    code = "\n".join((">>> " if not line.startswith(" ") else "... ") + line for line in _doctest(lines))
    case = {"code": code, "hidden": False, "locked": False}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    return f"OK_FORMAT = True\n\ntest = { ({'name': task, 'points': 1, 'suites': [suite]})!r}\n"


def _doctest(lines: list[str]) -> list[str]:
    """The lines of a cell, with an empty indented line where a doctest needs the end of a function said."""
    found = []
    for number, line in enumerate(lines):
        if number and lines[number - 1].startswith(" ") and not line.startswith(" "):
            found.append(" ")
        found.append(line)
    return [line for line in found if line]


def _name(number: int) -> str:
    """Named by batch of five, so that nbgrader can be given one by a pattern."""
    return f"s{number // 5}{number % 5}"


def pin() -> None:
    """Everything in this process and below on one core."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
