"""The figures of an impact report, gathered over all stages. Numerators come with their denominators."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from tremplin.applications.models import Application
from tremplin.core.recall import recall
from tremplin.impact import rules
from tremplin.impact.effects import effect
from tremplin.impact.models import OutcomeRelease
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

ASKED = "asked"
"""How many said that they may be asked: a figure of its own in the ledger, the same for every survey."""


def report_content(cohort: Cohort, *, now: datetime) -> dict[str, Any]:
    """All figures of a cohort as they stand `now`, ready to be frozen. A constant number of queries."""
    return {
        "at": now.isoformat(),
        "reach": reach(cohort),
        "delivery": delivery(cohort),
        "money": money(cohort),
        "output": output(cohort),
        "outcomes": outcomes(cohort, now=now),
        "effect": effect(cohort),
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
    """Each survey that has come due as it was counted, or as it was before the single answers went.

    What is shown is what the ledger holds: `counted` says since when, None as long as the survey has not ended.
    """
    if kept := frozen(cohort, "impact"):
        return list(kept.figures["outcomes"])
    plan = cohort.plan.impact
    if plan is None:
        return []
    rows = OutcomeRelease.objects.filter(cohort_ref=cohort.ref).order_by("number")
    latest = {row.kind: row for row in rows.defer("basis")}
    asked = latest[ASKED].figures[ASKED] if ASKED in latest else None
    due = [(survey, rules.survey_due(survey, cohort.dates)) for survey in plan.surveys]
    return [
        _outcome(survey.code, at, latest.get(ledger_kind(survey.code)), asked)
        for survey, at in due
        if at <= now
    ]


def _outcome(code: str, due: datetime, row: OutcomeRelease | None, asked: int | None) -> dict[str, Any]:
    questions = row.figures["questions"] if row else []
    return {
        "survey": code,
        "ends": rules.ends(due).isoformat(),
        "counted": row.at.isoformat() if row else None,
        "coverage": row.figures["coverage"] if row else None,
        "questions": [{**question, "asked": asked} for question in questions],
    }


def ledger_kind(survey: str) -> str:
    """Under which name the figures of a survey stand in the ledger."""
    return f"survey/{survey}"
