"""The passes of reading: the first, which everybody gets, and a second that the programme file may plan."""

from datetime import datetime, timedelta

from tremplin.applications.rules.form import pseudonym
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import SecondPassPlan
from tremplin.review.plan import review_plan
from tremplin.review.rules import reading_deadline

FIRST, SECOND = 1, 2


def second_plan(cohort: Cohort) -> SecondPassPlan | None:
    """What the programme file says of a second pass; None where it plans none."""
    plan = cohort.plan.review
    return plan.second_pass if plan is not None and cohort.plan.runs("review") else None


def passes_of(cohort: Cohort) -> tuple[int, ...]:
    """The passes that the programme file plans."""
    return (FIRST,) if second_plan(cohort) is None else (FIRST, SECOND)


def reads_each(cohort: Cohort, pass_number: int) -> int:
    """How many reads each application gets in a pass. Raises Conflict where nothing is read."""
    second = second_plan(cohort)
    return second.reads if second is not None and pass_number == SECOND else review_plan(cohort).reads


def due_of(cohort: Cohort, pass_number: int) -> datetime:
    """By when all reads of a pass are to be in."""
    due, second = reading_deadline(cohort.dates), second_plan(cohort)
    return due + timedelta(days=second.days) if second is not None and pass_number == SECOND else due


def name_in(blind_key: str, cohort_ref: str, pass_number: int) -> str:
    """What reviewers call an application in a pass: nobody can tell from it what it is called in the other."""
    return pseudonym(blind_key, cohort_ref if pass_number == FIRST else f"{cohort_ref}/{pass_number}")
