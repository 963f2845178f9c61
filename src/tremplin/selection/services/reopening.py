"""An offer that was declined by mistake is opened again, without taking a place from anybody."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.models import ApplicationState
from tremplin.core.errors import Conflict, Invalid
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.roles import Role
from tremplin.selection import rules
from tremplin.selection.models import Offer, OfferState, Override, OverrideState, Proposal, Reopened, Wanted
from tremplin.selection.services.common import confirmed_proposal
from tremplin.selection.services.offers import WORDS_LIMIT, locked, write_to
from tremplin.selection.services.overriding import answered, not_their_own, require_founded, waiting
from tremplin.selection.services.waitlist import HOLDING


@transaction.atomic
def reopen_offer(
    *, offer: Offer, actor: User, why: str, until: datetime, now: datetime, words: str = ""
) -> Offer:
    """Open a declined offer again, after the person objected. Pressed twice, it changes nothing more.

    Nobody loses a place by it: it takes a place that is free. Where all are given, `ask_for_place` adds one.
    `why`: one of `Reopened`; `words` go into the mail to the person and are kept nowhere else.

    Order: permission; not one's own; opened before; declined, and the person is still there; before training;
    what was filled in; a place; the offer; the audit event with the organiser and the cause; a mail.
    Raises NotAllowed, Conflict; Invalid for the cause, the day, the words, or where a place must be added.
    """
    held = _held(offer, actor)
    if held.state == OfferState.OPEN and held.reopened_at is not None:
        return held
    _require_reopenable(held, now)
    _check(held, why, until, words, now)
    proposal = confirmed_proposal(held.cohort)
    if not _free(proposal):
        _require_more(proposal)
        raise Invalid({"reason": [_("All places are given. Say why one is added, or leave it declined.")]})
    return _open(held, Terms(why, until, words), proposal, actor, now)


@transaction.atomic
def ask_for_place(
    *, offer: Offer, actor: User, why: str, until: datetime, reason: str, now: datetime, words: str = ""
) -> Override:
    """Propose one place more, so that a declined offer is opened again where all places are given.

    Another organiser agrees or refuses. `words` wait for that, go into the mail, and are kept nowhere afterwards.

    Order: permission; not one's own; declined, and the person is still there; before training; what was filled in;
    all places are given, and the programme file allows one more; nothing waits for this offer; the change; the audit
    event. Raises NotAllowed, Conflict; Invalid for what was filled in.
    """
    held = _held(offer, actor)
    _require_reopenable(held, now)
    _check(held, why, until, words, now)
    if not reason.strip():
        raise Invalid({"reason": [_("Say why: another organiser reads it, and agrees or refuses.")]})
    proposal = confirmed_proposal(held.cohort)
    if _free(proposal):
        raise Conflict(_("A place is free, so none has to be added."), _("Open the offer again with it."))
    _require_more(proposal)
    if proposal.overrides.filter(application=held.application_id, state=OverrideState.WAITS).exists():
        raise Conflict(_("A place for this person waits for a second person already."))
    made = Override.objects.create(
        proposal=proposal,
        application_id=held.application_id,
        wanted=Wanted.PLACE,
        code=why,
        reason=reason.strip(),
        terms={"until": until.isoformat(), "words": words.strip()},
        proposed_by=actor,
        created_at=now,
    )
    log(cohort=held.cohort, actor=actor, verb="selection.place-asked-for", subject=held, now=now, why=why)
    return made


@transaction.atomic
def agree_place(*, override: Override, actor: User, now: datetime) -> Offer:
    """Stand by the place that somebody else asked for: it is added if none is free, and the offer opened again.

    Order: permission; not one's own, application or proposal; it waits; declined, and the person is still there;
    before training, and before the day to answer by; the place; the offer; the answer; the audit event; a mail.
    Raises NotAllowed, Conflict. Agreed to again, it changes nothing.
    """
    found = waiting(override, actor, OverrideState.AGREED)
    held = locked(Offer.objects.get(application=found.application_id))
    if found.state == OverrideState.AGREED:
        return held
    terms = Terms(found.code, datetime.fromisoformat(found.terms["until"]), found.terms.get("words", ""))
    require_founded(found)
    _require_reopenable(held, now)
    if terms.until <= now:
        raise Conflict(
            _("The day to answer by has passed meanwhile."),
            _("Refuse it, and have it asked again with a later day."),
        )
    proposal = confirmed_proposal(held.cohort)
    added = not _free(proposal)
    if added:
        _require_more(proposal)
        proposal.places += 1
        proposal.save(update_fields=["places"])
    answered(found, OverrideState.AGREED, actor, now)
    return _open(held, terms, proposal, actor, now, added=added, asked_by=found.proposed_by.ref)


@dataclass(frozen=True, slots=True)
class Terms:
    """How an offer is opened again."""

    why: str
    until: datetime
    words: str


def _held(offer: Offer, actor: User) -> Offer:
    require_judge(actor, offer.cohort, Role.ORGANISER)
    held = locked(offer)
    not_their_own(held.application_id, actor)
    return held


def _open(
    held: Offer,
    terms: Terms,
    proposal: Proposal,
    actor: User,
    now: datetime,
    *,
    added: bool = False,
    asked_by: str = "",
) -> Offer:
    held.state, held.answered_at, held.heard = OfferState.OPEN, None, ""
    held.reopened, held.reopened_at, held.answer_by = terms.why, now, terms.until
    held.save(update_fields=["state", "answered_at", "heard", "reopened", "reopened_at", "answer_by"])
    log(
        cohort=held.cohort,
        actor=actor,
        verb="selection.offer-reopened",
        subject=held,
        now=now,
        why=terms.why,
        until=terms.until.isoformat(),
        places=proposal.places,
        place_added=added,
        **({"asked_by": asked_by} if asked_by else {}),
    )
    write_to(
        held,
        "offer-reopened",
        now,
        again=now.isoformat(),
        title=rules.REOPENED[terms.why],
        reason=terms.words.strip(),
        answer_by=terms.until,
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


def _free(proposal: Proposal) -> bool:
    return Offer.objects.filter(cohort=proposal.cohort, state__in=HOLDING).count() < proposal.places


def _require_more(proposal: Proposal) -> None:
    """Raises Conflict where the programme file allows no further place."""
    if proposal.places >= proposal.cohort.plan.cohort.places_max:
        raise Conflict(
            _("All %(places)s places are given, and nobody loses theirs. The programme file allows no more.")
            % {"places": proposal.places},
            _("If a place comes free and nobody waits for it, this offer can be opened again."),
        )
