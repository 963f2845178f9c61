"""Those who mentor: what they know, when they answer, and the one who goes silent."""

from dataclasses import dataclass, replace

from numpy.random import Generator

from .draws import between, chance, clamp, exponential, lognormal, normal
from .people import Person
from .profiles import MentorProfile, affinity, mentor_profile


@dataclass(frozen=True, slots=True)
class Silence:
    """Weeks of a programme in which a mentor answers nobody; the first week is 1."""

    from_week: int
    weeks: int

    def covers(self, week: int) -> bool:
        return self.from_week <= week < self.from_week + self.weeks


@dataclass(frozen=True, slots=True)
class Mentor:
    """``reliability`` is the probability of holding a weekly meeting and of writing its check-in."""

    person: Person
    profile: MentorProfile
    capacity: int
    hours_per_week: float
    reliability: float
    reply_hours: float
    silence: Silence | None

    def meets(self, week: int) -> bool:
        """Whether the meeting of a week takes place, as far as it depends on the mentor."""
        if self.silence and self.silence.covers(week):
            return False
        return chance(self.person.stream("meets", week), self.reliability)

    def checkin_delay_hours(self, week: int) -> float | None:
        """How long after the end of a week the mentor's own check-in comes; None: never."""
        if self.silence and self.silence.covers(week):
            return None
        rng = self.person.stream("checkin", week)
        return exponential(rng, self.reply_hours) if chance(rng, 0.25 + 0.75 * self.reliability) else None

    def interest(self, scholar: Person) -> float:
        """From 0 to 1: how much this mentor would like to work with this person."""
        taste = normal(self.person.stream("interest", scholar.email), 0.0, 0.12)
        return clamp(0.7 * affinity(self.profile, scholar) + 0.25 * scholar.quality + taste, 0.0, 1.0)


def mentor(person: Person) -> Mentor:
    """The traits of one mentor, the same for the same person. Most never go silent for long."""
    rng = person.stream("mentor", "habits")
    return Mentor(
        person=person,
        profile=mentor_profile(person),
        capacity=1 if chance(rng, 0.75) else 2,
        hours_per_week=clamp(lognormal(rng, 1.5, 0.35), 0.75, 5.0),
        reliability=clamp(normal(rng, 0.92, 0.06), 0.6, 0.995),
        reply_hours=clamp(lognormal(rng, 18.0, 0.8), 2.0, 120.0),
        silence=_silence(person.stream("mentor", "silence")) if chance(rng, 0.05) else None,
    )


def gone_silent(someone: Mentor, weeks: int) -> Mentor:
    """The mentor every programme has: good at first, and then not heard of for weeks."""
    rng = someone.person.stream("mentor", "silence")
    silence = _silence(rng)
    latest = max(2, weeks - silence.weeks)
    return replace(someone, silence=replace(silence, from_week=min(silence.from_week, latest)))


def _silence(rng: Generator) -> Silence:
    return Silence(from_week=between(rng, 3, 7), weeks=between(rng, 2, 4))


def preference(scholar: Person, someone: Mentor) -> float:
    """From 0 to 1: how much a scholar would like this mentor."""
    taste = normal(scholar.stream("preference", someone.person.email), 0.0, 0.15)
    return clamp(0.75 * affinity(someone.profile, scholar) + 0.12 + taste, 0.0, 1.0)
