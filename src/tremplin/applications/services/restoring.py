"""Going back to what was sent last: after a change of mind about changes, or about having withdrawn."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.models import Application, ApplicationState, Exclusion, Snapshot
from tremplin.applications.rules.answers import problems
from tremplin.applications.rules.form import shown
from tremplin.applications.services.common import form_of, own_locked, refresh, require_open
from tremplin.applications.services.sending import send_receipt
from tremplin.applications.services.uploads import put_back
from tremplin.core.errors import Conflict
from tremplin.people.models import User
from tremplin.programmes.log import log

_LENGTHS = {"short", "long"}


@transaction.atomic
def restore(*, application: Application, actor: User, now: datetime) -> Application:
    """Make the draft what was sent last, and let that count again if it was withdrawn. Again, it changes nothing.

    Order: permission, not set aside, the call is open, something was sent and is still there, the
    answers, the files, columns, the state, the audit event; where it was withdrawn, a mail that says that it counts.
    Raises NotAllowed, Late, Conflict.
    """
    held = own_locked(application, actor)
    if held.state == ApplicationState.EXCLUDED:
        raise Conflict(_("The organisers have set this application aside, so it cannot be changed."))
    require_open(held.cohort, now, held.own_deadline, actor)
    sent = _sent(held)
    counted = held.state == ApplicationState.SUBMITTED
    if counted and not held.differs:
        return held
    _write(held, sent, now)
    put_back(held)
    excluded = Exclusion.objects.filter(application=held).exists()
    held.state = ApplicationState.EXCLUDED if excluded else ApplicationState.SUBMITTED
    held.save(
        update_fields=[
            *("answers", "touched", "aside", "uncounted", "language", "version", "saved_at"),
            *("sent_version", "state"),
            *refresh(held),
        ]
    )
    log(
        cohort=held.cohort,
        actor=actor,
        verb="applications.put-back",
        subject=held,
        now=now,
        number=sent.number,
    )
    if not counted and not excluded:
        send_receipt(held, sent, now=now, again=held.version)
    return held


def _sent(application: Application) -> Snapshot:
    """What was sent last. Raises Conflict where there is nothing, or nothing any more."""
    rows = Snapshot.objects.select_related("version")
    found = (
        rows.filter(application=application, number=application.sent).first() if application.sent else None
    )
    if found is None or application.gone:
        raise Conflict(_("There is nothing that was sent and could be put back."))
    return found


def _write(application: Application, sent: Snapshot, now: datetime) -> None:
    """The draft says what was sent. Answers to questions that were not asked then stay: nothing was sent of them."""
    asked_then = shown(sent.version.plan.application, sent.answers)
    kept = {code: value for code, value in application.answers.items() if code not in asked_then}
    answers = {**kept, **sent.answers}
    codes = application.answers.keys() | answers.keys()
    changed = [code for code in codes if application.answers.get(code) != answers.get(code)]
    application.version += 1
    application.touched.update({code: [application.version, ""] for code in changed})
    application.answers, application.aside, application.language = answers, {}, sent.language
    application.sent_version, application.saved_at = application.version, now
    # What was sent longer than its limit was spoken: it may stay as long as it is.
    application.uncounted = []
    questions = form_of(application).questions()
    application.uncounted = [
        question.code
        for question in questions
        if question.kind in _LENGTHS
        and question.code in sent.answers
        and problems(question, answers[question.code])
    ]
