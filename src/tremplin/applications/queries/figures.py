"""How many applications stand where, and when they came."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate, TruncHour

from tremplin.applications.models import Application, ApplicationState, Snapshot
from tremplin.applications.queries.board import PROGRESS
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import frozen

IDLE_FROM = timedelta(days=7)
_LEAST_BEFORE = 30  # fewer arrivals make no curve


@dataclass(frozen=True, slots=True)
class Counts:
    """How many applications of a cohort stand where."""

    started: int = 0
    draft: int = 0
    submitted: int = 0
    withdrawn: int = 0
    excluded: int = 0


def counts(cohort: Cohort) -> Counts:
    """All counts in one query, which reads an index alone."""
    rows = Application.objects.filter(cohort=cohort).order_by().values_list("state")
    found = dict(rows.annotate(many=Count("pk")))
    return Counts(started=sum(found.values()), **{str(state): many for state, many in found.items()})


def counts_ever(cohort: Cohort) -> Counts:
    """The counts as they were before anything went by itself; those of now as long as nothing did."""
    kept = frozen(cohort, "applications")
    if kept is None:
        return counts(cohort)
    states = {str(state): 0 for state in ApplicationState} | kept.figures["states"]
    return Counts(started=kept.figures["started"], **{state: states[state] for state in ApplicationState})


class Risks(NamedTuple):
    """Drafts that may never be sent, each kind by itself: one draft can be of several."""

    half: int
    one: int
    idle: int


def risks(cohort: Cohort, now: datetime) -> Risks:
    """All kinds in one query."""
    found = _drafts(cohort).aggregate(
        half=Count("pk", filter=PROGRESS["half"]),
        one=Count("pk", filter=PROGRESS["one"]),
        idle=Count("pk", filter=Q(saved_at__lt=now - IDLE_FROM)),
    )
    return Risks(**found)


def at_risk(cohort: Cohort) -> int:
    """Drafts that are at least half done: people who would be lost for want of a push."""
    return _drafts(cohort).filter(PROGRESS["half"]).count()


def _drafts(cohort: Cohort) -> QuerySet[Application]:
    return Application.objects.filter(cohort=cohort, state=ApplicationState.DRAFT)


class Arrivals(NamedTuple):
    day: date
    started: int
    sent: int


def arrivals(cohort: Cohort, zone: tzinfo) -> list[Arrivals]:
    """How many began and how many first sent on each day of the call, in the cohort's zone. Three queries.

    From the figures that were kept, once drafts and words have gone by themselves.
    """
    if kept := frozen(cohort, "applications"):
        return [Arrivals(date.fromisoformat(day), began, sent) for day, began, sent in kept.figures["days"]]
    started = _by_day(Application.objects.filter(cohort=cohort), zone)
    sent = _by_day(_first_sent(cohort), zone)
    days = sorted({*started, *sent})
    span = (days[-1] - days[0]).days + 1 if days else 0
    every = [days[0] + timedelta(days=number) for number in range(span)]  # a day without any is a fact too
    return [Arrivals(day, started.get(day, 0), sent.get(day, 0)) for day in every]


def _first_sent(cohort: Cohort) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(application__cohort=cohort, number=1)


def _by_day(rows: "QuerySet[Application] | QuerySet[Snapshot]", zone: tzinfo) -> dict[date, int]:
    days: Any = rows.annotate(day=TruncDate("created_at", tzinfo=zone)).order_by().values_list("day")
    return dict(days.annotate(many=Count("pk")))


def sent_by_hour(cohort: Cohort) -> list[tuple[datetime, int]]:
    """How many first sent in each hour in which anybody did, in the order of time. One query."""
    rows: Any = _first_sent(cohort).annotate(hour=TruncHour("created_at")).order_by().values_list("hour")
    return sorted(rows.annotate(many=Count("pk")))


def arrivals_before(
    cohort: Cohort, now: datetime
) -> tuple[datetime, datetime, list[tuple[datetime, int]]] | None:
    """When the call of the programme's cohort before this one opened and closed, and its arrivals by the hour.

    None when there was none, or too few came for a curve. Rehearsals do not count: their people are invented.
    """
    earlier = Cohort.objects.filter(
        programme=cohort.programme_id,
        rehearsal=False,
        date_rows__code="call_closes",
        date_rows__at__lt=min(now, cohort.dates["call_opens"]),
    ).exclude(pk=cohort.pk)
    before = earlier.order_by("-date_rows__at").prefetch_related("date_rows").first()
    if before is None:
        return None
    hours = sent_by_hour(before)
    if sum(many for _hour, many in hours) < _LEAST_BEFORE:
        return None
    return before.dates["call_opens"], before.dates["call_closes"], hours
