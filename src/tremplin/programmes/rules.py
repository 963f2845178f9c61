"""Decisions about dates and deadlines, without a database."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tremplin.core.errors import Invalid
from tremplin.programmes.schema import DATE_CODES, Plan

ANYWHERE_ON_EARTH = timezone(timedelta(hours=-12), "AoE")
DEADLINES = frozenset({"call_closes", "reading_ends", "offers_answered", "follow_up_ends"})


def planned_dates(plan: Plan, opens: datetime) -> dict[str, datetime]:
    """All named dates of a cohort whose call opens at `opens`, in UTC.

    A deadline falls at the end of its day: anywhere on earth when the programme says so, else in its zone.
    Every other date falls at the hour of the opening in the programme's zone, whatever summer time does.
    """
    zone = ZoneInfo(plan.cohort.time_zone)
    start = opens.astimezone(zone)
    dates: dict[str, datetime] = {}
    moments = {str(code): moment for code, moment in plan.dates.items()}
    for code in DATE_CODES:
        moment = moments.get(code)
        if code == "call_opens":
            dates[code] = opens.astimezone(UTC)
        elif moment is not None:
            day = (start.replace(tzinfo=None) + moment.offset).date()
            dates[code] = _end_of(day, plan) if code in DEADLINES else _at(day, start.time(), zone)
    return dates


def _end_of(day: date, plan: Plan) -> datetime:
    zone = ANYWHERE_ON_EARTH if plan.cohort.anywhere_on_earth else ZoneInfo(plan.cohort.time_zone)
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)


def check_order(dates: Mapping[str, datetime]) -> None:
    """Raises Invalid, naming the two dates, when a date would fall before the one it follows."""
    present = [code for code in DATE_CODES if code in dates]
    for earlier, later in pairwise(present):
        if dates[later] < dates[earlier]:
            message = _("The date %(later)s would fall before %(earlier)s.")
            raise Invalid({later: [message % {"later": later, "earlier": earlier}]})


def call_is_open(*, dates: Mapping[str, datetime], grace: timedelta, now: datetime) -> bool:
    """Whether applications may be sent: from the opening to the deadline plus the silent grace."""
    return dates["call_opens"] <= now <= dates["call_closes"] + grace
