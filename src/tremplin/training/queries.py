"""What people can see of training."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from tremplin.curriculum import loader
from tremplin.grader import Lab
from tremplin.mentoring.models import Pairing
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import STAFF, Role, roles_of
from tremplin.selection.models import Scholar, ScholarState
from tremplin.selection.own_time import own_time
from tremplin.training import rules
from tremplin.training.models import Audience, JournalEntry, LabSubmission, SubmissionState, Syllabus

COHORT_READERS = frozenset({Role.ORGANISER, Role.OBSERVER, Role.MENTOR, Role.SCHOLAR})


def own_scholar(actor: User, cohort: Cohort) -> Scholar | None:
    """The person's own place in the cohort."""
    return _scholars(cohort).filter(user=actor).first()


def visible_scholars(actor: User, cohort: Cohort) -> QuerySet[Scholar]:
    """All for staff, those they mentor for mentors, themselves for scholars, who may read on when they left."""
    scholars = _scholars(cohort)
    staying = ~Q(state=ScholarState.LEFT)
    if roles_of(actor, cohort) & STAFF:
        return scholars.filter(staying)
    mentored = Pairing.objects.filter(mentor__user=actor, ended_at__isnull=True).values("scholar")
    return scholars.filter(Q(user=actor) | Q(pk__in=mentored) & staying)


def visible_entries(actor: User, cohort: Cohort) -> QuerySet[JournalEntry]:
    """Shared entries of the cohort for its people, and one's own drafts. Newest week first."""
    shared = Q(audience__in=[Audience.COHORT, Audience.PUBLIC])
    readers = roles_of(actor, cohort) & COHORT_READERS
    entries = JournalEntry.objects.filter(scholar__cohort=cohort).select_related("scholar__user")
    return entries.filter((shared if readers else Q(pk__in=[])) | Q(scholar__user=actor)).order_by(
        "-week", "pk"
    )


def public_entries(cohort: Cohort) -> QuerySet[JournalEntry]:
    """What everybody may read, newest first."""
    return (
        JournalEntry.objects.filter(scholar__cohort=cohort, audience=Audience.PUBLIC)
        .select_related("scholar__user")
        .order_by("-week", "pk")
    )


@dataclass(frozen=True, slots=True)
class LabLine:
    """A lab of the programme with one scholar's best result."""

    lab: Lab
    best: float | None
    tries: int


def lab_lines(scholar: Scholar) -> list[LabLine]:
    """The labs that this programme offers, in the order to do them."""
    rows = LabSubmission.objects.filter(scholar=scholar).order_by().values("lab").annotate(best=Max("score"))
    best = {row["lab"]: row["best"] for row in rows}
    counts: dict[str, int] = {}
    for lab in LabSubmission.objects.filter(scholar=scholar).values_list("lab", flat=True):
        counts[lab] = counts.get(lab, 0) + 1
    return [LabLine(lab, best.get(lab.code), counts.get(lab.code, 0)) for lab in offered_labs(scholar.cohort)]


def offered_labs(cohort: Cohort) -> list[Lab]:
    """The labs of the programme file, in the order of the curriculum."""
    codes = set(cohort.plan.training.labs) if cohort.plan.training else set()
    return [lab for lab in loader.labs() if lab.code in codes]


def offered_lab(cohort: Cohort, code: str) -> Lab | None:
    """One lab, if the programme offers it."""
    return next((lab for lab in offered_labs(cohort) if lab.code == code), None)


def visible_submissions(actor: User, cohort: Cohort) -> QuerySet[LabSubmission]:
    """Submissions of the scholars that this person may follow."""
    return LabSubmission.objects.filter(scholar__in=visible_scholars(actor, cohort)).select_related(
        "scholar__user"
    )


def failed_gradings(actor: User, cohort: Cohort) -> QuerySet[LabSubmission]:
    """What could not be graded and was not made up for by a later try at the same lab. Newest first."""
    later = LabSubmission.objects.filter(
        scholar=OuterRef("scholar"),
        lab=OuterRef("lab"),
        state=SubmissionState.GRADED,
        created_at__gt=OuterRef("created_at"),
    )
    failed = visible_submissions(actor, cohort).filter(state=SubmissionState.FAILED)
    return failed.exclude(Exists(later)).defer("code", "report").order_by("-created_at", "-pk")


@dataclass(frozen=True, slots=True)
class Overview:
    """How one scholar's weeks go."""

    scholar: Scholar
    week: int
    weeks: int
    progress: rules.Progress
    too_much: str
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
    return [
        _overview(
            scholar,
            cohort,
            plans.get(scholar.pk, []),
            posts.get(scholar.pk, 0),
            passed.get(scholar.pk, set()),
            now,
        )
        for scholar in scholars
    ]


def too_much(scholars: Sequence[Scholar], cohort: Cohort, *, now: datetime) -> int:
    """How many of these scholars' plans ask for too much. One query."""
    plans = {row.scholar_id: row.weeks for row in Syllabus.objects.filter(scholar__in=scholars)}
    return sum(
        bool(rules.over_ambitious(plans[scholar.pk], upto=max(1, week_now(scholar, cohort, now=now))))
        for scholar in scholars
        if plans.get(scholar.pk)
    )


def _overview(
    scholar: Scholar,
    cohort: Cohort,
    plan: list[dict[str, object]],
    posts: int,
    passed: set[str],
    now: datetime,
) -> Overview:
    weeks = weeks_of(scholar, cohort)
    week = week_now(scholar, cohort, now=now)
    return Overview(
        scholar,
        week,
        weeks,
        rules.progress(plan, upto=week),
        rules.over_ambitious(plan, upto=max(1, week)) if plan else "",
        posts,
        len(passed),
    )


def weeks_of(scholar: Scholar, cohort: Cohort) -> int:
    """How many weeks this scholar has, extension included."""
    return (cohort.plan.training.weeks if cohort.plan.training else 0) + scholar.extension_weeks


def week_now(scholar: Scholar, cohort: Cohort, *, now: datetime) -> int:
    """The week of training that this scholar is in: the time of a pause does not count."""
    worked = own_time(scholar, cohort.dates).worked(now)
    starts = cohort.date("training_starts")
    return rules.week_of(starts=starts, now=worked, weeks=weeks_of(scholar, cohort))


def _scholars(cohort: Cohort) -> QuerySet[Scholar]:
    return (
        Scholar.objects.filter(cohort=cohort)
        .select_related("user", "cohort__programme__institution", "cohort__version", "syllabus")
        .order_by("user__name", "pk")
    )
