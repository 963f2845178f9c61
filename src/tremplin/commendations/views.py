"""Pages of commendations: one's own note, and what everybody reads who has its address."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.commendations import queries, services
from tremplin.commendations.forms import NameForm
from tremplin.commendations.purposes import NOTE
from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.core.ui.posting import posted, show_refusal, status_of
from tremplin.programmes.http import CohortRequest, cohort_url


@never_cache
def own(request: CohortRequest) -> HttpResponse:
    """Make the note, see it as others do, give it another name. Nothing here for whoever did not come so near."""
    cohort = request.cohort
    note, figures = queries.own(request.user, cohort), queries.possible(request.user, cohort)
    if note is None and figures is None:
        raise Http404
    form = NameForm(posted(request), initial={"name": note.name if note else request.user.get_full_name()})
    if request.method == "POST" and form.is_valid():
        try:
            services.publish(
                cohort=cohort, actor=request.user, name=form.cleaned_data["name"], now=clock.now()
            )
        except Invalid as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The page is public: send its address to whoever should read it."))
            return HttpResponseRedirect(cohort_url(cohort, "commendations:own"))
    context = {
        "form": form,
        "note": note,
        "figures": note.figures if note else figures,
        "address": request.build_absolute_uri(cohort_url(cohort, "commendations:note", ref=note.ref))
        if note
        else "",
        "purpose": NOTE,
    }
    return render(request, "commendations/own.html", context, status=status_of(form))


def take_back(request: CohortRequest) -> HttpResponse:
    """The page is gone at once; pressing twice changes nothing."""
    note = queries.own(request.user, request.cohort)
    if note is not None:
        note.cohort = request.cohort
        services.take_back(note=note, actor=request.user, now=clock.now())
    messages.success(request, _("The page is gone."))
    outcome = (
        "selection:outcome" if queries.possible(request.user, request.cohort) is None else "commendations:own"
    )
    return HttpResponseRedirect(cohort_url(request.cohort, outcome))


@never_cache
def note(request: CohortRequest, ref: str) -> HttpResponse:
    """What it says, for everybody who has its address."""
    found = queries.public(request.cohort, ref.lower())
    if found is None:
        raise Http404
    answer = render(request, "commendations/note.html", {"note": found, "figures": found.figures})
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
