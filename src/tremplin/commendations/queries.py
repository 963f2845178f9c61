"""What people see of commendations: the person themselves whether there can be one, everybody what it says."""

from django.db.models import Count, Q

from tremplin.commendations import rules
from tremplin.commendations.models import Commendation
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.selection import queries as selection
from tremplin.selection.models import Band, Decision
from tremplin.selection.queries.mails import mails_wait


def own(user: User, cohort: Cohort) -> Commendation | None:
    """The note of a person, if they have made one."""
    return Commendation.objects.filter(user=user, cohort=cohort).first()


def public(cohort: Cohort, ref: str) -> Commendation | None:
    """The note at an address, for everybody who has it."""
    return Commendation.objects.filter(cohort=cohort, ref=ref).first()


def possible(user: User, cohort: Cohort) -> rules.Figures | None:
    """What a note could say of a person; None for everybody who did not come so near, or has not been told."""
    outcome = selection.own_outcome(user, cohort)
    if outcome is None or outcome.decision is None or mails_wait(cohort):
        return None
    if not outcome.came_near:
        return None
    decision = outcome.decision
    counts = Decision.objects.filter(proposal_id=decision.proposal_id).aggregate(
        all=Count("pk"), near=Count("pk", filter=~Q(band=Band.DECLINE))
    )
    return rules.Figures(
        applications=counts["all"],
        places=decision.proposal.places,
        reads=decision.reads,
        near=rules.near_enough(counts["near"]),
        drawn=decision.draw_rank is not None,
    )
