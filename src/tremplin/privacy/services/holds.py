"""Keeping something longer than its time, for a reason that the law knows, and not for ever."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Invalid
from tremplin.core.months import later
from tremplin.people.models import User
from tremplin.privacy.models import Hold
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import class_of
from tremplin.programmes.roles import Role, require

LONGEST = 1000
LONGEST_MONTHS = 60


@transaction.atomic
def place(*, cohort: Cohort, kept: str, reason: str, until: datetime, actor: User, now: datetime) -> Hold:
    """Hold one class of data until a day. Whoever holds it already changes the day and the reason.

    Order: permission; the class, the reason, the day; the hold that was there ends; the new one; the audit event,
    without the reason. Raises NotAllowed, Invalid.
    """
    require(actor, cohort, Role.ORGANISER)
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    reason = reason.strip()
    errors: dict[str, list[str]] = {}
    found = class_of(kept)
    if found is None or found.purge is None:
        errors["kept"] = [_("Choose what is to be kept longer.")]
    if not reason:
        errors["reason"] = [_("Name the law or the claim for which it has to be kept.")]
    elif len(reason) > LONGEST:
        errors["reason"] = [_("Use at most %(limit)s characters.") % {"limit": LONGEST}]
    if until <= now:
        errors["until"] = [_("Choose a day that is still to come.")]
    elif until > later(now, LONGEST_MONTHS):
        errors["until"] = [_("At most five years: look at the reason again by then.")]
    if errors:
        raise Invalid(errors)
    Hold.objects.filter(cohort=cohort, kept=kept, lifted_at=None).update(lifted_at=now)
    hold = Hold.objects.create(
        cohort=cohort, kept=kept, reason=reason, until=until, placed_by=actor.ref, created_at=now
    )
    log(
        cohort=cohort,
        actor=actor,
        verb="privacy.hold-placed",
        subject=hold,
        now=now,
        kept=kept,
        until=until.isoformat(),
    )
    return hold


@transaction.atomic
def lift(*, hold: Hold, actor: User, now: datetime) -> Hold:
    """End a hold before its day: what was over by then goes with the next round. Again, it changes nothing.

    Order: permission; the hold; the audit event. Raises NotAllowed, Conflict when its day came by itself.
    """
    held = Hold.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=hold.pk)
    require(actor, held.cohort, Role.ORGANISER)
    if held.lifted_at is not None:
        return held
    if held.until <= now:
        raise Conflict(_("This hold has ended by itself."))
    held.lifted_at = now
    held.save(update_fields=["lifted_at"])
    log(cohort=held.cohort, actor=actor, verb="privacy.hold-lifted", subject=held, now=now, kept=held.kept)
    return held
