"""Pages of erasure requests: for the organisers of a cohort, and for administrators of the site."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.pages import paginate
from tremplin.people.models import ErasurePart, User
from tremplin.privacy import queries, services
from tremplin.privacy.forms import CarryOutForm, LongerForm, RefuseForm
from tremplin.privacy.states import ANSWERS
from tremplin.programmes.http import CohortRequest, cohort_url, person

AnyForm = CarryOutForm | RefuseForm | LongerForm
Address = Callable[[ErasurePart | None], str]


@never_cache
def requests(request: CohortRequest) -> HttpResponse:
    """Who asks this cohort to be erased, and until when they must be answered."""

    def address(part: ErasurePart | None) -> str:
        return (
            cohort_url(request.cohort, "privacy:request", ref=part.ref)
            if part
            else cohort_url(request.cohort, "privacy:requests")
        )

    return _list(request, queries.parts(request.cohort), address, site=False)


@never_cache
def site_requests(request: HttpRequest) -> HttpResponse:
    """The same of all cohorts, for administrators: some have no organiser any more."""
    return _list(request, queries.all_parts(), _site_address, site=True)


def _site_address(part: ErasurePart | None) -> str:
    return reverse("erasures:request", args=[part.ref]) if part else reverse("erasures:list")


def _list(
    request: HttpRequest, parts: QuerySet[ErasurePart], address: Address, *, site: bool
) -> HttpResponse:
    now = clock.now()
    page = paginate(queries.answered(parts), request)
    answered = list(page.object_list)
    names = queries.answerers(answered)
    context = {
        "open": [(part, address(part), part.answer_by < now) for part in queries.waiting(parts)],
        "answered": [
            (part, address(part), ANSWERS[part.answer], names.get(part.answered_by, "")) for part in answered
        ],
        "page": page,
        "site": site,
    }
    return render(request, "privacy/requests.html", context)


@never_cache
def one(request: CohortRequest, ref: str) -> HttpResponse:
    """One request to this cohort: what goes, what must stay and why, and the answer."""
    part = get_object_or_404(queries.parts(request.cohort), ref=ref)
    return _one(request, part, cohort_url(request.cohort, "privacy:requests"))


@never_cache
def site_one(request: HttpRequest, ref: str) -> HttpResponse:
    """The same for an administrator."""
    part = get_object_or_404(queries.all_parts(), ref=ref)
    return _one(request, part, _site_address(None))


def _one(request: HttpRequest, part: ErasurePart, back: str) -> HttpResponse:
    actor, now = person(request), clock.now()
    carry_out, refuse, longer, status = CarryOutForm(), RefuseForm(), LongerForm(auto_id="longer_%s"), 200
    if request.method == "POST" and actor is not None:
        if "refuse" in request.POST:
            form: AnyForm = (refuse := RefuseForm(request.POST))
        elif "longer" in request.POST:
            form = (longer := LongerForm(request.POST, auto_id="longer_%s"))
        else:
            form = (carry_out := CarryOutForm(request.POST))
        if form.is_valid() and _answered(request, part, actor, form):
            return HttpResponseRedirect(back)
        status = 422
    context: dict[str, Any] = {
        "part": part,
        "person": part.request.user,
        "outlook": queries.outlook(part.request.user, part.scope, now=now),
        "state": ANSWERS[part.answer],
        "late": part.answer_by < now,
        "own": actor is not None and part.request.user_id == actor.pk,
        "carry_out": carry_out,
        "refuse": refuse,
        "longer": longer,
        "may_take_longer": part.extended_at is None and now <= part.request.answer_by,
        "bound": next((form for form in (refuse, longer) if form.is_bound), carry_out),
        "back": back,
    }
    return render(request, "privacy/request.html", context, status=status)


def _answered(request: HttpRequest, part: ErasurePart, actor: User, form: AnyForm) -> bool:
    """Carry the answer out; False, with the reason in the form, when it cannot be."""
    now = clock.now()
    try:
        if isinstance(form, RefuseForm):
            services.refuse(part=part, reason=form.cleaned_data["reason"], actor=actor, now=now)
            messages.success(request, _("Refused. A mail tells the person why."))
        elif isinstance(form, LongerForm):
            services.take_longer(part=part, reason=form.cleaned_data["reason"], actor=actor, now=now)
            messages.success(request, _("You have two months more. A mail tells the person why."))
        else:
            services.carry_out(part=part, actor=actor, now=now)
            messages.success(request, _("Erased. A mail tells the person what is gone and what stays."))
    except Invalid as refusal:
        form.add_error("reason" if "reason" in form.fields else None, str(refusal))
        return False
    except Conflict as refusal:
        if ErasurePart.objects.filter(pk=part.pk, answer="open").exists():
            form.add_error(None, str(refusal))
            return False
        raise
    return True
