"""What several pages need."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404

from tremplin.applications import queries
from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules.deadline import closes
from tremplin.applications.states import phase_for, phase_of, zone_of
from tremplin.core.zones import known_zone
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
    return phase_for(application, now) == "open" and application.state not in {
        ApplicationState.WITHDRAWN,
        ApplicationState.EXCLUDED,
    }


def deadline(
    cohort: Cohort,
    now: datetime,
    application: Application | None = None,
    *,
    begins_until: datetime | None = None,
) -> dict[str, Any]:
    """What `applications/parts/deadline.html` shows: everybody's deadline, or that of one applicant.

    `begins_until`: of one who has not begun and was given time for it.
    """
    own = application.own_deadline if application else begins_until
    at = closes(cohort.dates, own)
    return {
        "closes": at,
        "own_time": at > cohort.dates["call_closes"],
        "own_zone": _own_zone(application) if application else None,
        "zone": zone_of(cohort),
        "anywhere": ANYWHERE_ON_EARTH,
        "phase": phase_of(cohort, now, own),
        "passed": now > at,
    }


def _own_zone(application: Application) -> ZoneInfo | None:
    """The zone that the writer lives by, where it is neither the programme's nor UTC, which are shown anyway."""
    named = application.applicant.time_zone
    known = named not in {application.cohort.plan.cohort.time_zone, "UTC"} and known_zone(named)
    return ZoneInfo(named) if known else None
