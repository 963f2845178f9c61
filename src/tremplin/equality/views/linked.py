"""One's own linked answers: what is kept, who can ever see what; changing it, taking it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.text import say
from tremplin.equality import comparing
from tremplin.equality import linked as store
from tremplin.equality.counting import least_of
from tremplin.equality.forms import SurveyForm
from tremplin.equality.purposes import LINKED
from tremplin.equality.views.survey import asked_or_404
from tremplin.programmes import funnel, jurisdiction
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.retention import goes_on
from tremplin.programmes.schema.profile import Attribute


@never_cache
def linked(request: CohortRequest) -> HttpResponse:
    """The questions that are kept with applications, and what this person answered."""
    asked_or_404(request)
    cohort, now = request.cohort, clock.now()
    asked = store.asked(cohort)
    if not asked:
        return HttpResponseRedirect(cohort_url(cohort, "equality:invitation"))
    if request.method == "POST":
        given = {name: request.POST.getlist(name) for name in request.POST}
        if store.keep(cohort=cohort, actor=request.user, given=given, now=now):
            messages.success(
                request, _("Your answers are kept, sealed. You can change them or take them back.")
            )
        else:
            messages.success(request, _("Nothing is kept: you answered nothing."))
        return HttpResponseRedirect(cohort_url(cohort, "equality:linked"))
    kept, decided = store.kept(cohort, request.user), funnel.decided(cohort)
    context: dict[str, Any] = {
        "form": SurveyForm(asked, kept.answers if kept else {}),
        "open": not decided and funnel.holds(store.APPLIED, cohort, request.user),
        "decided": decided,
        "kept": kept,
        "lines": _lines(asked, kept) if kept else [],
        "consent": LINKED.text,
        "notice": jurisdiction.linked_notice(cohort.profile, cohort.plan.jurisdiction),
        "least": least_of(cohort),
        "goes": goes_on(cohort, "equality_days"),
        "openings": comparing.openings(cohort),
    }
    return render(request, "equality/linked.html", context)


def _lines(asked: list[Attribute], kept: store.Kept) -> list[tuple[str, str]]:
    """What was answered, as it was asked."""
    lines = []
    for attribute in asked:
        words = {option.code: say(option.label) for option in attribute.options}
        chosen = [words[code] for code in kept.answers.get(attribute.code, ()) if code in words]
        if chosen:
            lines.append((say(attribute.question or attribute.label), ", ".join(chosen)))
    return lines


def take_back(request: CohortRequest) -> HttpResponse:
    """Delete one's answers and the key that opens them."""
    asked_or_404(request)
    store.take_back(cohort=request.cohort, actor=request.user, now=clock.now())
    messages.success(request, _("Your answers are deleted, and the key that opened them is destroyed."))
    return HttpResponseRedirect(cohort_url(request.cohort, "equality:linked"))
