"""An offer that was declined by mistake is opened again, without taking a place from anybody."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.models import ApplicationState
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.roles import Role, require
from tremplin.selection import rules
from tremplin.selection.models import Offer, OfferState, Proposal, Reopened
from tremplin.selection.services.common import confirmed_proposal
from tremplin.selection.services.offers import WORDS_LIMIT, locked, write_to
from tremplin.selection.services.waitlist import HOLDING


@transaction.atomic
def reopen_offer(
    *,
    offer: Offer,
    actor: User,
    why: str,
    until: datetime,
    now: datetime,
    words: str = "",
    one_more: bool = False,
) -> Offer:
    """Open a declined offer again, after the person objected. Pressed twice, it changes nothing more.

    Nobody loses a place by it: it takes a place that is free. Where all are given, to people of the waitlist or
    others, `one_more` adds a place, as far as the programme file allows. `why`: one of `Reopened`; `words` go into
    the mail to the person and are kept nowhere else.

    Order: permission; not one's own; opened before; declined, and the person is still there; before training;
    what was filled in; a place; the offer; the audit event with the organiser and the cause; a mail.
    Raises NotAllowed, Conflict; Invalid for the cause, the day, the words, or where a place must be added.
    """
    require(actor, offer.cohort, Role.ORGANISER)
    held = locked(offer)
    if held.application.applicant_id == actor.pk:
        raise NotAllowed(_("Nobody decides about their own application."))
    if held.state == OfferState.OPEN and held.reopened_at is not None:
        return held
    _require_reopenable(held, now)
    _check(held, why, until, words, now)
    proposal = confirmed_proposal(held.cohort)
    added = _place_for(proposal, one_more=one_more)
    held.state, held.answered_at, held.heard = OfferState.OPEN, None, ""
    held.reopened, held.reopened_at, held.answer_by = why, now, until
    held.save(update_fields=["state", "answered_at", "heard", "reopened", "reopened_at", "answer_by"])
    log(
        cohort=held.cohort,
        actor=actor,
        verb="selection.offer-reopened",
        subject=held,
        now=now,
        why=why,
        until=until.isoformat(),
        places=proposal.places,
        place_added=added,
    )
    write_to(
        held,
        "offer-reopened",
        now,
        again=now.isoformat(),
        title=rules.REOPENED[why],
        reason=words.strip(),
        answer_by=until,
        link=cohort_url(held.cohort, "selection:outcome"),
    )
    return held


def _require_reopenable(held: Offer, now: datetime) -> None:
    if held.state != OfferState.DECLINED:
        raise Conflict(
            _("Only an offer that was declined can be opened again."),
            _("Load the page again to see where it stands."),
        )
    if held.application.applicant.erased_at is not None:
        raise Conflict(_("This person had their account erased: there is nobody to make an offer to."))
    if held.application.state != ApplicationState.SUBMITTED:
        raise Conflict(_("This application is no longer in the running, so it cannot have a place."))
    if not rules.promotes(held.cohort.dates, now):
        raise Conflict(
            _("Training has started, so no place is given any more."),
            _("They may apply to a later edition; having declined does not count against them."),
        )


def _check(held: Offer, why: str, until: datetime, words: str, now: datetime) -> None:
    faults: dict[str, list[str]] = {}
    if why not in Reopened.values:
        faults["why"] = [_("Choose why.")]
    if len(words) > WORDS_LIMIT:
        faults["words"] = [_("Use at most %(limit)s characters.") % {"limit": WORDS_LIMIT}]
    starts = held.cohort.dates.get("training_starts")
    if until <= now:
        faults["until"] = [_("Choose a moment that is still to come.")]
    elif starts is not None and until > starts:
        faults["until"] = [_("Choose a moment before training starts.")]
    if faults:
        raise Invalid(faults)


def _place_for(proposal: Proposal, *, one_more: bool) -> bool:
    """See to it that a place is free; whether one had to be added."""
    taken = Offer.objects.filter(cohort=proposal.cohort, state__in=HOLDING).count()
    if taken < proposal.places:
        return False
    most = proposal.cohort.plan.cohort.places_max
    if proposal.places >= most:
        raise Conflict(
            _("All %(places)s places are given, and nobody loses theirs. The programme file allows no more.")
            % {"places": proposal.places},
            _("If a place comes free and nobody waits for it, this offer can be opened again."),
        )
    if not one_more:
        raise Invalid({"one_more": [_("All places are given. Tick this to add one, or leave it declined.")]})
    proposal.places += 1
    proposal.save(update_fields=["places"])
    return True
