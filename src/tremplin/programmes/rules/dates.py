"""Decisions about dates and deadlines, without a database."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Invalid, Message
from tremplin.programmes.schema import DATE_CODES, Moment, Plan
from tremplin.programmes.schema.base import hour_text
from tremplin.programmes.schema.calendar import ANYWHERE_ON_EARTH, DEADLINES, LAST_SECOND, falls

__all__ = [
    "ANYWHERE_ON_EARTH",
    "DEADLINES",
    "LABELS",
    "call_is_open",
    "check_order",
    "ends_a_day_anywhere",
    "planned_date",
    "planned_dates",
    "written_date",
]

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


def planned_dates(plan: Plan, first_day: datetime) -> dict[str, datetime]:
    """All named dates of a cohort that begins on `first_day`, in UTC: see `schema.calendar.falls`."""
    dates: dict[str, Moment] = {"call_opens": Moment("call_opens", timedelta())}
    dates |= {str(code): moment for code, moment in plan.dates.items()}
    return {code: planned_date(plan, first_day, code, dates[code]) for code in DATE_CODES if code in dates}


def planned_date(plan: Plan, first_day: datetime, code: str, moment: Moment) -> datetime:
    """When the date `code` falls if the file says `moment`."""
    return falls(plan.cohort, first_day, code, moment)


def written_date(plan: Plan, first_day: datetime, code: str, at: datetime) -> str:
    """How a file must say that the date `code` falls `at`, so that reading it gives exactly that moment.

    The shortest that is exact: whole weeks or days, else days and an hour of the programme's zone, else
    (an hour that summer time repeats or leaves out) days and an hour of UTC.
    """
    for text in _candidates(plan, first_day, at):
        if planned_date(plan, first_day, code, Moment.parse(text)) == at:
            return text
    raise ValueError(f"{at} is finer than a second")


def _candidates(plan: Plan, first_day: datetime, at: datetime) -> Iterator[str]:
    """Ways to say `at`, the shortest first."""
    zone = ZoneInfo(plan.cohort.time_zone)
    start = first_day.astimezone(zone).date()
    for clock in (ANYWHERE_ON_EARTH, zone):
        yield _offset_text((at.astimezone(clock).date() - start).days)
    for clock in (zone, UTC):
        local = at.astimezone(clock)
        hour = local.time().replace(tzinfo=UTC if clock is UTC else None, fold=0)
        yield f"{_offset_text((local.date() - first_day.astimezone(clock).date()).days)} {hour_text(hour)}"


def _offset_text(days: int) -> str:
    text = f"{abs(days) // 7}w" if days and days % 7 == 0 else f"{abs(days)}d"
    return f"-{text}" if days < 0 else text


def ends_a_day_anywhere(at: datetime) -> date | None:
    """The day that `at` ends everywhere on earth, None for any other moment."""
    local = at.astimezone(ANYWHERE_ON_EARTH)
    return local.date() if local.time().replace(microsecond=0) == LAST_SECOND else None


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
