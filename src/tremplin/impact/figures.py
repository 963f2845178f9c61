"""The figures of an impact report, gathered over all stages. Numerators come with their denominators."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from tremplin.applications.models import Application
from tremplin.core.recall import recall
from tremplin.impact import rules
from tremplin.impact.models import SurveyResponse
from tremplin.impact.purposes import FOLLOW_UP
from tremplin.people.services import consents
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import frozen
from tremplin.programmes.tallies import how_many
from tremplin.projects.models import MilestoneReport, MilestoneState
from tremplin.review.models import Review
from tremplin.selection.models import ScholarState
from tremplin.selection.queries import everyone
from tremplin.showcase.models import PageState, ShowcasePage
from tremplin.stipends.models import Instalment, InstalmentState
from tremplin.stipends.rules import LATE_AFTER
from tremplin.training.models import Audience, JournalEntry, LabSubmission


def report_content(cohort: Cohort, *, now: datetime) -> dict[str, Any]:
    """All figures of a cohort as they stand `now`, ready to be frozen. A constant number of queries."""
    return {
        "at": now.isoformat(),
        "reach": reach(cohort),
        "delivery": delivery(cohort),
        "money": money(cohort),
        "output": output(cohort),
        "outcomes": outcomes(cohort, now=now),
    }


def reach(cohort: Cohort) -> dict[str, int]:
    """How many began, sent, were read, were taken."""
    counts = Application.objects.filter(cohort=cohort).aggregate(
        started=Count("pk"),
        submitted=Count("pk", filter=Q(submitted_at__isnull=False)),
        withdrawn=Count("pk", filter=Q(withdrawn_at__isnull=False)),
    )
    found = _counted(cohort)
    reads = {"reads": found["reads"], "read": found["read"]}
    if kept := frozen(cohort, "applications"):
        began = kept.figures
        counts = {"started": began["started"], "submitted": began["sent"], "withdrawn": began["withdrawn"]}
    return {**counts, **reads, "scholars": len(everyone(cohort))}


def delivery(cohort: Cohort) -> dict[str, int]:
    """Who stayed to the end, and what was written on the way."""
    states, found = Counter(scholar.state for scholar in everyone(cohort)), _counted(cohort)
    return {
        "scholars": states.total(),
        "completed": states[ScholarState.COMPLETED],
        "left": states[ScholarState.LEFT],
        "journal_posts": found["journal_posts"],
        "labs_passed": found["labs_passed"],
    }


def money(cohort: Cohort) -> dict[str, Any]:
    """What was owed and paid, and how much of it in time."""
    rows = list(
        Instalment.objects.filter(scholar__cohort=cohort).values_list("state", "amount", "due", "paid_at")
    )
    paid = [(amount, due, at) for state, amount, due, at in rows if state == InstalmentState.PAID]
    return {
        "planned": sum(row[1] for row in rows if row[0] != InstalmentState.CANCELLED),
        "paid": sum(amount for amount, _due, _at in paid),
        "currency": cohort.plan.stipend.currency if cohort.plan.stipend else "",
        "payments": len(paid),
        "in_time": sum(1 for _amount, due, at in paid if at is not None and at <= due + LATE_AFTER),
    }


def output(cohort: Cohort) -> dict[str, int]:
    """What the scholars made."""
    found = _counted(cohort)
    return {
        "milestones_accepted": found["milestones_accepted"],
        "projects_published": found["projects_published"],
    }


def _counted(cohort: Cohort) -> dict[str, int]:
    """What is counted and nothing else, of all stages in one statement."""
    read = Review.objects.filter(assignment__application__cohort=cohort, submitted_at__isnull=False)
    reports = MilestoneReport.objects.filter(project__scholar__cohort=cohort)
    pages = ShowcasePage.objects.filter(project__scholar__cohort=cohort)
    passed = LabSubmission.objects.filter(scholar__cohort=cohort, score=1.0)
    posts = JournalEntry.objects.filter(scholar__cohort=cohort).exclude(audience=Audience.DRAFT)
    again = passed.filter(scholar=OuterRef("scholar"), lab=OuterRef("lab"), pk__lt=OuterRef("pk"))
    read_of = Exists(read.filter(assignment__application=OuterRef("pk")))
    rows = {
        "reads": read,
        "read": Application.objects.filter(read_of, cohort=cohort),
        "journal_posts": posts,
        "labs_passed": passed.exclude(Exists(again)),
        "milestones_accepted": reports.filter(state=MilestoneState.ACCEPTED),
        "projects_published": pages.filter(state=PageState.PUBLISHED),
    }
    return recall(("figures of impact", cohort.pk), lambda: how_many(cohort, rows))


def outcomes(cohort: Cohort, *, now: datetime) -> list[dict[str, Any]]:
    """The outcomes as they are counted now, or as they were before the single answers went."""
    kept = frozen(cohort, "impact")
    return list(kept.figures["outcomes"]) if kept else counted_outcomes(cohort, now=now)


def counted_outcomes(cohort: Cohort, *, now: datetime) -> list[dict[str, Any]]:
    """Each survey that has come due: coverage, then the figures that may be shown."""
    plan = cohort.plan.impact
    if plan is None:
        return []
    asked = len(consents.standing(FOLLOW_UP, [cohort.ref]))
    responses = list(SurveyResponse.objects.filter(cohort=cohort, sent_at__isnull=False).order_by("pk"))
    return [
        {
            "survey": survey.code,
            "coverage": rules.figure(
                sum(1 for response in responses if response.survey == survey.code),
                smallest_cell=plan.smallest_cell,
            ).shown,
            "questions": rules.outcomes(
                plan.questions,
                [response.answers for response in responses if response.survey == survey.code],
                asked=asked,
                smallest_cell=plan.smallest_cell,
            ),
        }
        for survey in plan.surveys
        if rules.survey_due(survey, cohort.dates) <= now
    ]
