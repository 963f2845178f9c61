"""What a sandbox is to the rest of the grader: something that opens boxes and exchanges bytes with them.

The checks, the labs and `grade` know only these names, so another sandbox (a warm zygote that forks, a
machine of its own) takes the place of bubblewrap without any of them changing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from tremplin.grader.limits import Limits

Cause = Literal["wall", "call", "cpu", "memory", "output", "crash", "exit", "broken", "again", "lost"]


@dataclass(frozen=True)
class BoxSpec:
    limits: Limits
    libraries: tuple[str, ...] = ("numpy",)


@dataclass(frozen=True)
class Usage:
    cpu_ms: int = 0
    peak_mb: int = 0
    output: str = ""
    truncated: bool = False


class Unavailable(Exception):
    """No box that is safe enough can be opened here. `detail` is for the operator, not the learner."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class BoxDied(Exception):
    """The box ended, or was ended, before it answered."""

    def __init__(self, cause: Cause, code: int | None = None) -> None:
        super().__init__(f"{cause} ({code})" if code is not None else cause)
        self.cause = cause
        self.code = code


class Box(Protocol):
    """One confined interpreter, ready to be sent a submission."""

    @property
    def layers(self) -> tuple[str, ...]: ...

    def exchange(self, frame: bytes, seconds: float) -> bytes:
        """Send one frame and return the next; raise `BoxDied`."""

    def close(self) -> Usage:
        """End every process of the box and say what it used. May be called twice."""


class Sandbox(Protocol):
    def open(self, spec: BoxSpec, seconds: float) -> Box:
        """Return a confined box that lives at most `seconds`, or raise `Unavailable`."""
