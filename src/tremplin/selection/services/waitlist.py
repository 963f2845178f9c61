"""Places that come free go down the list, in its order, at once."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tremplin.applications.models import Application, ApplicationState
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.apart import require_judge
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.selection import rules
from tremplin.selection.models import Decision, Offer, OfferState, Outcome, Proposal, ProposalState
from tremplin.selection.services.common import confirmed_proposal, hold

HOLDING = (OfferState.OPEN, OfferState.ACCEPTED)


@transaction.atomic
def promote(*, cohort: Cohort, now: datetime) -> list[Offer]:
    """Offer every free place to the next person who waits, until training starts. Run again it adds nothing.

    Order: the cohort is held; the free places; for each an offer, the audit event, a mail that leaves at once.
    """
    hold(cohort)
    proposal = Proposal.objects.filter(cohort=cohort, state=ProposalState.CONFIRMED).first()
    if proposal is None or proposal.waitlist_closed_at or not rules.promotes(cohort.dates, now):
        return []
    taken = Offer.objects.filter(cohort=cohort, state__in=HOLDING).count()
    free = proposal.places - taken
    return [_offer(cohort, row, now) for row in waiting(proposal)[: max(free, 0)]]


def waiting(proposal: Proposal) -> QuerySet[Decision]:
    """Those who still wait, in the order in which places reach them."""
    return (
        proposal.decisions.filter(
            outcome=Outcome.WAITLIST,
            left_at__isnull=True,
            application__offer__isnull=True,
            application__state=ApplicationState.SUBMITTED,
        )
        .select_related("application__applicant")
        .order_by("position")
    )


def _offer(cohort: Cohort, row: Decision, now: datetime) -> Offer:
    offer = Offer.objects.create(
        cohort=cohort,
        application=row.application,
        promoted=True,
        answer_by=rules.answer_by(cohort.plan, cohort.dates, now, promoted=True),
        created_at=now,
    )
    log(cohort=cohort, actor=None, verb="selection.promoted", subject=offer, now=now, position=row.position)
    mail.send(
        cohort=cohort,
        code="waitlist-promoted",
        to=row.application.applicant,
        values={"link": cohort_url(cohort, "selection:outcome"), "answer_by": offer.answer_by},
        now=now,
        key=f"waitlist-promoted:{row.application.ref}",
    )
    return offer


@transaction.atomic
def leave_waitlist(*, application: Application, actor: User, now: datetime) -> Decision:
    """No longer wait for a place. Order: permission, the decision, the audit event. Raises NotAllowed, Conflict."""
    cohort = application.cohort
    if application.applicant_id != actor.pk:
        raise NotAllowed(_("Only the person who applied can do this."))
    hold(cohort)
    proposal = confirmed_proposal(cohort)
    decision = proposal.decisions.select_for_update().filter(application=application).first()
    if decision is None or decision.outcome != Outcome.WAITLIST:
        raise Conflict(_("You are not on the waitlist."))
    if decision.left_at is not None:
        return decision
    if Offer.objects.filter(application=application).exists():
        raise Conflict(_("A place has come free for you meanwhile."), _("Answer the offer instead."))
    decision.left_at = now
    decision.save(update_fields=["left_at"])
    log(cohort=cohort, actor=actor, verb="selection.waitlist-left", subject=decision, now=now)
    return decision


@transaction.atomic
def close_waitlist(*, cohort: Cohort, actor: User | None, now: datetime) -> int:
    """End the waitlist and tell everybody who still waits; how many they were. `actor` None: training starts.

    Order: permission; the state; the audit event; a mail to each. Closing it again changes nothing.
    Raises NotAllowed; Conflict while decisions are not final.
    """
    if actor is not None:
        require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    proposal = confirmed_proposal(cohort)
    if proposal.waitlist_closed_at is not None:
        return 0
    rows = list(waiting(proposal))
    proposal.waitlist_closed_at = now
    proposal.save(update_fields=["waitlist_closed_at"])
    log(
        cohort=cohort,
        actor=actor,
        verb="selection.waitlist-closed",
        subject=proposal,
        now=now,
        waiting=len(rows),
    )
    for row in rows:
        mail.send(
            cohort=cohort,
            code="waitlist-closed",
            to=row.application.applicant,
            values={"link": cohort_url(cohort, "selection:outcome")},
            now=now,
            key=f"waitlist-closed:{row.application.ref}",
        )
    return len(rows)
