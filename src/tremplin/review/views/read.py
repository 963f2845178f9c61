"""Pages of a reviewer: the queue, one application beside its rubric, a conflict, how much one can carry."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.pages import paginate
from tremplin.core.text import whole
from tremplin.core.ui.posting import posted, show_refusal, status_of
from tremplin.core.ui.typed import typed_into
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.review import queries, rules, services, words
from tremplin.review.forms import ConflictForm, ProfileForm, ReviewForm
from tremplin.review.gates import before_list
from tremplin.review.models import Assignment, AssignmentState
from tremplin.review.plan import review_plan


def own_or_404(request: CohortRequest, ref: str) -> Assignment:
    found = queries.one_of(request.cohort, request.user, ref)
    if found is None:
        raise Http404
    return found


@never_cache
def queue(request: CohortRequest) -> HttpResponse:
    """What this reviewer has to read, what is left of it and how long that takes."""
    found = queries.queue_for(request.cohort, request.user)
    context: dict[str, Any] = {
        "first": before_list(request.cohort, request.user),
        "queue": found,
        "page": paginate(found.rows, request),
        "plan": review_plan(request.cohort),
        "late": found.left and clock.now() > found.due,
    }
    context["lines"] = [_row(row) for row in context["page"]]
    context["second"] = any(line["row"].second for line in context["lines"])
    return render(request, "review/queue.html", context)


def _row(row: queries.QueueRow) -> dict[str, Any]:
    state = rules.ASSIGNMENT_STATES[row.state]
    begun = row.started and row.state == AssignmentState.ASSIGNED
    name, tone = (_("Begun"), "warn") if begun else (state.public, state.tone)
    if row.aside:
        name, tone = _("Waits for an answer"), "info"
    return {
        "row": row,
        "state": state,
        "done": row.state == AssignmentState.SUBMITTED,
        "name": name,
        "tone": tone,
    }


@never_cache
def following(request: CohortRequest) -> HttpResponse:
    """To the next application that is still to be read; to the queue when there is none."""
    return to_next(request, after="")


def to_next(request: CohortRequest, after: str) -> HttpResponse:
    first = before_list(request.cohort, request.user)
    if first is not None:
        return HttpResponseRedirect(cohort_url(request.cohort, first.page))
    found = queries.next_for(request.cohort, request.user, after=after)
    if found is None:
        return HttpResponseRedirect(cohort_url(request.cohort, "review:queue"))
    return HttpResponseRedirect(cohort_url(request.cohort, "review:read", ref=found.ref))


@never_cache
def read(request: CohortRequest, ref: str) -> HttpResponse:
    """One application beside its rubric. Sending saves a draft, or submits and goes on to the next."""
    assignment = own_or_404(request, ref)
    plan = review_plan(request.cohort)
    if request.method != "POST":
        page = queries.page_of(assignment)
        noted = queries.noted(assignment.application, request.user)
        if noted.by_others and page.review is None and "open" not in request.GET:
            return _before(request, assignment, page, noted)
        return _reading_page(request, assignment, page, ReviewForm(plan, review=page.review), noted=noted)
    form = ReviewForm(plan, request.POST)
    deed = services.submit_review if request.POST.get("do") == "submit" else services.save_review
    try:
        deed(assignment=assignment, actor=request.user, now=clock.now(), **_sent(request, form))
    except Invalid as fault:
        form.show(fault)
        return _reading_page(request, assignment, queries.page_of(assignment), form, status=422)
    except Stale as stale:
        form.add_error(None, str(stale))
        return _reading_page(request, assignment, queries.page_of(assignment), form, status=409)
    if request.POST.get("do") == "submit":
        messages.success(request, _("Submitted. Thank you."))
        return to_next(request, after=ref)
    messages.success(request, _("Your draft is saved."))
    return HttpResponseRedirect(cohort_url(request.cohort, "review:queue"))


def _before(
    request: CohortRequest, assignment: Assignment, page: queries.Page, noted: queries.Noted
) -> HttpResponse:
    """What a text speaks of, before any of it is shown."""
    spoken_of = words.spoken_of(noted.kinds)
    context = {"assignment": assignment, "name": page.name, "spoken_of": spoken_of}
    return render(request, "review/before.html", context)


def _sent(request: CohortRequest, form: ReviewForm) -> dict[str, Any]:
    """What the form says, as the services take it."""
    return {
        "shown": request.POST.get("shown", ""),
        "expected_version": whole(request.POST.get("version"), -1),
        "scores": form.scores(),
        "comment": request.POST.get("comment", ""),
        "private_note": request.POST.get("private_note", ""),
        "recognised": request.POST.get("recognised", "") == "on",
        "seconds": rules.sitting(shown_at=_moment(request.POST.get("at", "")), now=clock.now()),
    }


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _reading_page(
    request: CohortRequest,
    assignment: Assignment,
    page: queries.Page,
    form: ReviewForm,
    *,
    status: int = 200,
    noted: queries.Noted | None = None,
) -> HttpResponse:
    noted = noted or queries.noted(assignment.application, request.user)
    found = queries.queue_for(request.cohort, request.user)
    submitted = assignment.state == AssignmentState.SUBMITTED
    others = queries.others_of(assignment)
    context = {
        "assignment": assignment,
        "reading": page,
        "form": form,
        "plan": form.plan,
        "queue": found,
        "submitted": submitted,
        "state": rules.ASSIGNMENT_STATES[assignment.state],
        "verdicts": _verdicts(form, page.review.scores, others) if submitted and page.review else [],
        "stored": _verdicts(form, page.review.scores, []) if status == 409 and page.review else [],
        "others": others,
        "may_reopen": rules.may_reopen(submitted=submitted, others_in=bool(others)),
        "at": clock.now().isoformat(),
        "asks": [{"ask": ask, "kind": words.ASKED[ask.kind]} for ask in queries.asks_of(assignment)],
        "spoken_of": words.spoken_of(noted.kinds),
    }
    return render(request, "review/read.html", context, status=status)


def _verdicts(
    form: ReviewForm, scores: rules.Scores, others: list[queries.OtherRead]
) -> list[dict[str, Any]]:
    """Each criterion with the level that was chosen here and by others."""
    return [
        {
            "label": criterion.label,
            "mine": rules.level_words(criterion, scores.get(criterion.code)),
            "others": [rules.level_words(criterion, other.scores.get(criterion.code)) for other in others],
        }
        for criterion in form.plan.criteria
    ]


@never_cache
def autosave(request: CohortRequest, ref: str) -> HttpResponse:
    """Keep the draft while the reviewer goes on; answers with the version that the form now holds."""
    assignment = own_or_404(request, ref)
    form = ReviewForm(review_plan(request.cohort), request.POST)
    now = clock.now()
    review = services.save_review(assignment=assignment, actor=request.user, now=now, **_sent(request, form))
    return JsonResponse({"fields": {"version": str(review.version), "at": now.isoformat()}})


@never_cache
def conflict(request: CohortRequest, ref: str) -> HttpResponse:
    """Pass a read on because of a conflict of interest, after being told what that means."""
    assignment = own_or_404(request, ref)
    form = ConflictForm(posted(request))
    if request.method == "POST" and form.is_valid():
        services.declare_conflict(
            assignment=assignment, actor=request.user, now=clock.now(), reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("Passed on. You will not see this application again."))
        return to_next(request, after=ref)
    context = {
        "assignment": assignment,
        "form": form,
        "possible": assignment.state == AssignmentState.ASSIGNED,
    }
    return render(request, "review/conflict.html", context)


def reopen(request: CohortRequest, ref: str) -> HttpResponse:
    """Take one's own submitted read back to change it."""
    services.reopen(assignment=own_or_404(request, ref), actor=request.user, now=clock.now())
    messages.success(request, _("Reopened. It does not count until you submit it again."))
    return HttpResponseRedirect(cohort_url(request.cohort, "review:read", ref=ref))


@typed_into
def profile(request: CohortRequest) -> HttpResponse:
    """How many applications a reviewer can read, and in which languages."""
    found = queries.profile_of(request.cohort, request.user)
    form = ProfileForm(request.cohort, posted(request), profile=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_profile(
                cohort=request.cohort,
                reviewer=request.user,
                actor=request.user,
                now=clock.now(),
                **form.cleaned_data,
            )
        except Invalid as fault:
            show_refusal(form, fault)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(cohort_url(request.cohort, "review:queue"))
    context = {"form": form, "known": found is not None}
    return render(request, "review/profile.html", context, status=status_of(form))
