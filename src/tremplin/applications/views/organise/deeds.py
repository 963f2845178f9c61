"""Deeds on many applications: choose, look at what would happen, do it, take it back."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from tremplin.applications import queries, services
from tremplin.applications.deed_words import OUTCOMES, TITLES, done_words, export_words, plan_words
from tremplin.applications.forms_board import filter_words
from tremplin.applications.forms_deeds import ExcludeForm, LabelForm
from tremplin.applications.models import Deed, DeedKind, DeedState
from tremplin.applications.states import zone_of
from tremplin.applications.views.organise.writing import choice_in
from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.pages import paginate
from tremplin.core.ui.amounts import number
from tremplin.programmes import queries as programmes
from tremplin.programmes.http import CohortRequest, cohort_url


def choose(request: CohortRequest) -> HttpResponse:
    """From the board: what is to be done, and to whom. Nothing happens yet."""
    cohort, wanted = request.cohort, request.POST.get("deed", "")
    choice = choice_in(request, request.POST)
    if request.POST.get("whom") != "all" and not choice.refs:
        messages.error(
            request, _("No application was chosen. Tick some rows, or choose all that the filter finds.")
        )
        return HttpResponseRedirect(_with(cohort_url(cohort, "applications:board"), choice.filters.given))
    if wanted == "write":
        given: Any = [("rows", ref) for ref in choice.refs] or choice.filters.given
        return HttpResponseRedirect(_with(cohort_url(cohort, "applications:write"), given))
    try:
        deed = services.plan(cohort=cohort, actor=request.user, kind=wanted, choice=choice, now=clock.now())
    except Conflict as fault:
        messages.error(request, str(fault))
        return HttpResponseRedirect(_with(cohort_url(cohort, "applications:board"), choice.filters.given))
    return HttpResponseRedirect(cohort_url(cohort, "applications:deed", ref=deed.ref))


def _with(address: str, words: Any) -> str:
    return f"{address}?{urlencode(words)}" if words else address


@never_cache
def deed(request: CohortRequest, ref: str) -> HttpResponse:
    """A deed: first what would happen to how many, who is passed by and why; then what happened."""
    found = _deed(request, ref)
    form = _form(request, found)
    if request.method == "POST" and request.POST.get("step") == "do":
        return _do(request, found)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            found = _describe(request, found, form)
            return HttpResponseRedirect(cohort_url(request.cohort, "applications:deed", ref=found.ref))
        except Invalid as fault:
            for field, texts in fault.errors.items():
                form.add_error(field, texts)
    outcomes = queries.outcomes([found])[found.pk]
    said = "" not in outcomes
    page = paginate(
        found.rows.select_related("application__applicant")
        .defer(*(f"application__{name}" for name in queries.WRITTEN))
        .order_by("application__search", "pk"),
        request,
    )
    context = {
        "deed": found,
        "form": form,
        "title": TITLES[DeedKind(found.kind)],
        "said": said,
        "words": plan_words(found, outcomes)
        if found.state == DeedState.PLANNED
        else done_words(found, outcomes),
        "filters": filter_words(request.cohort, found.filters, queries.labels(request.cohort)),
        "page": page,
        "rows": [(row, OUTCOMES.get(row.outcome, "")) for row in page.object_list],
        "doing": outcomes.get("do", 0),
        "undoable": queries.undoable(found, clock.now()),
        "labels": queries.labels(request.cohort) if found.kind in {DeedKind.LABEL, DeedKind.UNLABEL} else [],
        "zone": zone_of(request.cohort),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "applications/deed.html", context, status=status)


def _deed(request: CohortRequest, ref: str) -> Deed:
    found = queries.deed_at(request.cohort, request.user, ref)
    if found is None:
        raise Http404
    return found


def _form(request: CohortRequest, found: Deed) -> LabelForm | ExcludeForm | None:
    """What has to be said before it is known what would happen; None for a deed that needs no words, or is done."""
    if found.state != DeedState.PLANNED or found.kind == DeedKind.RESTORE:
        return None
    data = request.POST if request.method == "POST" and request.POST.get("step") == "look" else None
    if found.kind == DeedKind.EXCLUDE:
        kept = {f"reason_{language}": text for language, text in found.reason.items()}
        initial = {"cause": found.cause, "condition": found.condition, **kept}
        return ExcludeForm(data, initial=initial, cohort=request.cohort)
    return LabelForm(data, initial={"word": found.word})


def _describe(request: CohortRequest, found: Deed, form: LabelForm | ExcludeForm) -> Deed:
    reasons = form.reasons(form.cleaned_data) if isinstance(form, ExcludeForm) else None
    return services.describe(
        deed=found,
        actor=request.user,
        now=clock.now(),
        word=form.cleaned_data.get("word", ""),
        cause=form.cleaned_data.get("cause", ""),
        condition=form.cleaned_data.get("condition", ""),
        reason=reasons,
    )


def _do(request: CohortRequest, found: Deed) -> HttpResponse:
    try:
        services.carry_out(deed=found, actor=request.user, now=clock.now())
        messages.success(request, _("Done. One press on this page takes it back within a day."))
    except Conflict as fault:
        messages.error(request, str(fault))
    return HttpResponseRedirect(cohort_url(request.cohort, "applications:deed", ref=found.ref))


def undo(request: CohortRequest, ref: str) -> HttpResponse:
    """Take a deed back."""
    found = _deed(request, ref)
    try:
        done = services.undo(deed=found, actor=request.user, now=clock.now())
        count = queries.outcomes([done])[done.pk].get("undone", 0)
        text = ngettext(
            "Taken back for %(count)s application.", "Taken back for %(count)s applications.", count
        )
        messages.success(request, text % {"count": number(count, 0)})
    except Conflict as fault:
        messages.error(request, str(fault))
    return HttpResponseRedirect(cohort_url(request.cohort, "applications:deed", ref=found.ref))


@never_cache
def deeds(request: CohortRequest) -> HttpResponse:
    """What was done to many at once, with a way back; and which lists left the house."""
    cohort, now = request.cohort, clock.now()
    page = paginate(queries.deeds(cohort, request.user), request, size=30)
    found = list(page.object_list)
    for deed in found:
        deed.cohort = cohort
    outcomes = queries.outcomes(found)
    taken = list(queries.exports(cohort, request.user)[:30])
    names = programmes.names_of({deed.actor for deed in found} | {event.actor for event in taken})
    labels = list(queries.labels(cohort))
    context = {
        "page": page,
        "rows": [
            {
                "deed": deed,
                "title": TITLES[DeedKind(deed.kind)],
                "words": done_words(deed, outcomes[deed.pk]),
                "by": names.get(deed.actor, ""),
                "undoable": queries.undoable(deed, now),
            }
            for deed in found
        ],
        "exports": [
            {
                "at": event.at,
                "by": names.get(event.actor, ""),
                "words": export_words(event.data),
                "filters": filter_words(cohort, event.data.get("filters", {}), labels),
            }
            for event in taken
        ],
        "zone": zone_of(cohort),
    }
    return render(request, "applications/deeds.html", context)
