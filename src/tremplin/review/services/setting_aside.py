"""A computed conflict that is none: an organiser says so, with a reason, and may take it back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.models import Application
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review import rules, table
from tremplin.review.models import TieSetAside
from tremplin.review.services.common import hold
from tremplin.review.ties import MAY_ERR


@transaction.atomic
def set_tie_aside(
    *,
    cohort: Cohort,
    application: Application,
    reviewer: User,
    kind: str,
    reason: str,
    actor: User,
    now: datetime,
) -> TieSetAside:
    """Let a reviewer read an application although an address or a named institution seems to tie the two.

    Only kinds that are worked out can be wrong: what a reviewer declared, or that one mentored the other, stands.
    Setting it aside gives no read to anybody; the next sharing-out may. Twice, it changes nothing more.

    Order: permission; the kind; the reason; the tie exists; the row; the audit event, without the reason.
    Raises NotAllowed, Invalid, Conflict.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    if application.applicant_id == actor.pk:
        raise NotAllowed(_("Nobody decides about their own application."))
    if reviewer.pk == actor.pk:
        raise NotAllowed(
            _("Nobody sets aside a conflict of their own."), _("Ask another organiser to look at it.")
        )
    if kind not in MAY_ERR:
        raise NotAllowed(
            _("This conflict was declared, or is a fact, so it cannot be set aside."),
            _("Only what was worked out from addresses and names of institutions can be wrong."),
        )
    _check(reason)
    hold(cohort)
    former = TieSetAside.objects.filter(
        application=application, reviewer=reviewer, kind=kind, ended_at__isnull=True
    ).first()
    if former is not None:
        return former
    pair = (str(application.pk), str(reviewer.pk))
    known = table.load(cohort, now=now, only=[pair[0]]).ties.get(pair, ())
    if kind not in {tie.kind for tie in known}:
        raise Conflict(_("There is no such conflict between the two any more."))
    row = TieSetAside.objects.create(
        cohort=cohort,
        application=application,
        reviewer=reviewer,
        kind=kind,
        reason=reason.strip(),
        by=actor,
        created_at=now,
    )
    log(
        cohort=cohort,
        actor=actor,
        verb="review.tie-set-aside",
        subject=row,
        now=now,
        kind=kind,
        reviewer=reviewer.ref,
    )
    return row


@transaction.atomic
def restore_tie(*, row: TieSetAside, actor: User, now: datetime) -> TieSetAside:
    """Let a conflict count again that was set aside. A read that was given meanwhile stays, and is shown as tied.

    Order: permission; the row; the audit event. Raises NotAllowed. Twice, it changes nothing more.
    """
    require_judge(actor, row.cohort, Role.ORGANISER)
    hold(row.cohort)
    held = TieSetAside.objects.get(pk=row.pk)
    held.cohort = row.cohort
    if held.ended_at is not None:
        return held
    held.ended_at = now
    held.save(update_fields=["ended_at"])
    log(
        cohort=row.cohort,
        actor=actor,
        verb="review.tie-restored",
        subject=held,
        now=now,
        kind=held.kind,
    )
    return held


def _check(reason: str) -> None:
    if not reason.strip():
        raise Invalid({"reason": [_("Say why this is no conflict: others will ask.")]})
    if len(reason) > rules.LONGEST_LIST:
        limit = {"limit": rules.LONGEST_LIST}
        raise Invalid({"reason": [_("This is longer than %(limit)s characters. Shorten it.") % limit]})
