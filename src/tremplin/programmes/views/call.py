"""The public call: what it is, who may apply, what it pays, when; and its questions to take along."""

from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.cache import cache_control

from tremplin.core import clock
from tremplin.core.text import say
from tremplin.programmes.dates import own_zone
from tremplin.programmes.facts import call_facts, choosing, doors, payments, public_dates, unpaid_countries
from tremplin.programmes.http import CohortRequest, person
from tremplin.programmes.icalendar import as_calendar
from tremplin.programmes.jurisdiction import notices
from tremplin.programmes.models import Cohort
from tremplin.programmes.questions import as_text
from tremplin.programmes.rationale import entries
from tremplin.programmes.results import results
from tremplin.programmes.roles import Role
from tremplin.programmes.states import call_state


def _public(request: CohortRequest) -> Cohort:
    """The cohort, unless it is a rehearsal and the visitor has no part in it. Raises Http404."""
    if request.cohort.rehearsal and not request.roles:
        raise Http404
    return request.cohort


def call(request: CohortRequest) -> HttpResponse:
    """Everything that somebody needs to decide whether to apply, on one page without an account."""
    cohort, now = _public(request), clock.now()
    plan, reader = cohort.plan, person(request)
    state, own = call_state(cohort, now, reader), own_zone(reader) if reader else None
    context = {
        "plan": plan,
        "state": state,
        "closes": cohort.dates.get("call_closes"),
        "passed": state.code not in {"coming", "open"},  # in the silent grace the page says nothing new
        "own_zone": own,
        "zone": own or ZoneInfo(plan.cohort.time_zone),
        "cohort_zone": ZoneInfo(plan.cohort.time_zone),
        "applicant": Role.APPLICANT in request.roles,
        "facts": call_facts(cohort),
        "payments": payments(cohort),
        "unpaid": ", ".join(unpaid_countries(plan)),
        "dates": public_dates(cohort),
        "doors": doors(plan),
        "choosing": choosing(cohort),
        "results": results(cohort, now=now),
        "notices": notices(cohort.profile, plan.jurisdiction, survey=plan.runs("equality")),
    }
    return render(request, "programmes/call.html", context)


def reasons(request: CohortRequest) -> HttpResponse:
    """Why each door and each criterion is there, and since when; everybody may read and contest it."""
    cohort = _public(request)
    found = entries(cohort)
    context = {
        "doors": [entry for entry in found if entry.kind == "door"],
        "criteria": [entry for entry in found if entry.kind == "criterion"],
        "missing": sum(1 for entry in found if entry.rationale is None),
        "organiser": Role.ORGANISER in request.roles,
        "opens": cohort.dates["call_opens"],
        "contact": cohort.plan.programme.contact,
        "opened": cohort.dates["call_opens"] <= clock.now(),
    }
    return render(request, "programmes/reasons.html", context)


@cache_control(max_age=300)
def questions_file(request: CohortRequest) -> HttpResponse:
    """All questions as a text file."""
    cohort = _public(request)
    response = HttpResponse(as_text(cohort), content_type="text/plain; charset=utf-8")
    name = slugify(say(cohort.plan.programme.name)) or "questions"
    response["Content-Disposition"] = f'attachment; filename="{name}.txt"'
    return response


@cache_control(max_age=300)
def calendar(request: CohortRequest) -> HttpResponse:
    """The public dates for a calendar."""
    text = as_calendar(_public(request), clock.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="dates.ics"'
    return response
