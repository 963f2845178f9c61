"""Pages about what was given out and to whom: sharings-out, a reviewer who reads less, conflicts that are none."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from tremplin.applications import queries as application_queries
from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid, Stale
from tremplin.core.pages import paginate
from tremplin.core.ui.posting import posted, show_refusal, status_of
from tremplin.core.ui.typed import typed_into
from tremplin.people.models import User
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.review import queries, services, words
from tremplin.review.forms import HandoverForm, SetAsideForm
from tremplin.review.ties import MAY_ERR


@never_cache
def given(request: CohortRequest) -> HttpResponse:
    """Every sharing-out: who gave how many reads to how many people, and whether it was undone."""
    page = paginate(queries.sharings(request.cohort, request.user), request)
    return render(request, "review/given.html", {"page": page})


@never_cache
def sharing(request: CohortRequest, ref: str) -> HttpResponse:
    """One sharing-out: what became of its reads, and what undoing it would take back."""
    found = get_object_or_404(queries.sharings(request.cohort, request.user), ref=ref)
    found.cohort = request.cohort
    status = 200
    if request.method == "POST":
        try:
            done = services.undo(
                sharing=found,
                actor=request.user,
                now=clock.now(),
                expected=request.POST.get("fingerprint", "-"),
            )
        except Stale as stale:
            messages.warning(request, str(stale))
            status = 409
        else:
            text = ngettext("%(count)s read was taken back.", "%(count)s reads were taken back.", done.back)
            messages.success(request, text % {"count": done.back})
            return HttpResponseRedirect(cohort_url(request.cohort, "review:given"))
    context = {
        "sharing": found,
        "preview": services.plan_undo(sharing=found, actor=request.user),
        "closed": queries.closed(request.cohort),
    }
    return render(request, "review/sharing.html", context, status=status)


def _person(request: CohortRequest, ref: str) -> User:
    person: User = get_object_or_404(people_with(request.cohort, Role.REVIEWER), ref=ref)
    return person


@never_cache
def handover(request: CohortRequest, ref: str) -> HttpResponse:
    """Somebody leaves, pauses or reads less: first who would read on in their place, then it is done."""
    person, cohort, now = _person(request, ref), request.cohort, clock.now()
    sent = posted(request) or (request.GET if "kind" in request.GET else None)
    form = HandoverForm(sent)
    preview, status = None, 200
    if sent is not None and form.is_valid():
        change = services.LoadChange(**form.cleaned_data)
        asked: Any = {
            "cohort": cohort,
            "reviewer": person,
            "actor": request.user,
            "now": now,
            "change": change,
        }
        try:
            if request.method == "POST":
                done = services.hand_over(**asked, expected=request.POST.get("fingerprint", "-"))
                messages.success(request, _handed(person, done))
                return HttpResponseRedirect(cohort_url(cohort, "review:progress"))
            preview = services.plan_handover(**asked)
        except Stale as stale:
            messages.warning(request, str(stale))
            preview, status = services.plan_handover(**asked), 409
        except Invalid as fault:
            show_refusal(form, fault)
    context = {
        "reviewer": person,
        "form": form,
        "preview": preview,
        "reads": paginate([_handed_read(row) for row in preview.reads], request) if preview else None,
        "kept": [(name, form.data.get(name, "")) for name in form.fields] if preview else [],
    }
    return render(request, "review/handover.html", context, status=max(status, status_of(form)))


def _handed(person: User, done: services.HandoverPreview) -> str:
    if not done.reads:
        return _("Noted. Nothing had to change hands.")
    text = ngettext(
        "%(count)s read of %(name)s went to somebody else.",
        "%(count)s reads of %(name)s went to others.",
        done.handed_on,
    )
    return text % {"count": done.handed_on, "name": person.get_full_name()}


def _handed_read(row: services.HandedRead) -> dict[str, Any]:
    why = words.shortage(row.reason, row.language) if row.reason else ""
    return {"row": row, "why": why}


def back(request: CohortRequest, ref: str) -> HttpResponse:
    """Somebody who had left or paused is back."""
    person = _person(request, ref)
    many = services.come_back(cohort=request.cohort, reviewer=person, actor=request.user, now=clock.now())
    text = ngettext(
        "Welcome back. %(count)s read that they had begun is theirs again.",
        "Welcome back. %(count)s reads that they had begun are theirs again.",
        many,
    )
    messages.success(request, text % {"count": many})
    return HttpResponseRedirect(cohort_url(request.cohort, "review:reviewer", ref=ref))


@typed_into
def tie(request: CohortRequest, ref: str, reviewer: str, kind: str) -> HttpResponse:
    """Say that a conflict that was worked out is none, or let it count again."""
    cohort, now = request.cohort, clock.now()
    application = get_object_or_404(application_queries.submitted(cohort), ref=ref)
    person = _person(request, reviewer)
    if kind not in MAY_ERR:
        raise Http404
    rows = queries.set_aside(cohort, request.user, application).filter(reviewer=person, kind=kind)
    row = rows.first()
    form = SetAsideForm(posted(request) if row is None else None)
    done = HttpResponseRedirect(cohort_url(cohort, "review:reads", ref=ref))
    if request.method == "POST" and row is not None:
        row.cohort = cohort
        services.restore_tie(row=row, actor=request.user, now=now)
        messages.success(request, _("This conflict counts again."))
        return done
    if request.method == "POST" and form.is_valid():
        try:
            services.set_tie_aside(
                cohort=cohort,
                application=application,
                reviewer=person,
                kind=kind,
                actor=request.user,
                now=now,
                **form.cleaned_data,
            )
        except (Invalid, Conflict) as fault:
            show_refusal(form, fault)
        else:
            messages.success(request, _("Set aside. They may be given this application from now on."))
            return done
    found = queries.candidates(cohort, request.user, application, now=now)
    own = next((one for one in found if one.reviewer == person), None)
    ties = [one for one in (*own.ties, *own.aside) if one.kind == kind] if own else []
    context = {
        "application": application,
        "reviewer": person,
        "row": row,
        "form": form,
        "why": words.tie_words(ties),
    }
    return render(request, "review/tie.html", context, status=status_of(form))
