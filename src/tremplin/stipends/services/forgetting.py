"""Payment details go when nobody needs them any more. Payments and their ledger stay: books must be kept."""

from datetime import datetime

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, NotAllowed
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.selection.models import Scholar
from tremplin.stipends import queries, rules
from tremplin.stipends.models import PayeeForm


def forget_details(*, cohort: Cohort, now: datetime) -> int:
    """The clock's round: delete payment details whose time is over; how many. Again, it changes nothing."""
    oldest = PayeeForm.objects.filter(scholar__cohort=cohort).aggregate(at=Min("changed_at"))["at"]
    if oldest is None or rules.details_go(settled_at=None, changed_at=oldest) > now:
        return 0  # none can go yet, whatever was paid since
    forgotten = 0
    for form in queries.kept_details(cohort, settled=True):
        goes = queries.details_go(form)
        if goes is None or goes > now:
            break  # they are in the order in which they go
        forgotten += _forget_when_due(cohort, form.scholar, now)
    return forgotten


@transaction.atomic
def _forget_when_due(cohort: Cohort, scholar: Scholar, now: datetime) -> bool:
    """One scholar's details, looked at anew while nobody else can touch them or a payment."""
    _hold(scholar)
    form = queries.kept_details(cohort).filter(scholar=scholar).first()
    goes = queries.details_go(form) if form else None
    if form is None or goes is None or goes > now:
        return False
    _delete(cohort, form, actor=None, now=now)
    return True


@transaction.atomic
def delete_own_details(*, scholar: Scholar, actor: User, now: datetime) -> None:
    """A scholar to whom nothing is owed deletes where money went, before its time. Again, it changes nothing.

    Order: permission, nothing is owed, the audit event, the form. Raises NotAllowed, Conflict.
    """
    if scholar.user_id != actor.pk:
        raise NotAllowed(_("Only the scholar can do this."))
    _hold(scholar)
    form = queries.kept_details(scholar.cohort).filter(scholar=scholar).first()
    if form is None:
        return
    if queries.details_go(form) is None:
        raise Conflict(
            _("Something is still to be paid to you, so it must be known where."),
            _("Change the details if they are wrong; delete them after the last payment."),
        )
    _delete(scholar.cohort, form, actor=actor, now=now)


def _hold(scholar: Scholar) -> None:
    """Whoever wants to write details or to move one of this scholar's payments waits."""
    list(PayeeForm.objects.select_for_update().filter(scholar=scholar).only("pk"))
    list(scholar.instalments.select_for_update().only("pk"))


def _delete(cohort: Cohort, form: PayeeForm, *, actor: User | None, now: datetime) -> None:
    log(cohort=cohort, actor=actor, verb=queries.DETAILS_DELETED, subject=form, now=now)
    form.delete()
