"""People of a cohort and their roles."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid, Stale
from tremplin.core.pages import paginate
from tremplin.core.ui.posting import show_refusal, status_of
from tremplin.programmes import parting, queries, services
from tremplin.programmes.forms import InviteForm
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.models import Membership
from tremplin.programmes.roles import GIVEN_BY_HAND, Role


@never_cache
def people(request: CohortRequest) -> HttpResponse:
    """Who holds which role; an address and a role make somebody one of them."""
    cohort = request.cohort
    form = InviteForm(request.POST or None, cohort=cohort)
    if request.method == "POST" and form.is_valid():
        try:
            return _invite(request, form)
        except Invalid as fault:
            show_refusal(form, fault)
    role, words = request.GET.get("role", ""), request.GET.get("q", "").strip()
    page = paginate(queries.memberships(cohort, request.user, role=role, words=words), request, size=30)
    context = {
        "form": form,
        "page": page,
        "role": role,
        "words": words,
        "roles": [
            (held.value, held.label, count) for held, count in queries.people_counts(cohort, request.user)
        ],
        "given": set(GIVEN_BY_HAND),
    }
    return render(request, "programmes/people.html", context, status=status_of(form))


def _invite(request: CohortRequest, form: InviteForm) -> HttpResponse:
    data, cohort = form.cleaned_data, request.cohort
    membership, new = services.invite(
        cohort=cohort,
        email=data["email"],
        name=data["name"],
        role=Role(data["role"]),
        language=data["language"],
        actor=request.user,
        now=clock.now(),
    )
    who = {"name": membership.user.get_full_name(), "role": membership.get_role_display()}
    if new:
        messages.success(request, _("%(name)s is now %(role)s, and a mail tells them so.") % who)
    else:
        messages.info(request, _("%(name)s is %(role)s already; nothing was changed.") % who)
    return HttpResponseRedirect(cohort_url(cohort, "programmes:people"))


@never_cache
def revoke(request: CohortRequest, ref: str) -> HttpResponse:
    """Take a role away, once asked. Gone already, perhaps in another tab, is as good as done."""
    cohort = request.cohort
    back = HttpResponseRedirect(cohort_url(cohort, "programmes:people"))
    membership = queries.membership(cohort, ref, request.user)
    if membership is None and queries.membership_elsewhere(ref):
        raise Http404
    if membership is None:
        messages.info(request, _("That role had already been taken away."))
        return back
    if request.method != "POST":
        return _asked(request, membership)
    who = {"name": membership.user.get_full_name(), "role": membership.get_role_display()}
    try:
        services.revoke(
            user=membership.user,
            cohort=cohort,
            role=Role(membership.role),
            actor=request.user,
            now=clock.now(),
            expected=request.POST.get("follows", ""),
        )
    except Stale as stale:
        messages.warning(request, str(stale))
        return _asked(request, membership, status=409)
    except Conflict as fault:
        messages.error(request, str(fault))
        return back
    if membership.user == request.user and Role(membership.role) is Role.ORGANISER:
        messages.success(request, _("You are no longer %(role)s of this cohort.") % who)
        return HttpResponseRedirect(cohort_url(cohort, "programmes:call"))
    messages.success(request, _("%(name)s is no longer %(role)s.") % who)
    return back


def _asked(request: CohortRequest, membership: Membership, status: int = 200) -> HttpResponse:
    """Whether the role really goes, and what follows from it."""
    context = {
        "membership": membership,
        "own": membership.user == request.user,
        "follows": parting.told(
            cohort=request.cohort,
            user=membership.user,
            role=Role(membership.role),
            actor=request.user,
            now=clock.now(),
        ),
    }
    return render(request, "programmes/revoke.html", context, status=status)
