"""One decision and how it is changed by hand: proposed by one organiser, answered by another."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.ui.posting import posted, show_refusal, status_of
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role
from tremplin.review import queries as reviews
from tremplin.selection import explaining, queries, rules, services
from tremplin.selection.forms import AnswerForm, OverrideForm
from tremplin.selection.models import Decision, Override, OverrideState, ProposalState, Wanted
from tremplin.selection.views.common import as_it_is_now, change_lines, standing, version


@never_cache
def decision(request: CohortRequest, ref: str) -> HttpResponse:
    """One application: its evidence, why it stands where it stands, and a change by hand to propose."""
    cohort = request.cohort
    found = get_object_or_404(queries.decisions(cohort, request.user), ref=ref)
    found.proposal.cohort = cohort
    form = OverrideForm(cohort.profile, posted(request), overridden=found.overridden)
    if request.method == "POST" and form.is_valid() and _proposed(request, found, form):
        messages.success(
            request, _("Proposed. Another organiser agrees or refuses; the list changes when they agree.")
        )
        return HttpResponseRedirect(cohort_url(cohort, "selection:room"))
    changes = queries.changes_of(found, cohort, request.user)
    context = {
        "decision": found,
        "proposal": found.proposal,
        "explanation": explaining.explanation(queries.evidence_of(found, cohort, found.proposal.figures)),
        "outcome": rules.DECISION_STATES[standing(found)],
        "second": reviews.passes_read(cohort, found.application)[1] if cohort.plan.opened else 0,
        "chance": explaining.chance_words(found.chance),
        "feedback": rules.feedback_words(cohort.plan, found.feedback),
        "form": form,
        "changes": change_lines(changes, cohort),
        "waits": any(change.state == OverrideState.WAITS for change in changes),
        "organiser": Role.ORGANISER in request.roles,
        "final": found.proposal.state == ProposalState.CONFIRMED,
    }
    return render(request, "selection/decision.html", context, status=status_of(form))


def _proposed(request: CohortRequest, found: Decision, form: OverrideForm) -> bool:
    try:
        services.propose_override(
            decision=found,
            actor=request.user,
            version=version(request),
            now=clock.now(),
            **form.cleaned_data,
        )
    except Invalid as fault:
        show_refusal(form, fault)
        return False
    return True


@never_cache
def change(request: CohortRequest, ref: str) -> HttpResponse:
    """A change that somebody proposed, for a second person to agree to or refuse."""
    cohort = request.cohort
    found = get_object_or_404(queries.overrides(cohort, request.user), ref=ref)
    found.proposal.cohort = cohort
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            if _answered(request, found, form):
                page = "selection:places" if found.wanted == Wanted.PLACE else "selection:room"
                return HttpResponseRedirect(cohort_url(cohort, page))
        except Conflict as refusal:
            return as_it_is_now(request, refusal)
    [line] = change_lines([found], cohort)
    context = {
        "line": line,
        "change": found,
        "decision": getattr(found.application, "decision", None),
        "version": found.proposal.version,
        "until": _until(found),
        "form": form,
        "waits": found.state == OverrideState.WAITS,
        "own": found.proposed_by_id == request.user.pk,
        "about_me": found.application.applicant_id == request.user.pk,
        "place": found.wanted == Wanted.PLACE,
        "organiser": Role.ORGANISER in request.roles,
    }
    return render(request, "selection/change.html", context, status=status_of(form))


def _until(found: Override) -> datetime | None:
    """Until when an offer that is opened again would wait for its answer."""
    said = found.terms.get("until")
    return datetime.fromisoformat(said) if said else None


def _answered(request: CohortRequest, found: Override, form: AnswerForm) -> bool:
    """Whether the answer was taken; if not, the form says why."""
    actor, now = request.user, clock.now()
    try:
        if form.cleaned_data["agree"] == "no":
            services.refuse_override(override=found, actor=actor, answer=form.cleaned_data["answer"], now=now)
            done = _("Refused. It is kept with your reason, and nothing changes.")
        elif found.wanted == Wanted.PLACE:
            services.agree_place(override=found, actor=actor, now=now)
            done = _("Open again. A mail tells the person until when they can answer.")
        else:
            services.agree_override(override=found, actor=actor, version=version(request), now=now)
            done = _("Agreed. The rest of the list has moved accordingly.")
    except Invalid as fault:
        show_refusal(form, fault)
        return False
    messages.success(request, done)
    return True


@never_cache
def drop(request: CohortRequest, ref: str) -> HttpResponse:
    """Take back a change that one proposed oneself."""
    cohort = request.cohort
    found = get_object_or_404(queries.overrides(cohort, request.user), ref=ref)
    found.proposal.cohort = cohort
    try:
        services.drop_override(override=found, actor=request.user, now=clock.now())
    except Conflict as refusal:
        return as_it_is_now(request, refusal)
    messages.success(request, _("Taken back."))
    page = "selection:places" if found.wanted == Wanted.PLACE else "selection:room"
    return HttpResponseRedirect(cohort_url(cohort, page))
