"""Before the form: the doors, without an account, and the first page of an application."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from tremplin.applications import queries, services
from tremplin.applications.destinations import DOORS
from tremplin.applications.forms import EligibilityForm
from tremplin.applications.queries.earlier import own_and_earlier
from tremplin.applications.queries.time import late_start
from tremplin.applications.rules.commitments import Hours, Week, read, weigh
from tremplin.applications.rules.deadline import may_start
from tremplin.applications.rules.eligibility import Verdict
from tremplin.applications.states import training_days
from tremplin.applications.views.common import deadline
from tremplin.core import clock
from tremplin.core.ui.amounts import number
from tremplin.core.ui.charts import Bar
from tremplin.core.ui.moments import day_text
from tremplin.core.ui.typed import typed_into
from tremplin.people.models import User
from tremplin.programmes.effort import effort_text
from tremplin.programmes.http import CohortRequest, cohort_url, person
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role

_MOST_COUNTED = 50


@typed_into
def eligibility(request: CohortRequest) -> HttpResponse:
    """Try the doors. What opens them is kept in the session until the person has signed in.

    Nothing else of a person is: how many came, and were turned away by which door, is counted by the day.
    """
    cohort, now = request.cohort, clock.now()
    if not cohort.plan.runs("eligibility"):
        return HttpResponseRedirect(cohort_url(cohort, "applications:start"))
    user = person(request)
    own = queries.own_application(user, cohort) if user else None
    context = {"own": own, **_time_to_begin(user, cohort, now)}
    if request.method != "POST":
        context["form"] = EligibilityForm(cohort.plan.eligibility, _kept(request), {})
        return render(request, "applications/eligibility.html", context)
    if "_more" in request.POST:  # more lines for commitments; nothing is judged yet
        context["counted"] = " ".join(_counted(request))
        context["form"] = EligibilityForm(cohort.plan.eligibility, request.POST.dict(), {})
        return render(request, "applications/eligibility.html", context)
    verdict, context["counted"] = _try(request, context)
    if verdict.eligible:
        request.session[DOORS] = {**request.session.get(DOORS, {}), cohort.ref: verdict.answers}
        return HttpResponseRedirect(cohort_url(cohort, "applications:start"))
    context["form"] = EligibilityForm(cohort.plan.eligibility, request.POST.dict(), verdict.problems)
    context["closed"] = verdict.closed if verdict.complete else ()
    context["weighed"] = _weighed(cohort, verdict.answers)
    return render(request, "applications/eligibility.html", context, status=200 if verdict.complete else 422)


def _try(request: CohortRequest, context: Mapping[str, Any]) -> tuple[Verdict, str]:
    """What the doors say, and for what this visit is counted from now on: the page carries it, no cookie does.

    Counted are those who could begin: not whoever has begun, comes too early or late, or runs the cohort.
    """
    cohort, answers = request.cohort, request.POST.dict()
    counted = _counted(request)
    if _kept(request):
        counted += ["came", "passed"]
    if context["own"] or not context["may_start"] or request.roles - {Role.APPLICANT}:
        return services.check_eligibility(cohort=cohort, answers=answers), " ".join(counted)
    verdict = services.try_doors(cohort=cohort, answers=answers, now=clock.now(), counted=counted)
    return verdict, " ".join(services.counted_after(verdict, counted))


def _counted(request: CohortRequest) -> list[str]:
    return request.POST.get("counted", "")[:2000].split()[:_MOST_COUNTED]


def _time_to_begin(user: User | None, cohort: Cohort, now: datetime) -> dict[str, Any]:
    """Whether one may begin, and until when; before everybody's deadline nobody has to ask for more."""
    late = late_start(user, cohort) if user and now > cohort.dates["call_closes"] else None
    until = late.until if late else None
    return {
        "may_start": may_start(cohort.dates, now, until),
        **deadline(cohort, now, begins_until=until, reader=user),
    }


def _kept(request: CohortRequest) -> dict[str, str]:
    """The answers that opened the doors of this cohort before, in this browser."""
    kept: dict[str, dict[str, str]] = request.session.get(DOORS, {})
    return kept.get(request.cohort.ref, {})


def _weighed(cohort: Cohort, answers: Mapping[str, str]) -> list[tuple[Hours, list[Bar]]]:
    """For each door of commitments: what they leave free, and the picture of it."""
    window, found = training_days(cohort), []
    for question in cohort.plan.eligibility:
        kept = read(answers.get(question.code, "")) if question.kind == "commitments" else None
        if window and kept is not None:
            hours = weigh(question, kept, window)
            found.append((hours, [_bar(week) for week in hours.weeks]))
    return found


def _bar(week: Week) -> Bar:
    label = _("Week %(number)s, from %(day)s") % {
        "number": number(week.number),
        "day": day_text(week.first, "day"),
    }
    text = ngettext("%(hours)s hour free", "%(hours)s hours free", int(week.free)) % {
        "hours": number(int(week.free))
    }
    return Bar(label, week.free, text, "" if week.enough else "warn")


@never_cache
def start(request: CohortRequest) -> HttpResponse:
    """What lies ahead: how long it takes, what is asked, who reads it. One button begins."""
    cohort, now = request.cohort, clock.now()
    own, earlier = own_and_earlier(request.user, cohort)
    if own:
        return HttpResponseRedirect(cohort_url(cohort, "applications:hub"))
    if not services.check_eligibility(cohort=cohort, answers=_kept(request)).eligible:
        return HttpResponseRedirect(cohort_url(cohort, "applications:eligibility"))
    if request.method == "POST":
        return _begin(request, cohort)
    form = cohort.plan.application
    context = {
        "form_plan": form,
        "questions": len(form.questions()),
        "earlier": earlier,
        "weighed": _weighed(cohort, _kept(request)),
        "effort": effort_text(cohort),
        "languages": cohort.plan.programme.languages,
        **_time_to_begin(request.user, cohort, now),
    }
    return render(request, "applications/start.html", context)


def _begin(request: CohortRequest, cohort: Cohort) -> HttpResponse:
    services.start(
        cohort=cohort,
        applicant=request.user,
        eligibility=_kept(request),
        language=request.POST.get("language", ""),
        earlier=request.POST.get("earlier", ""),
        time_zone=request.POST.get("time_zone", ""),
        now=clock.now(),
    )
    kept = request.session.get(DOORS, {})
    if kept.pop(cohort.ref, None) is not None:
        request.session[DOORS] = kept
    sections = cohort.plan.application.sections
    if len(sections) == 1:  # a list of one thing to do says nothing
        return HttpResponseRedirect(cohort_url(cohort, "applications:section", section=sections[0].code))
    return HttpResponseRedirect(cohort_url(cohort, "applications:hub"))
