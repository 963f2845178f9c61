"""What is kept of an error: where it happened and why, and nobody's data."""

import errno
from pathlib import Path
from smtplib import SMTPResponseException

import pytest

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
