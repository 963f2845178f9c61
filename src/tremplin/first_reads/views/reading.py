"""A reviewer's pages: the list, one text beside the rubric, autosave, a conflict."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.text import whole
from tremplin.first_reads import queries, services
from tremplin.first_reads.forms import FirstReadForm
from tremplin.first_reads.models import FirstReads
from tremplin.first_reads.views.common import opened_or_404, piece_or_404
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.review import rules as review_rules
from tremplin.review.plan import review_plan


@never_cache
def mine(request: CohortRequest) -> HttpResponse:
    """The texts that all read first, and how many are left; afterwards the way to the discussion."""
    found = queries.set_of(request.cohort)
    opened = found is not None and found.opened_at is not None
    rows = queries.mine(found, request.user) if found is not None and opened else []
    following = next((row for row in rows if not row.done), None)
    context = {
        "found": found if opened else None,
        "rows": rows,
        "done": sum(1 for row in rows if row.done),
        "following": following,
        "plan": review_plan(request.cohort),
    }
    return render(request, "first_reads/mine.html", context)


def _row(request: CohortRequest, found: FirstReads, ref: str) -> queries.Row:
    piece = piece_or_404(found, ref)
    return next(row for row in queries.mine(found, request.user) if row.piece == piece)


@never_cache
def read(request: CohortRequest, ref: str) -> HttpResponse:
    """One text beside the rubric. Sending saves a draft, or submits and goes on to the next."""
    found = opened_or_404(request)
    row = _row(request, found, ref)
    plan = review_plan(request.cohort)
    if request.method != "POST":
        return _page(request, found, row, FirstReadForm(plan, read=row.read))
    form = FirstReadForm(plan, request.POST)
    submits = request.POST.get("do") == "submit"
    deed = services.submit if submits else services.save
    try:
        deed(
            piece=row.piece,
            cohort=request.cohort,
            actor=request.user,
            now=clock.now(),
            **_sent(request, form),
        )
    except Invalid as fault:
        form.show(fault)
        return _page(request, found, _row(request, found, ref), form, status=422)
    except Stale as stale:
        form.add_error(None, str(stale))
        return _page(request, found, _row(request, found, ref), form, status=409)
    messages.success(request, _("Submitted. Thank you.") if submits else _("Your draft is saved."))
    return _onward(request, found) if submits else _to_list(request)


def _onward(request: CohortRequest, found: FirstReads) -> HttpResponse:
    services.carry_over(cohort=request.cohort, now=clock.now())
    following = next((row for row in queries.mine(found, request.user) if not row.done), None)
    if following is None:
        return _to_list(request)
    return HttpResponseRedirect(cohort_url(request.cohort, "first_reads:read", ref=following.piece.ref))


def _to_list(request: CohortRequest) -> HttpResponse:
    return HttpResponseRedirect(cohort_url(request.cohort, "first_reads:mine"))


def _sent(request: CohortRequest, form: FirstReadForm) -> dict[str, Any]:
    try:
        at = parse_datetime(request.POST.get("at", ""))
    except ValueError:
        at = None
    return {
        "shown": request.POST.get("shown", ""),
        "expected_version": whole(request.POST.get("version"), -1),
        "scores": form.scores(),
        "comment": request.POST.get("comment", ""),
        "seconds": review_rules.sitting(shown_at=at if at and at.tzinfo else None, now=clock.now()),
    }


def _page(
    request: CohortRequest, found: FirstReads, row: queries.Row, form: FirstReadForm, status: int = 200
) -> HttpResponse:
    page = queries.page_of(row, request.cohort)
    scores = row.read.scores if row.read else {}
    levels = [
        {"label": one.label, "words": review_rules.level_words(one, scores.get(one.code))}
        for one in form.plan.criteria
    ]
    context = {
        "found": found,
        "row": row,
        "reading": page,
        "form": form,
        "plan": form.plan,
        "levels": levels,
        "stored": status == 409 and row.read is not None,
        "at": clock.now().isoformat(),
        "may_discuss": row.done and queries.may_discuss(found, row.piece, request.user),
    }
    return render(request, "first_reads/read.html", context, status=status)


@never_cache
def autosave(request: CohortRequest, ref: str) -> HttpResponse:
    """Keep the draft while the reviewer goes on."""
    found = opened_or_404(request)
    form = FirstReadForm(review_plan(request.cohort), request.POST)
    now = clock.now()
    kept = services.save(
        piece=piece_or_404(found, ref),
        cohort=request.cohort,
        actor=request.user,
        now=now,
        **_sent(request, form),
    )
    return JsonResponse({"fields": {"version": str(kept.version), "at": now.isoformat()}})


def tie(request: CohortRequest, ref: str) -> HttpResponse:
    """Leave a text out whose writer one must not judge."""
    found = opened_or_404(request)
    services.declare_tie(
        piece=piece_or_404(found, ref), cohort=request.cohort, actor=request.user, now=clock.now()
    )
    messages.success(request, _("Left out. You will not be given it again."))
    return _onward(request, found)
