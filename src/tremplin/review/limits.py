"""How much each reviewer can carry: from what they said, how quickly they read, and how long it lasts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tremplin.programmes.dates import day_meant
from tremplin.programmes.models import Cohort
from tremplin.review import rules
from tremplin.review.models import Review, ReviewerProfile
from tremplin.review.passes import FIRST, due_of
from tremplin.review.plan import review_plan


@dataclass(frozen=True, slots=True)
class Limit:
    """What one reviewer can take. `most` in all, what is done included; None: an even share.

    `here`: neither away today nor gone, so that new reads may be given to them.
    """

    most: int | None = None
    languages: frozenset[str] = frozenset()
    hours: int | None = None
    here: bool = True


def limits(
    cohort: Cohort,
    readers: Collection[int],
    profiles: Iterable[ReviewerProfile],
    *,
    done: Mapping[int, int],
    now: datetime,
    pass_number: int = FIRST,
) -> dict[int, Limit]:
    """The limits of these readers, who have `done` so many reads each, until a pass ends. At most one query."""
    rows = {row.reviewer_id: row for row in profiles}
    timed = [key for key in readers if key in rows and rows[key].hours is not None]
    minutes = paces(cohort, timed)
    return {
        key: limit_of(
            cohort,
            rows.get(key),
            done=done.get(key, 0),
            minutes=minutes.get(key),
            now=now,
            pass_number=pass_number,
        )
        for key in readers
    }


def limit_of(
    cohort: Cohort,
    profile: ReviewerProfile | None,
    *,
    done: int,
    minutes: float | None,
    now: datetime,
    pass_number: int = FIRST,
) -> Limit:
    """What a profile amounts to at `now`. After the day reading ends time sets no limit: what is late is late."""
    if profile is None:
        return Limit()
    due = due_of(cohort, pass_number)
    today = today_of(cohort, now)
    away = (profile.away_from, profile.away_until)
    room = None
    if now < due:
        days = rules.days_left(today=today, ends=day_meant(cohort, due), away=away)
        pace = float(review_plan(cohort).minutes) if minutes is None else minutes
        room = rules.room(hours=profile.hours, minutes=pace, days=days)
    return Limit(
        most=rules.most_reads(capacity=profile.capacity, done=done, room=room),
        languages=frozenset(profile.languages),
        hours=profile.hours,
        here=is_here(cohort, profile, now),
    )


def today_of(cohort: Cohort, now: datetime) -> date:
    """The day that it is where the cohort lives."""
    return now.astimezone(ZoneInfo(cohort.plan.cohort.time_zone)).date()


def is_here(cohort: Cohort, profile: ReviewerProfile, now: datetime) -> bool:
    """Whether new reads may be given to somebody today: they are not away, and have not left."""
    today = today_of(cohort, now)
    away = (profile.away_from, profile.away_until)
    return profile.left_at is None and rules.days_left(today=today, ends=today, away=away) > 0


def paces(cohort: Cohort, readers: Collection[int]) -> dict[int, float]:
    """Minutes a read of each of these readers. One query, none for nobody."""
    if not readers:
        return {}
    seconds: dict[int, list[int]] = defaultdict(list)
    rows = Review.objects.filter(
        assignment__cohort=cohort, assignment__reviewer__in=readers, submitted_at__isnull=False
    )
    for reader, taken in rows.values_list("assignment__reviewer", "seconds"):
        seconds[reader].append(taken)
    planned = review_plan(cohort).minutes
    return {reader: rules.pace(seconds[reader], planned) for reader in readers}
