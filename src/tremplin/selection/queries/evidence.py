"""How far the scores can be trusted: agreement for organisers, habits of readers, and everybody's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.core.cache import cache

from tremplin.core.errors import Conflict
from tremplin.methods.calibration import RubricCalibration
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role, roles_of
from tremplin.review import queries as reviews
from tremplin.review.merit import calibrated
from tremplin.review.plan import review_plan
from tremplin.review.queries import ScoredRead
from tremplin.selection.agreeing import Agreement, Judged, agreement_of, levels_used
from tremplin.selection.models import Proposal, ProposalState
from tremplin.selection.queries.mails import mails_wait
from tremplin.selection.services.working import basis, submitted_people

_KEPT = 24 * 60 * 60
_SURE = 1.645
"""Deviations on either side between which the truth lies nine times in ten."""
ENOUGH_EACH = 5
"""Reads below which nothing is said of how somebody reads."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How one person reads. `shift`: points of 100 above (generous) or below the middle, between `low` and `high` nine
    times in ten. `noise` and `stretch` as multiples of the usual reader; None where too few reads stand behind them.
    `levels`: shares of marks on the lowest level, between, and on the highest. `minutes` a read, in the middle.
    """

    reads: int
    minutes: int | None
    shift: float
    low: float
    high: float
    noise: float | None
    stretch: float | None
    levels: tuple[float, float, float]

    @property
    def told(self) -> bool:
        """Whether so much was read that something can be said."""
        return self.reads >= ENOUGH_EACH

    @property
    def apart(self) -> bool:
        """Whether severity differs from the middle by more than chance."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Reader:
    """A reviewer with their habits; None before any of their reads could be compared."""

    user: User
    habits: Habits | None


@dataclass(frozen=True, slots=True)
class Trust:
    """What the reads of a cohort show. `agreement` None: too few people were read twice. `halo`: how much of chance
    in a mark goes into the others of the same read, by criterion. `spread`: how far readers usually lie apart.
    """

    reads: int
    agreement: Agreement | None
    halo: Mapping[str, float]
    spread: float | None
    islands: int
    habits: Mapping[int, Habits]


def trust(cohort: Cohort, actor: User) -> Trust:
    """What the reads of a cohort show, of all together and of each reader. Raises NotAllowed."""
    require_judge(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    return _trust(cohort)


def readers(cohort: Cohort, actor: User) -> list[Reader]:
    """All reviewers with their habits, by name and never by severity. Raises NotAllowed."""
    require_judge(actor, cohort, Role.ORGANISER)
    habits = _trust(cohort).habits
    return [Reader(user, habits.get(user.pk)) for user in people_with(cohort, Role.REVIEWER)]


def own_habits(cohort: Cohort, actor: User) -> Habits | None:
    """How `actor` read, once everybody has heard the decisions; None before, so that nobody reads by it."""
    if Role.REVIEWER not in roles_of(actor, cohort) or not decisions_told(cohort):
        return None
    return _trust(cohort).habits.get(actor.pk)


def decisions_told(cohort: Cohort) -> bool:
    """Whether decisions are final and their mails have gone."""
    final = Proposal.objects.filter(cohort=cohort, state=ProposalState.CONFIRMED).exists()
    return final and not mails_wait(cohort)


def _trust(cohort: Cohort) -> Trust:
    """From what was worked out for the same reads before, else worked out now."""
    people = submitted_people(cohort)
    evidence = basis(people, reviews.read_versions(cohort))
    key = f"trust:{cohort.pk}:{cohort.version_id}:{evidence}"
    kept = cache.get(key)
    if kept is None:
        kept = _worked_out(cohort, [pk for pk, _sent in people])
        cache.set(key, kept, _KEPT)
    return _taken_up(kept)


def _worked_out(cohort: Cohort, people: Sequence[int]) -> dict[str, Any]:
    """Plain values, fit to be kept: figures and keys, no name and no word."""
    scored = reviews.scored_reads(cohort)
    plan = review_plan(cohort)
    agreement = agreement_of(plan, scored)
    try:
        found = calibrated(cohort, people, scored)
    except Conflict:  # nothing was judged yet
        return {
            "reads": len(scored),
            "agreement": None,
            "halo": {},
            "spread": None,
            "islands": 0,
            "habits": {},
        }
    return {
        "reads": len(scored),
        "agreement": _plain(agreement) if agreement else None,
        "halo": {row.code: row.halo for row in found.criteria} if agreement else {},
        "spread": found.severity_variance**0.5 if agreement else None,
        "islands": len(found.islands),
        "habits": _habits(cohort, found, scored),
    }


def _plain(found: Agreement) -> dict[str, Any]:
    names = Judged.__slots__
    rows = [{name: getattr(row, name) for name in names} for row in found.criteria]
    return {"one_read": found.one_read, "all_reads": found.all_reads, "criteria": rows}


def _taken_up(kept: dict[str, Any]) -> Trust:
    told = kept["agreement"]
    agreement = None
    if told is not None:
        rows = tuple(Judged(**row) for row in told["criteria"])
        agreement = Agreement(told["one_read"], told["all_reads"], rows)
    habits = {reader: Habits(*values) for reader, values in kept["habits"].items()}
    return Trust(kept["reads"], agreement, kept["halo"], kept["spread"], kept["islands"], habits)


def _habits(
    cohort: Cohort, found: RubricCalibration, scored: Sequence[ScoredRead]
) -> dict[int, tuple[object, ...]]:
    """The fields of `Habits` by the key of the reader."""
    mine: dict[str, list[ScoredRead]] = {}
    for read in scored:
        if read.pass_number == 1:
            mine.setdefault(read.reader, []).append(read)
    criteria = review_plan(cohort).criteria
    alike = all(row.noise == row.stretch == 1 for row in found.severities)
    rows: dict[int, tuple[object, ...]] = {}
    for row in found.severities:
        reads = mine.get(row.reviewer)
        if reads is None:  # how somebody reads in a second pass, which is another matter
            continue
        seconds = [read.seconds for read in reads if read.seconds]
        rows[int(row.reviewer)] = (
            len(reads),
            max(1, round(median(seconds) / 60)) if seconds else None,
            row.shift,
            row.shift - _SURE * row.deviation,
            row.shift + _SURE * row.deviation,
            None if alike else row.noise,
            None if alike else row.stretch,
            levels_used(criteria, [read.scores for read in reads]),
        )
    return rows
