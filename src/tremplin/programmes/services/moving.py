"""Moving a date, and telling those whom it concerns."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Invalid, Stale
from tremplin.core.once import first
from tremplin.core.text import Text, say
from tremplin.people.models import User
from tremplin.programmes import tasks
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort, CohortDate
from tremplin.programmes.roles import Role, require
from tremplin.programmes.rules import check_order, immovable


@transaction.atomic
def move_date(
    *,
    cohort: Cohort,
    code: str,
    to: datetime,
    actor: User,
    now: datetime,
    reason: Text | str,
    seen: datetime | None = None,
    tell: bool = False,
    once: str = "",
) -> CohortDate:
    """Move a named date. Order: permission; the order of dates; the date; the audit event; the mails.

    `once` makes a second press of the same button change nothing. `seen` is where the date stood on the page
    that asked. With `tell`, a batch of mails to those whom the date concerns is prepared and waits in the
    outbox; each reads the `reason` in their language, where it was written in it. Raises NotAllowed; Stale when
    somebody moved the date meanwhile; Invalid when the order of dates would break, the date is unknown or past, or
    no reason is given.
    """
    require(actor, cohort, Role.ORGANISER)
    if not say(reason).strip():
        raise Invalid({"reason": [_("Say why the date moves: people who planned on it will ask.")]})
    row = CohortDate.objects.select_for_update().filter(cohort=cohort, code=code).first()
    if row is None:
        raise Invalid({"code": [_("This programme has no such date.")]})
    if once and not first(f"move-date:{cohort.ref}:{once}", now=now):
        return row
    if seen is not None and row.at != seen:
        raise Stale(
            _("Somebody moved this date while you were looking at it."),
            _("Look at where it stands now, then move it again if you still want to."),
            current=row.at,
        )
    to = to.replace(microsecond=0)
    cohort.forget_dates()
    check_move(cohort=cohort, code=code, to=to, now=now)
    before, row.at = row.at, to
    row.save(update_fields=["at"])
    cohort.forget_dates()
    event = log(
        cohort=cohort,
        actor=actor,
        verb="programmes.date-moved",
        subject=cohort,
        now=now,
        code=code,
        before=before.isoformat(),
        after=to.isoformat(),
        reason=say(reason, cohort.plan.programme.languages[0]),
    )
    if tell:
        tasks.tell_of_move.using(key=f"date-moved:{event.scope}:{event.position}").enqueue(
            cohort.pk, code, before.isoformat(), reason, actor.ref, event.position
        )
    return row


def check_move(*, cohort: Cohort, code: str, to: datetime, now: datetime) -> None:
    """Raises Invalid, with the reason, when the date `code` cannot stand at `to`."""
    if refused := immovable(code, cohort.dates[code], to, now):
        raise Invalid({"at": [refused]})
    check_order({**cohort.dates, code: to})
