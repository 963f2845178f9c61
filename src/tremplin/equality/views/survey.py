"""Pages of the anonymous survey."""

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import http_date
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.text import say
from tremplin.core.ui.charts import Bar
from tremplin.equality import linked, queries, services
from tremplin.equality.forms import SurveyForm
from tremplin.equality.releasing import release
from tremplin.equality.rules import LEAST_CELL, closes, is_open, questions
from tremplin.programmes.http import CohortRequest, cohort_url

ANSWERED = "answered"  # what a browser notes, see `answer`


def asked_or_404(request: CohortRequest) -> None:
    if not request.cohort.plan.runs("equality"):
        raise Http404


@never_cache
def invitation(request: CohortRequest) -> HttpResponse:
    """Why, who sees what, and the questions, for those who want to answer. The page leaves no trace."""
    asked_or_404(request)
    cohort = request.cohort
    asked, tied = questions(cohort.profile, cohort.plan.jurisdiction.linked), linked.asked(cohort)
    if tied and not asked:
        return HttpResponseRedirect(cohort_url(cohort, "equality:linked"))
    context = {
        "linked": bool(tied),
        "form": SurveyForm(asked),
        "open": bool(asked) and is_open(cohort.dates, clock.now()),
        "basis": cohort.profile.basis,
        "least": max(LEAST_CELL, cohort.profile.smallest_cell),
        "ticket": services.ticket(cohort=cohort),
        "answered": ANSWERED in request.COOKIES,
    }
    return render(request, "equality/invitation.html", context)


def answer(request: CohortRequest) -> HttpResponse:
    """Count, and thank. Open to anybody with a ticket; who it is, is never asked.

    That it was counted the browser alone notes: the same word and the same end for everybody, sent back to these
    pages only, and written down nowhere here.
    """
    asked_or_404(request)
    given = {name: request.POST.getlist(name) for name in request.POST}
    cohort = request.cohort
    counted = services.answer(
        cohort=cohort, given=given, ticket=request.POST.get("ticket", ""), now=clock.now()
    )
    response = HttpResponseRedirect(cohort_url(cohort, "equality:thanks"))
    if counted:
        response.set_cookie(
            ANSWERED,
            "yes",
            expires=http_date(closes(cohort.dates).timestamp()),
            path=cohort_url(cohort, "equality:invitation"),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@never_cache
def thanks(request: CohortRequest) -> HttpResponse:
    """The same words for everybody, whatever was answered or not."""
    asked_or_404(request)
    return render(request, "equality/thanks.html")


@never_cache
def results(request: CohortRequest) -> HttpResponse:
    """Totals for organisers, once the survey has ended."""
    asked_or_404(request)
    cohort = request.cohort
    shown = release(cohort=cohort, actor=request.user, now=clock.now())
    found = shown.results if shown else None
    context = {
        "results": found,
        "shown": shown,
        "linked": bool(linked.asked(cohort)),
        "closes": closes(cohort.dates),
        "rows": _rows(found) if found else [],
    }
    return render(request, "equality/results.html", context)


def _rows(results: queries.Results) -> list[tuple[queries.Question, list[Bar], list[str]]]:
    """Each question with the bars that may be drawn and the answers that may not."""
    rows = []
    for question in results.questions:
        labels = {option.code: say(option.label) for option in question.attribute.options}
        bars = [Bar(labels[cell.answer], cell.count) for cell in question.cells if cell.count is not None]
        hidden = [labels[cell.answer] for cell in question.cells if cell.count is None]
        rows.append((question, bars, hidden))
    return rows
