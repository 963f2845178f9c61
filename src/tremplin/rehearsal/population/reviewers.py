"""How reviewers differ: severe or kind, steady or not, quick or slow, and never there on some days."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from numpy.random import Generator

from .draws import chance, clamp, lognormal, normal
from .people import Person
from .profiles import spoken

# Single scores of one application agree at about ICC 0.26, as in 23,414 ratings of a science fund.
_SIGNAL, _SEVERITY, _NOISE = 0.18, 0.14, 0.27


@dataclass(frozen=True, slots=True)
class Reviewer:
    """`severity` moves every score down, `noise` blurs it, `stretch` is how much of the scale is used."""

    person: Person
    severity: float
    noise: float
    stretch: float
    minutes: float
    hours_a_week: float
    days_off: frozenset[int]
    gone_from: float
    conflict_rate: float
    languages: tuple[str, ...]

    def reads_on(self, day: date) -> bool:
        """Whether this reviewer reads on that day at all."""
        return day.weekday() not in self.days_off

    def minutes_on(self, day: date) -> float:
        """How much of the week's hours falls on that day; weekends hold a little more."""
        share = 1 / max(1, 7 - len(self.days_off))
        more = 1.3 if day.weekday() >= 5 else 0.9
        return 60 * self.hours_a_week * share * more

    def minutes_for(self, code: str) -> float:
        """How long one application takes."""
        return clamp(lognormal(self.person.stream("minutes", code), self.minutes, 0.35), 2, 45)


@lru_cache(maxsize=2_000)
def reviewer(person: Person) -> Reviewer:
    """The reader that this person is."""
    rng = person.stream("reviewer")
    days = [day for day in range(7) if chance(rng, 0.25)][:4]
    return Reviewer(
        person=person,
        severity=normal(rng, 0.0, _SEVERITY),
        noise=_NOISE * clamp(lognormal(rng, 1.0, 0.25), 0.5, 2),
        stretch=clamp(lognormal(rng, 1.0, 0.15), 0.7, 1.4),
        minutes=clamp(lognormal(rng, 9.0, 0.3), 4, 20),
        hours_a_week=clamp(lognormal(rng, 4.0, 0.3), 2, 9),
        days_off=frozenset(days),
        gone_from=1.0,
        conflict_rate=0.012,
        languages=tuple(code for code in spoken(person) if code in {"en", "fr"}),
    )


def score(quality: float, reader: Reviewer, rng: Generator, low: int, high: int) -> int:
    """A score on the scale from `low` to `high` for an application of a true quality from 0 to 1."""
    seen = 0.5 + reader.stretch * (quality - 0.5) - reader.severity + normal(rng, 0.0, reader.noise)
    return round(clamp(low + (high - low) * seen, low, high))
