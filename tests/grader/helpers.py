"""A lab of two checks for the grader's own tests, and a way to see what code in a box gets hold of."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from tremplin.grader import Lab, Limits, read_lab
from tremplin.grader.bwrap import BwrapSandbox
from tremplin.grader.calls import Calls, Session
from tremplin.grader.sandbox import BoxSpec, Sandbox

QUICK = Limits(wall_s=20, call_s=1.5, cpu_s=8, memory_mb=256, processes=12, tmp_mb=8, file_mb=4)

TOML = """
code = "tiny"
week = 1
minutes = 5
title = { en = "Tiny", fr = "Minuscule" }
summary = { en = "For tests.", fr = "Pour les tests." }
topics = { en = "none", fr = "aucun" }

[[checks]]
id = "target"
points = 3
title = { en = "the target", fr = "la cible" }
hint = { en = "No hint.", fr = "Pas d’indice." }

[[checks]]
id = "honest"
public = true
title = { en = "the honest part", fr = "la part honnête" }
hint = { en = "Double it.", fr = "Doublez." }

[[checks]]
id = "after"
depends_on = ["target"]
title = { en = "waits", fr = "attend" }
hint = { en = "No hint.", fr = "Pas d’indice." }

[[wrong]]
file = "zero.py"
fails = "target"
says = "differs"
why = "It returns zero."
"""

_CHECKS = """
from tremplin.grader.checking import close

def check_target(box, rng):
    x = rng.normal(size=5)
    close(box.call("target", x), x * 7 + 1, "target(x)")

def check_honest(box, rng):
    x = rng.normal(size=4)
    close(box.call("double", x), x * 2, "double(x)")

def check_after(box, rng):
    pass
"""

SOLUTION = """
def target(x):
    return x * 7 + 1

def double(x):
    return x * 2
"""


def make_lab(folder: Path, toml: str = TOML, checks: str = _CHECKS) -> Lab:
    folder = folder / "tiny"
    (folder / "wrong").mkdir(parents=True)
    files = {
        "lab.toml": toml, "checks.py": checks, "lab.py": "", "solution.py": SOLUTION, "notes.en.md": "# Tiny",
        "notes.fr.md": "# Minuscule", "wrong/zero.py": "def target(x):\n    return 0 * x\n",
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return read_lab(folder)


def attack(body: str) -> str:
    """A submission whose `target` runs `body` (which may set `loot`) and whose `double` is honest."""
    lines = "\n".join("    " + line for line in body.strip("\n").splitlines())
    return f"""
import os, sys, time, ctypes, errno, struct, threading
import _socket
import numpy as np

def double(x):
    return x * 2

def target(x):
    loot = None
{lines}
    return loot
"""


def loot(body: str, *, limits: Limits = QUICK, sandbox: Sandbox | None = None) -> Any:
    """Run `body` in a box and return what it got hold of."""
    return loot_of(attack(body), limits=limits, sandbox=sandbox)


def loot_of(source: str, *, limits: Limits = QUICK, sandbox: Sandbox | None = None) -> Any:
    """What `target` of a whole submission returns."""
    session = Session(sandbox or BwrapSandbox(), BoxSpec(limits), source.encode())
    try:
        session.start()
        return Calls(session).call("target", 0)
    finally:
        session.stop()


def as_ordinary_user(*command: str) -> list[str]:
    """A command line that runs `command` without privileges, whoever runs the tests."""
    if os.geteuid() != 0:
        return list(command)
    words = ["bwrap", "--dev-bind", "/", "/"]
    home = Path.home()
    prefix = Path(sys.base_prefix)
    if prefix.is_relative_to(home):  # an interpreter below root's own folder, which others cannot enter
        between = [p for p in reversed(prefix.parents) if p.is_relative_to(home) and p != home]
        words += ["--tmpfs", str(home), *(word for p in between for word in ("--dir", str(p)))]
        words += ["--ro-bind", str(prefix), str(prefix)]
    setpriv = shutil.which("setpriv") or "setpriv"
    drop = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", "env", "-i", "PATH=/usr/bin:/bin"]
    return [*words, "--die-with-parent", *drop, *command]
