"""What organisers and observers see: the board, one application, figures, reminders, the export."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache

from tremplin.applications import queries, services
from tremplin.applications.copies import sections_of
from tremplin.applications.exports import header, line, written
from tremplin.applications.forms import BoardForm
from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules.answers import option_label
from tremplin.applications.rules.form import section_status
from tremplin.applications.states import STATES, code_of, state_of, zone_of
from tremplin.applications.views.common import deadline
from tremplin.core import clock
from tremplin.core.pages import paginate_by_key
from tremplin.core.text import say
from tremplin.core.ui.charts import Bar, FunnelRow
from tremplin.core.ui.moments import day_text
from tremplin.core.ui.parts import Task
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role


def _form(cohort: Cohort, given: QueryDict) -> BoardForm:
    return BoardForm(given, languages=cohort.plan.programme.languages)


@never_cache
def board(request: CohortRequest) -> HttpResponse:
    """Every application as one row, found by state, name, address or reference."""
    cohort, now = request.cohort, clock.now()
    form = _form(cohort, request.GET)
    page = paginate_by_key(queries.board(cohort, request.user, queries.BoardFilters(**form.known)), request)
    rows = []
    for application in page.object_list:
        application.cohort = cohort
        rows.append({"application": application, "state": STATES[code_of(application, now)]})
    context = {
        "form": form,
        "filtered": bool(set(form.known) - {"sort"}),
        "page": page,
        "rows": rows,
        "counts": queries.counts(cohort),
        "organiser": Role.ORGANISER in request.roles,
        **deadline(cohort, now),
    }
    return render(request, "applications/board.html", context)


@never_cache
def application(request: CohortRequest, ref: str) -> HttpResponse:
    """One application as it was sent. What was not sent stays its writer's: of a draft only its progress shows."""
    cohort, now = request.cohort, clock.now()
    found = get_object_or_404(queries.in_full(cohort, request.user), ref=ref)
    found.cohort = cohort
    snapshot = queries.last_snapshot(found) if found.state == ApplicationState.SUBMITTED else None
    context = {
        "application": found,
        "state": state_of(found, now),
        "snapshot": snapshot,
        "sections": sections_of(snapshot.version.plan.application, snapshot.answers) if snapshot else [],
        "history": queries.history(found),
        "doors": _doors(found),
        "tasks": [] if snapshot else _progress(found),
        "zone": zone_of(cohort),
    }
    return render(request, "applications/application.html", context)


def _doors(application: Application) -> list[tuple[str, str]]:
    """What opened the doors, in words."""
    rows = []
    for question in application.cohort.plan.eligibility:
        answer = application.eligibility.get(question.code)
        if answer is not None:
            words = {"yes": _("Yes"), "no": _("No")}.get(answer) or option_label(question.options, answer)
            rows.append((say(question.label), words))
    return rows


def _progress(application: Application) -> list[Task]:
    """How far each section is, without a word of it."""
    return [
        Task(
            label=say(section.title),
            status=section_status(section.questions, application.answers, application.touched),
        )
        for section in application.cohort.plan.application.sections
    ]


@never_cache
def figures(request: CohortRequest) -> HttpResponse:
    """How many began, got half way, sent; and on which days."""
    cohort, now = request.cohort, clock.now()
    counts, days = queries.counts(cohort), queries.arrivals(cohort, zone_of(cohort))
    sent_ever = sum(day.sent for day in days)
    total = 0
    curve: list[float] = []
    for day in days:
        total += day.sent
        curve.append(total)
    context = {
        "counts": counts,
        "at_risk": queries.at_risk(cohort),
        "funnel": [
            FunnelRow(pgettext("application", "Begun"), counts.started),
            FunnelRow(_("Sent at least once"), sent_ever),
            FunnelRow(_("Sent and not withdrawn"), counts.submitted),
        ],
        "sent_bars": [Bar(day_text(day.day, "day"), day.sent) for day in days],
        "started_bars": [Bar(day_text(day.day, "day"), day.started) for day in days],
        "curve": curve,
        "days": days,
        **deadline(cohort, now),
    }
    return render(request, "applications/figures.html", context)


@never_cache
def reminders(request: CohortRequest) -> HttpResponse:
    """Prepare one mail to everybody with an unsent draft. Nothing leaves before it was looked at and released."""
    cohort, now = request.cohort, clock.now()
    if request.method == "POST":
        batch = services.send_draft_reminders(cohort=cohort, actor=request.user, now=now)
        count = batch.messages.count()
        text = ngettext(
            "%(count)s reminder is prepared. It waits in the outbox until you have read and released it.",
            "%(count)s reminders are prepared. They wait in the outbox until you have read and released them.",
            count,
        )
        messages.success(request, text % {"count": count})
        return HttpResponseRedirect(cohort_url(cohort, "applications:board"))
    context = {"drafts": queries.counts(cohort).draft, **deadline(cohort, now)}
    return render(request, "applications/reminders.html", context)


def export(request: CohortRequest) -> StreamingHttpResponse:
    """The board as CSV, with the filters of the page; with `answers`, what was sent too. The log notes it."""
    cohort, with_answers = request.cohort, "answers" in request.POST
    filters = queries.BoardFilters(**_form(cohort, request.POST).known)
    rows = queries.board(cohort, request.user, filters)
    services.log_export(
        cohort=cohort, actor=request.user, now=clock.now(), rows=rows.count(), answers=with_answers
    )
    questions = [q for q in cohort.plan.application.questions() if q.kind != "file"] if with_answers else []

    def lines() -> Iterator[str]:
        yield "\ufeff" + written(header(questions))  # the mark tells Excel that this is UTF-8
        for row, snapshot, _labels in queries.pages_for_export(rows, answers=with_answers):
            yield written(line(row, snapshot, questions))

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="applications-{cohort.slug}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer
