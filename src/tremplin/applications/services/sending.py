"""Sending an application, stepping back, and taking it up again."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from tremplin.applications.models import Application, ApplicationState, Exclusion, Snapshot
from tremplin.applications.rules.deadline import may_withdraw
from tremplin.applications.rules.form import all_problems, checksum, frozen
from tremplin.applications.rules.picked import picked
from tremplin.applications.services.common import form_of, own_locked, require_not_withdrawn, require_open
from tremplin.applications.services.unneeded import drop_reminders
from tremplin.applications.services.uploads import discard_replaced
from tremplin.applications.states import closes_for
from tremplin.core import once as once_keys
from tremplin.core.errors import Conflict, Invalid
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.dates import date_words
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort


@transaction.atomic
def submit(*, application: Application, actor: User, once: str, now: datetime) -> Snapshot:
    """Freeze the answers into a snapshot; the latest one is what will be read.

    Pressed twice with the same `once`, or again when nothing has changed, it returns what was sent before and
    does nothing else.

    Order: permission; the key; the call is open; nothing stands in the way; the snapshot; the state; files that
    nothing counts on any more go; the audit event; the receipt by mail.
    Raises NotAllowed, Late, Conflict; Invalid with every question that still needs something.
    """
    held = own_locked(application, actor)
    before = Snapshot.objects.filter(application=held, number=held.sent).first() if held.sent else None
    if not once_keys.first(f"applications.submit:{held.ref}:{once}" if once else "", now=now) and before:
        return before
    require_not_withdrawn(held)
    require_open(held.cohort, now, held.own_deadline, actor)
    form = form_of(held)
    faults = all_problems(form, held.answers, held.aside)
    if faults:
        raise Invalid(faults)
    answers = frozen(form, held.answers)
    repeated = before and (before.answers, before.language) == (answers, held.language)
    if before and repeated and held.state == ApplicationState.SUBMITTED:
        _mark_sent(held, before, now=None)
        return before
    snapshot = Snapshot(
        application=held,
        version=held.cohort.version,
        number=held.sent + 1,
        language=held.language,
        answers=answers,
        created_at=now,
    )
    snapshot.checksum = checksum_of(snapshot)
    snapshot.save(force_insert=True)
    _mark_sent(held, snapshot, now)
    discard_replaced(held, answers)
    log(
        cohort=held.cohort,
        actor=actor,
        verb="applications.submitted",
        subject=held,
        now=now,
        number=snapshot.number,
        checksum=snapshot.checksum,
    )
    drop_reminders(held, now=now)
    send_receipt(held, snapshot, now=now)
    return snapshot


def _mark_sent(application: Application, snapshot: Snapshot, now: datetime | None) -> None:
    application.sent, application.sent_version = snapshot.number, application.version
    application.state = ApplicationState.SUBMITTED
    application.submitted_at = now or application.submitted_at
    application.picked = picked(application.cohort.plan.application, snapshot.answers)
    application.save(update_fields=["sent", "sent_version", "state", "submitted_at", "picked"])


def checksum_of(snapshot: Snapshot) -> str:
    """The checksum that belongs to what the snapshot says; equal to the stored one unless someone tampered."""
    return checksum(
        {
            "application": snapshot.application.ref,
            "form": snapshot.version.checksum,
            "number": snapshot.number,
            "language": snapshot.language,
            "answers": snapshot.answers,
        }
    )


def send_receipt(
    application: Application, snapshot: Snapshot, *, now: datetime, again: int | None = None
) -> None:
    """The mail that proves what arrived. `again`: which time it counts anew, after it had been withdrawn."""
    occasion = f"{application.ref}:{snapshot.number}"
    mail.send(
        cohort=application.cohort,
        code="application-received" if snapshot.number == 1 and again is None else "application-updated",
        to=application.applicant,
        values=mail_values(application) | _proof(application, snapshot),
        now=now,
        key=f"application-received:{occasion}" if again is None else f"application-again:{occasion}:{again}",
    )


def _proof(application: Application, snapshot: Snapshot) -> dict[str, object]:
    """What shows later that this is what arrived, and when; and until when what happens."""
    cohort = application.cohort
    decided = cohort.dates.get("decisions_out")
    return {
        "arrived": snapshot.created_at,
        "decided": _days(cohort, decided) if decided else None,
        "checksum": snapshot.checksum,
        "copy": f"{settings.BASE_URL}{cohort_url(cohort, 'applications:copy')}?sent",
    }


def _day(cohort: Cohort, at: datetime) -> str:
    return date_words(cohort, at, day_only=True)


_days = lazy(_day, str)  # said in the language of the mail


def mail_values(application: Application) -> dict[str, object]:
    """What mails about an application may name."""
    cohort = application.cohort
    return {
        "name": _called(application),
        "reference": application.ref.upper(),
        "link": cohort_url(cohort, "applications:hub"),
        "date": closes_for(application),
    }


def _called(application: Application) -> str:
    """What the writer is called, by the name in the application where the account knows none."""
    known = application.applicant.name or ("" if application.gone else application.name)
    return known.split(" ")[0] or application.applicant.get_short_name()


@transaction.atomic
def withdraw(*, application: Application, actor: User, now: datetime) -> Application:
    """Step back. Nobody reads a withdrawn application; until the deadline it may be taken up again.

    Order: permission, not too late, the state, the audit event, a mail that says so. Raises NotAllowed, Conflict.
    """
    held = own_locked(application, actor)
    if held.state == ApplicationState.WITHDRAWN:
        return held
    if not may_withdraw(held.cohort.dates, now):
        raise Conflict(
            _("The decisions are out, so there is nothing to withdraw any more."),
            _("If you have an offer, answer it instead."),
        )
    held.state, held.withdrawn_at = ApplicationState.WITHDRAWN, now
    held.save(update_fields=["state", "withdrawn_at"])
    drop_reminders(held, now=now)
    log(cohort=held.cohort, actor=actor, verb="applications.withdrawn", subject=held, now=now)
    mail.send(
        cohort=held.cohort,
        code="application-withdrawn",
        to=actor,
        values=mail_values(held),
        now=now,
        key=f"application-withdrawn:{held.ref}:{now.isoformat()}",
    )
    return held


@transaction.atomic
def resume(*, application: Application, actor: User, now: datetime) -> Application:
    """Take a withdrawn application up again, as a draft that has to be sent once more.

    Order: permission, the call is open, the state, the audit event. Raises NotAllowed, Late.
    """
    held = own_locked(application, actor)
    if held.state != ApplicationState.WITHDRAWN:
        return held
    require_open(held.cohort, now, held.own_deadline, actor)
    # One that the organisers had set aside before it was withdrawn comes back as that.
    excluded = Exclusion.objects.filter(application=held).exists()
    held.state = ApplicationState.EXCLUDED if excluded else ApplicationState.DRAFT
    held.save(update_fields=["state"])
    log(cohort=held.cohort, actor=actor, verb="applications.resumed", subject=held, now=now)
    return held
