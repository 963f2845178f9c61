"""Where somebody who has not begun is given time to begin, or it is taken back."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from tremplin.applications.forms_time import LateStartForm
from tremplin.applications.models import ExtensionCause
from tremplin.applications.queries.time import late_starts
from tremplin.applications.rules.deadline import bound
from tremplin.applications.services.late_starts import let_begin, take_start_back
from tremplin.applications.services.more_time import Why
from tremplin.applications.states import zone_of
from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.core.pages import paginate
from tremplin.core.ui.posting import status_of
from tremplin.core.ui.typed import typed_into
from tremplin.programmes.dates import date_words
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role


@typed_into
def late_start(request: CohortRequest) -> HttpResponse:
    """Who may still begin after everybody's deadline; a form that lets one more."""
    if request.method == "POST" and "take_back" in request.POST:
        take_start_back(
            cohort=request.cohort, ref=request.POST["take_back"], actor=request.user, now=clock.now()
        )
        messages.success(request, _("Everybody’s deadline counts for this person again."))
        return _again(request)
    confidential = Role.ORGANISER not in request.roles
    form = LateStartForm(request.POST or None, cohort=request.cohort, confidential=confidential)
    if request.method == "POST" and form.is_valid():
        try:
            return _give(request, form, confidential=confidential)
        except Invalid as fault:
            for field, texts in fault.errors.items():
                form.add_error(field if field in form.fields else "address", texts)
    return _page(request, form, confidential=confidential)


def _page(request: CohortRequest, form: LateStartForm, *, confidential: bool) -> HttpResponse:
    cohort = request.cohort
    page = paginate(late_starts(cohort, request.user), request)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, bool(row.cause) is not confidential) for row in page.object_list],
        "confidential": confidential,
        "over": clock.now() >= bound(cohort.dates),
        "early": clock.now() < cohort.dates["call_opens"],
        "closes": cohort.dates["call_closes"],
        "bound": bound(cohort.dates),
        "zone": zone_of(cohort),
    }
    return render(request, "applications/late_start.html", context, status=status_of(form))


def _give(request: CohortRequest, form: LateStartForm, *, confidential: bool) -> HttpResponse:
    words = form.cleaned_data
    why = None if confidential else Why(ExtensionCause(words["cause"]), words["reason"])
    given = let_begin(
        cohort=request.cohort,
        address=words["address"],
        until=form.moment(),
        why=why,
        actor=request.user,
        now=clock.now(),
    )
    text = _("They may begin and write until %(when)s, and a mail tells them so.")
    messages.success(request, text % {"when": date_words(request.cohort, given.until)})
    return _again(request)


def _again(request: CohortRequest) -> HttpResponse:
    return HttpResponseRedirect(cohort_url(request.cohort, "applications:late-start"))
