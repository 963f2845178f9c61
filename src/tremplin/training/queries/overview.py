"""How scholars’ weeks go, in a line each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tremplin.programmes.models import Cohort
from tremplin.selection.models import Scholar
from tremplin.training import rules
from tremplin.training.models import Audience, JournalEntry, LabSubmission, Syllabus
from tremplin.training.queries.pace import earlier_pace
from tremplin.training.queries.scholars import week_now, weeks_of


@dataclass(frozen=True, slots=True)
class Overview:
    """How one scholar's weeks go."""

    scholar: Scholar
    week: int
    weeks: int
    progress: rules.Progress
    ambition: rules.Ambition | None
    posts: int
    labs_passed: int


def overviews(scholars: Sequence[Scholar], cohort: Cohort, *, now: datetime) -> list[Overview]:
    """The overview of each scholar, in a constant number of queries."""
    plans = {row.scholar_id: row.weeks for row in Syllabus.objects.filter(scholar__in=scholars)}
    posts: dict[int, int] = {}
    shared = JournalEntry.objects.filter(scholar__in=scholars).exclude(audience=Audience.DRAFT)
    for key in shared.values_list("scholar_id", flat=True):
        posts[key] = posts.get(key, 0) + 1
    passed: dict[int, set[str]] = {}
    for key, lab in LabSubmission.objects.filter(scholar__in=scholars, score=1.0).values_list(
        "scholar_id", "lab"
    ):
        passed.setdefault(key, set()).add(lab)
    others = earlier_pace(cohort, now=now)
    return [
        _overview(
            scholar,
            cohort,
            plans.get(scholar.pk, []),
            posts.get(scholar.pk, 0),
            passed.get(scholar.pk, set()),
            others,
            now,
        )
        for scholar in scholars
    ]


def too_much(
    plans: Mapping[int, Syllabus], scholars: Sequence[Scholar], cohort: Cohort, *, now: datetime
) -> int:
    """How many of these scholars' plans ask for too much. One query."""
    others = earlier_pace(cohort, now=now)
    found = [
        rules.ambition(
            plans[scholar.pk].weeks, upto=max(1, week_now(scholar, cohort, now=now)), others=others
        )
        for scholar in scholars
        if scholar.pk in plans
    ]
    return sum(one is not None and one.level == "much" for one in found)


def _overview(
    scholar: Scholar,
    cohort: Cohort,
    plan: list[dict[str, object]],
    posts: int,
    passed: set[str],
    others: rules.Pace,
    now: datetime,
) -> Overview:
    weeks = weeks_of(scholar, cohort)
    week = week_now(scholar, cohort, now=now)
    return Overview(
        scholar,
        week,
        weeks,
        rules.progress(plan, upto=week),
        rules.ambition(plan, upto=max(1, week), others=others),
        posts,
        len(passed),
    )
