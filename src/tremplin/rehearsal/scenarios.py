"""Named moments of a programme. Demonstration, tests, screenshots and rehearsals all stand on the same ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tremplin.core.errors import Invalid
from tremplin.programmes import file
from tremplin.programmes.rules import planned_dates
from tremplin.programmes.schema import Plan
from tremplin.rehearsal.models import Rehearsal
from tremplin.rehearsal.services import Progress, Wish, rehearse

OPENING_HOUR = 9


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the journey: so long after (or before) a named date."""

    date: str
    after: timedelta


MOMENTS: Mapping[str, Moment] = {
    "call-open": Moment("call_closes", timedelta(days=-6)),
    "deadline-night": Moment("call_closes", timedelta(minutes=-20)),
    "under-review": Moment("call_closes", timedelta(days=4)),
    "decided": Moment("decisions_out", timedelta(days=1)),
    "week-3": Moment("training_starts", timedelta(days=18)),
    "demo-day": Moment("training_ends", timedelta(hours=6)),
    "one-year-later": Moment("training_ends", timedelta(weeks=62)),
}


def moment_of(name: str, dates: Mapping[str, datetime]) -> datetime:
    """When a named moment falls in a cohort with these dates. Raises Invalid for an unknown name."""
    if name not in MOMENTS:
        raise Invalid({"until": [f"There is no moment “{name}”. Known are: {', '.join(MOMENTS)}."]})
    moment = MOMENTS[name]
    return dates[moment.date] + moment.after


def opening_for(plan: Plan, name: str, now: datetime) -> datetime:
    """The last morning on which a call can have opened for `name` to be today, or yesterday, and never after `now`."""
    shift = moment_of(name, planned_dates(plan, now)) - now
    day = (now - shift).astimezone(ZoneInfo(plan.cohort.time_zone)) + timedelta(days=2)
    while moment_of(name, planned_dates(plan, morning := _morning(day))) > now:
        day -= timedelta(days=1)
    return morning


def monday_for(plan: Plan, name: str, now: datetime) -> datetime:
    """The last Monday on which a call can have opened for `name` to be past: weekdays fall as in every rehearsal."""
    morning = opening_for(plan, name, now)
    return morning - timedelta(days=morning.weekday())


def _morning(day: datetime) -> datetime:
    return day.replace(hour=OPENING_HOUR, minute=0, second=0, microsecond=0)


def build(
    name: str,
    *,
    text: str,
    institution: str,
    cohort: str,
    now: datetime,
    applicants: int,
    seed: int,
    staff_seed: int | None = None,
    institution_name: str = "",
    hidden: bool = False,
    progress: Progress = lambda _at: None,
) -> Rehearsal:
    """A cohort that stands at the moment `name` today, everything before it played through the services."""
    plan = file.read(text)
    wish = Wish(
        text=text,
        institution=institution,
        institution_name=institution_name,
        cohort=cohort,
        opens=opening_for(plan, name, now),
        applicants=applicants,
        seed=seed,
        staff_seed=staff_seed,
        hidden=hidden,
    )
    return rehearse(wish, until=lambda opened: min(now, moment_of(name, opened.dates)), progress=progress)
