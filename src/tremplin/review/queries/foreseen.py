"""Whether everybody will be read in time, from what has come and what each reviewer has read so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from tremplin.applications import queries as applications
from tremplin.methods.capacity import Coming, Reader, Season, Size, outlook
from tremplin.methods.forecast import FEWEST, published, repeated
from tremplin.programmes.models import Cohort
from tremplin.review import rules
from tremplin.review.plan import review_plan
from tremplin.review.queries.organising import READ_IN, ReaderRow

_SIZE = Size(worlds=100, each=5, beyond=1)
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_POINTS = 12


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Chances on the day on which reading ends: of anybody unread, and of anybody with fewer reads than planned.

    `languages`: those in which it is likelier than not that somebody is left unread.
    """

    unread: float
    short: float
    languages: tuple[str, ...]


def foreseen(cohort: Cohort, readers: Sequence[ReaderRow], *, now: datetime) -> Foreseen | None:
    """How the reading will end if all go on as they do. One query; three while the call is open.

    None when there is nothing to say: see `season_now`.
    """
    season = season_now(cohort, readers, now=now)
    if season is None:
        return None
    found = outlook(season, _SIZE)
    worst = [row.language for row in found.languages if row.unread.value > 0.5]
    return Foreseen(found.unread.value, found.short.value, tuple(worst))


def season_now(cohort: Cohort, readers: Sequence[ReaderRow], *, now: datetime) -> Season | None:
    """The season of reading as it stands. One query; three while the call is open.

    None when reading is over or done, nobody reads, or too few have applied to tell how many will. The hour is what
    counts, not the second: a page looked at twice says the same.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    due = rules.reading_deadline(cohort.dates)
    if now >= due or not readers:
        return None
    standing = piles(cohort)
    arrived = sum(sum(pile) for pile in standing.values())
    coming = _coming(cohort, {language: sum(pile) for language, pile in standing.items()}, hour)
    if coming is None or not arrived:
        return None
    reads = review_plan(cohort).reads
    if coming.share == 1 and all(sum(pile) == pile[reads] for pile in standing.values()):
        return None
    share = arrived * reads / len(readers)
    return Season(
        reads=reads,
        ends=(due - hour) / _DAY,
        piles={language: pile[:reads] for language, pile in standing.items()},
        readers=tuple(_reader(row, share, hour, due) for row in readers),
        coming=coming,
    )


def piles(cohort: Cohort) -> dict[str, tuple[int, ...]]:
    """How many applications have 0, 1, … reads in, and all they need, by language."""
    reads = review_plan(cohort).reads
    rows = applications.submitted(cohort).annotate(done=Count("assignments", filter=READ_IN)).order_by()
    counts: dict[str, list[int]] = {}
    for language, done in rows.values_list("language", "done"):
        counts.setdefault(language, [0] * (reads + 1))[min(done, reads)] += 1
    return {language: tuple(pile) for language, pile in counts.items()}


def _coming(cohort: Cohort, by_language: dict[str, int], now: datetime) -> Coming | None:
    """Who is still to come while the call is open, None where that cannot be told."""
    arrived = sum(by_language.values())
    opens, closes = cohort.dates["call_opens"], cohort.dates["call_closes"]
    if now >= closes:
        return Coming(arrived, by_language=by_language)
    before = applications.arrivals_before(cohort, now)
    share = repeated(before, opens, closes) if before else published(opens, closes)
    come = share(now)
    if arrived < FEWEST or come <= 0.01:
        return None
    steps = [now + (closes - now) * (1 - (1 - number / _POINTS) ** 2) for number in range(1, _POINTS)]
    along = [((at - now) / _DAY, (share(at) - come) / (1 - come) if come < 1 else 1.0) for at in steps]
    points = ((0.0, 0.0), *along, ((closes - now) / _DAY, 1.0))
    return Coming(arrived, come, along=points, by_language=by_language)


def _reader(row: ReaderRow, share: float, now: datetime, due: datetime) -> Reader:
    """A reviewer, who is taken to mean to read what was given to them, or an even share, by the day reading ends."""
    since = min(row.since or now, now)
    load = row.given if row.given else min(share, share if row.capacity is None else row.capacity)
    return Reader(
        code=row.reviewer.ref,
        a_week=load / max((due - since) / _WEEK, 1 / 7),
        languages=frozenset(row.languages),
        most=None if row.capacity is None else max(row.capacity - row.done, 0),
        done=row.done,
        weeks=(now - since) / _WEEK,
    )
