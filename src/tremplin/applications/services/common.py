"""What every deed on an application begins and ends with."""

from datetime import datetime

from django.utils.translation import gettext as _

from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules.form import progress
from tremplin.applications.states import phase_of
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.core.text import fold
from tremplin.people.models import User
from tremplin.programmes.dates import date_words
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require


class Late(Conflict):
    """The call has closed; nothing was changed, and what was saved before stays."""


def own_locked(application: Application, actor: User) -> Application:
    """The stored application, locked for this transaction. Raises NotAllowed unless `actor` wrote it.

    The cohort that the caller already holds is kept, so that no page loads it twice.
    """
    require(actor, application.cohort, Role.APPLICANT)
    held = Application.objects.select_for_update().get(pk=application.pk)
    if held.applicant_id != actor.pk:
        raise NotAllowed(_("Only the person who wrote an application can do this."))
    held.cohort = application.cohort
    held.applicant = actor
    return held


def require_open(cohort: Cohort, now: datetime) -> None:
    """Raises Late after the deadline and its silent grace, Conflict before the opening."""
    at = phase_of(cohort, now)
    if at == "before":
        raise Conflict(_("The call has not opened yet."), _("Come back when it has."))
    if at != "open":
        closed = date_words(cohort, cohort.dates["call_closes"])
        raise Late(
            _("The call closed on %(when)s, so this was not saved.") % {"when": closed},
            _("What you had saved by then is still there."),
        )


def require_not_withdrawn(application: Application) -> None:
    if application.state == ApplicationState.WITHDRAWN:
        raise Conflict(
            _("You have withdrawn this application."), _("Take it up again on its first page, then go on.")
        )


def refresh(application: Application) -> list[str]:
    """Bring the columns that lists are made of up to date with the answers; their names, for saving."""
    form = application.cohort.plan.application
    application.progress = progress(form, application.answers)
    named = next((q.code for q in form.questions() if q.autocomplete == "name"), "")
    answer = application.answers.get(named)
    given = answer.strip() if isinstance(answer, str) else ""
    application.name = (given or application.applicant.name)[:200]
    words = f"{application.name} {application.applicant.email} {application.ref}"
    application.search = fold(words)[:600]
    return ["progress", "name", "search"]
