"""More time for one person: given with a reason, taken back while nothing rests on it."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.hooks import reading_begun
from tremplin.applications.models import Application, Extension, ExtensionCause
from tremplin.applications.rules import deadline
from tremplin.applications.services.sending import mail_values
from tremplin.core.errors import Conflict, Invalid, Stale
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.apart import require_judge
from tremplin.programmes.dates import date_words
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.states import grace


class Why(NamedTuple):
    """An organiser's reason. Only the cause stands in the log; the words are for organisers."""

    cause: ExtensionCause
    words: str


@transaction.atomic
def give_time(
    *,
    application: Application,
    until: datetime,
    why: Why | None,
    actor: User,
    now: datetime,
    seen: datetime | None = None,
) -> Extension:
    """Give one person until `until`, instead of what they had; nothing happens when they have exactly that.

    With `why`, by an organiser, who tells the person by mail. Without, by the accommodation officer, who answers
    in a room of their own: then no reason is kept here, nor in the log. `seen` is the deadline of their own that
    the page showed.

    Order: permission; nobody else has changed it; reading has not begun and the moment lies between now,
    everybody's deadline and the decisions; a shorter time takes nothing away that was used; the extension; the
    audit event; the mail. Raises NotAllowed, Conflict, Stale; Invalid under “day”.
    """
    require_judge(actor, application.cohort, Role.ORGANISER if why else Role.OFFICER)
    held = _held(application)
    if held.own_deadline == until:
        return held.extensions.get(ended_at=None)
    if why is not None and seen != held.own_deadline:
        raise Stale(
            _("Somebody has changed this person’s time since you opened the page; nothing was changed."),
            _("Look at what stands there now, then decide."),
            current=held.own_deadline,
        )
    _require_possible(held, until, now)
    if held.own_deadline and until < held.own_deadline:
        _require_unused(held)
        _require_own_kind(held, why)
    held.extensions.filter(ended_at=None).update(ended_at=now)
    given = Extension.objects.create(
        application=held,
        until=until,
        cause=why.cause if why else "",
        reason=" ".join(why.words.split()) if why else "",
        created_at=now,
    )
    held.own_deadline = until
    held.save(update_fields=["own_deadline"])
    told = {"cause": str(why.cause)} if why else {}
    log(
        cohort=held.cohort,
        actor=actor,
        verb="applications.time-given",
        subject=held,
        now=now,
        until=until,
        **told,
    )
    if why:
        _tell(held, given, now)
    return given


@transaction.atomic
def take_time_back(*, application: Application, actor: User, now: datetime) -> None:
    """Everybody's deadline counts again for this person; nothing happens when it does already.

    Order: permission; nothing rests on the time that was given; its end; the audit event. Organisers take back
    what an organiser gave, the accommodation officer what they gave. Raises NotAllowed, Conflict.
    """
    require_judge(actor, application.cohort, Role.ORGANISER, Role.OFFICER)
    held = _held(application)
    given = held.extensions.filter(ended_at=None).first()
    if given is None:
        return
    require_judge(actor, held.cohort, Role.ORGANISER if given.cause else Role.OFFICER)
    _require_unused(held)
    held.extensions.filter(ended_at=None).update(ended_at=now)
    held.own_deadline = None
    held.save(update_fields=["own_deadline"])
    log(cohort=held.cohort, actor=actor, verb="applications.time-taken-back", subject=held, now=now)


def _held(application: Application) -> Application:
    held = Application.objects.select_for_update().get(pk=application.pk)
    held.cohort, held.applicant = application.cohort, application.applicant
    return held


def _require_possible(application: Application, until: datetime, now: datetime) -> None:
    dates = application.cohort.dates
    fault = deadline.refusal(dates, until=until, now=now, reading=reading_begun(application))
    if fault == "reading":
        raise Conflict(
            _("Somebody has begun to read this application, so its deadline no longer moves."),
            _("Write to the person: they may add nothing now, but you may hear them."),
        )
    if fault == "decided":
        raise Conflict(_("The decisions are out, so nobody can be given more time any more."))
    if fault:
        raise Invalid({"day": [fault_words(application.cohort, fault)]})


def fault_words(cohort: Cohort, fault: deadline.Refusal) -> str:
    """Why the moment that was chosen cannot be."""
    if fault == "early":
        return _("That moment is over. Choose one that is still to come.")
    if fault == "earlier":
        return _("Everybody may write until %(when)s. Choose a later moment.") % {
            "when": date_words(cohort, cohort.dates["call_closes"])
        }
    return _("Choose a moment before %(when)s: by then everything has been read and decided.") % {
        "when": date_words(cohort, deadline.bound(cohort.dates))
    }


def _require_own_kind(application: Application, why: Why | None) -> None:
    """What the accommodation officer gave, organisers may lengthen and never shorten."""
    if why is not None and application.extensions.filter(ended_at=None, cause="").exists():
        raise Conflict(
            _("This time was given in confidence, for a reason that only the accommodation officer knows."),
            _("You can give more time, but not less."),
        )


def is_used(application: Application) -> bool:
    """Whether the person has written or sent something in the time that they alone had."""
    cohort = application.cohort
    moments = [moment for moment in (application.saved_at, application.submitted_at) if moment]
    return deadline.is_used(
        cohort.dates, grace(cohort), touched=max(moments, default=None), own=application.own_deadline
    )


def _require_unused(application: Application) -> None:
    if is_used(application):
        raise Conflict(
            _("The person has already worked in the time that they were given, so it is not taken back."),
            _("It ends by itself on %(when)s.")
            % {"when": date_words(application.cohort, application.own_deadline or application.saved_at)},
        )


def _tell(application: Application, given: Extension, now: datetime) -> None:
    mail.send(
        cohort=application.cohort,
        code="more-time",
        to=application.applicant,
        values=mail_values(application),
        now=now,
        key=f"more-time:{given.ref}",
    )
