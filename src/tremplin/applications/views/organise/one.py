"""One application, as an organiser may see it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.applications import queries
from tremplin.applications.copies import sections_of
from tremplin.applications.models import Application
from tremplin.applications.rules.answers import option_label
from tremplin.applications.rules.commitments import readable as commitments
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
    snapshot = queries.readable_snapshot(found)
    context = {
        "application": found,
        "state": state_of(found, now, zone_of(cohort)),
        "snapshot": snapshot,
        "sections": sections_of(snapshot.version.plan.application, snapshot.answers) if snapshot else [],
        "history": queries.history(found),
        "doors": _doors(found),
        "tasks": [] if snapshot else _progress(found),
        "zone": zone_of(cohort),
        "labels": queries.labels_of([found]).get(found.pk, []),
        "exclusion": queries.exclusion_of(found),
    }
    return render(request, "applications/application.html", context)


def _doors(application: Application) -> list[tuple[str, str]]:
    """What opened the doors, in words."""
    rows = []
    for question in application.cohort.plan.eligibility:
        answer = application.eligibility.get(question.code)
        if answer is not None:
            words = {"yes": _("Yes"), "no": _("No")}.get(answer) or option_label(question.options, answer)
            words = commitments(answer) if question.kind == "commitments" else words
            rows.append((say(question.label), words))
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
