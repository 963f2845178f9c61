"""Pages for organisers: what goes when, and keeping something longer for a legal reason."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.privacy import queries, services
from tremplin.privacy.forms import HoldForm
from tremplin.privacy.models import Hold
from tremplin.privacy.queries.retention import rule_words
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.queries import names_of
from tremplin.programmes.retention import class_of, frozen
from tremplin.programmes.roles import Role


@never_cache
def retention(request: CohortRequest) -> HttpResponse:
    """What of this cohort goes when, what holds it, and what has gone."""
    cohort, now = request.cohort, clock.now()
    found = queries.lines(cohort, request.user, now=now)
    names = names_of(line.hold.placed_by for line in found if line.hold)
    following = next((line for line in found if line.kept.purge and line.count and line.day), None)
    past = queries.past_rounds(cohort, request.user)
    context = {
        "lines": [
            (line, rule_words(line.kept, cohort), names.get(line.hold.placed_by, "–") if line.hold else "")
            for line in found
        ],
        "following": following,
        "past": past,
        "tally": frozen(cohort, "applications") if past else None,
        "organiser": Role.ORGANISER in request.roles,
        "profile": cohort.profile,
        "rehearsal": not past and cohort.invented,
        "now": now,
    }
    return render(request, "privacy/retention.html", context)


@never_cache
def hold(request: CohortRequest, kept: str) -> HttpResponse:
    """Keep one class of data longer: why, and until when."""
    cohort, now = request.cohort, clock.now()
    found = class_of(kept)
    if found is None or found.purge is None:
        raise Http404
    standing = queries.holds_in_force(cohort, now).get(kept)
    form = HoldForm(request.POST or None, initial={"reason": standing.reason if standing else ""})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                services.place(
                    cohort=cohort,
                    kept=kept,
                    reason=form.cleaned_data["reason"],
                    until=_end_of(form.cleaned_data["until"], cohort.plan.cohort.time_zone),
                    actor=request.user,
                    now=now,
                )
            except Invalid as refusal:
                for name, faults in refusal.errors.items():
                    form.add_error(name if name in form.fields else None, faults)
            else:
                messages.success(request, _("It stays until then. The log says so, without the reason."))
                return HttpResponseRedirect(cohort_url(cohort, "privacy:retention"))
        status = 422
    context = {
        "form": form,
        "kept": found,
        "goes": found.first_day(cohort),
        "rule": rule_words(found, cohort),
        "standing": standing,
    }
    return render(request, "privacy/hold.html", context, status=status)


def _end_of(day: date, zone: str) -> datetime:
    """When a day has ended in the cohort's zone."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))


def lift(request: CohortRequest, ref: str) -> HttpResponse:
    """End a hold before its day."""
    found = get_object_or_404(Hold.objects.filter(cohort=request.cohort), ref=ref)
    services.lift(hold=found, actor=request.user, now=clock.now())
    messages.success(request, _("The hold has ended: what is over goes with the next round."))
    return HttpResponseRedirect(cohort_url(request.cohort, "privacy:retention"))
