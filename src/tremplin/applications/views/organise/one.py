"""One application, as an organiser may see it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from tremplin.applications import queries
from tremplin.applications.copies import sections_as_sent
from tremplin.applications.deed_words import cause_words
from tremplin.applications.models import Application
from tremplin.applications.rules.eligibility import readable
from tremplin.applications.rules.form import section_status
from tremplin.applications.states import state_of, zone_of
from tremplin.core import clock
from tremplin.core.text import say
from tremplin.core.ui.parts import Task
from tremplin.programmes.http import CohortRequest


@never_cache
def application(request: CohortRequest, ref: str) -> HttpResponse:
    """One application as it was sent. What was not sent stays its writer's: of a draft only its progress shows."""
    cohort, now = request.cohort, clock.now()
    found = get_object_or_404(queries.in_full(cohort, request.user), ref=ref)
    found.cohort = cohort
    snapshot, exclusion = queries.readable_snapshot(found), queries.exclusion_of(found)
    context = {
        "application": found,
        "state": state_of(found, now, zone_of(cohort)),
        "snapshot": snapshot,
        "sections": sections_as_sent(snapshot) if snapshot else [],
        "history": queries.history(found),
        "doors": _doors(found),
        "tasks": [] if snapshot else _progress(found),
        "zone": zone_of(cohort),
        "labels": queries.labels_of([found]).get(found.pk, []),
        "exclusion": exclusion,
        "why": cause_words(cohort, exclusion.cause, exclusion.condition) if exclusion else "",
    }
    return render(request, "applications/application.html", context)


def _doors(application: Application) -> list[tuple[str, str]]:
    """What opened the doors, in words."""
    rows = []
    for question in application.cohort.plan.eligibility:
        answer = application.eligibility.get(question.code)
        if answer is not None:
            rows.append((say(question.label), readable(question, answer)))
    return rows


def _progress(application: Application) -> list[Task]:
    """How far each section is, without a word of it."""
    return [
        Task(
            label=say(section.title),
            status=section_status(section.questions, application.answers, application.touched),
        )
        for section in application.cohort.plan.application.sections
    ]
