"""The second pass: what the programme file says of it, who would read whom, how far it is."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Conflict, Stale
from tremplin.core.pages import paginate
from tremplin.core.ui.charts import Load
from tremplin.programmes.facts import second_rule_of
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role
from tremplin.review import queries, rules, services, words
from tremplin.review.passes import SECOND, due_of, second_plan

_MOST = 100  # lines of a list that is no table of its own


@never_cache
def second_pass(request: CohortRequest) -> HttpResponse:
    """What opening it would do, and opening it; once it is open, how far it is, and what it lacks."""
    cohort, now = request.cohort, clock.now()
    plan = second_plan(cohort)
    if plan is None:
        raise Http404
    status = 200
    if request.method == "POST":
        try:
            done = services.open_second_pass(
                cohort=cohort, actor=request.user, now=now, expected=request.POST.get("fingerprint", "-")
            )
        except (Stale, Conflict) as fault:
            messages.warning(request, str(fault))
            status = 409
        else:
            text = ngettext(
                "%(count)s read was given out.", "%(count)s reads were given out.", done.reads.new
            )
            messages.success(request, text % {"count": done.reads.new})
            return HttpResponseRedirect(cohort_url(cohort, "review:second-pass"))
    standing = queries.second_standing(cohort, now)
    context = {
        "plan": plan,
        "rule": second_rule_of(plan),
        "opens": queries.opened_questions(cohort),
        "due": due_of(cohort, SECOND),
        "standing": standing,
        "waits_for": words.SECOND_WAITS.get(standing.code, ""),
        "organiser": Role.ORGANISER in request.roles,
        "closed": queries.closed(cohort),
        "people": paginate(queries.second_people(cohort, request.user), request) if standing.reads else None,
        "recognised": queries.recognised(cohort)[SECOND] if standing.reads else (0, 0),
        **_preview(request, standing),
    }
    return render(request, "review/second_pass.html", context, status=status)


def _preview(request: CohortRequest, standing: queries.SecondStanding) -> dict[str, Any]:
    """What would be given out, for an organiser, where anything can be."""
    lacks = standing.reads is not None and standing.reads.without_reader > 0
    may = standing.may_open or (lacks and queries.closed(request.cohort) is None)
    if Role.ORGANISER not in request.roles or not may:
        return {}
    try:
        preview = services.plan_second_pass(cohort=request.cohort, actor=request.user, now=clock.now())
    except Conflict as fault:  # nobody could judge anything
        return {"cannot": str(fault)}
    reads = preview.reads
    return {
        "preview": preview,
        "loads": [_load(row, preview.minutes) for row in reads.loads],
        "away": [row.reviewer for row in reads.loads if not row.limit.here],
        "short": [
            {"row": row, "why": words.shortage(row.reason, row.language)} for row in reads.short[:_MOST]
        ],
        "more": max(0, len(reads.short) - _MOST),
        "again": preview.again[:_MOST],
        "more_again": max(0, len(preview.again) - _MOST),
        "changes": paginate(reads.changes, request) if not standing.reads else None,
    }


def _load(row: services.ReaderLoad, minutes: dict[int, int]) -> Load:
    more, name = row.then - row.now, row.reviewer.get_full_name()
    room = row.then if row.limit.most is None or not row.limit.here else row.limit.most
    if more > 0:
        effort = rules.effort(minutes[row.reviewer.pk])
        name = _("%(name)s (+%(count)s, %(effort)s)") % {"name": name, "count": more, "effort": effort}
    return Load(name, row.done, row.then, room)
