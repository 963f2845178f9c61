"""Answers to offers, offers that end, and places that are given back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.apart import require_judge
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant
from tremplin.selection import rules, scholar_rules
from tremplin.selection.models import Heard, Offer, OfferState, Scholar, ScholarState
from tremplin.selection.services.common import hold
from tremplin.selection.services.waitlist import promote

_REMIND_BEFORE = timedelta(days=2)
WORDS_LIMIT = 500


@transaction.atomic
def accept_offer(*, offer: Offer, actor: User, agreement: str, now: datetime) -> Scholar:
    """Take the place. `agreement` is the hash of the text that was on screen and agreed to.

    Again after it was accepted, it returns the same scholar and changes nothing.

    Order: permission; accepted before; still open; the agreement is the one in force; the offer with the text;
    the scholar; the role of scholar; the audit event; a mail.
    Raises NotAllowed; Conflict when the offer has ended; Stale when the agreement says something else by now.
    """
    held = _own(offer, actor)
    existing = Scholar.objects.filter(application=held.application_id).first()
    if held.state == OfferState.ACCEPTED and existing is not None:
        return existing
    _require_open(held, now)
    text = rules.agreement_by_hash(held.cohort.plan, agreement)
    if text is None:
        raise Stale(
            _("The agreement is not the one that you were shown."),
            _("Read it again, then accept or decline."),
        )
    held.state, held.answered_at = OfferState.ACCEPTED, now
    held.agreement, held.agreement_hash = text, agreement
    held.save(update_fields=["state", "answered_at", "agreement", "agreement_hash"])
    scholar = Scholar.objects.create(
        cohort=held.cohort, user=actor, application=held.application, agreed_at=now, created_at=now
    )
    grant(user=actor, cohort=held.cohort, role=Role.SCHOLAR, actor=None, now=now)
    log(
        cohort=held.cohort,
        actor=actor,
        verb="selection.offer-accepted",
        subject=held,
        now=now,
        scholar=scholar.ref,
        agreement=agreement,
    )
    starts = held.cohort.dates.get("training_starts")
    write_to(held, "offer-accepted", now, link=cohort_url(held.cohort, "desk"), date=starts)
    return scholar


@transaction.atomic
def decline_offer(*, offer: Offer, actor: User, now: datetime) -> Offer:
    """Give the place to the next person. Again after it was declined, it changes nothing.

    Order: permission; declined before; still open; the offer; the audit event; a mail; the waitlist moves up.
    Raises NotAllowed, Conflict.
    """
    held = _own(offer, actor)
    if held.state == OfferState.DECLINED:
        return held
    _require_open(held, now)
    _end(held, OfferState.DECLINED, now)
    log(cohort=held.cohort, actor=actor, verb="selection.offer-declined", subject=held, now=now)
    link = cohort_url(held.cohort, "selection:outcome")
    write_to(held, "offer-declined", now, again=_time_of(held), link=link)
    promote(cohort=held.cohort, now=now)
    return held


@transaction.atomic
def record_decline(*, offer: Offer, actor: User, heard: str, now: datetime, words: str = "") -> Offer:
    """Note that somebody declined by telephone, by mail or in person: what follows is as if they had done it here.

    `heard`: one of `Heard`. `words` go into the mail to the person and are kept nowhere else. Accepting is their
    own alone. Again after it was recorded, it changes nothing.

    Order: permission; recorded before; still open; the offer; the audit event with the organiser; a mail that says
    how to object; the waitlist moves up. Raises NotAllowed, Conflict; Invalid without how it was learned.
    """
    require_judge(actor, offer.cohort, Role.ORGANISER)
    held = locked(offer)
    if held.state == OfferState.DECLINED and held.heard:
        return held
    if heard not in Heard.values:
        raise Invalid({"heard": [_("Choose how you learned it.")]})
    if len(words) > WORDS_LIMIT:
        raise Invalid({"words": [_("Use at most %(limit)s characters.") % {"limit": WORDS_LIMIT}]})
    if held.state != OfferState.OPEN or _is_over(held, now):
        raise Conflict(
            _("This offer has an answer, or has ended."), _("Load the page again to see where it stands.")
        )
    held.heard, cohort = heard, held.cohort
    _end(held, OfferState.DECLINED, now)
    log(cohort=cohort, actor=actor, verb="selection.offer-declined", subject=held, now=now, heard=heard)
    link = cohort_url(cohort, "selection:outcome")
    said, words = rules.HEARD[heard], words.strip()
    write_to(held, "offer-declined-for-you", now, again=_time_of(held), title=said, reason=words, link=link)
    promote(cohort=cohort, now=now)
    return held


@transaction.atomic
def expire_offers(*, cohort: Cohort, now: datetime) -> int:
    """End offers that nobody answered in time; how many. The waitlist moves up. Run again it changes nothing.

    Order: the cohort is held; for each the offer, the audit event, a mail; then the free places.
    """
    hold(cohort)
    grace = timedelta(minutes=cohort.plan.cohort.grace_minutes)
    rows = Offer.objects.select_for_update(of=("self",)).filter(
        cohort=cohort, state=OfferState.OPEN, answer_by__lt=now - grace
    )
    ended = 0
    for offer in rows.select_related("application__applicant").order_by("answer_by", "pk"):
        offer.cohort = cohort
        _end(offer, OfferState.EXPIRED, now)
        log(cohort=cohort, actor=None, verb="selection.offer-expired", subject=offer, now=now)
        link = cohort_url(cohort, "selection:outcome")
        write_to(offer, "offer-expired", now, answer_by=offer.answer_by, link=link)
        ended += 1
    promote(cohort=cohort, now=now)
    return ended


@transaction.atomic
def remind_offers(*, cohort: Cohort, now: datetime) -> int:
    """Write once to everybody whose offer ends within two days; how many are in that state."""
    soon = Offer.objects.filter(
        cohort=cohort,
        state=OfferState.OPEN,
        answer_by__gt=now,
        answer_by__lte=now + _REMIND_BEFORE,
        created_at__lt=now - _REMIND_BEFORE / 2,
    )
    rows = list(soon.select_related("application__applicant"))
    for offer in rows:
        offer.cohort = cohort
        link = cohort_url(cohort, "selection:outcome")
        write_to(
            offer, "offer-reminder", now, again=str(offer.answer_by), answer_by=offer.answer_by, link=link
        )
    return len(rows)


@transaction.atomic
def extend_offer(*, offer: Offer, actor: User, until: datetime, now: datetime) -> Offer:
    """Give somebody more time to answer. Order: permission, still open, the offer, the audit event.

    Raises NotAllowed; Conflict when it has ended; Invalid when `until` is no later than now.
    """
    cohort = offer.cohort
    require_judge(actor, cohort, Role.ORGANISER)
    held = locked(offer)
    if held.state != OfferState.OPEN:
        raise Conflict(_("This offer has an answer, or has ended."))
    if until <= max(now, held.answer_by):
        raise Invalid({"until": [_("Choose a later day than the present one.")]})
    before, held.answer_by = held.answer_by, until
    held.save(update_fields=["answer_by"])
    log(
        cohort=cohort,
        actor=actor,
        verb="selection.offer-extended",
        subject=held,
        now=now,
        before=before.isoformat(),
        after=until.isoformat(),
    )
    return held


@transaction.atomic
def withdraw_scholar(*, scholar: Scholar, actor: User, now: datetime, reason: str = "") -> Scholar:
    """Give a place back: the scholar themselves, or an organiser with a reason. Again, it changes nothing.

    The role stays: people keep access to their own records. Until training starts, the place goes to the next
    person on the waitlist.

    Order: permission; left before; not at the end; the scholar, the offer; the audit event without the reason,
    which may be private; the waitlist moves up. Raises NotAllowed, Invalid, Conflict for who has completed.
    """
    cohort = scholar.cohort
    hold(cohort)
    held = Scholar.objects.select_for_update().get(pk=scholar.pk)
    held.cohort = cohort
    if held.user_id != actor.pk:
        require_judge(actor, cohort, Role.ORGANISER)
        if not reason.strip():
            raise Invalid({"reason": [_("Say why: the scholar will ask.")]})
    if held.state == ScholarState.LEFT:
        return held
    if not scholar_rules.may_follow(ScholarState(held.state), ScholarState.LEFT):
        raise Conflict(
            scholar_rules.NOTHING_TO_GIVE_BACK,
            _("If that was a mistake, an organiser first marks the scholar as taking part again."),
        )
    held.state, held.stopped_at = ScholarState.LEFT, held.stopped_at or now
    held.save(update_fields=["state", "stopped_at"])
    Offer.objects.filter(application=held.application_id).update(state=OfferState.WITHDRAWN, answered_at=now)
    log(
        cohort=cohort,
        actor=actor,
        verb="selection.scholar-left",
        subject=held,
        now=now,
        by_organiser=held.user_id != actor.pk,
    )
    promote(cohort=cohort, now=now)
    return held


def locked(offer: Offer) -> Offer:
    """The stored offer, with the places of its cohort held."""
    cohort = offer.cohort
    hold(cohort)
    rows = Offer.objects.select_for_update(of=("self",)).select_related("application__applicant")
    held = rows.get(pk=offer.pk)
    held.cohort = held.application.cohort = cohort
    return held


def _own(offer: Offer, actor: User) -> Offer:
    held = locked(offer)
    if held.application.applicant_id != actor.pk:
        raise NotAllowed(_("Only the person to whom it was made can answer an offer."))
    return held


def _require_open(offer: Offer, now: datetime) -> None:
    if offer.state == OfferState.OPEN and not _is_over(offer, now):
        return
    if offer.state in {OfferState.OPEN, OfferState.EXPIRED}:
        raise Conflict(
            _("This offer has ended, and the place goes to the next person."),
            _("If something kept you from answering, write to us soon: we will see what is still possible."),
        )
    raise Conflict(_("This offer was answered before."), _("Load the page again to see where you stand."))


def _is_over(offer: Offer, now: datetime) -> bool:
    grace = timedelta(minutes=offer.cohort.plan.cohort.grace_minutes)
    return rules.is_over(answer_by=offer.answer_by, grace=grace, now=now)


def _end(offer: Offer, state: OfferState, now: datetime) -> None:
    offer.state, offer.answered_at = state, now
    offer.save(update_fields=["state", "answered_at", "heard"])


def _time_of(offer: Offer) -> str:
    """Tells answers to an offer that was opened again from those before."""
    return offer.reopened_at.isoformat() if offer.reopened_at else ""


def write_to(offer: Offer, code: str, now: datetime, again: str = "", **values: object) -> None:
    key = f"{code}:{offer.ref}:{again}" if again else f"{code}:{offer.ref}"
    mail.send(cohort=offer.cohort, code=code, to=offer.application.applicant, values=values, now=now, key=key)
