"""A lab: what its folder says, as frozen values. `lab_file.read` makes one; docs/labs.md describes the folder."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from tremplin.grader.calls import Calls
from tremplin.grader.limits import Limits
from tremplin.grader.mounts import installed
from tremplin.grader.table import ContentError
from tremplin.grader.text import Text

CheckFunction = Callable[[Calls, np.random.Generator], None]


@dataclass(frozen=True)
class Check:
    """What a lab says about one check; the function itself is in the lab's `checks.py`."""

    id: str
    title: Text
    hint: Text
    points: float = 1.0
    public: bool = False
    """Public: the learner sees the message of an exception and what the code printed."""
    depends_on: tuple[str, ...] = ()

    @property
    def function_name(self) -> str:
        return "check_" + self.id.replace("-", "_")


@dataclass(frozen=True)
class Wrong:
    """A known-wrong submission: proof that the checks notice, and say why."""

    file: Path
    fails: str
    """The id of the first check that must fail."""
    says: str
    """Words the English message of that check must contain."""
    why: str


@dataclass(frozen=True)
class Lab:
    code: str
    title: Text
    summary: Text
    week: int
    minutes: int
    topics: Text
    prerequisites: tuple[str, ...]
    """Codes of labs to do before."""
    checks: tuple[Check, ...]
    wrong: tuple[Wrong, ...]
    folder: Path
    limits: Limits = field(default_factory=Limits)
    libraries: tuple[str, ...] = ("numpy",)

    def notes(self, language: str) -> str:
        """The text the learner reads, as Markdown; `curriculum.notes` makes HTML of it."""
        path = self.folder / f"notes.{language}.md"
        return (path if path.exists() else self.folder / "notes.en.md").read_text("utf-8")

    @property
    def missing(self) -> tuple[str, ...]:
        """The libraries it needs that are not installed here: no submission can be graded until they are."""
        return tuple(name for name in self.libraries if not installed(name))

    @property
    def stub(self) -> str:
        """The file the learner starts from."""
        return (self.folder / "lab.py").read_text("utf-8")

    @property
    def solution(self) -> str:
        return (self.folder / "solution.py").read_text("utf-8")

    def figure(self, name: str) -> bytes:
        """A drawing of the notes, by its file name; `KeyError` for any other name."""
        if name not in self.figures:
            raise KeyError(name)
        return (self.folder / "figures" / name).read_bytes()

    def figure_size(self, name: str) -> tuple[int, int]:
        """Width and height of a drawing, from its viewBox; `KeyError` as for `figure`."""
        found = re.search(rb'viewBox="0 0 (\d+) (\d+)"', self.figure(name))
        if found is None:
            raise ContentError(self.folder / "figures" / name, "viewBox", 'write it as "0 0 WIDTH HEIGHT"')
        return int(found.group(1)), int(found.group(2))

    @cached_property
    def figures(self) -> tuple[str, ...]:
        return tuple(sorted(path.name for path in (self.folder / "figures").glob("*.svg")))

    @cached_property
    def functions(self) -> dict[str, CheckFunction]:
        """Each check's function by id. Loads `checks.py`, which is ours and trusted."""
        module = _module(self.folder / "checks.py", f"tremplin_lab_{self.code.replace('-', '_')}")
        found: dict[str, CheckFunction] = {}
        for check in self.checks:
            function = getattr(module, check.function_name, None)
            if function is None:
                remedy = f"write it for check {check.id!r}"
                raise ContentError(self.folder / "checks.py", check.function_name, remedy)
            found[check.id] = function
        named = {check.function_name for check in self.checks}
        for name in vars(module):
            if name.startswith("check_") and name not in named:
                remedy = f"nothing there names {name}; add it or delete the function"
                raise ContentError(self.folder / "lab.toml", "checks", remedy)
        return found

    @cached_property
    def digest(self) -> str:
        """Changes when what is asked or how it is judged changes; kept in each report."""
        total = hashlib.sha256()
        for name in ("lab.toml", "checks.py"):
            total.update((self.folder / name).read_bytes())
        return total.hexdigest()[:16]


def _module(path: Path, name: str) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ContentError(path, "", "it is not a Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ContentError(path, type(error).__name__, f"it does not load: {error}") from error
    return module
