"""Pages of the public account of a selection: what organisers write, and what everybody reads."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid, Stale
from tremplin.core.text import whole
from tremplin.core.ui.posting import show_refusal
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role
from tremplin.selection_report import queries, services, showing
from tremplin.selection_report.figures import content_of
from tremplin.selection_report.forms import WordsForm
from tremplin.selection_report.models import SelectionReport, Words


def newest(request: CohortRequest) -> HttpResponse:
    """The report as it stands, for everybody; before there is one, when it comes."""
    found = queries.published(request.cohort).first()
    if found is None:
        runs = request.cohort.plan.runs("selection")
        return render(request, "selection_report/none.html", {"runs": runs})
    return _report(request, found)


def numbered(request: CohortRequest, number: int) -> HttpResponse:
    """One published report, for everybody."""
    return _report(request, get_object_or_404(queries.published(request.cohort), number=number))


def _report(request: CohortRequest, report: SelectionReport) -> HttpResponse:
    others = queries.published(request.cohort).exclude(pk=report.pk).defer("content")
    context = {"report": report, "others": others, **showing.shown(report.content)}
    return render(request, "selection_report/report.html", context)


def as_json(request: CohortRequest, number: int) -> HttpResponse:
    """The same for machines: the content whose checksum the page names, and nothing beside it."""
    report = get_object_or_404(queries.published(request.cohort), number=number)
    answer = JsonResponse(report.content, json_dumps_params={"indent": 1, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="selection-{report.number}.json"'
    return answer


@never_cache
def draft(request: CohortRequest) -> HttpResponse:
    """The figures as they would be published, and the words that organisers add to them."""
    cohort = request.cohort
    if not cohort.plan.runs("selection"):
        raise Http404
    found = queries.draft(cohort, request.user)
    form = WordsForm(cohort, sections=found.sections, by_hand=bool(found.by_hand))
    return _draft(request, form, found.version)


def _draft(
    request: CohortRequest,
    form: WordsForm,
    version: int,
    status: int = 200,
    stored: Mapping[str, Any] | None = None,
) -> HttpResponse:
    cohort = request.cohort
    found = queries.draft(cohort, request.user)
    blocked = queries.blocked(cohort)
    context: dict[str, Any] = {
        "form": form,
        "version": version,
        "state": queries.state(cohort),
        "blocked": blocked,
        "missing": found.missing(cohort),
        "organiser": Role.ORGANISER in request.roles,
        "stored": form.differences(stored) if stored is not None else [],
        "reports": queries.published(cohort).defer("content"),
    }
    if blocked != "undecided":
        content = content_of(cohort, words=found.sections, now=clock.now())
        context |= showing.shown(content)
    return render(request, "selection_report/draft.html", context, status=status)


@never_cache
def write(request: CohortRequest) -> HttpResponse:
    """Save the words, and publish where the button says so."""
    cohort = request.cohort
    found = queries.draft(cohort, request.user)
    form = WordsForm(cohort, request.POST, sections=found.sections, by_hand=bool(found.by_hand))
    publishes = "publish" in request.POST
    try:
        kept = services.save_words(
            cohort=cohort,
            sections=form.written(),
            expected_version=whole(request.POST.get("version")),
            actor=request.user,
            now=clock.now(),
        )
        if publishes:
            services.publish(cohort=cohort, version=kept.version, actor=request.user, now=clock.now())
    except (Invalid, Conflict) as refusal:
        return _refused(request, form, refusal)
    messages.success(request, _("The report is public.") if publishes else _("Saved."))
    page = "selection_report:newest" if publishes else "selection_report:draft"
    return HttpResponseRedirect(cohort_url(cohort, page))


def _refused(request: CohortRequest, form: WordsForm, refusal: Invalid | Conflict) -> HttpResponse:
    """The page again with what was typed; beside what somebody else has saved meanwhile, if that is why."""
    form.full_clean()
    show_refusal(form, refusal)
    stored = refusal.current if isinstance(refusal, Stale) else None
    current = queries.draft(request.cohort, request.user).version
    words = stored.sections if isinstance(stored, Words) else None
    return _draft(request, form, current, refusal.status, words)
