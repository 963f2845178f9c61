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

_TRY_AGAIN_SECONDS = 300.0


class DefaultSandbox:
    """Safe to share between threads."""

    def __init__(self) -> None:
        self.warm, self.fresh = WarmSandbox(), BwrapSandbox()
        self.why_not_warm = ""
        self._again_at = 0.0

    def open(self, spec: BoxSpec, seconds: float) -> Keeper:
        if time.monotonic() >= self._again_at:
            try:
                return self.warm.open(spec, seconds)
            except Unavailable as problem:
                self.why_not_warm = problem.detail
                self._again_at = time.monotonic() + _TRY_AGAIN_SECONDS
        return self.fresh.open(spec, seconds)


@cache
def default_sandbox() -> DefaultSandbox:
    return DefaultSandbox()
