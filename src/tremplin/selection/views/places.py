"""Places: who has one, who holds an offer, who waits; places that are given back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Invalid, Message
from tremplin.core.pages import paginate
from tremplin.core.ui.charts import Segment
from tremplin.core.ui.posting import posted, show_refusal, status_of
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role
from tremplin.selection import queries, rules, scholar_rules, services
from tremplin.selection.forms import DeclinedForm, ExtendForm, LeaveForm, ReopenForm
from tremplin.selection.models import Offer, OfferState, Override, Scholar, ScholarState
from tremplin.selection.views.common import waiting_lines


@never_cache
def places(request: CohortRequest) -> HttpResponse:
    """Every offer with its answer, and the waitlist in its order."""
    cohort = request.cohort
    view = queries.places(cohort)
    waiting = paginate(queries.waitlist(cohort, request.user), request)
    context = {
        "view": view,
        "segments": _segments(view) if view else [],
        "lines": [_line(offer) for offer in queries.offers(cohort, request.user)],
        "waiting": waiting,
        "organiser": Role.ORGANISER in request.roles,
        "changes": waiting_lines(queries.waiting_changes(cohort, request.user), cohort) if view else None,
        "gives": rules.promotes(cohort.dates, clock.now()),
    }
    return render(request, "selection/places.html", context)


def _segments(view: queries.PlacesView) -> list[Segment]:
    return [
        Segment(_("Accepted"), view.accepted, tone="ok"),
        Segment(_("Offer open"), view.open, tone="warn"),
        Segment(_("Free"), view.free),
    ]


def _line(offer: Offer) -> dict[str, object]:
    code = "offer" if offer.state == OfferState.OPEN else str(offer.state)
    scholar = getattr(offer.application, "scholar", None)
    active = scholar is not None and scholar_rules.may_follow(scholar.state, ScholarState.LEFT)
    state = rules.OUTCOMES[code]
    # For staff an open offer is something to watch, for its holder good news.
    tone = "warn" if code == "offer" else state.tone
    return {
        "offer": offer,
        "state": state,
        "tone": tone,
        "heard": rules.HEARD.get(offer.heard, ""),
        "scholar": scholar if active else None,
    }


@never_cache
def close(request: CohortRequest) -> HttpResponse:
    """End the waitlist, after being told who hears of it."""
    view = queries.places(request.cohort)
    if request.method == "POST":
        count = services.close_waitlist(cohort=request.cohort, actor=request.user, now=clock.now())
        text = ngettext(
            "Closed. %(count)s person is told by mail.", "Closed. %(count)s people are told by mail.", count
        )
        messages.success(request, text % {"count": count})
        return HttpResponseRedirect(cohort_url(request.cohort, "selection:places"))
    return render(request, "selection/close.html", {"view": view})


@never_cache
def extend(request: CohortRequest, ref: str) -> HttpResponse:
    """Give somebody more time to answer."""
    offer = get_object_or_404(queries.offers(request.cohort, request.user), ref=ref)
    offer.cohort = request.cohort
    zone = ZoneInfo(request.cohort.plan.cohort.time_zone)
    with timezone.override(zone):
        form = ExtendForm(posted(request))
        if request.method == "POST" and form.is_valid() and _extended(request, offer, form):
            messages.success(request, _("The offer is kept longer. Tell the person: no mail says so."))
            return HttpResponseRedirect(cohort_url(request.cohort, "selection:places"))
        context = {"offer": offer, "form": form, "open": offer.state == OfferState.OPEN}
        return render(request, "selection/extend.html", context, status=status_of(form))


def _extended(request: CohortRequest, offer: Offer, form: ExtendForm) -> bool:
    until: datetime = form.cleaned_data["until"]
    try:
        services.extend_offer(offer=offer, actor=request.user, until=until, now=clock.now())
    except Invalid as fault:
        form.add_error("until", fault.errors.get("until", [str(fault)]))
        return False
    return True


@never_cache
def declined(request: CohortRequest, ref: str) -> HttpResponse:
    """Record that somebody declined by telephone, by mail or in person, after being told what follows."""
    offer = get_object_or_404(queries.offers(request.cohort, request.user), ref=ref)
    offer.cohort = request.cohort
    form = DeclinedForm(posted(request))
    if request.method == "POST" and form.is_valid():
        services.record_decline(offer=offer, actor=request.user, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Recorded. A mail tells the person, and how to object."))
        return HttpResponseRedirect(cohort_url(request.cohort, "selection:places"))
    context = {
        "offer": offer,
        "form": form,
        "view": queries.places(request.cohort),
        "open": offer.state == OfferState.OPEN,
        "moves": rules.promotes(request.cohort.dates, clock.now()),
    }
    return render(request, "selection/declined.html", context, status=status_of(form))


@never_cache
def reopen(request: CohortRequest, ref: str) -> HttpResponse:
    """Open a declined offer again, after being told whose places are not touched by it."""
    cohort = request.cohort
    offer = get_object_or_404(queries.offers(cohort, request.user), ref=ref)
    offer.cohort = cohort
    view = queries.places(cohort)
    full = view is not None and not view.free
    most = cohort.plan.cohort.places_max
    until = rules.answer_by(cohort.plan, cohort.dates, clock.now(), promoted=True)
    with timezone.override(ZoneInfo(cohort.plan.cohort.time_zone)):
        form = ReopenForm(posted(request), until=until, one_more=full)
        if request.method == "POST" and form.is_valid() and _reopened(request, offer, form):
            return HttpResponseRedirect(cohort_url(cohort, "selection:places"))
        context = {
            "offer": offer,
            "form": form,
            "view": view,
            "full": full,
            "beyond": full and view is not None and view.places >= most,
            "most": most,
            "heard": rules.HEARD.get(offer.heard, ""),
            "declined": offer.state == OfferState.DECLINED,
            "gives": rules.promotes(cohort.dates, clock.now()),
            "asked": _asked(queries.waiting_changes(cohort, request.user), offer),
        }
        return render(request, "selection/reopen.html", context, status=status_of(form))


def _asked(changes: QuerySet[Override], offer: Offer) -> Override | None:
    """The change that waits for this offer."""
    return changes.filter(application=offer.application_id).first()


def _reopened(request: CohortRequest, offer: Offer, form: ReopenForm) -> bool:
    now = clock.now()
    try:
        if "reason" in form.fields:
            services.ask_for_place(offer=offer, actor=request.user, now=now, **form.cleaned_data)
            done = _("Asked. Another organiser agrees or refuses; until then nothing changes.")
        else:
            services.reopen_offer(offer=offer, actor=request.user, now=now, **form.cleaned_data)
            done = _("Open again. A mail tells the person until when they can answer.")
    except Invalid as fault:
        show_refusal(form, fault)
        return False
    messages.success(request, done)
    return True


@never_cache
def withdraw(request: CohortRequest, ref: str) -> HttpResponse:
    """Give a place back: one's own, or for a scholar who asked an organiser to."""
    scholar = get_object_or_404(queries.visible_scholars(request.cohort, request.user), ref=ref)
    scholar.cohort = request.cohort
    own = scholar.user_id == request.user.pk
    form = LeaveForm(posted(request), own=own)
    if request.method == "POST" and form.is_valid():
        services.withdraw_scholar(
            scholar=scholar, actor=request.user, now=clock.now(), reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("The place is given back."))
        return HttpResponseRedirect(cohort_url(request.cohort, "desk" if own else "selection:places"))
    context = {"scholar": scholar, "form": form, "own": own, "over": _over(scholar)}
    return render(request, "selection/withdraw.html", context, status=status_of(form))


def _over(scholar: Scholar) -> Message:
    """Why there is no place to give back; empty where there is one."""
    if scholar.state == ScholarState.LEFT:
        return _("The place was given back before.")
    return scholar_rules.NOTHING_TO_GIVE_BACK if scholar.state == ScholarState.COMPLETED else ""
