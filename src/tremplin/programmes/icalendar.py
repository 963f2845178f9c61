"""The public dates of a cohort as a calendar file (RFC 5545) that people can subscribe to."""

from datetime import UTC, datetime

from django.conf import settings

from tremplin.core.text import say
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.rules import LABELS

PUBLIC = (
    "call_opens",
    "call_closes",
    "decisions_out",
    "offers_answered",
    "training_starts",
    "training_ends",
    "demo_day",
)


def as_calendar(cohort: Cohort, now: datetime) -> str:
    """One event a public date, each with the same id for ever, so that a moved date moves in calendars too."""
    name, url = say(cohort.plan.programme.name), f"{settings.BASE_URL}{cohort_url(cohort, 'programmes:call')}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tremplin//Dates//EN", f"X-WR-CALNAME:{_text(name)}"]
    for code in PUBLIC:
        if code in cohort.dates:
            lines += [
                "BEGIN:VEVENT",
                f"UID:{cohort.ref}-{code}@tremplin",
                f"DTSTAMP:{_stamp(now)}",
                f"DTSTART:{_stamp(cohort.dates[code])}",
                f"SUMMARY:{_text(f'{name}: {LABELS[code]}')}",
                f"URL:{url}",
                "END:VEVENT",
            ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """`line` in pieces of at most 75 bytes that never cut a character."""
    pieces, piece = [], ""
    for char in line:
        if len((piece + char).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += char
    return "\r\n ".join([*pieces, piece])
