"""Labs, and what was handed in for them."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from tremplin.core.jobs.models import Job, JobState
from tremplin.curriculum import loader
from tremplin.grader import Lab, Report, hints
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.selection.models import Scholar
from tremplin.training.models import LabDraft, LabSubmission, SubmissionState
from tremplin.training.queries.scholars import visible_scholars


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


def own_submissions(scholar: Scholar) -> QuerySet[LabSubmission]:
    """What this scholar handed in, newest first."""
    return LabSubmission.objects.filter(scholar=scholar).order_by("-created_at", "-pk")


def best_result(scholar: Scholar, lab: str) -> float | None:
    """The best of all tries at a lab, 0 to 1; None before the first is graded."""
    found: float | None = LabSubmission.objects.filter(scholar=scholar, lab=lab).aggregate(best=Max("score"))[
        "best"
    ]
    return found


def latest_code(scholar: Scholar | None, lab: str) -> str:
    """What was handed in last, to go on from; "" before that."""
    if scholar is None:
        return ""
    return own_submissions(scholar).filter(lab=lab).values_list("code", flat=True).first() or ""


def draft_of(scholar: Scholar | None, lab: str) -> LabDraft | None:
    """What this scholar is writing for a lab and has not handed in."""
    return LabDraft.objects.filter(scholar=scholar, lab=lab).first() if scholar else None


def try_before(row: LabSubmission) -> LabSubmission | None:
    """The same scholar’s try at the same lab before this one."""
    tries = LabSubmission.objects.filter(scholar_id=row.scholar_id, lab=row.lab).defer("report")
    earlier = Q(created_at__lt=row.created_at) | Q(created_at=row.created_at, pk__lt=row.pk)
    return tries.filter(earlier).order_by("-created_at", "-pk").first()


def places_in_queue(rows: Sequence[LabSubmission]) -> dict[int, int]:
    """For each of `rows` whose grading has not begun: the how-manieth in the queue of everybody’s, from 1.

    One query, and one for each that waits; a scholar has three of those at most.
    """
    waiting = {row.job: row.pk for row in rows if row.state == SubmissionState.QUEUED and row.job}
    if not waiting:
        return {}
    queue = Job.objects.filter(queue="grading", state=JobState.WAITING)
    jobs = queue.filter(ref__in=waiting).values_list("ref", "priority", "run_after", "pk")
    return {
        waiting[ref]: 1
        + queue.filter(
            Q(priority__gt=priority)
            | Q(priority=priority, run_after__lt=after)
            | Q(priority=priority, run_after=after, pk__lt=pk)
        ).count()
        for ref, priority, after, pk in jobs
    }


MOST_LOOKED_AT = 50


def failures_before(row: LabSubmission) -> Counter[str]:
    """How often each check of its lab had failed for this scholar, this submission counted: what opens hints."""
    tries = LabSubmission.objects.filter(scholar_id=row.scholar_id, lab=row.lab, state=SubmissionState.GRADED)
    earlier = Q(created_at__lt=row.created_at) | Q(created_at=row.created_at, pk__lte=row.pk)
    upto = tries.filter(earlier).order_by("-created_at", "-pk")
    reports = upto.values_list("report", flat=True)[:MOST_LOOKED_AT]
    return hints.failures(report_of(report).checks for report in reports)


def checks_told(row: LabSubmission, report: Report) -> list[dict[str, Any]]:
    """The checks of a submission as its scholar reads them, with the hints that are open by then."""
    return hints.told(report, failures_before(row))


def report_of(kept: str | dict[str, Any]) -> Report:
    """A report as it is kept with its submission."""
    return Report.from_json(kept if isinstance(kept, str) else json.dumps(kept))


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
