"""When a hint opens: after a check has failed often enough, at home and on the server alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tremplin.grader.report import CheckResult, Report

TRIES = 3


def left(failures: int) -> int:
    """How many more failed tries at a check open its hint; 0 when it is open."""
    return max(0, TRIES - failures)


def failures(tries: Iterable[Iterable[CheckResult]]) -> Counter[str]:
    """How often each check failed. One that was not tried did not fail."""
    return Counter(check.id for checks in tries for check in checks if not check.passed and not check.skipped)


def told(report: Report, failed: Mapping[str, int]) -> list[dict[str, Any]]:
    """The checks of a report as their learner may read them: a hint is there once it is open.

    Each has `id`, `title`, `passed`, `skipped`, `points`, `message`, `expected`, `actual`, `line`, `hint` (None while
    it is shut) and `hint_after` (how many more failed tries open it, 0 where none waits).
    """
    return [_told(check, left(failed.get(check.id, 0))) for check in report.checks]


def _told(check: CheckResult, after: int) -> dict[str, Any]:
    waits = bool(check.hint) and not check.passed and not check.skipped
    return {
        "id": check.id,
        "title": check.title,
        "passed": check.passed,
        "skipped": check.skipped,
        "points": check.points,
        "message": check.message,
        "expected": check.expected,
        "actual": check.actual,
        "line": check.line,
        "hint": check.hint if waits and not after else None,
        "hint_after": after if waits else 0,
    }
