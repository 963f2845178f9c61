"""Answering people who ask to be erased: carry it out, or refuse with a reason. Within a month; the law says so."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.outbox import services as outbox
from tremplin.people import personal_data
from tremplin.people.models import ErasureAnswer, ErasurePart, User
from tremplin.people.services import erasure
from tremplin.privacy import mails, queries
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require

LONGEST_REASON = 2000


@transaction.atomic
def carry_out(*, part: ErasurePart, actor: User, now: datetime) -> ErasurePart:
    """Erase what a cohort may erase about a person. Again, it changes nothing.

    Order: permission; not answered otherwise; nothing has to happen first; the rows of each stage, mails of the
    cohort to them; the answer; the audit event, which counts and names nothing; a mail to the person; the account,
    when this was the last answer. Raises NotAllowed, Conflict.
    """
    held, cohort = _held(part, actor)
    if held.answer == ErasureAnswer.DONE:
        return held
    _require_open(held)
    person = held.request.user
    with translation.override(person.language):
        before = queries.outlook(person, held.scope, now=now)
    if before.first:
        here = queries.outlook(person, held.scope, now=now).first
        raise Conflict(_("Something has to be done first."), " ".join(str(row.first) for row in here))
    personal_data.erase(person, held.scope, now=now)
    outbox.erase(to_ref=person.ref, scope=held.scope)
    erasure.close_part(held, ErasureAnswer.DONE, actor=actor.ref, now=now)
    with translation.override(person.language):
        after = queries.outlook(person, held.scope, now=now)
        mails.tell_done(held, cohort, before, after, now=now)
    log(
        cohort=cohort,
        actor=actor,
        verb="privacy.erasure-carried-out",
        subject=held,
        now=now,
        went=len(before.goes),
        kept=len(after.stays),
    )
    erasure.settle(request=held.request, now=now)
    return held


@transaction.atomic
def refuse(*, part: ErasurePart, reason: str, actor: User, now: datetime) -> ErasurePart:
    """Say why nothing is erased; the person reads it, and what they can do about it. Again, it changes nothing.

    Order: permission; not answered otherwise; a reason; the answer; the audit event without the reason; a mail.
    Raises NotAllowed, Conflict, Invalid.
    """
    held, cohort = _held(part, actor)
    if held.answer == ErasureAnswer.REFUSED:
        return held
    _require_open(held)
    reason = _reason(reason, _("Give the reason: the person reads it, and the law asks for it."))
    erasure.close_part(held, ErasureAnswer.REFUSED, actor=actor.ref, now=now, reason=reason)
    with translation.override(held.request.user.language):
        mails.tell_refused(held, cohort, now=now)
    log(cohort=cohort, actor=actor, verb="privacy.erasure-refused", subject=held, now=now)
    erasure.settle(request=held.request, now=now)
    return held


@transaction.atomic
def take_longer(*, part: ErasurePart, reason: str, actor: User, now: datetime) -> ErasurePart:
    """Take two months more to answer, once, and say why within the first month. Again, it changes nothing.

    Order: permission; not answered; within the month; a reason; the part; the audit event without the reason; a mail.
    Raises NotAllowed, Conflict, Invalid.
    """
    held, cohort = _held(part, actor)
    _require_open(held)
    if held.extended_at is not None:
        return held
    if now > held.request.answer_by:
        raise Conflict(
            _("The month is over: the law lets you take longer only when you say so within it."),
            _("Answer now."),
        )
    held.why_longer = _reason(reason, _("Give the reason: the person reads it, and the law asks for it."))
    held.extended_at, held.extended_by = now, actor.ref
    held.save(update_fields=["extended_at", "extended_by", "why_longer"])
    with translation.override(held.request.user.language):
        mails.tell_longer(held, cohort, now=now)
    log(
        cohort=cohort,
        actor=actor,
        verb="privacy.erasure-extended",
        subject=held,
        now=now,
        until=held.answer_by.isoformat(),
    )
    return held


def _reason(reason: str, missing: str) -> str:
    """What was given as a reason. Raises Invalid."""
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": [missing]})
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": [_("Use at most %(limit)s characters.") % {"limit": LONGEST_REASON}]})
    return reason


def _held(part: ErasurePart, actor: User) -> tuple[ErasurePart, Cohort]:
    """The part, locked, and its cohort, for somebody who may answer it."""
    held = erasure.held(part)
    cohort = queries.cohort_of(held)
    if cohort is None:
        raise Conflict(_("The cohort that was asked does not exist any more."))
    if not (actor.is_staff and actor.is_active):
        require(actor, cohort, Role.ORGANISER)
    if held.request.user_id == actor.pk:
        raise NotAllowed(_("Nobody answers their own request: ask another organiser."))
    return held, cohort


def _require_open(part: ErasurePart) -> None:
    if part.answer != ErasureAnswer.OPEN:
        raise Conflict(_("This request was answered before."), _("Load the page again to see how."))
    if part.request.answered_at is not None:
        raise Conflict(_("The person has taken the request back: nothing is to be erased."))
