"""What is said on the way through the sign-in page to an application."""

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from tremplin.core.text import say
from tremplin.people.destinations import Destination, Notes, register, takes_along
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import cohort_and_roles

DOORS = "eligibility"
"""Under which a browser keeps the answers that opened doors, cohort by cohort, until somebody has begun."""
takes_along(DOORS)


@register
def cohort_page(path: str, notes: Notes) -> Destination | None:
    """A page of a cohort is named; before the form, whoever has passed the doors hears that they may apply."""
    try:
        found = resolve(path.partition("?")[0])
    except Resolver404:
        return None
    words = found.kwargs
    if not {"institution", "programme", "cohort"} <= words.keys():
        return None
    cohort, _roles = cohort_and_roles(None, words["institution"], words["programme"], words["cohort"])
    if cohort is None or cohort.rehearsal:
        return None
    title = say(cohort.plan.programme.name)
    place = cohort.institution.name
    if found.view_name != "applications:start" or not _passed(cohort, notes):
        return Destination(title, place)
    return Destination(
        title,
        place,
        _("You may apply to %(programme)s.") % {"programme": title},
        _("Give your address, so that what you write waits for you, on this and on any other device."),
    )


def _passed(cohort: Cohort, notes: Notes) -> bool:
    """Whether this browser tried the doors and they opened; where there are none, everybody has."""
    return not cohort.plan.runs("eligibility") or cohort.ref in notes.get(DOORS, {})
