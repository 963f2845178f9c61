"""What mentors offer and scholars wish. Posting saves; a form from an old tab keeps what was typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.ui.amounts import number
from tremplin.core.ui.posting import posted, show_refusal
from tremplin.core.ui.typed import typed_into
from tremplin.mentoring import services
from tremplin.mentoring.forms import OfferForm, WishForm
from tremplin.mentoring.models import MatchWish, MentorProfile
from tremplin.mentoring.views.common import page
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.selection.models import Scholar

_OFFER = ("capacity", "topics", "languages", "about", "version")
_WISH = ("topics", "languages", "note", "version")


@typed_into
def offer(request: CohortRequest) -> HttpResponse:
    """A mentor says what they offer."""
    plan = services.plan_of(request.cohort)
    kept = MentorProfile.objects.filter(cohort=request.cohort, user=request.user).first()
    first = {"languages": [request.user.language], "capacity": 1, "version": 0}
    form: forms.Form = OfferForm(plan, posted(request), initial=_stored(kept, _OFFER) or first)
    stale = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.save_profile(
                cohort=request.cohort,
                actor=request.user,
                capacity=data["capacity"],
                topics=data.get("topics", []),
                languages=data["languages"],
                about=data["about"],
                expected_version=data["version"],
                now=clock.now(),
            )
        except Invalid as refusal:
            show_refusal(form, refusal)
        except Stale as refusal:
            stale = refusal
            form = OfferForm(plan, _newer(request, stale))
            show_refusal(form, stale)
        else:
            messages.success(request, _("Saved. The organisers pair you by it."))
            return HttpResponseRedirect(cohort_url(request.cohort, "desk"))
    context = {"form": form, "hours": plan.hours_a_week, "stored": _facts(form, stale, _OFFER)}
    return page(request, "mentoring/offer.html", context, status=409 if stale else 0)


@typed_into
def wish(request: CohortRequest) -> HttpResponse:
    """A scholar says what they wish of a mentor."""
    plan = services.plan_of(request.cohort)
    scholar = get_object_or_404(Scholar, cohort=request.cohort, user=request.user)
    scholar.cohort = request.cohort
    kept = MatchWish.objects.filter(scholar=scholar).first()
    first = {"languages": [request.user.language], "version": 0}
    form: forms.Form = WishForm(plan, posted(request), initial=_stored(kept, _WISH) or first)
    stale = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.save_wish(
                scholar=scholar,
                actor=request.user,
                topics=data.get("topics", []),
                languages=data["languages"],
                note=data["note"],
                expected_version=data["version"],
                now=clock.now(),
            )
        except Invalid as refusal:
            show_refusal(form, refusal)
        except Stale as refusal:
            stale = refusal
            form = WishForm(plan, _newer(request, stale))
            show_refusal(form, stale)
        else:
            messages.success(request, _("Saved. The organisers pair you by it."))
            return HttpResponseRedirect(cohort_url(request.cohort, "desk"))
    context = {"form": form, "stored": _facts(form, stale, _WISH)}
    return page(request, "mentoring/wish.html", context, status=409 if stale else 0)


def _stored(row: Any, fields: Sequence[str]) -> dict[str, Any]:
    return {field: getattr(row, field) for field in fields} if row else {}


def _newer(request: CohortRequest, stale: Stale) -> Mapping[str, Any]:
    """What was typed, on top of what is stored now: sending it again overwrites knowingly."""
    data = request.POST.copy()
    data["version"] = str(getattr(stale.current, "version", 0))
    return data


def _facts(form: forms.Form, stale: Stale | None, fields: Sequence[str]) -> list[tuple[str, str]]:
    """What another tab saved, label by label."""
    if stale is None:
        return []
    facts = []
    for name in fields:
        if name not in form.fields or name == "version":
            continue
        bound, value = form[name], getattr(stale.current, name)
        if isinstance(value, list):
            value = ", ".join(str(box.choice_label) for box in bound.subwidgets if box.data["value"] in value)
        facts.append((str(bound.label), number(value) if isinstance(value, int) else str(value)))
    return facts
