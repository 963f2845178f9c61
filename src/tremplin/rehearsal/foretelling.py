"""What the planner foretold of the reading against what was played, in words and for the picture."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.ui.amounts import number, percent
from tremplin.core.ui.charts import Interval
from tremplin.core.ui.moments import day_text

Figures = Mapping[str, Any]


def rows(report: Figures) -> list[tuple[str, str]]:
    """For each day what was foretold of the day on which reading ends; then how it stood."""
    found = []
    for one in report["foretold"]:
        day = _day(one["at"])
        found += [
            (_("%(day)s: chance that somebody is unread") % {"day": day}, _chance(one["unread"])),
            (_("%(day)s: applications unread") % {"day": day}, _span(one["people"])),
            (_("%(day)s: reads short") % {"day": day}, _span(one["missing"])),
        ]
    if stood := report.get("stood"):
        found += [
            (_("Played: applications unread"), number(stood["people"])),
            (_("Played: reads short"), number(stood["missing"])),
            (_("Days on which it came as foretold"), _held(report)),
        ]
    return found


def reads_short(report: Figures) -> tuple[list[Interval], float | None]:
    """The reads short as foretold on each day, and as it was played; None before reading ended."""
    drawn = [
        Interval(_day(one["at"]), one["missing"]["low"], one["missing"]["middle"], one["missing"]["high"])
        for one in report.get("foretold", ())
    ]
    stood = report.get("stood")
    return drawn, float(stood["missing"]) if stood else None


def _held(report: Figures) -> str:
    """On how many days what was played lay within what nine of ten runs had shown."""
    stood, told = report["stood"], report["foretold"]
    inside = sum(
        all(one[name]["low"] <= stood[name] <= one[name]["high"] for name in ("people", "missing"))
        for one in told
    )
    text = ngettext("%(inside)s of %(count)s day", "%(inside)s of %(count)s days", len(told))
    return text % {"inside": number(inside), "count": number(len(told))}


def _chance(found: Figures) -> str:
    """With what it would be if all that is not known were known, from 5 % to 95 %."""
    words = {"value": percent(found["value"]), "low": percent(found["least"]), "high": percent(found["most"])}
    return _("%(value)s (%(low)s to %(high)s)") % words


def _span(found: Figures) -> str:
    """The middle, and where nine of ten runs lie."""
    return _("%(value)s (%(low)s to %(high)s)") % {
        "value": number(found["middle"]),
        "low": number(found["low"]),
        "high": number(found["high"]),
    }


def _day(at: str) -> str:
    return str(day_text(datetime.fromisoformat(at), "short"))
