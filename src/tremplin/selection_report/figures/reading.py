"""How applications were read: by how many, how long, how far they agreed, what was corrected, whom they recognised."""

from collections import Counter
from collections.abc import Sequence
from statistics import fmean, median
from typing import Any

from tremplin.methods.calibration import Read, calibrate
from tremplin.methods.disclosure import LEAST
from tremplin.programmes.models import Cohort
from tremplin.review import rules as review_rules
from tremplin.review.models import Assignment, AssignmentState, Review
from tremplin.review.plan import review_plan
from tremplin.review.queries import ScoredRead
from tremplin.selection.agreeing import ENOUGH, Range, agreement_of, pairs_enough
from tremplin.selection.extra.models import ExtraRound
from tremplin.selection.models import Decision, Proposal
from tremplin.selection.plan import selection_plan
from tremplin.selection_report import rules


def reading(cohort: Cohort, proposal: Proposal | None, scored: Sequence[ScoredRead]) -> dict[str, Any]:
    """What the reads of a cohort show together; nothing of one reader, nothing of one application."""
    submitted = Review.objects.filter(assignment__cohort=cohort, submitted_at__isnull=False)
    seconds = list(submitted.filter(seconds__gt=0).values_list("seconds", flat=True))
    each = Counter(read.application for read in scored)
    recognised = submitted.filter(recognised=True).count()
    return {
        "readers": len({read.reviewer for read in scored}),
        "reads": len(scored),
        "least_each": min(each.values(), default=0),
        "mean_each": round(fmean(each.values()), 1) if each else 0,
        "minutes": round(median(seconds) / 60) if len(seconds) >= ENOUGH else None,
        "hours": round(sum(seconds) / 3600) if len(seconds) >= ENOUGH else None,
        "recognised": rules.share(recognised, len(scored)),
        "extra": _extra(cohort),
        "agreement": _agreement(cohort, scored),
        "correction": _correction(cohort, proposal, scored),
    }


def _extra(cohort: Cohort) -> dict[str, int] | None:
    """Extra reads that the file planned at most, and those that came of it; None where it planned none."""
    plan = selection_plan(cohort)
    if not plan.extra_reads:
        return None
    refs = [ref for row in ExtraRound.objects.filter(cohort=cohort) for ref in row.sent]
    read = Assignment.objects.filter(ref__in=refs, state=AssignmentState.SUBMITTED).count()
    return {"planned": plan.extra_reads, "read": read}


def _as_reads(scored: Sequence[ScoredRead]) -> list[Read]:
    return [Read(str(row.application), row.reader, row.value) for row in scored if row.value is not None]


def _agreement(cohort: Cohort, scored: Sequence[ScoredRead]) -> dict[str, Any] | None:
    """Of the whole score and of each criterion, with intervals of 90 %; None where too few reads stand behind it."""
    found = agreement_of(review_plan(cohort), scored)
    if found is None:
        return None
    return {
        "one_read": _range(found.one_read),
        "all_reads": _range(found.all_reads),
        "criteria": [
            {"code": row.code, "one_read": _range(row.one_read), "alpha": _range(row.alpha)}
            for row in found.criteria
        ],
    }


def _range(found: Range | None) -> list[float] | None:
    return [round(value, 2) for value in found] if found else None


def _correction(
    cohort: Cohort, proposal: Proposal | None, scored: Sequence[ScoredRead]
) -> dict[str, Any] | None:
    """How far readers' severity lies apart, and for how many places the correction mattered."""
    reads = _as_reads(scored)
    if not pairs_enough(reads) or proposal is None:
        return None
    found = calibrate(reads, model="severity", step=review_rules.step(review_plan(cohort)))
    spread = found.severity_variance**0.5 if len(found.severities) >= LEAST else None
    kept = Decision.objects.filter(proposal=proposal).values_list("application_id", "estimate")
    corrected = {str(person): estimate for person, estimate in kept}
    plain: dict[str, list[float]] = {}
    for read in reads:
        plain.setdefault(read.applicant, []).append(float(read.score))
    means = {person: fmean(values) for person, values in plain.items() if person in corrected}
    return {
        "spread": round(spread, 1) if spread is not None else None,
        "elsewhere": rules.some(rules.elsewhere(corrected, means, proposal.places)),
    }
