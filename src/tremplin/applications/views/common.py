"""What several pages need."""

from datetime import datetime
from typing import Any

from django.http import Http404

from tremplin.applications import queries
from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules.deadline import closes
from tremplin.applications.states import phase_for, phase_of, zone_of
from tremplin.people.models import User
from tremplin.programmes.dates import own_zone
from tremplin.programmes.elsewhere import time_left
from tremplin.programmes.http import CohortRequest
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import goes_on
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


def gone(application: Application) -> dict[str, Any]:
    """What `applications/parts/gone.html` shows: when what was written went, and whether its time was over."""
    at = application.gone_at if application.gone else None
    announced = at is not None and at >= goes_on(application.cohort, "explain_days")
    return {"gone": application.gone, "gone_at": at, "announced": announced}


def deadline(
    cohort: Cohort,
    now: datetime,
    application: Application | None = None,
    *,
    begins_until: datetime | None = None,
    reader: User | None = None,
) -> dict[str, Any]:
    """What `applications/parts/deadline.html` shows: everybody's deadline, or that of one applicant.

    `begins_until`: of one who has not begun and was given time for it. Every moment is said on the clock of the
    applicant, or of the `reader` who has not begun; that of the programme stands in the details.
    """
    own = application.own_deadline if application else begins_until
    at = closes(cohort.dates, own)
    who = application.applicant if application else reader
    own_clock = own_zone(who) if who else None
    return {
        "closes": at,
        "own_time": at > cohort.dates["call_closes"],
        "own_zone": own_clock,
        "zone_unknown": who is not None and own_clock is None,
        "zone": own_clock or zone_of(cohort),
        "cohort_zone": zone_of(cohort),
        "left": time_left(at, now),
        "anywhere": ANYWHERE_ON_EARTH,
        "phase": phase_of(cohort, now, own),
        "passed": now > at,
    }
