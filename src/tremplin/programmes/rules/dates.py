"""Decisions about dates and deadlines, without a database."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Invalid, Message
from tremplin.programmes.schema import DATE_CODES, Moment, Plan
from tremplin.programmes.schema.base import hour_text

ANYWHERE_ON_EARTH = timezone(timedelta(hours=-12), "AoE")
DEADLINES = frozenset({"call_closes", "reading_ends", "offers_answered", "follow_up_ends"})
LABELS: Mapping[str, Message] = {
    "call_opens": gettext_lazy("The call opens"),
    "call_closes": gettext_lazy("The call closes"),
    "reading_ends": gettext_lazy("Reading ends"),
    "decisions_out": gettext_lazy("Decisions go out"),
    "offers_answered": gettext_lazy("Offers are answered"),
    "training_starts": gettext_lazy("Training starts"),
    "midpoint": gettext_lazy("Midpoint"),
    "training_ends": gettext_lazy("Training ends"),
    "demo_day": gettext_lazy("Demo day"),
    "follow_up_ends": gettext_lazy("Follow-up ends"),
}
_LAST_SECOND = time(23, 59, 59)


def planned_dates(plan: Plan, opens: datetime) -> dict[str, datetime]:
    """All named dates of a cohort whose first day is that of `opens`, in UTC.

    A deadline falls at the end of its day: anywhere on earth when the programme says so, else in its zone.
    Every other date falls at the hour of the opening in the programme's zone, whatever summer time does.
    A date with an hour of its own falls then.
    """
    dates: dict[str, Moment] = {"call_opens": Moment("call_opens", timedelta())}
    dates |= {str(code): moment for code, moment in plan.dates.items()}
    return {code: planned_date(plan, opens, code, dates[code]) for code in DATE_CODES if code in dates}


def planned_date(plan: Plan, opens: datetime, code: str, moment: Moment) -> datetime:
    """When the date `code` falls if the file says `moment`."""
    zone = ZoneInfo(plan.cohort.time_zone)
    if moment.hour is not None:
        clock = UTC if moment.hour.tzinfo else zone
        return _at((opens.astimezone(clock) + moment.offset).date(), moment.hour.replace(tzinfo=None), clock)
    start = opens.astimezone(zone)
    day = (start.replace(tzinfo=None) + moment.offset).date()
    if code in DEADLINES:
        return _at(day, _LAST_SECOND, ANYWHERE_ON_EARTH if plan.cohort.anywhere_on_earth else zone)
    if code == "call_opens" and not moment.offset:
        return opens.astimezone(UTC)
    return _at(day, start.time(), zone)


def _at(day: date, hour: time, zone: ZoneInfo | timezone) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)


def written_date(plan: Plan, opens: datetime, code: str, at: datetime) -> str:
    """How a file must say that the date `code` falls `at`, so that reading it gives exactly that moment.

    The shortest that is exact: whole weeks or days, else days and an hour of the programme's zone, else
    (an hour that summer time repeats or leaves out) days and an hour of UTC.
    """
    zone = ZoneInfo(plan.cohort.time_zone)
    for clock in (ANYWHERE_ON_EARTH, zone):
        days = (at.astimezone(clock).date() - opens.astimezone(zone).date()).days
        if planned_date(plan, opens, code, Moment("call_opens", timedelta(days=days))) == at:
            return _offset_text(days)
    for clock in (zone, UTC):
        local = at.astimezone(clock)
        days = (local.date() - opens.astimezone(clock).date()).days
        hour = local.time().replace(tzinfo=UTC if clock is UTC else None, fold=0)
        if planned_date(plan, opens, code, Moment("call_opens", timedelta(days=days), hour)) == at:
            return f"{_offset_text(days)} {hour_text(hour)}"
    raise ValueError(f"{at} is finer than a second")


def _offset_text(days: int) -> str:
    text = f"{abs(days) // 7}w" if days and days % 7 == 0 else f"{abs(days)}d"
    return f"-{text}" if days < 0 else text


def ends_a_day_anywhere(at: datetime) -> date | None:
    """The day that `at` ends everywhere on earth, None for any other moment."""
    local = at.astimezone(ANYWHERE_ON_EARTH)
    return local.date() if local.time().replace(microsecond=0) == _LAST_SECOND else None


def check_order(dates: Mapping[str, datetime]) -> None:
    """Raises Invalid, naming the two dates, when a date would fall before the one it follows."""
    present = [code for code in DATE_CODES if code in dates]
    for earlier, later in pairwise(present):
        if dates[later] < dates[earlier]:
            message = _("“%(later)s” would fall before “%(earlier)s”.")
            raise Invalid({later: [message % {"later": LABELS[later], "earlier": LABELS[earlier]}]})


def call_is_open(*, dates: Mapping[str, datetime], grace: timedelta, now: datetime) -> bool:
    """Whether applications may be sent: from the opening to the deadline plus the silent grace."""
    return dates["call_opens"] <= now <= dates["call_closes"] + grace
