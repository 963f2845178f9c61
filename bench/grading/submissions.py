"""Twenty submissions of the assignment, five with one mistake each; and what each should be given."""

import ast
import os
import shutil
from pathlib import Path

WHOLE = Path(__file__).parent / "four-tasks"
FOLDER = Path(os.environ.get("BENCH_ASSIGNMENT", WHOLE))
TASKS = ("softmax", "gradient", "attention", "train")
_MISTAKES = {
    3: ("softmax", "e = np.exp(x - x.max(axis=-1, keepdims=True))", "e = np.exp(x)"),
    7: ("gradient", "return p / len(labels)", "return p"),
    11: ("attention", 'scores.masked_fill(future, float("-inf"))', "scores"),
    14: ("train", "range(150)", "range(1)"),
    18: ("attention", " / q.shape[-1] ** 0.5", ""),
}


def small(place: Path) -> Path:
    """The assignment with a network of a quarter of the work to train, in a copy of its folder."""
    folder = place / WHOLE.name
    shutil.copytree(WHOLE, folder)
    for path in folder.rglob("*.py"):
        text = path.read_text("utf-8").replace("rows, width = 500, 64", "rows, width = 250, 32")
        path.write_text(text.replace("128", "64"), "utf-8")
    return folder


def submissions(folder: Path | None = None) -> list[tuple[str, tuple[bool, ...]]]:
    """Source of each, and which of the four tasks are right in it."""
    solution = (folder or FOLDER).joinpath("solution.py").read_text("utf-8")
    found = []
    for number in range(20):
        text, right = solution, [True] * 4
        if number in _MISTAKES:
            task, old, new = _MISTAKES[number]
            assert old in text
            right[TASKS.index(task)] = False
            text = _within(text, task, old, new)
        found.append((text, tuple(right)))
    return found


def _within(text: str, task: str, old: str, new: str) -> str:
    """A change inside one function only: the others must stay right."""
    before = parts(text)
    before[task] = before[task].replace(old, new)
    if task == "softmax":  # the gradient calls it
        before["gradient"] = before["gradient"].replace(
            "p = softmax(logits)",
            "p = np.exp(logits - logits.max(axis=-1, keepdims=True))\n    p /= p.sum(axis=-1, keepdims=True)",
        )
    return "\n\n\n".join(before.values()) + "\n"


def parts(text: str) -> dict[str, str]:
    """The file by task: imports under an empty name, then each function."""
    lines = text.splitlines()
    found = {"": "import numpy as np\nimport torch"}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = "\n".join(lines[node.lineno - 1 : node.end_lineno])
    return found
