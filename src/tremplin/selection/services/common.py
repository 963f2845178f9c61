"""What every deed of the selection begins with: the cohort held fast, the proposal as it is stored."""

from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Stale
from tremplin.programmes.apart import cause
from tremplin.programmes.models import Cohort
from tremplin.review.services.common import hold
from tremplin.selection.models import Proposal, ProposalState

__all__ = ["confirmed_proposal", "hold", "open_proposal", "proposal_of", "signer_apart"]


def proposal_of(cohort: Cohort) -> Proposal:
    """The cohort's proposal. Raises Conflict when there is none."""
    found = Proposal.objects.select_for_update().filter(cohort=cohort).first()
    if found is None:
        raise Conflict(
            _("No decisions have been proposed yet."), _("Propose them in the decision room first.")
        )
    found.cohort = cohort
    return found


def open_proposal(cohort: Cohort, version: int) -> Proposal:
    """The proposal, if it is not final and still the one that was read. Raises Conflict, Stale."""
    found = proposal_of(cohort)
    if found.state == ProposalState.CONFIRMED:
        raise Conflict(_("The decisions are confirmed, so they can no longer be changed."))
    if found.version != version:
        raise Stale(
            _("Somebody has changed the decisions since you opened this page."),
            _("Read the list as it is now, then decide."),
            current=found,
        )
    return found


def signer_apart(proposal: Proposal) -> bool:
    """Whether the one who signed stands apart from the selection by now: then the signature does not count."""
    signer = proposal.signed_by
    return (
        proposal.state == ProposalState.SIGNED and signer is not None and bool(cause(proposal.cohort, signer))
    )


def confirmed_proposal(cohort: Cohort) -> Proposal:
    """The proposal once it is final. Raises Conflict."""
    found = proposal_of(cohort)
    if found.state != ProposalState.CONFIRMED:
        raise Conflict(_("The decisions are not confirmed yet."))
    return found
