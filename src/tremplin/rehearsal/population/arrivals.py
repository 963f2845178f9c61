"""When people come: the long quiet, the last week, the last hour.

The figures are those of real calls: 61 % of the applications to Outreachy in May 2021 came in the last week,
and 14 % of those to a large scholarship in the last hour.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from numpy.random import Generator

from .draws import between, chance, exponential, lognormal, pick, poisson, shuffled, stream
from .people import Person

Reason = Literal["", "hours", "residence", "experience", "age"]

_HOUR, _WEEK = timedelta(hours=1), timedelta(days=7)
_REASONS: tuple[Reason, ...] = ("hours", "hours", "hours", "residence", "experience", "experience", "age")
# How awake a country is at each local hour; the deep night is never quite empty.
_AWAKE = (
    0.22, 0.12, 0.07, 0.05, 0.06, 0.12, 0.25, 0.42, 0.62, 0.82, 0.95, 0.92,
    0.78, 0.74, 0.82, 0.88, 0.86, 0.80, 0.78, 0.90, 1.00, 0.98, 0.76, 0.46,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Habits:
    """How applicants behave; every number can be changed for one rehearsal."""

    last_week: float = 0.61
    last_hour: float = 0.14
    abandoned: float = 0.28  # of everyone who starts
    ineligible: float = 0.05  # of those who submit
    ineligible_among_abandoned: float = 0.18
    withdrawn: float = 0.02
    late_attempt: float = 0.03  # of those who abandon: they come back after the close
    withdraw_within: timedelta = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Journey:
    """One person's way through the form. All times are in UTC.

    ``tried_late_at`` is when someone with a draft came back after the close.
    """

    person: Person
    opened_at: datetime
    saves: list[datetime]
    submitted_at: datetime | None
    withdrawn_at: datetime | None
    eligible: bool
    reason: Reason = ""
    tried_late_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The time a call is open, cut into its quiet part, its last week and its last hour."""

    opens: datetime
    closes: datetime

    def __post_init__(self) -> None:
        if self.opens.utcoffset() is None or self.closes.utcoffset() is None:
            raise ValueError("a call opens and closes at an aware datetime")
        if self.closes <= self.opens:
            raise ValueError("a call must close after it opens")

    @property
    def last_week(self) -> datetime:
        return max(self.opens, self.closes - _WEEK)

    @property
    def last_hour(self) -> datetime:
        return max(self.opens, self.closes - _HOUR)


def starters(submitting: int, habits: Habits) -> int:
    """How many drafts are begun for so many to be submitted."""
    return submitting + round(submitting * habits.abandoned / (1 - habits.abandoned))


def journeys(
    *,
    seed: int,
    opens: datetime,
    closes: datetime,
    submitting: int,
    person: Callable[[int], Person],
    habits: Habits | None = None,
) -> list[Journey]:
    """The journeys of everyone who starts, in the order in which they open the form."""
    habits = habits or Habits()
    window = Window(opens.astimezone(UTC), closes.astimezone(UTC))
    phases = _phases(stream(seed, "arrivals", "phases"), window, submitting, habits)
    done = [_submits(person(number), window, phases[number], habits) for number in range(submitting)]
    left = [
        _abandons(person(number), window, habits)
        for number in range(submitting, starters(submitting, habits))
    ]
    return sorted(done + left, key=lambda journey: (journey.opened_at, journey.person.email))


Phase = Literal["early", "last week", "last hour"]


def _phases(rng: Generator, window: Window, count: int, habits: Habits) -> list[Phase]:
    """Who submits when: the shares are met exactly, and chance decides only whom they fall on."""
    hour = round(count * habits.last_hour)
    week = max(0, round(count * habits.last_week) - hour)
    early = count - hour - week
    if window.last_hour <= window.opens:
        hour, week, early = count, 0, 0
    elif window.last_week <= window.opens:
        week, early = week + early, 0
    phases: list[Phase] = ["last hour"] * hour
    phases += ["last week"] * week
    phases += ["early"] * early
    return shuffled(rng, phases)


def _submits(person: Person, window: Window, phase: Phase, habits: Habits) -> Journey:
    rng = person.stream("journey")
    submitted = _submission(rng, person, window, phase)
    opened = _opening(rng, person, window, submitted)
    eligible = not chance(rng, habits.ineligible)
    return Journey(
        person=person,
        opened_at=opened,
        saves=_saves(rng, person, opened, submitted),
        submitted_at=submitted,
        withdrawn_at=_withdrawal(rng, person, submitted, habits),
        eligible=eligible,
        reason="" if eligible else pick(rng, _REASONS),
    )


def _abandons(person: Person, window: Window, habits: Habits) -> Journey:
    """Somebody begins, comes back or not, and never submits."""
    rng = person.stream("journey")
    opened = _somewhen(rng, person, window.opens, window.closes - timedelta(minutes=20))
    last = min(window.closes, opened + timedelta(hours=exponential(rng, 30)))
    eligible = not chance(rng, habits.ineligible_among_abandoned)
    late = (
        window.closes + timedelta(minutes=1 + exponential(rng, 14))
        if chance(rng, habits.late_attempt)
        else None
    )
    return Journey(
        person=person,
        opened_at=opened,
        saves=_saves(rng, person, opened, last) if chance(rng, 0.8) else [],
        submitted_at=None,
        withdrawn_at=None,
        eligible=eligible,
        reason="" if eligible else pick(rng, _REASONS),
        tried_late_at=late,
    )


def _submission(rng: Generator, person: Person, window: Window, phase: Phase) -> datetime:
    if phase == "last hour":
        return _in_last_hour(rng, window)
    if phase == "last week":
        return _towards_the_close(rng, person, window)
    return _in_the_quiet(rng, person, window)


def _in_last_hour(rng: Generator, window: Window) -> datetime:
    """Ever faster until the last minute, and nobody watches the hour of the day any more."""
    span = (window.closes - window.last_hour).total_seconds()
    while True:
        before = 2 + exponential(rng, span * 0.3)
        if before < span:
            return window.closes - timedelta(seconds=before)


def _towards_the_close(rng: Generator, person: Person, window: Window) -> datetime:
    """The last week rises day by day; its last day alone holds a third of it."""
    span = (window.last_hour - window.last_week).total_seconds() / 3600

    def draw() -> datetime:
        # The density falls as 1 / (hours left + 26).
        ago = 26 * ((1 + span / 26) ** float(rng.random()) - 1)
        return window.last_hour - timedelta(hours=ago)

    return _when_awake(rng, person, draw)


def _in_the_quiet(rng: Generator, person: Person, window: Window) -> datetime:
    """A small crowd in the first days, then a slow rise."""
    span = (window.last_week - window.opens).total_seconds()

    def draw() -> datetime:
        share = float(rng.random())
        at = 0.18 * share if chance(rng, 0.22) else share**0.8
        return window.opens + timedelta(seconds=span * at)

    return _when_awake(rng, person, draw)


def _when_awake(rng: Generator, person: Person, draw: Callable[[], datetime]) -> datetime:
    """Draw until the person would be at their phone or desk."""
    zone = ZoneInfo(person.time_zone)
    moment = draw()
    for _ in range(60):
        if chance(rng, _AWAKE[moment.astimezone(zone).hour]):
            break
        moment = draw()
    return moment


def _somewhen(rng: Generator, person: Person, start: datetime, end: datetime) -> datetime:
    span = max(0.0, (end - start).total_seconds())
    return _when_awake(rng, person, lambda: start + timedelta(seconds=span * float(rng.random()) ** 0.7))


def _opening(rng: Generator, person: Person, window: Window, submitted: datetime) -> datetime:
    """Most begin days before; some begin and end in one sitting, even in the last hour."""
    if chance(rng, 0.16):
        hours = lognormal(rng, 1.1, 0.5)
    else:
        hours = 24 * lognormal(rng, 4.5, 0.9)
    earliest = max(window.opens, submitted - timedelta(hours=hours))
    if submitted - earliest < timedelta(hours=3):
        return earliest
    end = min(submitted - timedelta(minutes=30), earliest + timedelta(hours=12))
    return _somewhen(rng, person, earliest, end)


def _saves(rng: Generator, person: Person, opened: datetime, until: datetime) -> list[datetime]:
    """The moments at which the form is saved: a few visits, a few saves in each, the last just before the end."""
    span = until - opened
    saves = [opened + min(span, timedelta(minutes=2 + exponential(rng, 6)))]
    for _ in range(1 + poisson(rng, 1.6)):
        start = _somewhen(rng, person, opened, until)
        saves += [
            start + timedelta(minutes=7 * number + exponential(rng, 3))
            for number in range(between(rng, 1, 4))
        ]
    saves.append(until - min(span, timedelta(seconds=20 + exponential(rng, 150))))
    return sorted({moment for moment in saves if opened <= moment <= until})


def _withdrawal(rng: Generator, person: Person, submitted: datetime, habits: Habits) -> datetime | None:
    if not chance(rng, habits.withdrawn):
        return None
    end = submitted + habits.withdraw_within
    return _somewhen(rng, person, submitted + timedelta(minutes=10), end)
