"""What is kept of an exception: where it happened, never what the data was."""

import traceback
from datetime import datetime
from pathlib import Path
from smtplib import SMTPResponseException
from typing import TypedDict

from django_tasks.utils import get_module_path

from tremplin.core.jobs.effects import GiveUp, Retry

DEEPEST = 12


class Trace(TypedDict):
    at: str
    exception: str
    reason: str
    frames: list[str]


def trace(error: BaseException, *, now: datetime) -> Trace:
    """The class, the innermost frames and, where it cannot name a person, the reason.

    Messages of arbitrary exceptions quote values ("duplicate key (email)=(…)"), so they are left out.
    """
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    return {
        "at": now.isoformat(),
        "exception": get_module_path(type(error)),
        "reason": _reason(error),
        "frames": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _reason(error: BaseException) -> str:
    if isinstance(error, GiveUp | Retry):
        return error.reason
    if isinstance(error, SMTPResponseException):
        return f"SMTP {error.smtp_code}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return ""


def _short(filename: str) -> str:
    """The path below the package or library, which says as much and tells nothing of the machine."""
    parts = Path(filename).parts
    for root in ("tremplin", "site-packages", "tests", "bench"):
        if root in parts:
            return "/".join(parts[parts.index(root) + (root == "site-packages") :])
    return parts[-1]


def text(kept: Trace) -> str:
    """One error as the text of a traceback."""
    reason = f": {kept['reason']}" if kept["reason"] else ""
    return "\n".join([*(f"  {frame}" for frame in kept["frames"]), f"{kept['exception']}{reason}"])
