"""Beside the reading: what the planner foretells on three days, and how it then stood, so that both can be told.

Nothing that is played is read ahead: the planner gets what the page of reading would give it on that day.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from tremplin.methods.capacity import Chance, Size, outlook
from tremplin.rehearsal.stage import Deed, Play
from tremplin.review import queries
from tremplin.review.plan import review_plan
from tremplin.review.rules import reading_deadline

_SIZE = Size(worlds=200, each=5, beyond=21)
_BEFORE_CLOSING = timedelta(days=3)
_AFTER_CLOSING = timedelta(hours=3)  # reads are shared out two hours after the call has closed


def rehearse(play: Play) -> None:
    """Put on the agenda: three days before the call closes, when it has closed, halfway to the end of reading."""
    cohort = play.cohort
    if cohort.plan.review is None:
        return
    closes, due = cohort.date("call_closes"), reading_deadline(cohort.dates)
    halfway = closes + (due - closes) / 2
    for at in (closes - _BEFORE_CLOSING, closes + _AFTER_CLOSING, halfway):
        play.plan(at, _foretell(play))
    play.plan(due, _stand(play))


def _foretell(play: Play) -> Deed:
    def deed(now: datetime) -> None:
        season = queries.season_now(play.cohort, now=now)
        if season is None:
            return
        found = outlook(season, _SIZE)
        play.foretold.append(
            {
                "at": now.isoformat(),
                "unread": _chance(found.unread),
                "short": _chance(found.short),
                "people": asdict(found.people),
                "missing": asdict(found.missing),
                "late": list(found.late),
            }
        )

    return deed


def _chance(found: Chance) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(found).items()}


def _stand(play: Play) -> Deed:
    """On the day on which reading ends: who is unread, and how many reads are short."""

    def deed(now: datetime) -> None:
        reads = review_plan(play.cohort).reads
        piles = queries.piles(play.cohort).values()
        play.stood = _stood(now, [many for pile in piles for many in enumerate(pile)], reads)

    return deed


def _stood(now: datetime, counts: list[tuple[int, int]], reads: int) -> dict[str, Any]:
    return {
        "at": now.isoformat(),
        "people": sum(many for done, many in counts if not done),
        "missing": sum(many * (reads - done) for done, many in counts),
    }
