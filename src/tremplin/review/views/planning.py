"""The page that says, before the call and while it runs, whether everybody will be read, and what would mend it."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.errors import Stale
from tremplin.core.ui.typed import typed_into
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.models import Cohort
from tremplin.review import queries, services
from tremplin.review.forms_planning import CapacityForm
from tremplin.review.models import CapacityPlan
from tremplin.review.plan import review_plan
from tremplin.review.planning import showing
from tremplin.review.planning.assumptions import Assumptions
from tremplin.review.planning.mending import Plan, plan
from tremplin.review.planning.seasons import Standing
from tremplin.review.planning.second import SecondLoad, second_load
from tremplin.review.planning.typed import typed


@typed_into
def capacity(request: CohortRequest) -> HttpResponse:
    """What follows from what is assumed. GET tries it and changes nothing, POST keeps it as the plan."""
    cohort, now = request.cohort, clock.now()
    known, own_curve = queries.standing(cohort, now=now)
    kept = queries.kept_plan(cohort)
    assumed = queries.assumed_by(cohort, kept)
    given = request.POST if request.method == "POST" else request.GET
    asked = "low" in given
    shown, initial = _first(request, assumed, known, own_curve, now)
    form = CapacityForm(cohort, given if asked else None, initial=initial, own_curve=own_curve)
    status, other = 200, None
    if asked and not form.is_valid():
        status = 422
    elif asked and request.method == "POST":
        found = lived(form.assumed(), known)
        try:
            services.keep_plan(
                cohort=cohort,
                actor=request.user,
                assumed=found.assumed,
                figures=showing.figures(found),
                expected_version=_version(given),
                now=now,
            )
        except Stale as stale:
            messages.warning(request, str(stale))
            status, other = 409, kept
        else:
            messages.success(request, _("The plan is kept."))
            return HttpResponseRedirect(cohort_url(cohort, "review:capacity"))
    if asked:
        shown = form.assumed() if status != 422 else None
    if known.over:
        shown = None
    return render(
        request, "review/capacity.html", _context(request, form, shown, known, kept, other), status=status
    )


def _first(
    request: CohortRequest, assumed: Assumptions | None, known: Standing, own_curve: bool, now: datetime
) -> tuple[Assumptions | None, Mapping[str, Any]]:
    """What is shown before anything is typed, and what stands in the fields: the plan, as far as it is not only tried
    once the season runs; else what earlier cohorts suggest; else how things stand."""
    cohort = request.cohort
    if assumed is not None:
        shown = queries.assumed_now(cohort, assumed, known) or assumed
        return shown, typed(shown)
    suggested = queries.suggested(cohort, queries.before(cohort, now=now))
    form = CapacityForm(cohort, initial=suggested, own_curve=own_curve)
    filled = CapacityForm(
        cohort, {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()},
        initial=suggested, own_curve=own_curve,
    )  # fmt: skip
    if filled.is_valid():
        return filled.assumed(), form.initial
    return queries.assumed_now(cohort, None, known), form.initial


def _version(given: Mapping[str, str]) -> int:
    text = given.get("version", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def lived(assumed: Assumptions, known: Standing) -> Plan:
    """The season lived through; the same question within the hour is answered from memory."""
    key = repr(
        (assumed, known.now, known.opens, known.closes, known.due, known.readers, known.piles, known.extra)
    )
    share = tuple(
        round(known.share(known.opens + (known.closes - known.opens) * part / 8), 6) for part in range(9)
    )
    return _lived(_Question(f"{key}{share}{known.minutes}", assumed, known))


class _Question:
    """What is asked, known by its words."""

    def __init__(self, key: str, assumed: Assumptions, known: Standing) -> None:
        self.key, self.assumed, self.known = key, assumed, known

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Question) and self.key == other.key


@lru_cache(maxsize=64)
def _lived(question: _Question) -> Plan:
    return plan(question.assumed, queries.with_hours(question.assumed, question.known))


def _second(cohort: Cohort, shown: Assumptions | None, known: Standing) -> SecondLoad | None:
    """What the second pass adds, of the likeliest number of applications, or of those that came."""
    reading = review_plan(cohort)
    return second_load(
        reading,
        places=cohort.plan.cohort.places_max,
        applications=shown.likely if shown and not known.over else known.arrived,
        readers=len(known.readers),
        minutes=known.minutes or (shown.minutes if shown else reading.minutes),
    )


def _context(
    request: CohortRequest,
    form: CapacityForm,
    shown: Assumptions | None,
    known: Standing,
    kept: CapacityPlan | None,
    other: CapacityPlan | None,
) -> dict[str, Any]:
    cohort = request.cohort
    found = lived(shown, known) if (shown and known.readers) or (shown and any(shown.more.values())) else None
    url = cohort_url(cohort, "review:capacity")
    saved = queries.assumed_by(cohort, kept)
    return {
        "form": form,
        "found": found,
        "known": known,
        "kept": kept if saved else None,
        "other": other,
        "version": kept.version if kept else 0,
        "keep": list(typed(shown).items()) if shown and shown.low else [],
        "trying": bool(shown and saved and shown != saved and request.GET.get("low")),
        "over": known.over,
        "second": _second(cohort, shown, known),
        "running": known.arrived > 0,
        "url": url,
        **(showing.told(found, cohort, url, kept.figures if saved and kept else None) if found else {}),
    }
