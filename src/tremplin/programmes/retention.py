"""How long the law of a cohort lets something be kept, as a day of that cohort."""

from datetime import datetime, timedelta

from tremplin.programmes.models import Cohort


def explained_until(cohort: Cohort) -> datetime | None:
    """Until when decisions may have to be explained, and what they rest on is kept; None where none are taken."""
    decided = cohort.dates.get("decisions_out")
    return decided + timedelta(days=cohort.profile.retention.explain_days) if decided else None


def must_explain(cohort: Cohort, now: datetime) -> bool:
    """Whether decisions are out and may still have to be explained."""
    until = explained_until(cohort)
    return until is not None and cohort.date("decisions_out") <= now < until
