"""What is done to an item of a list on a page of its own: deleting it, and putting it elsewhere."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.builder import edits, queries, services
from tremplin.builder.edits import Kind, Refused
from tremplin.builder.forms.place import PlaceForm
from tremplin.builder.views.common import Draft, draft_of, listed_or_404, moved_to, seen_in
from tremplin.builder.views.items import gone, label_of
from tremplin.core import clock
from tremplin.core.errors import Stale
from tremplin.core.text import say
from tremplin.core.ui.posting import posted
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.schema import Question


@never_cache
def delete(request: CohortRequest, kind: str, code: str) -> HttpResponse:
    """Delete an item, after being told what hangs on it."""
    which, draft = listed_or_404(kind), draft_of(request)
    back = cohort_url(request.cohort, "builder:form")
    try:
        edits.remove(draft.text, which, code)
        refused: Refused | None = None
    except Refused as fault:
        refused = fault
    if request.method == "POST":
        try:
            services.remove(
                cohort=request.cohort,
                kind=which,
                code=code,
                seen=seen_in(request),
                actor=request.user,
                now=clock.now(),
                once=request.POST.get("once", ""),
            )
        except (Refused, Stale) as fault:
            messages.error(request, str(fault))
            return HttpResponseRedirect(back)
        messages.success(
            request, _("Deleted from the working copy. “Take the last change back” brings it back.")
        )
        return HttpResponseRedirect(back)
    if code not in draft.form.places(which):
        return gone(request, Refused(_("This is no longer part of the form."), ""))
    answered = queries.answered(request.cohort, clock.now()).people
    context = {
        "draft": draft,
        "kind": which,
        "code": code,
        "label": label_of(draft, which, code),
        "refused": refused,
        "answered": answered.get(code, 0) if which == "question" else 0,
        "open": queries.is_open(request.cohort, clock.now()),
        "questions": [
            (say(question.label), answered.get(question.code, 0))
            for question in _questions_in(draft, which, code)
        ],
    }
    return render(request, "builder/delete.html", context, status=200)


def _questions_in(draft: Draft, kind: Kind, code: str) -> Iterable[Question]:
    for section in draft.plan.application.sections:
        if kind == "section" and section.code == code:
            yield from section.questions


@never_cache
def place(request: CohortRequest, kind: str, code: str) -> HttpResponse:
    """Put an item anywhere in one step, a question also into another section."""
    which, draft = listed_or_404(kind), draft_of(request)
    if code not in draft.form.places(which):
        return gone(request, edits.gone())
    form = PlaceForm(posted(request), plan=draft.plan, kind=which, code=code)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            section, after = form.chosen()
            try:
                services.put(
                    cohort=request.cohort,
                    kind=which,
                    code=code,
                    after=after,
                    section=section,
                    seen=seen_in(request),
                    actor=request.user,
                    now=clock.now(),
                    once=request.POST.get("once", ""),
                )
            except Refused as fault:
                form.add_error("place", str(fault))
            except Stale as fault:
                form.add_error(None, str(fault))
                status = 409
            else:
                return HttpResponseRedirect(moved_to(request.cohort, "place", which, code))
    context = {
        "draft": draft,
        "kind": which,
        "code": code,
        "label": label_of(draft, which, code),
        "form": form,
    }
    return render(request, "builder/place.html", context, status=status)
