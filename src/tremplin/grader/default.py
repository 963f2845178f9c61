"""The sandbox that grades unless a caller names another: warm boxes, and fresh ones where the kernel has no warm ones.

Both are needed: a machine may let bubblewrap alone make namespaces (AppArmor on Ubuntu since 23.10 allows it by a
profile, and takes from what runs inside the right to make more), and there a zygote cannot confine its copies.
"""

from __future__ import annotations

import time
from functools import cache

from tremplin.grader.bwrap import BwrapSandbox
from tremplin.grader.keeper import Keeper
from tremplin.grader.sandbox import BoxSpec, Unavailable
from tremplin.grader.warm import WarmSandbox

_PAUSES = (5.0, 300.0)


class DefaultSandbox:
    """Safe to share between threads."""

    def __init__(self) -> None:
        self.warm, self.fresh = WarmSandbox(), BwrapSandbox()
        self.why_not_warm = ""
        self._pause = _PAUSES[0]
        self._again_at = 0.0

    def open(self, spec: BoxSpec, seconds: float) -> Keeper:
        """A warm box, else a fresh one; tried twice, since either may be killed while it is made."""
        for last in (False, True):
            try:
                return self._warm(spec, seconds) or self.fresh.open(spec, seconds)
            except Unavailable:
                if last:
                    raise
        raise AssertionError

    def _warm(self, spec: BoxSpec, seconds: float) -> Keeper | None:
        """None where there is none, and for a while after: twice as long each time, so that one mishap costs little."""
        if time.monotonic() < self._again_at:
            return None
        try:
            box = self.warm.open(spec, seconds)
        except Unavailable as problem:
            self.why_not_warm = problem.detail
            self._again_at = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, _PAUSES[1])
            return None
        self._pause = _PAUSES[0]
        return box


@cache
def default_sandbox() -> DefaultSandbox:
    return DefaultSandbox()
