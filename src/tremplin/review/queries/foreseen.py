"""Whether everybody will be read in time, from what has come and what each reviewer has read so far."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tremplin.methods.capacity import Outlook, Season, Size, outlook
from tremplin.methods.forecast import FEWEST
from tremplin.programmes.models import Cohort
from tremplin.review.plan import review_plan
from tremplin.review.planning.assumptions import Assumptions
from tremplin.review.planning.seasons import Known, Standing, season
from tremplin.review.queries.planning import assumed_by, kept_plan, standing

_SIZE = Size(worlds=100, each=5, beyond=1)
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Chances on the day on which reading ends: of anybody unread, and of anybody with fewer reads than planned.

    `languages`: those in which it is likelier than not that somebody is left unread.
    """

    unread: float
    short: float
    languages: tuple[str, ...]


def foreseen(cohort: Cohort, *, now: datetime) -> Foreseen | None:
    """How the reading will end if all go on as they do. Five queries; seven while the call is open.

    None when there is nothing to say: see `season_now`.
    """
    scene = season_now(cohort, now=now)
    return in_short(outlook(scene, _SIZE)) if scene else None


def in_short(found: Outlook) -> Foreseen:
    worst = [row.language for row in found.languages if row.unread.value > 0.5]
    return Foreseen(found.unread.value, found.short.value, tuple(worst))


def season_now(cohort: Cohort, *, now: datetime) -> Season | None:
    """The season of reading as it stands.

    None when reading is over or done, nobody reads, nobody has applied, or too few have to tell how many will and no
    plan says it either.
    """
    known, _own = standing(cohort, now=now)
    assumed = assumed_now(cohort, assumed_by(cohort, kept_plan(cohort)), known)
    if assumed is None:
        return None
    return season(assumed, with_hours(assumed, known))


def assumed_now(cohort: Cohort, kept: Assumptions | None, known: Standing) -> Assumptions | None:
    """What is assumed of a season that runs: of a kept plan all that is not only tried, else as little as can be."""
    plan = review_plan(cohort)
    done = known.now >= known.closes and all(sum(pile) == pile[-1] for pile in known.piles.values())
    if known.over or not known.readers or not known.arrived or done:
        return None
    if kept is not None:
        return kept.as_it_is(plan.reads)
    if known.now < known.closes and (known.arrived < FEWEST or known.share(known.now) <= 0.01):
        return None
    return Assumptions(0, 0, 0, float(plan.minutes), plan.reads, {}, curve="earlier", hours=0)


def with_hours(assumed: Assumptions, known: Standing) -> Standing:
    """Where no plan says what those read who have not said it: taken to mean to read what was given to them, or an even
    share, by the day reading ends."""
    if assumed.hours:
        return known
    share = known.arrived * assumed.reads / max(len(known.readers), 1)
    weeks = max((known.due - known.now) / _WEEK, 1 / 7)
    minutes = known.minutes or assumed.minutes

    def hours(one: Known) -> float:
        load = one.given or (share if one.capacity is None else min(share, one.capacity))
        return load / (weeks + one.weeks) * minutes / 60

    return replace(
        known,
        readers=tuple(
            one if one.hours is not None else replace(one, hours=hours(one)) for one in known.readers
        ),
    )
