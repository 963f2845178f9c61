"""What is kept of an error: where it happened and why, and nobody's data."""

import errno
from pathlib import Path
from smtplib import SMTPResponseException, SMTPServerDisconnected
from typing import Any

import pytest
from django.db import DatabaseError, DataError, IntegrityError, OperationalError, ProgrammingError, connection

from tremplin.core import clock
from tremplin.core.jobs import traces
from tremplin.core.jobs.effects import GiveUp, Retry


def kept(error: Exception) -> traces.Trace:
    try:
        raise error
    except Exception as caught:
        return traces.trace(caught, now=clock.now())


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Retry("the other side is away"), "the other side is away"),
        (GiveUp("no such address"), "no such address"),
        (SMTPResponseException(550, "No such user ada@example.org"), "SMTP 550"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "Connection refused"),
        (OSError("ada@example.org cannot be written"), ""),
        (ValueError("duplicate key (email)=(ada@example.org)"), ""),
        (OperationalError("no such table: nowhere\nDETAIL: ada@example.org"), "no such table: nowhere"),
        (ProgrammingError('relation "nowhere" does not exist'), 'relation "nowhere" does not exist'),
        (OperationalError("x" * 300), "x" * 200),
        (OperationalError(""), ""),
        (OperationalError("cannot reach postgres://ada@example.org/x now"), "cannot reach … now"),
        (IntegrityError("duplicate key (email)=(ada@example.org)"), ""),
        (DataError('invalid input syntax: "ada@example.org"'), ""),
        (SMTPServerDisconnected("Connection unexpectedly closed"), "Connection unexpectedly closed"),
        (FileNotFoundError(errno.ENOENT, "No such file", "bwrap"), "No such file: bwrap"),
        (PermissionError(errno.EACCES, "Permission denied", "/usr/bin/bwrap"), "Permission denied: bwrap"),
        (OSError(errno.ENOSPC, "No space left", "/srv/files/ada@example.org.pdf"), "No space left"),
        (TimeoutError("ada@example.org timed out"), "timed out"),
    ],
)
def test_the_reason_is_kept_where_it_can_name_nobody(error: Exception, reason: str) -> None:
    trace = kept(error)
    assert trace["reason"] == reason
    assert "ada@example.org" not in traces.text(trace)


@pytest.mark.parametrize(
    ("filename", "short"),
    [
        ("/srv/venv/lib/python3.11/site-packages/django/db/models/query.py", "django/db/models/query.py"),
        ("/home/somebody/src/tremplin/core/ids.py", "tremplin/core/ids.py"),
        ("/usr/lib/python3.11/json/decoder.py", "decoder.py"),
    ],
)
def test_a_place_tells_nothing_of_the_machine(filename: str, short: str) -> None:
    assert traces._short(filename) == short


def test_an_error_reads_as_a_traceback_does() -> None:
    lines = traces.text(kept(Retry("not yet"))).splitlines()
    assert lines[-1] == "tremplin.core.jobs.effects.Retry: not yet"
    assert lines[0].startswith(f"  tests/core/jobs/{Path(__file__).name}:")
    assert traces.text(kept(ValueError("x"))).splitlines()[-1] == "builtins.ValueError"


@pytest.mark.django_db
def test_a_line_of_the_log_names_the_place_in_our_code_however_deep_the_library_goes() -> None:
    """The innermost frames of a fault of the database are all Django's: ours is kept before them."""

    def deep(depth: int) -> None:
        if depth:
            deep(depth - 1)
        else:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM nowhere")

    code = compile("def ours(then):\n    then()", "/srv/src/tremplin/review/tasks.py", "exec")
    names: dict[str, Any] = {}
    exec(code, names)  # a frame that lies in our code
    try:
        names["ours"](lambda: deep(20))
    except DatabaseError as error:
        trace = traces.trace(error, now=clock.now())
    assert trace["frames"][0] == "tremplin/review/tasks.py:2 ours"
    assert len(trace["frames"]) == traces.DEEPEST + 1
    line = traces.line(trace)
    assert line.endswith("(at tremplin/review/tasks.py:2 ours)")
    assert line.startswith("django.db.utils.")
    assert "nowhere" in line
    assert "\n" not in line


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert traces.line(traces.trace(ValueError("ada"), now=clock.now())) == "builtins.ValueError"
