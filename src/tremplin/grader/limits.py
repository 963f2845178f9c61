"""What one grading may use. A lab narrows or widens it in `lab.toml`; nothing else does."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any


class BadLimits(ValueError):
    """A limit that is unknown, not a number, or outside the range that makes sense."""


_RANGES = {
    "wall_s": (1, 600),
    "call_s": (1, 300),
    "cpu_s": (1, 600),
    "memory_mb": (128, 16384),
    "processes": (1, 256),
    "tmp_mb": (1, 1024),
    "file_mb": (1, 1024),
    "files": (16, 1024),
    "output_kb": (1, 1024),
    "message_mb": (1, 256),
    "submission_kb": (1, 1024),
}


@dataclass(frozen=True)
class Limits:
    wall_s: float = 30.0
    """The whole grading, every check and every restart of the box together."""
    call_s: float = 10.0
    """One call of the learner's code; loading the file may take twice as long."""
    cpu_s: int = 20
    memory_mb: int = 512
    processes: int = 16
    tmp_mb: int = 32
    file_mb: int = 16
    files: int = 64
    output_kb: int = 16
    """Printed text that is kept; sixteen times as much ends the run."""
    message_mb: int = 32
    submission_kb: int = 256

    def with_values(self, values: dict[str, Any]) -> Limits:
        """Return these limits with some replaced; `BadLimits` names the first that cannot be used."""
        for name, value in values.items():
            if name not in _RANGES:
                raise BadLimits(f"{name}: no such limit; there are {', '.join(sorted(_RANGES))}")
            low, high = _RANGES[name]
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise BadLimits(f"{name}: needs a number from {low} to {high}, not {value!r}")
        kinds = {field.name: field.type for field in fields(self)}
        typed: dict[str, Any] = {n: int(v) if kinds[n] == "int" else float(v) for n, v in values.items()}
        return replace(self, **typed)
