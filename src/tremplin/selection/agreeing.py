"""How far readers agree, as a whole and in each criterion, and what would mend it where they hardly do. No database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tremplin.methods.calibration import Read, intraclass, krippendorff
from tremplin.programmes.schema import Criterion, ReviewPlan
from tremplin.review.queries import ScoredRead

ENOUGH = 20
"""Reads below which no figure of agreement is told: it would be noise."""
_REPEATS = 400
_ALPHA: Literal["ordinal"] = "ordinal"  # levels are in an order, and nothing says that steps are alike
Level = Literal["hardly", "usual", "well"]
Range = tuple[float, float, float]
"""A figure, and between which ends it lies nine times in ten."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion. `one_read`: how much of what parts two marks is merit (intraclass correlation). `alpha`: how far
    readers agree beyond chance (Krippendorff). `middle`: the share of marks on the commonest level. None: too few.
    """

    code: str
    marks: int
    left_open: int
    middle: float
    one_read: Range | None
    alpha: Range | None

    @property
    def level(self) -> Level | None:
        """In a word: below a fifth marks hardly agree, around 0.3 is usual for such texts, from 0.5 on it is much."""
        if self.one_read is None:
            return None
        value = self.one_read[0]
        return "hardly" if value < 0.2 else "usual" if value < 0.5 else "well"


@dataclass(frozen=True, slots=True)
class Agreement:
    """The same of the whole score, with that of all planned reads together."""

    one_read: Range
    all_reads: Range
    criteria: tuple[Judged, ...]


def agreement_of(plan: ReviewPlan, scored: Sequence[ScoredRead]) -> Agreement | None:
    """None where too few people were read twice for anything to be said.

    Of the first pass alone: who is read in a second was chosen by merit, so that such reads differ less than others.
    """
    scored = [row for row in scored if row.pass_number == 1]
    reads = [
        Read(str(row.application), str(row.reviewer), row.value) for row in scored if row.value is not None
    ]
    if not pairs_enough(reads):
        return None
    one = intraclass(reads)
    return Agreement(
        (one.agreement, one.low, one.high),
        one.of_mean(plan.reads),
        tuple(_judged(criterion, scored) for criterion in plan.criteria),
    )


def pairs_enough(reads: Sequence[Read]) -> bool:
    """Whether enough people were read twice to say how far readers agree."""
    twice = Counter(read.applicant for read in reads)
    return sum(1 for many in twice.values() if many > 1) >= ENOUGH / 2


def _judged(criterion: Criterion, scored: Sequence[ScoredRead]) -> Judged:
    given = [
        Read(str(row.application), str(row.reviewer), float(score))
        for row in scored
        if isinstance(score := row.scores.get(criterion.code), int)
    ]
    levels = Counter(read.score for read in given)
    enough = pairs_enough(given) and len(levels) > 1
    return Judged(
        code=criterion.code,
        marks=len(given),
        left_open=sum(1 for row in scored if isinstance(row.scores.get(criterion.code), str)),
        middle=max(levels.values()) / len(given) if given else 0.0,
        one_read=_one_read(given) if enough else None,
        alpha=_alpha(given) if enough else None,
    )


def _one_read(given: Sequence[Read]) -> Range:
    found = intraclass(given)
    return found.agreement, found.low, found.high


def _alpha(given: Sequence[Read]) -> Range | None:
    found = krippendorff(given, scale=_ALPHA, repeats=_REPEATS)
    if found.alpha is None or found.low is None or found.high is None:
        return None
    return found.alpha, found.low, found.high


def levels_used(
    criteria: Sequence[Criterion], scores: Sequence[Mapping[str, int | str]]
) -> tuple[float, float, float]:
    """Which shares of somebody's marks stand on the lowest level, between, and on the highest."""
    places = Counter(
        "low" if score == criterion.levels[0].score else "high" if score == criterion.levels[-1].score else ""
        for row in scores
        for criterion in criteria
        if isinstance(score := row.get(criterion.code), int)
    )
    many = sum(places.values())
    return (places["low"] / many, places[""] / many, places["high"] / many) if many else (0.0, 0.0, 0.0)
