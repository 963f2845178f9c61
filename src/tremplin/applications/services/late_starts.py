"""More time for somebody who has not begun: given by address, used by beginning, over by itself."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.models import Application, Extension, LateStart
from tremplin.applications.rules import deadline
from tremplin.applications.services.more_time import Why, fault_words
from tremplin.core.errors import Conflict, Invalid
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require, roles_of
from tremplin.programmes.services.people import find_or_make

RUNNING = frozenset(Role) - {Role.APPLICANT, Role.SCHOLAR}


@transaction.atomic
def let_begin(
    *, cohort: Cohort, address: str, until: datetime, why: Why | None, actor: User, now: datetime
) -> LateStart:
    """Let the person at `address` begin and write until `until`; the same again changes nothing.

    With `why`, by an organiser; without, by the accommodation officer, and then no reason is kept here, nor in the
    log. What the officer gave, an organiser may lengthen and never shorten.

    Order: permission; the person, whose account is made if there is none; they have not begun and do not run this
    cohort; the moment lies between now, everybody's deadline and the decisions; the row; the audit event; a mail.
    Raises NotAllowed, Conflict; Invalid under “address” and “day”.
    """
    require(actor, cohort, Role.ORGANISER if why else Role.OFFICER)
    if now < cohort.dates["call_opens"]:
        raise Conflict(_("The call has not opened yet: whoever wants to begin has all of its time."))
    fault = deadline.refusal(cohort.dates, until=until, now=now, reading=False)
    if fault == "decided":
        raise Conflict(_("The decisions are out, so nobody can be given more time any more."))
    if fault:
        raise Invalid({"day": [fault_words(cohort, fault)]})
    user = _who(cohort, address, now)
    found = LateStart.objects.select_for_update().filter(cohort=cohort, user=user).first()
    if found and found.until == until:
        return found
    if found and why and not found.cause and until < found.until:
        raise Conflict(
            _("This time was given in confidence, for a reason that only the accommodation officer knows."),
            _("You can give more time, but not less."),
        )
    LateStart.objects.filter(cohort=cohort, user=user).delete()
    given = LateStart.objects.create(
        cohort=cohort,
        user=user,
        until=until,
        cause=why.cause if why else "",
        reason=" ".join(why.words.split()) if why else "",
        created_at=now,
    )
    told = {"cause": str(why.cause)} if why else {}
    log(
        cohort=cohort,
        actor=actor,
        verb="applications.late-start-given",
        subject=given,
        now=now,
        until=until,
        **told,
    )
    mail.send(
        cohort=cohort,
        code="time-to-begin",
        to=user,
        values={"link": cohort_url(cohort, "applications:eligibility"), "date": until},
        now=now,
        key=f"time-to-begin:{given.ref}",
    )
    return given


def _who(cohort: Cohort, address: str, now: datetime) -> User:
    user = find_or_make(address, name="", language=cohort.plan.programme.languages[0], now=now)
    if Application.objects.filter(cohort=cohort, applicant=user).exists():
        raise Invalid(
            {
                "address": [
                    _("This person has begun already. Give them more time on their application’s page.")
                ]
            }
        )
    if roles_of(user, cohort) & RUNNING:
        raise Invalid({"address": [_("This person helps to run this cohort, so they cannot apply to it.")]})
    return user


@transaction.atomic
def take_start_back(*, cohort: Cohort, ref: str, actor: User, now: datetime) -> None:
    """Everybody's deadline counts again for somebody who has not begun; nothing happens when it does already.

    Order: permission, the row, the audit event. Organisers take back what an organiser gave, the accommodation
    officer what they gave. Raises NotAllowed.
    """
    require(actor, cohort, Role.ORGANISER, Role.OFFICER)
    given = LateStart.objects.select_for_update().filter(cohort=cohort, ref=ref).first()
    if given is None:
        return
    require(actor, cohort, Role.ORGANISER if given.cause else Role.OFFICER)
    log(cohort=cohort, actor=actor, verb="applications.late-start-taken-back", subject=given, now=now)
    given.delete()


def use(application: Application, given: LateStart) -> None:
    """The person has begun, in the caller's transaction: what they were given is their application's now."""
    Extension.objects.create(
        application=application,
        until=given.until,
        cause=given.cause,
        reason=given.reason,
        created_at=given.created_at,
    )
    given.delete()


def forget_unused(*, cohort: Cohort, now: datetime) -> int:
    """Let go of those whose moment is over; how many."""
    return LateStart.objects.filter(cohort=cohort, until__lt=now).delete()[0]
