"""What the log says of a fault: its kind, its place and the request, never what a person had typed.

Messages of exceptions quote values (“invalid literal for int(): …”, “Key (email)=(…) already exists”), and addresses
of pages hold the secrets of mailed links. So both stay out; the id of the request is on the page that the person saw.
"""

import logging
import traceback
from pathlib import Path
from typing import Any

from django.conf import settings

REQUEST_ID = "REQUEST_ID"  # in the META of a request: no header can have that name there
_CAUSES = 5  # as far back as causes of causes are followed


class Formatter(logging.Formatter):
    """Lines for the log. A developer, at invented data, gets Python's own traceback."""

    def format(self, record: logging.LogRecord) -> str:
        ours = logging.makeLogRecord(
            {**vars(record), "exc_text": None}
        )  # not what another handler made of it
        request = getattr(record, "request", None)
        if record.name == "django.request" and request is not None:
            ours.msg, ours.args = _said(record, request), ()
        return super().format(ours)

    def formatException(self, ei: Any) -> str:  # noqa: N802 (the name that logging asks for)
        return super().formatException(ei) if settings.DEBUG else "\n".join(_kinds(ei[1]))


def _said(record: logging.LogRecord, request: Any) -> str:
    """The page by its name, not by its address."""
    match = getattr(request, "resolver_match", None)
    page = match.view_name if match else "no page of ours"
    status = getattr(record, "status_code", record.levelname)
    return f"{status} for {request.method} {page}, request {request.META.get(REQUEST_ID, 'without an id')}"


def _kinds(error: BaseException | None) -> list[str]:
    """Each exception by its class and the places it came through, the one that people noticed first."""
    lines: list[str] = []
    for _step in range(_CAUSES):
        if error is None:
            break
        kind = type(error)
        lines.append(f"{'because of ' if lines else ''}{kind.__module__}.{kind.__qualname__}")
        lines += [
            f"  {_place(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines


def _place(filename: str) -> str:
    """The path from the package on: where this machine keeps it is nobody's business."""
    parts = Path(filename).parts
    for root in ("tremplin", "site-packages", "tests"):
        if root in parts:
            return "/".join(parts[parts.index(root) + (root == "site-packages") :])
    return parts[-1]
