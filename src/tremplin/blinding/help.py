"""What stands on an applicant's own pages once they have sent: the way to see what reviewers will read."""

from datetime import datetime

from django.utils.translation import gettext as _

from tremplin.applications.hooks import Help
from tremplin.applications.models import Application, ApplicationState
from tremplin.programmes.http import cohort_url


def help_for(application: Application, now: datetime) -> Help | None:
    """A line for the writer of `application`, without a query; nothing once the decisions are out."""
    cohort = application.cohort
    if application.state != ApplicationState.SUBMITTED or not cohort.plan.runs("review"):
        return None
    decided = cohort.dates.get("decisions_out")
    if decided and now > decided:
        return None
    return Help(
        _("Names, addresses and links are hidden. You can hide more before anybody reads."),
        _("See what reviewers will read"),
        cohort_url(cohort, "blinding:mine"),
    )
