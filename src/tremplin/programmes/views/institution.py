"""The public page of an institution: its programmes and their editions."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tremplin.core import clock
from tremplin.programmes import queries
from tremplin.programmes.http import person
from tremplin.programmes.states import call_state


def institution(request: HttpRequest, institution: str) -> HttpResponse:
    """All programmes of one institution, each with its editions, the newest first."""
    house = queries.institution_at(institution)
    if house is None:
        raise Http404
    now, reader = clock.now(), person(request)
    rows = [
        (programme, editions)
        for programme in queries.public_programmes(house)
        if (editions := [(cohort, call_state(cohort, now, reader)) for cohort in programme.cohorts.all()])
    ]
    return render(request, "programmes/institution.html", {"institution": house, "rows": rows})


def programme(request: HttpRequest, institution: str, programme: str) -> HttpResponse:
    """Somebody shortened an address: on to the institution's page, where the programme stands."""
    if queries.latest_version(institution, programme) is None:
        raise Http404
    return HttpResponseRedirect(reverse("programmes:institution", args=[institution]) + f"#{programme}")
