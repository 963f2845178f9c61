"""What is known of the coming or running season of reading, for those who plan it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Avg, Count

from tremplin.applications import queries as applications
from tremplin.applications.models import Application, ApplicationState
from tremplin.methods.forecast import Share, published, repeated
from tremplin.programmes.dates import day_meant
from tremplin.programmes.models import Cohort
from tremplin.review import rules
from tremplin.review.besides import First, extra_of, first_of
from tremplin.review.models import CapacityPlan, Review, ReviewerProfile
from tremplin.review.plan import review_plan
from tremplin.review.planning.assumptions import Assumptions, of
from tremplin.review.planning.seasons import ENOUGH_READS, Known, Standing
from tremplin.review.queries.loads import NONE, Load, loads
from tremplin.review.queries.organising import READ_IN
from tremplin.review.readers import profiles, reviewers

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_EARLIER = 3  # cohorts whose reading times still say something


def kept_plan(cohort: Cohort) -> CapacityPlan | None:
    """The plan that was kept, if one was; the clock's own row otherwise."""
    return CapacityPlan.objects.filter(cohort=cohort).first()


def assumed_by(cohort: Cohort, plan: CapacityPlan | None) -> Assumptions | None:
    """What the kept plan assumes."""
    return of(plan.assumptions, cohort.plan.programme.languages) if plan else None


def piles(cohort: Cohort) -> dict[str, tuple[int, ...]]:
    """How many applications have 0, 1, … reads in, and all they need, by language."""
    reads = review_plan(cohort).reads
    rows = applications.submitted(cohort).annotate(done=Count("assignments", filter=READ_IN)).order_by()
    counts: dict[str, list[int]] = {}
    for language, done in rows.values_list("language", "done"):
        counts.setdefault(language, [0] * (reads + 1))[min(done, reads)] += 1
    return {language: tuple(pile) for language, pile in counts.items()}


def standing(cohort: Cohort, *, now: datetime) -> tuple[Standing, bool]:
    """What is known now, and whether the curve of the arrivals is that of an earlier call. Four queries; six until the
    call closes; those of extra and first reads besides, where there are any. The hour is what counts, not the second:
    a page looked at twice says the same."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    opens, closes = cohort.dates["call_opens"], cohort.dates["call_closes"]
    own, share = _share(cohort, hour)
    given, first = loads(cohort), first_of(cohort)
    found = Standing(
        now=hour,
        opens=opens,
        closes=closes,
        due=rules.reading_deadline(cohort.dates),
        share=share,
        published=published(opens, closes),
        readers=_readers(cohort, given, first, hour),
        piles=piles(cohort) if hour >= opens else {},
        minutes=_minutes(given),
        extra=extra_of(cohort, hour),
        first=first.texts,
    )
    return found, own


def _share(cohort: Cohort, now: datetime) -> tuple[bool, Share]:
    opens, closes = cohort.dates["call_opens"], cohort.dates["call_closes"]
    before = applications.arrivals_before(cohort, now) if now < closes else None
    return before is not None, repeated(before, opens, closes) if before else published(opens, closes)


def _minutes(given: Mapping[int, Load]) -> float | None:
    """Of a read, once enough are in."""
    done = sum(one.done for one in given.values())
    seconds = sum(one.seconds or 0 for one in given.values())
    return max(seconds / done / 60, 0.5) if done >= ENOUGH_READS and seconds else None


def _readers(cohort: Cohort, given: Mapping[int, Load], first: First, now: datetime) -> tuple[Known, ...]:
    said = profiles(cohort)
    today = day_meant(cohort, now)
    return tuple(
        replace(
            _known(user.ref, said.get(user.pk), given.get(user.pk, NONE), now, today),
            first=first.left(user.pk),
        )
        for user in reviewers(cohort)
        if user.pk not in said or said[user.pk].left_at is None
    )


def _known(ref: str, profile: ReviewerProfile | None, load: Load, now: datetime, today: date) -> Known:
    since = min(load.since or now, now)
    # Who has read all that lay with them was not slow since: they had nothing to read.
    until = load.last_at if load.last_at and load.done >= load.given else now
    away = 0.0
    if profile and profile.away_from and profile.away_until and profile.away_from <= today:
        away = max(0.0, float((profile.away_until - today).days + 1))
    return Known(
        code=ref,
        languages=frozenset(profile.languages) if profile else frozenset(),
        hours=profile.hours if profile else None,
        capacity=profile.capacity if profile else None,
        given=load.given,
        done=load.done,
        weeks=max((until - since) / _WEEK, 0.0),
        away=away,
    )


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier cohorts of the programme tell: how many applied to the last, in which languages (percent), and the
    minutes of a read with the number of reads that they come from. None where nothing was kept."""

    people: int | None = None
    shares: Mapping[str, int] | None = None
    minutes: float | None = None
    reads: int = 0


def before(cohort: Cohort, *, now: datetime) -> Before:
    """Three queries at most. Rehearsals do not count: their people are invented."""
    keys = list(
        Cohort.objects.filter(
            programme=cohort.programme_id,
            rehearsal=False,
            date_rows__code="call_closes",
            date_rows__at__lt=min(now, cohort.dates["call_opens"]),
        )
        .exclude(pk=cohort.pk)
        .order_by("-date_rows__at")
        .values_list("pk", flat=True)[:_EARLIER]
    )
    if not keys:
        return Before()
    rows = Application.objects.filter(cohort=keys[0], state=ApplicationState.SUBMITTED).order_by()
    counts = dict(rows.values_list("language").annotate(many=Count("pk")))
    taken = Review.objects.filter(assignment__cohort__in=keys, submitted_at__isnull=False).aggregate(
        mean=Avg("seconds"), many=Count("pk")
    )
    people = sum(counts.values())
    enough = taken["many"] >= ENOUGH_READS and taken["mean"]
    return Before(
        people=people or None,
        shares=in_percent(counts, cohort.plan.programme.languages) if people else None,
        minutes=round(taken["mean"] / 60, 1) if enough else None,
        reads=taken["many"],
    )


def in_percent(counts: Mapping[str, float], languages: Sequence[str]) -> dict[str, int]:
    """Whole percentages of these languages that make a hundred together."""
    total = sum(counts.get(code, 0) for code in languages)
    exact = {code: 100 * counts.get(code, 0) / total if total else 100 / len(languages) for code in languages}
    found = {code: int(part) for code, part in exact.items()}
    rest = 100 - sum(found.values())
    for code in sorted(exact, key=lambda one: found[one] - exact[one])[:rest]:
        found[code] += 1
    return found


def suggested(cohort: Cohort, told: Before) -> dict[str, object]:
    """What a plan begins with: from earlier cohorts where there were any, else from the programme file.

    Two calls in a row differ much (1,774, 2,666 and 3,308 in three rounds of one programme), so the range is wide.
    """
    plan, languages = review_plan(cohort), cohort.plan.programme.languages
    found: dict[str, object] = {
        "minutes": told.minutes or float(plan.minutes),
        "reads": plan.reads,
        **{f"share_{code}": part for code, part in (told.shares or in_percent({}, languages)).items()},
    }
    if told.people:
        found |= {
            "low": round(0.7 * told.people),
            "likely": round(1.2 * told.people),
            "high": 2 * told.people,
        }
    return found
