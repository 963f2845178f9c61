"""What organisers and observers see of changes by hand: what waits, what stands, what was refused and why."""

from django.db.models import QuerySet

from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.selection.models import Decision, Override, OverrideState


def overrides(cohort: Cohort, actor: User) -> QuerySet[Override]:
    """Every change by hand that was ever proposed in a cohort, newest first. Raises NotAllowed."""
    require_judge(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    rows = Override.objects.filter(proposal__cohort=cohort).select_related(
        "application__applicant", "application__decision", "proposal", "proposed_by", "answered_by"
    )
    rows = rows.defer(
        "application__answers", "application__touched", "application__aside", "application__eligibility"
    )
    return rows.order_by("-pk")


def waiting_changes(cohort: Cohort, actor: User) -> QuerySet[Override]:
    """Those that wait for a second person, oldest first. Raises NotAllowed."""
    return overrides(cohort, actor).filter(state=OverrideState.WAITS).order_by("pk")


def changes_of(decision: Decision, cohort: Cohort, actor: User) -> list[Override]:
    """What was ever proposed by hand for one application, newest first. Raises NotAllowed."""
    return list(overrides(cohort, actor).filter(application=decision.application_id))
