"""The decision room: the whole field in one picture, the list, the draw, two signatures."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid, Message
from tremplin.core.pages import paginate
from tremplin.core.ui.charts import Interval
from tremplin.core.ui.posting import posted, status_of
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review import queries as reviews
from tremplin.selection import explaining, queries, rules, services
from tremplin.selection.fields import BY_NAME, Field, around_the_line
from tremplin.selection.forms import ConfirmForm, PlacesForm, RoundForm, SignForm
from tremplin.selection.models import Decision, Draw, Proposal, ProposalState
from tremplin.selection.queries.mails import mails_wait
from tremplin.selection.views.common import (
    ChangeLine,
    as_it_is_now,
    change_lines,
    standing,
    version,
    waiting_lines,
)

_TONES = {"admit": "ok", "lottery": "warn", "decline": ""}


@never_cache
def room(request: CohortRequest) -> HttpResponse:
    """What is proposed and why; who is to sign next."""
    return _room(request, PlacesForm(request.cohort, places=_places(request)))


def _places(request: CohortRequest) -> int | None:
    found = queries.proposal(request.cohort)
    return found.places if found else None


def _room(request: CohortRequest, form: PlacesForm, status: int = 200) -> HttpResponse:
    cohort, actor = request.cohort, request.user
    proposal = queries.proposal(cohort)
    only = request.GET.get("only", "")
    context: dict[str, Any] = {
        "proposal": proposal,
        "form": form,
        "organiser": Role.ORGANISER in request.roles,
        "reading": reviews.reads(cohort),
        "only": only,
    }
    if proposal is not None:
        final = proposal.state == ProposalState.CONFIRMED
        told = final and not mails_wait(cohort)
        listed = proposal.drawn_at is None
        rows = paginate(queries.decisions(cohort, actor, only=only), request)
        context |= {
            "state": rules.PROPOSAL_STATES["told" if told else "listed" if listed else proposal.state],
            "listed": listed,
            "draw": queries.public_draw(cohort),
            "rule": _rule(cohort),
            "now": clock.now(),
            "told": told,
            "counts": queries.band_counts(cohort),
            "waiting": waiting_lines(queries.waiting_changes(cohort, actor), cohort),
            "figures": proposal.figures,
            **_field(request),
            "page": rows,
            "lines": [_line(row) for row in rows],
            "final": final,
            "outdated": queries.outdated(proposal),
            "may_confirm": queries.stands_signed(proposal) and proposal.signed_by_id != actor.pk,
            "to_sign": not final and not queries.stands_signed(proposal),
            "filters": _filters(only),
        }
    return render(request, "selection/room.html", context, status=status)


def _rule(cohort: Cohort) -> dict[str, Message]:
    plan = cohort.plan.selection
    name, what = explaining.RULES[plan.method] if plan else ("", "")
    return {"name": name, "what": what}


def _filters(only: str) -> list[tuple[str, str, bool]]:
    labels = {
        "": _("All"),
        "offer": _("Offers"),
        "waitlist": _("Waitlist"),
        "decline": _("Declined"),
        "lottery": _("In the draw"),
        "overridden": _("Decided by hand"),
    }
    return [(code, label, code == only) for code, label in labels.items()]


def _field(request: CohortRequest) -> dict[str, Any]:
    """The whole field, and where that is too much for names, the part around the line."""
    rows = queries.fields(request.cohort, request.user)
    named = len(rows) <= BY_NAME
    return {
        "field": [_interval(request, row, named=named) for row in rows],
        "near": [_interval(request, row, named=True) for row in around_the_line(rows)],
    }


def _interval(request: CohortRequest, row: Field, *, named: bool) -> Interval:
    groups = {"admit": _("Clear top"), "lottery": _("In the draw"), "decline": _("Below")}
    return Interval(
        label=row.application_ref.upper(),
        low=row.low,
        estimate=row.estimate,
        high=row.high,
        tone=_TONES[row.band],
        group=groups[row.band],
        href=cohort_url(request.cohort, "selection:decision", ref=row.ref) if named else "",
    )


def _line(row: Decision) -> dict[str, Any]:
    return {
        "decision": row,
        "outcome": rules.DECISION_STATES[standing(row)],
        "chance": explaining.chance_words(row.chance),
    }


@never_cache
def propose(request: CohortRequest) -> HttpResponse:
    """Work the proposal out, or work it out again with the reads of today."""
    form = PlacesForm(request.cohort, request.POST)
    if not form.is_valid():
        return _room(request, form, status=422)
    services.propose(
        cohort=request.cohort, actor=request.user, now=clock.now(), places=form.cleaned_data["places"]
    )
    messages.success(request, _("Proposed. Read the list; nothing is final before two people have signed."))
    return HttpResponseRedirect(cohort_url(request.cohort, "selection:room"))


@never_cache
def draw_places(request: CohortRequest) -> HttpResponse:
    """Draw from the list that is on screen."""
    try:
        services.draw_places(
            cohort=request.cohort, actor=request.user, version=version(request), now=clock.now()
        )
    except Conflict as refusal:
        return as_it_is_now(request, refusal)
    messages.success(request, _("Drawn. Read the list; nothing is final before two people have signed."))
    return HttpResponseRedirect(cohort_url(request.cohort, "selection:room"))


@never_cache
def public_round(request: CohortRequest) -> HttpResponse:
    """Note what the announced round of drand shows, once it has come."""
    cohort, form = request.cohort, RoundForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.give_value(
                cohort=cohort, actor=request.user, text=form.cleaned_data["shown"], now=clock.now()
            )
        except Invalid as fault:
            form.add_error("shown", fault.errors.get("shown", [str(fault)]))
        else:
            messages.success(request, _("Noted. Now the places can be drawn."))
            return HttpResponseRedirect(cohort_url(cohort, "selection:room"))
    draw = queries.public_draw(cohort)
    found = draw.round if draw else None
    context = {
        "round": found,
        "form": form,
        "come": found is not None and found.comes_at <= clock.now(),
        "drawn": Draw.objects.filter(cohort=cohort).exclude(file="").exists(),
    }
    return render(request, "selection/round.html", context, status=status_of(form))


@never_cache
def sign(request: CohortRequest) -> HttpResponse:
    """The first signature, after what would follow is on screen."""
    form = SignForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.sign(
                cohort=request.cohort,
                actor=request.user,
                version=version(request),
                now=clock.now(),
                share_comments=form.cleaned_data["share_comments"],
            )
        except Conflict as refusal:
            return as_it_is_now(request, refusal)
        messages.success(request, _("Signed. Another organiser has to confirm it now."))
        return HttpResponseRedirect(cohort_url(request.cohort, "selection:room"))
    return _consequences(request, form, "selection/sign.html")


@never_cache
def confirm(request: CohortRequest) -> HttpResponse:
    """The second signature, by somebody else; from here on decisions are final."""
    form = ConfirmForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.confirm(
                cohort=request.cohort, actor=request.user, version=version(request), now=clock.now()
            )
        except Conflict as refusal:
            return as_it_is_now(request, refusal)
        messages.success(
            request, _("Confirmed. The mails wait in the outbox: look at them and release them.")
        )
        return HttpResponseRedirect(cohort_url(request.cohort, "selection:room"))
    return _consequences(request, form, "selection/confirm.html")


def _consequences(request: CohortRequest, form: SignForm | ConfirmForm, template: str) -> HttpResponse:
    cohort = request.cohort
    proposal = queries.proposal(cohort)
    context: dict[str, Any] = {"form": form, "proposal": proposal}
    if proposal is not None:
        context |= _facts(request, proposal)
    return render(request, template, context, status=status_of(form))


def _facts(request: CohortRequest, proposal: Proposal) -> dict[str, Any]:
    cohort = request.cohort
    announced = cohort.dates.get("decisions_out")
    return {
        "counts": queries.band_counts(cohort),
        "early": announced if announced and clock.now() < announced else None,
        "answer_by": rules.answer_by(cohort.plan, cohort.dates, clock.now()),
        "by_hand": _by_hand(request),
        "waiting": waiting_lines(queries.waiting_changes(cohort, request.user), cohort),
        "listed": proposal.drawn_at is None,
        "draw": queries.public_draw(cohort),
        "own_signature": proposal.signed_by_id == request.user.pk,
        "signed": queries.stands_signed(proposal),
        "outdated": queries.outdated(proposal),
        "final": proposal.state == ProposalState.CONFIRMED,
    }


def _by_hand(request: CohortRequest) -> list[ChangeLine]:
    """What stands on the list by hand, the first fifty."""
    rows = queries.decisions(request.cohort, request.user, only="overridden")[:50]
    return change_lines([row.override for row in rows if row.override], request.cohort)
