"""Every kind of box that the grader can open. A test that names `box` or `sandbox` is run on each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from tremplin.grader.bwrap import BwrapSandbox
from tremplin.grader.sandbox import Sandbox
from tremplin.grader.warm import WarmSandbox

# By kind: makes a sandbox, with a memory group or with the watchdog alone.
KINDS: dict[str, Callable[[bool], Sandbox]] = {
    "warm": lambda groups: WarmSandbox(memory_groups=groups),
    "bwrap": lambda groups: BwrapSandbox(memory_groups=groups),
}


@cache
def opened(kind: str, *, groups: bool = True) -> Sandbox:
    """One for all tests, as one serves all gradings."""
    return KINDS[kind](groups)
