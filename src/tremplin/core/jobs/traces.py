"""What is kept of an exception: where it happened, never what the data was."""

import re
import sys
import traceback
from datetime import datetime
from pathlib import Path
from smtplib import SMTPNotSupportedError, SMTPResponseException, SMTPServerDisconnected
from typing import Final, TypedDict

from django.db import InterfaceError, NotSupportedError, OperationalError, ProgrammingError
from django_tasks.utils import get_module_path

from tremplin.core.jobs.effects import GiveUp, Retry

DEEPEST: Final = 12
LONGEST: Final = 200
OURS: Final = "tremplin/"
_OF_THE_DATABASE: Final = (OperationalError, ProgrammingError, InterfaceError, NotSupportedError)
"""Their first line names tables, servers and limits; values stand in IntegrityError and DataError."""
_OF_THE_MAIL_SERVER: Final = (SMTPServerDisconnected, SMTPNotSupportedError)
_ADDRESS: Final = re.compile(r"\S+@\S+")
_PROGRAMS: Final = ("/usr/", "/bin/", "/sbin/", "/lib", "/etc/", "/opt/", f"{sys.prefix}/")


class Trace(TypedDict):
    at: str
    exception: str
    reason: str
    frames: list[str]


def trace(error: BaseException, *, now: datetime) -> Trace:
    """The class, the innermost frames with one of ours among them and, where it cannot name a person, the reason.

    Messages of arbitrary exceptions quote values ("duplicate key (email)=(…)"), so they are left out.
    """
    frames = [
        f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    ours = [frame for frame in frames[:-DEEPEST] if frame.startswith(OURS)][-1:]
    innermost = frames[-DEEPEST:]
    return {
        "at": now.isoformat(),
        "exception": get_module_path(type(error)),
        "reason": _reason(error),
        "frames": innermost if any(frame.startswith(OURS) for frame in innermost) else [*ours, *innermost],
    }


def line(kept: Trace) -> str:
    """One error as one line of a log: what, why, and where in our code."""
    frames = kept["frames"]
    where = next((frame for frame in reversed(frames) if frame.startswith(OURS)), (frames or [""])[-1])
    reason = f": {kept['reason']}" if kept["reason"] else ""
    return f"{kept['exception']}{reason}" + (f" (at {where})" if where else "")


def _reason(error: BaseException) -> str:
    if isinstance(error, GiveUp | Retry):
        return error.reason
    if isinstance(error, SMTPResponseException):  # what the server says repeats the address
        return f"SMTP {error.smtp_code}"
    if isinstance(error, (*_OF_THE_DATABASE, *_OF_THE_MAIL_SERVER)):
        return _ADDRESS.sub("…", next(iter(str(error).splitlines()), ""))[:LONGEST]
    if isinstance(error, OSError):
        return _of_the_system(error)
    return ""


def _of_the_system(error: OSError) -> str:
    """The system's own words, and which program or system file; the names of other files may be people's."""
    words = error.strerror or ("timed out" if isinstance(error, TimeoutError) else "")
    name = error.filename if isinstance(error.filename, str) else ""
    known = name and ("/" not in name or name.startswith(_PROGRAMS))
    return f"{words}: {Path(name).name}" if words and known else words


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
