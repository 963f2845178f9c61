"""Labs, and what was handed in for them."""

from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, QuerySet

from tremplin.curriculum import loader
from tremplin.grader import Lab
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.selection.models import Scholar
from tremplin.training.models import LabSubmission, SubmissionState
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
