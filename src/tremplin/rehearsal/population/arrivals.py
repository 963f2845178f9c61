"""When people come, write, leave and send: slowly at first, and then all at once.

Outreachy's round of May 2021 saw 61 % of its applications in the last week; of 28,400 applications to one
scholarship, more than 4,000 (14 %) came in the last hour. People act in their own waking hours, except in
that last hour, in which everybody is awake.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from numpy.random import Generator

from .draws import chance, clamp, exponential, lognormal, poisson
from .people import Person

LAST_WEEK, LAST_HOUR = 0.61, 0.14
ABANDONED, INELIGIBLE, WITHDRAWN = 0.28, 0.12, 0.015
_WEEK, _HOUR = timedelta(days=7), timedelta(hours=1)
_AWAKE = range(7, 24)


@dataclass(frozen=True, slots=True)
class Journey:
    """One person's way through a call. Without `submitted_at`, the draft is abandoned."""

    person: Person
    opened_at: datetime
    saves: tuple[datetime, ...]
    submitted_at: datetime | None
    withdrawn_at: datetime | None = None
    eligible: bool = True


def journeys(
    sending: Sequence[Person],
    giving_up: Sequence[Person],
    turned_away: Sequence[Person],
    *,
    opens: datetime,
    closes: datetime,
) -> list[Journey]:
    """The ways of all who come, in the order of their arrival."""
    found = [_sends(person, opens, closes) for person in sending]
    found += [_gives_up(person, opens, closes) for person in giving_up]
    found += [
        Journey(person, _moment(person, person.stream("arrival"), opens, closes), (), None, eligible=False)
        for person in turned_away
    ]
    return sorted(found, key=lambda journey: (journey.opened_at, journey.person.email))


def _sends(person: Person, opens: datetime, closes: datetime) -> Journey:
    rng = person.stream("arrival")
    sent = _moment(person, rng, opens, closes)
    before = timedelta(days=clamp(lognormal(rng, 2.5, 1.1), 0.04, 20))
    opened = max(opens + timedelta(minutes=5), sent - before)
    opened = min(opened, sent - timedelta(minutes=12))
    visits = 1 + min(6, poisson(rng, 2.2))
    span = sent - opened
    saves = tuple(sorted(opened + span * (0.02 + 0.93 * float(rng.random())) for _ in range(visits)))
    withdrawn = sent + timedelta(days=3) if chance(rng, WITHDRAWN) else None
    return Journey(person, opened, saves, sent, withdrawn)


def _gives_up(person: Person, opens: datetime, closes: datetime) -> Journey:
    rng = person.stream("arrival")
    opened = min(_moment(person, rng, opens, closes), closes - timedelta(minutes=30))
    room = closes - opened
    visits = 1 + min(3, poisson(rng, 0.7))
    saves = tuple(
        sorted(opened + room * 0.6 * float(rng.random()) + timedelta(minutes=9) for _ in range(visits))
    )
    return Journey(person, opened, tuple(at for at in saves if at < closes), None)


def _moment(person: Person, rng: Generator, opens: datetime, closes: datetime) -> datetime:
    """When somebody sends, drawn from the curve, moved into their waking hours where there is room."""
    where = float(rng.random())
    if where < LAST_HOUR:
        return closes - _HOUR * clamp(float(rng.random()) ** 1.4, 0.004, 0.999)
    last_week = closes - _WEEK
    if where < LAST_WEEK:
        before = _HOUR + timedelta(days=clamp(exponential(rng, 1.9), 0.001, 6.95))
        return _waking(
            person, closes - before, earliest=last_week, latest=closes - _HOUR - timedelta(minutes=1)
        )
    quiet = last_week - opens
    return _waking(person, opens + quiet * float(rng.random()) ** 0.75, earliest=opens, latest=last_week)


def _waking(person: Person, at: datetime, *, earliest: datetime, latest: datetime) -> datetime:
    hour = at.astimezone(ZoneInfo(person.time_zone)).hour
    moved = at if hour in _AWAKE else at + timedelta(hours=_AWAKE.start - hour)
    return min(latest, max(earliest + timedelta(minutes=20), moved))
