"""Who may need a word, of those whom a person follows."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Max

from tremplin.programmes.models import Cohort
from tremplin.selection.models import Scholar, ScholarState
from tremplin.training import rules
from tremplin.training.models import Audience, JournalEntry, LabSubmission, SubmissionState, Syllabus
from tremplin.training.queries.scholars import week_now

_RECENT = timedelta(weeks=3)
_TRIES = 600
"""Reports read at most, the newest: of ten scholars some sixty tries each in three weeks."""


def drifting(scholars: Sequence[Scholar], cohort: Cohort, *, now: datetime) -> dict[int, list[rules.Reason]]:
    """By scholar, why a word may help; nobody who pauses, has completed or left. Four queries for any number."""
    starts = cohort.dates.get("training_starts")
    there = [row for row in scholars if row.state == ScholarState.ENROLLED]
    if cohort.plan.training is None or starts is None or now < starts or not there:
        return {}
    plans = {row.scholar_id: row for row in Syllabus.objects.filter(scholar__in=there)}
    posts, written = _posts(there)
    handed = dict(
        LabSubmission.objects.filter(scholar__in=there)
        .order_by()
        .values("scholar_id")
        .annotate(last=Max("created_at"))
        .values_list("scholar_id", "last")
    )
    tries = _tries(there, now)
    found = {}
    for row in there:
        plan = plans.get(row.pk)
        back = max((datetime.fromisoformat(ended) for _began, ended in row.pauses), default=starts)
        moments = [starts, back, handed.get(row.pk), written.get(row.pk), plan.saved_at if plan else None]
        found[row.pk] = rules.drift(
            plan.weeks if plan else [],
            week=week_now(row, cohort, now=now),
            last_seen=max(moment for moment in moments if moment is not None),
            now=now,
            posts=posts[row.pk],
            cadence=cohort.plan.training.journal,
            stuck=rules.stuck_at(tries[row.pk]),
        )
    return found


def _posts(scholars: Sequence[Scholar]) -> tuple[dict[int, list[int]], dict[int, datetime]]:
    """The weeks of shared posts, and when each scholar last wrote anything, drafts included."""
    posts: dict[int, list[int]] = defaultdict(list)
    written: dict[int, datetime] = {}
    rows = JournalEntry.objects.filter(scholar__in=scholars)
    for scholar, week, audience, saved in rows.values_list("scholar_id", "week", "audience", "saved_at"):
        written[scholar] = max(saved, written.get(scholar, saved))
        if audience != Audience.DRAFT:
            posts[scholar].append(week)
    return posts, written


def _tries(scholars: Sequence[Scholar], now: datetime) -> dict[int, list[rules.Try]]:
    rows = LabSubmission.objects.filter(
        scholar__in=scholars, state=SubmissionState.GRADED, created_at__gt=now - _RECENT
    ).order_by("-created_at", "-pk")
    found: dict[int, list[rules.Try]] = defaultdict(list)
    for scholar, lab, score, report in rows.values_list("scholar_id", "lab", "score", "report")[:_TRIES]:
        told = json.loads(report) if isinstance(report, str) else report
        found[scholar].append(rules.Try(lab, told.get("checks") or (), score == 1.0))
    return found
