"""Scholars while they take part: a pause without loss, coming back, completing.

Nobody is asked why: illness, care and grief are no business of a file. What moves is in `own_time`.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.roles import Role, require
from tremplin.selection import scholar_rules
from tremplin.selection.models import Scholar, ScholarState


def require_taking_part(scholar: Scholar, actor: User) -> None:
    """Raises NotAllowed unless `actor` is this scholar, and has not left."""
    if scholar.user_id != actor.pk:
        raise NotAllowed(_("Only the scholar can do this."))
    if scholar.state == ScholarState.LEFT:
        raise NotAllowed(_("You have left this cohort, so it can be read but not changed."))


@transaction.atomic
def pause_scholar(*, scholar: Scholar, actor: User, now: datetime, since: datetime | None = None) -> Scholar:
    """Let everything wait for a scholar, from `since` or now on. Again, it changes nothing.

    Dates beyond that day move along until they come back; payments that were due before it still go out.
    Order: permission; the step; the day; the scholar; the event; a mail. Raises NotAllowed, Conflict, Invalid.
    """
    held = _held(scholar, actor)
    if held.state == ScholarState.PAUSED:
        return held
    _check_step(held, ScholarState.PAUSED)
    since = since or now
    fault = scholar_rules.pause_fault(since, now=now, agreed_at=held.agreed_at, pauses=held.pauses)
    if fault:
        raise Invalid({"since": [fault]})
    held.state, held.stopped_at = ScholarState.PAUSED, since
    _keep(held, actor, now=now)
    return held


@transaction.atomic
def resume_scholar(*, scholar: Scholar, actor: User, now: datetime) -> Scholar:
    """A scholar takes part again, after a pause or because completing was a mistake. Again, it changes nothing.

    Order: permission; the step; the pause is kept with its length; the event; a mail. Raises NotAllowed, Conflict.
    """
    held = _held(scholar, actor)
    if held.state == ScholarState.ENROLLED:
        return held
    _check_step(held, ScholarState.ENROLLED)
    if held.stopped_at is not None:
        held.pauses = [*held.pauses, [held.stopped_at.isoformat(), now.isoformat()]]
    held.state, held.stopped_at = ScholarState.ENROLLED, None
    _keep(held, actor, now=now)
    return held


@transaction.atomic
def complete_scholar(*, scholar: Scholar, actor: User, now: datetime) -> Scholar:
    """A scholar has reached the end. What is still owed to them is still paid. Again, it changes nothing.

    Order: permission; the step; training has begun; the scholar; the event; a mail. Raises NotAllowed, Conflict.
    """
    held = _held(scholar, actor)
    if held.state == ScholarState.COMPLETED:
        return held
    _check_step(held, ScholarState.COMPLETED)
    if now < held.cohort.date("training_starts"):
        raise Conflict(_("Training has not begun, so nobody can have completed it."))
    held.state = ScholarState.COMPLETED
    _keep(held, actor, now=now)
    return held


def _held(scholar: Scholar, actor: User) -> Scholar:
    require(actor, scholar.cohort, Role.ORGANISER)
    held = Scholar.objects.select_for_update(of=("self",)).select_related("user").get(pk=scholar.pk)
    held.cohort = scholar.cohort
    return held


def _check_step(scholar: Scholar, to: ScholarState) -> None:
    if not scholar_rules.may_follow(ScholarState(scholar.state), to):
        raise Conflict(
            _("This is not possible from where the scholar stands now."),
            _("Load the page again to see it."),
        )


def _keep(scholar: Scholar, actor: User, *, now: datetime) -> None:
    """Save the step, log it without any reason, and tell the scholar."""
    scholar.save(update_fields=["state", "stopped_at", "pauses"])
    verb = {"paused": "paused", "enrolled": "resumed", "completed": "completed"}[scholar.state]
    event = log(
        cohort=scholar.cohort, actor=actor, verb=f"selection.scholar-{verb}", subject=scholar, now=now
    )
    mail.send(
        cohort=scholar.cohort,
        code=f"scholar-{verb}",
        to=scholar.user,
        values={"link": cohort_url(scholar.cohort, "desk")},
        now=now,
        key=f"scholar-{verb}:{scholar.ref}:{event.position}",
    )
