"""How far scores can be trusted: agreement, how reviewers read, extra reads; and to each reviewer their own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Conflict
from tremplin.core.pages import paginate
from tremplin.core.text import say
from tremplin.core.ui.charts import Interval
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review import queries as reviews
from tremplin.review.plan import review_plan
from tremplin.review.rules import ASSIGNMENT_STATES
from tremplin.selection import queries, services, trusting

_A_PAGE = 40
"""Reviewers on a page: as many as a picture names, so that it never ranks them."""


@never_cache
def evidence(request: CohortRequest) -> HttpResponse:
    """Agreement by criterion, drawn and in words; for organisers how each reviewer reads; extra reads."""
    cohort, actor = request.cohort, request.user
    organiser = Role.ORGANISER in request.roles
    trust = queries.trust(cohort, actor)
    readers = paginate(queries.readers(cohort, actor) if organiser else [], request, _A_PAGE)
    context = {
        "trust": trust,
        "planned": review_plan(cohort).reads,
        "criteria": _criteria(cohort, trust),
        "drawn": _drawn(cohort, trust),
        "organiser": organiser,
        "readers": readers,
        "lines": [_reader(row) for row in readers],
        "severities": [
            _severity(row.user.get_full_name(), row.habits)
            for row in readers
            if row.habits and row.habits.told
        ],
        "second": reviews.second_reads(cohort),
        "recognised": reviews.recognised(cohort) if cohort.plan.opened else None,
        "opens": reviews.opened_questions(cohort),
        **_extra(request),
    }
    return render(request, "selection/evidence.html", context)


def _labels(cohort: Cohort) -> dict[str, str]:
    return {criterion.code: say(criterion.label) for criterion in review_plan(cohort).criteria}


def _criteria(cohort: Cohort, trust: queries.Trust) -> list[dict[str, Any]]:
    if trust.agreement is None:
        return []
    labels = _labels(cohort)
    return [
        {
            "label": labels[row.code],
            "row": row,
            "level": trusting.LEVELS[row.level] if row.level else None,
            "advice": trusting.advice(row, trust.halo.get(row.code)),
        }
        for row in trust.agreement.criteria
        if row.code in labels
    ]


def _drawn(cohort: Cohort, trust: queries.Trust) -> list[Interval]:
    """Reliability of one read: of the whole score, then of each criterion."""
    if trust.agreement is None:
        return []
    labels = _labels(cohort)
    value, low, high = trust.agreement.one_read
    rows = [Interval(_("All criteria together"), low, value, high)]
    for row in trust.agreement.criteria:
        if row.one_read is None or row.level is None or row.code not in labels:
            continue
        words, tone = trusting.LEVELS[row.level]
        value, low, high = row.one_read
        rows.append(Interval(labels[row.code], low, value, high, tone, words))
    return rows


def _reader(row: queries.Reader) -> dict[str, Any]:
    habits = row.habits
    if habits is None or not habits.told:
        return {"user": row.user, "habits": habits, "severity": _("Too few reads to say.")}
    return {
        "user": row.user,
        "habits": habits,
        "severity": trusting.severity(habits),
        "consistency": trusting.consistency(habits),
        "scale": trusting.use_of_scale(habits),
    }


def _severity(label: str, habits: queries.Habits) -> Interval:
    """Severity drawn, to a tenth of a point: more is not known."""
    return Interval(label, round(habits.low, 1), round(habits.shift, 1), round(habits.high, 1))


def _extra(request: CohortRequest) -> dict[str, Any]:
    cohort = request.cohort
    stands = queries.extra_standing(cohort, clock.now())
    rounds = queries.extra_rounds(cohort, request.user) if stands.budget else []
    return {
        "extra": stands,
        "extra_words": trusting.EXTRA[stands.code],
        "rounds": [
            {
                "round": row,
                "reads": [{"read": read, "state": ASSIGNMENT_STATES.get(read.state)} for read in row.reads],
            }
            for row in rounds
        ],
    }


@never_cache
def send_extra(request: CohortRequest) -> HttpResponse:
    """Send the next round of extra reads now."""
    try:
        made = services.send_extra_reads(cohort=request.cohort, actor=request.user, now=clock.now())
    except Conflict as refusal:
        messages.warning(request, f"{refusal} {refusal.remedy}".strip())
    else:
        many = len(made.sent) if made else 0
        text = ngettext("%(count)s extra read was sent.", "%(count)s extra reads were sent.", many)
        messages.success(request, text % {"count": many})
    return HttpResponseRedirect(cohort_url(request.cohort, "selection:evidence"))


@never_cache
def mine(request: CohortRequest) -> HttpResponse:
    """How I read, once everybody has heard: kindly, and to me alone."""
    cohort = request.cohort
    habits = queries.own_habits(cohort, request.user)
    context: dict[str, Any] = {"habits": habits, "told": queries.decisions_told(cohort)}
    if habits is not None and habits.told:
        context |= {
            "severity": trusting.own_severity(habits),
            "consistency": trusting.consistency(habits),
            "scale": trusting.use_of_scale(habits),
            "drawn": [_severity(_("You"), habits)],
        }
    return render(request, "selection/own_reading.html", context)
