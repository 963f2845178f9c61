"""Pages on which a plan is read: one's own, a scholar's, all of them, and how one changed."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.pages import paginate
from tremplin.core.text import say
from tremplin.core.ui.charts import Load, load_bars
from tremplin.curriculum import units
from tremplin.curriculum.units import Plan
from tremplin.programmes.http import CohortRequest
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, roles_of
from tremplin.selection.models import Scholar
from tremplin.training import queries, rules, services
from tremplin.training.drifting import tell_drift
from tremplin.training.models import JournalEntry, Syllabus
from tremplin.training.telling import tell, tell_change
from tremplin.training.views.common import own_scholar


def home(request: CohortRequest) -> HttpResponse:
    """A scholar's training: where the plan stands, the weeks, the labs."""
    return _overview_page(request, own_scholar(request), own=True)


def scholar(request: CohortRequest, ref: str) -> HttpResponse:
    """The same page, read by the mentor or an organiser."""
    row = get_object_or_404(queries.visible_scholars(request.user, request.cohort), ref=ref)
    return _overview_page(request, row, own=row.user_id == request.user.pk)


def _overview_page(request: CohortRequest, row: Scholar, *, own: bool) -> HttpResponse:
    now = clock.now()
    plan = services.plan_of(request.cohort)
    overview = queries.overviews([row], request.cohort, now=now)[0]
    syllabus: Syllabus | None = getattr(row, "syllabus", None)
    weeks = rules.tidy_weeks(syllabus.weeks if syllabus else [], count=overview.weeks)
    posts = queries.posts_by_week(request.user, row)
    lines = queries.lab_lines(row)
    context = {
        "scholar": row,
        "own": own,
        "overview": overview,
        "told": tell(overview.ambition),
        "drift": _drift([row], request.cohort, now).get(row.pk, []) if own or _helps(request) else [],
        "weeks": [_told(week, lines, posts) for week in weeks],
        "chart": _chart(weeks, overview.week),
        "planned": syllabus is not None,
        "starts": _starts(plan.style) if own and syllabus is None else [],
        "self_written": plan.style == "self_written",
        "guide": plan.guide,
        "tried": [line for line in lines if line.tries],
    }
    return render(request, "training/home.html", context)


def _told(
    week: dict[str, Any], lines: list[queries.LabLine], posts: dict[int, JournalEntry]
) -> dict[str, Any]:
    """A week with what it leads to: its labs as they stand, and its post."""
    known = {line.lab.code: line for line in lines}
    return {
        **week,
        "lab_lines": [known[code] for code in week["labs"] if code in known],
        "post": posts.get(week["week"]),
        "empty": rules.is_empty(week),
    }


def _chart(weeks: list[dict[str, Any]], now: int) -> SafeString:
    """Planned and done hours of each week that has begun, and the plan of the others."""
    rows = [
        Load(
            _("Week %(number)s") % {"number": week["week"]},
            rules.done_hours(week),
            rules.hours_of(week),
            rules.FULL_WEEK,
        )
        for week in weeks
    ]
    return load_bars(rows) if any(row.assigned for row in rows) and now else SafeString("")


def _starts(style: str) -> list[tuple[Plan, bool]]:
    """The plans to start from; the one that the programme suggests is marked and first."""
    wanted = style.replace("_", "-")
    return sorted(((plan, plan.code == wanted) for plan in units.plans()), key=lambda pair: not pair[1])


def _helps(request: CohortRequest) -> bool:
    """Whether this reader is there to help scholars; observers follow figures."""
    return bool(roles_of(request.user, request.cohort) & {Role.ORGANISER, Role.MENTOR})


def _drift(rows: list[Scholar], cohort: Cohort, now: datetime) -> dict[int, list[str]]:
    titles = {lab.code: say(lab.title) for lab in queries.offered_labs(cohort)}
    found = queries.drifting(rows, cohort, now=now)
    return {key: tell_drift(reasons, titles) for key, reasons in found.items()}


def scholars(request: CohortRequest) -> HttpResponse:
    """All scholars that this person follows, with plan against done."""
    page = paginate(queries.visible_scholars(request.user, request.cohort), request)
    now = clock.now()
    rows = queries.overviews(list(page.object_list), request.cohort, now=now)
    drift = _drift(list(page.object_list), request.cohort, now) if _helps(request) else {}
    context = {
        "page": page,
        "rows": [(row, tell(row.ambition), drift.get(row.scholar.pk, [])) for row in rows],
        "some": sum(map(bool, drift.values())),
        "helps": _helps(request),
    }
    return render(request, "training/scholars.html", context)


def versions(request: CohortRequest, ref: str) -> HttpResponse:
    """How the plan changed: every re-plan with its reason and what moved."""
    row = get_object_or_404(queries.visible_scholars(request.user, request.cohort), ref=ref)
    syllabus: Syllabus | None = getattr(row, "syllabus", None)
    kept = list(syllabus.versions.all()) if syllabus else []
    titles = {lab.code: say(lab.title) for lab in queries.offered_labs(request.cohort)}
    before: list[dict[str, Any]] = []
    history = []
    for version in kept:
        found = rules.changes(before, version.weeks) if before else []
        history.append((version, [tell_change(change, titles) for change in found]))
        before = version.weeks
    context = {"scholar": row, "page": paginate(history[::-1], request, size=20)}
    return render(request, "training/versions.html", context)
