"""Who may need a word, of those whom a person follows."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tremplin.programmes.models import Cohort
from tremplin.selection.models import Scholar, ScholarState
from tremplin.training import rules
from tremplin.training.models import Audience, JournalEntry, LabSubmission, SubmissionState, Syllabus
from tremplin.training.queries.scholars import week_now

_RECENT = timedelta(weeks=3)
_TRIES = 600
"""Reports read at most, the newest: of ten scholars some sixty tries each in three weeks."""


def drifting(
    scholars: Sequence[Scholar],
    cohort: Cohort,
    *,
    now: datetime,
    plans: Mapping[int, Syllabus] | None = None,
) -> dict[int, list[rules.Reason]]:
    """By scholar, why a word may help; nobody who pauses, has completed or left, and none once training is over.

    Three queries for any number; two where the caller has the `plans` by scholar.
    """
    training, starts = cohort.plan.training, cohort.dates.get("training_starts")
    there = [row for row in scholars if row.state == ScholarState.ENROLLED]
    if training is None or starts is None or not in_training(cohort, now=now) or not there:
        return {}
    plans = plans_of(there) if plans is None else plans
    posts, written = _posts(there)
    tries, handed = _tries(there, now)
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
            cadence=training.journal,
            stuck=rules.stuck_at(tries[row.pk]),
        )
    return found


def in_training(cohort: Cohort, *, now: datetime) -> bool:
    """Whether training has begun and is not over; extensions of single scholars aside."""
    starts, ends = cohort.dates.get("training_starts"), cohort.dates.get("training_ends")
    return starts is not None and starts <= now and (ends is None or now < ends)


def plans_of(scholars: Sequence[Scholar]) -> dict[int, Syllabus]:
    """The plans of these scholars, by scholar. One query."""
    return {row.scholar_id: row for row in Syllabus.objects.filter(scholar__in=scholars)}


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


def _tries(
    scholars: Sequence[Scholar], now: datetime
) -> tuple[dict[int, list[rules.Try]], dict[int, datetime]]:
    """What was graded lately, the newest first, and when each scholar last handed something in lately."""
    rows = LabSubmission.objects.filter(scholar__in=scholars, created_at__gt=now - _RECENT)
    rows = rows.order_by("-created_at", "-pk")
    found: dict[int, list[rules.Try]] = defaultdict(list)
    handed: dict[int, datetime] = {}
    wanted = rows.values_list("scholar_id", "lab", "state", "score", "report", "created_at")
    for scholar, lab, state, score, report, at in wanted[:_TRIES]:
        handed.setdefault(scholar, at)
        if state == SubmissionState.GRADED:
            told = json.loads(report) if isinstance(report, str) else report
            found[scholar].append(rules.Try(lab, told.get("checks") or (), score == 1.0))
    return found, handed
