"""The second signature, and all that follows from it at once."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, NotAllowed
from tremplin.core.text import Text, in_every_language
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.apart import require_judge
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review.services import close_reading
from tremplin.selection import rules
from tremplin.selection.models import Decision, Draw, Offer, Outcome, Proposal, ProposalState
from tremplin.selection.plan import offer_plan
from tremplin.selection.services.common import hold, open_proposal, signer_apart
from tremplin.selection.services.overriding import require_none_waits
from tremplin.selection.services.working import require_current


@transaction.atomic
def confirm(*, cohort: Cohort, actor: User, version: int, now: datetime) -> Proposal:
    """Make the signed list final. The one who confirms is never the one who signed.

    Order: permission; signed by somebody else; the list is the one that was read, made from the evidence of
    today; the state; an offer for each place; the draw is opened; the audit event; reads that are still open are
    closed; three batches of mails, which wait in the outbox until an organiser has looked at them and released them.
    Raises NotAllowed, Conflict, Stale. A second confirmation finds them final and changes nothing.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    offer_plan(cohort)
    proposal = open_proposal(cohort, version)
    _check(proposal, actor)
    proposal.state, proposal.confirmed_by, proposal.confirmed_at = ProposalState.CONFIRMED, actor, now
    proposal.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    decisions = _decisions(proposal)
    offers = _offers(cohort, decisions, now)
    Draw.objects.filter(cohort=cohort).update(opened_at=now)
    log(
        cohort=cohort,
        actor=actor,
        verb="selection.confirmed",
        subject=proposal,
        now=now,
        version=version,
        offers=len(offers),
        waitlist=sum(1 for row in decisions if row.outcome == Outcome.WAITLIST),
        declined=sum(1 for row in decisions if row.outcome == Outcome.DECLINE),
        overridden=sum(1 for row in decisions if row.overridden),
    )
    close_reading(cohort=cohort, actor=actor, now=now)
    _prepare_mails(cohort, actor, decisions, offers, now)
    return proposal


def _decisions(proposal: Proposal) -> list[Decision]:
    """All of them with whom they are about, without the thousands of texts that nobody needs here."""
    rows = proposal.decisions.select_related("application__applicant").order_by("priority")
    return list(
        rows.defer(*(f"application__{name}" for name in ("answers", "touched", "aside", "eligibility")))
    )


def _check(proposal: Proposal, actor: User) -> None:
    if proposal.state != ProposalState.SIGNED:
        raise Conflict(
            _("Nobody has signed this list yet."), _("One organiser signs it, then another one confirms it.")
        )
    if proposal.signed_by_id == actor.pk:
        raise NotAllowed(
            _("You signed this list, so somebody else has to confirm it."),
            _("Ask another organiser to read it and confirm."),
        )
    if signer_apart(proposal):
        raise Conflict(
            _(
                "Who signed this list stands apart from the selection since, so the signature no longer counts."
            ),
            _("Read the list and sign it; another organiser confirms."),
        )
    require_none_waits(proposal)
    require_current(proposal)


def _offers(cohort: Cohort, decisions: list[Decision], now: datetime) -> dict[int, Offer]:
    until = rules.answer_by(cohort.plan, cohort.dates, now)
    return {
        offer.application_id: offer
        for offer in Offer.objects.bulk_create(
            Offer(cohort=cohort, application=row.application, answer_by=until, created_at=now)
            for row in decisions
            if row.outcome == Outcome.OFFER
        )
    }


def _prepare_mails(
    cohort: Cohort, actor: User, decisions: list[Decision], offers: dict[int, Offer], now: datetime
) -> None:
    for outcome in Outcome.values:
        rows = [row for row in decisions if row.outcome == outcome]
        if not rows:
            continue
        code = f"decision-{outcome}"
        batch = mail.open_batch(cohort=cohort, code=code, title=_title(outcome), actor=actor, now=now)
        letters = _letters(cohort, code, rows, offers)
        mail.send_batch(cohort=cohort, code=code, letters=letters, batch=batch, now=now)


def _letters(
    cohort: Cohort, code: str, rows: list[Decision], offers: dict[int, Offer]
) -> Iterator[mail.Letter]:
    link = cohort_url(cohort, "selection:outcome")
    for row in rows:
        person, offer = row.application.applicant, offers.get(row.application_id)
        values = {
            "link": link,
            "feedback": _feedback(cohort, row, mail.language_of(cohort, person)),
            "answer_by": offer.answer_by if offer else None,
        }
        yield mail.Letter(person, values, f"{code}:{row.application.ref}")


def _title(outcome: str) -> Text:
    def said() -> str:
        return {
            "offer": _("Offers of a place"),
            "waitlist": _("Places on the waitlist"),
            "decline": _("No place this time"),
        }[outcome]

    return in_every_language(said)


def _feedback(cohort: Cohort, row: Decision, language: str) -> str:
    """What the readers saw; people with a place are not sent marks."""
    if row.outcome == Outcome.OFFER:
        return ""
    with translation.override(language):
        return rules.feedback_words(cohort.plan, row.feedback)
