"""Sending, undoing and cancelling the mails of a cohort that wait for an organiser."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict
from tremplin.core.outbox import services as outbox
from tremplin.core.outbox.models import Batch, BatchState, OutboxMessage
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import waiting_in
from tremplin.programmes.roles import Role, require


def release(*, cohort: Cohort, batch: Batch, actor: User, now: datetime, seen: int | None = None) -> Batch:
    """Send the mails of an open batch after the undo delay of this installation.

    `seen` is how many mails the organiser was shown. Raises NotAllowed; Conflict when the batch is no longer
    open, empty, or has grown since it was looked at.
    """
    _may(cohort, batch, actor)
    if seen is not None and batch.state == BatchState.OPEN and waiting_in(batch) != seen:
        raise Conflict(
            _("The batch has changed since you looked at it."), _("Look at it again, then send it.")
        )
    return outbox.release(batch=batch, actor=actor.ref, now=now, delay=settings.MAIL_UNDO)


def undo(*, cohort: Cohort, batch: Batch, actor: User, now: datetime) -> Batch:
    """Stop a released batch within its undo window. Raises NotAllowed, Conflict."""
    _may(cohort, batch, actor)
    return outbox.undo(batch=batch, actor=actor.ref, now=now)


def cancel_batch(*, cohort: Cohort, batch: Batch, actor: User, now: datetime) -> Batch:
    """Decide never to send an open batch. Raises NotAllowed, Conflict."""
    _may(cohort, batch, actor)
    return outbox.cancel_batch(batch=batch, actor=actor.ref, now=now)


def cancel(*, cohort: Cohort, message: OutboxMessage, actor: User, now: datetime) -> None:
    """Keep one mail that has not left from leaving. Raises NotAllowed, Conflict."""
    _may(cohort, message, actor)
    outbox.cancel(message=message, actor=actor.ref, now=now)


def send_again(*, cohort: Cohort, message: OutboxMessage, actor: User, now: datetime, to: str = "") -> None:
    """Try a failed mail again, perhaps at a corrected address. Raises NotAllowed, Conflict, Invalid."""
    _may(cohort, message, actor)
    outbox.send_again(message=message, actor=actor.ref, now=now, to=to)


def _may(cohort: Cohort, thing: Batch | OutboxMessage, actor: User) -> None:
    require(actor, cohort, Role.ORGANISER)
    if thing.scope != cohort.scope:
        raise Conflict(_("This mail belongs to another cohort."))
