"""Two days before the deadline: whoever has a draft, or changes that were not sent, hears of it by themselves.

Once for each deadline, in the language and on the clock of the reader. Whoever began within these two days has just
had the mail of the beginning, with the deadline in it, and is left in peace.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.queries.one import WRITTEN
from tremplin.applications.services.sending import mail_values
from tremplin.applications.services.unneeded import BEFORE, CHANGES, DRAFT, reminder_key
from tremplin.applications.states import closes_for
from tremplin.core.outbox.models import OutboxMessage
from tremplin.programmes import mail
from tremplin.programmes.models import Cohort

_AT_ONCE = 200


def remind(*, cohort: Cohort, now: datetime) -> int:
    """Write to everybody whose deadline is near and who has something unsent; how many mails were made.

    Order: who is due; of these, who has not been reminded; for each, what they have still not sent is looked at
    again under a lock, then the mail.
    """
    return sum(_remind(cohort, application, now) for application in _due(cohort, now))


def _due(cohort: Cohort, now: datetime) -> Iterator[Application]:
    """Those who have something unsent, whose deadline is near, and who have not been reminded of it."""
    unsent = Q(state=ApplicationState.DRAFT) | Q(
        state=ApplicationState.SUBMITTED, version__gt=F("sent_version")
    )
    near = Q(own_deadline__isnull=True) if _is_near(cohort.dates["call_closes"], now) else Q(pk__in=())
    near |= Q(own_deadline__gt=now, own_deadline__lte=now + BEFORE)
    rows = Application.objects.filter(unsent & near, cohort=cohort, applicant__is_active=True)
    found: list[Application] = []
    for application in rows.select_related("applicant").defer(*WRITTEN).order_by("pk").iterator(_AT_ONCE):
        application.cohort = cohort
        closes = closes_for(application)
        if _is_near(closes, now) and application.created_at < closes - BEFORE:
            found.append(application)
    for start in range(0, len(found), _AT_ONCE):
        yield from _not_yet(cohort, found[start : start + _AT_ONCE])


def _is_near(closes: datetime, now: datetime) -> bool:
    return now < closes <= now + BEFORE


def _not_yet(cohort: Cohort, some: list[Application]) -> Iterator[Application]:
    keys = {f"{cohort.scope}:{reminder_key(_kind(each), each)}": each for each in some}
    known = set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True))
    yield from (application for key, application in keys.items() if key not in known)


def _kind(application: Application) -> str:
    return DRAFT if application.state == ApplicationState.DRAFT else CHANGES


@transaction.atomic
def _remind(cohort: Cohort, due: Application, now: datetime) -> bool:
    held = Application.objects.select_for_update().get(pk=due.pk)
    if held.state != due.state or (_kind(held) == CHANGES and held.version <= held.sent_version):
        return False  # sent, withdrawn or set aside since the list was made
    held.cohort, held.applicant = cohort, due.applicant
    mail.send(
        cohort=cohort,
        code=_kind(held),
        to=held.applicant,
        values=mail_values(held),
        now=now,
        key=reminder_key(_kind(held), held),
    )
    return True
