"""How the call is going: the funnel, the arrivals, and how many there may be in the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from tremplin.applications import queries
from tremplin.applications.rules.eligibility import readable
from tremplin.applications.states import zone_of
from tremplin.applications.views.common import deadline
from tremplin.core import clock
from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.core.ui.charts import Bar, Curve, FunnelRow, Reach
from tremplin.core.ui.moments import day_text, moment_text
from tremplin.methods.forecast import Forecast, forecast, path, published, repeated
from tremplin.programmes.http import CohortRequest
from tremplin.programmes.models import Cohort

_MOST_POINTS = 400


@never_cache
def figures(request: CohortRequest) -> HttpResponse:
    """How many began, got half way, sent; on which days; and how many will have by the deadline."""
    cohort, now = request.cohort, clock.now()
    days = queries.arrivals(cohort, zone_of(cohort))
    context = {
        **_standing(cohort, now),
        "days": [(day_text(day.day, "day"), day.started, day.sent) for day in days],
        "begun_line": [day.started for day in days],
        "sent_line": [day.sent for day in days],
        **deadline(cohort, now),
    }
    return render(request, "applications/figures.html", context)


@never_cache
def live(request: CohortRequest) -> HttpResponse:
    """The part of that page which changes by the minute, by itself: four queries."""
    cohort, now = request.cohort, clock.now()
    context = {**_standing(cohort, now), **deadline(cohort, now)}
    return render(request, "applications/parts/live.html", context)


@dataclass(frozen=True, slots=True)
class _Arrived:
    """How many had first sent at each of some moments."""

    moments: list[tuple[datetime, int]]

    @property
    def total(self) -> int:
        return self.moments[-1][1] if self.moments else 0


def _standing(cohort: Cohort, now: datetime) -> dict[str, Any]:
    """The funnel, the curve and the forecast."""
    counts, arrived, doors = queries.counts_ever(cohort), _arrived(cohort), queries.doors(cohort)
    opens, closes = cohort.dates["call_opens"], cohort.dates["call_closes"]
    before = queries.arrivals_before(cohort, now) if opens < now < closes else None
    share = repeated(before, opens, closes) if before else published(opens, closes)
    found = forecast(arrived.total, share(now)) if opens < now < closes else None
    ahead = path(arrived.total, found, share, now, closes) if found else []
    return {
        "counts": counts,
        "now": now,
        "arrived": arrived.total,
        "running": opens < now < closes,
        "forecast": found,
        "own_curve": before is not None,
        "doors": doors,
        "turned_away": _turned_away(cohort, doors),
        "funnel": [
            *_before_the_form(doors, counts.started),
            FunnelRow(pgettext("application", "Begun"), counts.started),
            FunnelRow(_("Sent at least once"), arrived.total),
            FunnelRow(_("Sent and not withdrawn"), counts.submitted),
        ],
        "curve": _curve(cohort, arrived, ahead, now) if arrived.total else None,
        "curve_desc": _in_words(found, arrived.total),
    }


def _before_the_form(doors: queries.Doors, started: int) -> list[FunnelRow]:
    """The steps before the form, where they were counted from the beginning."""
    if not doors.came or doors.passed < started:
        return []
    return [FunnelRow(_("Came to the doors"), doors.came), FunnelRow(_("Passed the doors"), doors.passed)]


def _turned_away(cohort: Cohort, doors: queries.Doors) -> list[Bar]:
    """Each door that turned anybody away, with the answers that were given often enough to be named."""
    questions = {door.code: door for door in cohort.plan.eligibility}
    bars = []
    for closed in doors.closed:
        door = questions.get(closed.code)
        label = say(door.label) if door else closed.code
        said = [
            _("%(answer)s: %(count)s")
            % {"answer": readable(door, answer) if door else answer, "count": number(many, 0)}
            for answer, many in closed.answers
        ]
        text = number(closed.many, 0)
        if said and (door is None or door.kind != "yes_no"):
            text = _("%(count)s (%(answers)s)") % {"count": text, "answers": ", ".join(said)}
        bars.append(Bar(label, closed.many, text))
    return bars


def _arrived(cohort: Cohort) -> _Arrived:
    total, moments = 0, []
    for hour, many in queries.sent_by_hour(cohort):
        total += many
        moments.append((hour + timedelta(hours=1), total))
    return _Arrived(moments)


def _curve(cohort: Cohort, arrived: _Arrived, ahead: list[tuple[datetime, Forecast]], now: datetime) -> Curve:
    """From the opening (or the first arrival) to the close, or to the last arrival after it."""
    zone = zone_of(cohort)
    first = min(cohort.dates["call_opens"], arrived.moments[0][0] - timedelta(hours=1))
    last = max(cohort.dates["call_closes"], arrived.moments[-1][0] if not ahead else first)
    until = min(now, last)

    def x(moment: datetime) -> float:
        return (min(max(moment, first), last) - first) / (last - first)

    step = max(1, len(arrived.moments) // _MOST_POINTS)
    kept = [*arrived.moments[::step], arrived.moments[-1]]
    known = [(0.0, 0.0), *((min(x(moment), x(until)), many) for moment, many in kept)]
    marks = [first + (last - first) * part for part in (0.0, 0.5, 1.0)]
    return Curve(
        known=[*known, (x(until), arrived.total)],
        ahead=[
            Reach(x(moment), reach.low, reach.middle, reach.high, label)
            for (moment, reach), label in zip(ahead, _labels(ahead, cohort), strict=True)
        ],
        marks=[(x(mark), day_text(mark.astimezone(zone).date(), "day")) for mark in marks],
        table=_by_day(arrived, cohort),
    )


def _labels(ahead: list[tuple[datetime, Forecast]], cohort: Cohort) -> list[str]:
    """Every eighth moment ahead has a line in the table, and the last, which is the deadline."""
    zone, last = zone_of(cohort), len(ahead) - 1
    return [
        moment_text(moment, "short", zone) if place and (place % 8 == 0 or place == last) else ""
        for place, (moment, _reach) in enumerate(ahead)
    ]


def _by_day(arrived: _Arrived, cohort: Cohort) -> list[tuple[str, float]]:
    """How many had come by the end of each day."""
    zone = zone_of(cohort)
    days = {(moment - timedelta(hours=1)).astimezone(zone).date(): many for moment, many in arrived.moments}
    return [(day_text(day, "day"), many) for day, many in days.items()]


def _in_words(found: Forecast | None, arrived: int) -> str:
    if found is None:
        return _("%(count)s have sent so far.") % {"count": number(arrived, 0)}
    return _("%(count)s have sent so far; by the deadline between %(low)s and %(high)s will have.") % {
        "count": number(arrived, 0),
        "low": number(found.low, 0),
        "high": number(found.high, 0),
    }
