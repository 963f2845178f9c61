"""Organisers' pages: the set and who has read it, choosing an application, writing a text."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.ui.posting import posted, show_refusal, status_of
from tremplin.first_reads import queries, rules, services
from tremplin.first_reads.forms import ChooseForm, OwnTextForm, SetForm
from tremplin.first_reads.models import Piece
from tremplin.people.models import User
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role


@never_cache
def organise(request: CohortRequest) -> HttpResponse:
    """What all read first, how it counts, how far everybody is."""
    found = queries.set_of(request.cohort)
    form = SetForm(posted(request), found=found)
    if request.method == "POST" and form.is_valid():
        fixed = {"counting": found.counting, "holds": found.holds} if found and found.opened_at else {}
        try:
            services.set_up(
                cohort=request.cohort, actor=request.user, now=clock.now(), **{**form.cleaned_data, **fixed}
            )
        except (Invalid, Conflict) as fault:
            show_refusal(form, fault)
        else:
            messages.success(request, _("Saved."))
            return _back(request)
    pieces = list(queries.pieces_of(found)) if found else []
    context = {
        "found": found,
        "form": form,
        "pieces": [
            {
                "piece": piece,
                "number": number,
                "may": bool(found and queries.may_discuss(found, piece, request.user)),
            }
            for number, piece in enumerate(pieces, 1)
        ],
        "readers": queries.readers(found, request.user) if found else [],
        "missing": max(0, rules.FEWEST - len(pieces)),
        "full": len(pieces) >= rules.MOST,
        "fewest": rules.FEWEST,
        "most": rules.MOST,
    }
    return render(request, "first_reads/organise.html", context, status=status_of(form))


def _back(request: CohortRequest) -> HttpResponse:
    return HttpResponseRedirect(cohort_url(request.cohort, "first_reads:organise"))


@never_cache
def choose(request: CohortRequest) -> HttpResponse:
    """Put an application into the set by its number."""
    form = ChooseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.add_application(
                cohort=request.cohort, actor=request.user, now=clock.now(), ref=form.cleaned_data["ref"]
            )
        except (Invalid, Conflict) as fault:
            show_refusal(form, fault)
        else:
            messages.success(request, _("Added."))
            return _back(request)
    return render(request, "first_reads/choose.html", {"form": form}, status=status_of(form))


@never_cache
def write(request: CohortRequest) -> HttpResponse:
    """Put answers into the set that organisers write themselves."""
    form = OwnTextForm(request.cohort, queries.questions_of(request.cohort), posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.add_text(
                cohort=request.cohort,
                actor=request.user,
                now=clock.now(),
                language=form.cleaned_data["language"],
                texts=form.texts(),
            )
        except (Invalid, Conflict) as fault:
            show_refusal(form, fault)
        else:
            messages.success(request, _("Added."))
            return _back(request)
    return render(request, "first_reads/write.html", {"form": form}, status=status_of(form))


def open_set(request: CohortRequest) -> HttpResponse:
    """Give the set to all reviewers."""
    services.open_set(cohort=request.cohort, actor=request.user, now=clock.now())
    messages.success(request, _("Open. Every reviewer finds them before their own list."))
    return _back(request)


def close(request: CohortRequest) -> HttpResponse:
    """Hold nobody any more."""
    services.close(cohort=request.cohort, actor=request.user, now=clock.now())
    messages.success(request, _("Closed. Nobody’s own list waits for them any more."))
    return _back(request)


def let_go(request: CohortRequest, ref: str) -> HttpResponse:
    """Let one reviewer begin their own list."""
    person: User = get_object_or_404(people_with(request.cohort, Role.REVIEWER), ref=ref)
    services.let_go(cohort=request.cohort, reviewer=person, actor=request.user, now=clock.now())
    messages.success(request, _("Their own list begins now."))
    return _back(request)


def remove(request: CohortRequest, ref: str) -> HttpResponse:
    """Take a text out of the set."""
    piece = get_object_or_404(Piece, first_reads__cohort=request.cohort, ref=ref)
    services.remove(piece=piece, cohort=request.cohort, actor=request.user, now=clock.now())
    messages.success(request, _("Taken out."))
    return _back(request)
