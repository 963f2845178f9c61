"""Grades submissions in a sandbox. `grade(lab, submission, seed=…)` is the whole of it; see docs/labs.md."""

from tremplin.grader.doctor import Finding, doctor
from tremplin.grader.grading import grade
from tremplin.grader.lab import Check, Lab
from tremplin.grader.lab_file import read as read_lab
from tremplin.grader.limits import BadLimits, Limits
from tremplin.grader.report import BadReport, CheckResult, Report, Status
from tremplin.grader.sandbox import Box, BoxDied, BoxSpec, Sandbox, Unavailable, Usage
from tremplin.grader.table import ContentError

__all__ = [
    "BadLimits",
    "BadReport",
    "Box",
    "BoxDied",
    "BoxSpec",
    "Check",
    "CheckResult",
    "ContentError",
    "Finding",
    "Lab",
    "Limits",
    "Report",
    "Sandbox",
    "Status",
    "Unavailable",
    "Usage",
    "doctor",
    "grade",
    "read_lab",
]
