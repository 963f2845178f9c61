"""Those who read: how hard, how steadily, how fast, and whether they stay.

Calibrated so that single scores of one application agree about as little as they do in real panels: an
intraclass correlation of 0.26 (Mutz, Bornmann and Daniel, 23,414 ratings of 8,329 proposals).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from numpy.random import Generator

from .draws import between, chance, clamp, exponential, lognormal, normal, sample
from .people import Person
from .profiles import spoken

# In standard deviations of quality: what one reader's score is made of beside the quality itself.
_QUALITY = 1.0
_SEVERITY = 0.70
_NOISE = 1.46  # what this reader makes of this application, on every criterion alike
_SLIP = 0.45  # and on one criterion
_MIDDLE, _STEP = 0.5, 0.115  # of the scale: where the mean falls, and what one standard deviation spans
_LONGEST_SITTING = 270.0
_MEAN_QUALITY, _SPREAD_OF_QUALITY = 0.5, 0.18


@dataclass(frozen=True, slots=True)
class Reviewer:
    """``severity`` lowers every score; ``scale_use`` above one reaches for the ends of the scale.

    ``minutes`` is the median of a lognormal time per read. ``days_off`` are weekdays, Monday being 0.
    ``leaves_after`` is how many days into the reading this one stops answering, if ever.
    """

    person: Person
    severity: float
    noise: float
    scale_use: float
    minutes: float
    hours_per_week: float
    days_off: tuple[int, ...]
    languages: tuple[str, ...]
    conflict_probability: float
    drop_out_probability: float
    leaves_after: int | None


def reviewer(person: Person) -> Reviewer:
    """The traits of one reviewer, the same for the same person."""
    temper, pace = person.stream("reviewer", "temper"), person.stream("reviewer", "pace")
    drop_out = clamp(lognormal(pace, 0.05, 0.6), 0.01, 0.3)
    return Reviewer(
        person=person,
        severity=normal(temper, 0.0, _SEVERITY),
        noise=clamp(normal(temper, _NOISE, 0.25), 0.7, 2.2),
        scale_use=clamp(lognormal(temper, 1.0, 0.18), 0.6, 1.6),
        minutes=clamp(lognormal(pace, 9.0, 0.3), 4.0, 24.0),
        hours_per_week=clamp(lognormal(pace, 4.0, 0.45), 1.0, 12.0),
        days_off=tuple(sorted(sample(pace, range(7), between(pace, 1, 3)))),
        languages=tuple(code for code in spoken(person) if code in ("en", "fr")),
        conflict_probability=clamp(lognormal(pace, 0.012, 0.7), 0.0, 0.1),
        drop_out_probability=drop_out,
        leaves_after=between(pace, 3, 12) if chance(pace, drop_out) else None,
    )


def score(
    quality: Mapping[str, float], reviewer: Reviewer, rng: Generator, scale_min: int, scale_max: int
) -> dict[str, int]:
    """One reader's scores, criterion by criterion: the quality, seen through the reader's own glass."""
    impression = normal(rng, 0.0, reviewer.noise) - reviewer.severity
    return {
        criterion: _on_scale(
            _QUALITY * (value - _MEAN_QUALITY) / _SPREAD_OF_QUALITY + impression + normal(rng, 0.0, _SLIP),
            reviewer.scale_use,
            scale_min,
            scale_max,
        )
        for criterion, value in quality.items()
    }


def _on_scale(impression: float, scale_use: float, low: int, high: int) -> int:
    share = _MIDDLE + _STEP * scale_use * impression
    return int(clamp(round(low + share * (high - low)), low, high))


def cannot_judge(reviewer: Reviewer, rng: Generator) -> bool:
    """Now and then a reader says so, more often one who is noisy."""
    return chance(rng, 0.015 * reviewer.noise)


def has_conflict(reviewer: Reviewer, applicant: Person) -> bool:
    """Whether this reviewer knows this applicant; asked twice, the answer is the same."""
    return chance(reviewer.person.stream("conflict", applicant.email), reviewer.conflict_probability)


def read_minutes(reviewer: Reviewer, rng: Generator) -> float:
    return clamp(lognormal(rng, reviewer.minutes, 0.45), 1.5, 75.0)


def reading_times(reviewer: Reviewer, starts: datetime, ends: datetime) -> Iterator[tuple[datetime, float]]:
    """When this reviewer would finish one read after the other, and the minutes each took.

    People read in sittings, more of them as the end comes near, on days that are not off, in the evening
    or at the weekend of their own time zone, and not at all once they have dropped out.
    """
    rng = reviewer.person.stream("reading", starts.isoformat())
    zone = ZoneInfo(reviewer.person.time_zone)
    day, last = starts.astimezone(zone).date(), ends.astimezone(zone).date()
    length = max(1, (last - day).days)
    for number in range((last - day).days + 1):
        if reviewer.leaves_after is not None and number >= reviewer.leaves_after:
            return
        yield from _sitting(reviewer, rng, day + timedelta(days=number), number / length, starts, ends)


def _sitting(
    reviewer: Reviewer, rng: Generator, day: date, progress: float, starts: datetime, ends: datetime
) -> Iterator[tuple[datetime, float]]:
    if day.weekday() in reviewer.days_off:
        return
    working_days = 7 - len(reviewer.days_off)
    # Two sittings in three days; short ones at first, twice as long near the end.
    if not chance(rng, 0.66):
        return
    usual = 60 * reviewer.hours_per_week / working_days / 0.66 * (0.6 + 0.9 * progress)
    minutes = min(exponential(rng, usual), _LONGEST_SITTING)
    hour = between(rng, 9, 16) if day.weekday() >= 5 else between(rng, 18, 21)
    moment = datetime(
        day.year, day.month, day.day, hour, tzinfo=ZoneInfo(reviewer.person.time_zone)
    ).astimezone(UTC)
    while minutes > 0:
        taken = read_minutes(reviewer, rng)
        moment, minutes = moment + timedelta(minutes=taken), minutes - taken
        if starts <= moment <= ends:
            yield moment, taken
