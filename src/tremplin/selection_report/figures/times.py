"""When things were to happen, when they did, and how late that was."""

from datetime import datetime
from typing import Any

from django.db.models import Max

from tremplin.core.outbox.models import Batch
from tremplin.programmes.models import Cohort
from tremplin.programmes.rules import planned_dates
from tremplin.review.models import Review
from tremplin.selection.models import Proposal
from tremplin.selection_report.figures.ruling import at_opening
from tremplin.selection_report.rules import days_late

_TOLD = ("call_opens", "call_closes", "reading_ends", "decisions_out", "offers_answered")


def times(cohort: Cohort, proposal: Proposal | None) -> dict[str, Any]:
    """`dates`: as promised at the opening, and as they fell. `events`: what really happened, and its date."""
    promised = planned_dates(at_opening(cohort).plan, cohort.first_day)
    return {
        "dates": [
            {
                "code": code,
                "promised": promised[code].isoformat() if code in promised else None,
                "fell": cohort.dates[code].isoformat(),
            }
            for code in _TOLD
            if code in cohort.dates
        ],
        "events": [
            {
                "event": event,
                "at": at.isoformat(),
                "due": due.isoformat() if due else None,
                "days_late": days_late(due, at) if due else 0,
            }
            for event, at, due in _events(cohort, proposal, promised)
            if at is not None
        ],
    }


def _events(
    cohort: Cohort, proposal: Proposal | None, promised: dict[str, datetime]
) -> list[tuple[str, datetime | None, datetime | None]]:
    told = Batch.objects.filter(scope=cohort.scope, kind__startswith="decision-")
    read = Review.objects.filter(assignment__cohort=cohort, submitted_at__isnull=False)
    if proposal and proposal.confirmed_at:
        read = read.filter(submitted_at__lte=proposal.confirmed_at)  # what came later decided nothing
    return [
        ("read", read.aggregate(last=Max("submitted_at"))["last"], promised.get("reading_ends")),
        ("confirmed", proposal.confirmed_at if proposal else None, None),
        ("told", told.aggregate(last=Max("released_at"))["last"], promised.get("decisions_out")),
    ]
