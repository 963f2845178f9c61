"""Each lab proves itself: the solution passes, the stub does not, each known mistake is caught by its own check."""

from __future__ import annotations

import ast
import sys

import pytest

from tremplin.curriculum.loader import labs
from tremplin.grader import Lab, Report, grade
from tremplin.grader.lab import Wrong
from tremplin.grader.text import LANGUAGES

LABS = labs()
SEEDS = (1, 2**40 + 7, 987_654_321)
WRONG = [(lab, wrong) for lab in LABS for wrong in lab.wrong]


def failing(report: Report) -> list[str]:
    return [f"{check.id}: {check.message['en']}" for check in report.checks if not check.passed]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.code)
def test_the_solution_passes_and_leaves_room_below_the_limits(lab: Lab, seed: int) -> None:
    report = grade(lab, lab.solution, seed=seed)
    assert report.passed, failing(report) or report.detail
    assert report.score == 1.0
    assert report.cpu_ms < lab.limits.cpu_s * 1000 / 4
    assert report.peak_mb < lab.limits.memory_mb / 4
    assert not report.output


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.code)
def test_the_untouched_stub_loads_and_earns_nothing(lab: Lab) -> None:
    report = grade(lab, lab.stub, seed=1)
    assert report.check("loads").passed
    assert report.score == 0
    tried = [check for check in report.checks if check.id != "loads" and not check.skipped]
    assert tried
    assert all("is not written yet" in check.message["en"] for check in tried)


@pytest.mark.parametrize(
    ("lab", "wrong"), WRONG, ids=lambda item: getattr(item, "code", None) or item.file.stem
)
def test_a_known_mistake_fails_its_check_with_a_message_that_teaches(lab: Lab, wrong: Wrong) -> None:
    report = grade(lab, wrong.file.read_text("utf-8"), seed=SEEDS[len(wrong.why) % 3])
    first = next(check for check in report.checks if not check.passed)
    assert first.id == wrong.fails
    assert wrong.says in first.message["en"]
    assert first.message["fr"] != first.message["en"]
    assert all(first.hint[language] for language in LANGUAGES)
    assert not report.detail


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.code)
def test_every_check_is_first_to_catch_some_mistake(lab: Lab) -> None:
    """Random graphs join what the checks before them test apart; no single mistake is theirs to find."""
    assert {check.id for check in lab.checks} - {wrong.fails for wrong in lab.wrong} <= {"random-graphs"}


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.code)
def test_an_endless_loop_in_any_lab_is_stopped(lab: Lab) -> None:
    functions = [node for node in ast.parse(lab.stub).body if isinstance(node, ast.FunctionDef)]
    name = next(f.name for f in functions if unwritten(f))
    source = f"{lab.solution}\n\ndef {name}(*args, **kwargs):\n    while True:\n        pass\n"
    report = grade(lab, source, seed=1, limits=lab.limits.with_values({"wall_s": 3, "call_s": 1}))
    assert report.status == "timeout"
    assert report.wall_ms < 5000


def unwritten(tree: ast.AST) -> int:
    return sum(isinstance(node, ast.Raise) for node in ast.walk(tree))


def names(source: str) -> set[str]:
    """Functions, classes and methods a file defines."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {
                f"{node.name}.{child.name}" for child in node.body if isinstance(child, ast.FunctionDef)
            }
    return found


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.code)
def test_stub_and_solution_define_the_same_names(lab: Lab) -> None:
    assert names(lab.stub) == names(lab.solution)


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.code)
def test_a_submission_needs_only_what_the_box_has(lab: Lab) -> None:
    for source in (lab.stub, lab.solution, *(wrong.file.read_text("utf-8") for wrong in lab.wrong)):
        tree = list(ast.walk(ast.parse(source)))
        modules = [alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names]
        modules += [node.module or "" for node in tree if isinstance(node, ast.ImportFrom)]
        imported = {module.split(".")[0] for module in modules}
        assert imported <= {*lab.libraries, *sys.stdlib_module_names}


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.code)
def test_the_stub_is_in_cells_with_every_task_named(lab: Lab) -> None:
    assert lab.stub.startswith("# %% [markdown]\n# # ")
    written = unwritten(ast.parse(lab.stub))
    assert written >= 4
    assert lab.stub.count("# %% task: ") == written
    assert 'if __name__ == "__main__":' in lab.stub


def functions(source: str) -> dict[str, str]:
    """The text of each function that stands at the top of a file."""
    defined = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    return {node.name: ast.get_source_segment(source, node) or "" for node in defined}


def half_written(lab: Lab) -> tuple[str, str]:
    """The lab with the first half of its tasks done, and the name of the task that comes next."""
    stub, solved = functions(lab.stub), functions(lab.solution)
    tasks = [name for name, text in stub.items() if "NotImplementedError" in text]
    source = "import re\n" + lab.stub
    for name in tasks[: len(tasks) // 2]:
        source = source.replace(stub[name], solved[name])
    return source, tasks[len(tasks) // 2]


@pytest.mark.parametrize("lab", [lab for lab in LABS if lab.code != "autodiff"], ids=lambda lab: lab.code)
def test_whoever_works_from_top_to_bottom_is_pointed_to_the_next_task(lab: Lab) -> None:
    """(The tasks of autodiff are the methods of one class, which are not asked for one by one.)"""
    source, following = half_written(lab)
    report = grade(lab, source, seed=2)
    first = next(check for check in report.checks if not check.passed)
    assert f"“{following}” is not written yet" in first.message["en"]
    assert 0 < report.score < 1
