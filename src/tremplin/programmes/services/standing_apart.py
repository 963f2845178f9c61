"""Stepping back from a selection, and being taken in again by somebody else."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import NotAllowed
from tremplin.core.recall import forget
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort, Recusal
from tremplin.programmes.roles import Role, require


@transaction.atomic
def step_back(*, cohort: Cohort, actor: User, tied: bool, now: datetime) -> Recusal:
    """Stand apart from the selection of a cohort from now on. `tied`: because one knows an applicant; nobody is named.

    Order: permission; the recusal; the audit event. Again, it changes nothing. Raises NotAllowed.
    """
    require(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    row, created = Recusal.objects.get_or_create(
        cohort=cohort, user=actor, defaults={"tied": tied, "created_at": now}
    )
    if created:
        forget()
        log(
            cohort=cohort,
            actor=actor,
            verb="programmes.stepped-back",
            subject=actor,
            now=now,
            why="tied" if tied else "own wish",
        )
    return row


@transaction.atomic
def take_in_again(*, recusal: Recusal, actor: User, now: datetime) -> None:
    """End what somebody else said of themselves by mistake. What is worked out (an own application, a tie) stays.

    Order: permission, which nobody has who stands apart; not one's own; the recusal; the audit event.
    Raises NotAllowed.
    """
    cohort = recusal.cohort
    require_judge(actor, cohort, Role.ORGANISER)
    if recusal.user_id == actor.pk:
        raise NotAllowed(_("Only another organiser takes you in again."))
    deleted, _rows = Recusal.objects.filter(pk=recusal.pk).delete()
    if deleted:
        forget()
        log(cohort=cohort, actor=actor, verb="programmes.taken-in-again", subject=recusal.user, now=now)
