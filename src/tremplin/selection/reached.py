"""How far people came through the selection, for the register of steps; and when nothing of it moves any more."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tremplin.programmes.funnel import Finality, Step, register, register_finality
from tremplin.programmes.models import Cohort
from tremplin.selection.models import Band, Decision, Offer, OfferState, Outcome, Proposal, ProposalState
from tremplin.selection.services.waitlist import waiting


def _decisions(cohort: Cohort, wanted: Q) -> frozenset[str]:
    rows = Decision.objects.filter(wanted, proposal__cohort=cohort)
    return frozenset(rows.values_list("application__applicant__ref", flat=True))


def _shortlisted(cohort: Cohort) -> frozenset[str]:
    """Above the line or too close to it to call; whoever was offered a place was so in any case."""
    near = Q(band__in=[Band.ADMIT, Band.LOTTERY]) | Q(outcome__in=[Outcome.OFFER, Outcome.WAITLIST])
    return _decisions(cohort, near) | _offered(cohort)


def _offered(cohort: Cohort) -> frozenset[str]:
    rows = Offer.objects.filter(cohort=cohort)
    return frozenset(rows.values_list("application__applicant__ref", flat=True))


def _accepted(cohort: Cohort) -> frozenset[str]:
    """Who took the place, also where they gave it back later."""
    taken = Offer.objects.filter(cohort=cohort).exclude(agreement_hash="")
    return frozenset(taken.values_list("application__applicant__ref", flat=True))


def _decided(cohort: Cohort) -> bool:
    return Proposal.objects.filter(cohort=cohort, state=ProposalState.CONFIRMED).exists()


def _settled(cohort: Cohort) -> bool:
    """No offer waits for an answer, and the waitlist is closed or empty."""
    if Offer.objects.filter(cohort=cohort, state=OfferState.OPEN).exists():
        return False
    proposal = Proposal.objects.filter(cohort=cohort, state=ProposalState.CONFIRMED).first()
    return proposal is not None and (
        proposal.waitlist_closed_at is not None or not waiting(proposal).exists()
    )


SHORTLISTED = register(Step("shortlisted", 2, _("On the shortlist"), _shortlisted))
OFFERED = register(Step("offered", 3, _("Offered a place"), _offered))
ACCEPTED = register(Step("accepted", 4, _("Took the place"), _accepted))
register_finality(Finality(_decided, _settled))
