"""What happens in the selection because time passes."""

from datetime import datetime

from tremplin.programmes.models import Cohort
from tremplin.programmes.rounds import every_round
from tremplin.selection import rules, services
from tremplin.selection.models import Draw, Offer, OfferState, Proposal, ProposalState


@every_round
def selection_round(*, cohort: Cohort, now: datetime) -> None:
    """Commit to the draw when the call has closed; send extra reads; remind, expire, promote; close the list."""
    if not cohort.plan.runs("selection"):
        return
    if now > cohort.dates["call_closes"] and not Draw.objects.filter(cohort=cohort).exists():
        services.commit_draw(cohort=cohort, actor=None, now=now)
    services.send_extra_reads(cohort=cohort, actor=None, now=now)
    proposal = Proposal.objects.filter(cohort=cohort, state=ProposalState.CONFIRMED).first()
    if proposal is None:
        return
    unanswered = Offer.objects.filter(cohort=cohort, state=OfferState.OPEN)
    if proposal.waitlist_closed_at and not unanswered.exists():
        return
    services.remind_offers(cohort=cohort, now=now)
    services.expire_offers(cohort=cohort, now=now)
    if not rules.promotes(cohort.dates, now):
        services.close_waitlist(cohort=cohort, actor=None, now=now)
