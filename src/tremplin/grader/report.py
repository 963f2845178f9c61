"""What a grading found, frozen: kept as JSON, shown in either language, exported in Gradescope's form."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, cast, get_args

from tremplin.grader.text import Text, both, say

Status = Literal["passed", "failed", "error", "timeout", "memory", "refused"]
VERSION = 1
_EXPECTED, _GOT = both("expected:", "attendu :"), both("got:", "obtenu :")


class BadReport(ValueError):
    """The text is not a report of this version."""


@dataclass(frozen=True)
class CheckResult:
    id: str
    title: Text
    passed: bool
    message: Text = field(default_factory=dict)
    """Why it failed, in words for the learner; empty when it passed."""
    expected: str = ""
    actual: str = ""
    depends_on: tuple[str, ...] = ()
    hint: Text = field(default_factory=dict)
    skipped: bool = False
    """Not tried, because a check it depends on did not pass."""
    points: float = 1.0
    line: int | None = None
    """The line of the learner's own file that was involved."""


@dataclass(frozen=True)
class Report:
    lab: str
    seed: int
    status: Status
    checks: tuple[CheckResult, ...]
    message: Text = field(default_factory=dict)
    """One sentence on the whole."""
    wall_ms: int = 0
    cpu_ms: int = 0
    peak_mb: int = 0
    output: str = ""
    """What the learner's code printed, shortened."""
    layers: tuple[str, ...] = ()
    """What confined the code while it ran."""
    lab_digest: str = ""
    detail: str = ""
    """For those who run the grader, never for the learner."""

    @property
    def passed(self) -> bool:
        return self.status == "passed"

    @property
    def points(self) -> float:
        return sum(check.points for check in self.checks if check.passed)

    @property
    def max_points(self) -> float:
        return sum(check.points for check in self.checks)

    @property
    def score(self) -> float:
        """The share of the points earned, from 0 to 1."""
        return round(self.points / self.max_points, 4) if self.max_points else 0.0

    def check(self, check_id: str) -> CheckResult:
        return next(check for check in self.checks if check.id == check_id)

    def to_json(self) -> str:
        return json.dumps({"version": VERSION, **asdict(self)}, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Report:
        """Read back what `to_json` wrote; anything else is a `BadReport` that names what is wrong."""
        try:
            data = json.loads(text)
            return _report(data)
        except BadReport:
            raise
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadReport(f"not a report: {error}") from None

    def to_gradescope(self, language: str = "en") -> dict[str, Any]:
        """Return the mapping that Gradescope reads from `results.json`."""
        return {
            "score": self.points,
            "execution_time": round(self.wall_ms / 1000, 3),
            "output": say(self.message, language),
            "stdout_visibility": "visible",
            "tests": [_gradescope_test(check, language) for check in self.checks if check.points],
        }


def _gradescope_test(check: CheckResult, language: str) -> dict[str, Any]:
    lines = [say(check.message, language)]
    if check.expected or check.actual:
        lines += [f"{say(_EXPECTED, language)} {check.expected}", f"{say(_GOT, language)} {check.actual}"]
    return {
        "name": say(check.title, language),
        "number": check.id,
        "score": check.points if check.passed else 0.0,
        "max_score": check.points,
        "status": "passed" if check.passed else "failed",
        "output": "\n".join(line for line in lines if line),
        "visibility": "visible",
    }


def _report(data: Any) -> Report:
    if not isinstance(data, dict) or data.pop("version", None) != VERSION:
        raise BadReport(f"not a report of version {VERSION}")
    checks = tuple(_check(entry) for entry in data.pop("checks"))
    if data.get("status") not in get_args(Status):
        raise BadReport(f"no such status: {data.get('status')!r}")
    _refuse_unknown(data, Report)
    data["layers"] = tuple(data.get("layers", ()))
    return Report(checks=checks, **data)


def _check(entry: Any) -> CheckResult:
    _refuse_unknown(entry, CheckResult)
    return CheckResult(**{**entry, "depends_on": tuple(entry.get("depends_on", ()))})


def _refuse_unknown(data: dict[str, Any], kind: type[Report] | type[CheckResult]) -> None:
    known = {f.name for f in fields(cast(Any, kind))}
    if unknown := set(data) - known:
        raise BadReport(f"unknown fields: {', '.join(sorted(unknown))}")
