"""What several pages need."""

from datetime import datetime
from typing import Any

from django.http import Http404

from tremplin.applications import queries
from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.states import phase_of, zone_of
from tremplin.programmes.http import CohortRequest
from tremplin.programmes.models import Cohort
from tremplin.programmes.rules import ANYWHERE_ON_EARTH


def own_or_404(request: CohortRequest) -> Application:
    """The person's own application to this cohort. Raises Http404 when there is none."""
    application = queries.own_application(request.user, request.cohort)
    if application is None:
        raise Http404
    return application


def can_be_written(application: Application, now: datetime) -> bool:
    """Whether there is any point in showing the form: nobody shall write for an hour and be told “too late”."""
    return phase_of(application.cohort, now) == "open" and application.state != ApplicationState.WITHDRAWN


def deadline(cohort: Cohort, now: datetime) -> dict[str, Any]:
    """What `applications/parts/deadline.html` shows."""
    return {
        "closes": cohort.dates["call_closes"],
        "zone": zone_of(cohort),
        "anywhere": ANYWHERE_ON_EARTH,
        "phase": phase_of(cohort, now),
        "passed": now > cohort.dates["call_closes"],
    }
