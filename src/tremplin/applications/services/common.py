"""What every deed on an application begins and ends with."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules.deadline import closes
from tremplin.applications.rules.form import standing, with_lifted_limits
from tremplin.applications.states import phase_of
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.core.prepared import Prepared
from tremplin.core.text import fold
from tremplin.people.models import User
from tremplin.programmes.dates import date_words
from tremplin.programmes.models import Cohort, Membership
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema import ApplicationForm


class Late(Conflict):
    """The call has closed; nothing was changed, and what was saved before stays."""


def own_locked(application: Application, actor: User) -> Application:
    """The stored application, locked for this transaction. Raises NotAllowed unless `actor` wrote it.

    The cohort that the caller already holds is kept, so that no page loads it twice.
    """
    found: list[Any] = _LOCKED(application.pk, actor.pk)
    if not found:
        raise Application.DoesNotExist
    [held] = found
    if not (actor.is_active and held.by_an_applicant):
        require(actor, application.cohort, Role.APPLICANT)
    if held.applicant_id != actor.pk:
        raise NotAllowed(_("Only the person who wrote an application can do this."))
    held.cohort = application.cohort
    held.applicant = actor
    locked: Application = held
    return locked


def _locked(pk: int, actor: int) -> QuerySet[Application]:
    """The row, and in the same question whether `actor` is still an applicant there."""
    role = Membership.objects.filter(user=actor, cohort=OuterRef("cohort"), role=Role.APPLICANT)
    return Application.objects.select_for_update().filter(pk=pk).annotate(by_an_applicant=Exists(role))


_LOCKED = Prepared(_locked, int, int)


def require_open(
    cohort: Cohort, now: datetime, own: datetime | None = None, reader: User | None = None
) -> None:
    """Raises Late after the deadline (or a person's `own`) and its silent grace, Conflict before the opening.

    The moment is said on the clock of the `reader`, and in UTC beside it.
    """
    at = phase_of(cohort, now, own)
    if at == "before":
        raise Conflict(_("The call has not opened yet."), _("Come back when it has."))
    if at != "open":
        closed = date_words(cohort, closes(cohort.dates, own), reader=reader)
        raise Late(
            _("The call closed on %(when)s, so this was not saved.") % {"when": closed},
            _("What you had saved by then is still there."),
        )


def require_not_withdrawn(application: Application) -> None:
    """Raises Conflict for an application that its writer has withdrawn, or that the organisers have excluded."""
    if application.state == ApplicationState.EXCLUDED:
        raise Conflict(
            _("The organisers have set this application aside, so it cannot be changed."),
            _("If that is a mistake, write to them: they can take it back in."),
        )
    if application.state == ApplicationState.WITHDRAWN:
        raise Conflict(
            _("You have withdrawn this application."), _("Take it up again on its first page, then go on.")
        )


def form_of(application: Application) -> ApplicationForm:
    """What this person is asked, with their own answers' limits: a transcript is as long as the recording was."""
    return with_lifted_limits(application.cohort.plan.application, application.uncounted)


def refresh(application: Application) -> list[str]:
    """Bring the columns that lists are made of up to date with the answers; their names, for saving."""
    form = form_of(application)
    application.progress, lacking = standing(form, application.answers)
    application.lacking, application.lacks = len(lacking), list(dict.fromkeys(lacking))
    named = next((q.code for q in form.questions() if q.autocomplete == "name"), "")
    answer = application.answers.get(named)
    given = answer.strip() if isinstance(answer, str) else ""
    application.name = (given or application.applicant.name)[:200]
    words = f"{application.name} {application.applicant.email} {application.ref}"
    application.search = fold(words)[:600]
    return ["progress", "lacking", "lacks", "name", "search"]
