"""When the dates of a file fall, once the first day is known."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from tremplin.programmes.schema.base import Moment
from tremplin.programmes.schema.programme import CohortPlan

ANYWHERE_ON_EARTH = timezone(timedelta(hours=-12), "AoE")
DEADLINES = frozenset({"call_closes", "reading_ends", "offers_answered", "follow_up_ends"})
LAST_SECOND = time(23, 59, 59)


def falls(cohort: CohortPlan, first_day: datetime, code: str, moment: Moment) -> datetime:
    """When the date `code` falls, in UTC, if the file says `moment`.

    A deadline falls at the end of its day: anywhere on earth when the programme says so, else in its zone.
    Every other date falls at the hour of the first day in the programme's zone, whatever summer time does.
    A date with an hour of its own falls then.
    """
    zone = ZoneInfo(cohort.time_zone)
    if moment.hour is not None:
        clock = UTC if moment.hour.tzinfo else zone
        return _at(
            (first_day.astimezone(clock) + moment.offset).date(), moment.hour.replace(tzinfo=None), clock
        )
    start = first_day.astimezone(zone)
    day = (start.replace(tzinfo=None) + moment.offset).date()
    if code in DEADLINES:
        return _at(day, LAST_SECOND, ANYWHERE_ON_EARTH if cohort.anywhere_on_earth else zone)
    if code == "call_opens" and not moment.offset:
        return first_day.astimezone(UTC)
    return _at(day, start.time(), zone)


def _at(day: date, hour: time, zone: ZoneInfo | timezone) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)
