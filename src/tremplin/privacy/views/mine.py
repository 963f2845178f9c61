"""A person's own page in a cohort: what is kept about them, until when, and what they may decide."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.people.models import User
from tremplin.people.services import consents
from tremplin.privacy import queries
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.purposes import KEEP_APPLICATION
from tremplin.programmes.retention import goes_on
from tremplin.programmes.roles import Role


@never_cache
def mine(request: CohortRequest) -> HttpResponse:
    """What this cohort keeps about oneself; applicants may let it keep their application longer."""
    cohort, user, now = request.cohort, request.user, clock.now()
    applied = Role.APPLICANT in request.roles and Role.SCHOLAR not in request.roles
    agreed = consents.holds(user, KEEP_APPLICATION, cohort.ref)
    asked = applied and (agreed or now < goes_on(cohort, "explain_days"))
    if request.method == "POST" and asked:
        _decide(request, user)
        return HttpResponseRedirect(cohort_url(cohort, "privacy:mine"))
    outlook = queries.outlook(user, cohort.scope, now=now)
    context = {
        "holdings": [*outlook.first, *outlook.goes, *outlook.stays],
        "asked": asked,
        "agreed": agreed,
        "purpose": KEEP_APPLICATION,
        "goes": goes_on(cohort, "explain_days"),
        "latest": goes_on(cohort, "application_days"),
        "applied": applied,
    }
    return render(request, "privacy/mine.html", context)


def _decide(request: CohortRequest, user: User) -> None:
    now, about = clock.now(), request.cohort.ref
    if "keep" in request.POST:
        consents.give(user=user, purpose=KEEP_APPLICATION, about=about, now=now)
        messages.success(request, _("Your application stays. You can take that back here at any time."))
    elif consents.holds(user, KEEP_APPLICATION, about):
        consents.withdraw(user=user, code=KEEP_APPLICATION.code, about=about, now=now)
        messages.success(request, _("Taken back: your application goes on its day."))
