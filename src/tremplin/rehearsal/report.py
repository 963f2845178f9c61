"""What a rehearsal found, as plain figures: reads needed and done, dates missed, money paid, where the plan broke."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum

from tremplin.applications.models import Application, ApplicationState
from tremplin.core.outbox.models import OutboxMessage
from tremplin.programmes.models import Cohort
from tremplin.rehearsal.stage import Play
from tremplin.review.models import Assignment, AssignmentState, Review
from tremplin.review.queries import second_reads
from tremplin.selection.models import Scholar, ScholarState
from tremplin.stipends.models import Instalment, InstalmentState
from tremplin.stipends.rules import LATE_AFTER, OVER
from tremplin.training.models import Audience, JournalEntry, LabSubmission


def content(play: Play, *, until: datetime) -> dict[str, Any]:
    """All figures of a rehearsal that was played up to `until`. The same play gives the same figures."""
    cohort = play.cohort
    return {
        "until": until.isoformat(),
        "whole": until >= max(cohort.dates.values()),
        "call": _call(play),
        "reading": _reading(cohort, until),
        "foretold": play.foretold,
        "stood": play.stood,
        "selection": _selection(play),
        "training": _training(play),
        "money": _money(play),
        "mails": _mails(cohort),
        "mishaps": [
            {"at": mishap.at.isoformat(), "where": mishap.where, "what": mishap.what, "facts": mishap.facts}
            for mishap in sorted(play.mishaps, key=lambda mishap: (mishap.at, mishap.where, mishap.what))
        ],
    }


def _call(play: Play) -> dict[str, int]:
    cohort = play.cohort
    sent = Application.objects.filter(cohort=cohort, submitted_at__isnull=False)
    closes = cohort.date("call_closes")
    times = [at for at in sent.values_list("submitted_at", flat=True) if at is not None]
    return {
        "arrivals": play.tally["arrivals"],
        "turned_away": play.tally["turned-away"],
        "drafts": play.tally["drafts"],
        "saves": play.tally["saves"],
        "submitted": len(times),
        "withdrawn": play.tally["withdrawn"],
        "last_week": sum(1 for at in times if (closes - at).days < 7),
        "last_hour": sum(1 for at in times if (closes - at).total_seconds() < 3600),
    }


def _reading(cohort: Cohort, until: datetime) -> dict[str, Any]:
    plan = cohort.plan.review
    if plan is None:
        return {}
    sent = Application.objects.filter(cohort=cohort, state=ApplicationState.SUBMITTED)
    reviews = Review.objects.filter(assignment__cohort=cohort, submitted_at__isnull=False)
    read = Assignment.objects.filter(cohort=cohort, state=AssignmentState.SUBMITTED)
    per_application = dict(
        read.filter(pass_number=1)
        .values_list("application")
        .annotate(reads=Count("pk"))
        .values_list("application", "reads")
    )
    ends = cohort.date("reading_ends")
    seconds = reviews.aggregate(total=Sum("seconds", default=0))["total"]
    given = Assignment.objects.filter(
        cohort=cohort, state__in=[AssignmentState.ASSIGNED, AssignmentState.SUBMITTED]
    )
    done = Count("pk", filter=Q(state=AssignmentState.SUBMITTED))
    by_reviewer = sorted(
        given.values("reviewer").annotate(reads=done, given=Count("pk")).values_list("reads", "given"),
        reverse=True,
    )
    keys = list(sent.values_list("pk", flat=True))
    second = second_reads(cohort)
    late = Q(submitted_at__gt=ends, assignment__pass_number=1)
    if second is not None:
        late |= Q(submitted_at__gt=second.due)
    last = reviews.order_by("-submitted_at").values_list("submitted_at", flat=True).first()
    return {
        "needed": len(keys) * plan.reads + (second.needed if second else 0),
        "done": reviews.count(),
        "unread": sum(1 for key in keys if not per_application.get(key)),
        "too_few": sum(1 for key in keys if per_application.get(key, 0) < plan.reads),
        "late": reviews.filter(late).count(),
        "second_pass": second.people if second else 0,
        "last_read": last.isoformat() if last else "",
        "hours": round(seconds / 3600, 1),
        "minutes_each": round(seconds / 60 / max(1, reviews.count()), 1),
        "loads": [reads for reads, _given in by_reviewer],
        "given": [given for _reads, given in by_reviewer],
        "over": until > ends,
    }


def _selection(play: Play) -> dict[str, int]:
    scholars = Scholar.objects.filter(cohort=play.cohort)
    return {
        "decisions": play.tally["decisions"],
        "declined_offers": play.tally["declined-offers"],
        "scholars": scholars.count(),
        "places_min": play.cohort.plan.cohort.places_min,
        "places_max": play.cohort.plan.cohort.places_max,
        "completed": scholars.filter(state=ScholarState.COMPLETED).count(),
        "left": scholars.filter(state=ScholarState.LEFT).count(),
    }


def _training(play: Play) -> dict[str, int]:
    cohort = play.cohort
    labs = LabSubmission.objects.filter(scholar__cohort=cohort)
    return {
        "pairs": play.tally["pairs"],
        "check_ins": play.tally["check-ins"],
        "raised_hands": play.tally["raised-hands"],
        "posts": JournalEntry.objects.filter(scholar__cohort=cohort).exclude(audience=Audience.DRAFT).count(),
        "replans": play.tally["re-plans"],
        "lab_submissions": labs.count(),
        "labs_passed": labs.filter(score=1.0).values("scholar", "lab").distinct().count(),
        "published": play.tally["published"],
        "survey_answers": play.tally["survey-answers"],
    }


def _money(play: Play) -> dict[str, Any]:
    cohort = play.cohort
    if cohort.plan.stipend is None:
        return {}
    rows = Instalment.objects.filter(scholar__cohort=cohort)
    paid = list(rows.filter(state=InstalmentState.PAID).values_list("due", "paid_at", "amount"))
    return {
        "currency": cohort.plan.stipend.currency,
        "promised": rows.exclude(state=InstalmentState.CANCELLED).aggregate(total=Sum("amount", default=0))[
            "total"
        ],
        "paid": sum(amount for _due, _at, amount in paid),
        "payments": len(paid),
        "in_time": sum(1 for due, at, _amount in paid if at is not None and at <= due + LATE_AFTER),
        "opened": play.tally["payments-opened"],
        "cancelled": rows.filter(state=InstalmentState.CANCELLED).count(),
        "open": rows.exclude(state__in=OVER).count(),
        "most": cohort.plan.stipend.total() * cohort.plan.cohort.places_max,
    }


def _mails(cohort: Cohort) -> dict[str, int]:
    kinds = OutboxMessage.objects.filter(scope=cohort.scope).values_list("kind").annotate(count=Count("pk"))
    return dict(sorted(kinds))
