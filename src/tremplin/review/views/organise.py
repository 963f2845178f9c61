"""Pages of those who organise the reading: how far it is, who is not read yet, who carries what."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from tremplin.applications import queries as application_queries
from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.pages import paginate
from tremplin.core.text import say
from tremplin.core.ui.charts import FunnelRow, Load
from tremplin.core.ui.posting import posted, show_refusal, status_of
from tremplin.core.ui.typed import typed_into
from tremplin.people.models import User
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.review import queries, rules, services, words
from tremplin.review.forms import ConflictForm, OtherProfileForm, ReopenForm
from tremplin.review.limits import is_here
from tremplin.review.models import Assignment, AssignmentState
from tremplin.review.plan import review_plan
from tremplin.review.ties import MAY_ERR

_AT_HAND = 500  # applications without reviewers whose plan is made for a card at once


@never_cache
def progress(request: CohortRequest) -> HttpResponse:
    """Reads needed and done, loads, agreement; and above all: who has not been read by anybody."""
    cohort, now = request.cohort, clock.now()
    found = queries.progress(cohort)
    readers = queries.reader_rows(cohort, request.user)
    context = {
        "progress": found,
        "steps": [
            FunnelRow(_("Reads needed"), found.needed),
            FunnelRow(_("Given out"), found.given),
            FunnelRow(_("Reads done"), found.done),
        ],
        "loads": [_load(request, row) for row in readers],
        "readers": readers,
        "foreseen": queries.foreseen(cohort, now=now),
        "agreement": queries.agreement(cohort, request.user),
        "late": now > found.due and found.short,
        "organiser": Role.ORGANISER in request.roles,
        "surge": _surge(request, now) if Role.ORGANISER in request.roles else None,
        "closed": queries.closed(cohort),
        "second": (second := queries.second_standing(cohort, now)),
        "waits_for": words.SECOND_WAITS.get(second.code, ""),
    }
    return render(request, "review/progress.html", context)


def _surge(request: CohortRequest, now: datetime) -> dict[str, Any] | None:
    """What came since reads were given out, and how it would go; beyond a few hundred its own page says how."""
    found = queries.surge(request.cohort, request.user)
    if found is None:
        return None
    if found.lacking > _AT_HAND:
        return {"surge": found, "plan": None}
    plan = services.plan_missing(cohort=request.cohort, actor=request.user, now=now)
    people = sum(1 for row in plan.loads if row.then > row.now)
    most = max((row.then - row.now for row in plan.loads), default=0)
    return {"surge": found, "plan": plan, "people": people, "most": most}


def _load(request: CohortRequest, row: queries.ReaderRow) -> Load:
    href = ""
    if Role.ORGANISER in request.roles:
        href = cohort_url(request.cohort, "review:reviewer", ref=row.reviewer.ref)
    room = row.given if row.capacity is None else row.capacity
    return Load(row.reviewer.get_full_name(), row.done, row.given, room, href)


@never_cache
def assign(request: CohortRequest) -> HttpResponse:
    """What giving out the reads would do; confirming does exactly that."""
    cohort, now = request.cohort, clock.now()
    status = 200
    if request.method == "POST":
        try:
            done = services.assign(
                cohort=cohort, actor=request.user, now=now, expected=request.POST.get("fingerprint", "-")
            )
        except Stale as stale:
            messages.warning(request, str(stale))
            status = 409
        else:
            text = ngettext("%(count)s read was given out.", "%(count)s reads were given out.", done.new)
            messages.success(request, text % {"count": done.new})
            return HttpResponseRedirect(cohort_url(cohort, "review:progress"))
    preview = services.plan_assignment(cohort=cohort, actor=request.user, now=now)
    context = {
        "preview": preview,
        "loads": [_planned(row) for row in preview.loads],
        "short": [
            {"row": row, "why": words.shortage(row.reason, row.language)} for row in preview.short[:100]
        ],
        "more": max(0, len(preview.short) - 100),
        "changes": paginate(preview.changes, request),
        "tied": [{"row": row, "why": words.tie_words(row.ties)} for row in preview.tied[:100]],
        "more_tied": max(0, len(preview.tied) - 100),
    }
    return render(request, "review/assign.html", context, status=status)


def _planned(row: services.ReaderLoad) -> Load:
    more = row.then - row.now
    name = row.reviewer.get_full_name()
    room = row.then if row.limit.most is None or not row.limit.here else row.limit.most
    return Load(f"{name} (+{more})" if more > 0 else name, row.done, row.then, room)


@never_cache
def applications(request: CohortRequest) -> HttpResponse:
    """Applications by how often they were read, those that nobody has read first."""
    only = request.GET.get("only", "")
    rows = queries.applications_by_reads(request.cohort, request.user, only=only)
    labels = {
        "": _("All"),
        "unread": _("Read by nobody yet"),
        "short": _("Reads missing"),
        "without": _("Without a reviewer"),
    }
    context = {
        "page": paginate(rows, request),
        "filters": [(code, label, code == only) for code, label in labels.items()],
        "only": only,
        "reads": review_plan(request.cohort).reads,
        "organiser": Role.ORGANISER in request.roles,
    }
    return render(request, "review/applications.html", context)


@never_cache
def reads(request: CohortRequest, ref: str) -> HttpResponse:
    """All reads of one application with what each reviewer found."""
    application = get_object_or_404(application_queries.submitted(request.cohort), ref=ref)
    plan = review_plan(request.cohort)
    rows = [
        {"read": row, "state": rules.ASSIGNMENT_STATES[row.state], "levels": _levels(request, row)}
        for row in queries.reads_of(request.cohort, request.user, application)
    ]
    found = queries.candidates(request.cohort, request.user, application, now=clock.now())
    context = {
        "application": application,
        "rows": rows,
        "plan": plan,
        "asks": [
            {"ask": ask, "kind": words.ASKED[ask.kind]}
            for ask in queries.asked(request.cohort, request.user).filter(assignment__application=application)
        ],
        "candidates": [_candidate(row) for row in found],
        "free": sum(1 for row in found if row.state in {"kept", "given", "possible"}),
    }
    return render(request, "review/reads.html", context)


def _candidate(row: queries.Candidate) -> dict[str, Any]:
    name, tone = words.STANDINGS[row.state]
    return {
        "row": row,
        "name": name,
        "tone": tone,
        "why": words.tie_words(row.ties),
        "doubtful": sorted({tie.kind for tie in row.ties} & MAY_ERR),
        "aside": [{"kind": tie.kind, "why": words.tie_words([tie])} for tie in row.aside],
    }


def _levels(request: CohortRequest, row: Assignment) -> list[dict[str, str]]:
    review = getattr(row, "review", None)
    if review is None or row.state != AssignmentState.SUBMITTED:
        return []
    return [
        {
            "label": say(criterion.label),
            "words": rules.level_words(criterion, review.scores.get(criterion.code)),
        }
        for criterion in review_plan(request.cohort).criteria
    ]


@never_cache
def act(request: CohortRequest, ref: str) -> HttpResponse:
    """Reopen one read, or take it from a reviewer who must not do it."""
    rows = Assignment.objects.filter(cohort=request.cohort).select_related("application", "reviewer")
    assignment = get_object_or_404(rows, ref=ref)
    assignment.cohort = request.cohort
    submitted = assignment.state == AssignmentState.SUBMITTED
    form: ReopenForm | ConflictForm = (
        ReopenForm(posted(request)) if submitted else ConflictForm(request.POST or None)
    )
    if request.method == "POST" and form.is_valid():
        deed: Any = services.reopen if submitted else services.declare_conflict
        deed(assignment=assignment, actor=request.user, now=clock.now(), reason=form.cleaned_data["reason"])
        messages.success(
            request, _("Reopened.") if submitted else _("Taken away and given to somebody else if possible.")
        )
        back = cohort_url(request.cohort, "review:reads", ref=assignment.application.ref)
        return HttpResponseRedirect(back)
    context = {"assignment": assignment, "form": form, "submitted": submitted}
    return render(request, "review/act.html", context, status=status_of(form))


@typed_into
def reviewer(request: CohortRequest, ref: str) -> HttpResponse:
    """Set a reviewer's load and languages for them."""
    person: User = get_object_or_404(people_with(request.cohort, Role.REVIEWER), ref=ref)
    profile = queries.profile_of(request.cohort, person)
    form = OtherProfileForm(request.cohort, posted(request), profile=profile)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_profile(
                cohort=request.cohort,
                reviewer=person,
                actor=request.user,
                now=clock.now(),
                **form.cleaned_data,
            )
        except Invalid as fault:
            show_refusal(form, fault)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(cohort_url(request.cohort, "review:progress"))
    context = {
        "form": form,
        "reviewer": person,
        "profile": profile,
        "gone": profile is not None and not is_here(request.cohort, profile, clock.now()),
    }
    return render(request, "review/reviewer.html", context, status=status_of(form))
