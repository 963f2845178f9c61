"""What becomes of people, chosen or not, six and twelve months later.

Each person has one draw of fate. Taking part moves it by the effect that the rehearsal assumes, so the same
person can be asked what would have happened otherwise, and an analysis can be held against the truth.
"""

from dataclasses import dataclass
from typing import Literal

from .draws import chance, clamp, normal, pick
from .people import Person, standing

Status = Literal["ml_job", "tech_job", "same_job", "study", "founder", "searching", "care"]

WORKS_IN_FIELD: frozenset[Status] = frozenset({"ml_job", "founder", "study"})


@dataclass(frozen=True, slots=True)
class Outcome:
    months: int
    status: Status
    took_part: bool
    answers_survey: bool

    @property
    def in_field(self) -> bool:
        """Whether this person works, studies or founds in machine learning."""
        return self.status in WORKS_IN_FIELD


def chance_in_field(person: Person, months: int, *, took_part: bool, effect: float) -> float:
    """The true probability to be in the field; ``effect`` is what taking part adds to it."""
    alone = 0.10 + 0.05 * standing(person) + 0.04 * (months >= 12)
    return clamp(alone + effect * took_part, 0.01, 0.97)


def outcome(person: Person, months: int, *, took_part: bool, effect: float = 0.35) -> Outcome:
    """The outcome after some months; the same question always has the same answer.

    Both fates of one person share their draws, and so do six and twelve months: nobody moves back and
    forth by chance alone.
    """
    rng = person.stream("outcome", "fate")
    fate, taste = float(rng.random()), float(rng.random())
    inside = fate < chance_in_field(person, months, took_part=took_part, effect=effect)
    return Outcome(
        months=months,
        status=_status(person, months, taste, inside=inside),
        took_part=took_part,
        answers_survey=_answers(person, months, took_part=took_part, inside=inside),
    )


def _status(person: Person, months: int, taste: float, *, inside: bool) -> Status:
    if inside:
        return "study" if taste < 0.22 else "founder" if taste < 0.3 else "ml_job"
    rng = person.stream("outcome", "elsewhere", months)
    searching: Status = "searching" if months < 12 else "tech_job"
    return pick(rng, ("same_job", "same_job", "same_job", "tech_job", searching, "care"))


def _answers(person: Person, months: int, *, took_part: bool, inside: bool) -> bool:
    """Good news is reported more readily, and those who were not chosen owe nobody an answer."""
    readiness = normal(person.stream("outcome", "survey"), 0.0, 0.12)
    rate = (0.84 if took_part else 0.42) + 0.08 * inside - 0.008 * months + readiness
    return chance(person.stream("outcome", "survey", months), clamp(rate, 0.02, 0.98))
