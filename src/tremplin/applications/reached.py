"""Who applied, for the register of steps: those whose application counts."""

from django.utils.translation import gettext_lazy as _

from tremplin.applications.models import Application, ApplicationState
from tremplin.people.models import User
from tremplin.programmes.funnel import Step, register
from tremplin.programmes.models import Cohort


def _people(cohort: Cohort) -> frozenset[str]:
    rows = Application.objects.filter(cohort=cohort, state=ApplicationState.SUBMITTED)
    return frozenset(rows.values_list("applicant__ref", flat=True))


def _holds(cohort: Cohort, user: User) -> bool:
    return Application.objects.filter(
        cohort=cohort, applicant=user, state=ApplicationState.SUBMITTED
    ).exists()


APPLIED = register(Step("applied", 1, _("Applied"), _people, _holds))
