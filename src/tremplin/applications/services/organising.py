"""What organisers can do with applications as a whole."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.applications import queries
from tremplin.applications.services.sending import mail_values
from tremplin.core.errors import Conflict
from tremplin.core.outbox.models import Batch
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require


@transaction.atomic
def send_draft_reminders(*, cohort: Cohort, actor: User, now: datetime) -> Batch:
    """Prepare one reminder for everybody whose draft is not sent; it waits until an organiser has released it.

    Order: permission, the call is open, the batch, a mail for each draft, the audit event.
    Raises NotAllowed; Conflict when the call is not open or there is no draft.
    """
    require(actor, cohort, Role.ORGANISER)
    if not cohort.dates["call_opens"] <= now < cohort.dates["call_closes"]:
        raise Conflict(_("The call is not open, so there is nothing to remind anyone of."))
    drafts = list(queries.drafts(cohort))
    if not drafts:
        raise Conflict(_("There is no unsent draft, so nobody needs a reminder."))
    many = len(drafts)
    title = ngettext(
        "Reminder to %(count)s person with a draft", "Reminder to %(count)s people with a draft", many
    )
    batch = mail.open_batch(
        cohort=cohort, code="draft-reminder", title=title % {"count": many}, actor=actor, now=now
    )
    for application in drafts:
        application.cohort = cohort
        mail.send(
            cohort=cohort,
            code="draft-reminder",
            to=application.applicant,
            values=mail_values(application),
            now=now,
            key=f"draft-reminder:{batch.ref}:{application.ref}",
            batch=batch,
        )
    log(
        cohort=cohort,
        actor=actor,
        verb="applications.reminders-prepared",
        subject=batch,
        now=now,
        drafts=many,
    )
    return batch


@transaction.atomic
def log_export(*, cohort: Cohort, actor: User, now: datetime, rows: int, answers: bool) -> None:
    """Note that someone takes the list of applicants out of the house. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER)
    log(
        cohort=cohort,
        actor=actor,
        verb="applications.exported",
        subject=cohort,
        now=now,
        rows=rows,
        with_answers=answers,
    )
